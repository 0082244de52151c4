"""Rows into records: the good ones as values, the others with what is wrong in each cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.utils.translation import gettext as _

from common.errors import BadInput, CellError
from common.tabular.cells import Cell, fold, shown
from common.tabular.header import Column, Header, check_complete

if TYPE_CHECKING:
    from common.tabular.table import Table

__all__ = ["Footer", "Record", "read_records", "read_tuples"]

_FOOTER: Final = re.compile(
    r"(?:本[页日月期]|全[部行社])?(?:合计|总计|小计)(?:数|金额|余额|笔数|户数)?(?:[:(（：,，0-9].*)?\Z"
)
_SPACE: Final = re.compile(r"\s+")
_FOOTERS_KEPT: Final = 1_000
_VALUE_KEPT: Final = 200


class Footer(NamedTuple):
    """A row of totals that was skipped."""

    row_no: int
    text: str


class Record(NamedTuple):
    """A row as read. Shape: `values` in the order of the columns, empty when there are errors."""

    row_no: int
    values: tuple[Any, ...]
    errors: tuple[CellError, ...]
    raw: list[Cell]


def read_tuples(
    table: Table, header: Header, columns: Sequence[Column], *, on_refused: Callable[[Record], object]
) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Row number and values of every good row; the others go to `on_refused` as they come.

    Shape: values in the order of the columns; an empty cell or absent column is the column's default. Empty rows are
    skipped; rows of totals too, and named in `table.footers`.
    Raises: BadInput when a required column is missing or the file cannot be read on.
    """
    check_complete(table, header, columns)
    table.footers.clear()
    plan = _Plan(table, header, columns)
    width = plan.width
    readers, cells_of, arrange = plan.present, plan.cells_of, plan.arrange
    for row_no, row in table.rows(header.row_no):
        # Rows of totals begin with 合计 and its kin, and empty ones with nothing: both are looked at closely.
        if len(row) == width and (type(first := row[0]) is not str or " " < first < "\x80"):
            try:
                yield row_no, arrange([read(cell) for read, cell in zip(readers, cells_of(row))])  # noqa: B905
                continue
            except BadInput:
                pass
        record = plan.look_closely(row_no, row)
        if record is None:
            continue
        if record.errors:
            on_refused(record)
        else:
            yield row_no, record.values


def read_records(table: Table, header: Header, columns: Sequence[Column]) -> Iterator[Record]:
    """Every row that is not empty and no total, good or bad, in the order of the file. Raises: as read_tuples."""
    check_complete(table, header, columns)
    table.footers.clear()
    plan = _Plan(table, header, columns)
    for row_no, row in table.rows(header.row_no):
        record = plan.look_closely(row_no, row)
        if record is not None:
            yield record


class _Plan:
    """How the cells of a row become values."""

    def __init__(self, table: Table, header: Header, columns: Sequence[Column]) -> None:
        self.table = table
        self.header = header
        self.columns = columns
        self.width = len(header.texts)
        self.positions = [header.positions.get(column.name) for column in columns]
        self.readers = [
            _constant(column.default) if position is None else _reader(column)
            for column, position in zip(columns, self.positions, strict=True)
        ]
        # The common case reads only the columns that are there; the others have their defaults for every row.
        there = [place for place, position in enumerate(self.positions) if position is not None]
        absent = [place for place, position in enumerate(self.positions) if position is None]
        self.present = [self.readers[place] for place in there]
        self.cells_of = _getter([self.positions[place] or 0 for place in there])
        in_order = _getter([(there + absent).index(place) for place in range(len(columns))])
        defaults = [columns[place].default for place in absent]
        self.arrange: Callable[[list[Any]], tuple[Any, ...]] = (
            (lambda values: in_order(values + defaults)) if absent else tuple
        )

    def look_closely(self, row_no: int, row: list[Cell]) -> Record | None:
        """The record of a row, with the error of each bad cell; none for an empty row or a total."""
        first = next((cell for cell in row if cell.__class__ is not str or (cell and not cell.isspace())), None)
        if first is None:
            return None
        if isinstance(first, str) and _FOOTER.match(_SPACE.sub("", fold(first))):
            if len(self.table.footers) < _FOOTERS_KEPT:
                words = " ".join(shown(cell).strip() for cell in row if shown(cell).strip())
                self.table.footers.append(Footer(row_no, words[:_VALUE_KEPT]))
            return None
        # Row and header of a workbook are equally wide; where a text has another number of cells, a separator stands
        # inside a value, or the row is cut off, and every cell behind it would be read in the wrong column.
        cells = row[: self.width] if not any(shown(cell).strip() for cell in row[self.width :]) else row
        if len(cells) != self.width:
            return Record(row_no, (), (self._wrong_width(row_no, cells),), row)
        values = []
        errors = []
        for column, position, read in zip(self.columns, self.positions, self.readers, strict=True):
            cell = "" if position is None else cells[position]
            if isinstance(cell, str) and cell.isspace():
                cell = ""
            try:
                if cell == "" and column.required:
                    raise BadInput(_("The cell is empty, and the column is required."))
                values.append(read(cell))
            except BadInput as error:
                name = self.header.text_of(column)
                errors.append(CellError(row_no, name, shown(cell)[:_VALUE_KEPT], error.sentence))
        if errors:
            return Record(row_no, (), tuple(errors), row)
        return Record(row_no, tuple(values), (), row)

    def _wrong_width(self, row_no: int, cells: list[Cell]) -> CellError:
        name = self.header.texts[min(len(cells), self.width) - 1] if cells else ""
        if len(cells) < self.width:
            sentence = _("The row has %(cells)d cells, the header %(width)d: it may have been cut off.")
        else:
            sentence = _(
                "The row has %(cells)d cells, the header %(width)d: perhaps a separator stands inside a value without"
                " quotation marks."
            )
        value = shown(cells[-1]) if cells else ""
        return CellError(row_no, name, value[:_VALUE_KEPT], sentence % {"cells": len(cells), "width": self.width})


def _getter(positions: list[int]) -> Callable[[list[Any]], tuple[Any, ...]]:
    get = itemgetter(*positions) if positions else None
    if get is None:
        return lambda _row: ()
    return get if len(positions) > 1 else lambda row: (get(row),)


def _constant(value: Any) -> Callable[[Any], Any]:
    return lambda _cell: value


def _reader(column: Column) -> Callable[[Any], Any]:
    read = column.read
    default = column.default
    if column.required and column.kind == "text":
        # Text may be empty, which all other parsers refuse by themselves.
        def present(cell: Any) -> Any:
            value = read(cell)
            if value == "":
                raise BadInput(_("The cell is empty, and the column is required."))
            return value

        return present
    if column.required:
        return read

    def optional(cell: Any) -> Any:
        return default if cell == "" else read(cell)

    return optional
