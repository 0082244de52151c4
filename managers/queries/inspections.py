"""Inspections of managers' work, and who is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Max, Min, Q, QuerySet

from managers.models import Appointment, Inspection
from managers.rules.inspections import inspection_due_on
from organization.models import Branch, Employee
from organization.queries import policy_of_each

if TYPE_CHECKING:
    from organization.rules import Actor


def inspections(actor: Actor) -> QuerySet[Inspection]:
    """The inspections that the person may see, with the people in them."""
    return Inspection.objects.visible_to(actor).select_related("employee", "branch", "inspector", "accepted_by")


@dataclass(frozen=True, slots=True)
class InspectionDue:
    """When a manager is to be inspected. Shape: planned_on is the next day that is planned already, none if none is."""

    employee: Employee
    last_inspected_on: dt.date | None
    due_on: dt.date
    planned_on: dt.date | None

    def due(self, day: dt.date) -> bool:
        return self.planned_on is None and self.due_on <= day


def inspections_due(branch: Branch, day: dt.date) -> list[InspectionDue]:
    """When each manager of a branch is to be inspected, the earliest first (article 14; policy inspection_months)."""
    offices = list(Appointment.objects.filter(branch=branch).in_force(day).select_related("employee"))
    months = policy_of_each([branch.pk], "inspection_months", day)[branch.pk]
    known = _known({one.employee_id for one in offices}, branch)
    found = []
    for one in offices:
        last, planned = known.get(one.employee_id, (None, None))
        found.append(InspectionDue(one.employee, last, inspection_due_on(one.first_day, last, months), planned))
    return sorted(found, key=lambda due: (due.due_on, due.employee.employee_no))


def _known(people: Collection[int], branch: Branch) -> dict[int, tuple[dt.date | None, dt.date | None]]:
    open_ones = Q(inspected_on__isnull=True, cancelled_at__isnull=True)
    rows = (
        Inspection.objects.filter(branch=branch, employee__in=people)
        .order_by()
        .values("employee")
        .annotate(last=Max("inspected_on"), planned=Min("planned_on", filter=open_ones))
    )
    return {row["employee"]: (row["last"], row["planned"]) for row in rows}
