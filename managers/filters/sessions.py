"""Filters of the list of sessions."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.filters import BranchFilter, Filters
from managers.models import Session
from managers.queries.branches import read_branches


class SessionFilters(Filters):
    branch = BranchFilter(read_branches)
    kind = django_filters.ChoiceFilter(choices=Session.Kind.choices, label=_("Kind"), empty_label=_("All kinds"))
    stage = django_filters.ChoiceFilter(
        choices=[("open", _("to be held or written down")), ("noted", _("held")), ("cancelled", _("cancelled"))],
        label=_("State"),
        empty_label=_("All states"),
        method="at_stage",
    )

    class Meta:
        model = Session
        fields = ()

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        return queryset.filter(title__icontains=words)

    def at_stage(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == "open":
            return queryset.filter(noted_at__isnull=True, cancelled_at__isnull=True)
        return queryset.filter(**{f"{value}_at__isnull": False})
