"""Filters of the lists of honours, penalties and letters of authority."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.filters import BranchFilter, Filters
from common.search import starting_with
from managers.models import AuthorisationLetter, Honour, Penalty
from managers.queries.branches import read_branches


def _of_person(words: str) -> Q:
    return starting_with(words, number="employee__employee_no", name="employee__name", initials="employee__initials")


class HonourFilters(Filters):
    branch = BranchFilter(read_branches)
    year = django_filters.NumberFilter(
        field_name="awarded_on", lookup_expr="year", min_value=1900, max_value=2999, label=_("Year")
    )

    class Meta:
        model = Honour
        fields = ()

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        return queryset.filter(_of_person(words) | Q(title__icontains=words))


class PenaltyFilters(Filters):
    branch = BranchFilter(read_branches)
    kind = django_filters.ChoiceFilter(choices=Penalty.Kind.choices, label=_("Kind"), empty_label=_("All kinds"))
    stage = django_filters.ChoiceFilter(
        choices=[("in_force", _("in force"))], label=_("State"), empty_label=_("All states"), method="at_stage"
    )

    class Meta:
        model = Penalty
        fields = ()

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        return queryset.filter(_of_person(words))

    def at_stage(self, queryset: Any, name: str, value: str) -> QuerySet[Any]:
        found: QuerySet[Any] = queryset.in_force(timezone.localdate())
        return found


class LetterFilters(Filters):
    branch = BranchFilter(read_branches)
    stage = django_filters.ChoiceFilter(
        choices=[("in_force", _("in force")), ("revoked", _("revoked"))],
        label=_("State"),
        empty_label=_("All states"),
        method="at_stage",
    )

    class Meta:
        model = AuthorisationLetter
        fields = ()

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        return queryset.filter(_of_person(words) | Q(letter_no__istartswith=words))

    def at_stage(self, queryset: Any, name: str, value: str) -> QuerySet[Any]:
        found: QuerySet[Any] = (
            queryset.in_force(timezone.localdate())
            if value == "in_force"
            else queryset.filter(revoked_on__isnull=False)
        )
        return found
