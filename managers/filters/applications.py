"""Filters of the lists of applications and of calls."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from common.filters import BranchFilter, Filters, YesNoFilter
from common.search import looks_like_number, starting_with
from managers.models import Application, Call
from organization.queries import branches


class ApplicationFilters(Filters):
    branch = BranchFilter(branches)
    state = django_filters.ChoiceFilter(choices=Application.State.choices, label=_("State"), empty_label=_("Any"))
    route = django_filters.ChoiceFilter(choices=Application.Route.choices, label=_("Way"), empty_label=_("Any"))
    call = django_filters.ModelChoiceFilter(
        queryset=lambda request: Call.objects.visible_to(request.actor), label=_("Call"), empty_label=_("Any")
    )

    class Meta:
        model = Application
        fields = ()

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        found = starting_with(words, number="application_no", name="candidate__name", initials="candidate__initials")
        # A number is the application's or the candidate's.
        if looks_like_number(words) or words.isascii():
            found |= Q(candidate__employee_no__startswith=words) | Q(candidate__employee_no__startswith=words.upper())
        return queryset.filter(found)


class CallFilters(Filters):
    branch = BranchFilter(branches)
    open = YesNoFilter(_("yes"), _("no"), field_name="is_open", label=_("Takes applications"))

    class Meta:
        model = Call
        fields = ()

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        return queryset.filter(title__icontains=words)
