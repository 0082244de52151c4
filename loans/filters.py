"""Filters of the list of loans."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.filters import BranchFilter, Filters
from loans import queries
from loans.models import Loan
from organization.queries import branches


class LoanFilters(Filters):
    branch = BranchFilter(branches)
    security = django_filters.ChoiceFilter(choices=Loan.Security.choices, label=_("Security"), empty_label=_("Any"))
    classification = django_filters.ChoiceFilter(
        choices=Loan.Classification.choices, label=_("Classification"), empty_label=_("Any")
    )
    manager = django_filters.CharFilter(label=_("Manager no."), field_name="manager__employee_no", max_length=20)

    class Meta:
        model = Loan
        fields = ()

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        return queryset.filter(queries.matching(words))
