"""What a hand-over sheet says about attributions: what the giver holds, the sheet's lines, what they come to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery, Sum

from deposits.models import Attribution, AttributionHandOver, Posting
from managers.models import Appointment, HandOver
from managers.queries.handovers import held_by_giver, lines_on


def held_from(appointment: Appointment, first_day: dt.date, last_day: dt.date | None = None) -> QuerySet[Attribution]:
    """The manager's attributions that a sheet of these days is about (managers/queries/handovers.py says which)."""
    return held_by_giver(Attribution.objects.all(), AttributionHandOver, appointment, first_day, last_day)


def lines_of(sheet: HandOver) -> QuerySet[AttributionHandOver]:
    """The sheet's lines in order, with account, customer and taker."""
    return lines_on(AttributionHandOver, sheet).select_related("account__customer")


def balances_on(accounts: Iterable[int], day: dt.date) -> dict[int, int]:
    """The closing balance of each account at the end of a day, as entered by then. Unit: fen."""
    wanted = set(accounts)
    sums = Posting.objects.filter(account__in=wanted, entered_on__lte=day).order_by().values_list("account")
    return dict.fromkeys(wanted, 0) | {pk: int(total) for pk, total in sums.annotate(total=Sum("amount_fen"))}


def balance_before(day: dt.date) -> Subquery:
    """The closing balance of a line's account on the day before, as entered by then; none without any posting."""
    postings = Posting.objects.filter(account=OuterRef("account"), entered_on__lt=day).order_by().values("account")
    return Subquery(postings.annotate(total=Sum("amount_fen")).values("total"), output_field=BigIntegerField())
