"""Filters of the list of customers."""

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
from customers.queries.assignments import serving_managers
from managers.queries.branches import read_branches
from organization.queries import branches


class CustomerFilters(Filters):
    branch = BranchFilter(branches)
    kind = django_filters.ChoiceFilter(choices=Customer.Kind.choices, label=_("Kind"), empty_label=_("All kinds"))
    manager = django_filters.ModelChoiceFilter(
        queryset=lambda request: serving_managers(list(read_branches(request.actor)), timezone.localdate()),
        to_field_name="employee_no",
        label=_("Account manager"),
        empty_label=_("All managers"),
        field_name="held__manager",
    )
    aside = django_filters.ChoiceFilter(
        choices=(("yes", _("put aside")),), label=_("Customers"), empty_label=_("In use"), method="_put_aside"
    )
    identity = django_filters.ChoiceFilter(
        choices=(("mend", _("to be mended")),), label=_("ID number"), empty_label=_("All numbers"), method="_to_mend"
    )

    class Meta:
        model = Customer
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drop_manager(self)

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        return queryset.filter(queries.matching(words))

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Who is put aside is shown only when asked for."""
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("aside") else found.filter(archived_at__isnull=True)

    def _put_aside(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(archived_at__isnull=False)

    def _to_mend(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.exclude(identity_fault="")
