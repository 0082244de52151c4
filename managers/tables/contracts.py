"""The list of contracts."""

from __future__ import annotations

import django_tables2
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.lists import Listing
from common.tables import DayColumn, Table
from managers.filters.contracts import ContractFilters
from managers.models import Contract
from managers.queries.contracts import contracts


def _address(record: Contract) -> str:
    return reverse("managers:contract_detail", args=[record.pk])


class ContractTable(Table):
    contract_no = django_tables2.Column(verbose_name=_("Contract no."), linkify=_address)
    name = django_tables2.Column(verbose_name=_("Name"))
    employee_no = django_tables2.Column(verbose_name=_("Employee no."))
    branch = django_tables2.Column(accessor="branch_name", verbose_name=_("Branch"))
    target_kind = django_tables2.Column(accessor="get_target_kind_display", verbose_name=_("Appraised on"))
    first_day = DayColumn(verbose_name=_("From"), orderable=True)
    last_day = DayColumn(verbose_name=_("To"))
    state = django_tables2.TemplateColumn(template_name="managers/contract_state.html", verbose_name=_("State"))

    class Meta(Table.Meta):
        model = Contract
        fields = ("contract_no", "name", "employee_no", "branch", "target_kind", "first_day", "last_day", "state")
        row_attrs = {"data-href": _address}

    def value_state(self, record: Contract) -> str:
        return str(record.get_state_display())


CONTRACTS = Listing(
    subject="managers.Contract",
    table=ContractTable,
    filters=ContractFilters,
    rows=lambda asked: contracts(asked.actor),
    title=lambda asked: _("Contracts"),
    order=("-first_day",),
)
