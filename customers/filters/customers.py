"""Filters of the list of customers."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.filters import BranchFilter, Filters
from customers import queries
from customers.models import Customer
from organization.queries import branches


class CustomerFilters(Filters):
    branch = BranchFilter(branches)
    kind = django_filters.ChoiceFilter(choices=Customer.Kind.choices, label=_("Kind"), empty_label=_("All kinds"))

    class Meta:
        model = Customer
        fields = ()

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        return queryset.filter(queries.matching(words))
