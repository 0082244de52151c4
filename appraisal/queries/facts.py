"""The facts that a month is scored from: schemes in force, actuals and entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from django.db import connection
from django.db.models import Sum

from appraisal.models import SchemeIndicator, SchemeVersion
from appraisal.rules import ActualFact, EntryFact, GradeBand, IndicatorRule, OfficeFact, SchemeRule
from common.months import Month
from customers.queries.sales import confirmed_sales
from managers.models import Indicator, TargetKind
from managers.queries import ManagerInOffice, confirmed_entries, target_kind_or_composite
from managers.rules import entry_sign_fits
from organization.models import Branch

# Dedicated recovery (article 12) is appraised as loan recovery until it has a scheme of its own.
SCHEME_OF_TARGET_KIND = {TargetKind.DEDICATED_RECOVERY: TargetKind.LOAN_RECOVERY}


# What follows from the ledger where nobody has set a target (arithmetic.md, Actuals).
COMPUTED_TARGET = Indicator.PRINCIPAL_RECOVERED


@dataclass(frozen=True, slots=True)
class EffectiveScheme:
    """A published version and its rules."""

    version_id: int
    rule: SchemeRule
    parameters: Mapping[str, Mapping[str, int]]


def schemes_of_month(month: Month) -> dict[str, EffectiveScheme]:
    """For each target kind the published version that holds in the month: the latest that is effective by then.

    Shape: kinds without one are left out. Source: article 16; one version a month, versions never change.
    """
    in_force = (
        SchemeVersion.objects.filter(state=SchemeVersion.State.PUBLISHED, effective_month__lte=month.first_day)
        .order_by("scheme__target_kind", "-effective_month", "-pk")
        .distinct("scheme__target_kind")
        .values("pk")
    )
    found: dict[str, EffectiveScheme] = {}
    scored = SchemeIndicator.objects.filter(version__in=in_force).order_by("version", "position")
    # Plain rows: every branch's month end asks this anew.
    rows = scored.values_list(
        "version__scheme__target_kind",
        "version",
        "version__grades",
        "version__total_may_exceed",
        "indicator",
        "group",
        "weight_hundredths",
        "rule",
        "parameters",
    )
    for (kind, version_id, grades, may_exceed), indicators in groupby(rows, key=lambda row: row[:4]):
        listed = [row[4:] for row in indicators]
        found[kind] = EffectiveScheme(
            version_id=version_id,
            rule=SchemeRule(
                indicators=tuple(_indicator_rule(*one) for one in listed),
                grades=_grade_bands(grades),
                total_may_exceed=may_exceed,
            ),
            parameters={indicator: parameters for indicator, _group, _weight, _rule, parameters in listed},
        )
    return found


def _indicator_rule(
    code: str, group: str, weight_hundredths: int, rule: str, parameters: Mapping[str, int]
) -> IndicatorRule:
    return IndicatorRule(
        code=code,
        group=group,
        weight_hundredths=weight_hundredths,
        rule=rule,
        floor=Fraction(parameters.get("floor_bp", 0), 10_000),
        cap=Fraction(parameters.get("cap_bp", 10_000), 10_000),
    )


def _grade_bands(grades: list[dict[str, int | str | None]]) -> tuple[GradeBand, ...]:
    """Half-open bands from the stored list, best first: each reaches up to where the better one begins."""
    upper: int | None = None
    bands = []
    for grade in grades:
        lower = grade["from_hundredths"]
        lower = None if lower is None else int(lower)
        bands.append(GradeBand(str(grade["grade"]), lower, upper))
        upper = lower
    return tuple(bands)


def scheme_for(manager: ManagerInOffice, schemes: Mapping[str, EffectiveScheme]) -> EffectiveScheme | None:
    """The scheme of the manager's target kind (article 15)."""
    kind = target_kind_or_composite(manager)
    return schemes.get(SCHEME_OF_TARGET_KIND.get(TargetKind(kind), kind))


@dataclass(frozen=True, slots=True)
class MonthActuals:
    """The month's actuals of one manager, and what could be recovered. Unit: fen, fen·day, exact."""

    by_indicator: Mapping[str, ActualFact]
    recoverable_fen: int


_ACTUALS = """
WITH deposits AS (
    SELECT manager_id, accumulated_fen_days, closing_fen FROM deposits_managermonth
    WHERE month = %(month)s AND branch_id = %(branch)s
),
loans AS (
    SELECT manager_id, sum(granted_fen)::bigint AS granted, sum(recovered_fen)::bigint AS recovered,
           sum(recovered_this_year_fen)::bigint AS this_year, sum(recoverable_fen)::bigint AS recoverable,
           sum(interest_received_fen)::bigint AS received, sum(interest_due_fen)::bigint AS due
    FROM loans_loanmonth WHERE month = %(month)s AND branch_id = %(branch)s GROUP BY manager_id
)
SELECT manager_id, coalesce(accumulated_fen_days, 0), coalesce(closing_fen, 0), coalesce(granted, 0),
       coalesce(recovered, 0), coalesce(this_year, 0), coalesce(recoverable, 0), coalesce(received, 0), coalesce(due, 0)
FROM deposits FULL JOIN loans USING (manager_id)
"""


def actuals_of_month(branch: Branch, month: Month, managers: Iterable[int]) -> dict[int, MonthActuals]:
    """Each named manager's actuals from the month's figures; someone without accounts and loans has zeros.

    Law: an average is the 积数 over the month's days as an exact rational, never rounded, never averaged from averages.
    Source: arithmetic.md, Actuals.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ACTUALS, {"branch": branch.pk, "month": month.first_day})
        rows = {manager_id: figures for manager_id, *figures in cursor.fetchall()}
    sold = confirmed_sales(branch, month).order_by().values_list("manager").annotate(points=Sum("points_hundredths"))
    points = dict(sold)
    found = {}
    for manager_id in managers:
        accumulated, closing, granted, recovered, this_year, recoverable, received, due = rows.get(manager_id, [0] * 8)
        exact = {
            Indicator.DEPOSIT_AVERAGE: Fraction(accumulated, month.days),
            Indicator.DEPOSIT_ACCUMULATED: Fraction(accumulated),
            Indicator.DEPOSIT_CLOSING: Fraction(closing),
            Indicator.LOANS_GRANTED: Fraction(granted),
            Indicator.PRINCIPAL_RECOVERED: Fraction(recovered),
            Indicator.RECOVERED_THIS_YEAR: Fraction(this_year),
            Indicator.RECOVERED_EARLIER: Fraction(recovered - this_year),
            Indicator.INTEREST_RECEIVED: Fraction(received),
            # A rate in hundredths of a percent; nothing due leaves nothing to collect.
            Indicator.INTEREST_COLLECTION: Fraction(received * 10_000, due) if due else Fraction(0),
            # In hundredths of a point.
            Indicator.PRODUCTS_SOLD: Fraction(points.get(manager_id, 0)),
        }
        found[manager_id] = MonthActuals({code.value: ActualFact(value) for code, value in exact.items()}, recoverable)
    return found


def entry_facts(branch: Branch, month: Month) -> dict[int, dict[str, list[EntryFact]]]:
    """The confirmed entries of the month that take points away, by manager and indicator.

    Shape: entries with the sign of a bonus wait for a scheme with a bonus and do not count here.
    """
    found: dict[int, dict[str, list[EntryFact]]] = defaultdict(lambda: defaultdict(list))
    for pk, manager_id, indicator, day, points in confirmed_entries(branch, month).values_list(
        "pk", "manager_id", "indicator", "happened_on", "points_hundredths"
    ):
        if entry_sign_fits("deduction", points):
            found[manager_id][indicator].append(EntryFact(pk, day, points))
    return found


def office_fact(manager: ManagerInOffice, month: Month) -> OfficeFact:
    return OfficeFact(manager.days_in_office, month.days, manager.on_last_day)
