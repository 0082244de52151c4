"""The list of service products."""

from __future__ import annotations

import django_tables2
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.lists import Listing
from common.tables import DayColumn, PointsColumn, Table
from customers.filters.products import ProductFilters
from customers.models import ServiceProduct
from customers.queries.products import products


def _address(record: ServiceProduct) -> str:
    return reverse("customers:product_detail", args=[record.pk])


class ProductTable(Table):
    code = django_tables2.Column(verbose_name=pgettext_lazy("product", "Code"), linkify=_address)
    name = django_tables2.Column(verbose_name=pgettext_lazy("product", "Name"))
    kind = django_tables2.Column(accessor="get_kind_display", verbose_name=_("Kind"))
    unit = django_tables2.Column(verbose_name=_("Unit of sale"))
    points_hundredths = PointsColumn(verbose_name=_("Points per unit"))
    first_day = DayColumn(verbose_name=_("From"))
    last_day = DayColumn(verbose_name=_("To"))
    in_force = django_tables2.TemplateColumn(template_name="customers/product_state.html", verbose_name=_("State"))
    owner = django_tables2.Column(accessor="branch__name", verbose_name=_("Catalogue of"))

    class Meta(Table.Meta):
        model = ServiceProduct
        fields = ("code", "name", "kind", "unit", "points_hundredths", "first_day", "last_day", "in_force", "owner")
        row_attrs = {"data-href": _address}


PRODUCTS = Listing(
    subject="customers.ServiceProduct",
    table=ProductTable,
    filters=ProductFilters,
    rows=lambda asked: products(asked.actor, timezone.localdate()),
    title=lambda asked: _("Service products"),
    # What is offered today comes first.
    order=("-in_force", "code", "-first_day"),
)
