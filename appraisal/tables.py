"""Lists of the appraisal: a branch's months, and the accounts and loans that made a line."""

from __future__ import annotations

from typing import Any

import django_tables2
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from appraisal.queries import lines
from common.months import Month
from common.tables import CountColumn, DayColumn, MoneyColumn, PointsColumn, Table
from common.templatetags import figures


def month_url(record: Any) -> str:
    return reverse("appraisal:month_detail", args=[record.branch.branch_code, Month.of(record.month)])


class WhoColumn(django_tables2.Column):
    """Who and when: a person, and the instant in the field `at`."""

    def __init__(self, *args: Any, at: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        self.empty_values = ()

    def render(self, value: Any, record: Any) -> str | SafeString:
        at = getattr(record, self.at)
        if at is None:
            return figures.EMPTY
        name = value.name if value else _("the system")
        return format_html('{} <span class="quiet">{}</span>', name, figures.instant(at))


class MonthTable(Table):
    month = django_tables2.Column(verbose_name=_("Month"), linkify=month_url)
    state = django_tables2.TemplateColumn(
        template_name="appraisal/month_state.html", verbose_name=_("State"), extra_context={}
    )
    version = CountColumn(verbose_name=_("Version"))
    computed_by = WhoColumn(verbose_name=_("Computed"), at="computed_at")
    approved_by = WhoColumn(verbose_name=_("Approved"), at="approved_at")
    closed_by = WhoColumn(verbose_name=_("Closed"), at="closed_at")

    class Meta(Table.Meta):
        fields = ("month", "state", "version", "computed_by", "approved_by", "closed_by")
        row_attrs = {"data-href": month_url}
        empty_text = _("There is no month yet. Bring in postings first: they open the months.")

    def render_month(self, value: Any) -> str:
        return str(Month.of(value))


class PartTable(Table):
    """The manager's parts of accounts that make a deposit line."""

    account_no = django_tables2.Column(
        accessor="account__account_no", verbose_name=_("Account"), linkify=lambda record, table: table.part_url(record)
    )
    customer = django_tables2.Column(accessor="account__customer__name", verbose_name=_("Customer"))
    product = django_tables2.Column(accessor="account__product", verbose_name=_("Product"))
    closing_fen = MoneyColumn(verbose_name=_("Month-end balance"))
    accumulated_fen_days = MoneyColumn(verbose_name=_("Accumulated balance"), unit=_("yuan·day"))
    adjustment_fen_days = MoneyColumn(verbose_name=_("of it adjustments"), unit=_("yuan·day"))

    class Meta(Table.Meta):
        fields = ("account_no", "customer", "product", "closing_fen", "accumulated_fen_days", "adjustment_fen_days")
        row_attrs = {"data-href": lambda record, table: table.part_url(record)}

    line: Any = None

    def part_url(self, record: Any) -> str:
        return reverse(
            "appraisal:line_account", kwargs=line_kwargs(self.line) | {"account_no": record.account.account_no}
        )


class LoanPartTable(Table):
    """The loans that make a line."""

    loan_no = django_tables2.Column(
        accessor="loan__loan_no", verbose_name=_("Loan"), linkify=lambda record, table: table.loan_url(record)
    )
    customer = django_tables2.Column(accessor="loan__customer__name", verbose_name=_("Customer"))
    figure_fen = MoneyColumn(verbose_name=_("Counts here"))
    recoverable_fen = MoneyColumn(verbose_name=_("Could be recovered"))
    outstanding_fen = MoneyColumn(verbose_name=_("Outstanding"))

    class Meta(Table.Meta):
        fields = ("loan_no", "customer", "figure_fen", "recoverable_fen", "outstanding_fen")
        row_attrs = {"data-href": lambda record, table: table.loan_url(record)}

    line: Any = None

    def loan_url(self, record: Any) -> str:
        return reverse("appraisal:line_loan", kwargs=line_kwargs(self.line) | {"loan_no": record.loan.loan_no})


class SalePartTable(Table):
    """The sales that make the line of products sold."""

    sold_on = DayColumn(verbose_name=_("Date"))
    customer = django_tables2.Column(
        accessor="customer__name", verbose_name=_("Customer"), linkify=lambda record: sale_url(record)
    )
    product = django_tables2.Column(accessor="product__name", verbose_name=_("Product"))
    quantity_hundredths = PointsColumn(verbose_name=_("Quantity"))
    points_hundredths = PointsColumn(verbose_name=_("Points"))
    decided_by = django_tables2.Column(accessor="decided_by__name", verbose_name=_("Confirmed by"))

    class Meta(Table.Meta):
        fields = ("sold_on", "customer", "product", "quantity_hundredths", "points_hundredths", "decided_by")
        row_attrs = {"data-href": lambda record: sale_url(record)}

    line: Any = None


def sale_url(record: Any) -> str:
    return reverse("customers:sale_detail", args=[record.pk])


class UnattributedTable(Table):
    """Accounts of which a part belongs to nobody."""

    account_no = django_tables2.Column(
        accessor="account__account_no", verbose_name=_("Account"), linkify=lambda record: account_url(record)
    )
    customer = django_tables2.Column(accessor="account__customer__name", verbose_name=_("Customer"))
    product = django_tables2.Column(accessor="account__product", verbose_name=_("Product"))
    closing_fen = MoneyColumn(verbose_name=_("Month-end balance"))
    unattributed_closing_fen = MoneyColumn(verbose_name=_("Nobody’s at month end"))
    accumulated_fen_days = MoneyColumn(verbose_name=_("Accumulated balance"), unit=_("yuan·day"))
    unattributed_accumulated_fen_days = MoneyColumn(verbose_name=_("Nobody’s accumulated"), unit=_("yuan·day"))

    class Meta(Table.Meta):
        fields = (
            "account_no",
            "customer",
            "product",
            "closing_fen",
            "unattributed_closing_fen",
            "accumulated_fen_days",
            "unattributed_accumulated_fen_days",
        )
        row_attrs = {"data-href": lambda record: account_url(record)}


def account_url(record: Any) -> str:
    return f"{reverse('deposits:account_detail', args=[record.account.account_no])}?month={Month.of(record.month)}"


def line_table(request: HttpRequest, line: Any) -> Table | None:
    """The accounts, loans or sales that make a line's actual; none where there are none, or where entries make it."""
    table: Any = None
    if (parts := lines.accounts_of_line(line)).exists():
        table = PartTable.of(request, parts, order=("account__account_no",))
    elif (loans := lines.loans_of_line(line)).exists():
        table = LoanPartTable.of(request, loans, order=("loan__loan_no",))
    elif (sales := lines.sales_of_line(line)).exists():
        table = SalePartTable.of(request, sales, order=("sold_on",))
    if table is not None:
        table.line = line
    return table


def line_kwargs(line: Any) -> dict[str, Any]:
    """What the address of a line names."""
    return {
        "branch_code": line.card.branch.branch_code,
        "month": Month.of(line.card.month),
        "employee_no": line.card.manager.employee_no,
        "indicator": line.indicator,
    }
