"""The list of market information."""

from __future__ import annotations

import django_tables2
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.lists import Listing
from common.tables import DayColumn, Table
from customers.filters.information import InformationFilters
from customers.models import MarketInformation
from customers.queries.information import information


def _address(record: MarketInformation) -> str:
    return reverse("customers:information_detail", args=[record.pk])


class InformationTable(Table):
    title = django_tables2.TemplateColumn(
        template_name="customers/information_title.html", verbose_name=_("Subject"), linkify=_address
    )
    kind = django_tables2.Column(accessor="get_kind_display", verbose_name=_("Kind"))
    urgency = django_tables2.Column(accessor="get_urgency_display", verbose_name=_("Urgency"), visible=False)
    heard_on = DayColumn(verbose_name=_("Heard on"), orderable=True)
    name = django_tables2.Column(accessor="manager__name", verbose_name=_("Account manager"))
    employee_no = django_tables2.Column(accessor="manager__employee_no", verbose_name=_("Employee no."), visible=False)
    customer = django_tables2.Column(accessor="customer__name", verbose_name=_("Customer"), visible=False)
    source = django_tables2.Column(verbose_name=_("Source"))
    reader = django_tables2.Column(accessor="reader__name", verbose_name=_("Reader"))
    state = django_tables2.TemplateColumn(template_name="customers/information_state.html", verbose_name=_("State"))
    sent_at = DayColumn(verbose_name=_("Sent on"))
    replied_at = DayColumn(verbose_name=_("Replied on"), visible=False)
    branch = django_tables2.Column(accessor="branch__name", verbose_name=_("Branch"))

    class Meta(Table.Meta):
        model = MarketInformation
        fields = (
            "title", "kind", "urgency", "heard_on", "name", "employee_no", "customer", "source", "reader", "state",
            "sent_at", "replied_at", "branch",
        )  # fmt: skip
        row_attrs = {"data-href": _address}


INFORMATION = Listing(
    subject="customers.MarketInformation",
    table=InformationTable,
    filters=InformationFilters,
    rows=lambda asked: information(asked.actor),
    title=lambda asked: _("Market information"),
    # What is urgent and waits for the person comes first.
    order=("-on_top", "-heard_on"),
)
