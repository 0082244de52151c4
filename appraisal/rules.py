"""100 points a month by rate of completion: from targets and actuals to lines, totals, grades and ranks.

Figures of targets and actuals are whole hundredths of the indicator's unit (fen, fen·day, hundredths of a percent or
of a point); rates and points are exact rationals until each line's points are rounded, once.
Source: arithmetic.md, Targets and Scores; articles 15, 16, 18.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from common.money import round_half_up
from managers.rules import INDICATOR_KINDS, SCALED_KINDS, STOCK

HUNDRED_POINTS: Final = 100_00

# What became of an indicator in a card.
SCORED: Final = "scored"
NOT_SET: Final = "not_set"
NOT_APPLICABLE: Final = "not_applicable"

# The source of a target that follows from the ledgers: there 0 says that nothing was due.
COMPUTED: Final = "computed"

# Rules that score confirmed entries and so have no target.
ENTRY_RULES: Final = frozenset({"deduction", "bonus"})


class UnknownScoringRule(ValueError):
    """A scheme names a scoring rule that this program does not have."""

    def __init__(self, rule: str) -> None:
        super().__init__(f"there is no scoring rule “{rule}”; there are: {', '.join(sorted(RULES))}")
        self.rule = rule


@dataclass(frozen=True, slots=True)
class IndicatorRule:
    """An indicator as a scheme scores it. Unit: the weight in hundredths of a point."""

    code: str
    group: str
    weight_hundredths: int
    rule: str = "proportional"
    floor: Fraction = Fraction(0)
    cap: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class GradeBand:
    """A grade and its half-open band [from, to) of the total. Shape: no bound = open. Unit: hundredths of a point."""

    grade: str
    from_hundredths: int | None
    to_hundredths: int | None


@dataclass(frozen=True, slots=True)
class SchemeRule:
    """What a published scheme scores, and how its total is read."""

    indicators: tuple[IndicatorRule, ...]
    grades: tuple[GradeBand, ...]
    total_may_exceed: bool = False


@dataclass(frozen=True, slots=True)
class TargetFact:
    """A manager's target of the month before proration, where it comes from, or that it is declared not applicable."""

    value_hundredths: int | None
    source: str
    not_applicable: bool = False


@dataclass(frozen=True, slots=True)
class ActualFact:
    """The actual of the month, exact, and the run or rows that supplied it."""

    value: Fraction
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class EntryFact:
    """A confirmed entry of the month."""

    id: int
    day: date
    points_hundredths: int


@dataclass(frozen=True, slots=True)
class OfficeFact:
    """How long the manager was in office in a month of so many natural days, and whether on its last."""

    days_in_office: int
    days: int
    on_last_day: bool


@dataclass(frozen=True, slots=True)
class Aim:
    """What an indicator is measured against: its status, and the target after proration where it is scored by one."""

    status: str
    target_hundredths: int | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """What a scoring rule looks at. Shape: entries for the rules of entries, target (above 0) and actual for others."""

    target_hundredths: int
    actual: Fraction
    entries: tuple[EntryFact, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """What a scoring rule gives. Unit: points, before and after floor, cap or limit, not rounded."""

    rate: Fraction | None
    points_before: Fraction
    points: Fraction


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One indicator of a card with everything that made its points.

    Shape: `weight_hundredths` is the scheme's weight, `weight` the one that is scored (0 when not applicable).
    """

    code: str
    group: str
    rule: str
    status: str
    weight_hundredths: int
    weight: Fraction
    floor: Fraction
    cap: Fraction
    contract_target_hundredths: int | None
    target_hundredths: int | None
    target_source: str
    actual: Fraction | None
    rate: Fraction | None
    points_before: Fraction
    points_exact: Fraction
    points_hundredths: int
    evidence: str
    entry_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One manager's month: lines in the scheme's order and what they sum to.

    Shape: `not_set` names the indicators without a target, in order; while there are any, the card is no result and
    has no grade. `cut` says that the total is less than its lines' sum.
    Unit: hundredths of a point.
    """

    lines: tuple[ScoreLine, ...]
    scored_total_hundredths: int
    total_hundredths: int
    cut: bool
    not_set: tuple[str, ...]
    grade: str | None

    @property
    def confirmable(self) -> bool:
        return not self.not_set


def proportional(indicator: IndicatorRule, weight: Fraction, measure: Measure) -> Score:
    """依率计分: weight × the rate of completion, between floor and cap. A negative actual scores the floor."""
    rate = measure.actual / measure.target_hundredths
    bounded = indicator.floor if rate < 0 else min(max(rate, indicator.floor), indicator.cap)
    return Score(rate, weight * rate, weight * bounded)


def deduction(indicator: IndicatorRule, weight: Fraction, measure: Measure) -> Score:
    """扣分制: the weight less what the month's entries take, not below 0."""
    left = weight + Fraction(sum(entry.points_hundredths for entry in measure.entries), 100)
    return Score(None, left, max(Fraction(0), left))


RuleFunction = Callable[[IndicatorRule, Fraction, Measure], Score]

# A scheme may only be published with these; two_way_step, threshold, tiers and bonus take their place here.
RULES: Final[Mapping[str, RuleFunction]] = MappingProxyType({"proportional": proportional, "deduction": deduction})


def aim(indicator: IndicatorRule, target: TargetFact | None, office: OfficeFact) -> Aim:
    """Whether the indicator is scored, not set or not applicable, and the target that the actual is held against.

    Shape: none for the target = nobody has set one.
    Law: a target that is scored is above 0, so that no rate ever divides by zero.
    Unit: prorated targets are rounded half up to the hundredth, once.
    Source: arithmetic.md, Targets; A target of zero or none.
    """
    if target is not None and target.not_applicable:
        return Aim(NOT_APPLICABLE)
    if indicator.rule in ENTRY_RULES:
        return Aim(SCORED)
    kind = INDICATOR_KINDS[indicator.code]
    if kind == STOCK and not office.on_last_day:
        return Aim(NOT_APPLICABLE)
    value = target.value_hundredths if target is not None else None
    if target is None or value is None:
        return Aim(NOT_SET)
    if value <= 0:
        return Aim(NOT_APPLICABLE if target.source == COMPUTED else NOT_SET)
    if kind in SCALED_KINDS:
        value = round_half_up(value * office.days_in_office, office.days)
    return Aim(SCORED, value) if value else Aim(NOT_APPLICABLE)


def spread_weights(indicators: Sequence[IndicatorRule], not_applicable: Iterable[str]) -> dict[str, Fraction]:
    """Each indicator's weight in points, those of the not applicable ones spread over the others in proportion.

    Shape: every indicator's code; 0 for the not applicable ones and for a bonus, which stands outside the 100.
    Law: the weights sum to exactly 100, as long as one indicator with a weight is applicable.
    Raises: ValueError when the scheme's own weights do not sum to exactly 100.
    """
    weights = {one.code: 0 if one.rule == "bonus" else one.weight_hundredths for one in indicators}
    if sum(weights.values()) != HUNDRED_POINTS:
        raise ValueError(f"the weights sum to {sum(weights.values())} hundredths, not to {HUNDRED_POINTS}")
    left_out = set(not_applicable)
    shared = sum(weight for code, weight in weights.items() if code not in left_out)
    return {
        code: Fraction(0) if code in left_out or not weight else Fraction(weight * 100, shared)
        for code, weight in weights.items()
    }


def score_line(
    indicator: IndicatorRule,
    weight: Fraction,
    aimed: Aim,
    target: TargetFact | None,
    actual: ActualFact | None,
    entries: Iterable[EntryFact] = (),
) -> ScoreLine:
    """One indicator's points from what it is measured against and what was reached.

    Shape: an indicator that is not set or not applicable has 0 points; entries count for rules of entries alone.
    Law: points are rounded half up to 0.01 once, from the exact rational.
    Raises: UnknownScoringRule; ValueError when an indicator with a target has no actual.
    """
    function = RULES.get(indicator.rule)
    if function is None:
        raise UnknownScoringRule(indicator.rule)
    counted = tuple(entries) if indicator.rule in ENTRY_RULES else ()
    score = Score(None, Fraction(0), Fraction(0))
    if aimed.status == SCORED:
        if actual is None and indicator.rule not in ENTRY_RULES:
            raise ValueError(f"{indicator.code} has a target and no actual")
        measure = Measure(aimed.target_hundredths or 0, actual.value if actual else Fraction(0), counted)
        score = function(indicator, weight, measure)
    return ScoreLine(
        code=indicator.code,
        group=indicator.group,
        rule=indicator.rule,
        status=aimed.status,
        weight_hundredths=indicator.weight_hundredths,
        weight=weight,
        floor=indicator.floor,
        cap=indicator.cap,
        contract_target_hundredths=target.value_hundredths if target else None,
        target_hundredths=aimed.target_hundredths,
        target_source=target.source if target else "",
        actual=actual.value if actual else None,
        rate=score.rate,
        points_before=score.points_before,
        points_exact=score.points,
        points_hundredths=round_half_up(score.points.numerator * 100, score.points.denominator),
        evidence=actual.evidence if actual else "",
        entry_ids=tuple(entry.id for entry in counted),
    )


def score_card(
    scheme: SchemeRule,
    office: OfficeFact,
    targets: Mapping[str, TargetFact],
    actuals: Mapping[str, ActualFact],
    entries: Mapping[str, Sequence[EntryFact]],
) -> Card:
    """A manager's card of the month.

    Shape: targets, actuals and confirmed entries by indicator; those of indicators outside the scheme do not count.
    Law: the total is the sum of the lines' rounded points, at most 100 unless the scheme lets it exceed.
    Raises: UnknownScoringRule; ValueError for weights that do not sum to 100 or a target without an actual.
    Source: article 16.
    """
    aims = {one.code: aim(one, targets.get(one.code), office) for one in scheme.indicators}
    weights = spread_weights(
        scheme.indicators, [code for code, aimed in aims.items() if aimed.status == NOT_APPLICABLE]
    )
    lines = tuple(
        score_line(
            one,
            weights[one.code],
            aims[one.code],
            targets.get(one.code),
            actuals.get(one.code),
            entries.get(one.code, ()),
        )
        for one in scheme.indicators
    )
    scored_total = sum(line.points_hundredths for line in lines)
    total = scored_total if scheme.total_may_exceed else min(HUNDRED_POINTS, scored_total)
    not_set = tuple(line.code for line in lines if line.status == NOT_SET)
    return Card(
        lines=lines,
        scored_total_hundredths=scored_total,
        total_hundredths=total,
        cut=total < scored_total,
        not_set=not_set,
        grade=None if not_set else grade_of(total, scheme.grades),
    )


def grade_of(total_hundredths: int, bands: Iterable[GradeBand]) -> str | None:
    """The grade whose half-open band [from, to) holds the total; none when no band does."""
    for band in bands:
        above = band.from_hundredths is None or band.from_hundredths <= total_hundredths
        if above and (band.to_hundredths is None or total_hundredths < band.to_hundredths):
            return band.grade
    return None


def rank(totals_hundredths: Sequence[int]) -> list[int]:
    """Each total's rank, the highest first. Shape: in the order given; equal totals share a rank: 1, 2, 2, 4."""
    ordered = sorted(totals_hundredths, reverse=True)
    first_place = {total: place for place, total in reversed(list(enumerate(ordered, start=1)))}
    return [first_place[total] for total in totals_hundredths]


DEFAULT_GRADES: Final = (
    GradeBand("excellent", 90_00, None),
    GradeBand("good", 80_00, 90_00),
    GradeBand("qualified", 60_00, 80_00),
    GradeBand("unqualified", None, 60_00),
)

_CONDUCT: Final = IndicatorRule("conduct", "daily_conduct", 10_00, "deduction")
_COMPLIANCE: Final = IndicatorRule("compliance", "marketed_funds", 5_00, "deduction")

# By target kind (article 15); a starting point that a branch copies and changes.
# Source: arithmetic.md, Default schemes.
DEFAULT_SCHEMES: Final[Mapping[str, SchemeRule]] = MappingProxyType(
    {
        "composite": SchemeRule(
            (
                IndicatorRule("deposit_average", "funds", 20_00),
                IndicatorRule("deposit_accumulated", "funds", 20_00),
                IndicatorRule("loans_granted", "marketed_funds", 10_00),
                IndicatorRule("principal_recovered", "marketed_funds", 15_00),
                _COMPLIANCE,
                IndicatorRule("interest_received", "interest", 20_00),
                _CONDUCT,
            ),
            DEFAULT_GRADES,
        ),
        "deposits": SchemeRule(
            (
                IndicatorRule("deposit_average", "funds", 45_00),
                IndicatorRule("deposit_accumulated", "funds", 45_00),
                _CONDUCT,
            ),
            DEFAULT_GRADES,
        ),
        "loan_recovery": SchemeRule(
            (IndicatorRule("principal_recovered", "marketed_funds", 85_00), _COMPLIANCE, _CONDUCT), DEFAULT_GRADES
        ),
        "interest": SchemeRule((IndicatorRule("interest_received", "interest", 90_00), _CONDUCT), DEFAULT_GRADES),
    }
)
