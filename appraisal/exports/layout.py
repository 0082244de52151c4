"""How the workbook looks: formats, page set-up, sheet names; and how a cell gets text, figures and formulas.

Its words are Chinese whatever the reader's language: names of sheets and columns are a public contract (formats.md), what
the models name is translated with Chinese switched on.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Final

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from common.months import Month

FONT: Final = "宋体"
INK, PAPER, RULE, QUIET, ALARM = "#1B4B53", "#E8EFF0", "#B8C4C6", "#6B777A", "#A61B1B"
EMPTY: Final = "—"
# Where somebody signs.
BLANK_LINE: Final = "_" * 14

SHEET_NAME_UNITS: Final = 31
CELL_CHARS: Final = 32_767
_A4: Final = 9
_NOT_IN_SHEET_NAMES: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f]")
# A name of Excel's own.
_RESERVED: Final = "history"

AMOUNT, POINTS, RATE, COUNT, DAY = "#,##0.00", "0.00", "0.00%", "0", "yyyy-mm-dd"

_Properties = dict[str, Any]
_KINDS: Final[dict[str, _Properties]] = {
    "title": {"bold": True, "font_size": 16, "font_color": INK, "align": "center", "valign": "vcenter"},
    "subtitle": {"align": "center", "valign": "vcenter", "font_color": QUIET},
    "section": {"bold": True, "font_color": INK, "valign": "vcenter"},
    "plain": {"valign": "vcenter"},
    "quiet": {"font_color": QUIET, "font_size": 9, "valign": "vcenter"},
    "sign": {"valign": "bottom"},
    "label": {"font_color": QUIET, "valign": "vcenter"},
    "label_day": {"num_format": DAY, "align": "left", "valign": "vcenter"},
    "label_count": {"num_format": COUNT, "align": "left", "valign": "vcenter"},
    # Cells of a table, framed.
    "head": {"bold": True, "bg_color": PAPER, "align": "center", "valign": "vcenter", "text_wrap": True},
    "text": {"valign": "vcenter", "text_wrap": True, "indent": 1},
    "word": {"valign": "vcenter", "align": "center", "text_wrap": True},
    "amount": {"num_format": AMOUNT, "valign": "vcenter"},
    "points": {"num_format": POINTS, "valign": "vcenter"},
    "rate": {"num_format": RATE, "valign": "vcenter"},
    "percent": {"num_format": '0.00"%"', "valign": "vcenter"},
    "count": {"num_format": COUNT, "align": "center", "valign": "vcenter"},
    "day": {"num_format": DAY, "align": "center", "valign": "vcenter"},
    "none": {"align": "right", "valign": "vcenter", "font_color": QUIET},
    "sum_text": {"bold": True, "top": 2, "bg_color": PAPER, "valign": "vcenter", "indent": 1},
    "sum_word": {"bold": True, "top": 2, "bg_color": PAPER, "valign": "vcenter", "align": "center"},
    "sum_points": {"bold": True, "top": 2, "bg_color": PAPER, "num_format": POINTS, "valign": "vcenter"},
    "sum_count": {
        "bold": True,
        "top": 2,
        "bg_color": PAPER,
        "num_format": COUNT,
        "align": "center",
        "valign": "vcenter",
    },
    "sum_amount": {"bold": True, "top": 2, "bg_color": PAPER, "num_format": AMOUNT, "valign": "vcenter"},
    # What a formula needs and nobody prints.
    "working_head": {"font_color": QUIET, "font_size": 9, "text_wrap": True, "align": "center", "valign": "vcenter"},
    "working": {"font_color": QUIET, "font_size": 9, "num_format": COUNT, "valign": "vcenter"},
}
# Kinds outside tables, which have no borders.
_OPEN: Final = frozenset(
    {
        "title",
        "subtitle",
        "section",
        "plain",
        "quiet",
        "sign",
        "label",
        "label_day",
        "label_count",
        "working_head",
        "working",
    }
)
# Rows of the long tables: a line below each, no frames.
_LINE: Final = {"bottom": 1, "bottom_color": PAPER, "valign": "vcenter"}
_LONG: Final[dict[str, _Properties]] = {
    "long_text": _LINE,
    "long_amount": _LINE | {"num_format": AMOUNT},
    "long_points": _LINE | {"num_format": POINTS},
    "long_count": _LINE | {"num_format": COUNT, "align": "center"},
    "long_day": _LINE | {"num_format": DAY, "align": "center"},
}


class Styles:
    """The formats of a workbook, each made when it is first asked for: `styles.amount`."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[str, Format] = {}

    def __getattr__(self, name: str) -> Format:
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    def made(self, properties: dict[str, Any]) -> Format:
        """A format of its own."""
        made: Format = self._book.add_format(properties)
        return made

    def __getitem__(self, name: str) -> Format:
        if name not in self._made:
            framed = name in _KINDS and name not in _OPEN
            borders = {"border": 1, "border_color": RULE} if framed else {}
            self._made[name] = self._book.add_format(borders | (_KINDS | _LONG)[name])
        return self._made[name]


def month_text(month: Month) -> str:
    return f"{month.year}年{month.number}月"


def yuan(fen: int) -> float:
    """The number of a cell: the binary number nearest to two decimals, the same that typing them gives."""
    return fen / 100


def put_text(sheet: Worksheet, row: int, column: int, text: str, style: Format) -> None:
    """Text as text, whatever it begins with; what is longer than a cell is cut, where the library would leave it out."""
    if len(text) > CELL_CHARS:
        text = text[: CELL_CHARS - 1] + "…"
    if text:
        sheet.write_string(row, column, text, style)
    else:
        sheet.write_blank(row, column, None, style)


def put_formula(
    sheet: Worksheet, row: int, column: int, formula: str, style: Format, value: float | Fraction | str
) -> None:
    """A live formula, and the value that a reader who does not recalculate sees."""
    sheet.write_formula(row, column, f"={formula}", style, float(value) if isinstance(value, Fraction) else value)


def put_day(sheet: Worksheet, row: int, column: int, day: dt.date, style: Format) -> None:
    # Excel's calendar begins in 1900 and takes that for a leap year; before March its days are other days.
    if day < dt.date(1900, 3, 1):
        put_text(sheet, row, column, day.isoformat(), style)
    else:
        sheet.write_datetime(row, column, day, style)


def cell(row: int, column: int, *, fixed: bool = False) -> str:
    """The name of a cell. Shape: rows and columns from 0; fixed with $ signs."""
    return str(xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=fixed))


def column_range(first_row: int, last_row: int, column: int) -> str:
    """$C$3:$C$9. Shape: rows from 0, inclusive; a range without rows has one, which is empty."""
    name = xl_col_to_name(column)
    return f"${name}${first_row + 1}:${name}${max(first_row, last_row) + 1}"


def page(
    sheet: Worksheet,
    *,
    left: str,
    right: str,
    head_row: int,
    landscape: bool,
    freeze: tuple[int, int],
    repeat_from: int | None = None,
) -> None:
    """A4, one page wide, the head row on every page, numbered; what belongs together stays in view on the screen."""
    sheet.set_paper(_A4)
    if landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.set_margins(left=0.5, right=0.5, top=0.75, bottom=0.7)
    sheet.repeat_rows(head_row if repeat_from is None else repeat_from, head_row)
    sheet.freeze_panes(*freeze)
    sheet.hide_gridlines(2)
    sheet.set_header(f"&L&9{_in_margin(left)}&R&9{_in_margin(right)}")
    sheet.set_footer("&L&9打印于 &D &T&R&9第 &P 页，共 &N 页")


def _in_margin(text: str) -> str:
    """Text in a page's margin: & begins a code there, digits after &9 would be read as part of the size."""
    return " " + text[:90].replace("&", "&&")


def display_width(text: str) -> int:
    """How many half-width characters a text is wide."""
    return sum(1 if character.isascii() else 2 for character in text)


def height(*texts: tuple[str, float]) -> float:
    """The height of a row that shows each text wrapped in a column so wide. Shape: (text, width) …"""
    lines = max(-(-display_width(text) // max(1, int(width) - 2)) for text, width in texts)
    return 8.0 + 14.0 * max(1, lines)


def widths(sheet: Worksheet, *columns: float, first: int = 0) -> None:
    for position, width in enumerate(columns, first):
        sheet.set_column(position, position, width)


def sheet_names(wanted: Iterable[str], taken: Iterable[str]) -> list[str]:
    """A name a sheet: without what Excel forbids, at most 31 units long, each one once whatever its case.

    Shape: in the order given; a name that comes again gets a number.
    """
    used = {_folded(name) for name in taken} | {_RESERVED}
    return [_free_name(name, used) for name in wanted]


def _free_name(wanted: str, used: set[str]) -> str:
    base = _NOT_IN_SHEET_NAMES.sub(" ", wanted).strip().strip("'").strip() or "1"
    number = 1
    while True:
        suffix = "" if number == 1 else f" ({number})"
        name = _fit(base, SHEET_NAME_UNITS - len(suffix)) + suffix
        if _folded(name) not in used:
            used.add(_folded(name))
            return name
        number += 1


def _fit(text: str, units: int) -> str:
    """As much of the text as Excel counts as so many units (UTF-16), without an apostrophe at the end."""
    while len(text.encode("utf-16-le")) > 2 * units:
        text = text[:-1]
    return text.rstrip("' ")


def _folded(name: str) -> str:
    return name.casefold()
