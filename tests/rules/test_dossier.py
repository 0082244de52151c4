"""Hours of a year, when an inspection is due and how far it has come, which reports are owed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from managers.rules.inspections import inspection_due_on, inspection_stage, months_after
from managers.rules.offices import Term
from managers.rules.reports import DueReport, report_due_on, report_period, reports_due
from managers.rules.sessions import study_year

DAYS = st.dates(dt.date(1999, 1, 1), dt.date(2040, 12, 31))
DAY = dt.date


def test_hours_of_other_years_do_not_count() -> None:
    year = study_year(2026, [(DAY(2025, 12, 31), 300), (DAY(2026, 1, 1), 150), (DAY(2026, 12, 31), 250)], 24)
    assert (year.done_hundredths, year.required_hundredths, year.missing_hundredths) == (400, 2400, 2000)


def test_more_hours_than_asked_for_leave_none_missing() -> None:
    assert study_year(2026, [(DAY(2026, 5, 1), 2500)], 24).missing_hundredths == 0
    assert study_year(2026, [], 0).missing_hundredths == 0


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-08-15", 0, "2026-08-15"),
    ],
)
def test_months_after_a_day_end_with_the_month(day: str, months: int, then: str) -> None:
    assert months_after(DAY.fromisoformat(day), months) == DAY.fromisoformat(then)


def test_an_inspection_is_due_so_many_months_after_the_last_one_or_after_taking_office() -> None:
    assert inspection_due_on(DAY(2026, 1, 10), None, 3) == DAY(2026, 4, 10)
    assert inspection_due_on(DAY(2026, 1, 10), DAY(2026, 5, 2), 3) == DAY(2026, 8, 2)
    # An inspection of an earlier office does not count for this one.
    assert inspection_due_on(DAY(2026, 1, 10), DAY(2025, 5, 2), 3) == DAY(2026, 4, 10)


@dataclass(frozen=True)
class Row:
    planned_on: dt.date
    inspected_on: dt.date | None = None
    follow_up: str = ""
    follow_up_by: dt.date | None = None
    mended_on: dt.date | None = None
    accepted_at: object = None
    cancelled_at: object = None


def test_an_inspection_goes_from_planned_to_accepted() -> None:
    planned = Row(DAY(2026, 11, 10))
    assert inspection_stage(planned, DAY(2026, 11, 10)) == "planned"
    assert inspection_stage(planned, DAY(2026, 11, 11)) == "overdue"
    assert inspection_stage(replace(planned, cancelled_at=1), DAY(2026, 11, 11)) == "cancelled"
    done = replace(planned, inspected_on=DAY(2026, 11, 10))
    assert inspection_stage(done, DAY(2026, 11, 11)) == "done"
    asked = replace(done, follow_up="Write the notes.", follow_up_by=DAY(2026, 11, 20))
    assert inspection_stage(asked, DAY(2026, 11, 20)) == "to_mend"
    assert inspection_stage(asked, DAY(2026, 11, 21)) == "mend_late"
    mended = replace(asked, mended_on=DAY(2026, 11, 21))
    assert inspection_stage(mended, DAY(2026, 12, 1)) == "mended"
    assert inspection_stage(replace(mended, accepted_at=1), DAY(2026, 12, 1)) == "accepted"


@given(DAYS)
def test_a_period_holds_its_day_and_begins_where_the_database_wants_it(day: dt.date) -> None:
    assert report_period("daily", day) == (day, day)
    first, last = report_period("weekly", day)
    assert first.isoweekday() == 1 and last.isoweekday() == 7 and first <= day <= last
    first, last = report_period("monthly", day)
    assert first.day == 1 and (last + dt.timedelta(1)).day == 1 and first <= day <= last


def weekday(day: dt.date) -> bool:
    return day.isoweekday() < 6


def test_a_report_is_in_time_until_so_many_working_days_have_passed() -> None:
    assert report_due_on(DAY(2026, 10, 18), 3, weekday) == DAY(2026, 10, 21)  # a Sunday, then three days of the week
    assert report_due_on(DAY(2026, 10, 31), 3, weekday) == DAY(2026, 11, 4)  # a Saturday: Monday to Wednesday
    assert report_due_on(DAY(2026, 10, 18), 0, weekday) == DAY(2026, 10, 18)
    due = DueReport("weekly", DAY(2026, 10, 12), DAY(2026, 10, 18), DAY(2026, 10, 21))
    assert not due.late_on(DAY(2026, 10, 21)) and due.late_on(DAY(2026, 10, 22))


def test_a_calendar_without_working_days_ends_the_count() -> None:
    assert report_due_on(DAY(2026, 10, 18), 3, lambda day: False) == DAY(2027, 10, 19)


def owed(**changed: object) -> list[tuple[str, dt.date]]:
    asked = {
        "kinds_on": lambda day: {"weekly", "monthly"},
        "terms": [Term(DAY(2026, 9, 1), None)],
        "suspensions": [],
        "sent": set(),
        "since": DAY(2026, 10, 1),
        "today": DAY(2026, 11, 2),
        "working_days": 3,
        "is_working": weekday,
    } | changed
    return [(one.kind, one.first_day) for one in reports_due(**asked)]  # type: ignore[arg-type]


WEEKS = [("weekly", DAY(2026, 9, 28)), *(("weekly", DAY(2026, 10, day)) for day in (5, 12, 19, 26))]
MONTH = ("monthly", DAY(2026, 10, 1))


def test_every_period_that_is_over_is_owed_until_it_is_sent() -> None:
    assert owed() == [*WEEKS[:4], MONTH, WEEKS[4]]
    assert owed(sent={MONTH, WEEKS[0]}) == [*WEEKS[1:]]


def test_a_period_that_is_not_over_is_not_owed() -> None:
    assert owed(today=DAY(2026, 10, 31)) == WEEKS[:4]
    assert owed(today=DAY(2026, 11, 1)) == [*WEEKS[:4], MONTH]


def test_only_what_the_branch_asked_for_on_the_last_day_is_owed() -> None:
    later = DAY(2026, 10, 20)
    assert owed(kinds_on=lambda day: {"weekly"} if day >= later else set()) == WEEKS[3:]


def test_whoever_was_not_in_office_on_the_last_day_owes_nothing() -> None:
    assert owed(terms=[Term(DAY(2026, 9, 1), DAY(2026, 10, 20))]) == WEEKS[:3]
    assert owed(suspensions=[Term(DAY(2026, 10, 11), DAY(2026, 10, 31))]) == [WEEKS[0], WEEKS[4]]
