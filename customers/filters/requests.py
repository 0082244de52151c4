"""Filters of the list of service requests."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.filters import BranchFilter, Filters
from customers.filters.sales import managers_read
from customers.models import ServiceRequest
from customers.queries import owned_by
from managers.queries.branches import read_branches
from organization.models import BUSINESS_ROLES


class RequestFilters(Filters):
    branch = BranchFilter(read_branches)
    kind = django_filters.ChoiceFilter(choices=ServiceRequest.Kind.choices, label=_("Kind"), empty_label=_("All kinds"))
    state = django_filters.ChoiceFilter(
        choices=ServiceRequest.State.choices, label=_("State"), empty_label=_("All states")
    )
    manager = django_filters.ModelChoiceFilter(
        queryset=managers_read, to_field_name="employee_no", label=_("Account manager"), empty_label=_("Everybody")
    )
    overdue = django_filters.ChoiceFilter(
        choices=(("yes", _("overdue")),), label=_("Deadline"), empty_label=_("All"), method="_overdue"
    )

    class Meta:
        model = ServiceRequest
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.request is None:
            return
        actor = self.request.actor
        if not actor.is_system and not actor.branches_of(*BUSINESS_ROLES):
            self.filters.pop("manager", None)
            self.form.fields.pop("manager", None)

    def _overdue(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(state=ServiceRequest.State.RECEIVED, deadline__lt=timezone.localdate())

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        return queryset.filter(owned_by(words))
