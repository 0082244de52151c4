"""Filters of the lists of branches and of people."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.filters import BranchFilter, Filters
from common.search import starting_with
from organization.models import Branch, Employee, Role, RoleGrant
from organization.queries import branches


class BranchFilters(Filters):
    kind = django_filters.ChoiceFilter(choices=Branch.Kind.choices, label=_("Kind"), empty_label=_("All kinds"))

    class Meta:
        model = Branch
        fields = ()

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        return queryset.filter(Q(name__icontains=words) | Q(branch_code__istartswith=words))


class EmployeeFilters(Filters):
    branch = BranchFilter(branches)
    role = django_filters.ChoiceFilter(
        choices=Role.choices, label=_("Role"), empty_label=_("All roles"), method="holding"
    )

    class Meta:
        model = Employee
        fields = ()

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        return queryset.filter(starting_with(words, number="employee_no"))

    def holding(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        grants = RoleGrant.objects.in_force(timezone.localdate()).filter(role=value)
        return queryset.filter(pk__in=grants.values("employee"))
