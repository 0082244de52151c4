"""Filters of the list of dossiers to mend."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.filters import BranchFilter, Filters
from customers import queries
from customers.filters.whose import drop_manager
from customers.models import Customer
from customers.queries.reviews import keepers
from managers.queries.branches import read_branches


class ReviewFilters(Filters):
    branch = BranchFilter(read_branches)
    kind = django_filters.ChoiceFilter(choices=Customer.Kind.choices, label=_("Kind"), empty_label=_("All kinds"))
    manager = django_filters.ModelChoiceFilter(
        queryset=lambda request: keepers(request.actor, timezone.localdate()),
        to_field_name="employee_no",
        label=_("Account manager"),
        empty_label=_("All managers"),
        method="_of_manager",
    )
    state = django_filters.ChoiceFilter(
        choices=(("due", _("review due")), ("incomplete", _("incomplete"))),
        label=_("To mend"),
        empty_label=_("All dossiers"),
        method="_to_mend",
    )

    class Meta:
        model = Customer
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drop_manager(self)

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        return queryset.filter(queries.matching(words))

    def _of_manager(self, queryset: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return queryset.filter(held__manager=value)

    def _to_mend(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(is_due=1) if value == "due" else queryset.filter(percent__lt=100)
