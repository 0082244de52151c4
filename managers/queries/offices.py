"""Who was in office, on which contract."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Least

from common.months import Month
from managers.models import Appointment, Contract, Suspension, TargetKind
from managers.rules import Term, days_in_office, holds_on, in_office_on
from organization.models import Branch, Employee

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


def managers_in_office(branch: Branch, month: Month) -> list[ManagerInOffice]:
    """Who was manager of the branch on at least one day of the month.

    Shape: by employee number; an appointment that ended and one that followed it are one office. Days of suspension are
    not days in office; somebody suspended all month is no manager of the month.
    """
    appointments = (
        Appointment.objects.filter(branch=branch)
        .in_force_between(month.first_day, month.last_day)
        .order_by("employee__employee_no", "first_day")
        .values_list("pk", "employee_id", "employee__employee_no", "employee__name", "first_day", "last_day")
    )
    people: dict[int, tuple[str, str]] = {}
    terms: dict[int, list[Term]] = defaultdict(list)
    holder: dict[int, int] = {}
    for pk, employee_id, employee_no, name, first_day, last_day in appointments:
        people[employee_id] = (employee_no, name)
        terms[employee_id].append(Term(first_day, last_day))
        holder[pk] = employee_id
    suspensions: dict[int, list[Term]] = defaultdict(list)
    for appointment_id, first_day, last_day in Suspension.objects.filter(appointment__in=list(holder)).values_list(
        "appointment", "first_day", "last_day"
    ):
        suspensions[holder[appointment_id]].append(Term(first_day, last_day))
    # The contract in force on the last day in office says what the month is about; it is one of the last appointment's.
    latest = {row[1]: row[0] for row in appointments}
    contracts: dict[int, list[Contract]] = defaultdict(list)
    for contract in Contract.objects.binding().filter(appointment__in=list(latest.values())):
        contracts[contract.appointment_id or 0].append(contract)
    found = []
    for employee_id, (employee_no, name) in people.items():
        own, away = terms[employee_id], suspensions[employee_id]
        held_days = days_in_office(month, own, away)
        if held_days == 0:
            continue
        last_day = min(own[-1].last_day or month.last_day, month.last_day)
        held = next((one for one in contracts[latest[employee_id]] if holds_on(last_day, one)), None)
        found.append(
            ManagerInOffice(
                employee_id=employee_id,
                employee_no=employee_no,
                name=name,
                first_day=max(own[0].first_day, month.first_day),
                days_in_office=held_days,
                on_last_day=in_office_on(month.last_day, own, away),
                contract_id=held.pk if held else None,
                target_kind=held.target_kind if held else None,
            )
        )
    return found


def people_in_office(branch: Branch, month: Month) -> QuerySet[Employee]:
    """The people who were manager of the branch on at least one day of the month, by employee number."""
    offices = Appointment.objects.filter(branch=branch).in_force_between(month.first_day, month.last_day)
    return Employee.objects.filter(pk__in=offices.values("employee")).order_by("employee_no")


def target_kind_or_composite(manager: ManagerInOffice) -> str:
    """What a manager is appraised on: without a contract the composite, whose missing targets are then named."""
    return manager.target_kind or TargetKind.COMPOSITE


def offices(actor: Actor, month: Month) -> QuerySet[Appointment]:
    """The appointments in force in the month that the person may see, with the contract of their last day in it.

    Shape: annotated contract_no and target_kind, empty where no contract covers that day.
    """
    contracts = (
        Contract.objects.binding()
        .filter(
            Q(last_day__isnull=True) | Q(last_day__gte=Least(OuterRef("last_day"), month.last_day)),
            appointment=OuterRef("pk"),
            first_day__lte=month.last_day,
        )
        .order_by("-first_day")
    )
    return (
        Appointment.objects.visible_to(actor)
        .in_force_between(month.first_day, month.last_day)
        .select_related("employee", "branch")
        .annotate(
            contract_no=Subquery(contracts.values("contract_no")[:1]),
            target_kind=Subquery(contracts.values("target_kind")[:1]),
        )
    )
