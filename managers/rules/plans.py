"""The yearly plan: what its parts lack, and how a manager's part becomes months."""

from collections.abc import Iterable, Sequence
from typing import Final

from managers.rules.offices import ENTRIES, FLOW, INDICATOR_KINDS, RATE

_WITHOUT_PARTS: Final = frozenset({RATE, ENTRIES})


def may_be_planned(indicator: str) -> bool:
    """Whether parts of the indicator add up to a whole: amounts do, rates and points do not."""
    return INDICATOR_KINDS[indicator] not in _WITHOUT_PARTS


def is_spread(indicator: str) -> bool:
    """Whether a year's figure is spread over its months; averages and stocks stand as they are in every month."""
    return INDICATOR_KINDS[indicator] == FLOW


def missing_from_whole(whole_hundredths: int, parts_hundredths: Iterable[int]) -> int:
    """What the parts still lack; below zero, what they are too much."""
    return whole_hundredths - sum(parts_hundredths)


def spread_over_months(rest_hundredths: int, months: int) -> Sequence[int]:
    """A figure spread over months: equal, and what does not divide goes, one hundredth each, to the last ones.

    Law: the months sum to exactly the figure. Raises: ValueError without months or below zero.
    """
    if months < 1 or rest_hundredths < 0:
        raise ValueError(f"{rest_hundredths} cannot be spread over {months} months")
    each, more = divmod(rest_hundredths, months)
    return [each + (1 if place >= months - more else 0) for place in range(months)]
