"""Filters of the list of deposit accounts."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.filters import BranchFilter, Filters
from deposits.models import Attribution, DepositAccount
from deposits.queries import accounts
from organization.queries import branches

STATES = (
    ("open", _("still open")),
    ("closed", _("given up")),
    ("unattributed", _("with a part that is nobody's")),
    ("negative", _("overdrawn at the month's end")),
)


class AccountFilters(Filters):
    branch = BranchFilter(branches)
    state = django_filters.ChoiceFilter(
        choices=STATES, label=_("State"), empty_label=_("All accounts"), method="in_state"
    )
    manager = django_filters.CharFilter(label=_("Manager no."), method="of_manager", max_length=20)

    class Meta:
        model = DepositAccount
        fields = ()

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        return queryset.filter(accounts.matching(words))

    def in_state(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return accounts.accounts_in_state(queryset, value)

    def of_manager(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(pk__in=accounts.accounts_of_manager(value.strip().replace("\0", "")))


class NewAccountFilters(Filters):
    branch = BranchFilter(branches)
    manager = django_filters.CharFilter(field_name="manager__employee_no", label=_("Manager no."), max_length=20)
    batch = django_filters.NumberFilter(
        field_name="account__batch", label=_("Import no."), min_value=1, max_value=2**62, decimal_places=0
    )

    class Meta:
        model = Attribution
        fields = ()

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        return queryset.filter(account__in=DepositAccount.objects.filter(accounts.matching(words)).values("pk"))
