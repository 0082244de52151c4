"""What a database says, apart from when and under which numbers it came to be said.

Every row of every table becomes its business columns: numbers that the database gives out and instants are left out (of
an instant stays whether there is one), and a reference to another row is replaced by that row's own content. Two
databases that say the same, however often they were interrupted, have the same content; a lost or doubled row shows.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import re
import zipfile
from collections import Counter
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from python_calamine import CalamineWorkbook

# What is about the work and not about the business: jobs, sign-ins, and Django's own.
LEFT_OUT = re.compile(r"^(django_|auth_)|^organization_(job|trailhead|filepiece)$|sign_?in|session|lockout|attempt")
COLUMNS_LEFT_OUT = {
    ("organization_user", "last_login"),
    ("organization_trailentry", "seq"),  # sign-ins may stand between
    ("organization_trailentry", "hash"),
    ("organization_trailentry", "previous_hash"),
}
NUMBERED_SUBJECTS = {"organization.ImportBatch"}  # their key on the trail is a number that the database gave out
AN_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}")

Content = dict[str, Counter[str]]


@dataclass
class _Table:
    name: str
    columns: list[tuple[str, str]]  # name, type
    key: list[str]
    points_at: dict[str, str]  # column → table
    rows: dict[Any, dict[str, Any]]


def content_of(connection: psycopg.Connection[Any]) -> Content:
    """The content of the database, each table as its rows with how often each stands there."""
    return _Reader(connection).read()


def differences(expected: Content, found: Content, most: int = 3) -> list[str]:
    """What is missing and what is too much, a line each. Empty when both say the same."""
    lines = []
    for table in sorted(expected.keys() | found.keys()):
        before, after = expected.get(table, Counter()), found.get(table, Counter())
        lines += [f"{table}: {times} × missing: {row[:600]}" for row, times in (before - after).most_common(most)]
        lines += [f"{table}: {times} × too much: {row[:600]}" for row, times in (after - before).most_common(most)]
    return lines


class _Reader:
    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.tables: dict[str, _Table] = {}
        self.known: dict[tuple[str, Any], str] = {}
        self.files: dict[Any, str] = {}

    def read(self) -> Content:
        names = self._all(
            "SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"
        )
        for (name,) in names:
            if not LEFT_OUT.search(name):
                self.tables[name] = self._table(name)
        self.files = self._files()
        return {
            name: Counter(self._said(table, row) for row in table.rows.values()) for name, table in self.tables.items()
        }

    def _table(self, name: str) -> _Table:
        columns = self._all(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            name,
        )
        key = [
            column
            for (column,) in self._all(
                "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid"
                " AND a.attnum = ANY(i.indkey) WHERE i.indrelid = %s::regclass AND i.indisprimary ORDER BY a.attnum",
                name,
            )
        ]
        points_at = dict(
            self._all(
                "SELECT a.attname, t.relname FROM pg_constraint c JOIN pg_class t ON t.oid = c.confrelid"
                " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
                " WHERE c.conrelid = %s::regclass AND c.contype = 'f' AND cardinality(c.conkey) = 1",
                name,
            )
        )
        statement = sql.SQL("SELECT {} FROM {}").format(
            sql.SQL(", ").join(sql.Identifier(column) for column, _type in columns), sql.Identifier(name)
        )
        found = self.connection.execute(statement).fetchall()
        titles = [column for column, _type in columns]
        rows = [dict(zip(titles, row, strict=True)) for row in found]
        return _Table(name, columns, key, points_at, {tuple(row[part] for part in key): row for row in rows})

    def _said(self, table: _Table, row: dict[str, Any]) -> str:
        said = {}
        for column, kind in table.columns:
            if column == "id" or (table.name, column) in COLUMNS_LEFT_OUT:
                continue
            value = row[column]
            target = table.points_at.get(column)
            if target is not None and LEFT_OUT.search(target):
                continue
            if value is None:
                said[column] = None
            elif target is not None:
                said[column] = self._known(target, value)
            elif kind.startswith("timestamp"):
                said[column] = "an instant"
            elif kind in ("json", "jsonb"):
                said[column] = _without_marks(value)
            elif isinstance(value, memoryview | bytes):
                said[column] = hashlib.sha256(value).hexdigest()
            else:
                said[column] = value
        self._adjust(table.name, row, said)
        return json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)

    def _adjust(self, table: str, row: dict[str, Any], said: dict[str, Any]) -> None:
        if table == "organization_trailentry":
            body = json.loads(row["body"])
            said["body"] = {name: body[name] for name in ("branch", "actor", "action", "subject", "changes")}
            if row["action"] == "make_workbook":
                said["body"]["changes"].pop("sha256", None)
            if row["subject"] in NUMBERED_SUBJECTS:
                del said["subject_key"]
        elif table == "organization_storedfile":
            said["content"] = self.files.get(row["id"], "")
            if row["name"].endswith(".xlsx"):
                del said["sha256"], said["size_bytes"]

    def _known(self, table: str, number: Any) -> str:
        """A short name for the content of a row that another one points at."""
        key = (table, number)
        if key not in self.known:
            self.known[key] = "…"  # rows that point at each other end here
            row = self.tables[table].rows[(number,)]
            words = self._said(self.tables[table], row)
            name = next(
                (str(row[one]) for one in ("branch_code", "employee_no", "account_no", "name") if one in row), ""
            )
            self.known[key] = f"{name}#{hashlib.sha256(words.encode()).hexdigest()[:12]}"
        return self.known[key]

    def _files(self) -> dict[Any, str]:
        pieces: dict[Any, list[bytes]] = {}
        for number, content in self._all("SELECT file_id, content FROM organization_filepiece ORDER BY 1, position"):
            pieces.setdefault(number, []).append(bytes(content))
        return {number: _file_said(b"".join(parts)) for number, parts in pieces.items()}

    def _all(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        return self.connection.execute(statement, values).fetchall()


def _without_marks(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_marks(part) for name, part in value.items() if name != "stamp"}
    return value


def _file_said(content: bytes) -> str:
    """A digest of a file; of a workbook, of what its cells say except the moment at which it was made."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return hashlib.sha256(content).hexdigest()
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    rows = [[name, [_cell_said(cell) for cell in row]] for name, sheet in sheets.items() for row in sheet]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False, default=str).encode()).hexdigest()


def _cell_said(cell: Any) -> Any:
    if isinstance(cell, dt.datetime):
        return "an instant"
    return AN_INSTANT.sub("an instant", cell) if isinstance(cell, str) else cell
