"""The list of loans, with the figures of a month."""

from __future__ import annotations

from functools import partial
from typing import Any

import django_tables2
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.lists import Listing
from common.months import Month
from common.tables import DayColumn, MoneyColumn, Table
from common.views import month_of
from loans import queries
from loans.filters import LoanFilters
from loans.models import Loan
from organization.queries import latest_month


def _address(record: Loan) -> str:
    return reverse("loans:loan_detail", args=[record.loan_no])


class LoanTable(Table):
    loan_no = django_tables2.Column(verbose_name=_("Loan no."), linkify=_address, orderable=True)
    customer = django_tables2.Column(
        accessor="customer__name",
        verbose_name=_("Customer"),
        linkify=lambda record: reverse("desk:customer_detail", args=[record.customer.customer_no]),
    )
    principal_fen = MoneyColumn(verbose_name=_("Principal"), orderable=True)
    outstanding_fen = MoneyColumn(verbose_name=_("Outstanding"))
    recovered_fen = MoneyColumn(verbose_name=_("Recovered in the month"))
    interest_received_fen = MoneyColumn(verbose_name=_("Interest in the month"))
    granted_on = DayColumn(verbose_name=_("Granted on"), orderable=True)
    due_on = DayColumn(verbose_name=_("Due on"), orderable=True)
    security = django_tables2.Column(accessor="get_security_display", verbose_name=_("Security"))
    classification = django_tables2.Column(accessor="get_classification_display", verbose_name=_("Classification"))
    manager = django_tables2.Column(accessor="manager__name", verbose_name=_("Manager"))
    branch = django_tables2.Column(accessor="branch__name", verbose_name=_("Branch"))

    class Meta(Table.Meta):
        model = Loan
        fields = (
            "loan_no",
            "customer",
            "principal_fen",
            "outstanding_fen",
            "recovered_fen",
            "interest_received_fen",
            "granted_on",
            "due_on",
            "security",
            "classification",
            "manager",
            "branch",
        )
        row_attrs = {"data-href": _address}


def month_asked(asked: Any) -> Month:
    """The month whose figures the list shows."""
    return month_of(asked, partial(latest_month, asked.actor))


LOANS = Listing(
    subject="loans.Loan",
    table=LoanTable,
    filters=LoanFilters,
    rows=lambda asked: queries.loans(asked.actor, month_asked(asked)),
    title=lambda asked: _("Loans %(month)s") % {"month": month_asked(asked)},
    order=("loan_no",),
)
