"""Rows of a text whose cells stand between separators."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from common.errors import BadInput
from common.tabular.sniff import TextFile

if TYPE_CHECKING:
    from common.tabular.table import Limits

__all__ = ["Delimited", "open_text"]

_SAMPLE_ROWS: Final = 30
_MARKS: Final = (",", ";")


@dataclass(frozen=True, slots=True)
class Delimited:
    path: Path
    encoding: str
    quoted: bool
    separator: str
    limits: Limits

    def rows(self) -> Iterator[list[Any]]:
        """Cells of every row, blank lines included. Raises: BadInput."""
        row_no = 0
        with self.path.open(encoding=self.encoding, newline="") as file:
            bounded = _Bounded(file, self.limits.columns * self.limits.cell_chars)
            reader = csv.reader(bounded if self.quoted else file, delimiter=self.separator, strict=True)
            try:
                for row_no, row in enumerate(reader, 1):  # noqa: B007 - named in the refusal
                    bounded.room = bounded.size
                    yield row
            except csv.Error as error:
                raise _refused(error, row_no + 1) from error


class _Bounded:
    """Lines of one record, no more than fit into it: a quotation that is never closed would take in the whole file."""

    def __init__(self, lines: Iterable[str], size: int) -> None:
        self.lines = lines
        self.size = self.room = size

    def __iter__(self) -> Iterator[str]:
        for line in self.lines:
            self.room -= len(line)
            if self.room < 0:
                raise csv.Error("field larger than field limit")
            yield line


def _refused(error: csv.Error, row_no: int) -> BadInput:
    reason = str(error)
    if "field larger" in reason:
        sentence = _("Row %(row)d holds a cell that is too long; perhaps a quotation mark is not closed.")
    elif "unexpected end" in reason:
        sentence = _("Row %(row)d begins a quotation that is never closed: the file has been cut off. Export it again.")
    else:
        sentence = _("Row %(row)d has a quotation mark inside a quoted cell. Write it twice.")
    return BadInput(sentence % {"row": row_no})


def _torn(cell: str) -> bool:
    return cell.startswith(_MARKS) or cell.endswith(_MARKS)


def open_text(path: Path, text: TextFile, limits: Limits) -> Delimited:
    """The text with its separator, which is the one that gives the most rows of one width. Raises: BadInput."""
    best: Delimited | None = None
    best_score = (0, 0)
    failure: BadInput | None = None
    for separator in ",;\t":
        source = Delimited(path, text.encoding, text.quoted, separator, limits)
        try:
            rows = [row for row in islice(source.rows(), _SAMPLE_ROWS) if len(row) > 1]
        except BadInput as error:
            failure = failure or error
            continue
        # Cells that begin or end with another separator were cut in the wrong place: many exports end each with a tab.
        widths = Counter(len(row) for row in rows if not any(_torn(cell.strip()) for cell in row))
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        if best is None or (count, width) > best_score:
            best, best_score = source, (count, width)
    if best is None:
        raise failure or BadInput(_("The file holds no table."))
    return best
