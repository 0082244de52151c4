"""The list of deposit accounts, with the figures of a month."""

from __future__ import annotations

from functools import partial
from typing import Any

import django_tables2
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from common.lists import Listing
from common.months import Month
from common.tables import DayColumn, FenDaysColumn, MoneyColumn, Table
from common.views import month_of
from deposits.filters import AccountFilters, NewAccountFilters
from deposits.models import Attribution, DepositAccount, Posting
from deposits.queries.accounts import accounts
from deposits.queries.new_accounts import UNDOERS, new_accounts
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


class TickedAccountColumn(django_tables2.Column):
    """The number of an account that leads to it; before it a box of the form "undo" where the person may take it back."""

    def render(self, value: Any, record: Any = None, table: Any = None) -> SafeString:
        link = format_html('<a href="{}">{}</a>', reverse("deposits:account_detail", args=[value]), value)
        actor = getattr(table.request, "actor", None)
        if actor is None or record.touched or actor.employee_id == record.manager_id:
            return link
        if not actor.holds(record.branch_id, *UNDOERS):
            return link
        box = '<input type="checkbox" class="form-check-input" form="undo" name="attribution" value="{}" aria-label="{}"> {}'
        return format_html(box, record.pk, value, link)

    def value(self, value: Any) -> Any:
        return value


class NewAccountTable(Table):
    account_no = TickedAccountColumn(accessor="account__account_no", verbose_name=_("Account no."))
    customer = django_tables2.Column(
        accessor="account__customer__name",
        verbose_name=_("Customer"),
        linkify=lambda record: reverse("desk:customer_detail", args=[record.account.customer.customer_no]),
    )
    product = django_tables2.Column(accessor="account__product", verbose_name=_("Product"))
    opened_on = DayColumn(accessor="account__opened_on", verbose_name=_("Opened on"))
    name = django_tables2.Column(accessor="manager__name", verbose_name=_("Account manager"))
    employee_no = django_tables2.Column(accessor="manager__employee_no", verbose_name=_("Employee no."), visible=False)
    first_day = DayColumn(verbose_name=_("From"))
    last_day = DayColumn(verbose_name=_("To"))
    basis = django_tables2.Column(accessor="get_basis_display", verbose_name=_("Basis"))
    batch = django_tables2.Column(accessor="account__batch_id", verbose_name=_("Import no."))
    branch = django_tables2.Column(accessor="branch__name", verbose_name=_("Branch"))

    class Meta(Table.Meta):
        model = Attribution
        fields = (
            "account_no", "customer", "product", "opened_on", "name", "employee_no", "first_day", "last_day", "basis",
            "batch", "branch",
        )  # fmt: skip


NEW_ACCOUNTS = Listing(
    subject="deposits.Attribution",
    table=NewAccountTable,
    filters=NewAccountFilters,
    rows=lambda asked: new_accounts(asked.actor),
    title=lambda asked: _("New accounts attributed by themselves"),
    # The latest files first.
    order=("-pk",),
)
