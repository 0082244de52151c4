"""Wages and four expenses of a month: what interest has to earn (article 12)."""

from __future__ import annotations

from dataclasses import dataclass

from common.months import Month
from managers.models import MonthlyCost
from organization.models import Branch, Employee


@dataclass(frozen=True, slots=True)
class Costs:
    """What interest has to earn (article 12). Unit: fen; none = not known. Shape: the months that the figures are of."""

    wage_fen: int | None
    four_expenses_fen: int | None
    wage_month: Month | None = None
    expenses_month: Month | None = None

    @property
    def line_fen(self) -> int | None:
        if self.wage_fen is None or self.four_expenses_fen is None:
            return None
        return self.wage_fen + self.four_expenses_fen


def latest_costs(employee: Employee, branch: Branch, month: Month) -> Costs:
    """The wage and the four expenses of the month, else the latest before it; the wage on record where no file has one."""
    rows = MonthlyCost.objects.filter(branch=branch, month__lte=month.first_day).order_by("-month")
    wage = rows.filter(employee=employee).first()
    expenses = rows.filter(employee__isnull=True).first()
    return Costs(
        wage_fen=wage.amount_fen if wage else employee.monthly_wage_fen,
        four_expenses_fen=expenses.amount_fen if expenses else None,
        wage_month=Month.of(wage.month) if wage else None,
        expenses_month=Month.of(expenses.month) if expenses else None,
    )


@dataclass(frozen=True, slots=True)
class CostsOfMonth:
    """A branch's own costs of a month. Unit: fen. Shape: no four expenses = no file has brought them; wages by employee."""

    four_expenses: MonthlyCost | None
    wages: dict[int, MonthlyCost]


def costs_of_month(branch: Branch, month: Month) -> CostsOfMonth:
    """What files have brought in of the branch's month, each with the batch and row that say so."""
    rows = MonthlyCost.objects.filter(branch=branch, month=month.first_day).select_related("employee", "batch")
    own = {one.employee_id: one for one in rows}
    return CostsOfMonth(own.pop(None, None), {pk: one for pk, one in own.items() if pk is not None})
