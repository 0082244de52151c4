"""What a run marks out for a look, and the control totals of the general ledger beside the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from common.months import Month
from deposits.models import ControlTotal
from organization.models import BUSINESS_ROLES, Branch
from organization.rules import Actor


class ExceptionKind(TextChoices):
    """What a run marks out for a look (arithmetic.md, Balances; formats.md)."""

    OVERDRAWN = "overdrawn", _("negative balance")
    UNATTRIBUTED = "unattributed", _("not attributed as a whole")
    OUTSIDE = "outside", _("posting before the opening or after the closing day")
    BALANCE_CONTROL = "balance_control", _("differs from the reported balance")
    POSTING_BALANCE = "posting_balance", _("differs from the balance after the day’s last posting")
    CONTROL_TOTAL = "control_total", _("differs from the general ledger")


@dataclass(frozen=True, slots=True)
class MonthException:
    """One thing to look at.

    Shape: account_no is empty for a control total; day is the first day of it; ledger_fen is what the ledger says (the
    lowest balance, the unattributed 积数, the posting), reported_fen what another source says where there is one.
    """

    kind: ExceptionKind
    account_no: str
    day: dt.date
    ledger_fen: int
    reported_fen: int | None = None


# Accounts below zero at the end of some day: the day on which it begins, and the lowest balance of the month.
_OVERDRAWN = """
SELECT one.account_no, min(day) FILTER (WHERE balance < 0), min(balance)::bigint, NULL::bigint
FROM (
    SELECT account_id, day, sum(sum(amount)) OVER (PARTITION BY account_id ORDER BY day) AS balance
    FROM (
        SELECT account_id, %(first)s AS day, opening_fen AS amount FROM deposits_accountmonth
        WHERE month = %(first)s AND branch_id = %(branch)s
        UNION ALL
        SELECT account_id, entered_on, amount_fen FROM deposits_posting
        WHERE branch_id = %(branch)s AND entered_on BETWEEN %(first)s AND %(last)s
    ) AS moved
    GROUP BY account_id, day
) AS daily
JOIN deposits_depositaccount AS one ON one.id = daily.account_id
GROUP BY one.account_no HAVING min(balance) < 0
"""


_UNATTRIBUTED = """
SELECT one.account_no, f.month, f.unattributed_accumulated_fen_days, f.accumulated_fen_days
FROM deposits_accountmonth AS f JOIN deposits_depositaccount AS one ON one.id = f.account_id
WHERE f.month = %(first)s AND f.branch_id = %(branch)s
  AND (f.unattributed_closing_fen <> 0 OR f.unattributed_accumulated_fen_days <> 0)
"""


_OUTSIDE = """
SELECT one.account_no, p.posted_on, p.amount_fen, NULL::bigint
FROM deposits_posting AS p JOIN deposits_depositaccount AS one ON one.id = p.account_id
WHERE p.branch_id = %(branch)s AND p.entered_on BETWEEN %(first)s AND %(last)s
  AND (p.posted_on < one.opened_on OR p.posted_on > one.closed_on)
"""


_BALANCE_CONTROL = """
SELECT one.account_no, c.day, ledger.balance, c.balance_fen
FROM deposits_balancecontrol AS c
JOIN deposits_depositaccount AS one ON one.id = c.account_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(p.amount_fen), 0)::bigint AS balance FROM deposits_posting AS p
    WHERE p.account_id = c.account_id AND p.entered_on <= c.day
) AS ledger
WHERE one.branch_id = %(branch)s AND c.day BETWEEN %(first)s AND %(last)s AND c.balance_fen <> ledger.balance
"""


# Files need not be in order of time, nor serial numbers: a day disagrees when none of its postings leaves the balance
# that the ledger has at its end. The one that came last in its file is shown beside it.
_POSTING_BALANCE = """
SELECT one.account_no, day, balance::bigint, reported
FROM (
    SELECT account_id, day, sum(sum(amount)) OVER (PARTITION BY account_id ORDER BY day) AS balance,
           array_agg(after) FILTER (WHERE after IS NOT NULL) AS reports,
           (array_agg(after ORDER BY batch_id DESC, row_no DESC) FILTER (WHERE after IS NOT NULL))[1] AS reported
    FROM (
        SELECT account_id, %(first)s AS day, opening_fen AS amount, NULL::bigint AS after, 0 AS batch_id, 0 AS row_no
        FROM deposits_accountmonth WHERE month = %(first)s AND branch_id = %(branch)s
        UNION ALL
        SELECT account_id, entered_on, amount_fen, CASE WHEN posted_on = entered_on THEN balance_fen END,
               batch_id, row_no
        FROM deposits_posting WHERE branch_id = %(branch)s AND entered_on BETWEEN %(first)s AND %(last)s
    ) AS moved
    GROUP BY account_id, day
) AS daily
JOIN deposits_depositaccount AS one ON one.id = daily.account_id
WHERE reports IS NOT NULL AND balance <> ALL (reports)
"""


_EXCEPTIONS = {
    ExceptionKind.OVERDRAWN: _OVERDRAWN,
    ExceptionKind.UNATTRIBUTED: _UNATTRIBUTED,
    ExceptionKind.OUTSIDE: _OUTSIDE,
    ExceptionKind.BALANCE_CONTROL: _BALANCE_CONTROL,
    ExceptionKind.POSTING_BALANCE: _POSTING_BALANCE,
}


def exceptions(actor: Actor, branch: Branch, month: Month) -> list[MonthException]:
    """What the person may see of the month's exceptions: those who read the branch's business, all of them."""
    if not (actor.is_system or actor.holds(branch.pk, *BUSINESS_ROLES)):
        return []
    return month_exceptions(branch, month)


def month_exceptions(
    branch: Branch, month: Month, kinds: Iterable[ExceptionKind] = tuple(ExceptionKind)
) -> list[MonthException]:
    """What a run of the month marks out, by kind, account number and day."""
    days: dict[str, Any] = {"branch": branch.pk, "first": month.first_day, "last": month.last_day}
    found = []
    with connection.cursor() as cursor:
        for kind in kinds:
            if kind == ExceptionKind.CONTROL_TOTAL:
                found += [
                    MonthException(kind, "", one.day, one.ledger_fen, one.control.balance_fen)
                    for one in control_days(branch, month)
                    if one.differs
                ]
            else:
                cursor.execute(f"{_EXCEPTIONS[kind]} ORDER BY 1, 2", days)
                found += [MonthException(kind, *row) for row in cursor.fetchall()]
    return found


def exception_counts(branch: Branch, month: Month) -> dict[ExceptionKind, int]:
    """How many exceptions of each kind the month has."""
    days: dict[str, Any] = {"branch": branch.pk, "first": month.first_day, "last": month.last_day}
    numbers = ", ".join(f"(SELECT count(*) FROM ({one}) AS found)" for one in _EXCEPTIONS.values())  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {numbers}", days)
        found = dict(zip(_EXCEPTIONS, cursor.fetchone(), strict=True))
    return found | {ExceptionKind.CONTROL_TOTAL: sum(one.differs for one in control_days(branch, month))}


@dataclass(frozen=True, slots=True)
class ControlDay:
    """A control total of the general ledger beside what the deposit ledger says at the end of its day. Unit: fen."""

    control: ControlTotal
    ledger_fen: int
    ledger_accounts: int

    @property
    def day(self) -> dt.date:
        return self.control.day

    @property
    def difference_fen(self) -> int:
        return self.ledger_fen - self.control.balance_fen

    @property
    def difference_accounts(self) -> int:
        return self.ledger_accounts - self.control.accounts

    @property
    def differs(self) -> bool:
        return bool(self.difference_fen or self.difference_accounts)


# Balance and open accounts of a branch at the end of some days; an account that closes on a day is not open at its end.
_LEDGER_OF_DAYS = """
WITH before AS (
    SELECT coalesce(sum(amount_fen), 0) AS balance FROM deposits_posting
    WHERE branch_id = %(branch)s AND entered_on < %(first)s
)
SELECT wanted.day,
       (SELECT balance FROM before)
       + (SELECT coalesce(sum(amount_fen), 0) FROM deposits_posting
          WHERE branch_id = %(branch)s AND entered_on BETWEEN %(first)s AND wanted.day),
       (SELECT count(*) FROM deposits_depositaccount WHERE branch_id = %(branch)s AND opened_on <= wanted.day
          AND (closed_on IS NULL OR closed_on > wanted.day))
FROM unnest(%(days)s::date[]) AS wanted (day)
"""


def control_days(branch: Branch, month: Month) -> list[ControlDay]:
    """Every control total of the month, by day, beside the ledger."""
    controls = ControlTotal.objects.filter(branch=branch, day__gte=month.first_day, day__lte=month.last_day)
    rows = list(controls.select_related("brought_by", "accepted_by", "batch").order_by("day"))
    if not rows:
        return []
    days: dict[str, Any] = {"branch": branch.pk, "first": month.first_day, "days": [one.day for one in rows]}
    with connection.cursor() as cursor:
        cursor.execute(_LEDGER_OF_DAYS, days)
        ledger = {day: (int(balance), accounts) for day, balance, accounts in cursor.fetchall()}
    return [ControlDay(one, *ledger[one.day]) for one in rows]


def open_control_differences(branch: Branch, month: Month) -> list[ControlDay]:
    """Differences from the general ledger, neither mended nor explained and accepted: the month cannot close."""
    return [one for one in control_days(branch, month) if one.differs and one.control.accepted_by_id is None]
