"""The list of work reports."""

from __future__ import annotations

import django_tables2
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.lists import Listing
from common.tables import DayColumn, Table
from managers.filters.reports import ReportFilters
from managers.models import WorkReport
from managers.queries.reports import reports


def _address(record: WorkReport) -> str:
    if record.state == WorkReport.State.DRAFT:
        return reverse("managers:report_write", args=[record.kind, record.period_first_day])
    return reverse("managers:report_detail", args=[record.pk])


class ReportTable(Table):
    period_first_day = django_tables2.TemplateColumn(
        template_name="managers/report_period.html",
        verbose_name=_("Period of the report"),
        linkify=_address,
        orderable=True,
    )
    kind = django_tables2.Column(accessor="get_kind_display", verbose_name=_("Kind"))
    name = django_tables2.Column(accessor="employee__name", verbose_name=_("Account manager"))
    employee_no = django_tables2.Column(accessor="employee__employee_no", verbose_name=_("Employee no."))
    state = django_tables2.TemplateColumn(template_name="managers/report_state.html", verbose_name=_("State"))
    sent_at = DayColumn(verbose_name=_("Sent on"))
    replied_by = django_tables2.Column(accessor="replied_by__name", verbose_name=_("Replied by"))
    branch = django_tables2.Column(accessor="branch__name", verbose_name=_("Branch"))

    class Meta(Table.Meta):
        model = WorkReport
        fields = ("period_first_day", "kind", "name", "employee_no", "state", "sent_at", "replied_by", "branch")
        row_attrs = {"data-href": _address}


REPORTS = Listing(
    subject="managers.WorkReport",
    table=ReportTable,
    filters=ReportFilters,
    rows=lambda asked: reports(asked.actor),
    title=lambda asked: _("Work reports"),
    # What waits to be read comes first.
    order=("-waits", "-period_first_day"),
)
