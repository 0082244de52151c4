"""Filters of the list of visits."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from common.filters import BranchFilter, Filters
from common.search import starting_with
from customers import queries
from customers.filters.whose import drop_manager
from customers.models import Visit
from customers.queries.visits import writers_of
from managers.queries.branches import read_branches


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class VisitFilters(Filters):
    branch = BranchFilter(read_branches)
    manager = django_filters.ModelChoiceFilter(
        queryset=lambda request: writers_of(request.actor),
        to_field_name="employee_no",
        label=_("Account manager"),
        empty_label=_("All managers"),
    )
    kind = django_filters.ChoiceFilter(choices=Visit.Kind.choices, label=_("Kind"), empty_label=_("All kinds"))
    state = django_filters.ChoiceFilter(choices=Visit.State.choices, label=_("State"), empty_label=_("All states"))
    since = django_filters.DateFilter("day", "gte", label=_("From"), widget=_day())
    until = django_filters.DateFilter("day", "lte", label=_("To"), widget=_day())

    class Meta:
        model = Visit
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drop_manager(self)

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        named = starting_with(words, number="prospect__phone", name="prospect__name", initials="prospect__initials")
        return queryset.filter(queries.owned_by(words) | (Q(prospect__isnull=False) & named))
