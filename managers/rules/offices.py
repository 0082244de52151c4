"""Days in office, the indicator vocabulary's units and kinds, and which entries an indicator takes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final, Protocol

from common.months import Month

ONE_DAY: Final = timedelta(days=1)

# What an indicator's figure is, which decides how a target follows the days in office (arithmetic.md, Targets).
FLOW: Final = "flow"  # grows day by day: scaled
AVERAGE: Final = "average"  # the month's flow over the month's days: scaled
PERIOD_AVERAGE: Final = "period_average"  # over the manager's own days since the appointment: not scaled
STOCK: Final = "stock"  # stands on the last day: not scaled, not applicable without office on that day
RATE: Final = "rate"  # a quotient of two flows: not scaled
ENTRIES: Final = "entries"  # points of confirmed entries: has no target

SCALED_KINDS: Final = frozenset({FLOW, AVERAGE})

INDICATOR_KINDS: Final = MappingProxyType(
    {
        "deposit_average": AVERAGE,
        "deposit_accumulated": FLOW,
        "deposit_closing": STOCK,
        "deposit_quarter_average": PERIOD_AVERAGE,
        "deposit_year_average": PERIOD_AVERAGE,
        "loans_granted": FLOW,
        "principal_recovered": FLOW,
        "recovered_this_year": FLOW,
        "recovered_earlier": FLOW,
        "interest_received": FLOW,
        "interest_collection": RATE,
        "products_sold": FLOW,
        "compliance": ENTRIES,
        "conduct": ENTRIES,
    }
)


@dataclass(frozen=True, slots=True)
class Term:
    """Days from the first to the last, both inclusive; no last day = open: a term of office or a suspension."""

    first_day: date
    last_day: date | None


class Dated(Protocol):
    """A record with days, both inclusive; no last day = open."""

    @property
    def first_day(self) -> date: ...

    @property
    def last_day(self) -> date | None: ...


def holds_on(day: date, record: Dated) -> bool:
    """Whether the day is one of the record's days."""
    return record.first_day <= day and (record.last_day is None or day <= record.last_day)


def in_office_on(day: date, terms: Iterable[Term], suspensions: Iterable[Term] = ()) -> bool:
    """Whether the manager is in office on the day: appointed and not suspended."""
    return any(holds_on(day, term) for term in terms) and not any(holds_on(day, term) for term in suspensions)


def days_in_office(month: Month, terms: Sequence[Term], suspensions: Sequence[Term] = ()) -> int:
    """How many natural days of the month the manager is in office.

    Shape: 0 … month.days; a day that two terms share counts once.
    Source: arithmetic.md, Targets.
    """
    if not suspensions and any(holds_on(month.first_day, one) and holds_on(month.last_day, one) for one in terms):
        return month.days  # as nearly everybody is
    return sum(in_office_on(month.first_day + ONE_DAY * offset, terms, suspensions) for offset in range(month.days))


def first_day_out_of_office(
    first_day: date, last_day: date | None, terms: Sequence[Term], suspensions: Sequence[Term] = ()
) -> date | None:
    """The first of the days on which the manager is not in office; none when in office on all of them.

    Shape: days inclusive; no last day = open, which only an open term covers.
    Law: an attribution or assignment may stand exactly when this is none.
    Source: arithmetic.md, Attribution to managers.
    """
    # Only the day itself, the day after a term and the first day of a suspension can be the first one out.
    candidates = [first_day]
    candidates += [term.last_day + ONE_DAY for term in terms if term.last_day is not None]
    candidates += [suspension.first_day for suspension in suspensions]
    return min(
        (
            day
            for day in candidates
            if first_day <= day and (last_day is None or day <= last_day) and not in_office_on(day, terms, suspensions)
        ),
        default=None,
    )


def entry_sign_fits(rule: str, points_hundredths: int) -> bool:
    """Whether an entry's points have the sign that the indicator's rule takes.

    Shape: entries of a "deduction" are negative, of a "bonus" positive; other rules take no entries.
    Source: arithmetic.md, Scores.
    """
    if rule == "deduction":
        return points_hundredths < 0
    return rule == "bonus" and points_hundredths > 0
