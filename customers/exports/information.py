"""Who reports what, as a file (article 9(5))."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

from django.utils.translation import gettext as _

from common.spreadsheet import ExportColumn, write_table_xlsx
from customers.queries.information import InformationNumbers


def write_information_statistics(file: IO[bytes], title: str, rows: Iterable[InformationNumbers]) -> None:
    """The statistics of market information as .xlsx, a row for each manager, kind and period, and the whole."""
    columns = [
        ExportColumn(_("Period from")),
        ExportColumn(_("Branch")),
        ExportColumn(_("Employee no."), "identifier"),
        ExportColumn(_("Account manager")),
        ExportColumn(_("Kind")),
        ExportColumn(_("How many"), "integer"),
        ExportColumn(_("of them urgent"), "integer"),
        ExportColumn(_("Replied to"), "integer"),
        ExportColumn(f"{_('Median until the reply')}（{_('days')}）", "number"),
    ]
    lines = (
        [
            str(one.first_day) if one.first_day else _("all periods"),
            one.branch.name if one.branch else "",
            one.manager.employee_no if one.manager else "",
            one.manager.name if one.manager else _("everybody"),
            one.kind_name,
            one.number,
            one.urgent,
            one.replied,
            None if one.median_halves is None else one.median_halves * 50,
        ]
        for one in rows
    )
    write_table_xlsx(file, title, columns, lines)
