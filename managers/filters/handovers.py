"""Filters of the list of hand-over sheets."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from common.filters import BranchFilter, Filters
from common.search import starting_with
from managers.models import HandOver
from organization.queries import branches


class HandOverFilters(Filters):
    branch = BranchFilter(branches)
    occasion = django_filters.ChoiceFilter(choices=HandOver.Occasion.choices, label=_("Occasion"), empty_label=_("Any"))
    state = django_filters.ChoiceFilter(choices=HandOver.State.choices, label=_("State"), empty_label=_("Any"))

    class Meta:
        model = HandOver
        fields = ()

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        of_giver = starting_with(
            words, number="employee__employee_no", name="employee__name", initials="employee__initials"
        )
        return queryset.filter(of_giver | Q(sheet_no__startswith=words))
