"""What contracts draw from the appraisal (settings.SCORED_INDICATORS, settings.REACHED_IN_MONTH)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from django.db.models import Exists, OuterRef, Q, Sum

from appraisal.queries.facts import SCHEME_OF_TARGET_KIND, actuals_of_month, schemes_of_month
from appraisal.rules import ActualFact, OfficeFact
from common.money import round_half_up
from common.months import Month
from deposits.models import AttributedMonth, Attribution
from managers.models import Indicator, TargetKind
from managers.queries import FoundTarget
from managers.rules import INDICATOR_KINDS, SCALED_KINDS
from managers.rules.contracts import DEVELOPED
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


def developed_only(month: Month) -> Any:
    """The condition that a manager's part of an account is newly developed business 新增 in the month (article 15).

    Shape: of AttributedMonth rows. An account counts as developed when none of the manager's attributions of it that hold
    on a day of the month is an assigned one; the whole part of the account then counts, else nothing of it.
    """
    assigned = Attribution.objects.filter(
        Q(last_day__isnull=True) | Q(last_day__gte=month.first_day),
        branch=OuterRef("branch"),
        account=OuterRef("account"),
        manager=OuterRef("manager"),
        basis=Attribution.Basis.ASSIGNED,
        first_day__lte=month.last_day,
    )
    return ~Exists(assigned)


def developed_of_month(
    branch: Branch, month: Month, targets: Mapping[int, Mapping[str, FoundTarget]]
) -> dict[int, dict[str, Fraction]]:
    """The deposit actuals of newly developed accounts alone, of the managers whose contract counts only these.

    Shape: {manager id: {indicator: actual}}; no query where no contract asks.
    Law: the sum of the same parts that make the plain actual, of some of the accounts; nothing is divided anew.
    """
    asked = [
        pk
        for pk, found in targets.items()
        if any(one.counts == DEVELOPED and not one.not_applicable for one in found.values())
    ]
    if not asked:
        return {}
    parts = AttributedMonth.objects.filter(
        developed_only(month), month=month.first_day, branch=branch, manager__in=asked
    ).order_by()
    sums = parts.values_list("manager").annotate(closing=Sum("closing_fen"), gathered=Sum("accumulated_fen_days"))
    return {
        pk: {
            Indicator.DEPOSIT_AVERAGE.value: Fraction(int(gathered), month.days),
            Indicator.DEPOSIT_ACCUMULATED.value: Fraction(int(gathered)),
            Indicator.DEPOSIT_CLOSING.value: Fraction(int(closing)),
        }
        for pk, closing, gathered in sums
    }


def as_counted(
    found: Mapping[str, FoundTarget],
    actuals: Mapping[str, ActualFact],
    office: OfficeFact,
    developed: Mapping[str, Fraction],
) -> tuple[dict[str, FoundTarget], dict[str, ActualFact]]:
    """Targets and actuals as the contract counts them: developed business alone, or growth = actual − baseline, exact.

    A baseline follows the days in office as its target does: of a flow or an average the part of n / D days, rounded half
    up to the hundredth once; of a balance as it is. The evidence of the target keeps what was counted.
    Source: article 15; arithmetic.md, Baseline and growth.
    """
    targets, counted = dict(found), dict(actuals)
    for code, one in found.items():
        if one.not_applicable or code not in actuals:
            continue
        if one.counts == DEVELOPED:
            targets[code] = replace(one, evidence={**one.evidence, "counts": DEVELOPED})
            counted[code] = replace(actuals[code], value=developed.get(code, Fraction(0)))
        elif one.baseline_hundredths is not None:
            baseline = one.baseline_hundredths
            if INDICATOR_KINDS[code] in SCALED_KINDS:
                baseline = round_half_up(baseline * office.days_in_office, office.days)
            targets[code] = replace(one, evidence={**one.evidence, "baseline": baseline})
            counted[code] = replace(actuals[code], value=actuals[code].value - Fraction(baseline))
    return targets, counted
