"""The list of visits, calls and advice."""

from __future__ import annotations

import django_tables2
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.lists import Listing
from common.tables import DayColumn, Table
from customers.filters.visits import VisitFilters
from customers.models import Visit
from customers.queries.visits import visit_rows


def _address(record: Visit) -> str:
    return reverse("customers:visit_detail", args=[record.pk])


class VisitTable(Table):
    whom = django_tables2.Column(verbose_name=_("Customer"), accessor="customer", linkify=_address, empty_values=())
    day = DayColumn(verbose_name=_("Day"))
    kind = django_tables2.Column(accessor="get_kind_display", verbose_name=_("Kind"))
    purpose = django_tables2.Column(verbose_name=_("Purpose"))
    state = django_tables2.TemplateColumn(template_name="customers/visit_state.html", verbose_name=_("State"))
    next_step = django_tables2.Column(verbose_name=_("Next step"))
    next_on = DayColumn(verbose_name=_("By the day"))
    next_done_on = DayColumn(verbose_name=_("Kept on"))
    manager = django_tables2.Column(accessor="manager__name", verbose_name=_("Account manager"))
    said = django_tables2.Column(verbose_name=_("What was said or advised"), visible=False)
    branch = django_tables2.Column(accessor="branch__name", verbose_name=_("Branch"))

    class Meta(Table.Meta):
        model = Visit
        fields = (
            "whom",
            "day",
            "kind",
            "purpose",
            "state",
            "next_step",
            "next_on",
            "next_done_on",
            "manager",
            "said",
            "branch",
        )
        row_attrs = {"data-href": _address}

    def render_whom(self, record: Visit) -> str:
        return str(record.customer or record.prospect)


VISITS = Listing(
    subject="customers.Visit",
    table=VisitTable,
    filters=VisitFilters,
    rows=lambda asked: visit_rows(asked.actor),
    title=lambda asked: _("Visits"),
    order=("-day", "-pk"),
)
