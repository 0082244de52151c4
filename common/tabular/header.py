"""The header row: which column stands where, and which kind of table it makes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from common.errors import BadInput
from common.tabular.cells import Cell, CellParser, fold, shown

if TYPE_CHECKING:
    from common.tabular.table import Table

__all__ = ["HEADER_ROWS", "Column", "Header", "Recognition", "TableKind", "find_header", "recognise"]

HEADER_ROWS: Final = 10

# What the program itself adds to a file of refused rows; such a file is sent again as it is.
ADDED_COLUMNS: Final = ("行号", "原因", "row_no", "reason")

_SPACE: Final = re.compile(r"\s+")
_REMARK: Final = re.compile(r"\((?:必填|选填|元|%|required|optional)\)\Z|\*\Z|\A\*")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a kind of table. Shape: `name` English, `header` Chinese, `aliases` further headers."""

    name: str
    header: str
    parse: CellParser | Callable[[Any], Any]
    required: bool = False
    default: Any = None
    aliases: tuple[str, ...] = ()
    help: Any = ""
    """Text or lazy translation, for the comment of a template."""
    example: str = ""

    @property
    def kind(self) -> str:
        return self.parse.kind if isinstance(self.parse, CellParser) else "text"

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        return self.parse.choices if isinstance(self.parse, CellParser) else ()

    @property
    def read(self) -> Callable[[Any], Any]:
        return self.parse.read if isinstance(self.parse, CellParser) else self.parse


@dataclass(frozen=True, slots=True)
class TableKind:
    """A kind of table as it is told from others.

    Shape: `alternatives` are sets of columns of which at least one must be there entirely, where no single column is
    required: (("amount",), ("credit", "debit")).
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    alternatives: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """Where the columns of one kind stand in one table."""

    row_no: int
    texts: tuple[str, ...]
    """The header row as the file writes it."""
    positions: dict[str, int]
    """Column name → position from 0."""
    unknown: tuple[str, ...]
    missing: tuple[Column, ...]
    missing_alternatives: tuple[tuple[str, ...], ...] = ()

    @property
    def is_complete(self) -> bool:
        return not self.missing and not self.missing_alternatives

    def text_of(self, column: Column) -> str:
        position = self.positions.get(column.name)
        return column.header if position is None else self.texts[position] or column.header


@dataclass(frozen=True, slots=True)
class Recognition:
    """The kind that a table is, or, where nothing tells them apart, those a person chooses from."""

    kind: TableKind | None
    header: Header | None
    candidates: tuple[TableKind, ...]


def fold_header(cell: Cell) -> str:
    """A header for comparing: folded, without spaces, remarks in brackets and case."""
    value = _SPACE.sub("", fold(shown(cell)))
    return _REMARK.sub("", value).casefold()


def find_header(
    table: Table,
    columns: Sequence[Column],
    mapping: Mapping[str, str] | None = None,
    alternatives: Iterable[tuple[str, ...]] = (),
) -> Header:
    """The header among the first 10 rows: the row that names the most columns, the first of equals.

    Shape: `mapping` is a branch's own header → column name, and goes before the headers of the kind. Required columns
    that are not there are listed in the result; reading the rows refuses them.
    Raises: BadInput when no row names a column, or one column stands there twice.
    """
    header = _header_in(table, table.head(HEADER_ROWS), columns, mapping or {}, tuple(alternatives))
    if header is None:
        required = [column for column in columns if column.required] or list(columns)
        raise table.refusal(
            _("There is no header in the first %(rows)d rows. It must name: %(columns)s.")
            % {"rows": HEADER_ROWS, "columns": _(", ").join(column.header for column in required)}
        )
    return header


def _header_in(
    table: Table,
    rows: list[tuple[int, list[Cell]]],
    columns: Sequence[Column],
    mapping: Mapping[str, str],
    alternatives: tuple[tuple[str, ...], ...],
) -> Header | None:
    own = {fold_header(header): name for header, name in mapping.items()}
    known: dict[str, str] = {}
    for column in columns:
        # A column that the branch names in its own way is not looked for under another name.
        for header in (column.name, column.header, *column.aliases):
            known.setdefault(fold_header(header), column.name)
    best: tuple[int, int, list[Cell], list[str | None]] | None = None
    for row_no, row in rows:
        _check_width(table, row_no, row)
        folded = [fold_header(cell) for cell in row]
        mapped = {own[header] for header in folded if header in own}
        names = [
            own[header] if header in own else known.get(header) if known.get(header) not in mapped else None
            for header in folded
        ]
        found = len({name for name in names if name})
        if found and (best is None or found > best[0]):
            best = (found, row_no, row, names)
    if best is None:
        return None
    _found, row_no, row, names = best
    texts = tuple(_SPACE.sub(" ", shown(cell)).strip() for cell in row)
    positions: dict[str, int] = {}
    for position, name in enumerate(names):
        if name is None:
            continue
        if name in positions:
            raise table.refusal(
                _("Row %(row)d names one column twice: “%(first)s” and “%(second)s”. Rename or delete one.")
                % {"row": row_no, "first": texts[positions[name]], "second": texts[position]}
            )
        positions[name] = position
    added = {fold_header(header) for header in ADDED_COLUMNS}
    return Header(
        row_no=row_no,
        texts=texts,
        positions=positions,
        unknown=tuple(
            value
            for value, name in zip(texts, names, strict=True)
            if value and name is None and fold_header(value) not in added
        ),
        missing=tuple(column for column in columns if column.required and column.name not in positions),
        missing_alternatives=()
        if not alternatives or any(all(name in positions for name in names_) for names_ in alternatives)
        else alternatives,
    )


def _check_width(table: Table, row_no: int, row: list[Cell]) -> None:
    if len(row) > table.limits.columns:
        raise table.refusal(
            _("Row %(row)d has more than %(columns)d columns. Delete those that are not needed.")
            % {"row": row_no, "columns": table.limits.columns}
        )


def check_complete(table: Table, header: Header, columns: Sequence[Column]) -> None:
    """Refuses a header without a required column. Raises: BadInput."""
    if header.missing:
        raise table.refusal(
            _("The header in row %(row)d lacks: %(columns)s. Add them, or map the branch's own headers.")
            % {"row": header.row_no, "columns": _(", ").join(column.header for column in header.missing)}
        )
    if header.missing_alternatives:
        names = {column.name: column.header for column in columns}
        ways = _(" or ").join(
            _(", ").join(names.get(name, name) for name in alternative) for alternative in header.missing_alternatives
        )
        raise table.refusal(
            _("The header in row %(row)d lacks: %(columns)s. Add them, or map the branch's own headers.")
            % {"row": header.row_no, "columns": ways}
        )


def recognise(
    table: Table, kinds: Iterable[TableKind], mappings: Mapping[str, Mapping[str, str]] | None = None
) -> Recognition:
    """The kind whose required columns are all there and which names the most of the file's columns.

    Where several kinds have the same columns, the longest kind name or title decides that the file's name, its sheet
    or its title rows hold. Shape: `mappings` are a branch's own headers by kind.
    """
    rows = table.head(HEADER_ROWS)
    complete: list[tuple[int, TableKind, Header]] = []
    for kind in kinds:
        try:
            header = _header_in(table, rows, kind.columns, (mappings or {}).get(kind.name, {}), kind.alternatives)
        except BadInput:
            continue
        if header is not None and header.is_complete:
            complete.append((len(header.positions), kind, header))
    if not complete:
        return Recognition(None, None, ())
    most = max(coverage for coverage, _kind, _header in complete)
    best = [(kind, header) for coverage, kind, header in complete if coverage == most]
    if len(best) > 1:
        best = _named(table, rows, best)
    candidates = tuple(kind for kind, _header in best)
    if len(best) == 1:
        return Recognition(best[0][0], best[0][1], candidates)
    return Recognition(None, None, candidates)


def _named(
    table: Table, rows: list[tuple[int, list[Cell]]], best: list[tuple[TableKind, Header]]
) -> list[tuple[TableKind, Header]]:
    """Those that the file's own words name best; all of them when it names none."""
    titles = [shown(cell) for row_no, row in rows if row_no < best[0][1].row_no for cell in row]
    words = " ".join([table.name, table.sheet or "", *titles])
    said = _SPACE.sub("", fold(words)).casefold()
    lengths = [
        max((len(name) for name in (kind.name, fold_header(kind.title)) if name.casefold() in said), default=0)
        for kind, _header in best
    ]
    longest = max(lengths)
    return [found for found, length in zip(best, lengths, strict=True) if length == longest] if longest else best
