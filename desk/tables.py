"""The list of imports."""

from __future__ import annotations

from typing import Any

import django_tables2
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.tables import CountColumn, Table
from organization.importing import kind_named
from organization.models import ImportBatch


class ImportTable(Table):
    file_name = django_tables2.Column(
        verbose_name=_("File"), linkify=lambda record: reverse("desk:import_detail", args=[record.pk])
    )
    kind = django_tables2.Column(verbose_name=_("Kind"), empty_values=(None,))
    state = django_tables2.TemplateColumn(template_name="desk/import_state.html", verbose_name=_("State"))
    read_count = CountColumn(verbose_name=_("Read"), unit=_("rows"))
    created_count = CountColumn(verbose_name=_("New"), unit=_("rows"))
    changed_count = CountColumn(verbose_name=_("Changed"), unit=_("rows"))
    unchanged_count = CountColumn(verbose_name=_("Unchanged"), unit=_("rows"))
    refused_count = CountColumn(verbose_name=_("Refused"), unit=_("rows"))
    uploaded_by = django_tables2.Column(verbose_name=_("Brought by"), empty_values=())
    uploaded_at = django_tables2.DateTimeColumn(verbose_name=_("At"), format="Y-m-d H:i")

    class Meta(Table.Meta):
        model = ImportBatch
        fields = (
            "file_name", "kind", "state", "read_count", "created_count", "changed_count", "unchanged_count",
            "refused_count", "uploaded_by", "uploaded_at",
        )  # fmt: skip
        row_attrs = {"data-href": lambda record: reverse("desk:import_detail", args=[record.pk])}

    def render_kind(self, value: str) -> Any:
        return kind_named(value).title if value else "—"

    def render_uploaded_by(self, record: ImportBatch) -> Any:
        return record.uploaded_by.name if record.uploaded_by else _("the system")


class OwnRowTable(Table):
    """The rows of a file that concern one's own branches."""

    row_no = django_tables2.Column(
        verbose_name=_("Row"), linkify=lambda record: reverse("desk:import_row", args=[record.batch_id, record.row_no])
    )
    brought = django_tables2.Column(verbose_name=_("What it is here"), accessor="pk")

    class Meta(Table.Meta):
        fields = ("row_no", "brought")
        row_attrs = {"data-href": lambda record: reverse("desk:import_row", args=[record.batch_id, record.row_no])}

    def render_brought(self, record: Any) -> str:
        return str(record)
