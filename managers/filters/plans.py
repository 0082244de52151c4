"""Filters of the list of plans."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.filters import BranchFilter, Filters
from common.search import starting_with
from managers.models import Plan
from managers.queries.plans import PLANNED
from organization.queries import branches


class PlanFilters(Filters):
    branch = BranchFilter(branches)
    year = django_filters.NumberFilter(label=_("Year"))
    indicator = django_filters.ChoiceFilter(choices=PLANNED, label=_("Indicator"), empty_label=_("Any"))
    state = django_filters.ChoiceFilter(choices=Plan.State.choices, label=_("State"), empty_label=_("Any"))

    class Meta:
        model = Plan
        fields = ()

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        return queryset.filter(
            starting_with(words, number="branch__branch_code", name="branch__name", initials="branch__branch_code")
        )
