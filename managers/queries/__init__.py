"""What is asked about managers: who was in office, on which targets, with which entries."""

from managers.queries.entries import confirmed_entries, draft_entries, entries_for, entries_of_month
from managers.queries.headcount import HeadCount, head_counts
from managers.queries.offices import (
    ManagerInOffice,
    managers_in_office,
    offices,
    people_in_office,
    target_kind_or_composite,
)
from managers.queries.targets import FoundTarget, target_acceptances, targets_of_month

__all__ = [
    "FoundTarget",
    "HeadCount",
    "ManagerInOffice",
    "confirmed_entries",
    "draft_entries",
    "entries_for",
    "entries_of_month",
    "head_counts",
    "managers_in_office",
    "offices",
    "people_in_office",
    "target_acceptances",
    "target_kind_or_composite",
    "targets_of_month",
]
