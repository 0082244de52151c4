"""Entries on conduct and compliance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.months import Month
from managers.models import (
    ConductEntry,
    ConductEntryQuerySet,
)
from organization.models import Branch

if TYPE_CHECKING:
    from organization.rules import Actor


def confirmed_entries(branch: Branch, month: Month) -> ConductEntryQuerySet:
    """The entries that count in the month: confirmed, and entered on one of its days."""
    return entries_of_month(branch, month).filter(state=ConductEntry.State.CONFIRMED)


def draft_entries(branch: Branch, month: Month) -> ConductEntryQuerySet:
    """The entries of the month that still wait for a second person."""
    return entries_of_month(branch, month).filter(state=ConductEntry.State.DRAFT)


def entries_of_month(branch: Branch, month: Month) -> ConductEntryQuerySet:
    """All entries of the month, whatever became of them, in order of day and manager."""
    return ConductEntry.objects.filter(
        branch=branch, entered_on__gte=month.first_day, entered_on__lte=month.last_day
    ).order_by("happened_on", "manager__employee_no", "pk")


def entries_for(actor: Actor, branch: Branch, month: Month) -> ConductEntryQuerySet:
    """The month's entries that the actor may see, with the people in them: for the page and its list."""
    return entries_of_month(branch, month).visible_to(actor).select_related("manager", "made_by", "decided_by", "batch")
