"""The list of sales, with a box beside what the person may confirm."""

from __future__ import annotations

from typing import Any

import django_tables2
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.lists import Listing
from common.tables import DayColumn, MoneyColumn, PointsColumn, Table
from common.templatetags import figures
from customers.filters.sales import SaleFilters
from customers.models import Sale
from customers.queries.sales import DECIDERS, sales


def _address(record: Sale) -> str:
    return reverse("customers:sale_detail", args=[record.pk])


class TickedDayColumn(DayColumn):
    """The day of a sale that leads to it; before it a box of the form "confirm" where the person may tick it."""

    def render(self, value: Any, record: Any = None, table: Any = None) -> SafeString:
        link = format_html('<a href="{}">{}</a>', _address(record), figures.day(value))
        actor = getattr(table.request, "actor", None)
        if actor is None or not _ticked_by(actor, record):
            return link
        words = f"{record.customer.name} {record.product.name}"
        box = (
            '<input type="checkbox" class="form-check-input" form="confirm" name="sale" value="{}" aria-label="{}"> {}'
        )
        return format_html(box, record.pk, words, link)


def _ticked_by(actor: Any, sale: Sale) -> bool:
    own = actor.employee_id in (sale.manager_id, sale.made_by_id)
    return sale.state == Sale.State.DRAFT and not own and actor.holds(sale.branch_id, *DECIDERS)


class SaleTable(Table):
    sold_on = TickedDayColumn(verbose_name=_("Date"), orderable=True)
    customer = django_tables2.Column(accessor="customer__name", verbose_name=_("Customer"))
    customer_no = django_tables2.Column(accessor="customer__customer_no", verbose_name=_("Customer no."), visible=False)
    product = django_tables2.Column(accessor="product__name", verbose_name=_("Product"))
    kind = django_tables2.Column(accessor="product__get_kind_display", verbose_name=_("Kind"), visible=False)
    quantity_hundredths = PointsColumn(verbose_name=_("Quantity"))
    unit = django_tables2.Column(accessor="product__unit", verbose_name=_("Unit of sale"))
    amount_fen = MoneyColumn(verbose_name=pgettext_lazy("sum of money", "Amount"))
    points_hundredths = PointsColumn(verbose_name=pgettext_lazy("worth", "Points"))
    name = django_tables2.Column(accessor="manager__name", verbose_name=_("Account manager"))
    employee_no = django_tables2.Column(accessor="manager__employee_no", verbose_name=_("Employee no."), visible=False)
    state = django_tables2.TemplateColumn(template_name="customers/sale_state.html", verbose_name=_("State"))
    entered_on = DayColumn(verbose_name=_("Entry day"), visible=False)
    decided_by = django_tables2.Column(accessor="decided_by__name", verbose_name=_("Decided by"))
    branch = django_tables2.Column(accessor="branch__name", verbose_name=_("Branch"))

    class Meta(Table.Meta):
        model = Sale
        fields = (
            "sold_on", "customer", "customer_no", "product", "kind", "quantity_hundredths", "unit", "amount_fen",
            "points_hundredths", "name", "employee_no", "state", "entered_on", "decided_by", "branch",
        )  # fmt: skip
        row_attrs = {"data-href": _address}


SALES = Listing(
    subject="customers.Sale",
    table=SaleTable,
    filters=SaleFilters,
    rows=lambda asked: sales(asked.actor),
    title=lambda asked: _("Sales of service products"),
    order=("-sold_on",),
)
