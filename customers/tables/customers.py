"""The list of customers."""

from __future__ import annotations

from typing import Any

import django_tables2
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common import masking
from common.lists import Listing
from common.tables import CountColumn, Table
from customers import queries
from customers.filters.customers import CustomerFilters
from customers.models import Customer
from customers.queries.assignments import with_manager
from customers.queries.completeness import percent_known


def _address(record: Customer) -> str:
    return reverse("desk:customer_detail", args=[record.customer_no])


class CustomerTable(Table):
    name = django_tables2.Column(verbose_name=_("Name"), linkify=_address, orderable=True, order_by="initials")
    customer_no = django_tables2.Column(verbose_name=_("Customer no."), orderable=True)
    kind = django_tables2.Column(accessor="get_kind_display", verbose_name=_("Kind"))
    id_number = django_tables2.Column(verbose_name=_("ID number"))
    phone = django_tables2.Column(verbose_name=_("Phone"))
    industry = django_tables2.Column(verbose_name=_("Industry"))
    address = django_tables2.Column(verbose_name=_("Address"))
    percent = CountColumn(verbose_name=_("Completeness"), unit="%")
    manager_name = django_tables2.Column(verbose_name=_("Account manager"))
    branch = django_tables2.Column(accessor="branch__name", verbose_name=_("Branch"))

    class Meta(Table.Meta):
        model = Customer
        fields = (
            "name", "customer_no", "kind", "id_number", "phone", "industry", "address", "percent", "manager_name",
            "branch",
        )  # fmt: skip
        row_attrs = {"data-href": _address}

    def render_id_number(self, value: Any) -> str:
        return masking.mask_identity(value)

    def render_phone(self, value: Any) -> str:
        return masking.mask_phone(value)


CUSTOMERS = Listing(
    subject="customers.Customer",
    table=CustomerTable,
    filters=CustomerFilters,
    # For files, where all rows are read; the page fills in its own.
    rows=lambda asked: with_manager(queries.customers(asked.actor)).annotate(percent=percent_known()),
    title=lambda asked: _("Customers"),
    order=("customer_no",),
)
