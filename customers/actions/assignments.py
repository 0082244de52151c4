"""Customers are assigned to account managers: the old ones kept, the new ones developed (article 9(1))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from customers.models import Assignment, Customer
from managers.models import Appointment
from managers.queries.offices import terms_at
from managers.rules import ONE_DAY, first_day_out_of_office
from organization.actions.months import check_laws_now
from organization.actions.notifications import notify
from organization.actions.rights import refuse_without
from organization.actions.trail import record
from organization.models import Branch, Employee, Role
from organization.rules import Actor

ARTICLE = "9(1)"
ASSIGNERS = (Role.CLERK, Role.DIRECTOR)
# So many numbers a refusal or the trail of one act names.
NAMED = 5


def assign_customers(
    *,
    actor: Actor,
    branch: Branch,
    customers: Iterable[int],
    manager: Employee,
    first_day: dt.date,
    last_day: dt.date | None = None,
    basis: str = Assignment.Basis.ASSIGNED,
    how: str = "",
) -> int:
    """Assigns customers of a branch, whom nobody looks after on those days, to a manager of the branch.

    Shape: ids of customers; no last day = as long as the manager's term lasts. `how` says how a newly developed customer was
    won. Returns how many were assigned.
    Raises: RuleError without the right, to oneself, outside the manager's days in office, and where one of them is assigned
    on some of these days already: who is to move from one manager to another goes on a hand-over sheet.
    Locks: the customers, in order.
    Source: articles 9(1) and 14.
    """
    refuse_without(actor, branch, *ASSIGNERS)
    if manager.pk == actor.employee_id:
        raise RuleError(_("Nobody decides about himself or herself. Ask another person."), field="manager")
    if basis not in Assignment.Basis.values:
        raise BadInput(_("Say whether they are handed over or newly developed."), field="basis")
    if basis == Assignment.Basis.DEVELOPED and not how.strip():
        raise BadInput(_("Say how the customer was won."), field="how", article=ARTICLE)
    last_day = last_day or _end_of_term(manager, branch, first_day)
    _refuse_out_of_office(manager, branch, first_day, last_day)
    with obeying_laws(), transaction.atomic():
        rows = Customer.objects.select_for_update(no_key=True).filter(branch=branch, pk__in=list(customers))
        found = list(rows.order_by("pk"))
        if not found:
            raise BadInput(_("Choose at least one customer."), field="customers")
        _refuse_aside(found)
        _refuse_assigned(found, first_day, last_day)
        made = Assignment.objects.bulk_create(
            Assignment(
                customer=one,
                branch=branch,
                manager=manager,
                first_day=first_day,
                last_day=last_day,
                basis=basis,
                how=how.strip(),
                made_by_id=actor.employee_id,
            )
            for one in found
        )
        check_laws_now()
        _record(actor, "assign_customers", found, branch, {manager.employee_no: [None, _written(made[0])]})
        said = gettext_noop("%(number)s customers are assigned to you from %(day)s on: %(names)s")
        if len(found) == 1:
            said = gettext_noop("%(names)s is assigned to you from %(day)s on.")
        _tell(manager, said, found, first_day)
    return len(found)


def end_assignment(*, actor: Actor, assignment: Assignment, last_day: dt.date, reason: str) -> None:
    """Sets the last day of an assignment, earlier or later than it was; from the next day on nobody looks after the customer.

    Raises: RuleError without the right, about oneself or outside the days in office; BadInput without a reason; Conflict when
    somebody has changed the assignment meanwhile.
    """
    manager, branch, customer = assignment.manager, assignment.branch, assignment.customer
    refuse_without(actor, branch, *ASSIGNERS)
    if manager.pk == actor.employee_id:
        raise RuleError(_("Nobody decides about himself or herself. Ask another person."))
    if not reason.strip():
        raise BadInput(_("Say why."), field="reason")
    if last_day < assignment.first_day:
        raise RuleError(_("The last day lies before the first."), field="last_day")
    _refuse_out_of_office(manager, branch, assignment.first_day, last_day)
    before = _written(assignment)
    with obeying_laws(), transaction.atomic():
        Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
        same = Assignment.objects.filter(pk=assignment.pk)
        if assignment.last_day is None:
            same = same.filter(last_day__isnull=True)
        else:
            same = same.filter(last_day=assignment.last_day)
        if same.update(last_day=last_day) != 1:
            raise Conflict(_("Somebody else has changed this assignment a moment ago. Look at it again."))
        assignment.last_day = last_day
        check_laws_now()
        days: list[Any] = [before, _written(assignment)]
        changes = {manager.employee_no: days, "reason": [None, reason.strip()]}
        _record(actor, "end_assignment", [customer], branch, changes)
        _tell(manager, gettext_noop("%(names)s is assigned to you until %(day)s."), [customer], last_day)


def extend(*, actor: Actor, appointment: Appointment, ended: dt.date, last_day: dt.date) -> int:
    """Lengthens with a term the assignments that ended with it, where nobody else has the customer by then.

    The caller has lengthened the term. Shape: returns how many go on until the term's new last day.
    """
    with obeying_laws(), transaction.atomic():
        rows = Assignment.objects.filter(manager=appointment.employee, branch=appointment.branch, last_day=ended)
        found = list(rows.select_related("customer").order_by("customer").select_for_update(of=("self",)))
        later = Assignment.objects.filter(customer__in=[one.customer_id for one in found], first_day__gt=ended)
        taken = set(later.filter(first_day__lte=last_day).values_list("customer", flat=True))
        free = [one for one in found if one.customer_id not in taken and one.customer.archived_at is None]
        Assignment.objects.filter(pk__in=[one.pk for one in free]).update(last_day=last_day)
        check_laws_now()
        if free:
            days: dict[str, list[Any]] = {"last_day": [str(ended), str(last_day)]}
            _record(actor, "extend_assignments", [one.customer for one in free], appointment.branch, days)
    return len(free)


# --- what is looked at


def _end_of_term(manager: Employee, branch: Branch, first_day: dt.date) -> dt.date | None:
    """The last day of the term that holds on the day, or of those that follow it without a gap; none = open."""
    terms, _away = terms_at([manager.pk], branch.pk)[manager.pk]
    end: dt.date | None = None
    for term in sorted(terms, key=lambda one: one.first_day):
        reaches = term.first_day <= first_day or (end is not None and term.first_day <= end + ONE_DAY)
        if not reaches or (term.last_day is not None and term.last_day < first_day):
            continue
        if term.last_day is None:
            return None
        end = max(end or term.last_day, term.last_day)
    return end


def _refuse_out_of_office(manager: Employee, branch: Branch, first_day: dt.date, last_day: dt.date | None) -> None:
    if last_day is not None and last_day < first_day:
        raise RuleError(_("The last day lies before the first."), field="last_day")
    terms, away = terms_at([manager.pk], branch.pk)[manager.pk]
    if (day := first_day_out_of_office(first_day, last_day, terms, away)) is not None:
        raise RuleError(
            _("%(name)s is not in office at %(branch)s on %(day)s. Choose other days or another manager.")
            % {"name": manager.name, "branch": branch.name, "day": day},
            article=14,
            field="manager",
        )


def _refuse_aside(found: list[Customer]) -> None:
    aside = [one for one in found if one.archived_at is not None]
    if aside:
        raise RuleError(
            _("%(customer)s is put aside. Nothing is written about it any more.") % {"customer": aside[0].name}
        )


def _refuse_assigned(found: list[Customer], first_day: dt.date, last_day: dt.date | None) -> None:
    held = Assignment.objects.filter(Q(last_day__isnull=True) | Q(last_day__gte=first_day), customer__in=found)
    if last_day is not None:
        held = held.filter(first_day__lte=last_day)
    count = held.count()
    if not count:
        return
    names = _(", ").join(
        f"{one.customer.name} ({one.manager.name})" for one in held.select_related("customer", "manager")[:NAMED]
    )
    raise RuleError(
        ngettext(
            "%(number)s of them is assigned on some of these days already: %(names)s. Hand it over by a sheet, or leave it out.",
            "%(number)s of them are assigned on some of these days already: %(names)s. Hand them over by a sheet, or leave them"
            " out.",
            count,
        )
        % {"number": count, "names": names},
        article=ARTICLE,
    )


# --- what is kept and told


def _written(assignment: Assignment) -> dict[str, Any]:
    return {
        "first_day": str(assignment.first_day),
        "last_day": str(assignment.last_day) if assignment.last_day else None,
        "basis": str(assignment.basis),
        "how": assignment.how,
    }


def _record(
    actor: Actor, action: str, customers: list[Customer], branch: Branch, changes: dict[str, list[Any]]
) -> None:
    """One entry an act: of one customer on its own trail, of several on the branch's with all their numbers."""
    one = customers[0] if len(customers) == 1 else None
    numbers = {} if one else {"customers": [None, [each.customer_no for each in customers]]}
    record(
        actor=actor,
        action=action,
        subject="customers.customer" if one else "organization.branch",
        subject_key=one.customer_no if one else branch.branch_code,
        branch_id=branch.pk,
        changes=numbers | changes,
    )


def _tell(manager: Employee, sentence: str, customers: list[Customer], day: dt.date) -> None:
    names = "、".join(one.name for one in customers[:NAMED]) + (" …" if len(customers) > NAMED else "")
    only = reverse("desk:customer_detail", args=[customers[0].customer_no]) if len(customers) == 1 else ""
    address = only or f"{reverse('customers:customer_list')}?{urlencode({'manager': manager.employee_no})}"
    notify(
        employee_ids=[manager.pk],
        sentence=sentence,
        values={"number": len(customers), "day": str(day), "names": names},
        address=address,
    )
