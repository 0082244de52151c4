"""Birthdays that come round, also of those who were born on a 29 February."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator


def birthday_in(year: int, born_on: dt.date) -> dt.date:
    """The birthday in a year: on 28 February for who was born on the 29th, where the year has none."""
    try:
        return born_on.replace(year=year)
    except ValueError:
        return dt.date(year, 2, 28)


def next_birthday(born_on: dt.date, today: dt.date) -> dt.date:
    """The first birthday on or after today; the day of birth itself is none."""
    this_year = birthday_in(today.year, born_on)
    if this_year >= today and this_year > born_on:
        return this_year
    return birthday_in(max(today.year, born_on.year) + 1, born_on)


def marks_between(first_day: dt.date, last_day: dt.date) -> Iterator[str]:
    """Months and days of birth, as MMDD, whose birthday lies on one of the days, both inclusive."""
    for number in range((last_day - first_day).days + 1):
        day = first_day + dt.timedelta(days=number)
        yield f"{day:%m%d}"
        if (day.month, day.day) == (2, 28) and birthday_in(day.year, dt.date(2000, 2, 29)) == day:
            yield "0229"
