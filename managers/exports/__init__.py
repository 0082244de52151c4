"""What is taken away about managers beside the lists: the head-count of the branches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

from django.utils.translation import gettext as _

from common.spreadsheet import ExportColumn, write_table_xlsx
from managers.queries.headcount import HeadCount


def write_head_counts(file: IO[bytes], title: str, heads: Iterable[HeadCount]) -> None:
    """The head-count ratio of branches as .xlsx, a row a branch (article 5)."""
    columns = [
        ExportColumn(_("Branch code"), "identifier"),
        ExportColumn(_("Branch")),
        ExportColumn(_("Employees"), "integer"),
        ExportColumn(_("On record"), "integer"),
        ExportColumn(_("In office"), "integer"),
        ExportColumn(f"{_('Ratio')}（%）", "percent"),
        ExportColumn(_("Required"), "integer"),
        ExportColumn(_("Short"), "integer"),
    ]
    rows = (
        [
            head.branch.branch_code,
            head.branch.name,
            head.employees,
            head.on_record,
            head.managers,
            head.ratio_bp,
            head.required,
            head.shortfall,
        ]
        for head in heads
    )
    write_table_xlsx(file, title, columns, rows)
