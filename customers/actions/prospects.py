"""Prospects: found, moved from stage to stage until they are customers or lost, handed to another manager (article 9(1))."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from common.pinyin import initials
from customers.models import Assignment, Customer, Prospect, ProspectStep
from customers.queries.prospects import same_person
from customers.rules.states import PROSPECT_STEPS
from managers.models import Appointment
from organization.actions.notifications import notify
from organization.actions.rights import refuse_without
from organization.actions.trail import record
from organization.models import Branch, Employee, Role
from organization.queries import holders_of
from organization.rules import Actor, may_step

FIELDS = ("name", "kind", "phone", "address", "source", "wants", "expected_fen", "next_step", "next_on")


def find_prospect(*, actor: Actor, branch: Branch, sure: bool = False, **given: Any) -> Prospect:
    """Somebody new who may become a customer, looked after by whoever found them.

    Shape: `given` are FIELDS. Raises: RuleError for whoever is no account manager of the branch, and when somebody of the
    branch has the same name and number, unless one is sure that it is another person.
    """
    refuse_without(actor, branch, Role.ACCOUNT_MANAGER)
    given = _checked(given)
    now = timezone.now()
    with obeying_laws(), transaction.atomic():
        # One after the other, so that a form that is sent twice meets its first sending here.
        Branch.objects.select_for_update(no_key=True).get(pk=branch.pk)
        if not sure:
            _refuse_same_person(branch, given["name"], given.get("phone", ""))
        row = Prospect.objects.create(
            branch=branch,
            manager_id=writer_of(actor),
            initials=initials(given["name"]),
            made_at=now,
            changed_at=now,
            **given,
        )
        ProspectStep.objects.create(prospect=row, stage_after=row.stage, made_by_id=writer_of(actor), made_at=now)
        _record(actor, "find_prospect", row, {name: [None, value] for name, value in given.items() if value})
    return row


def change_prospect(*, actor: Actor, prospect: Prospect, version: int, sure: bool = False, **given: Any) -> None:
    """Changes what is known about a prospect. Raises: RuleError, Conflict when it was changed since it was opened."""
    given = _checked(given)
    with obeying_laws(), transaction.atomic():
        row = _locked(actor, prospect, version)
        if not sure and (given["name"], given.get("phone", "")) != (row.name, row.phone):
            _refuse_same_person(row.branch, given["name"], given.get("phone", ""), besides=row.pk)
        changes = {name: [getattr(row, name), value] for name, value in given.items() if getattr(row, name) != value}
        if not changes:
            return
        for name, value in given.items():
            setattr(row, name, value)
        row.initials = initials(row.name)
        _save(row, *given, "initials")
        _record(actor, "change_prospect", row, changes)


def step_prospect(
    *,
    actor: Actor,
    prospect: Prospect,
    to: str,
    version: int,
    words: str = "",
    customer: Customer | None = None,
) -> None:
    """Moves a prospect to another stage: lost with a reason, won with the customer that it has become.

    The clerks of the branch are told of a customer who was won, and assign it as newly developed.
    Raises: RuleError for others than the own manager and for a step that the stages do not allow; BadInput without a reason
    or a customer; Conflict when somebody has moved or changed it meanwhile.
    Source: article 9(1).
    """
    if to == Prospect.Stage.LOST and not words.strip():
        raise BadInput(_("Say why it was lost."), field="words")
    if to == Prospect.Stage.WON and customer is None:
        raise BadInput(_("A prospect is won when it is a customer. Name the customer."), field="customer")
    with obeying_laws(), transaction.atomic():
        row = _locked(actor, prospect, version)
        if not may_step(PROSPECT_STEPS, row.stage, to):
            raise RuleError(
                _("No step leads from “%(stage)s” to “%(to)s”.")
                % {"stage": row.get_stage_display(), "to": Prospect.Stage(to).label if to in PROSPECT_STEPS else to}
            )
        if customer is not None and to == Prospect.Stage.WON:
            _refuse_elsewhere(row, customer)
            row.customer = customer
        take_step(actor=actor, row=row, to=to, words=words.strip()[:300])
        if row.customer is not None and to == Prospect.Stage.WON:
            _tell_clerks(actor, row, row.customer)
    prospect.refresh_from_db(fields=["stage", "version", "customer", "changed_at"])


def take_step(*, actor: Actor, row: Prospect, to: str, words: str = "") -> None:
    """One step of a prospect whose row the caller has locked and looked at."""
    before, row.stage = row.stage, Prospect.Stage(to)
    row.lost_reason = words if to == Prospect.Stage.LOST else ""
    if to in (Prospect.Stage.LOST, Prospect.Stage.WON):
        row.next_step, row.next_on = "", None
    _save(row, "stage", "lost_reason", "customer", "next_step", "next_on")
    ProspectStep.objects.create(
        prospect=row,
        stage_before=before,
        stage_after=to,
        made_by_id=writer_of(actor),
        made_at=row.changed_at,
        words=words,
    )
    changes: dict[str, Any] = {"stage": [before, to]}
    if words:
        changes["words"] = [None, words]
    if to == Prospect.Stage.WON:
        changes["customer"] = [None, row.customer.customer_no if row.customer else None]
    _record(actor, "step_prospect", row, changes)


def note_next_step(*, actor: Actor, row: Prospect, next_step: str, next_on: dt.date | None) -> None:
    """What comes next with a prospect whose row the caller has locked; empty when it was kept."""
    changes = {"next_step": [row.next_step, next_step], "next_on": [row.next_on, next_on]}
    row.next_step, row.next_on = next_step, next_on
    _save(row, "next_step", "next_on")
    _record(actor, "next_step_of_prospect", row, changes)


def keep_next_step(*, actor: Actor, prospect: Prospect, version: int) -> None:
    """The next step is done: it leaves the card, and stays on the trail. Raises: RuleError, Conflict."""
    with obeying_laws(), transaction.atomic():
        row = _locked(actor, prospect, version)
        if row.next_step:
            note_next_step(actor=actor, row=row, next_step="", next_on=None)


def hand_prospect(*, actor: Actor, prospect: Prospect, manager: Employee) -> None:
    """The branch's director or clerk gives a prospect to another account manager, who is told.

    Raises: RuleError for others, for somebody who is no manager in office there, and for a prospect that is won.
    """
    refuse_without(actor, prospect.branch, Role.DIRECTOR, Role.CLERK)
    serving = Appointment.objects.in_force(timezone.localdate()).filter(employee=manager, branch=prospect.branch)
    if not serving.exists():
        raise RuleError(
            _("%(name)s is no account manager in office at %(branch)s.")
            % {"name": manager.name, "branch": prospect.branch.name},
            field="manager",
        )
    with obeying_laws(), transaction.atomic():
        row = Prospect.objects.select_for_update(no_key=True).get(pk=prospect.pk)
        if row.stage == Prospect.Stage.WON:
            raise RuleError(_("%(name)s is a customer now. Assign the customer instead.") % {"name": row.name})
        if row.manager_id == manager.pk:
            return
        before, row.manager = row.manager.employee_no, manager
        _save(row, "manager")
        notify(
            employee_ids=[manager.pk],
            sentence=gettext_noop("%(name)s has given you the prospect %(prospect)s."),
            values={"name": actor.name, "prospect": row.name},
            address=reverse("customers:prospect_detail", args=[row.pk]),
        )
        _record(actor, "hand_prospect", row, {"manager": [before, manager.employee_no]})


def refuse_unless_own_prospect(actor: Actor, prospect: Prospect) -> None:
    """Raises: RuleError unless the actor looks after the prospect, as an account manager of its branch."""
    if prospect.manager_id != actor.employee_id or not actor.holds(prospect.branch_id, Role.ACCOUNT_MANAGER):
        raise RuleError(
            _("%(prospect)s is looked after by %(name)s, who alone writes here.")
            % {"prospect": prospect.name, "name": prospect.manager.name}
        )


def writer_of(actor: Actor) -> int:
    """Whose name stands under a note or a step. Raises: RuleError for the system, which visits nobody."""
    if actor.employee_id is None:
        raise RuleError(_("A person writes here, not the system."))
    return actor.employee_id


def _checked(given: dict[str, Any]) -> dict[str, Any]:
    """What was given, trimmed. Raises: BadInput without a name, and for a next step without its day or the reverse."""
    given = {
        name: value.strip() if isinstance(value, str) else value for name, value in given.items() if name in FIELDS
    }
    if not given.get("name"):
        raise BadInput(_("Write the name."), field="name")
    if bool(given.get("next_step")) != bool(given.get("next_on")):
        raise BadInput(
            _("A next step has words and a day."), field="next_on" if given.get("next_step") else "next_step"
        )
    return given


def _refuse_same_person(branch: Branch, name: str, phone: str, *, besides: int | None = None) -> None:
    found = same_person(branch, name, phone, besides=besides)
    if not found:
        return
    said = [
        _("the customer %(name)s, %(number)s") % {"name": one.name, "number": one.customer_no}
        if isinstance(one, Customer)
        else _("the prospect %(name)s of %(manager)s") % {"name": one.name, "manager": one.manager.name}
        for one in found
    ]
    raise RuleError(
        _("Somebody of %(branch)s is called so already: %(found)s. Tick “It is another person” if it is.")
        % {"branch": branch.name, "found": _("; ").join(said)},
        field="sure",
    )


def _refuse_elsewhere(row: Prospect, customer: Customer) -> None:
    if customer.branch_id != row.branch_id:
        raise BadInput(_("Choose a customer of %(branch)s.") % {"branch": row.branch.name}, field="customer")
    if customer.archived_at is not None:
        raise BadInput(
            _("%(customer)s is put aside. Nothing is written about it any more.") % {"customer": customer.name},
            field="customer",
        )


def _locked(actor: Actor, prospect: Prospect, version: int) -> Prospect:
    """The prospect's row as it stands, locked. Raises: RuleError of another's, Conflict of another version than was opened."""
    rows = Prospect.objects.select_for_update(no_key=True, of=("self",)).select_related("branch", "manager", "customer")
    row = rows.get(pk=prospect.pk)
    refuse_unless_own_prospect(actor, row)
    if row.version != version:
        step = row.steps.select_related("made_by").order_by("-pk").first()
        at = f"{timezone.localtime(row.changed_at):%Y-%m-%d %H:%M}"
        if step is not None and step.made_at == row.changed_at:
            raise Conflict(
                _("%(name)s has moved %(prospect)s to “%(stage)s” at %(time)s. Look again, then decide.")
                % {"name": step.made_by.name, "prospect": row.name, "stage": step.get_stage_after_display(), "time": at}
            )
        raise Conflict(
            _("%(prospect)s was changed at %(time)s in another window. Look again, then decide.")
            % {"prospect": row.name, "time": at}
        )
    return row


def _save(row: Prospect, *fields: str) -> None:
    row.version, row.changed_at = row.version + 1, timezone.now()
    row.save(update_fields=[*fields, "version", "changed_at"])


def _tell_clerks(actor: Actor, row: Prospect, customer: Customer) -> None:
    own = Assignment.objects.in_force(timezone.localdate()).filter(customer=customer, manager=row.manager_id)
    if own.exists():
        return
    clerks = holders_of(row.branch_id, Role.CLERK) or holders_of(row.branch_id, Role.DIRECTOR)
    notify(
        employee_ids=clerks,
        sentence=gettext_noop(
            "%(name)s has won %(prospect)s. Assign the customer %(number)s to %(name)s as newly developed."
        ),
        values={"name": actor.name, "prospect": row.name, "number": customer.customer_no},
        address=assignment_address(row, customer),
    )


def assignment_address(row: Prospect, customer: Customer) -> str:
    """Where a clerk assigns the customer who was won, with everything filled in; else the prospect's own page."""
    try:
        address = reverse("customers:assignment_new")
    except NoReverseMatch:
        return reverse("customers:prospect_detail", args=[row.pk])
    return f"{address}?" + urlencode(
        {
            "customer": customer.customer_no,
            "manager": row.manager.employee_no,
            "basis": Assignment.Basis.DEVELOPED,
            "how": row.source,
        }
    )


def _record(actor: Actor, action: str, row: Prospect, changes: dict[str, Any]) -> None:
    record(
        actor=actor,
        action=action,
        subject="customers.prospect",
        subject_key=str(row.pk),
        branch_id=row.branch_id,
        changes=changes,
    )
