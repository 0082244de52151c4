"""The appraisal workbook of a large branch against bare XlsxWriter writing the same cells, which lie ready in memory."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db import connection
from openpyxl import load_workbook

from appraisal.actions.months import run_month_end
from appraisal.actions.workbooks import make_workbook
from appraisal.models import ScoreCard, Workbook
from deposits.models import AttributedMonth
from organization.queries import file_pieces
from organization.rules import SYSTEM
from tests.bench.reference import LAST_MONTH, Size, make_reference_month
from tests.bench.report import Report, timed

# 200 managers; 115 attributed parts a hundred accounts.
SIZE = Size(accounts=87_500, postings=100_000, managers=200, branches=1)
ROUNDS = 2

Cells = list[tuple[str, list[list[Any]]]]


def run(report: Report, *, large: bool) -> None:
    """Adds the workbook's line of quality.md to the report."""
    branches = make_reference_month(SIZE)
    run_month_end(actor=SYSTEM, branch=branches[0], month=LAST_MONTH)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    rows = AttributedMonth.objects.filter(month=LAST_MONTH.first_day).count()
    made: list[Workbook] = []
    before = _peak_mb()

    def whole() -> None:
        made.append(make_workbook(actor=SYSTEM, branches=branches, month=LAST_MONTH))

    ours, bare, processor = [timed(whole)], [], [0.0, 0.0]
    after = _peak_mb()
    cells = _cells_of(made[0])
    for _round in range(ROUNDS):
        began = time.process_time()
        ours.append(timed(whole))
        between = time.process_time()
        bare.append(timed(lambda: _bare(cells)))
        processor[0] += between - began
        processor[1] += time.process_time() - between
    what = f"workbook, {ScoreCard.objects.filter(month=LAST_MONTH.first_day).count()} managers, {rows:,} parts"
    report.add(what, min(ours), "bare XlsxWriter, the same cells", min(bare), 1.5)
    report.note(
        f"workbook: {sum(len(row) for _name, sheet in cells for row in sheet):,} cells,"
        f" {made[0].file.size_bytes / 1e6:.1f} MB; peak memory {before:.0f} MB before, {after:.0f} MB after;"
        f" processor time of this process {processor[0] / processor[1]:.2f} times the reference's"
    )


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _cells_of(workbook: Workbook) -> Cells:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "book.xlsx")
        path.write_bytes(b"".join(file_pieces(workbook.file)))
        book = load_workbook(path, read_only=True)
        cells = [(sheet.title, [list(_row(row)) for row in sheet.iter_rows()]) for sheet in book]
        book.close()
        return cells


def _row(row: Any) -> Iterator[Any]:
    return (cell.value for cell in row)


def _bare(cells: Cells) -> None:
    """What somebody would write who has the rows ready and needs nothing but the file."""
    with (
        tempfile.TemporaryFile() as file,
        xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_urls": False}) as book,
    ):
        amount, text = book.add_format({"num_format": "#,##0.00"}), book.add_format({"num_format": "@"})
        for name, rows in cells:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value is None:
                        continue
                    if isinstance(value, str):
                        if value.startswith("="):
                            sheet.write_formula(number, column, value, amount, 0)
                        else:
                            sheet.write_string(number, column, value, text)
                    elif isinstance(value, (int, float)):
                        sheet.write_number(number, column, value, amount)
                    else:
                        sheet.write_datetime(number, column, value, amount)
