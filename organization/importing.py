"""What a kind of import says about itself, and what it is told while a file is checked.

A kind turns the values of a row into a record: a tuple in the order of its `fields`, the key first. The engine
(organization/actions/checking.py) reads the file a chunk at a time, compares records with what is stored, and keeps what is
new or changed. Every hook works on a whole chunk, so that no file costs a query a row.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar, NamedTuple

from django.conf import settings
from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import RuleError
from common.tabular import Column, TableKind
from organization.models import ImportBatch, Role
from organization.rules import Actor

__all__ = ["Check", "Field", "ImportKind", "Lookup", "Refusal", "Row", "import_kinds", "kind_named", "table_kinds"]

# Rows by number that a lookup keeps at most: memory stays flat, and a file in order of its accounts asks once for each.
_LOOKED_UP = 200_000

Record = tuple[Any, ...]
Row = tuple[int, Record]
"""Row number in the file and what it holds."""


class Field(NamedTuple):
    """A column of the checked rows.

    Shape: `name` is the table's own column unless `sql` says where the stored value comes from, and then `db_type` its
    type; `column` is the file's column it is read from. A field without one is never compared and, when a row changes,
    stays as it is stored; the same holds where the file does not have the column.
    """

    name: str
    column: str | None = None
    sql: str | None = None
    db_type: str | None = None


class Refusal(NamedTuple):
    """What is wrong with a row; the value is looked up in the file. Shape: no column where the whole row is meant."""

    row_no: int
    column: str | None
    sentence: str


@dataclass(slots=True)
class Check:
    """One check of one file: who brings it, what is open, and what has been found so far."""

    actor: Actor
    batch: ImportBatch
    present: frozenset[str]
    """Columns that the file has."""
    branches: frozenset[int] | None
    """Branches whose rows the actor may bring in; none = all."""
    open_from: Mapping[int, dt.date]
    """First open day of each branch that has closed a month."""
    refusals: list[Refusal] = field(default_factory=list)
    notes: Counter[tuple[Any, str, tuple[tuple[str, Any], ...]]] = field(default_factory=Counter)
    """How many rows a sentence speaks of: (sentence with %(count)d, article, further values) → rows."""
    late: Counter[dt.date] = field(default_factory=Counter)
    """Rows dated in closed months, by the day on which they are entered."""
    unchanged: int = 0

    def refuse(self, row_no: int, column: str | None, sentence: str) -> None:
        self.refusals.append(Refusal(row_no, column, sentence))

    def note(self, sentence: Any, article: str = "", count: int = 1, **values: Any) -> None:
        """Counts rows of which the preview says something without refusing them."""
        self.notes[sentence, article, tuple(values.items())] += count

    def reaches(self, branch_id: int) -> bool:
        """Whether rows of the branch exist for the actor."""
        return self.branches is None or branch_id in self.branches

    def entry_day(self, branch_id: int, day: dt.date) -> dt.date:
        """The day itself, or the first open day of the branch (arithmetic.md, Months close in order)."""
        open_from = self.open_from.get(branch_id)
        return day if open_from is None else max(day, open_from)

    def is_closed(self, branch_id: int, day: dt.date) -> bool:
        open_from = self.open_from.get(branch_id)
        return open_from is not None and day < open_from


class Lookup:
    """Stored rows by their number, fetched for a whole chunk at a time.

    Shape: the SQL takes one array of numbers and returns rows that begin with the number.
    """

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self.known: dict[str, tuple[Any, ...] | None] = {}

    def fetch(self, numbers: Iterable[str]) -> Mapping[str, tuple[Any, ...] | None]:
        """Each number's row without the number itself; none where there is no such row."""
        wanted = {number for number in numbers if number}
        missing = wanted.difference(self.known)
        if missing:
            if len(self.known) + len(missing) > _LOOKED_UP:
                self.known.clear()
                missing = wanted
            self.known.update(dict.fromkeys(missing))
            with connection.cursor() as cursor:
                cursor.execute(self.sql, [list(missing)])
                self.known.update((row[0], row[1:]) for row in cursor)
        return self.known


class ImportKind:
    """A kind of file that comes in (formats.md, Kinds in): its columns, its table, and what makes a row refused."""

    name: ClassVar[str]
    title: ClassVar[Any]
    """As pages name it; `chinese` is what file names and title rows say."""
    chinese: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    alternatives: ClassVar[tuple[tuple[str, ...], ...]] = ()
    model: ClassVar[type[models.Model]]
    fields: ClassVar[tuple[Field, ...]]
    key_length: ClassVar[int] = 1
    """So many fields at the front make the key."""
    nullable_key: ClassVar[frozenset[str]] = frozenset()
    """Those of the key that may be empty, and are then one value like any other."""
    joins: ClassVar[str] = ""
    """SQL after the stored table `t`, for fields that come from elsewhere."""
    changes: ClassVar[bool] = False
    """The same key with other content is a change; otherwise it is refused."""
    roles: ClassVar[tuple[str, ...]] = (Role.CLERK,)
    for_union: ClassVar[bool] = False
    """Only people of the head office bring it in."""
    held_over: ClassVar[tuple[str, str] | None] = None
    """The fields of the row's own day and of its entry day."""
    held_over_sentence: ClassVar[Any] = gettext_lazy(
        "%(count)d rows are dated in a closed month. They are entered on %(day)s."
    )
    counts_from: ClassVar[str | None] = None
    """The field with the first day whose figures a row touches; the branch is the field branch_id."""
    opens_months: ClassVar[bool] = False
    whole_file: ClassVar[bool] = False
    """Rows of the file are also checked against each other, by `check_whole`."""

    def __init__(self) -> None:
        """A kind lives for one check; lookups that it keeps are its own."""
        self.names = tuple(each.name for each in self.fields)

    def at(self, name: str) -> int:
        """The position of a field in a record."""
        return self.names.index(name)

    # What a kind must say.

    def resolve(self, check: Check, rows: Sequence[Row]) -> list[Row]:
        """Records of the rows that can be understood; the others are refused."""
        raise NotImplementedError

    # What a kind may say beyond its declarations.

    def known(self, check: Check, rows: Sequence[Row]) -> Mapping[Record, Record]:
        """What is stored under the keys of the records: key → record."""
        return stored_records(self, rows)

    def admit(self, check: Check, rows: list[Row]) -> list[Row]:
        """Those of the new rows that may come in; the others are refused."""
        return rows

    def admit_changes(
        self, check: Check, changes: list[tuple[int, Record, Record]]
    ) -> list[tuple[int, Record, Record]]:
        """Those of the changes (row number, record, what is stored) that may be made; the others are refused."""
        return changes

    def touched_by_change(self, record: Record, stored: Record) -> dt.date | None:
        """The first day whose figures a change touches, if any."""
        position = self.at(self.counts_from or "")
        day: dt.date = min(record[position], stored[position])
        return day

    def conflict(self, record: Record, stored: Record) -> str:
        """Why the same key with other content is refused."""
        return _("A row with this key has already come in with other content. Correct it by a further row.")

    def lines(self, rows: Sequence[Row], batch_id: int) -> str:
        """The records as COPY reads them, with batch and row number behind."""
        return "".join([copy_line((*record, batch_id, row_no)) for row_no, record in rows])

    def check_whole(self, check: Check, cursor: CursorWrapper) -> None:
        """Looks at all new and changed rows together; they stand in the temporary table import_rows."""

    def insert(self, cursor: CursorWrapper, batch: ImportBatch) -> None:
        """Puts what goes beside the new rows of import_rows into other tables, after the rows themselves."""

    def prepare(self, cursor: CursorWrapper, batch: ImportBatch) -> None:
        """Makes what the new and changed rows of import_rows will point at, before them."""

    def update(self, cursor: CursorWrapper, batch: ImportBatch) -> None:
        """Changes what goes beside the changed rows of import_rows."""

    def refuse_undo(self, cursor: CursorWrapper, batch: ImportBatch) -> None:
        """Raises: RuleError that names what depends on the batch, beyond what foreign keys say."""

    def undo_beside(self, cursor: CursorWrapper, batch: ImportBatch) -> None:
        """Takes back what `insert` has put beside the rows, before the rows themselves go."""

    depends_not: ClassVar[frozenset[str]] = frozenset()
    """Tables that point at the rows and are taken back with them by `undo_beside`."""


def copy_line(values: Iterable[Any]) -> str:
    """One line of COPY's text format."""
    return "\t".join(["\\N" if value is None else _escaped(value) for value in values]) + "\n"


def _escaped(value: Any) -> str:
    text = str(value)
    if type(value) is str and ("\\" in text or "\t" in text or "\n" in text or "\r" in text):
        return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return text


def column_type(kind: ImportKind, each: Field) -> str:
    """The database's type of a field, without length or collation of its own."""
    if each.db_type:
        return each.db_type
    for candidate in kind.model._meta.concrete_fields:
        if candidate.column == each.name:
            # What a foreign key or identity column stores.
            declared = candidate.rel_db_type(connection) if candidate.primary_key else candidate.db_type(connection)
            return "text" if str(declared).startswith("varchar") else str(declared)
    raise LookupError(f"{kind.name}: {each.name}")


def same_in_key(kind: ImportKind, name: str, other: str) -> str:
    """The condition that a stored row has another's value in a field of the key."""
    return f"t.{name} IS NOT DISTINCT FROM {other}" if name in kind.nullable_key else f"t.{name} = {other}"


def stored_records(kind: ImportKind, rows: Sequence[Row]) -> dict[Record, Record]:
    """Stored records by key, for all keys of a chunk in one query by the key's index."""
    if not rows:
        return {}
    keys = kind.fields[: kind.key_length]
    arrays = [[record[position] for _row_no, record in rows] for position in range(len(keys))]
    types = [column_type(kind, each) for each in keys]
    chosen = ", ".join(each.sql or f"t.{each.name}" for each in kind.fields)
    given = ", ".join(f"%s::{name}[]" for name in types)
    names = ", ".join(f"k{position}" for position in range(len(keys)))
    same = " AND ".join(same_in_key(kind, each.name, f"k{position}") for position, each in enumerate(keys))
    table = kind.model._meta.db_table
    query = f"SELECT {chosen} FROM unnest({given}) AS given ({names}) JOIN {table} AS t ON {same} {kind.joins}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query, arrays)
        return {row[: len(keys)]: row for row in cursor.fetchall()}


@cache
def import_kinds() -> tuple[type[ImportKind], ...]:
    """Every kind, in the order in which a folder is read."""
    return tuple(import_string(dotted) for dotted in settings.IMPORT_KINDS)


def kind_named(name: str) -> type[ImportKind]:
    """Raises: RuleError when there is no such kind."""
    for kind in import_kinds():
        if kind.name == name:
            return kind
    raise RuleError(_("There is no import of the kind “%(name)s”.") % {"name": name[:40]})


@cache
def table_kinds() -> tuple[TableKind, ...]:
    """The kinds as files are recognised by them."""
    return tuple(TableKind(kind.name, kind.chinese, kind.columns, kind.alternatives) for kind in import_kinds())


# Who brings in what concerns the union as a whole.
HEAD_OFFICE_ROLES = (Role.CLERK, Role.SUPERVISOR)

BRANCH_SQL = "SELECT branch_code, id FROM organization_branch WHERE branch_code = ANY(%s)"
EMPLOYEE_SQL = "SELECT employee_no, id, branch_id FROM organization_employee WHERE employee_no = ANY(%s)"
