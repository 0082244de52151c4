"""An opened file: its rows, again and again, in the order of the file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from django.utils.translation import gettext as _

from common.errors import BadInput
from common.tabular import delimited, excel, sniff

if TYPE_CHECKING:
    from common.tabular.cells import Cell
    from common.tabular.records import Footer

__all__ = ["Limits", "Source", "Table", "open_table"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be. Callers take the figures from the settings."""

    compressed_bytes: int = 100 * 2**20
    """The file as it was sent."""
    unpacked_bytes: int = 1024 * 2**20
    """All parts of an .xlsx together, as really unpacked."""
    rows: int = 5_000_000
    columns: int = 200
    cell_chars: int = 10_000
    workbook_bytes: int = 400 * 2**20
    """Memory that reading an Excel file may take, in a process of its own."""
    workbook_seconds: int = 300


class Source(Protocol):
    """What knows how to go through the rows of one kind of file."""

    def rows(self) -> Iterator[list[Cell]]: ...


@dataclass(slots=True)
class Table:
    """A table of an opened file. Shape: row numbers are 1-based and count as a spreadsheet program does."""

    name: str
    source: Source
    limits: Limits
    sheet: str | None = None
    sheet_names: tuple[str, ...] = ()
    encoding: str | None = None
    separator: str | None = None
    footers: list[Footer] = field(default_factory=list)
    """Footer rows that the last reading skipped."""

    def rows(self, after: int = 0) -> Iterator[tuple[int, list[Cell]]]:
        """Row number and cells of every row after the given one. Raises: BadInput."""
        numbered = enumerate(islice(self.source.rows(), after, None), after + 1)
        last = self.limits.rows
        for row_no, row in numbered:
            if row_no > last:
                raise self.refusal(_("The table has more than %(rows)d rows. Split the file.") % {"rows": last})
            yield row_no, row

    def head(self, count: int) -> list[tuple[int, list[Cell]]]:
        return list(islice(self.rows(), count))

    def refusal(self, sentence: str) -> BadInput:
        """The sentence with the file's name before it."""
        return named(self.name, sentence)


def named(name: str, sentence: str) -> BadInput:
    return BadInput(_("%(file)s: %(sentence)s") % {"file": name, "sentence": sentence})


def open_table(
    path: str | os.PathLike[str],
    *,
    name: str | None = None,
    sheet: str | None = None,
    limits: Limits | None = None,
) -> Table:
    """The table in a file, whatever its name says: CSV (encoding and separator found by trying), .xlsx or .xls.

    Shape: `name` is the file's own name where the path has another; `sheet` is the first one unless named.
    Raises: BadInput for whatever is no such table, encrypted, damaged, or beyond the limits.
    """
    path = Path(path)
    limits = limits or Limits()
    name = name or path.name
    try:
        size = path.stat().st_size
        if size == 0:
            raise BadInput(_("The file is empty. Export it again."))
        if size > limits.compressed_bytes:
            raise BadInput(
                _("The file has %(size)d MB, more than the %(limit)d MB that are allowed. Split it.")
                % {"size": size // 2**20, "limit": limits.compressed_bytes // 2**20}
            )
        if sniff.file_type(path) is sniff.FileType.TEXT:
            text = sniff.examine_text(path)
            source = delimited.open_text(path, text, limits)
            return Table(name, source, limits, encoding=text.encoding, separator=source.separator)
        book = excel.open_book(path, sheet, limits)
        return Table(name, book, limits, sheet=book.sheet, sheet_names=book.sheet_names)
    except BadInput as error:
        raise named(name, str(error)) from error
    except OSError as error:
        raise named(name, _("The file cannot be read. Send it again.")) from error
