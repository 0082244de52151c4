"""Calendar months, the unit in which everything is appraised and closed."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from common.errors import BadInput

__all__ = ["FIRST_YEAR", "LAST_YEAR", "Month", "months_between"]

# Years outside are slips of the keyboard. The bounds also keep `previous` and `next` inside what `date` can hold.
FIRST_YEAR = 1900
LAST_YEAR = 2999

_WRITTEN = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])\Z")


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A calendar month. Shape: ordered by time; str is YYYY-MM."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1 <= self.number <= 12 and FIRST_YEAR - 1 <= self.year <= LAST_YEAR + 1):
            raise ValueError(f"no such month: {self.year}-{self.number}")

    @classmethod
    def parse(cls, text: str) -> Month:
        """The month written as YYYY-MM. Raises: BadInput."""
        found = _WRITTEN.match(text)
        if found and FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
            return cls(int(found[1]), int(found[2]))
        raise BadInput(
            _("“%(value)s” is not a month. Write it as year and month, for example 2026-10.") % {"value": text[:40]}
        )

    @classmethod
    def of(cls, day: date) -> Month:
        """The month that a day (or an instant's own date) lies in."""
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.number, self.days)

    @property
    def days(self) -> int:
        """Natural days of the month, 28 … 31."""
        return monthrange(self.year, self.number)[1]

    @property
    def next(self) -> Month:
        return Month(self.year + 1, 1) if self.number == 12 else Month(self.year, self.number + 1)

    @property
    def previous(self) -> Month:
        return Month(self.year - 1, 12) if self.number == 1 else Month(self.year, self.number - 1)

    def __contains__(self, day: date) -> bool:
        return day.year == self.year and day.month == self.number

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


def months_between(first: Month, last: Month) -> Iterator[Month]:
    """Every month from the first to the last. Shape: inclusive, in order; empty when last lies before first."""
    month = first
    while month <= last:
        yield month
        month = month.next
