"""A month is a calendar month, written YYYY-MM."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import BadInput
from common.months import Month, months_between

months = st.builds(Month, st.integers(1900, 2999), st.integers(1, 12))


@given(months)
def test_a_month_reads_back_as_written(month: Month) -> None:
    assert Month.parse(str(month)) == month


@given(months)
def test_a_month_is_all_its_days_and_no_others(month: Month) -> None:
    assert month.first_day + timedelta(days=month.days) == month.next.first_day
    assert month.last_day + timedelta(days=1) == month.next.first_day
    assert Month.of(month.first_day) == Month.of(month.last_day) == month
    assert month.last_day in month
    assert month.next.first_day not in month
    assert month.next.previous == month == month.previous.next
    assert month.previous < month < month.next


@pytest.mark.parametrize(
    "written", ["", "2026", "2026-13", "2026-00", "2026-1", "26-10", "2026-10-01", "２０２６-10", "9999-12", " 2026-10"]
)
def test_what_is_no_month_is_refused_with_a_sentence(written: str) -> None:
    with pytest.raises(BadInput, match="for example 2026-10"):
        Month.parse(written)


def test_months_between_names_both_ends() -> None:
    named = [str(month) for month in months_between(Month(2026, 11), Month(2027, 2))]
    assert named == ["2026-11", "2026-12", "2027-01", "2027-02"]
    assert list(months_between(Month(2026, 2), Month(2026, 1))) == []


def test_february_of_a_leap_year_has_29_days() -> None:
    assert Month(2028, 2).days == 29
    assert Month(2026, 2).last_day == date(2026, 2, 28)
