"""A month's figures as they were computed: sums of branches, and the rows that are exported."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import BigIntegerField, Count, Q, Sum
from django.db.models.functions import Cast

from common.money import round_half_up
from common.months import Month
from deposits.models import AccountMonth


def branch_figures(branch_ids: Iterable[int], month: Month) -> list[dict[str, Any]]:
    """The deposits of each branch in a month, and what is exceptional in them.

    Shape: rows of branch, accounts, closing_fen, accumulated_fen_days, average_fen, unattributed and overdrawn (numbers
    of accounts), deviation (an exact pair, none without a positive average); branches without figures are left out.
    """
    rows: list[Any] = list(
        AccountMonth.objects.filter(month=month.first_day, branch__in=list(branch_ids))
        .order_by()
        .values("branch")
        .annotate(
            accounts=Count("account"),
            unattributed=Count("account", filter=~Q(unattributed_accumulated_fen_days=0)),
            overdrawn=Count("account", filter=Q(closing_fen__lt=0)),
            closing_fen=Cast(Sum("closing_fen"), BigIntegerField()),
            accumulated_fen_days=Cast(Sum("accumulated_fen_days"), BigIntegerField()),
        )
    )
    for row in rows:
        accumulated = row["accumulated_fen_days"]
        row["average_fen"] = round_half_up(accumulated, month.days)
        row["deviation"] = (row["closing_fen"] * month.days - accumulated, accumulated) if accumulated > 0 else None
    return rows


def _safe(column: str) -> str:
    """A number as common.spreadsheet.safe_text writes it: nothing that a spreadsheet takes for a formula."""
    return f"CASE WHEN {column} ~ '^[-=+@\\t\\r]' THEN '''' || {column} ELSE {column} END"


def _yuan(column: str) -> str:
    return f"{column} * 0.01"  # exact, and always with two decimals


# One row an account; the average is rounded half away from zero in whole numbers, since a quotient of numerics is cut.
BALANCE_ROWS = f"""
    SELECT {_safe("one.account_no")}, {_safe("branch.branch_code")}, %(days)s,
           {_yuan("f.opening_fen")}, {_yuan("f.closing_fen")}, {_yuan("f.accumulated_fen_days")},
           {_yuan("div(f.accumulated_fen_days * 2::numeric + sign(f.accumulated_fen_days::numeric) * %(days)s, 2 * %(days)s)")}
    FROM deposits_accountmonth AS f
    JOIN deposits_depositaccount AS one ON one.id = f.account_id
    JOIN organization_branch AS branch ON branch.id = f.branch_id
    WHERE f.month = %(month)s AND f.branch_id = ANY(%(branches)s)
    ORDER BY one.account_no"""  # noqa: S608 (built from names alone)


ATTRIBUTED_ROWS = f"""
    SELECT {_safe("one.account_no")}, {_safe("manager.employee_no")},
           {_yuan("part.closing_fen")}, {_yuan("part.accumulated_fen_days")}
    FROM (
        SELECT account_id, manager_id, closing_fen, accumulated_fen_days FROM deposits_attributedmonth
        WHERE month = %(month)s AND branch_id = ANY(%(branches)s)
        UNION ALL
        SELECT account_id, NULL, unattributed_closing_fen, unattributed_accumulated_fen_days FROM deposits_accountmonth
        WHERE month = %(month)s AND branch_id = ANY(%(branches)s)
          AND (unattributed_closing_fen <> 0 OR unattributed_accumulated_fen_days <> 0)
    ) AS part
    JOIN deposits_depositaccount AS one ON one.id = part.account_id
    LEFT JOIN organization_employee AS manager ON manager.id = part.manager_id
    ORDER BY one.account_no, manager.employee_no NULLS FIRST"""  # noqa: S608
