"""Which work reports are due, and from when they are late (article 9(8))."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from common.months import Month
from managers.rules.offices import ONE_DAY, Term, in_office_on

DAILY: Final = "daily"
WEEKLY: Final = "weekly"
MONTHLY: Final = "monthly"


@dataclass(frozen=True, slots=True)
class DueReport:
    """A report that is owed for a period that is over. Shape: days inclusive; late from the day after due_on."""

    kind: str
    first_day: date
    last_day: date
    due_on: date

    def late_on(self, day: date) -> bool:
        return day > self.due_on


def report_period(kind: str, day: date) -> tuple[date, date]:
    """First and last day of the period of a kind that the day lies in: the day, its week from Monday, its month."""
    if kind == WEEKLY:
        first = day - ONE_DAY * day.weekday()
        return first, first + ONE_DAY * 6
    if kind == MONTHLY:
        month = Month.of(day)
        return month.first_day, month.last_day
    return day, day


def report_due_on(last_day: date, working_days: int, is_working: Callable[[date], bool]) -> date:
    """The last day on which a report is in time: so many working days after the period's last day.

    Shape: 0 working days = the period's last day itself. A calendar without working days ends the count after a year.
    """
    day = last_day
    for _ in range(366):
        if working_days <= 0:
            break
        day += ONE_DAY
        working_days -= is_working(day)
    return day


def working_days_late(due_on: date, sent_on: date, is_working: Callable[[date], bool]) -> int:
    """How many working days a report came after the last day on which it was in time.

    Shape: the working days after due_on up to and including sent_on; 0 before the next working day begins, when nobody has
    waited for it. Source: article 9(8).
    """
    days = (sent_on - due_on).days
    return sum(is_working(due_on + ONE_DAY * number) for number in range(1, days + 1))


def reports_due(
    *,
    kinds_on: Callable[[date], Collection[str]],
    terms: Sequence[Term],
    suspensions: Sequence[Term],
    sent: Collection[tuple[str, date]],
    since: date,
    today: date,
    working_days: int,
    is_working: Callable[[date], bool],
) -> list[DueReport]:
    """The weekly and monthly reports that one manager owes today.

    Shape: by the periods' last days; only periods that end from `since` to yesterday; kinds_on says which kinds the branch
    asks for on a day, and a period follows what was asked for, and whether the manager was in office, on its last day;
    `sent` holds (kind, first day) of what was sent.
    Law: the same as managers.queries.reports.owed_reports, which asks for many managers at once.
    Source: article 9(8).
    """
    found = []
    for kind, first_day, last_day in _periods(since, today):
        if kind not in kinds_on(last_day) or (kind, first_day) in sent:
            continue
        if in_office_on(last_day, terms, suspensions):
            found.append(DueReport(kind, first_day, last_day, report_due_on(last_day, working_days, is_working)))
    return found


def _periods(since: date, today: date) -> Iterator[tuple[str, date, date]]:
    day = since
    while day < today:
        for kind in (WEEKLY, MONTHLY):
            first_day, last_day = report_period(kind, day)
            if last_day == day:
                yield kind, first_day, last_day
        day += ONE_DAY


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One line of what a person did. Shape: an English sentence with named places and what goes into them; values whose
    name ends in _fen are amounts, in _hundredths hundredths; the address leads to the rows, empty where there is no list."""

    sentence: str
    values: Mapping[str, int | str]
    address: str = ""


@dataclass(frozen=True, slots=True)
class WorkDone:
    """What a person did of one kind in a period. Shape: an English heading; lines without zeros, at least one."""

    heading: str
    lines: list[WorkLine]
