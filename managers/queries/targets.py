"""The targets of a month."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from common.months import Month
from managers.models import (
    ContractTarget,
    Target,
)
from managers.queries.offices import ManagerInOffice
from organization.models import Branch

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, slots=True)
class FoundTarget:
    """A target of a whole month, before proration, and the row that says so.

    Unit: hundredths of the indicator's unit. Shape: source "month" or "contract"; evidence is {"target", "batch",
    "row"} or {"contract_target"}.
    """

    value_hundredths: int | None
    source: str
    not_applicable: bool = False
    evidence: dict[str, Any] = field(default_factory=dict)


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
    for pk, contract_id, indicator, value, not_applicable in of_contracts.values_list(
        "pk", "contract_id", "indicator", "target_hundredths", "not_applicable"
    ):
        found[holder[contract_id]][indicator] = FoundTarget(value, "contract", not_applicable, {"contract_target": pk})
    of_month = Target.objects.filter(branch=branch, month=month.first_day, manager__in=list(found))
    for pk, manager_id, indicator, value, batch_id, row_no in of_month.values_list(
        "pk", "manager_id", "indicator", "target_hundredths", "batch_id", "row_no"
    ):
        found[manager_id][indicator] = FoundTarget(
            value, "month", False, {"target": pk, "batch": batch_id, "row": row_no}
        )
    return found
