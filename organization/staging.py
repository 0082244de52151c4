"""Checked rows on their way into the database: temporary tables of one transaction, and COPY between them and files."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext as _

from common.errors import RuleError
from organization.importing import ImportKind, column_type

ROWS = "import_rows"
HASHES = "import_hashes"
REFUSALS = "import_refusals"
_PIECE = 2**20


@contextmanager
def spooled(pieces: Iterable[bytes]) -> Iterator[Path]:
    """A file's content under a path, for as long as it is read. Raises: RuleError when the disk does not take it."""
    with contextlib.ExitStack() as opened:
        try:
            file = opened.enter_context(tempfile.NamedTemporaryFile(prefix="jingli-import-"))
            for piece in pieces:
                file.write(piece)
            file.flush()
        except OSError as error:
            raise RuleError(
                _("The file cannot be put aside for reading (%(reason)s). See that the disk has room, then try again.")
                % {"reason": error.strerror or error}
            ) from error
        yield Path(file.name)


def line_columns(kind: ImportKind) -> list[str]:
    """The columns of a checked row. Where rows may change, the first one says whether the row is new."""
    marker = ["is_new"] if kind.changes else []
    return [*marker, *kind.names, "batch_id", "row_no"]


def make_rows_table(cursor: CursorWrapper, kind: ImportKind) -> None:
    types = {each.name: column_type(kind, each) for each in kind.fields}
    types |= {"is_new": "boolean", "batch_id": "bigint", "row_no": "integer"}
    columns = ", ".join(f"{name} {types[name]}" for name in line_columns(kind))
    make_table(cursor, ROWS, columns)


def make_table(cursor: CursorWrapper, name: str, columns: str) -> None:
    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
    cursor.execute(f"CREATE TEMPORARY TABLE {name} ({columns}) ON COMMIT DROP")


def copy_in(cursor: CursorWrapper, table: str, columns: Iterable[str], pieces: Iterable[str | bytes]) -> int:
    """COPY of lines into a table; the number of rows. Raises: as Django does, so that a law's refusal is known."""
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    with connection.wrap_database_errors, cursor.cursor.copy(statement) as copy:
        for piece in pieces:
            copy.write(piece)
    return int(cursor.rowcount)


def copy_out(cursor: CursorWrapper, query: str, file: IO[bytes]) -> None:
    with connection.wrap_database_errors, cursor.cursor.copy(f"COPY ({query}) TO STDOUT") as copy:
        for piece in copy:
            file.write(piece)


def load_rows(cursor: CursorWrapper, kind: ImportKind, pieces: Iterable[bytes]) -> None:
    """The checked rows as a temporary table that the planner knows the size of."""
    make_rows_table(cursor, kind)
    copy_in(cursor, ROWS, line_columns(kind), pieces)
    cursor.execute(f"ANALYZE {ROWS}")


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    return iter(lambda: file.read(_PIECE), b"")
