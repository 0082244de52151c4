"""What is asked about assignments: who looks after whom today, who is nobody's, and how it was before (article 9(1))."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.utils import timezone

from customers.models import Assignment, Customer
from managers.models import Appointment
from managers.queries.handovers import MAKERS
from managers.queries.sessions import managers_on
from organization.models import Branch, Employee, Role
from organization.rules import Actor

ASSIGNERS = (Role.CLERK, Role.DIRECTOR)


def with_manager(found: QuerySet[Customer], day: dt.date | None = None) -> QuerySet[Any]:
    """The customers, each with the assignment that holds on the day (today where none is named).

    Shape: annotated manager_no, manager_name, since, basis; none of them where nobody looks after the customer.
    """
    day = day or timezone.localdate()
    holds = Q(assignments__first_day__lte=day) & (
        Q(assignments__last_day__isnull=True) | Q(assignments__last_day__gte=day)
    )
    return found.annotate(
        held=FilteredRelation("assignments", condition=holds),
        manager_no=F("held__manager__employee_no"),
        manager_name=F("held__manager__name"),
        since=F("held__first_day"),
        basis=F("held__basis"),
    )


def unassigned(found: QuerySet[Any], day: dt.date | None = None) -> QuerySet[Any]:
    """Those of the customers whom nobody looks after on the day."""
    held = Assignment.objects.in_force(day or timezone.localdate()).filter(customer=OuterRef("pk"))
    return found.filter(~Exists(held))


def assignable(actor: Actor) -> QuerySet[Any]:
    """The customers in use of the branches that the person reads, each with its manager of today."""
    return with_manager(Customer.objects.visible_to(actor).filter(archived_at__isnull=True).select_related("branch"))


def totals(found: QuerySet[Any]) -> dict[str, int]:
    """How many customers, how many of them are assigned, and how many of those newly developed."""
    developed = Q(held__basis=Assignment.Basis.DEVELOPED)
    counted: dict[str, int] = found.order_by().aggregate(
        customers=Count("pk"), assigned=Count("held"), developed=Count("held", filter=developed)
    )
    return counted


def serving_managers(branches: list[Branch], day: dt.date) -> QuerySet[Employee]:
    """The account managers in office at the branches on a day, by number."""
    offices = Appointment.objects.filter(branch__in=branches).in_force(day)
    return Employee.objects.filter(pk__in=offices.values("employee")).order_by("employee_no")


def takers(branch: Branch, day: dt.date, actor: Actor) -> QuerySet[Employee]:
    """To whom the person may assign customers of a branch from a day on."""
    return managers_on(branch, day).exclude(employee_no=actor.employee_no)


@dataclass(frozen=True, slots=True)
class Held:
    """Who has looked after a customer. Shape: the present one, if any; all of them, the latest first."""

    present: Assignment | None
    all: list[Assignment]
    may_assign: bool
    office: Appointment | None
    """The present manager's office, where a hand-over begins."""


def assignments_of(actor: Actor, customer: Customer) -> Held:
    """The managers of a customer, today's and those before."""
    today = timezone.localdate()
    rows = list(
        Assignment.objects.filter(customer=customer).select_related("manager", "made_by").order_by("-first_day")
    )
    present = next(
        (one for one in rows if one.first_day <= today and (one.last_day is None or one.last_day >= today)), None
    )
    may = actor.holds(customer.branch_id, *ASSIGNERS) and customer.archived_at is None
    office = office_to_hand_over(actor, present.manager, today) if present is not None and may else None
    return Held(present, rows, may, office)


def office_to_hand_over(actor: Actor, manager: Employee | None, day: dt.date) -> Appointment | None:
    """The office that the manager holds on the day, where the person draws up hand-over sheets for it."""
    if manager is None or manager.pk == actor.employee_id:
        return None
    offices = Appointment.objects.filter(employee=manager.pk, branch__in=actor.branches_of(*MAKERS))
    return offices.in_force(day).first()
