"""Hours of training and study (articles 9(8) and 14)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class StudyYear:
    """A manager's training of a year against what the branch asks for. Unit: hundredths of an hour."""

    year: int
    done_hundredths: int
    required_hundredths: int

    @property
    def missing_hundredths(self) -> int:
        return max(self.required_hundredths - self.done_hundredths, 0)


def study_year(year: int, attended: Iterable[tuple[date, int]], required_hours: int) -> StudyYear:
    """The hours of the year's sessions that the manager came to.

    Shape: attended are (day, hundredths of an hour) of any year; required_hours 0 = none are asked for.
    Source: article 14.
    """
    done = sum(hours for day, hours in attended if day.year == year)
    return StudyYear(year, done, required_hours * 100)
