"""What a hand-over sheet says about attributions: what the giver holds, the sheet's lines, what they come to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet, Subquery, Sum

from deposits.models import Attribution, AttributionHandOver, Posting
from managers.models import Appointment, HandOver
from managers.rules import ONE_DAY


def held_from(appointment: Appointment, first_day: dt.date, last_day: dt.date | None = None) -> QuerySet[Attribution]:
    """The manager's attributions at the appointment's branch that hold on some of the days (no last one = open).

    Shape: those that end with the term itself, the day before, count too: with the office only its accounts lose their
    manager. What an earlier sheet has handed over already does not come again.
    """
    holds = Q(last_day__isnull=True) | Q(last_day__gte=first_day)
    if appointment.last_day is not None and appointment.last_day + ONE_DAY == first_day:
        holds |= Q(last_day=appointment.last_day)
    found = Attribution.objects.filter(holds, manager=appointment.employee_id, branch=appointment.branch_id)
    if last_day is not None:
        found = found.filter(first_day__lte=last_day)
    given = AttributionHandOver.objects.filter(
        Q(taker__isnull=False) | ~Q(kept_reason=""),
        hand_over__state=HandOver.State.DONE,
        hand_over__employee=appointment.employee_id,
        hand_over__first_day=first_day,
        account=OuterRef("account"),
        first_day=OuterRef("first_day"),
    )
    return found.exclude(Exists(given)).select_related("account").order_by("account__account_no", "first_day")


def lines_of(sheet: HandOver) -> QuerySet[AttributionHandOver]:
    """The sheet's lines in order, with account, customer and taker."""
    return (
        AttributionHandOver.objects.filter(hand_over=sheet)
        .select_related("account__customer", "taker")
        .order_by("account__account_no", "first_day")
    )


def balances_on(accounts: Iterable[int], day: dt.date) -> dict[int, int]:
    """The closing balance of each account at the end of a day, as entered by then. Unit: fen."""
    wanted = set(accounts)
    sums = Posting.objects.filter(account__in=wanted, entered_on__lte=day).order_by().values_list("account")
    return dict.fromkeys(wanted, 0) | {pk: int(total) for pk, total in sums.annotate(total=Sum("amount_fen"))}


def balance_before(day: dt.date) -> Subquery:
    """The closing balance of a line's account on the day before, as entered by then; none without any posting."""
    postings = Posting.objects.filter(account=OuterRef("account"), entered_on__lt=day).order_by().values("account")
    return Subquery(postings.annotate(total=Sum("amount_fen")).values("total"), output_field=BigIntegerField())
