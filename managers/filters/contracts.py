"""Filters of the lists of contracts and plans."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.filters import BranchFilter, Filters
from common.search import starting_with
from managers.models import Contract, TargetKind
from organization.models import Branch
from organization.queries import branches

_SOON = [("30", _("in 30 days")), ("60", _("in 60 days")), ("90", _("in 90 days"))]


class ContractFilters(Filters):
    branch = BranchFilter(branches, method="_of_branch")
    state = django_filters.ChoiceFilter(choices=Contract.State.choices, label=_("State"), empty_label=_("Any"))
    target_kind = django_filters.ChoiceFilter(choices=TargetKind.choices, label=_("Appraised on"), empty_label=_("Any"))
    ends = django_filters.ChoiceFilter(choices=_SOON, label=_("Ends"), empty_label=_("Any"), method="_ends")

    class Meta:
        model = Contract
        fields = ()

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        people = [
            starting_with(words, number=f"{way}__employee_no", name=f"{way}__name", initials=f"{way}__initials")
            for way in ("appointment__employee", "application__candidate")
        ]
        return queryset.filter(people[0] | people[1] | Q(contract_no__istartswith=words))

    def _of_branch(self, queryset: QuerySet[Any], name: str, value: Branch) -> QuerySet[Any]:
        return queryset.filter(Q(appointment__branch=value) | Q(application__branch=value))

    def _ends(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        today = timezone.localdate()
        until = today + dt.timedelta(days=int(value))
        return queryset.filter(state=Contract.State.IN_FORCE, last_day__gte=today, last_day__lte=until)
