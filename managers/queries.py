"""What is asked about managers: who was in office, on which targets, with which entries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Least

from common.months import Month
from managers.models import (
    Appointment,
    ConductEntry,
    ConductEntryQuerySet,
    Contract,
    ContractTarget,
    Target,
    TargetKind,
)
from managers.rules import Term, days_in_office, holds_on
from organization.models import Branch, Employee
from organization.queries import branches_below

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from organization.rules import Actor


@dataclass(frozen=True, slots=True)
class ManagerInOffice:
    """A manager's office at a branch in a month.

    Shape: first_day is the first of the month's days in office; contract and target kind are those of the last of them,
    none where no contract covers it.
    """

    employee_id: int
    employee_no: str
    name: str
    first_day: dt.date
    days_in_office: int
    on_last_day: bool
    contract_id: int | None
    target_kind: str | None


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


def managers_in_office(branch: Branch, month: Month) -> list[ManagerInOffice]:
    """Who was manager of the branch on at least one day of the month.

    Shape: by employee number; an appointment that ended and one that followed it are one office.
    """
    appointments = (
        Appointment.objects.filter(branch=branch)
        .in_force_between(month.first_day, month.last_day)
        .order_by("employee__employee_no", "first_day")
        .values_list("pk", "employee_id", "employee__employee_no", "employee__name", "first_day", "last_day")
    )
    people: dict[int, tuple[str, str]] = {}
    terms: dict[int, list[Term]] = defaultdict(list)
    for _pk, employee_id, employee_no, name, first_day, last_day in appointments:
        people[employee_id] = (employee_no, name)
        terms[employee_id].append(Term(first_day, last_day))
    # The contract in force on the last day in office says what the month is about; it is one of the last appointment's.
    latest = {row[1]: row[0] for row in appointments}
    contracts: dict[int, list[Contract]] = defaultdict(list)
    for contract in Contract.objects.filter(appointment__in=list(latest.values())):
        contracts[contract.appointment_id].append(contract)
    found = []
    for employee_id, (employee_no, name) in people.items():
        own = terms[employee_id]
        last_day = min(own[-1].last_day or month.last_day, month.last_day)
        held = next((one for one in contracts[latest[employee_id]] if holds_on(last_day, one)), None)
        found.append(
            ManagerInOffice(
                employee_id=employee_id,
                employee_no=employee_no,
                name=name,
                first_day=max(own[0].first_day, month.first_day),
                days_in_office=days_in_office(month, own),
                on_last_day=last_day == month.last_day,
                contract_id=held.pk if held else None,
                target_kind=held.target_kind if held else None,
            )
        )
    return found


def people_in_office(branch: Branch, month: Month) -> QuerySet[Employee]:
    """The people who were manager of the branch on at least one day of the month, by employee number."""
    offices = Appointment.objects.filter(branch=branch).in_force_between(month.first_day, month.last_day)
    return Employee.objects.filter(pk__in=offices.values("employee")).order_by("employee_no")


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


def confirmed_entries(branch: Branch, month: Month) -> ConductEntryQuerySet:
    """The entries that count in the month: confirmed, and entered on one of its days."""
    return entries_of_month(branch, month).filter(state=ConductEntry.State.CONFIRMED)


def draft_entries(branch: Branch, month: Month) -> ConductEntryQuerySet:
    """The entries of the month that still wait for a second person."""
    return entries_of_month(branch, month).filter(state=ConductEntry.State.DRAFT)


def entries_of_month(branch: Branch, month: Month) -> ConductEntryQuerySet:
    """All entries of the month, whatever became of them, in order of day and manager."""
    return ConductEntry.objects.filter(
        branch=branch, entered_on__gte=month.first_day, entered_on__lte=month.last_day
    ).order_by("happened_on", "manager__employee_no", "pk")


def entries_for(actor: Actor, branch: Branch, month: Month) -> ConductEntryQuerySet:
    """The month's entries that the actor may see, with the people in them: for the page and its list."""
    return entries_of_month(branch, month).visible_to(actor).select_related("manager", "made_by", "decided_by", "batch")


def target_kind_or_composite(manager: ManagerInOffice) -> str:
    """What a manager is appraised on: without a contract the composite, whose missing targets are then named."""
    return manager.target_kind or TargetKind.COMPOSITE


def offices(actor: Actor, month: Month) -> QuerySet[Appointment]:
    """The appointments in force in the month that the person may see, with the contract of their last day in it.

    Shape: annotated contract_no and target_kind, empty where no contract covers that day.
    """
    contracts = Contract.objects.filter(
        Q(last_day__isnull=True) | Q(last_day__gte=Least(OuterRef("last_day"), month.last_day)),
        appointment=OuterRef("pk"),
        first_day__lte=month.last_day,
    ).order_by("-first_day")
    return (
        Appointment.objects.visible_to(actor)
        .in_force_between(month.first_day, month.last_day)
        .select_related("employee", "branch")
        .annotate(
            contract_no=Subquery(contracts.values("contract_no")[:1]),
            target_kind=Subquery(contracts.values("target_kind")[:1]),
        )
    )


@dataclass(frozen=True, slots=True)
class HeadCount:
    """Managers in office against the employees under a branch and the branches below it (article 5)."""

    branch: Branch
    employees: int
    managers: int
    required: int

    @property
    def shortfall(self) -> int:
        return max(self.required - self.managers, 0)

    @property
    def ratio(self) -> tuple[int, int]:
        return self.managers, self.employees


def head_counts(branches: list[Branch], day: dt.date) -> list[HeadCount]:
    """The head-count ratio of each branch on a day: ⌈N / 10⌉ managers are required by default (article 5)."""
    reach = branches_below([branch.pk for branch in branches])
    wanted = frozenset().union(*reach.values())
    employees = dict(Branch.objects.filter(pk__in=wanted).values_list("pk", "headcount"))
    in_office = Appointment.objects.filter(branch__in=wanted).in_force(day).order_by()
    managers = dict(in_office.values_list("branch").annotate(number=Count("employee", distinct=True)))
    found = []
    for branch in branches:
        number = sum(employees[pk] for pk in reach[branch.pk])
        required = -(-number * settings.HEADCOUNT_RATIO_PERCENT // 100)
        found.append(HeadCount(branch, number, sum(managers.get(pk, 0) for pk in reach[branch.pk]), required))
    return found
