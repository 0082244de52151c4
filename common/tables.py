"""The base of every list: figures on the right with their unit, columns that a person chooses, pages by key, and the same
rows as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import IO, Any

import django_tables2
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from django.utils.timezone import is_aware, localtime
from django.utils.translation import gettext_lazy as _

from common.errors import RuleError
from common.keyset import PAGE_SIZES, KeysetPage, keyset_page
from common.spreadsheet import ExportColumn, write_table_csv, write_table_xlsx
from common.templatetags import figures

__all__ = [
    "CountColumn",
    "DayColumn",
    "FenDaysColumn",
    "FigureColumn",
    "MoneyColumn",
    "PercentColumn",
    "PointsColumn",
    "Table",
    "chosen_columns",
    "export_table",
    "write_export",
]

_RIGHT = {"th": {"class": "figure"}, "td": {"class": "figure"}}
_CHUNK = 2_000

# The parameter that names the columns, with a dot between them, and how much of it is looked at.
COLUMNS = "columns"
_LONGEST = 1_000


class FigureColumn(django_tables2.Column):
    """A figure, right-aligned. Shape: `export_kind` is a kind of ExportColumn, `unit` stands in the header."""

    export_kind = "integer"
    unit: Any = ""

    def __init__(self, *args: Any, unit: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", _RIGHT)
        super().__init__(*args, **kwargs)
        if unit is not None:
            self.unit = unit

    def unit_of(self, table: Any) -> Any:
        return self.unit


class MoneyColumn(FigureColumn):
    """Fen (or fen·days) in yuan, or in 万元 where the address says so."""

    export_kind = "amount"
    unit = _("yuan")
    wide_unit: Any = _("10,000 yuan")

    def unit_of(self, table: Any) -> Any:
        return self.wide_unit if table.money_unit == "wan" else self.unit

    def render(self, value: Any, table: Any) -> str:
        return figures.yuan(value, table.money_unit)


class FenDaysColumn(MoneyColumn):
    """An accumulated balance 积数."""

    unit = _("yuan·day")
    wide_unit = _("10,000 yuan·day")


class PointsColumn(FigureColumn):
    """Hundredths of a point as points."""

    export_kind = "number"

    def render(self, value: Any) -> str:
        return figures.points(value)


class PercentColumn(FigureColumn):
    """Hundredths of a percent, as a percentage."""

    export_kind = "percent"
    unit = "%"

    def render(self, value: Any) -> str:
        return figures.points(value)


class CountColumn(FigureColumn):
    """A whole number."""

    def render(self, value: Any) -> str:
        return figures.count(value)


class DayColumn(django_tables2.Column):
    """A day, or the day of an instant."""

    export_kind = "day"

    def render(self, value: Any) -> str:
        return figures.day(value)


@dataclass(frozen=True, slots=True)
class Head:
    """What a column's header shows: its words, unit, and the address that sorts by it."""

    column: Any
    unit: Any
    sort_url: str | None
    direction: str
    """ascending, descending or nothing: the words of aria-sort."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A column in the menu of columns: whether it is shown, and whether it is always."""

    name: str
    header: Any
    shown: bool
    always: bool


class Table(django_tables2.Table):
    """Base of the lists. Shape: a column is sorted by only where it says orderable=True, which promises an index.

    The first column names the row and is always shown; one with visible=False is shown only to those who choose it.
    In a view: `AccountTable.of(request, queries.accounts(actor=request.actor), order=("account_no",))`.
    """

    keyset: KeysetPage | None = None
    sort: str = ""
    sorted_too: Sequence[str] = ()
    request: HttpRequest | None

    class Meta:
        orderable = False
        attrs = {"class": "table ledger"}
        empty_text = _("There are no rows.")

    @classmethod
    def of(
        cls,
        request: HttpRequest,
        queryset: QuerySet[Any],
        *,
        order: Sequence[str],
        sorted_too: Sequence[str] = (),
        **kwargs: Any,
    ) -> Table:
        """The page that the address names: ?sort=, ?size=, ?cursor=; what is no such thing there is ignored.

        Shape: sorted_too names columns that these rows, but not all, may be sorted by: few enough to be sorted anew.
        """
        sort = request.GET.get("sort", "")
        chosen = cls._order_of(sort, sorted_too)
        size = request.GET.get("size", "")
        page = keyset_page(
            queryset,
            chosen or order,
            request.GET.get("cursor"),
            int(size) if size in map(str, PAGE_SIZES) else PAGE_SIZES[0],
        )
        table = cls(page.rows, request=request, **kwargs)
        table.keyset = page
        table.sort = sort if chosen else ""
        table.sorted_too = sorted_too
        table.show(chosen_columns(request.GET))
        return table

    def show(self, names: Sequence[str]) -> None:
        """Shows the first column and those named, and no others; the usual ones where none of the names is a column's."""
        offered = [column.name for column in self.columns.iterall()]
        if not set(names).intersection(offered):
            return
        for place, name in enumerate(offered):
            if place == 0 or name in names:
                self.columns.show(name)
            else:
                self.columns.hide(name)

    @property
    def choices(self) -> list[Choice]:
        """Every column that the list has, for the menu."""
        shown = {column.name for column in self.columns}
        return [
            Choice(column.name, column.header, column.name in shown, place == 0)
            for place, column in enumerate(self.columns.iterall())
        ]

    @classmethod
    def _order_of(cls, sort: str, sorted_too: Sequence[str]) -> tuple[str, ...]:
        name = sort.removeprefix("-")
        column = cls.base_columns.get(name)
        if column is None or not (column.orderable or name in sorted_too):
            return ()
        paths = tuple(column.order_by) if column.order_by else (column.accessor or name,)
        paths = tuple(str(path).replace(".", "__") for path in paths)
        if not sort.startswith("-"):
            return paths
        return tuple(path[1:] if path.startswith("-") else f"-{path}" for path in paths)

    @property
    def money_unit(self) -> str:
        return "wan" if self.request is not None and self.request.GET.get("unit") == "wan" else ""

    @property
    def heads(self) -> Iterator[Head]:
        for column in self.columns:
            name = column.name
            unit = column.column.unit_of(self) if isinstance(column.column, FigureColumn) else ""
            if self.request is None or not self._order_of(name, self.sorted_too):
                yield Head(column, unit, None, "")
                continue
            ascending = self.sort == name
            url = self.address(sort=f"-{name}" if ascending else name, cursor=None)
            direction = "ascending" if ascending else "descending" if self.sort == f"-{name}" else ""
            yield Head(column, unit, url, direction)

    def address(self, **changes: str | None) -> str:
        """This list's address with some of its parameters changed; none removes one."""
        if self.request is None:
            return ""
        query = self.request.GET.copy()
        for name, value in changes.items():
            if value is None:
                query.pop(name, None)
            else:
                query[name] = value
        return f"{self.request.path}?{query.urlencode()}"

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the address says beside columns and the place in the list: a choice of columns keeps it."""
        if self.request is None:
            return []
        apart = (COLUMNS, "keep", "cursor")
        return [(name, value) for name, values in self.request.GET.lists() if name not in apart for value in values]

    @property
    def next_url(self) -> str | None:
        return self.address(cursor=self.keyset.next) if self.keyset and self.keyset.next else None

    @property
    def previous_url(self) -> str | None:
        return self.address(cursor=self.keyset.previous) if self.keyset and self.keyset.previous else None

    @property
    def size_urls(self) -> list[tuple[int, str]]:
        return [(size, self.address(size=str(size), cursor=None)) for size in PAGE_SIZES]

    @property
    def unit_url(self) -> str | None:
        """The same list in the other unit of money, where it shows money."""
        if not any(isinstance(column.column, MoneyColumn) for column in self.columns):
            return None
        return self.address(unit=None if self.money_unit else "wan")


def chosen_columns(query: Any) -> list[str]:
    """The columns that an address names: `?columns=name.phone`, or once a column as a form sends them."""
    return ".".join(query.getlist(COLUMNS))[:_LONGEST].split(".") if COLUMNS in query else []


def export_table(
    table: type[Table],
    queryset: QuerySet[Any],
    *,
    title: str,
    kind: str,
    order: Sequence[str] = (),
    columns: Sequence[str] = (),
) -> FileResponse:
    """All rows of a list, which the caller has filtered and narrowed to what the actor may see, as a file to keep."""
    file = tempfile.TemporaryFile()
    try:
        write_export(file, table, queryset, title=title, kind=kind, order=order, columns=columns)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{title}.{kind}")


def write_export(
    file: IO[bytes],
    table: type[Table],
    queryset: QuerySet[Any],
    *,
    title: str,
    kind: str,
    order: Sequence[str] = (),
    columns: Sequence[str] = (),
    written: Callable[[int], None] = lambda rows: None,
) -> None:
    """Writes all rows of a list into a file open for writing in binary; the caller has narrowed them to the actor's.

    Shape: kind is xlsx or csv; figures as numbers in yuan, points or percent; the chosen columns, the usual ones where
    none is chosen; read in pieces, and `written` is told after each how many rows there are so far.
    Raises: RuleError for another kind, and when a sheet is too small.
    """
    if kind not in ("xlsx", "csv"):
        raise RuleError(_("Export as xlsx or csv."))
    empty = table([])
    empty.show(columns)
    shown = [column for column in empty.columns if not column.column.exclude_from_export]
    heads = [ExportColumn(_header(column), getattr(column.column, "export_kind", "text")) for column in shown]
    found = queryset.order_by(*order) if order else queryset
    rows = _export_rows(table, found, [column.name for column in shown], written)
    if kind == "xlsx":
        write_table_xlsx(file, title, heads, rows)
    else:
        write_table_csv(file, heads, rows)


def _header(column: Any) -> str:
    unit = getattr(column.column, "unit", "")
    return f"{column.header}（{unit}）" if unit else str(column.header)


def _export_rows(
    table: type[Table], queryset: QuerySet[Any], names: list[str], written: Callable[[int], None]
) -> Iterator[list[Any]]:
    records = queryset.iterator(chunk_size=_CHUNK)
    count = 0
    while chunk := list(islice(records, _CHUNK)):
        made = table(chunk)
        # A column that is hidden has no place among the shown ones, but its cells are there.
        columns = {column.name: column for column in made.columns.iterall()}
        for row in made.rows:
            yield [
                _raw(columns[name].accessor.resolve(row.record, quiet=True))
                if hasattr(columns[name].column, "export_kind")
                else row.get_cell_value(name)
                for name in names
            ]
        count += len(chunk)
        written(count)


def _raw(value: Any) -> Any:
    if isinstance(value, datetime):
        return (localtime(value) if is_aware(value) else value).date()
    return value
