"""The targets of a month."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from common.months import Month
from managers.models import ContractTarget, Indicator, Target, TargetAcceptance
from managers.queries.offices import ManagerInOffice, managers_in_office
from managers.rules.contracts import ALL, target_of_month
from organization.models import Branch

if TYPE_CHECKING:
    import datetime as dt

    from organization.rules import Actor


@dataclass(frozen=True, slots=True)
class FoundTarget:
    """A target of a whole month, before proration, and the row that says so.

    Unit: hundredths of the indicator's unit. Shape: source "month" or "contract"; evidence is {"target", "batch",
    "row"} or {"contract_target"}. A target of growth has a baseline, which actuals are held against less it.
    """

    value_hundredths: int | None
    source: str
    not_applicable: bool = False
    evidence: dict[str, Any] = field(default_factory=dict)
    counts: str = ALL
    baseline_hundredths: int | None = None

    @property
    def counts_name(self) -> str:
        return str(ContractTarget.Counts(self.counts).label)


def targets_of_month(
    branch: Branch, month: Month, managers: list[ManagerInOffice]
) -> dict[int, dict[str, FoundTarget]]:
    """Each manager's targets by indicator: the month's own where there is one, else the contract's.

    Shape: {employee id: {indicator: target}}; an indicator that neither names is left out.
    Source: article 11; arithmetic.md, Targets.
    """
    found: dict[int, dict[str, FoundTarget]] = {one.employee_id: {} for one in managers}
    holder = {one.contract_id: one.employee_id for one in managers if one.contract_id is not None}
    of_contracts = ContractTarget.objects.filter(contract__in=list(holder))
    for pk, contract_id, indicator, value, not_applicable, counts, baseline, times_days in of_contracts.values_list(
        "pk",
        "contract_id",
        "indicator",
        "target_hundredths",
        "not_applicable",
        "counts",
        "baseline_hundredths",
        "times_days",
    ):
        found[holder[contract_id]][indicator] = FoundTarget(
            target_of_month(value, times_days, month.days),
            "contract",
            not_applicable,
            {"contract_target": pk},
            counts,
            baseline,
        )
    of_month = Target.objects.filter(branch=branch, month=month.first_day, manager__in=list(found))
    for pk, manager_id, indicator, value, batch_id, row_no, plan_id in of_month.values_list(
        "pk", "manager_id", "indicator", "target_hundredths", "batch_id", "row_no", "plan_id"
    ):
        # The month has a figure of its own; which business it counts stays as the contract says.
        agreed = found[manager_id].get(indicator)
        evidence = {"target": pk, "batch": batch_id, "row": row_no} | ({"plan": plan_id} if plan_id else {})
        found[manager_id][indicator] = FoundTarget(
            value,
            "month",
            False,
            evidence,
            agreed.counts if agreed else ALL,
            agreed.baseline_hundredths if agreed else None,
        )
    return found


# --- what managers have accepted ---------------------------------------------------------------------------------------


def figures_to_accept(targets: dict[str, FoundTarget]) -> dict[str, int | None]:
    """A manager's figures of a month as they are accepted, baselines among them.

    Shape: {indicator: hundredths, none where not applicable}, {indicator:baseline: hundredths}.
    """
    figures: dict[str, int | None] = {}
    for indicator, one in sorted(targets.items()):
        figures[indicator] = None if one.not_applicable else one.value_hundredths
        if one.baseline_hundredths is not None:
            figures[f"{indicator}:baseline"] = one.baseline_hundredths
    return figures


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A manager's word on the targets of a month. Shape: changed = accepted once, and a figure has changed since."""

    manager: ManagerInOffice
    accepted: bool
    changed: bool
    accepted_at: dt.datetime | None

    @property
    def waits(self) -> bool:
        return not self.accepted


@dataclass(frozen=True, slots=True)
class AcceptancesOfMonth:
    """Who has accepted the month's targets, and who is still asked. Shape: those without any target are not asked."""

    managers: list[Acceptance]

    @property
    def accepted(self) -> int:
        return sum(one.accepted for one in self.managers)

    @property
    def waiting(self) -> list[Acceptance]:
        return [one for one in self.managers if one.waits]

    @property
    def all_accepted(self) -> bool:
        return not self.waiting


def target_acceptances(branch: Branch, month: Month) -> AcceptancesOfMonth:
    """Whether the branch's managers have accepted the targets of the month, as these stand now, by employee number."""
    managers = managers_in_office(branch, month)
    targets = targets_of_month(branch, month, managers)
    given = {
        one.employee_id: one
        for one in TargetAcceptance.objects.filter(branch=branch, month=month.first_day, employee__in=list(targets))
    }
    found = []
    for manager in managers:
        figures = figures_to_accept(targets[manager.employee_id])
        if not figures:
            continue
        said = given.get(manager.employee_id)
        accepted = said is not None and said.accepted == figures
        found.append(
            Acceptance(manager, accepted, said is not None and not accepted, said.accepted_at if said else None)
        )
    return AcceptancesOfMonth(found)


@dataclass(frozen=True, slots=True)
class OwnTarget:
    """One of a manager's own targets of a month."""

    indicator: str
    target: FoundTarget

    @property
    def indicator_name(self) -> str:
        return str(Indicator(self.indicator).label)


@dataclass(frozen=True, slots=True)
class OwnTargets:
    """A manager's own targets at one branch in a month, and whether they are accepted as they stand."""

    branch: Branch
    manager: ManagerInOffice
    targets: list[OwnTarget]
    acceptance: TargetAcceptance | None
    accepted: bool
    figures: str  # what the page shows, sent back with the word, so that another figure is noticed


def own_targets(actor: Actor, month: Month) -> list[OwnTargets]:
    """The person's own targets of the month, for each branch where he or she is manager in it."""
    held = Branch.objects.filter(appointments__employee=actor.employee_id).distinct().order_by("branch_code")
    found = []
    for branch in held:
        managers = [one for one in managers_in_office(branch, month) if one.employee_id == actor.employee_id]
        if not managers:
            continue
        targets = targets_of_month(branch, month, managers)[managers[0].employee_id]
        said = TargetAcceptance.objects.filter(employee=actor.employee_id, branch=branch, month=month.first_day).first()
        order = list(Indicator.values)
        own = [OwnTarget(code, targets[code]) for code in sorted(targets, key=order.index)]
        figures = figures_to_accept(targets)
        accepted = said is not None and said.accepted == figures
        found.append(OwnTargets(branch, managers[0], own, said, accepted, json.dumps(figures)))
    return found
