"""Filters of the list of managers."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.filters import BranchFilter, Filters
from common.search import starting_with
from managers.models import Appointment, TargetKind
from organization.queries import branches


class ManagerFilters(Filters):
    branch = BranchFilter(branches)
    target_kind = django_filters.ChoiceFilter(choices=TargetKind.choices, label=_("Appraised on"), empty_label=_("Any"))

    class Meta:
        model = Appointment
        fields = ()

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        return queryset.filter(
            starting_with(words, number="employee__employee_no", name="employee__name", initials="employee__initials")
        )
