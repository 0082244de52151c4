"""Filters of the list of work reports."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.filters import BranchFilter, Filters
from common.search import starting_with
from managers.models import WorkReport
from managers.queries.branches import read_branches


class ReportFilters(Filters):
    branch = BranchFilter(read_branches)
    kind = django_filters.ChoiceFilter(choices=WorkReport.Kind.choices, label=_("Kind"), empty_label=_("All kinds"))
    state = django_filters.ChoiceFilter(choices=WorkReport.State.choices, label=_("State"), empty_label=_("All states"))

    class Meta:
        model = WorkReport
        fields = ()

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        return queryset.filter(
            starting_with(words, number="employee__employee_no", name="employee__name", initials="employee__initials")
        )
