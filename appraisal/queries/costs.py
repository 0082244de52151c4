"""Interest received against wage and four expenses, by manager and month (article 12)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Sum

from appraisal.models import ScoreCard
from common.months import Month
from loans.models import LoanMonth
from managers.models import MonthlyCost, TargetKind
from managers.queries import FoundTarget, ManagerInOffice, managers_in_office, targets_of_month
from managers.queries.costs import CostsOfMonth, costs_of_month
from managers.rules.contracts import COMPUTED_TARGET
from managers.rules.costs import BreakEven, break_even
from organization.models import BUSINESS_ROLES, Branch
from organization.rules import Actor


@dataclass(frozen=True, slots=True)
class BreakEvenLine:
    """A manager's line of the month. Shape: who only recovers has an own target instead, where the contract names one."""

    manager: ManagerInOffice
    figures: BreakEven
    wage: MonthlyCost | None
    recovers_only: bool
    own_target: FoundTarget | None

    @property
    def kind_name(self) -> str:
        return str(TargetKind(self.manager.target_kind or TargetKind.COMPOSITE).label)


@dataclass(frozen=True, slots=True)
class BreakEvenPage:
    """A branch's costs of a month and its managers' lines, by employee number. Shape: `computed` = interest is known."""

    costs: CostsOfMonth
    lines: list[BreakEvenLine]
    computed: bool


def break_even_page(actor: Actor, branch: Branch, month: Month) -> BreakEvenPage:
    """The break-even lines of the branch's month; a manager's own alone for who reads no business of the branch.

    Law: wage and four expenses are the month's own; nothing is taken from another month.
    Source: article 12.
    """
    managers = managers_in_office(branch, month)
    if not (actor.is_system or actor.holds(branch.pk, *BUSINESS_ROLES)):
        managers = [one for one in managers if one.employee_id == actor.employee_id]
    costs = costs_of_month(branch, month)
    # Who only recovers is measured by a target of the own instead.
    recovering = [one for one in managers if one.target_kind == TargetKind.DEDICATED_RECOVERY]
    targets = targets_of_month(branch, month, recovering) if recovering else {}
    received = LoanMonth.objects.filter(
        month=month.first_day, branch=branch, manager__in=[one.employee_id for one in managers]
    )
    interest = dict(received.order_by().values_list("manager").annotate(sum=Sum("interest_received_fen")))
    expenses = costs.four_expenses.amount_fen if costs.four_expenses else None
    lines = []
    for one in managers:
        wage = costs.wages.get(one.employee_id)
        lines.append(
            BreakEvenLine(
                manager=one,
                figures=break_even(
                    wage.amount_fen if wage else None, expenses, int(interest.get(one.employee_id) or 0)
                ),
                wage=wage,
                recovers_only=one in recovering,
                own_target=targets.get(one.employee_id, {}).get(COMPUTED_TARGET),
            )
        )
    computed = ScoreCard.objects.filter(branch=branch, month=month.first_day).exists()
    return BreakEvenPage(costs, lines, computed)
