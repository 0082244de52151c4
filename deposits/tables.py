"""The list of deposit accounts, with the figures of a month."""

from __future__ import annotations

from functools import partial
from typing import Any

import django_tables2
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.lists import Listing
from common.months import Month
from common.tables import DayColumn, FenDaysColumn, MoneyColumn, Table
from common.views import month_of
from deposits.filters import AccountFilters
from deposits.models import DepositAccount, Posting
from deposits.queries.accounts import accounts
from organization.queries import latest_month
from organization.templatetags.evidence import evidence_cell


def _address(record: DepositAccount) -> str:
    return reverse("deposits:account_detail", args=[record.account_no])


class AccountTable(Table):
    account_no = django_tables2.Column(verbose_name=_("Account no."), linkify=_address, orderable=True)
    customer = django_tables2.Column(
        accessor="customer__name",
        verbose_name=_("Customer"),
        linkify=lambda record: reverse("desk:customer_detail", args=[record.customer.customer_no]),
    )
    product = django_tables2.Column(verbose_name=_("Product"))
    closing_fen = MoneyColumn(verbose_name=_("Closing balance"), order_by="balance_fen")
    average_fen = MoneyColumn(verbose_name=_("Month's average"))
    accumulated_fen_days = FenDaysColumn(verbose_name=_("Accumulated balance"))
    opened_on = DayColumn(verbose_name=_("Opened on"), orderable=True)
    closed_on = DayColumn(verbose_name=_("Closed on"))
    matures_on = DayColumn(verbose_name=_("Matures on"), visible=False)
    unattributed_fen_days = FenDaysColumn(verbose_name=_("Nobody’s accumulated"), visible=False)
    branch = django_tables2.Column(accessor="branch__name", verbose_name=_("Branch"))

    class Meta(Table.Meta):
        model = DepositAccount
        fields = (
            "account_no",
            "customer",
            "product",
            "closing_fen",
            "average_fen",
            "accumulated_fen_days",
            "opened_on",
            "closed_on",
            "matures_on",
            "unattributed_fen_days",
            "branch",
        )
        row_attrs = {"data-href": _address}


def month_asked(asked: Any) -> Month:
    """The month whose figures the list shows."""
    return month_of(asked, partial(latest_month, asked.actor))


ACCOUNTS = Listing(
    subject="deposits.DepositAccount",
    table=AccountTable,
    filters=AccountFilters,
    rows=lambda asked: accounts(asked.actor, month_asked(asked)),
    title=lambda asked: _("Deposits %(month)s") % {"month": month_asked(asked)},
    order=("account_no",),
)


class PostingTable(Table):
    posted_on = DayColumn(verbose_name=_("Posted on"))
    serial_no = django_tables2.Column(verbose_name=_("Serial no."))
    amount_fen = MoneyColumn(verbose_name=_("Amount"))
    value_on = DayColumn(verbose_name=_("Value day"))
    entered_on = DayColumn(verbose_name=_("Entry day"))
    balance_fen = MoneyColumn(verbose_name=_("Balance in the core system"))
    evidence = django_tables2.Column(empty_values=(), verbose_name=_("File and row"), exclude_from_export=True)

    class Meta(Table.Meta):
        model = Posting
        fields = ("posted_on", "serial_no", "amount_fen", "value_on", "entered_on", "balance_fen", "evidence")

    def render_serial_no(self, value: str, record: Posting) -> str:
        return value if record.line == 1 else f"{value} / {record.line}"

    def render_evidence(self, record: Posting) -> str:
        return evidence_cell(getattr(self.request, "actor", None), record.batch, record.row_no)
