"""The assignments on a hand-over sheet: drawn up, put in the form that is signed, and moved when all have signed."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from common.errors import Conflict, RuleError
from customers.models import Assignment, Customer, CustomerHandOver
from customers.queries.handovers import held_from, lines_of
from managers.actions.hand_over_lines import Move, draw_up_lines, end_with_giver, moves_of, written
from managers.models import HandOver
from managers.queries.handovers import undecided
from managers.rules import ONE_DAY, Term

_Move = Move[CustomerHandOver, Assignment]


def draw_up(*, sheet: HandOver) -> int:
    """Writes a line for every customer whom the giver has from the sheet's first day on; what was decided stays.

    The caller has locked the sheet, a draft. Shape: returns the number of lines.
    """
    held = held_from(sheet.appointment, sheet.first_day, sheet.last_day)
    return draw_up_lines(sheet, CustomerHandOver, held)


def write_out(*, sheet: HandOver) -> list[str]:
    """Puts the lines of a draft in the form in which they are signed: without what stays. Returns them as text.

    The caller has locked the sheet. Raises: Conflict where somebody is to take over a customer who is put aside.
    """
    undecided(lines_of(sheet)).delete()
    lines = list(lines_of(sheet))
    _refuse_aside(lines)
    return [written(line) for line in lines]


def move(*, sheet: HandOver) -> dict[str, Any]:
    """Ends the giver's assignments the day before and begins the takers', as the lines say. Returns what the trail keeps.

    Shape: a taker has a customer as existing (存量), until the taker's own term ends or somebody else's days begin.
    The caller has seen that everybody has signed, has locked the sheet, has moved the accounts, and has the laws looked at
    when all is moved.
    Raises: Conflict when the giver's assignments are no longer those that were signed, or a customer was put aside;
    RuleError when a taker is not in office, and for an assignment without a day left that an account still follows.
    Locks: the customers, in order, then the assignments.
    Source: articles 9(1) and 14.
    """
    lines = lines_of(sheet)
    _refuse_aside(lines)
    held = held_from(sheet.appointment, sheet.first_day, sheet.last_day).select_for_update(of=("self",))
    moves = moves_of(sheet, lines, held)
    begin = _first_days_of_others(moves)
    try:
        end_with_giver(sheet, Assignment, moves)
    except ProtectedError as error:
        raise _followed(moves, error.protected_objects) from error
    made = []
    for one in moves:
        line = one.line
        if line.taker_id is not None and one.taken is not None:
            term = _until_another(one.taken, begin[line.customer_id])
            made.append(_assignment(sheet, line.customer_id, line.taker_id, term, Assignment.Basis.ASSIGNED))
        if one.passed.returns is not None:
            back = one.passed.returns
            made.append(_assignment(sheet, line.customer_id, sheet.employee_id, back, line.basis, how=one.held.how))
    Assignment.objects.bulk_create(made)
    return {"customers": [written(one.line) for one in moves]}


def _refuse_aside(lines: Iterable[CustomerHandOver]) -> None:
    """Locks the customers that somebody takes over, as whoever assigns, merges or puts one aside does first.

    Raises: Conflict for one put aside.
    """
    wanted = {line.customer_id for line in lines if line.taker_id}
    for one in Customer.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk"):
        if one.archived_at is not None:
            raise Conflict(
                _("%(customer)s is put aside. Say on the sheet that nobody takes it over, and why.")
                % {"customer": f"{one.customer_no} {one.name}"}
            )


def _first_days_of_others(moves: Collection[_Move]) -> dict[int, list[dt.date]]:
    """By customer, the days on which assignments begin that are not the giver's to hand over."""
    rows = Assignment.objects.filter(customer__in={one.line.customer_id for one in moves})
    rows = rows.exclude(pk__in={one.held.pk for one in moves})
    found: dict[int, list[dt.date]] = defaultdict(list)
    for customer_id, first_day in rows.order_by().values_list("customer", "first_day"):
        found[customer_id].append(first_day)
    return found


def _until_another(term: Term, begin: Iterable[dt.date]) -> Term:
    """The days, ending before somebody else's begin. A term that ended with the office is open for the taker."""
    following = min((day for day in begin if day > term.first_day), default=None)
    if following is None or (term.last_day is not None and term.last_day < following):
        return term
    return Term(term.first_day, following - ONE_DAY)


def _followed(moves: Iterable[_Move], followers: Iterable[Any]) -> RuleError:
    ids = {one.assignment_id for one in followers}
    names = [one.line.customer.name for one in moves if one.held.pk in ids]
    return RuleError(
        _(
            "%(customers)s: assigned only from that day on, and a new account follows the assignment. Hand the account over"
            " as well, or leave the customer out."
        )
        % {"customers": "、".join(names)}
    )


def _assignment(
    sheet: HandOver, customer_id: int, manager_id: int, term: Term, basis: str, *, how: str = ""
) -> Assignment:
    return Assignment(
        customer_id=customer_id,
        branch_id=sheet.branch_id,
        manager_id=manager_id,
        first_day=term.first_day,
        last_day=term.last_day,
        basis=basis,
        how=how,
        made_by_id=sheet.made_by_id,
        hand_over=sheet,
    )
