"""Filters of the list of assignments."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.filters import BranchFilter, Filters
from customers import queries
from customers.models import Assignment, Customer
from customers.queries.assignments import serving_managers, unassigned
from managers.queries.branches import read_branches


class AssignmentFilters(Filters):
    branch = BranchFilter(read_branches)
    manager = django_filters.ModelChoiceFilter(
        queryset=lambda request: serving_managers(list(read_branches(request.actor)), timezone.localdate()),
        to_field_name="employee_no",
        label=_("Account manager"),
        empty_label=_("All managers"),
        field_name="held__manager",
    )
    state = django_filters.ChoiceFilter(
        choices=(("nobody", _("nobody’s")), ("held", _("assigned"))),
        label=_("State"),
        empty_label=_("All customers"),
        method="_in_state",
    )
    basis = django_filters.ChoiceFilter(
        choices=Assignment.Basis.choices, label=_("Basis"), empty_label=_("All"), field_name="held__basis"
    )
    kind = django_filters.ChoiceFilter(choices=Customer.Kind.choices, label=_("Kind"), empty_label=_("All kinds"))

    class Meta:
        model = Customer
        fields = ()

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        return queryset.filter(queries.matching(words))

    def _in_state(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return unassigned(queryset) if value == "nobody" else queryset.filter(held__isnull=False)
