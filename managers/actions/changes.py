"""Changes of an office: resignation, dismissal, transfer, suspension and its end, a longer term; proposed by one person,
decided by another, carried out when nothing is left behind (articles 3, 14 and 17)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from common.months import Month
from managers.actions.contracts import end_contracts
from managers.actions.offices import end_office, grants_follow_office
from managers.models import Appointment, AppointmentChange, Suspension
from managers.queries.headcount import runs_scheme
from managers.rules import ONE_DAY, holds_on
from managers.rules.qualification import anniversary
from managers.rules.states import APPOINTMENT_CHANGE_STEPS
from organization.actions.months import mark_stale
from organization.actions.notifications import notify
from organization.actions.trail import record
from organization.models import Branch, Employee, Role
from organization.queries import earliest_open_months, holders_of, policies_of
from organization.rules import Actor, may_step

Kind = AppointmentChange.Kind
State = AppointmentChange.State
PROPOSERS = (Role.CLERK, Role.DIRECTOR, Role.SUPERVISOR)


def propose_change(
    *,
    actor: Actor,
    appointment: Appointment,
    kind: str,
    reason: str,
    first_day: dt.date | None = None,
    last_day: dt.date | None = None,
    to_branch: Branch | None = None,
    address: str = "",
) -> AppointmentChange:
    """Proposes a change of an appointment; its branch's director decides.

    Shape: days as AppointmentChange says. A resignation may be handed in by the manager in person; everything else is
    proposed by a clerk, director or supervisor of the branch about somebody else. `address` is where the director goes.
    Raises: RuleError without the right, for days that do not fit, and where a change is under way already.
    """
    own = actor.employee_id == appointment.employee_id
    if own and kind != Kind.RESIGNATION:
        raise RuleError(_("Nobody decides about himself or herself. Ask another person."))
    if not (own or actor.holds(appointment.branch_id, *PROPOSERS)):
        raise RuleError(_("You do not have the right to do this at %(branch)s.") % {"branch": appointment.branch.name})
    if kind not in Kind.values:
        raise BadInput(_("There is no such change."), field="kind")
    if not reason.strip():
        raise BadInput(_("Say why."), field="reason")
    days = {"first_day": first_day if kind == Kind.SUSPENSION else None, "last_day": last_day}
    where = to_branch if kind == Kind.TRANSFER else None
    with obeying_laws(), transaction.atomic():
        locked = _locked_appointment(appointment)
        _refuse_unfit(locked, kind, to_branch=where, **days)
        change = AppointmentChange.objects.create(
            appointment=locked,
            employee_id=locked.employee_id,
            branch_id=locked.branch_id,
            kind=kind,
            to_branch=where,
            reason=reason.strip(),
            proposed_by_id=actor.employee_id,  # type: ignore[misc] # whoever holds a right is a person
            proposed_at=timezone.now(),
            **days,
        )
        _told(
            [
                pk
                for pk in holders_of(locked.branch_id, Role.DIRECTOR)
                if pk not in (actor.employee_id, locked.employee_id)
            ],
            gettext_noop("A change of %(name)s’s appointment waits for your decision."),
            change,
            address,
        )
        _record(actor, "propose_change", change, {"state": [None, change.state], **_written(change)})
    return change


def approve_change(*, actor: Actor, change: AppointmentChange, reason: str = "") -> AppointmentChange:
    """Approves a change; it is carried out with its hand-over, or at once where nothing is to be handed over.

    Raises: RuleError without the right, about oneself or what one has proposed, and when its days fit no more; Conflict
    when somebody else was faster.
    """
    with obeying_laws(), transaction.atomic():
        row = _deciding(actor, change)
        appointment = _locked_appointment(row.appointment)
        _refuse_unfit(appointment, row.kind, row.first_day, row.last_day, row.to_branch)
        _step(actor, row, State.APPROVED, "approve_change", **_decision(actor, reason))
    return row


def reject_change(*, actor: Actor, change: AppointmentChange, reason: str, address: str = "") -> None:
    """Rejects a change, with a reason. Raises: as approve_change; BadInput without a reason."""
    if not reason.strip():
        raise BadInput(_("Say why."), field="reason")
    with obeying_laws(), transaction.atomic():
        row = _deciding(actor, change)
        _step(actor, row, State.REJECTED, "reject_change", **_decision(actor, reason))
        sentence = gettext_noop("The change of %(name)s’s appointment that you proposed is rejected.")
        _told([row.proposed_by_id], sentence, row, address)


def withdraw_change(*, actor: Actor, change: AppointmentChange, reason: str) -> None:
    """Takes a change back: a proposal by its proposer, an approved one by the director while nothing is handed over.

    Raises: RuleError without the right, without a reason, or while a hand-over sheet is under way; Conflict when somebody
    else was faster.
    """
    if not reason.strip():
        raise BadInput(_("Say why."), field="reason")
    with obeying_laws(), transaction.atomic():
        row = lock_change(change)
        director = actor.holds(row.branch_id, Role.DIRECTOR) and actor.employee_id != row.employee_id
        if row.state == State.APPROVED and not director:
            raise RuleError(
                _("Only the director of %(branch)s takes back what is approved.") % {"branch": row.branch.name}
            )
        if row.state == State.PROPOSED and not (director or actor.employee_id == row.proposed_by_id):
            raise RuleError(_("Who has proposed a change takes it back."))
        if row.hand_overs.under_way().exists():
            raise RuleError(_("A hand-over sheet is under way. Cancel it first."))
        _step(actor, row, State.WITHDRAWN, "withdraw_change", decision_reason=reason.strip())


def carry_out_change(*, actor: Actor, change: AppointmentChange) -> None:
    """Makes an approved change so: the office ends, moves, pauses or goes on, and the role with it.

    The caller has handed over what the manager holds on the days out of office, in this transaction, and has the laws
    looked at when it ends.
    Locks: the branch and its open months, the appointment, the employee.
    """
    row = lock_change(change)
    if row.state != State.APPROVED:
        raise _decided_already(row)
    touched = {Kind.SUSPENSION: row.first_day, Kind.EXTENSION: row.appointment.last_day}.get(
        Kind(row.kind), row.last_day
    )
    month = Month.of(touched or row.appointment.first_day)
    mark_stale(first_days=[(pk, month) for pk in (row.branch_id, row.to_branch_id) if pk is not None])
    appointment = _locked_appointment(row.appointment)
    term_last_day = appointment.last_day
    match row.kind:
        case Kind.SUSPENSION:
            _suspend(row, appointment)
        case Kind.LIFTING:
            _lift(row, appointment)
        case Kind.EXTENSION:
            Appointment.objects.filter(pk=appointment.pk).update(last_day=row.last_day)
        case _:
            assert row.last_day is not None  # noqa: S101 - change_days_of_its_kind
            end_office(change=row, appointment=appointment)
            end_contracts(actor=actor, appointment=appointment, last_day=row.last_day)
    if row.kind == Kind.TRANSFER:
        _begin_elsewhere(row, term_last_day)
    grants_follow_office(appointment=appointment)
    _step(actor, row, State.DONE, "carry_out_change")
    if row.kind == Kind.TRANSFER:
        _record(actor, "carry_out_change", row, {"branch": [None, row.branch.branch_code]}, at=row.to_branch_id)
        if row.last_day is not None and row.last_day < timezone.localdate():
            move_person(actor=actor, change=row)


def lock_change(change: AppointmentChange) -> AppointmentChange:
    """The change as it stands now, locked until the transaction ends."""
    rows = AppointmentChange.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("appointment", "branch", "employee", "to_branch").get(pk=change.pk)


def _locked_appointment(appointment: Appointment) -> Appointment:
    rows = Appointment.objects.select_for_update(no_key=True, of=("self",)).select_related("branch", "employee")
    return rows.get(pk=appointment.pk)


def _deciding(actor: Actor, change: AppointmentChange) -> AppointmentChange:
    """The locked change, when this person may decide about it."""
    row = lock_change(change)
    if not actor.holds(row.branch_id, Role.DIRECTOR):
        raise RuleError(_("Only the director of %(branch)s decides about appointments.") % {"branch": row.branch.name})
    if actor.employee_id == row.employee_id:
        raise RuleError(_("Nobody decides about himself or herself. Ask another person."))
    if actor.employee_id == row.proposed_by_id:
        raise RuleError(_("Who proposes a change does not decide about it. Ask another person."))
    if row.state != State.PROPOSED:
        raise _decided_already(row)
    return row


def _refuse_unfit(
    appointment: Appointment,
    kind: str,
    first_day: dt.date | None,
    last_day: dt.date | None,
    to_branch: Branch | None,
) -> None:
    """Raises: RuleError when the change's days do not fit the appointment, or touch a closed month."""
    if kind != Kind.SUSPENSION and last_day is None:
        raise BadInput(_("Name the day."), field="last_day")
    today = timezone.localdate()
    if appointment.end or (appointment.last_day is not None and appointment.last_day < today and kind != Kind.LIFTING):
        raise RuleError(_("This appointment has ended on %(day)s.") % {"day": appointment.last_day})
    term = _("This appointment runs from %(first)s to %(last)s.") % {
        "first": appointment.first_day,
        "last": appointment.last_day or "—",
    }
    if kind == Kind.SUSPENSION:
        if first_day is None:
            raise BadInput(_("Name the day."), field="first_day")
        if last_day is not None and last_day < first_day:
            raise BadInput(_("The last day lies before the first."), field="last_day")
        if not holds_on(first_day, appointment) or not holds_on(last_day or first_day, appointment):
            raise RuleError(_("Choose days inside the appointment.") + " " + term, field="first_day")
        touched = first_day
    elif last_day is None:
        return
    elif kind == Kind.LIFTING:
        running = appointment.suspensions.filter(first_day__lte=last_day)
        if not any(one.last_day is None or one.last_day > last_day for one in running):
            raise RuleError(_("No suspension goes on after that day. There is nothing to end."), field="last_day")
        touched = last_day + ONE_DAY
    elif kind == Kind.EXTENSION:
        _refuse_extension(appointment, last_day)
        touched = last_day
    else:
        if not holds_on(last_day, appointment) or last_day == appointment.last_day:
            raise RuleError(_("The last day in office lies inside the term.") + " " + term, field="last_day")
        if kind == Kind.TRANSFER:
            if to_branch is None or to_branch.pk == appointment.branch_id:
                raise BadInput(_("A transfer leads to another branch. Name it."), field="to_branch")
            if not runs_scheme(to_branch, last_day + ONE_DAY):
                raise RuleError(
                    _("%(branch)s has no account managers: the system is not switched on there.")
                    % {"branch": to_branch.name},
                    article=4,
                    field="to_branch",
                )
        touched = last_day + ONE_DAY
    refuse_closed(appointment.branch_id, touched, field="first_day" if kind == Kind.SUSPENSION else "last_day")


def refuse_closed(branch_id: int, touched: dt.date, *, field: str) -> None:
    """Raises: RuleError when the day lies in a month that is closed at the branch."""
    earliest = earliest_open_months([branch_id]).get(branch_id)
    if earliest is not None and touched < earliest.first_day:
        raise RuleError(
            _("%(month)s is closed; who was in office then stays. Choose %(day)s or a later day.")
            % {"month": Month.of(touched), "day": earliest.first_day},
            field=field,
        )


def _refuse_extension(appointment: Appointment, last_day: dt.date) -> None:
    if appointment.last_day is None:
        raise RuleError(_("This term has no last day. There is nothing to extend."))
    if last_day <= appointment.last_day:
        raise RuleError(_("A longer term ends after %(day)s.") % {"day": appointment.last_day}, field="last_day")
    years = policies_of(appointment.branch)["term_years"]
    latest = anniversary(appointment.last_day, 12 * years)
    if last_day > latest:
        raise RuleError(
            _("A term is at most %(years)s years long here. Choose %(day)s or an earlier day.")
            % {"years": years, "day": latest},
            article=3,
            field="last_day",
        )


def _suspend(row: AppointmentChange, appointment: Appointment) -> None:
    assert row.first_day is not None  # noqa: S101 - change_days_of_its_kind
    assert row.decided_by is not None  # noqa: S101 - change_decision_has_a_name
    Suspension.objects.create(
        appointment=appointment,
        first_day=row.first_day,
        last_day=row.last_day,
        reason=row.reason,
        made_by=row.decided_by,
        made_at=timezone.now(),
    )


def _lift(row: AppointmentChange, appointment: Appointment) -> None:
    assert row.last_day is not None  # noqa: S101 - change_days_of_its_kind
    running = [one for one in appointment.suspensions.all() if one.last_day is None or one.last_day > row.last_day]
    for one in running:
        if one.first_day <= row.last_day:
            one.last_day, one.lifted_by_id, one.lifted_at = row.last_day, row.decided_by_id, timezone.now()
            one.save(update_fields=["last_day", "lifted_by", "lifted_at"])


def _begin_elsewhere(row: AppointmentChange, term_last_day: dt.date | None) -> None:
    """The rest of the term at the other branch; the person's own branch follows when the day has come."""
    assert row.to_branch is not None  # noqa: S101 - change_transfer_leads_to_another_branch
    assert row.last_day is not None  # noqa: S101 - change_days_of_its_kind
    made = Appointment.objects.create(
        employee_id=row.employee_id,
        branch=row.to_branch,
        first_day=row.last_day + ONE_DAY,
        last_day=term_last_day,
        appointed_by_id=row.decided_by_id,
    )
    grants_follow_office(appointment=made)


def move_person(*, actor: Actor, change: AppointmentChange) -> None:
    """The person belongs to the branch of a transfer from now on, since managers are looked after where they serve.

    The caller holds the change locked. Source: article 14.
    """
    Employee.objects.filter(pk=change.employee_id).update(branch=change.to_branch_id)
    change.moved_at = timezone.now()
    change.save(update_fields=["moved_at"])
    assert change.to_branch is not None  # noqa: S101 - change_transfer_leads_to_another_branch
    branches = [change.branch.branch_code, change.to_branch.branch_code]
    record(
        actor=actor,
        action="move_person",
        subject="organization.employee",
        subject_key=change.employee.employee_no,
        branch_id=change.to_branch_id,
        changes={"branch": branches},
    )


def _step(actor: Actor, row: AppointmentChange, to: str, action: str, **fields: Any) -> None:
    before = row.state
    if not may_step(APPOINTMENT_CHANGE_STEPS, before, to):
        raise _decided_already(row)
    changes: dict[str, Any] = {"state": [before, to]}
    for name, value in {"state": to, **fields}.items():
        if name != "state":
            changes[name] = [getattr(row, name), value]
        setattr(row, name, value)
    row.save(update_fields=["state", *fields])
    _record(actor, action, row, changes | (_written(row) if to == State.DONE else {}))


def _decision(actor: Actor, reason: str) -> dict[str, Any]:
    return {"decided_by_id": actor.employee_id, "decided_at": timezone.now(), "decision_reason": reason.strip()}


def _decided_already(row: AppointmentChange) -> Conflict:
    if row.decided_by is None or row.decided_at is None:
        return Conflict(_("This change has been withdrawn. Look at it again."))
    return Conflict(
        _("%(name)s has decided about this change at %(time)s: %(state)s. Look at it again.")
        % {
            "name": row.decided_by.name,
            "time": f"{timezone.localtime(row.decided_at):%Y-%m-%d %H:%M}",
            "state": row.get_state_display(),
        }
    )


def _told(people: list[int], sentence: str, change: AppointmentChange, address: str) -> None:
    notify(employee_ids=people, sentence=sentence, values={"name": change.employee.name}, address=address)


def _written(change: AppointmentChange) -> dict[str, Any]:
    return {
        "kind": [None, change.kind],
        "first_day": [None, change.first_day],
        "last_day": [None, change.last_day],
        "to_branch": [None, change.to_branch.branch_code if change.to_branch else None],
        "reason": [None, change.reason],
    }


def _record(
    actor: Actor, action: str, change: AppointmentChange, changes: dict[str, Any], *, at: int | None = None
) -> None:
    record(
        actor=actor,
        action=action,
        subject="managers.appointmentchange",
        subject_key=f"{change.employee.employee_no} {change.pk}",
        branch_id=at or change.branch_id,
        changes=changes,
    )
