"""The list of service requests."""

from __future__ import annotations

import django_tables2
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.lists import Listing
from common.tables import DayColumn, MoneyColumn, Table
from customers.filters.requests import RequestFilters
from customers.models import ServiceRequest
from customers.queries.requests import requests


def _address(record: ServiceRequest) -> str:
    return reverse("customers:request_detail", args=[record.pk])


class RequestTable(Table):
    customer = django_tables2.Column(accessor="customer__name", verbose_name=_("Customer"), linkify=_address)
    customer_no = django_tables2.Column(accessor="customer__customer_no", verbose_name=_("Customer no."), visible=False)
    kind = django_tables2.Column(accessor="get_kind_display", verbose_name=_("Kind"))
    words = django_tables2.TemplateColumn(
        template_name="customers/request_words.html", verbose_name=_("What is asked for")
    )
    amount_fen = MoneyColumn(verbose_name=pgettext_lazy("sum of money", "Amount"))
    received_on = DayColumn(verbose_name=_("Received on"))
    deadline = DayColumn(verbose_name=_("Answer by"))
    state = django_tables2.TemplateColumn(template_name="customers/request_state.html", verbose_name=_("State"))
    answered_on = DayColumn(verbose_name=_("Answered on"), visible=False)
    name = django_tables2.Column(accessor="manager__name", verbose_name=_("Account manager"))
    employee_no = django_tables2.Column(accessor="manager__employee_no", verbose_name=_("Employee no."), visible=False)
    branch = django_tables2.Column(accessor="branch__name", verbose_name=_("Branch"))

    class Meta(Table.Meta):
        model = ServiceRequest
        fields = (
            "customer", "customer_no", "kind", "words", "amount_fen", "received_on", "deadline", "state", "answered_on",
            "name", "employee_no", "branch",
        )  # fmt: skip
        row_attrs = {"data-href": _address}


REQUESTS = Listing(
    subject="customers.ServiceRequest",
    table=RequestTable,
    filters=RequestFilters,
    rows=lambda asked: requests(asked.actor),
    title=lambda asked: _("Service requests"),
    # What runs out of time comes first.
    order=("due", "-received_on"),
)
