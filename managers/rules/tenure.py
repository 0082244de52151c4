"""How long somebody has been account manager without a break: shown wherever a change is proposed (article 17)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from managers.rules.offices import ONE_DAY, Term, holds_on
from managers.rules.qualification import Span, span


@dataclass(frozen=True, slots=True)
class Tenure:
    """An unbroken office up to a day.

    Shape: since is the first day of the first of the terms that follow each other; span and days count from there to the
    day (or to the end of the office), suspended is how many of these days were days of suspension.
    """

    since: date
    span: Span
    days: int
    suspended: int

    @property
    def in_office(self) -> int:
        return self.days - self.suspended


def tenure(day: date, terms: Sequence[Term], suspensions: Iterable[Term] = ()) -> Tenure | None:
    """The unbroken office that holds on the day, or the last one before it; none before the first.

    Shape: terms of one person at whatever branches, in order; a term that begins the day after another ended goes on with
    it, so neither a renewal nor a transfer breaks an office.
    Source: article 17.
    """
    begun = [term for term in terms if term.first_day <= day]
    if not begun:
        return None
    last = begun[-1]
    since = last.first_day
    for earlier in reversed(begun[:-1]):
        if earlier.last_day is None or earlier.last_day + ONE_DAY != since:
            break
        since = earlier.first_day
    until = day if last.last_day is None else min(day, last.last_day + ONE_DAY)
    suspended = sum(_days_of(one, since, until) for one in suspensions)
    return Tenure(since, span(since, until), (until - since).days, suspended)


def _days_of(suspension: Term, since: date, until: date) -> int:
    """The suspension's days from a day on and before another."""
    end = until if suspension.last_day is None else min(until, suspension.last_day + ONE_DAY)
    return max(0, (end - max(suspension.first_day, since)).days)


def state_of_office(day: date, term: Term, suspensions: Iterable[Term], warned_from: date | None) -> str:
    """One word for an appointment on a day: to_come, in_office, suspended, ending or ended.

    Shape: ending from the day on which the end of the term is warned of; suspended goes before ending.
    """
    if day < term.first_day:
        return "to_come"
    if not holds_on(day, term):
        return "ended"
    if any(holds_on(day, one) for one in suspensions):
        return "suspended"
    return "ending" if warned_from is not None and day >= warned_from else "in_office"


def days_of_office(terms: Iterable[Term], suspensions: Sequence[Term]) -> list[Term]:
    """The days in office as terms that do not touch a suspension, in order.

    Law: a day lies in one of them exactly when it lies in a term and in no suspension.
    """
    found: list[Term] = []
    for term in sorted(terms, key=lambda one: one.first_day):
        rest: Term | None = term
        for away in sorted(suspensions, key=lambda one: one.first_day):
            if rest is None or (away.last_day is not None and away.last_day < rest.first_day):
                continue
            if rest.last_day is not None and away.first_day > rest.last_day:
                continue
            if away.first_day > rest.first_day:
                found.append(Term(rest.first_day, away.first_day - ONE_DAY))
            if away.last_day is None or (rest.last_day is not None and away.last_day >= rest.last_day):
                rest = None
            else:
                rest = Term(away.last_day + ONE_DAY, rest.last_day)
        if rest is not None:
            found.append(rest)
    return found
