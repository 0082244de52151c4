"""How long a public notice lasts: working days, without those on which an objection is open (article 7)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

ONE_DAY: Final = timedelta(days=1)
# A calendar without working days would let a notice run for ever: nobody looks further than this.
LONGEST_DAYS: Final = 3660


@dataclass(frozen=True, slots=True)
class OpenObjection:
    """The days on which an objection is open: from the day it is raised through the day it is answered, both inclusive.

    Shape: no answer yet = no last day.
    """

    raised_on: date
    answered_on: date | None


def clock_runs_on(day: date, objections: Iterable[OpenObjection]) -> bool:
    """Whether the notice's clock runs on the day: no objection is open on it.

    Shape: the day an objection is raised and the day it is answered both stand still, also where they are the same day, so
    that nobody loses part of a day to an objection.
    """
    return not any(one.raised_on <= day and (one.answered_on is None or day <= one.answered_on) for one in objections)


def notice_ends(
    first_day: date, working_days: int, is_working: Callable[[date], bool], objections: Iterable[OpenObjection] = ()
) -> date | None:
    """The last day of a notice: the working day that completes its number; none while an open objection stops the clock.

    Shape: the first day counts where it is a working day; days on which an objection is open do not count. An objection
    raised after the last day changes nothing. None also where the calendar holds too few working days within ten years.
    Law: of the days from the first to the last exactly `working_days` are working days on which the clock runs, the last
    one among them.
    Source: article 7; roles.md, The flows.
    """
    stops = list(objections)
    # From the day of an objection without an answer on nothing counts.
    standstill = min((one.raised_on for one in stops if one.answered_on is None), default=date.max)
    day, counted = first_day, 0
    for _step in range(LONGEST_DAYS):
        if day >= standstill:
            return None
        if is_working(day) and clock_runs_on(day, stops):
            counted += 1
            if counted == working_days:
                return day
        day += ONE_DAY
    return None


def notice_is_over(
    day: date,
    first_day: date,
    working_days: int,
    is_working: Callable[[date], bool],
    objections: Iterable[OpenObjection] = (),
) -> bool:
    """Whether the notice is over on the day: its last day has passed, to the end."""
    last_day = notice_ends(first_day, working_days, is_working, objections)
    return last_day is not None and day > last_day


def days_counted(
    day: date, first_day: date, is_working: Callable[[date], bool], objections: Iterable[OpenObjection] = ()
) -> int:
    """How many of the notice's days have counted up to and with a day: what the notice's page shows."""
    stops = list(objections)
    days = (first_day + ONE_DAY * offset for offset in range(max((day - first_day).days + 1, 0)))
    return sum(is_working(one) and clock_runs_on(one, stops) for one in days)
