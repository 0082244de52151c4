"""What contracts draw from the appraisal (settings.SCORED_INDICATORS, settings.REACHED_IN_MONTH)."""

from __future__ import annotations

from collections.abc import Mapping

from appraisal.queries.facts import SCHEME_OF_TARGET_KIND, actuals_of_month, schemes_of_month
from common.money import round_half_up
from common.months import Month
from managers.models import TargetKind
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
