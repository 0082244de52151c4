"""Filters of the list of managers."""

from __future__ import annotations

from functools import partial
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.filters import BranchFilter, Filters
from common.search import starting_with
from common.views import month_of
from managers.models import Appointment, TargetKind
from managers.queries.offices import day_of_list, ending_soon, suspended_on
from organization.queries import branches, latest_month

STATES = (("in_office", _("in office")), ("suspended", _("suspended")), ("ending", _("ends soon")))


class ManagerFilters(Filters):
    branch = BranchFilter(branches)
    target_kind = django_filters.ChoiceFilter(choices=TargetKind.choices, label=_("Appraised on"), empty_label=_("Any"))
    state = django_filters.ChoiceFilter(choices=STATES, label=_("State"), empty_label=_("All"), method="standing")

    class Meta:
        model = Appointment
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        month = month_of(self.request, partial(latest_month, self.request.actor))
        self.day = day_of_list(month)

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        return queryset.filter(
            starting_with(words, number="employee__employee_no", name="employee__name", initials="employee__initials")
        )

    def standing(self, queryset: Any, name: str, value: str) -> QuerySet[Any]:
        """Of those in office on the day of the list (queries.offices, as_of)."""
        actor, day = self.request.actor, self.day
        found = queryset.in_force(day)
        if value == "ending":
            return ending_soon(found, actor.all_branches, day)
        suspended = suspended_on(found, day)
        return suspended if value == "suspended" else found.exclude(pk__in=suspended.values("pk"))
