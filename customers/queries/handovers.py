"""What a hand-over sheet says about customers: those that the giver looks after, and the sheet's lines."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet

from customers.models import Assignment, CustomerHandOver
from managers.models import Appointment, HandOver
from managers.queries.handovers import held_by_giver, lines_on


def held_from(appointment: Appointment, first_day: dt.date, last_day: dt.date | None = None) -> QuerySet[Assignment]:
    """The manager's assignments that a sheet of these days is about (managers/queries/handovers.py says which).

    Shape: one that is over by then, and whose customer somebody has had since, is not among them.
    """
    since = Assignment.objects.filter(customer=OuterRef("customer"), first_day__gt=OuterRef("last_day"))
    found = Assignment.objects.exclude(Q(last_day__lt=first_day) & Exists(since))
    return held_by_giver(found, CustomerHandOver, appointment, first_day, last_day)


def lines_of(sheet: HandOver) -> QuerySet[CustomerHandOver]:
    """The sheet's lines in order, with customer and taker."""
    return lines_on(CustomerHandOver, sheet)
