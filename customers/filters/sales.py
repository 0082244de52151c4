"""Filters of the list of sales."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.filters import BranchFilter, Filters
from customers.models import Sale, ServiceProduct
from customers.queries import owned_by
from managers.models import Appointment
from managers.queries.branches import read_branches
from organization.models import BUSINESS_ROLES, Employee

_DAY = {"widget": forms.DateInput(attrs={"type": "date"})}


def managers_read(request: Any) -> QuerySet[Employee]:
    """Whoever is or was account manager at a branch that the person reads: the choice of a filter."""
    held = Appointment.objects.filter(branch__in=request.actor.branches_of(*BUSINESS_ROLES)).values("employee")
    return Employee.objects.filter(pk__in=held).order_by("employee_no")


class SaleFilters(Filters):
    branch = BranchFilter(read_branches)
    state = django_filters.ChoiceFilter(choices=Sale.State.choices, label=_("State"), empty_label=_("All states"))
    manager = django_filters.ModelChoiceFilter(
        queryset=managers_read, to_field_name="employee_no", label=_("Account manager"), empty_label=_("Everybody")
    )
    product = django_filters.ChoiceFilter(
        field_name="product__code", choices=(), label=_("Product"), empty_label=_("All products")
    )
    first_day = django_filters.DateFilter(field_name="sold_on", lookup_expr="gte", label=_("Sold from"), **_DAY)
    last_day = django_filters.DateFilter(field_name="sold_on", lookup_expr="lte", label=_("to"), **_DAY)

    class Meta:
        model = Sale
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.request is None:
            return
        actor = self.request.actor
        if not actor.is_system and not actor.branches_of(*BUSINESS_ROLES):
            self.filters.pop("manager", None)
            self.form.fields.pop("manager", None)
        rows = ServiceProduct.objects.visible_to(actor).order_by("code", "first_day")
        codes = dict(rows.values_list("code", "name"))
        self.form.fields["product"].choices = [("", _("All products"))] + [
            (code, f"{code} {name}") for code, name in codes.items()
        ]

    def search(self, queryset: QuerySet[Any], words: str) -> QuerySet[Any]:
        return queryset.filter(owned_by(words))
