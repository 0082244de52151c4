"""Filters of the list of inspections."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.filters import BranchFilter, Filters
from common.search import starting_with
from managers.models import Inspection
from managers.queries.branches import read_branches

_STAGES = [
    ("planned", _("planned")),
    ("overdue", _("overdue")),
    ("to_mend", _("to be mended")),
    ("mended", _("waits to be accepted")),
    ("over", _("over")),
    ("cancelled", _("cancelled")),
]


class InspectionFilters(Filters):
    branch = BranchFilter(read_branches)
    stage = django_filters.ChoiceFilter(
        choices=_STAGES, label=_("State"), empty_label=_("All states"), method="at_stage"
    )

    class Meta:
        model = Inspection
        fields = ()

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        return queryset.filter(
            starting_with(words, number="employee__employee_no", name="employee__name", initials="employee__initials")
        )

    def at_stage(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        planned = queryset.filter(inspected_on__isnull=True, cancelled_at__isnull=True)
        done = queryset.filter(inspected_on__isnull=False)
        return {
            "planned": planned,
            "overdue": planned.filter(planned_on__lt=timezone.localdate()),
            "to_mend": done.exclude(follow_up="").filter(mended_on__isnull=True),
            "mended": done.filter(mended_on__isnull=False, accepted_at__isnull=True),
            "over": done.filter(follow_up="") | done.filter(accepted_at__isnull=False),
            "cancelled": queryset.filter(cancelled_at__isnull=False),
        }[value]
