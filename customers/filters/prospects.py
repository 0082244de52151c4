"""Filters of the list and of the board of prospects."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.filters import BranchFilter, Filters
from customers.filters.whose import drop_manager
from customers.models import Prospect
from customers.queries.prospects import matching_prospects
from customers.queries.visits import writers_of
from managers.queries.branches import read_branches


class BoardFilters(Filters):
    branch = BranchFilter(read_branches)
    manager = django_filters.ModelChoiceFilter(
        queryset=lambda request: writers_of(request.actor),
        to_field_name="employee_no",
        label=_("Account manager"),
        empty_label=_("All managers"),
    )

    class Meta:
        model = Prospect
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drop_manager(self)

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        return queryset.filter(matching_prospects(words))


class ProspectFilters(BoardFilters):
    stage = django_filters.ChoiceFilter(choices=Prospect.Stage.choices, label=_("Stage"), empty_label=_("All stages"))
