"""The attributions on a hand-over sheet: drawn up, put in the form that is signed, and moved when all have signed."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from common.errors import RuleError
from common.laws import obeying_laws
from customers.queries.handovers import lines_of as customer_lines
from deposits.models import Attribution, AttributionHandOver
from deposits.queries.handovers import balance_before, held_from, lines_of
from deposits.rules import WHOLE_BP, summed_shares
from managers.actions.hand_over_lines import draw_up_lines, end_with_giver, moves_of, refuse_takers, written
from managers.actions.handovers import lock_sheet, record_sheet, refuse_changing
from managers.models import Appointment, HandOver
from managers.queries.handovers import undecided
from managers.rules import ONE_DAY, Term
from organization.actions.trail import record
from organization.rules import Actor


def draw_up(*, sheet: HandOver) -> int:
    """Writes a line for every attribution that the giver holds from the sheet's first day on; what was decided stays.

    The caller has locked the sheet, a draft. Shape: returns the number of lines.
    """
    held = held_from(sheet.appointment, sheet.first_day, sheet.last_day)
    return draw_up_lines(sheet, AttributionHandOver, held)


def follow_customers(*, actor: Actor, sheet: HandOver) -> int:
    """Gives the accounts of a draft that are still open to whoever takes over their customer on the same sheet.

    Shape: what was decided about an account stays; returns how many accounts were given.
    Raises: RuleError without the right, for oneself as taker, or where no account follows; Conflict when it is no draft.
    """
    with obeying_laws(), transaction.atomic():
        row = lock_sheet(sheet)
        refuse_changing(actor, row)
        given = {line.customer_id: line.taker for line in customer_lines(row) if line.taker}
        lines = [line for line in undecided(lines_of(row)) if line.account.customer_id in given]
        if not lines:
            raise RuleError(_("No open account belongs to a customer who is taken over. Decide the customers first."))
        of_taker: dict[str, list[str]] = defaultdict(list)
        for line in lines:
            line.taker = given[line.account.customer_id]
            of_taker[line.taker.employee_no].append(line.number)
        refuse_takers(actor, row, {line.taker for line in lines if line.taker})
        AttributionHandOver.objects.bulk_update(lines, ["taker"])
        record_sheet(actor, "decide_hand_over_lines", row, {"accounts_to": [None, dict(of_taker)]})
    return len(lines)


def write_out(*, sheet: HandOver) -> list[str]:
    """Puts the lines of a draft in the form in which they are signed: with balances, without what stays. Returns them as text.

    The caller has locked the sheet.
    """
    rows = AttributionHandOver.objects.filter(hand_over=sheet)
    undecided(rows).delete()
    rows.update(balance_fen=Coalesce(balance_before(sheet.first_day), 0))
    return [f"{written(line)} {line.balance_fen}" for line in lines_of(sheet)]


def move(*, sheet: HandOver) -> dict[str, Any]:
    """Ends the giver's attributions the day before and begins the takers', as the lines say. Returns what the trail keeps.

    The caller has seen that everybody has signed, has locked the branch's open months and the sheet, and has the laws
    looked at when all is moved.
    Raises: Conflict when the giver's attributions are no longer those that were signed; RuleError when a taker is not in
    office, or has the account from that very day already.
    Locks: the attributions, by account.
    """
    held = held_from(sheet.appointment, sheet.first_day, sheet.last_day).select_for_update(of=("self",))
    moves = moves_of(sheet, lines_of(sheet), held)
    end_with_giver(sheet, Attribution, moves)
    parts: dict[tuple[int, int], list[tuple[Term, int]]] = defaultdict(list)
    made: list[Attribution] = []
    for move in moves:
        line = move.line
        if line.taker_id is not None and move.taken is not None:
            parts[line.account_id, line.taker_id].append((move.taken, line.share_bp))
        if move.passed.returns is not None:
            back = move.passed.returns
            made.append(_attribution(sheet, line.account_id, sheet.employee_id, back, line.share_bp, line.basis))
    made += [
        _attribution(sheet, account_id, taker_id, term, share_bp, Attribution.Basis.ASSIGNED)
        for (account_id, taker_id), of_taker in parts.items()
        for term, share_bp in summed_shares(of_taker)
    ]
    _refuse_twice_from_one_day(made)
    Attribution.objects.bulk_create(made)
    return {"attributions": [written(move.line) for move in moves]}


def extend(*, actor: Actor, appointment: Appointment, ended: dt.date, last_day: dt.date) -> int:
    """Lets attributions that end with a term go on with its extension, where their share is still free afterwards.

    The caller has locked the branch's open months and has the laws looked at afterwards. Returns how many go on.
    """
    with_term = Attribution.objects.filter(
        manager=appointment.employee_id, branch=appointment.branch_id, last_day=ended
    ).select_related("account")
    rows = list(with_term.order_by("account__account_no").select_for_update(of=("self",)))
    after = Attribution.objects.in_force(ended + ONE_DAY).filter(account__in=[one.account_id for one in rows])
    held = dict(after.order_by().values_list("account").annotate(share=Sum("share_bp")))
    free = [one for one in rows if held.get(one.account_id, 0) + one.share_bp <= WHOLE_BP]
    Attribution.objects.filter(pk__in=[one.pk for one in free]).update(last_day=last_day)
    record(
        actor=actor,
        action="extend_attributions",
        subject="managers.appointment",
        subject_key=f"{appointment.employee.employee_no} {appointment.first_day}",
        branch_id=appointment.branch_id,
        changes={"accounts": [None, [one.account.account_no for one in free]], "last_day": [ended, last_day]},
    )
    return len(free)


def _attribution(
    sheet: HandOver, account_id: int, manager_id: int, term: Term, share_bp: int, basis: str
) -> Attribution:
    return Attribution(
        account_id=account_id,
        branch_id=sheet.branch_id,
        manager_id=manager_id,
        first_day=term.first_day,
        last_day=term.last_day,
        share_bp=share_bp,
        basis=basis,
    )


def _refuse_twice_from_one_day(made: list[Attribution]) -> None:
    """An account has at most one attribution of a manager that begins on a day."""
    wanted = {(one.account_id, one.manager_id, one.first_day) for one in made}
    same = Attribution.objects.filter(
        account__in={one.account_id for one in made}, first_day__in={d for _a, _m, d in wanted}
    )
    for one in same.select_related("account", "manager"):
        if (one.account_id, one.manager_id, one.first_day) in wanted:
            raise RuleError(
                _(
                    "%(name)s has a share of account %(account)s from %(day)s on already. Name another taker or another day."
                )
                % {"name": one.manager.name, "account": one.account.account_no, "day": one.first_day}
            )
