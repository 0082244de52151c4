"""What people judge of a candidate: means of marks, the weighted result, and its grade (article 6)."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

# The parts of an overall result, each with a weight of the branch.
EXAM: Final = "exam"
PERFORMANCE: Final = "performance"
SKILL: Final = "skill"
PEER_REVIEW: Final = "peer_review"
PARTS: Final = (EXAM, PERFORMANCE, SKILL, PEER_REVIEW)
WHOLE_PERCENT: Final = 100


def mean_of(marks: Sequence[int]) -> Fraction | None:
    """The exact mean of marks; none without any."""
    return Fraction(sum(marks), len(marks)) if marks else None


def weights_add_up(weights_percent: Mapping[str, int]) -> bool:
    """Whether the weights make a whole: together 100 %, or all none, which means that no overall result is formed."""
    return sum(weights_percent.values()) in (0, WHOLE_PERCENT)


def lacking_parts(results: Mapping[str, Fraction], weights_percent: Mapping[str, int]) -> list[str]:
    """The parts with a weight above none and without a result, in the order of PARTS."""
    return [part for part in PARTS if weights_percent.get(part) and part not in results]


def overall_result(results: Mapping[str, Fraction], weights_percent: Mapping[str, int]) -> Fraction | None:
    """The weighted result of a candidate, exactly; none where no part has a weight.

    Unit: points of 100, as the results are. Shape: results of parts without a weight change nothing.
    Law: between the least and the greatest of the results that weigh.
    Raises: ValueError when the weights are neither 100 % together nor all none, or when a part that weighs has no result.
    Source: article 6.
    """
    if not weights_add_up(weights_percent):
        raise ValueError(f"the weights sum to {sum(weights_percent.values())} percent, not to {WHOLE_PERCENT}")
    if lacking := lacking_parts(results, weights_percent):
        raise ValueError(f"no result of {lacking}")
    weighing = [(results[part], weight) for part, weight in weights_percent.items() if weight]
    if not weighing:
        return None
    return sum((result * weight for result, weight in weighing), Fraction(0)) / WHOLE_PERCENT


def grade_of(result: Fraction, bands: Sequence[tuple[int, str]]) -> str:
    """The grade of a result, by half-open bands: the first whose lower end the exact result reaches.

    Shape: bands from the highest lower end to the lowest, the last one with 0.
    """
    return next(grade for lower_end, grade in bands if result >= lower_end)


def below_least_mean(mean: Fraction | None, least_mean_hundredths: int) -> bool:
    """Whether the mean of a criterion's marks is lower than the branch asks for; without marks there is nothing to say."""
    return mean is not None and mean * 100 < least_mean_hundredths
