"""Targets of a month: what each manager's scheme is measured against, and what is not set yet."""

from __future__ import annotations

from dataclasses import dataclass

from appraisal.models import ScoreLine
from appraisal.queries.facts import COMPUTED_TARGET, office_fact, scheme_for, schemes_of_month
from appraisal.rules import NOT_SET, TargetFact, aim
from common.months import Month
from managers.models import Indicator, TargetKind
from managers.queries import FoundTarget, ManagerInOffice, managers_in_office, targets_of_month
from managers.rules import ENTRIES, INDICATOR_KINDS
from organization.models import BUSINESS_ROLES, Branch
from organization.rules import Actor


@dataclass(frozen=True, slots=True)
class MissingTarget:
    """An indicator of a manager's scheme that has neither a target nor the word "not applicable"."""

    employee_no: str
    name: str
    indicator: str

    @property
    def indicator_name(self) -> str:
        return str(Indicator(self.indicator).label)


def missing_targets(branch: Branch, month: Month) -> list[MissingTarget]:
    """Who lacks which target, looked at in the targets of this moment, before or after the month was computed.

    Shape: by employee number, then in the scheme's order.
    """
    managers = managers_in_office(branch, month)
    schemes, targets = schemes_of_month(month), targets_of_month(branch, month, managers)
    found = []
    for manager in managers:
        scheme = scheme_for(manager, schemes)
        for one in scheme.rule.indicators if scheme else ():
            known = targets[manager.employee_id].get(one.code)
            if known is None and one.code == COMPUTED_TARGET:
                continue
            fact = TargetFact(known.value_hundredths, known.source, known.not_applicable) if known else None
            if aim(one, fact, office_fact(manager, month)).status == NOT_SET:
                found.append(MissingTarget(manager.employee_no, manager.name, one.code))
    return found


def unset_targets(branch: Branch, month: Month) -> list[MissingTarget]:
    """The lines of the month's cards that have no target: what the figures that lie there to be approved lack."""
    return [
        MissingTarget(*row)
        for row in ScoreLine.objects.filter(
            card__branch=branch, card__month=month.first_day, state=ScoreLine.State.NOT_SET
        )
        .order_by("card__manager__employee_no", "position")
        .values_list("card__manager__employee_no", "card__manager__name", "indicator")
    ]


@dataclass(frozen=True, slots=True)
class TargetCell:
    """What a manager's scheme measures an indicator against. Unit: hundredths of the indicator's unit."""

    indicator: str
    weight_hundredths: int
    target: FoundTarget | None
    state: str  # set, not_applicable, computed, missing

    @property
    def indicator_name(self) -> str:
        return str(Indicator(self.indicator).label)


@dataclass(frozen=True, slots=True)
class ManagerTargets:
    """A manager's targets of a month, in the scheme's order; entries have none and are left out."""

    manager: ManagerInOffice
    kind_name: str
    cells: list[TargetCell]


def targets_page(branch: Branch, month: Month, actor: Actor) -> list[ManagerTargets]:
    """The targets of the branch's managers in the month; a manager's own alone for who reads no business of the branch."""
    managers = managers_in_office(branch, month)
    if not (actor.is_system or actor.holds(branch.pk, *BUSINESS_ROLES)):
        managers = [one for one in managers if one.employee_id == actor.employee_id]
    schemes, targets = schemes_of_month(month), targets_of_month(branch, month, managers)
    found = []
    for manager in managers:
        scheme = scheme_for(manager, schemes)
        cells = [
            TargetCell(one.code, one.weight_hundredths, target, _target_state(one.code, target))
            for one in (scheme.rule.indicators if scheme else ())
            if INDICATOR_KINDS[one.code] != ENTRIES
            for target in (targets[manager.employee_id].get(one.code),)
        ]
        found.append(ManagerTargets(manager, _kind_name(manager.target_kind), cells))
    return found


def _kind_name(kind: str | None) -> str:
    return str(TargetKind(kind or TargetKind.COMPOSITE).label)


def _target_state(indicator: str, target: FoundTarget | None) -> str:
    if target is None:
        return "computed" if indicator == Indicator.PRINCIPAL_RECOVERED else "missing"
    return "not_applicable" if target.not_applicable else "set" if target.value_hundredths else "missing"
