"""Market information: how long a reply took, and in the middle of several (article 9(5))."""

from collections.abc import Sequence
from datetime import date


def days_to_reply(sent_on: date, replied_on: date) -> int:
    """Calendar days from the day on which it was sent to the day of the reply: 0 = the same day."""
    return (replied_on - sent_on).days


def median_halves(days: Sequence[int]) -> int | None:
    """The median of some days, in half days, so that it is exact; none of nothing.

    Law: the lower and the upper median, added: what the statement of customers.queries.information says of many at once.
    """
    if not days:
        return None
    ordered = sorted(days)
    middle = len(ordered) // 2
    lower = ordered[middle] if len(ordered) % 2 else ordered[middle - 1]
    return lower + ordered[middle]
