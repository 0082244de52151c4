"""The list of inspections."""

from __future__ import annotations

import django_tables2
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.lists import Listing
from common.tables import DayColumn, Table
from managers.filters.inspections import InspectionFilters
from managers.models import Inspection
from managers.queries.inspections import inspections


def _address(record: Inspection) -> str:
    return reverse("managers:inspection_detail", args=[record.pk])


class InspectionTable(Table):
    name = django_tables2.Column(accessor="employee__name", verbose_name=_("Account manager"), linkify=_address)
    employee_no = django_tables2.Column(accessor="employee__employee_no", verbose_name=_("Employee no."))
    subject = django_tables2.Column(verbose_name=_("Subject"))
    planned_on = DayColumn(verbose_name=_("Planned for"), orderable=True)
    inspected_on = DayColumn(verbose_name=_("Inspected on"))
    inspector = django_tables2.Column(accessor="inspector__name", verbose_name=_("Inspector"))
    follow_up_by = DayColumn(verbose_name=_("To be mended by"))
    stage = django_tables2.TemplateColumn(template_name="managers/inspection_state.html", verbose_name=_("State"))
    findings = django_tables2.Column(verbose_name=_("What was found"), visible=False)
    follow_up = django_tables2.Column(verbose_name=_("To be mended"), visible=False)
    branch = django_tables2.Column(accessor="branch__name", verbose_name=_("Branch"))

    class Meta(Table.Meta):
        model = Inspection
        fields = (
            "name", "employee_no", "subject", "planned_on", "inspected_on", "inspector", "follow_up_by", "stage", "findings",
            "follow_up", "branch",
        )  # fmt: skip
        row_attrs = {"data-href": _address}


INSPECTIONS = Listing(
    subject="managers.Inspection",
    table=InspectionTable,
    filters=InspectionFilters,
    rows=lambda asked: inspections(asked.actor),
    title=lambda asked: _("Inspections"),
    order=("-planned_on",),
)
