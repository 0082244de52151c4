"""What the deposit ledger is asked: figures of a month, balances of an account, exceptions, evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Count, F, FilteredRelation, Func, Q, QuerySet, Sum, TextChoices
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.money import round_half_up
from common.months import Month
from customers.queries import matching as customers_matching
from deposits.models import AccountMonth, Attribution, ControlTotal, DepositAccount, Posting
from organization.models import BUSINESS_ROLES, Branch, Employee, MonthClose
from organization.rules import Actor

# The month end of one branch as one statement: the account's figures in closed form, then its lots divided by share.
#
# A lot is an amount that is divided as one: a segment's balances, with the month-end balance in the segment that ends
# on the last day, or the adjustments that enter on one day. All days of a lot have one list of shares, so the
# attributions that hold on its first day are that list. Two attributions of one manager are two steps of the running
# share; their parts add up to the part of their sum, since the steps telescope.
#
# Accounts whose attributions hold all month are one lot and skip the cutting into segments. Nothing reads a table that
# the same transaction has filled (a planner without statistics once took 29 seconds over that).
#
# Divisions truncate toward zero. Whole ten-thousands and remainder are taken apart, so that no product overflows; a sum
# that does not fit into 64 bits is refused by the cast.
MONTH_FIGURES = """
WITH opening AS (
    {opening}
),
moved AS (
    SELECT account_id,
           sum(amount_fen)::bigint AS amount,
           sum(amount_fen * (%(last)s::date - entered_on + 1))::bigint AS fen_days
    FROM deposits_posting
    WHERE branch_id = %(branch)s AND entered_on BETWEEN %(first)s AND %(last)s
    GROUP BY account_id
),
adjusted AS MATERIALIZED (
    SELECT account_id, entered_on, sum(amount_fen * (entered_on - value_on))::bigint AS fen_days
    FROM deposits_posting
    WHERE branch_id = %(branch)s AND entered_on BETWEEN %(first)s AND %(last)s AND NOT value_on = entered_on
    GROUP BY account_id, entered_on
),
held AS MATERIALIZED (
    SELECT a.account_id, a.manager_id, e.employee_no AS manager_no, a.share_bp,
           greatest(a.first_day, %(first)s) AS first_day, least(a.last_day, %(last)s) AS last_day
    FROM deposits_attribution AS a JOIN organization_employee AS e ON e.id = a.manager_id
    WHERE a.branch_id = %(branch)s AND a.first_day <= %(last)s AND (a.last_day IS NULL OR a.last_day >= %(first)s)
),
attributed AS (
    SELECT account_id, bool_or(first_day > %(first)s OR last_day < %(last)s) AS shifts FROM held GROUP BY account_id
),
figures AS MATERIALIZED (
    SELECT one.id AS account_id, shifts,
           coalesce(opening.balance, 0) AS opening,
           coalesce(opening.balance, 0) + coalesce(moved.amount, 0) AS closing,
           %(days)s * coalesce(opening.balance, 0) + coalesce(moved.fen_days, 0) AS balances,
           coalesce(adjustment.fen_days, 0) AS adjustment
    FROM deposits_depositaccount AS one
    LEFT JOIN opening ON opening.account_id = one.id
    LEFT JOIN moved ON moved.account_id = one.id
    LEFT JOIN (SELECT account_id, sum(fen_days)::bigint AS fen_days FROM adjusted GROUP BY account_id) AS adjustment
        ON adjustment.account_id = one.id
    LEFT JOIN attributed ON attributed.account_id = one.id
    WHERE one.branch_id = %(branch)s
      AND ((one.opened_on <= %(last)s AND (one.closed_on IS NULL OR one.closed_on >= %(first)s))
           OR shifts IS NOT NULL OR opening.balance <> 0 OR moved.amount <> 0
           OR moved.fen_days + coalesce(adjustment.fen_days, 0) <> 0)
),
edge AS (
    SELECT held.account_id, edge.day
    FROM held JOIN attributed ON attributed.account_id = held.account_id AND attributed.shifts
    CROSS JOIN LATERAL (VALUES (%(first)s), (held.first_day), (held.last_day + 1)) AS edge (day)
    WHERE edge.day <= %(last)s
    GROUP BY held.account_id, edge.day
),
piece AS (
    SELECT account_id, day AS first_day,
           lead(day, 1, %(last)s + 1) OVER (PARTITION BY account_id ORDER BY day) - 1 AS last_day
    FROM edge
),
piece_share AS (
    SELECT piece.account_id, piece.first_day, piece.last_day, held.manager_id, sum(held.share_bp) AS share_bp
    FROM piece LEFT JOIN held ON held.account_id = piece.account_id
        AND piece.first_day BETWEEN held.first_day AND held.last_day
    GROUP BY piece.account_id, piece.first_day, piece.last_day, held.manager_id
),
piece_list AS (
    SELECT account_id, first_day, last_day,
           array_agg(manager_id ORDER BY manager_id) AS managers, array_agg(share_bp ORDER BY manager_id) AS shares
    FROM piece_share GROUP BY account_id, first_day, last_day
),
piece_change AS (
    SELECT account_id, first_day, last_day,
           (managers, shares) IS DISTINCT FROM
               lag((managers, shares)) OVER (PARTITION BY account_id ORDER BY first_day) AS changes
    FROM piece_list
),
piece_number AS (
    SELECT account_id, first_day, last_day,
           count(*) FILTER (WHERE changes) OVER (PARTITION BY account_id ORDER BY first_day) AS number
    FROM piece_change
),
segment AS (
    SELECT account_id, min(first_day) AS first_day, max(last_day) AS last_day
    FROM piece_number GROUP BY account_id, number
),
segment_moved AS (
    SELECT s.account_id, s.first_day,
           sum(p.amount_fen * (s.last_day - greatest(p.entered_on, s.first_day) + 1))::bigint AS fen_days
    FROM segment AS s JOIN deposits_posting AS p ON p.account_id = s.account_id AND p.entered_on <= s.last_day
    WHERE p.branch_id = %(branch)s AND p.entered_on BETWEEN %(first)s AND %(last)s
    GROUP BY s.account_id, s.first_day
),
lot AS MATERIALIZED (
    SELECT account_id, false AS adjusts, %(first)s AS day, balances, closing, 0::bigint AS adjustment
    FROM figures WHERE shifts IS NOT TRUE
    UNION ALL
    SELECT s.account_id, false, s.first_day,
           (s.last_day - s.first_day + 1) * f.opening + coalesce(m.fen_days, 0),
           CASE WHEN s.last_day = %(last)s THEN f.closing ELSE 0 END, 0
    FROM segment AS s JOIN figures AS f ON f.account_id = s.account_id
    LEFT JOIN segment_moved AS m ON m.account_id = s.account_id AND m.first_day = s.first_day
    UNION ALL
    SELECT account_id, true, entered_on, 0, 0, fen_days FROM adjusted WHERE fen_days <> 0
),
share AS MATERIALIZED (
    SELECT lot.account_id, lot.balances, lot.closing, lot.adjustment, held.manager_id,
           coalesce(held.share_bp, 0)::bigint AS own,
           coalesce(sum(held.share_bp) OVER running, 0) AS upto,
           lead(lot.account_id) OVER running IS NULL AS is_last
    FROM lot LEFT JOIN held ON held.account_id = lot.account_id AND lot.day BETWEEN held.first_day AND held.last_day
    WINDOW running AS (PARTITION BY lot.account_id, lot.adjusts, lot.day ORDER BY held.manager_no
                       ROWS UNBOUNDED PRECEDING)
),
part AS (
    SELECT account_id, manager_id, sum({closing_part})::bigint AS closing, sum({balances_part})::bigint AS balances,
           sum({adjustment_part})::bigint AS adjustment
    FROM share WHERE manager_id IS NOT NULL GROUP BY account_id, manager_id
),
rest AS (
    SELECT account_id, sum(closing - {closing_taken})::bigint AS closing,
           sum(balances - {balances_taken} + adjustment - {adjustment_taken})::bigint AS accumulated
    FROM share WHERE is_last GROUP BY account_id
)""".format(  # noqa: S608 (built from names alone)
    opening="{opening}",
    **{
        f"{amount}_part": f"{amount} / 10000 * own + {amount} %% 10000 * upto / 10000"
        f" - {amount} %% 10000 * (upto - own) / 10000"
        for amount in ("closing", "balances", "adjustment")
    },
    **{
        f"{amount}_taken": f"({amount} / 10000 * upto + {amount} %% 10000 * upto / 10000)"
        for amount in ("closing", "balances", "adjustment")
    },
)

# The opening balance: the month before where its figures are up to date, else all that was ever entered before.
OPENING_FROM_MONTH_BEFORE = """
    SELECT account_id, closing_fen AS balance FROM deposits_accountmonth
    WHERE branch_id = %(branch)s AND month = %(previous)s AND closing_fen <> 0"""
OPENING_FROM_LEDGER = """
    SELECT account_id, sum(amount_fen)::bigint AS balance FROM deposits_posting
    WHERE branch_id = %(branch)s AND entered_on < %(first)s
    GROUP BY account_id"""


def has_current_figures(branch: Branch, month: Month) -> bool:
    """Whether the month was computed and nothing that its figures read has changed since."""
    return MonthClose.objects.filter(
        branch=branch, month=month.first_day, computed_at__isnull=False, stale=False
    ).exists()


def customers_served_by(actor: Actor) -> QuerySet[Attribution, Any]:
    """Ids of the customers with an account that was ever attributed to the person (settings.CUSTOMERS_SERVED_BY)."""
    return Attribution.objects.filter(manager=actor.employee_id).values("account__customer")


def accounts(actor: Actor, month: Month) -> QuerySet[Any]:
    """The accounts that the person may see, each with its figures of the month (none where it was not computed).

    Shape: annotated closing_fen, accumulated_fen_days, average_fen, unattributed_fen_days. Unit: fen, fen·days.
    """
    of_month = Q(months__month=month.first_day, months__branch=F("branch"))
    figures = FilteredRelation("months", condition=of_month)
    return (
        DepositAccount.objects.visible_to(actor)
        .select_related("customer", "branch")
        .annotate(
            of_month=figures,
            closing_fen=F("of_month__closing_fen"),
            accumulated_fen_days=F("of_month__accumulated_fen_days"),
            average_fen=_half_up(F("of_month__accumulated_fen_days"), month.days),
            unattributed_fen_days=F("of_month__unattributed_accumulated_fen_days"),
        )
    )


def _half_up(amount: F, divisor: int) -> Func:
    """A quotient of whole numbers rounded half away from zero, as common.money.round_half_up does it."""
    half = f"CASE WHEN %(expressions)s < 0 THEN -{divisor} ELSE {divisor} END"
    return Func(amount, template=f"((%(expressions)s * 2 + {half}) / {2 * divisor})", output_field=BigIntegerField())


def account_totals(found: QuerySet[Any], month: Month) -> dict[str, int]:
    """Number, Σ closing and Σ accumulated of the accounts found, in one aggregate; the average from the exact sum."""
    sums = found.order_by().aggregate(
        accounts=Count("pk"), closing_fen=Sum("closing_fen"), accumulated_fen_days=Sum("accumulated_fen_days")
    )
    accumulated = int(sums["accumulated_fen_days"] or 0)
    return {
        "accounts": sums["accounts"],
        "closing_fen": int(sums["closing_fen"] or 0),
        "accumulated_fen_days": accumulated,
        "average_fen": round_half_up(accumulated, month.days),
    }


def accounts_matching(words: str) -> QuerySet[DepositAccount, Any]:
    """Ids of the accounts whose number, or whose customer's name, initials or number, begins with the words.

    A union of reads that have an index each: one condition over two tables would have to read both.
    """
    by_number = DepositAccount.objects.filter(account_no__startswith=words).order_by().values("pk")
    owners = customers_matching(words).order_by().values("pk")
    return by_number.union(DepositAccount.objects.filter(customer__in=owners).order_by().values("pk"))


def accounts_in_state(found: QuerySet[Any], state: str) -> QuerySet[Any]:
    """Of the accounts found: those open, closed, with a part that is nobody's in the month, or overdrawn at its end."""
    match state:
        case "open":
            return found.filter(closed_on__isnull=True)
        case "closed":
            return found.filter(closed_on__isnull=False)
        case "unattributed":
            return found.exclude(unattributed_fen_days=0).filter(unattributed_fen_days__isnull=False)
        case "negative":
            return found.filter(closing_fen__lt=0)
    return found


def accounts_of_manager(employee_no: str) -> QuerySet[Attribution, Any]:
    """Ids of the accounts that are, were or will be attributed to the manager."""
    return Attribution.objects.filter(manager__employee_no=employee_no).order_by().values("account")


@dataclass(frozen=True, slots=True)
class DayBalance:
    """A day of an account: what moved, the closing balance, and the balances of the month so far added up."""

    day: dt.date
    moved_fen: int
    balance_fen: int
    accumulated_fen_days: int


def daily_balances(account: DepositAccount, first_day: dt.date, last_day: dt.date) -> list[DayBalance]:
    """The account's closing balance of every day (arithmetic.md, Balances: by entry day).

    Shape: both days inclusive; empty when the last lies before the first; the running sum begins anew on each first.
    """
    postings = Posting.objects.filter(account=account)
    before = postings.filter(entered_on__lt=first_day).aggregate(sum=Sum("amount_fen"))["sum"]
    within = postings.filter(entered_on__gte=first_day, entered_on__lte=last_day).order_by()
    moved = dict(within.values_list("entered_on").annotate(sum=Sum("amount_fen")))
    balance, accumulated, found = int(before or 0), 0, []
    for number in range((last_day - first_day).days + 1):
        day = first_day + dt.timedelta(days=number)
        change = int(moved.get(day, 0))
        balance += change
        accumulated = balance + (0 if day.day == 1 else accumulated)
        found.append(DayBalance(day, change, balance, accumulated))
    return found


@dataclass(frozen=True, slots=True)
class Span:
    """Who has which share of an account on which days of a window. Shape: left and width in percent of the window."""

    label: str
    share_bp: int
    first_day: dt.date
    last_day: dt.date | None
    basis: str
    left: str
    width: str
    row: int
    attribution: Attribution | None = None


@dataclass(frozen=True, slots=True)
class AccountPage:
    """What the page of an account shows."""

    first_day: dt.date
    last_day: dt.date
    days: list[DayBalance]  # of the month itself, the chart's twin
    average_fen: int | None
    figures: AccountMonth | None
    months: list[AccountMonth]
    spans: list[Span]
    managers: list[Employee]


def window(month: Month) -> tuple[dt.date, dt.date]:
    """The days that an account's curve shows: the month and the two before it, no further than today."""
    return month.previous.previous.first_day, min(month.last_day, max(timezone.localdate(), month.first_day))


def account_page(actor: Actor, account: DepositAccount, month: Month) -> AccountPage:
    """Everything about an account and a month; of the attributions those that the person may see."""
    first_day, last_day = window(month)
    months = list(AccountMonth.objects.filter(account=account, month__lte=month.first_day).order_by("-month")[:12])
    figures = next((one for one in months if one.month == month.first_day), None)
    days = daily_balances(account, month.first_day, last_day)
    accumulated = figures.accumulated_fen_days if figures else None
    spans, managers = _spans(actor, account, first_day, month.last_day)
    return AccountPage(
        first_day=first_day,
        last_day=month.last_day,
        days=days,
        average_fen=None if accumulated is None else round_half_up(accumulated, month.days),
        figures=figures,
        months=months,
        spans=spans,
        managers=managers,
    )


def _spans(
    actor: Actor, account: DepositAccount, first_day: dt.date, last_day: dt.date
) -> tuple[list[Span], list[Employee]]:
    """Attributions of the window as bars in time, a row a manager.

    Shape: spans by manager and day; the managers of the rows.
    """
    attributions = (
        Attribution.objects.visible_to(actor)
        .filter(Q(last_day__isnull=True) | Q(last_day__gte=first_day), account=account, first_day__lte=last_day)
        .select_related("manager", "batch")
        .order_by("manager__employee_no", "first_day")
    )
    whole = (last_day - first_day).days + 1
    managers: list[Employee] = []
    spans = []
    for one in attributions:
        if one.manager not in managers:
            managers.append(one.manager)
        begins = (max(one.first_day, first_day) - first_day).days
        ends = (min(one.last_day or last_day, last_day) - first_day).days + 1
        spans.append(
            Span(
                label=one.manager.name,
                share_bp=one.share_bp,
                first_day=one.first_day,
                last_day=one.last_day,
                basis=one.get_basis_display(),
                left=f"{begins * 100 / whole:.3f}",
                width=f"{(ends - begins) * 100 / whole:.3f}",
                row=managers.index(one.manager),
                attribution=one,
            )
        )
    return spans, managers


def account_curve(account: DepositAccount, month: Month) -> dict[str, Any]:
    """The account's curve for drawing. Unit: fen. Shape: days as text; `from` and `to` bound the month's own days."""
    days = daily_balances(account, *window(month))
    own = [number for number, one in enumerate(days) if one.day in month]
    figures = AccountMonth.objects.filter(account=account, branch=account.branch_id, month=month.first_day).first()
    return {
        "days": [one.day.isoformat() for one in days],
        "balances": [one.balance_fen for one in days],
        "from": own[0] if own else len(days),
        "to": own[-1] if own else len(days),
        "average": round_half_up(figures.accumulated_fen_days, month.days) if figures else None,
        "last_day": month.last_day.isoformat(),
    }


def postings(account: DepositAccount, month: Month | None) -> QuerySet[Posting]:
    """The account's postings with the file that each came from: of all time, or those that entered the month."""
    found = Posting.objects.filter(account=account).select_related("batch")
    if month is None:
        return found
    return found.filter(entered_on__gte=month.first_day, entered_on__lte=month.last_day)


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


# --- exports ----------------------------------------------------------------------------------------------------------


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


# --- exceptions of a run ----------------------------------------------------------------------------------------------


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
