"""What a hand-over makes of the days on which a giver holds something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from managers.rules.offices import ONE_DAY, Term


@dataclass(frozen=True, slots=True)
class Passed:
    """What a hand-over makes of one attribution or assignment.

    Shape: keeps_until is the giver's last day, none when nothing of it was before the hand-over; taken, the days that a
    taker has or that are nobody's; returns, the days on which the giver has it again after a suspension, if any.
    """

    keeps_until: date | None
    taken: Term
    returns: Term | None


def passed_on(held: Term, first_day: date, last_day: date | None, office_ends: date | None) -> Passed:
    """What is held, cut by a hand-over from first_day on, until last_day where the giver comes back afterwards.

    Shape: held reaches to the day before first_day at least. What ends with the giver's office (office_ends) would have
    gone on but for that end, so the taker has it open.
    Law: keeps_until, taken and returns follow each other without a gap.
    Source: roles.md, The flows; arithmetic.md, Attribution to managers.
    """
    begins = max(first_day, held.first_day)
    keeps_until = first_day - ONE_DAY if held.first_day < first_day else None
    if last_day is None:
        return Passed(keeps_until, Term(begins, None if held.last_day == office_ends else held.last_day), None)
    if held.last_day is not None and held.last_day <= last_day:
        return Passed(keeps_until, Term(begins, held.last_day), None)
    return Passed(keeps_until, Term(begins, last_day), Term(last_day + ONE_DAY, held.last_day))
