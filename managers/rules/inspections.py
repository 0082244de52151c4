"""When a manager is to be inspected again, and how far an inspection has come (article 14)."""

from calendar import monthrange
from datetime import date
from typing import Protocol


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the month's last day where there is no such day. Shape: months >= 0."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def inspection_due_on(in_office_since: date, last_inspected_on: date | None, months: int) -> date:
    """The day by which the branch inspects the manager's work.

    Shape: counted from the last inspection or from the beginning in office, whichever is later.
    Source: article 14 (inspects regularly); the branch's policy says how often.
    """
    return months_after(max(in_office_since, last_inspected_on or in_office_since), months)


class Inspected(Protocol):
    """What an inspection says about itself."""

    @property
    def planned_on(self) -> date: ...
    @property
    def inspected_on(self) -> date | None: ...
    @property
    def follow_up(self) -> str: ...
    @property
    def follow_up_by(self) -> date | None: ...
    @property
    def mended_on(self) -> date | None: ...
    @property
    def accepted_at(self) -> object: ...
    @property
    def cancelled_at(self) -> object: ...


def inspection_stage(inspection: Inspected, today: date) -> str:
    """How far an inspection has come.

    Shape: planned, overdue, cancelled; done (nothing to mend), to_mend, mend_late, mended (waits to be accepted),
    accepted. A day that is due is not late yet.
    """
    if inspection.cancelled_at is not None:
        return "cancelled"
    if inspection.inspected_on is None:
        return "overdue" if inspection.planned_on < today else "planned"
    if not inspection.follow_up:
        return "done"
    if inspection.accepted_at is not None:
        return "accepted"
    if inspection.mended_on is not None:
        return "mended"
    late = inspection.follow_up_by is not None and inspection.follow_up_by < today
    return "mend_late" if late else "to_mend"
