"""Hand-overs over all ledgers: what each of them holds of a manager goes on one sheet, and moves in one transaction.

The rules stand with the ledgers and with managers; here they are put in order.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any, Protocol

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from common.errors import BadInput, RuleError
from common.laws import obeying_laws
from common.months import Month
from customers.actions import handovers as assignments
from customers.actions.assignments import extend as extend_assignments
from customers.models import CustomerHandOver
from customers.queries.handovers import held_from as customers_held
from deposits.actions import handovers as attributions
from deposits.models import AttributionHandOver
from deposits.queries.handovers import held_from as accounts_held
from managers.actions import changes, handovers
from managers.models import Appointment, AppointmentChange, HandOver, HandOverLine
from managers.queries.handovers import lines_on, takers_on, undecided
from managers.rules import ONE_DAY
from organization.actions.months import check_laws_now, mark_stale
from organization.models import Employee, User
from organization.rules import Actor

Kind = AppointmentChange.Kind
Occasion = HandOver.Occasion


class Ledger(Protocol):
    """What an app does with its lines of a sheet (deposits/actions/handovers.py says each in full)."""

    def draw_up(self, *, sheet: HandOver) -> int: ...

    def write_out(self, *, sheet: HandOver) -> list[str]: ...

    def move(self, *, sheet: HandOver) -> dict[str, Any]: ...


# The ledgers that have lines on a sheet, in the order in which they move: accounts first, since an attribution that came
# about by itself points at the assignment that it follows, and that one can only go after it.
LEDGERS: tuple[Ledger, ...] = (attributions, assignments)
LINES: tuple[type[HandOverLine], ...] = (AttributionHandOver, CustomerHandOver)


def approve_change(
    *, actor: Actor, change: AppointmentChange, witness: Employee | None = None, reason: str = ""
) -> HandOver | None:
    """Approves a change of an office. What the manager then no longer may hold goes on a hand-over sheet, and the change
    waits for it; where there is nothing to hand over it is carried out at once.

    Shape: returns the sheet, if one was begun; it names a witness.
    Raises: RuleError as managers' approve_change; BadInput where a sheet needs a witness.
    """
    with obeying_laws(), transaction.atomic():
        row = changes.approve_change(actor=actor, change=change, reason=reason)
        span = row.days_without
        if span is None or not any(held(row.appointment, *span).exists() for held in (customers_held, accounts_held)):
            _carry_out(actor, row)
            check_laws_now()
            return None
        if witness is None:
            raise BadInput(
                _("Customers or accounts are to be handed over. Name the witness of the hand-over."), field="witness"
            )
        occasion = Occasion.SUSPENSION if row.kind == Kind.SUSPENSION else Occasion.END
        return _opened(actor, row.appointment, occasion, *span, witness=witness, change=row)


def open_hand_over(
    *,
    actor: Actor,
    appointment: Appointment,
    witness: Employee,
    first_day: dt.date | None = None,
    change: AppointmentChange | None = None,
    remarks: str = "",
) -> HandOver:
    """Opens a sheet: for a decided change that waits for one, for a term that ends, or for a change of responsibility.

    Shape: of a decided change the days are the change's; without one, the day after the term's last is an end, every
    earlier first day a mere change of responsibility.
    Raises: RuleError as managers' open_hand_over.
    """
    with obeying_laws(), transaction.atomic():
        span = change.days_without if change is not None else None
        if change is not None and span is not None:
            occasion = Occasion.SUSPENSION if change.kind == Kind.SUSPENSION else Occasion.END
            return _opened(actor, appointment, occasion, *span, witness=witness, change=change, remarks=remarks)
        if first_day is None:
            raise BadInput(_("Name the day."), field="first_day")
        ends = appointment.last_day is not None and first_day == appointment.last_day + ONE_DAY
        occasion = Occasion.END if ends else Occasion.CHANGE
        return _opened(actor, appointment, occasion, first_day, None, witness=witness, remarks=remarks)


def draw_up_again(*, actor: Actor, sheet: HandOver) -> None:
    """Writes the lines of a draft anew, as the ledgers are now; what was decided about a line stays."""
    with obeying_laws(), transaction.atomic():
        row = handovers.lock_sheet(sheet)
        handovers.refuse_changing(actor, row)
        lines = sum(ledger.draw_up(sheet=row) for ledger in LEDGERS)
        handovers.record_sheet(actor, "draw_up_hand_over", row, {"lines": [None, lines]})


def send_round(*, actor: Actor, sheet: HandOver) -> None:
    """Sends a sheet round for signing, with the lines as they are. On one of an end or a suspension every line is decided.

    Raises: RuleError while a line is undecided, or where nothing is handed over; Conflict when somebody else was faster.
    """
    with obeying_laws(), transaction.atomic():
        row = handovers.lock_sheet(sheet)
        handovers.refuse_changing(actor, row)
        still_open = sum(undecided(lines_on(model, row)).count() for model in LINES)
        if still_open and row.occasion != Occasion.CHANGE:
            raise RuleError(
                _("%(number)s lines are still open. Give each to somebody, or say why nobody takes over.")
                % {"number": still_open}
            )
        lines = [line for ledger in LEDGERS for line in ledger.write_out(sheet=row)]
        if not lines:
            raise RuleError(_("Nothing on this sheet is handed over. Choose takers, or cancel it."))
        takers = {pk for model in LINES for pk in takers_on(lines_on(model, row))}
        handovers.send_round(actor=actor, sheet=row, takers=takers, digest=_digest(row, lines), address=_address(row))


def sign(*, actor: Actor, user: User, sheet: HandOver, password: str, digest: str, in_stead_reason: str = "") -> bool:
    """Signs a sheet; with the last signature it is carried out. Returns whether it is done.

    A signature stays where carrying out is refused: the sheet then waits for its reason to go.
    Raises: as managers' sign_hand_over and complete_hand_over.
    """
    complete = handovers.sign_hand_over(
        actor=actor, user=user, sheet=sheet, password=password, digest=digest, in_stead_reason=in_stead_reason
    )
    if complete:
        complete_hand_over(actor=actor, sheet=sheet)
    return complete


def complete_hand_over(*, actor: Actor, sheet: HandOver) -> None:
    """Moves everything on a signed sheet in one transaction, and carries out the decided change that it belongs to.

    Raises: RuleError unless everybody has signed, or when a line can no longer be moved; Conflict when somebody else was
    faster.
    Locks: the branch and its open months, the sheet, the attributions, the customers, the appointment.
    Source: article 9(1); roles.md, The flows.
    """
    with obeying_laws(), transaction.atomic():
        # The branches before the sheet, as whoever closes a month locks them: two who complete at once wait here. Both of
        # a transfer together, in order, so that two transfers the other way round do not wait for each other.
        branches = [sheet.branch_id, sheet.change.to_branch_id if sheet.change else None]
        mark_stale(first_days=[(pk, Month.of(sheet.first_day)) for pk in branches if pk is not None])
        changes.refuse_closed(sheet.branch_id, sheet.first_day, field="first_day")
        row = handovers.lock_sheet(sheet)
        moved: dict[str, Any] = {}
        if row.state == HandOver.State.SIGNING:
            for ledger in LEDGERS:
                moved |= ledger.move(sheet=row)
        handovers.finish_hand_over(actor=actor, sheet=row, changes=moved)
        if row.change is not None:
            _carry_out(actor, row.change)
        check_laws_now()


def _opened(
    actor: Actor,
    appointment: Appointment,
    occasion: str,
    first_day: dt.date,
    last_day: dt.date | None,
    *,
    witness: Employee,
    change: AppointmentChange | None = None,
    remarks: str = "",
) -> HandOver:
    sheet = handovers.open_hand_over(
        actor=actor,
        appointment=appointment,
        occasion=occasion,
        first_day=first_day,
        last_day=last_day,
        witness=witness,
        change=change,
        remarks=remarks,
    )
    for ledger in LEDGERS:
        ledger.draw_up(sheet=sheet)
    return sheet


def _carry_out(actor: Actor, change: AppointmentChange) -> None:
    """Makes a change so; with a longer term the assignments and attributions that end with it go on."""
    ended = change.appointment.last_day
    changes.carry_out_change(actor=actor, change=change)
    if change.kind == Kind.EXTENSION and ended is not None and change.last_day is not None:
        for extend in (attributions.extend, extend_assignments):
            extend(actor=actor, appointment=change.appointment, ended=ended, last_day=change.last_day)


def _digest(sheet: HandOver, lines: list[str]) -> str:
    head = (
        f"{sheet.sheet_no} {sheet.branch.branch_code} {sheet.occasion} {sheet.first_day} {sheet.last_day}"
        f" {sheet.employee.employee_no} {sheet.witness.employee_no}"
    )
    return hashlib.sha256("\n".join([head, sheet.remarks, *lines]).encode()).hexdigest()


def _address(sheet: HandOver) -> str:
    return reverse("desk:hand_over_detail", args=[sheet.pk])
