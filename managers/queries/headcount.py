"""The head-count ratio (article 5)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count

from managers.models import (
    Appointment,
)
from organization.models import Branch
from organization.queries import branches_below, policy_of_each

if TYPE_CHECKING:
    pass


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
    percent = policy_of_each([branch.pk for branch in branches], "headcount_ratio_percent", day)
    found = []
    for branch in branches:
        number = sum(employees[pk] for pk in reach[branch.pk])
        required = -(-number * percent[branch.pk] // 100)
        found.append(HeadCount(branch, number, sum(managers.get(pk, 0) for pk in reach[branch.pk]), required))
    return found
