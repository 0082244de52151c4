"""What the deposits that nobody owns are worth in points."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from appraisal.models import ScoreCard, ScoreLine
from appraisal.queries.cards import LineView
from appraisal.queries.lines import DEPOSIT_INDICATORS
from appraisal.rules import HUNDRED_POINTS, SCORED, ActualFact, Aim, IndicatorRule, score_line
from common.months import Month
from managers.models import Indicator
from organization.models import Branch


@dataclass(frozen=True, slots=True)
class UnownedWorth:
    """The points that the managers would have more together, had each an equal part of what nobody owns.

    Unit: hundredths of a point.
    """

    managers: int
    points_hundredths: int


def worth_of_unowned(
    branch: Branch, month: Month, *, closing_fen: int, accumulated_fen_days: int
) -> UnownedWorth | None:
    """What nobody's closing and accumulated balance of a month would bring its managers, by their own lines and rules.

    Shape: in equal parts to those whose card is scored by deposits; none where there is nobody, or nothing to divide.
    Law: each line is scored and rounded as its card's was, and a card that may not exceed 100 stays at 100.
    """
    lines = ScoreLine.objects.filter(
        card__branch=branch,
        card__month=month.first_day,
        indicator__in=DEPOSIT_INDICATORS,
        state=ScoreLine.State.SCORED,
        actual_numerator__isnull=False,
    ).select_related("card__scheme_version")
    by_card: dict[ScoreCard, list[ScoreLine]] = defaultdict(list)
    for line in lines:
        by_card[line.card].append(line)
    if not by_card or not (closing_fen or accumulated_fen_days):
        return None
    share = len(by_card)
    more = {
        Indicator.DEPOSIT_AVERAGE: Fraction(accumulated_fen_days, month.days * share),
        Indicator.DEPOSIT_ACCUMULATED: Fraction(accumulated_fen_days, share),
        Indicator.DEPOSIT_CLOSING: Fraction(closing_fen, share),
    }
    gained = 0
    for card, own in by_card.items():
        total = card.scored_total_hundredths + sum(_gained(line, more[Indicator(line.indicator)]) for line in own)
        exceeds = card.scheme_version.total_may_exceed
        gained += (total if exceeds else min(HUNDRED_POINTS, total)) - card.total_hundredths
    return UnownedWorth(managers=share, points_hundredths=gained)


def _gained(line: ScoreLine, more: Fraction) -> int:
    """What a line's points would grow by. Unit: hundredths of a point."""
    view = LineView(line)
    if view.counts_developed:
        return 0  # an account that is handed to somebody is assigned, not developed
    rule = IndicatorRule(
        line.indicator, line.group, line.scheme_weight_hundredths, line.rule, floor=view.floor, cap=view.cap
    )
    actual = Fraction(line.actual_numerator or 0, line.actual_denominator or 1) + more
    scored = score_line(rule, view.weight, Aim(SCORED, line.target_hundredths), None, ActualFact(actual))
    return scored.points_hundredths - line.points_hundredths
