"""What contracts draw from the appraisal (settings.SCORED_INDICATORS, settings.REACHED_IN_MONTH)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from appraisal.queries.facts import SCHEME_OF_TARGET_KIND, actuals_of_month, schemes_of_month
from appraisal.rules import ActualFact, OfficeFact
from common.money import round_half_up
from common.months import Month
from managers.models import TargetKind
from managers.queries import FoundTarget
from managers.rules import INDICATOR_KINDS, SCALED_KINDS
from organization.models import Branch, MonthClose


def scored_indicators(target_kind: str, month: Month) -> list[tuple[str, int]]:
    """The indicators of the published scheme of a target kind, with their weights, in the scheme's order.

    Shape: dedicated recovery has those of loan recovery; empty when no scheme is effective in the month.
    """
    schemes = schemes_of_month(month)
    scheme = schemes.get(SCHEME_OF_TARGET_KIND.get(TargetKind(target_kind), TargetKind(target_kind)))
    return [(one.code, one.weight_hundredths) for one in scheme.rule.indicators] if scheme else []


def reached_in_month(branch: Branch, employee_id: int, month: Month) -> Mapping[str, int]:
    """A manager's actuals of a computed month, rounded half up to the hundredth; nothing for a month without figures."""
    computed = MonthClose.objects.filter(branch=branch, month=month.first_day, computed_at__isnull=False)
    if not computed.exists():
        return {}
    own = actuals_of_month(branch, month, [employee_id])[employee_id]
    return {code: round_half_up(one.value.numerator, one.value.denominator) for code, one in own.by_indicator.items()}


def over_baselines(
    found: Mapping[str, FoundTarget], actuals: Mapping[str, ActualFact], office: OfficeFact
) -> tuple[dict[str, FoundTarget], dict[str, ActualFact]]:
    """Targets and actuals with growth counted where the contract says so: actual − baseline, exact.

    A baseline follows the days in office as its target does: of a flow or an average the part of n / D days, rounded half
    up to the hundredth once; of a balance as it is. The evidence of the target keeps the baseline that was taken off.
    Source: arithmetic.md, Baseline and growth.
    """
    targets, counted = dict(found), dict(actuals)
    for code, one in found.items():
        if one.baseline_hundredths is None or one.not_applicable or code not in actuals:
            continue
        baseline = one.baseline_hundredths
        if INDICATOR_KINDS[code] in SCALED_KINDS:
            baseline = round_half_up(baseline * office.days_in_office, office.days)
        targets[code] = replace(one, evidence={**one.evidence, "baseline": baseline})
        counted[code] = replace(actuals[code], value=actuals[code].value - Fraction(baseline))
    return targets, counted
