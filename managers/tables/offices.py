"""The list of managers in office."""

from __future__ import annotations

import django_tables2
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.tables import DayColumn, Table
from managers.models import Appointment, TargetKind


def _address(record: Appointment) -> str:
    return reverse("organization:employee_detail", args=[record.employee.employee_no])


class ManagerTable(Table):
    name = django_tables2.Column(
        accessor="employee__name",
        verbose_name=_("Name"),
        linkify=_address,
        orderable=True,
        order_by="employee__initials",
    )
    employee_no = django_tables2.Column(
        accessor="employee__employee_no",
        verbose_name=_("Employee no."),
        orderable=True,
        order_by="employee__employee_no",
    )
    branch = django_tables2.Column(accessor="branch__name", verbose_name=_("Branch"))
    post = django_tables2.Column(accessor="employee__post", verbose_name=_("Post"))
    first_day = DayColumn(verbose_name=_("In office from"), orderable=True)
    last_day = DayColumn(verbose_name=_("To"))
    contract_no = django_tables2.Column(verbose_name=_("Contract no."))
    target_kind = django_tables2.Column(verbose_name=_("Appraised on"))

    class Meta(Table.Meta):
        model = Appointment
        fields = ("name", "employee_no", "branch", "post", "first_day", "last_day", "contract_no", "target_kind")
        row_attrs = {"data-href": _address}

    def render_target_kind(self, value: str) -> str:
        return str(TargetKind(value).label)
