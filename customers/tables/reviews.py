"""The list of dossiers to mend."""

from __future__ import annotations

import django_tables2
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.lists import Listing
from common.tables import CountColumn, DayColumn, Table
from customers.filters.reviews import ReviewFilters
from customers.models import Customer
from customers.queries.reviews import dossiers


def _address(record: Customer) -> str:
    return reverse("desk:customer_detail", args=[record.customer_no])


class ReviewTable(Table):
    name = django_tables2.Column(verbose_name=_("Name"), linkify=_address, orderable=True, order_by="initials")
    customer_no = django_tables2.Column(verbose_name=_("Customer no."), orderable=True)
    kind = django_tables2.Column(accessor="get_kind_display", verbose_name=_("Kind"))
    percent = CountColumn(verbose_name=_("Completeness"), unit="%", orderable=True)
    due_on = django_tables2.TemplateColumn(
        template_name="customers/review_due.html", verbose_name=_("Review due on"), orderable=True
    )
    reviewed_on = DayColumn(verbose_name=_("Last reviewed on"))
    manager_name = django_tables2.Column(verbose_name=_("Account manager"))
    manager_no = django_tables2.Column(verbose_name=_("Employee no."), visible=False)
    branch = django_tables2.Column(accessor="branch__name", verbose_name=_("Branch"))

    class Meta(Table.Meta):
        model = Customer
        fields = (
            "name", "customer_no", "kind", "percent", "due_on", "reviewed_on", "manager_name", "manager_no", "branch",
        )  # fmt: skip
        row_attrs = {"data-href": _address}

    def value_due_on(self, value: object) -> object:
        return value


REVIEWS = Listing(
    subject="customers.DossierReview",
    table=ReviewTable,
    filters=ReviewFilters,
    rows=lambda asked: dossiers(asked.actor, timezone.localdate()),
    title=lambda asked: _("Dossiers to mend"),
    # The worst first: what is overdue, and of that the emptiest.
    order=("-is_due", "percent", "due_on"),
)
