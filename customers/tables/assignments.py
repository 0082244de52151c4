"""The list of customers by who looks after them, with a box beside those who may be assigned."""

from __future__ import annotations

from typing import Any

import django_tables2
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from common.lists import Listing
from common.tables import DayColumn, Table
from customers.filters.assignments import AssignmentFilters
from customers.models import Assignment, Customer
from customers.queries.assignments import ASSIGNERS, assignable


def _address(record: Customer) -> str:
    return reverse("desk:customer_detail", args=[record.customer_no])


class TickedNameColumn(django_tables2.Column):
    """The name, which leads to the customer; before it a box of the form "assign" where nobody has the customer."""

    def render(self, value: Any, record: Any = None, table: Any = None) -> SafeString:
        link = format_html('<a href="{}">{}</a>', _address(record), value)
        actor = getattr(table.request, "actor", None)
        if actor is None or record.manager_no is not None or not actor.holds(record.branch_id, *ASSIGNERS):
            return link
        box = '<input type="checkbox" class="form-check-input" form="assign" name="customer" value="{}" aria-label="{}"> {}'
        return format_html(box, record.customer_no, value, link)

    def value(self, value: Any) -> Any:
        return value


class AssignmentTable(Table):
    name = TickedNameColumn(verbose_name=_("Name"), orderable=True, order_by="initials")
    customer_no = django_tables2.Column(verbose_name=_("Customer no."), orderable=True)
    kind = django_tables2.Column(accessor="get_kind_display", verbose_name=_("Kind"))
    manager_name = django_tables2.Column(verbose_name=_("Account manager"))
    manager_no = django_tables2.Column(verbose_name=_("Employee no."))
    since = DayColumn(verbose_name=_("From"))
    basis = django_tables2.Column(verbose_name=_("Basis"))
    branch = django_tables2.Column(accessor="branch__name", verbose_name=_("Branch"))

    class Meta(Table.Meta):
        model = Customer
        fields = ("name", "customer_no", "kind", "manager_name", "manager_no", "since", "basis", "branch")
        row_attrs = {"data-href": _address}

    def render_basis(self, value: str) -> Any:
        return Assignment.Basis(value).label


ASSIGNMENTS = Listing(
    subject="customers.Assignment",
    table=AssignmentTable,
    filters=AssignmentFilters,
    rows=lambda asked: assignable(asked.actor),
    title=lambda asked: _("Customers by account manager"),
    order=("customer_no",),
)
