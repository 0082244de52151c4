"""What the records say about a candidate: the conditions that data decides, live on a day (article 6)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from managers.models import Application, Penalty, Qualification, Recommendation
from managers.rules.qualification import Condition, Facts, PenaltyFact, qualification, unmet
from organization.models import Employee
from organization.queries import policies_of


@dataclass(frozen=True, slots=True)
class ConditionNow:
    """A condition as a page shows it: live, and what it was when it was checked. Shape: none where it was not checked."""

    condition: str
    label: str
    result: str
    evidence: dict[str, Any]
    at_the_check: str | None = None


def conditions_of(application: Application, day: dt.date | None = None) -> list[Condition]:
    """Every condition of a candidate on a day (today if none is named), from the records as they stand now.

    Shape: in the order of a page; hard conditions are "met" or "not_met", relatives are a "warning".
    Source: article 6(5); article 7 for recommendations.
    """
    return qualification(_facts(application, day or timezone.localdate()), day or timezone.localdate())


def hard_conditions_met(application: Application, day: dt.date | None = None) -> bool:
    """Whether no hard condition fails on the day: without it nobody qualifies or approves a candidate."""
    return not unmet(conditions_of(application, day))


def unmet_labels(application: Application, day: dt.date | None = None) -> list[str]:
    """The hard conditions that fail on the day, in words."""
    return [str(Qualification(one.condition).label) for one in unmet(conditions_of(application, day))]


def conditions_shown(application: Application, day: dt.date | None = None) -> list[ConditionNow]:
    """The conditions for a page: live while the way is open, as they were checked once it is over or decided."""
    checked = {one["condition"]: one for one in application.qualification}
    state = Application.State
    if application.state in (*Application.OVER, state.APPROVED, state.CONTRACTED, state.IN_OFFICE) and checked:
        return [_shown(code, one["result"], one["evidence"]) for code, one in checked.items()]
    return [
        _shown(one.condition, one.result, dict(one.evidence), checked.get(one.condition, {}).get("result"))
        for one in conditions_of(application, day)
    ]


def _shown(code: str, result: str, evidence: dict[str, Any], at_the_check: str | None = None) -> ConditionNow:
    return ConditionNow(code, str(Qualification(code).label), result, evidence, at_the_check)


def _facts(application: Application, day: dt.date) -> Facts:
    # The record may have been mended since the application was read.
    person = Employee.objects.only("employment", "hired_on", "joined_system_on", "id_number").get(
        pk=application.candidate_id
    )
    policies = policies_of(application.branch, day)
    confirmed = Q(state=Recommendation.State.CONFIRMED)
    counted = application.recommendations.aggregate(asked=Count("pk"), confirmed=Count("pk", filter=confirmed))
    penalties = Penalty.objects.in_force(day).filter(employee=person).order_by("first_day", "pk")
    by_colleagues = application.route == Application.Route.COLLEAGUES
    return Facts(
        employment=person.employment,
        hired_on=person.hired_on,
        joined_system_on=person.joined_system_on,
        id_number=person.id_number,
        declares_capacity=application.declares_capacity,
        relatives=application.relatives,
        penalties=tuple(
            PenaltyFact(one.kind, one.first_day.isoformat(), one.last_day.isoformat() if one.last_day else None)
            for one in penalties
        ),
        confirmed=counted["confirmed"],
        asked=counted["asked"],
        minimum_service_years=policies["minimum_service_years"],
        minimum_age=policies["minimum_age"],
        maximum_age=policies["maximum_age"],
        recommendations_required=policies["recommendations_required"] if by_colleagues else 0,
    )
