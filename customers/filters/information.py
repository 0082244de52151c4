"""Filters of the list of market information."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.filters import BranchFilter, Filters
from customers.models import MarketInformation
from managers.queries.branches import read_branches
from organization.models import Employee

_DAY = {"widget": forms.DateInput(attrs={"type": "date"})}


class _Manager(django_filters.ModelChoiceFilter):
    """Whoever has reported, as far as the person may see."""

    def __init__(self) -> None:
        super().__init__(
            queryset=_reporting,
            to_field_name="employee_no",
            label=_("Account manager"),
            empty_label=_("Everybody"),
        )


def _reporting(request: Any) -> QuerySet[Employee]:
    seen = MarketInformation.objects.visible_to(request.actor).order_by().values("manager")
    return Employee.objects.filter(pk__in=seen).order_by("employee_no")


class InformationFilters(Filters):
    branch = BranchFilter(read_branches)
    kind = django_filters.ChoiceFilter(
        choices=MarketInformation.Kind.choices, label=_("Kind"), empty_label=_("All kinds")
    )
    urgency = django_filters.ChoiceFilter(
        choices=MarketInformation.Urgency.choices, label=_("Urgency"), empty_label=_("All")
    )
    state = django_filters.ChoiceFilter(
        choices=MarketInformation.State.choices, label=_("State"), empty_label=_("All states")
    )
    manager = _Manager()
    first_day = django_filters.DateFilter(field_name="sent_at", lookup_expr="date__gte", label=_("Sent from"), **_DAY)
    last_day = django_filters.DateFilter(field_name="sent_at", lookup_expr="date__lte", label=_("to"), **_DAY)

    class Meta:
        model = MarketInformation
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form.fields["q"].label = _("Subject")
        self.form.fields["q"].widget.attrs["placeholder"] = _("Subject")

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        return queryset.filter(title__icontains=words)
