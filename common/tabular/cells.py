"""Cells into values: each parser returns the value or raises BadInput with one sentence.

A cell of a CSV is a str. A cell of a workbook is a str, or a number (float, int) or truth value that its program
stored as such; its days arrive as text, YYYY-MM-DD. Parsers meet every cell of a million rows, so each tries the common
form first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Final

from django.utils.translation import gettext as _

from common.errors import BadInput
from common.money import MAX_BIGINT, MIN_BIGINT, fold_figure, format_hundredths, parse_fen, parse_scaled
from common.months import FIRST_YEAR, LAST_YEAR, Month

__all__ = [
    "Cell",
    "CellParser",
    "amount",
    "choice",
    "day",
    "fold",
    "hundredths",
    "identifier",
    "integer",
    "month",
    "percent",
    "scaled",
    "shown",
    "text",
]

Cell = str | float | int | bool


@dataclass(frozen=True, slots=True)
class CellParser:
    """How one kind of cell is read, and what a template says about it.

    Shape: `read` turns a cell that is not empty into its value or raises BadInput; `kind` is one of text, identifier,
    day, month, amount, number, percent, integer, choice.
    """

    read: Callable[[Any], Any]
    kind: str = "text"
    max_length: int | None = None
    choices: tuple[tuple[str, str], ...] = field(default=())
    """English value and Chinese label, in order."""

    def __call__(self, cell: Cell) -> Any:
        return self.read(cell)


# --- text ------------------------------------------------------------------------------------------------------------

_EXACT_DIGITS: Final = 10**15
_LINE_BREAKS: Final = re.compile(r"[ \t]*(?:\r\n|\r|\n|\t|\x0b|\x0c|\u2028|\u2029)\s*")
_DAMAGED_BY_EXCEL: Final = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+[0-9]{2,3}\Z")
_EXCEL_TEXT: Final = re.compile(r'="([^"]*)"\Z')
# Visible ASCII without what a formula begins with: the form of nearly every code and number.
_PLAIN_IDENTIFIER: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z./_#:-]*\Z")


def fold(value: str) -> str:
    """Text trimmed, with full-width letters, digits and punctuation as ASCII (NFKC)."""
    return value.strip() if value.isascii() else unicodedata.normalize("NFKC", value).strip()


def shown(cell: Cell) -> str:
    """A cell as its user sees it: a number without the noise of binary digits."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < _EXACT_DIGITS:
            return str(int(cell))
        return f"{cell:.15g}".upper()
    return str(cell)


def text(max_length: int = 200) -> CellParser:
    """Text on one line: line breaks become a space. Control and invisible direction characters are refused."""

    def read(cell: Any) -> str:
        if type(cell) is str and cell.isascii() and cell.isprintable():
            value = cell.strip()
        else:
            value = _visible(_LINE_BREAKS.sub(" ", fold(shown(cell))))
        if len(value) > max_length:
            raise _too_long(value, max_length)
        return value

    return CellParser(read, "text", max_length)


def identifier(max_length: int = 40) -> CellParser:
    """A number or code as text: leading zeros stay. Refused: what Excel has rounded, and invisible characters.

    Shape: a number cell below 10^15 is its digits; above that a spreadsheet no longer knows them.
    """

    def read(cell: Any) -> str:
        if type(cell) is str and len(cell) <= max_length:
            if cell.isalnum() and cell.isascii():
                return cell
            if _PLAIN_IDENTIFIER.match(cell):
                return cell
        return _identifier(cell, max_length)

    return CellParser(read, "identifier", max_length)


def _identifier(cell: Cell, max_length: int) -> str:
    if isinstance(cell, bool):
        raise BadInput(_("“%(value)s” is no number or code. Format the column as text.") % {"value": shown(cell)})
    if isinstance(cell, (float, int)):
        if cell < 0 or cell != int(cell):
            raise BadInput(_("“%(value)s” is no number or code. Format the column as text.") % {"value": shown(cell)})
        if cell >= _EXACT_DIGITS:
            raise _damaged_by_excel(shown(cell))
        value = str(int(cell))
    else:
        value = _visible(fold(cell))
        wrapped = _EXCEL_TEXT.match(value)
        if wrapped:
            value = wrapped[1].strip()
        if _DAMAGED_BY_EXCEL.match(value):
            raise _damaged_by_excel(value)
        if value != fold_figure(_EXCEL_TEXT.sub(r"\1", fold_figure(cell))) or value[:1] in "=@" or " " in value:
            raise BadInput(
                _("“%(value)s” holds a character that does not belong into a number or code.") % {"value": value[:40]}
            )
    if len(value) > max_length:
        raise _too_long(value, max_length)
    return value


def _visible(value: str) -> str:
    if value.isprintable():
        return value
    for character in value:
        if character.isprintable():
            continue
        # Rare characters of names lie in the private area of GB18030, or are newer than our tables.
        if unicodedata.category(character) in ("Co", "Cn"):
            continue
        raise BadInput(
            _("The cell holds an invisible character (%(code)s). Delete it.") % {"code": f"U+{ord(character):04X}"}
        )
    return value


def _too_long(value: str, max_length: int) -> BadInput:
    return BadInput(
        _("The text has %(length)d characters; at most %(limit)d are allowed.")
        % {"length": len(value), "limit": max_length}
    )


def _damaged_by_excel(value: str) -> BadInput:
    return BadInput(
        _(
            "Excel has turned this number into “%(value)s”, and its last digits are lost. Format the column as text and"
            " export it again."
        )
        % {"value": value}
    )


# --- days and months -------------------------------------------------------------------------------------------------

_DAY: Final = re.compile(
    r"(?:(?P<a>[0-9]{4})-(?P<b>[0-9]{1,2})-(?P<c>[0-9]{1,2})"
    r"|([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})"
    r"|([0-9]{4})([0-9]{2})([0-9]{2})"
    r"|([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日)"
    r"(?:[ T]0{1,2}:00(?::00(?:\.0+)?)?)?\Z"
)
_MONTH: Final = re.compile(
    r"(?:([0-9]{4})-([0-9]{1,2})|([0-9]{4})/([0-9]{1,2})|([0-9]{4})([0-9]{2})|([0-9]{4})年([0-9]{1,2})月"
    r"|([0-9]{4})-([0-9]{2})-01)\Z"
)


@lru_cache(maxsize=20_000)
def _read_day(cell: Cell) -> date:
    """Shape: a float that is a whole number of eight digits was typed as 20261031."""
    written = fold_figure(cell) if isinstance(cell, str) else shown(cell)
    found = _DAY.match(written)
    if not found:
        if not isinstance(cell, (str, bool)):
            raise BadInput(
                _("%(value)s is a number, not a day. Format the column as a date, or write 2026-10-31.")
                % {"value": written}
            )
        raise BadInput(_("“%(value)s” is not a day. Write it like 2026-10-31.") % {"value": written[:40]})
    year, number, day_number = (int(part) for part in found.groups() if part is not None)
    try:
        if FIRST_YEAR <= year <= LAST_YEAR:
            return date(year, number, day_number)
    except ValueError:
        pass
    raise BadInput(_("There is no day “%(value)s”.") % {"value": written[:40]})


@lru_cache(maxsize=2_000)
def _read_month(cell: Cell) -> Month:
    written = fold_figure(cell) if isinstance(cell, str) else shown(cell)
    found = _MONTH.match(written)
    if found:
        year, number = (int(part) for part in found.groups() if part is not None)
        if 1 <= number <= 12 and FIRST_YEAR <= year <= LAST_YEAR:
            return Month(year, number)
    raise BadInput(
        _("“%(value)s” is not a month. Write it as year and month, for example 2026-10.") % {"value": written[:40]}
    )


def day() -> CellParser:
    """A day: 2026-10-31, 2026/10/31, 20261031, 2026年10月31日, or a real date; midnight may stand behind it."""
    return CellParser(_read_day, "day")


def month() -> CellParser:
    """A month: 2026-10, 2026/10, 202610, 2026年10月, or the first day that a spreadsheet has made of it."""
    return CellParser(_read_month, "month")


# --- figures ---------------------------------------------------------------------------------------------------------


def amount(*, minimum: int | None = None) -> CellParser:
    """An amount in yuan as fen. Shape: `minimum` in fen, 0 where nothing below zero makes sense."""
    return CellParser(_bounded(_read_amount, minimum, None, format_hundredths), "amount")


def hundredths(*, minimum: int | None = None, maximum: int | None = None) -> CellParser:
    """A number with at most two decimals, such as points, in hundredths."""
    return CellParser(_bounded(_read_amount, minimum, maximum, format_hundredths), "number")


def scaled(places: int, *, minimum: int | None = None, maximum: int | None = None) -> CellParser:
    """A number with at most so many decimals, times 10 to their power: coefficients (places = 4)."""

    def read(cell: Any) -> int:
        return parse_scaled(cell, places)

    def written(value: int) -> str:
        return f"{value // 10**places}.{value % 10**places:0{places}d}" if places else str(value)

    return CellParser(_bounded(read, minimum, maximum, written), "number")


def percent(*, minimum: int | None = None, maximum: int | None = None) -> CellParser:
    """A percentage, with or without its sign, in hundredths of a percent: 33.33 and 33.33% are 3333.

    A number cell between −1 and 1 is refused: a spreadsheet stores 100% as 1, so 1 may be either.
    """
    return CellParser(_bounded(_read_percent, minimum, maximum, format_hundredths), "percent")


def integer(*, minimum: int | None = None, maximum: int | None = None) -> CellParser:
    """A whole number; thousands separators allowed."""

    def read(cell: Any) -> int:
        return parse_scaled(cell, 0)

    return CellParser(_bounded(read, minimum, maximum, str), "integer")


_read_amount = parse_fen


def _read_percent(cell: Any) -> int:
    if isinstance(cell, str):
        written = fold_figure(cell)
        return parse_scaled(written.removesuffix("%").rstrip(), 2)
    if cell and -1 <= cell <= 1:
        raise BadInput(
            _(
                "A number cell of %(value)s may mean %(value)s %% or %(times)s %%. Format the column as text and"
                " write it again."
            )
            % {"value": shown(cell), "times": shown(float(f"{cell * 100:.15g}"))}
        )
    return parse_scaled(cell, 2)


def _bounded(
    read: Callable[[Any], int], minimum: int | None, maximum: int | None, written: Callable[[int], str]
) -> Callable[[Any], int]:
    if minimum is None and maximum is None:
        return read
    low = MIN_BIGINT if minimum is None else minimum
    high = MAX_BIGINT if maximum is None else maximum

    def bounded(cell: Any) -> int:
        value = read(cell)
        if low <= value <= high:
            return value
        if value < low:
            raise BadInput(
                _("“%(value)s” is below %(limit)s, the least that is allowed.")
                % {"value": shown(cell), "limit": written(low)}
            )
        raise BadInput(
            _("“%(value)s” is above %(limit)s, the most that is allowed.")
            % {"value": shown(cell), "limit": written(high)}
        )

    return bounded


# --- choices ---------------------------------------------------------------------------------------------------------


def choice(values: Mapping[str, str] | Iterable[tuple[str, str]], extra: Mapping[str, str] | None = None) -> CellParser:
    """One of named values, in either language, as its English value.

    Shape: `values` maps the English value to the Chinese label; `extra` maps further spellings to English values.
    """
    pairs = tuple(values.items() if isinstance(values, Mapping) else values)
    known: dict[str, str] = {spelling.casefold(): value for value, label in pairs for spelling in (value, label)}
    known |= {spelling.casefold(): value for spelling, value in (extra or {}).items()}

    def read(cell: Any) -> str:
        # Most cells are written exactly so.
        if type(cell) is str and cell in known:
            return known[cell]
        written = fold(shown(cell))
        value: str | None = known.get(written.casefold())
        if value is None:
            raise BadInput(
                _("“%(value)s” is not one of: %(choices)s.")
                % {"value": written[:40], "choices": _(", ").join(label for _value, label in pairs)}
            )
        return value

    return CellParser(read, "choice", None, pairs)
