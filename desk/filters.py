"""Filters of the import centre."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from common.filters import Filters
from organization.importing import import_kinds
from organization.models import ImportBatch


def _kinds() -> list[tuple[str, Any]]:
    return [(kind.name, kind.title) for kind in import_kinds()]


class ImportFilters(Filters):
    kind = django_filters.ChoiceFilter(choices=_kinds, label=_("Kind"), empty_label=_("All kinds"))
    state = django_filters.ChoiceFilter(
        choices=ImportBatch.State.choices, label=_("State"), empty_label=_("All states")
    )

    class Meta:
        model = ImportBatch
        fields = ()

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        return queryset.filter(Q(file_name__icontains=words) | Q(sha256__startswith=words.lower()))
