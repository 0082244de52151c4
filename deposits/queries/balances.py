"""One account: its balance day by day, its curve, who had which share of it when, its postings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from common.money import round_half_up
from common.months import Month
from deposits.models import AccountMonth, Attribution, DepositAccount, Posting
from organization.models import Employee
from organization.rules import Actor


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
