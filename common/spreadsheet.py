"""Writing tables: exports, blank templates for an import, and the refused rows of one.

No cell becomes a formula that this module did not write: text is written as text, whatever it begins with.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, Any, Final

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from common.errors import CellError, RuleError
from common.months import Month
from common.tabular import Cell, Column, shown

__all__ = [
    "MOST_ROWS",
    "ExportColumn",
    "reason_text",
    "safe_text",
    "write_refused",
    "write_table_csv",
    "write_table_xlsx",
    "write_template",
]

_SHEET_ROWS: Final = 1_048_576
# Of an export on one sheet, below its title and header.
MOST_ROWS: Final = _SHEET_ROWS - 2
_CELL_CHARS: Final = 32_767
_LIST_CHARS: Final = 255
# Beyond 15 digits a number cell, which is a binary number, cannot hold every fen.
_EXACT: Final = 10**15

_SIGNED_FIGURE: Final = re.compile(r"[-+][0-9][0-9,]*(?:\.[0-9]*)?\Z")
_FORMULA_STARTS: Final = tuple("=+-@\t\r\n＝＋－＠")
_NOT_IN_SHEET_NAMES: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")

# Kinds of cells, and how a spreadsheet shows them. Figures come as whole numbers of their smallest unit.
_SCALE: Final = {"amount": 100, "number": 100, "percent": 100, "integer": 1}
_NUMBER_FORMATS: Final = {
    "amount": "#,##0.00",
    "number": "#,##0.00",
    "percent": "0.00",
    "integer": "#,##0",
    "day": "yyyy-mm-dd",
    "month": "@",
    "identifier": "@",
    "text": "@",
    "choice": "@",
}
_WIDTHS: Final = {"amount": 18, "number": 10, "percent": 10, "integer": 10, "day": 12, "month": 10, "identifier": 22}


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """A column of an export.

    Shape: `kind` is text, identifier, day, month, integer, amount (fen, also fen·days), number (hundredths, such as
    points) or percent (hundredths of a percent); the header names the unit.
    """

    header: str
    kind: str = "text"
    width: int | None = None


def safe_text(text: str) -> str:
    """Text that no program takes for a formula when it opens a CSV: an apostrophe stands before what might be one."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def write_table_csv(file: IO[bytes], columns: Sequence[ExportColumn], rows: Iterable[Sequence[Any]]) -> None:
    """A table as CSV in UTF-8 with a mark, as Excel needs it; figures as plain numbers in yuan. Shape: row by row."""
    wrapper = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        writer = csv.writer(wrapper)
        writer.writerow([safe_text(column.header) for column in columns])
        kinds = [column.kind for column in columns]
        for row in rows:
            writer.writerow([_plain(kind, value) for kind, value in zip(kinds, row, strict=True)])
        wrapper.flush()
    finally:
        # The file belongs to the caller.
        wrapper.detach()


def _plain(kind: str, value: Any) -> str:
    if value is None:
        return ""
    scale = _SCALE.get(kind)
    if scale and isinstance(value, int):
        return str(value) if scale == 1 else _decimal(value)
    if isinstance(value, date):
        return value.isoformat()
    return safe_text(str(value))


def _decimal(hundredths: int) -> str:
    whole, rest = divmod(abs(hundredths), 100)
    return f"{'-' if hundredths < 0 else ''}{whole}.{rest:02d}"


def write_table_xlsx(
    file: IO[bytes], title: str, columns: Sequence[ExportColumn], rows: Iterable[Sequence[Any]]
) -> int:
    """A table as .xlsx: a title row, the header, the rows. Returns the number of rows.

    Shape: row by row, in constant memory. Raises: RuleError when a sheet cannot hold them all.
    """
    with _workbook(file) as book:
        sheet = book.add_worksheet(_sheet_name(title))
        bold = book.add_format({"bold": True, "font_size": 12})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        formats = [book.add_format({"num_format": _NUMBER_FORMATS.get(column.kind, "@")}) for column in columns]
        for position, column in enumerate(columns):
            width = column.width or max(_WIDTHS.get(column.kind, 20), _display_width(column.header) + 2)
            sheet.set_column(position, position, width)
        _write_text(sheet, 0, 0, title, bold)
        for position, column in enumerate(columns):
            _write_text(sheet, 1, position, column.header, head)
        _print_setup(sheet, head_rows=2, wide=len(columns) > 6)
        count = 0
        for count, row in enumerate(rows, 1):
            if count > MOST_ROWS:
                raise RuleError(_("A sheet cannot hold so many rows. Narrow the filter, or export as CSV."))
            for position, (column, value) in enumerate(zip(columns, row, strict=True)):
                _write(sheet, count + 1, position, column.kind, value, formats[position])
        return count


def _write(sheet: Worksheet, row: int, position: int, kind: str, value: Any, style: Format | None = None) -> None:
    if value is None or value == "":
        return
    scale = _SCALE.get(kind)
    if isinstance(value, bool):
        sheet.write_boolean(row, position, value, style)
    elif scale and isinstance(value, int):
        if -_EXACT < value < _EXACT:
            sheet.write_number(row, position, value if scale == 1 else value / scale, style)
        else:
            _write_text(sheet, row, position, _plain(kind, value), style)
    elif isinstance(value, (int, float)) and kind == "raw":
        sheet.write_number(row, position, value, style)
    elif isinstance(value, date):
        sheet.write_datetime(row, position, value, style)
    elif isinstance(value, Month):
        _write_text(sheet, row, position, str(value), style)
    else:
        _write_text(sheet, row, position, str(value), style)


def _write_text(sheet: Worksheet, row: int, position: int, text: str, style: Format | None = None) -> None:
    # What is longer than a cell would be left out without a word.
    if len(text) > _CELL_CHARS:
        text = text[: _CELL_CHARS - 1] + "…"
    sheet.write_string(row, position, text, style)


def write_template(file: IO[bytes], kind_title: str, columns: Sequence[Column]) -> None:
    """A blank .xlsx for one kind of import: Chinese headers, a comment and a format for each column.

    Numbers and codes, months and percentages are text, which a spreadsheet neither rounds nor reinterprets.
    """
    with _workbook(file, constant_memory=False) as book:
        sheet = book.add_worksheet(_sheet_name(kind_title))
        plain = {"bottom": 1, "text_wrap": True, "valign": "top", "num_format": "@"}
        optional = book.add_format(plain)
        required = book.add_format(plain | {"bold": True, "bg_color": "#DCE6E8"})
        for position, column in enumerate(columns):
            kind = "text" if column.kind == "percent" else column.kind
            style = book.add_format({"num_format": _NUMBER_FORMATS.get(kind, "@")})
            width = max(_WIDTHS.get(column.kind, 16), _display_width(column.header) + 2)
            sheet.set_column(position, position, width, style)
            _write_text(sheet, 0, position, column.header, required if column.required else optional)
            sheet.write_comment(
                0, position, _explained(column), {"x_scale": 2, "y_scale": 1.6, "author": "", "font_size": 9}
            )
            labels = [label for _value, label in column.choices]
            if labels and len(",".join(labels)) <= _LIST_CHARS and not any("," in label for label in labels):
                sheet.data_validation(
                    1,
                    position,
                    _SHEET_ROWS - 1,
                    position,
                    {
                        "validate": "list",
                        "source": labels,
                        "ignore_blank": not column.required,
                        "error_title": column.header[:32],
                        "error_message": _("Choose one of the list."),
                    },
                )
        _print_setup(sheet, head_rows=1, wide=len(columns) > 6)


def _explained(column: Column) -> str:
    """What the comment of a template's column says."""
    written = {
        "identifier": _("Text; leading zeros stay."),
        "day": _("A day, for example 2026-10-31."),
        "month": _("A month, for example 2026-10."),
        "amount": _("Yuan, at most two decimals, for example 1,234.50."),
        "number": _("A number with at most two decimals."),
        "percent": _("Percent, at most two decimals, for example 33.33."),
        "integer": _("A whole number."),
    }
    lines = [column.name, _("Required.") if column.required else _("May be empty.")]
    if column.choices:
        lines.append(_("One of: %(choices)s.") % {"choices": _(", ").join(label for _value, label in column.choices)})
    elif column.kind in written:
        lines.append(written[column.kind])
    if column.help:
        lines.append(str(column.help))
    if column.example:
        lines.append(_("Example: %(example)s") % {"example": column.example})
    return "\n".join(lines)


def reason_text(errors: Iterable[CellError]) -> str:
    """The reasons of a refused row in one cell."""
    return "; ".join(f"{error.column}: {error.reason}" if error.column else str(error.reason) for error in errors)


def write_refused(file: IO[bytes], headers: Sequence[str], refused: Iterable[tuple[int, Sequence[Cell], str]]) -> int:
    """The refused rows of an import as .xlsx, to be mended and sent again as it is. Returns the number of rows.

    Shape: row number in the sent file, the cells as they were, the reasons (reason_text). The two added columns stand
    first, are ignored by the import, and leave the others in their order.
    """
    with _workbook(file) as book:
        sheet = book.add_worksheet(_("Refused rows"))
        head = book.add_format({"bold": True, "bottom": 1, "num_format": "@"})
        as_text = book.add_format({"num_format": "@"})
        sheet.set_column(0, 0, 8)
        sheet.set_column(1, 1, 60)
        if headers:
            # Text format, so that what is typed in mending stays as it is typed.
            sheet.set_column(2, len(headers) + 1, 18, as_text)
        for position, header in enumerate(("行号", "原因", *headers)):
            _write_text(sheet, 0, position, header, head)
        _print_setup(sheet, head_rows=1, wide=True)
        count = 0
        for count, (row_no, cells, reason) in enumerate(refused, 1):
            if count + 1 > _SHEET_ROWS:
                raise RuleError(_("A sheet cannot hold so many rows. Mend the file itself and send it again."))
            sheet.write_number(count, 0, row_no)
            _write_text(sheet, count, 1, reason)
            for position, cell in enumerate(cells, 2):
                _write_text(sheet, count, position, shown(cell), as_text)
        return count


def write_refused_csv(
    file: IO[bytes], headers: Sequence[str], refused: Iterable[tuple[int, Sequence[Cell], str]]
) -> int:
    """The refused rows as CSV in UTF-8 with a mark, of any number. Shape: as write_refused.

    Signed figures stay figures; other text that a program might take for a formula gets an apostrophe.
    """
    wrapper = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        writer = csv.writer(wrapper)
        writer.writerow([safe_text(header) for header in ("行号", "原因", *headers)])
        count = 0
        for row_no, cells, reason in refused:
            count += 1
            texts = [shown(cell) for cell in cells]
            figures = [text if _SIGNED_FIGURE.match(text) else safe_text(text) for text in texts]
            writer.writerow([row_no, safe_text(reason), *figures])
        wrapper.flush()
        return count
    finally:
        wrapper.detach()


def _workbook(file: IO[bytes], *, constant_memory: bool = True) -> Any:
    return xlsxwriter.Workbook(
        file,
        {
            "constant_memory": constant_memory,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )


def _sheet_name(title: str) -> str:
    name = _NOT_IN_SHEET_NAMES.sub(" ", title).strip().strip("'")[:31].strip()
    return name if name and name.casefold() != "history" else "1"


def _print_setup(sheet: Worksheet, *, head_rows: int, wide: bool) -> None:
    sheet.freeze_panes(head_rows, 0)
    sheet.repeat_rows(head_rows - 1)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    if wide:
        sheet.set_landscape()


def _display_width(text: str) -> int:
    return sum(1 if character.isascii() else 2 for character in text)
