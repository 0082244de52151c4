"""Birthdays that come round."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.rules.birthdays import birthday_in, marks_between, next_birthday

LEAP_DAY = dt.date(1988, 2, 29)


@pytest.mark.parametrize(
    ("born", "today", "expected"),
    [
        ("1980-11-24", "2026-11-24", "2026-11-24"),
        ("1980-11-23", "2026-11-24", "2027-11-23"),
        ("1980-01-03", "2026-12-30", "2027-01-03"),
        ("1988-02-29", "2026-02-20", "2026-02-28"),
        ("1988-02-29", "2026-03-01", "2027-02-28"),
        ("1988-02-29", "2028-02-28", "2028-02-29"),
        ("2026-11-24", "2026-11-24", "2027-11-24"),  # the day of birth is none
        ("2027-03-01", "2026-11-24", "2028-03-01"),  # a day that was mistyped does no harm
    ],
)
def test_the_next_birthday(born: str, today: str, expected: str) -> None:
    days = (dt.date.fromisoformat(written) for written in (born, today))
    assert next_birthday(*days) == dt.date.fromisoformat(expected)


@given(
    st.dates(dt.date(1930, 1, 1), dt.date(2020, 12, 31)),
    st.dates(dt.date(2021, 1, 1), dt.date(2040, 12, 31)),
    st.integers(0, 20),
)
def test_the_marks_name_exactly_those_whose_birthday_comes(born: dt.date, today: dt.date, days: int) -> None:
    until = today + dt.timedelta(days=days)
    assert (f"{born:%m%d}" in set(marks_between(today, until))) == (next_birthday(born, today) <= until)


def test_who_was_born_on_a_29_february_has_a_birthday_every_year() -> None:
    assert [birthday_in(year, LEAP_DAY).isoformat() for year in (2026, 2028)] == ["2026-02-28", "2028-02-29"]
    assert "0229" in set(marks_between(dt.date(2026, 2, 28), dt.date(2026, 2, 28)))
    assert "0229" not in set(marks_between(dt.date(2028, 2, 28), dt.date(2028, 2, 28)))
