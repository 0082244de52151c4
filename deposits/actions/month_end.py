"""The deposit figures of a month: replaced as a whole, with the proof that nothing was lost."""

from __future__ import annotations

from typing import NamedTuple

from django.db import connection

from common.months import Month
from deposits.models import AccountMonth, AttributedMonth, ManagerMonth
from deposits.queries import month_end
from organization.actions.months import set_based
from organization.actions.rights import refuse_without
from organization.models import Branch, MonthClose, Role
from organization.rules import Actor

# What the statement is made of stands in queries/month_end.py; what it stores, and the proof that nothing was lost, here. The
# rows that RETURNING gives are those stored, so the proof reads what was written, not what was meant. Rows go in in the
# order of their key, which saves the index a tenth of the time.
_STORE_MONTH = """,
stored_account AS (
    INSERT INTO deposits_accountmonth (month, branch_id, account_id, opening_fen, closing_fen, accumulated_fen_days,
        adjustment_fen_days, unattributed_closing_fen, unattributed_accumulated_fen_days)
    SELECT %(first)s, %(branch)s, f.account_id, f.opening, f.closing, f.balances + f.adjustment, f.adjustment,
        rest.closing, rest.accumulated
    FROM figures AS f JOIN rest ON rest.account_id = f.account_id
    ORDER BY f.account_id
    RETURNING account_id, closing_fen - unattributed_closing_fen AS closing,
        accumulated_fen_days - unattributed_accumulated_fen_days AS accumulated
),
stored_part AS (
    INSERT INTO deposits_attributedmonth (month, branch_id, account_id, manager_id, closing_fen, accumulated_fen_days,
        adjustment_fen_days)
    SELECT %(first)s, %(branch)s, account_id, manager_id, closing, balances + adjustment, adjustment FROM part
    ORDER BY account_id, manager_id
    RETURNING account_id, manager_id, closing_fen, accumulated_fen_days, adjustment_fen_days
),
stored_manager AS (
    INSERT INTO deposits_managermonth (month, branch_id, manager_id, accounts, closing_fen, accumulated_fen_days,
        adjustment_fen_days)
    SELECT %(first)s, %(branch)s, manager_id, count(*), sum(closing_fen), sum(accumulated_fen_days),
        sum(adjustment_fen_days)
    FROM stored_part GROUP BY manager_id
    RETURNING 1
)
SELECT (SELECT count(*) FROM figures), (SELECT count(*) FROM stored_account), (SELECT count(*) FROM stored_manager),
       ARRAY(SELECT account_id FROM (
           SELECT account_id, closing, accumulated FROM stored_account
           UNION ALL SELECT account_id, -closing_fen, -accumulated_fen_days FROM stored_part) AS both_sides
       GROUP BY account_id HAVING sum(closing) <> 0 OR sum(accumulated) <> 0 ORDER BY account_id LIMIT 5)
"""


class MonthFigures(NamedTuple):
    """How many rows a run has made."""

    accounts: int
    managers: int


def compute_month(*, actor: Actor, branch: Branch, month: Month, row: MonthClose) -> MonthFigures:
    """Replaces the month's deposit figures: of every account, of every manager's part of it, of every manager.

    One step of the month end, inside its transaction: state, staleness and trail are the caller's (appraisal/actions).
    Shape: row is the month's own row, locked by organization.actions.months.lock_month.
    Law: Σ managers + unattributed = the account's own figure, looked at in what was stored; the account's own figure
    comes from the closed form, its parts from the segments.
    Raises: RuleError without the right; ArithmeticError when the law does not hold, so that nothing is stored.
    Locks: row, by the caller.
    """
    refuse_without(actor, branch, Role.CLERK, Role.DIRECTOR)
    for model in (AccountMonth, AttributedMonth, ManagerMonth):
        model.objects.filter(month=row.month, branch=branch).delete()
    up_to_date = month_end.has_current_figures(branch, month.previous)
    opening = month_end.OPENING_FROM_MONTH_BEFORE if up_to_date else month_end.OPENING_FROM_LEDGER
    with set_based(), connection.cursor() as cursor:
        cursor.execute(
            month_end.MONTH_FIGURES.replace("{opening}", opening) + _STORE_MONTH,
            {
                "branch": branch.pk,
                "first": month.first_day,
                "last": month.last_day,
                "previous": month.previous.first_day,
                "days": month.days,
            },
        )
        computed, accounts, managers, unequal = cursor.fetchone()
    if unequal or computed != accounts:
        raise ArithmeticError(f"{month} {branch.branch_code}: parts and rest are not the whole of accounts {unequal}")
    return MonthFigures(accounts, managers)
