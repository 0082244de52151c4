"""The check of a file that comes in: every row read, compared with what is stored, kept ready for COPY or refused.

Memory is flat in the number of rows: rows pass in chunks, checked rows wait in a file, refusals and the hashes of keys in
temporary tables. Nothing is written here but what belongs to the batch.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from operator import itemgetter
from typing import IO, Any

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from common.months import Month
from common.tabular import Header, Limits, Table, find_header, open_table, read_tuples, shown
from common.tabular import Record as FileRecord
from organization.actions.files import store_file
from organization.actions.jobs import Progress
from organization.importing import Check, ImportKind, Record, Row, kind_named
from organization.models import Branch, HeaderMapping, ImportBatch, MonthClose, RefusedRow, TrailHead
from organization.queries import earliest_open_months, file_pieces
from organization.rules import Actor
from organization.staging import (
    HASHES,
    REFUSALS,
    ROWS,
    copy_in,
    copy_out,
    line_columns,
    load_rows,
    make_table,
    pieces_of,
    spooled,
)

__all__ = ["check_file", "file_limits", "header_mappings", "state_stamp"]

CHUNK_ROWS = 20_000


def check_file(*, actor: Actor, batch: ImportBatch, progress: Progress) -> None:
    """Reads the batch's file and replaces whatever an earlier check has found: counts, findings, refused and checked rows.

    Raises: BadInput when the file as a whole cannot be read.
    """
    # Taken before anything is read: what others commit meanwhile makes the check old, never wrongly new.
    stamp = state_stamp()
    kind = kind_named(batch.kind)()
    assert batch.file is not None  # noqa: S101 - a batch that waits has its file
    with spooled(file_pieces(batch.file)) as path, connection.cursor() as cursor:
        table = open_table(path, name=batch.file_name, sheet=batch.sheet or None, limits=file_limits())
        mapping = header_mappings(batch.branch_id).get(kind.name, {})
        header = find_header(table, kind.columns, mapping, kind.alternatives)
        total = _lines_in(path) if table.encoding else 0
        with closing(_Run(actor, batch, kind, table, header, cursor)) as run:
            run.read(progress, total)
            run.finish(stamp)


def state_stamp() -> str:
    """A mark that differs once anything that a check has looked at may have changed: every action leaves a trail."""
    entries = TrailHead.objects.aggregate(entries=Sum("last_seq"))["entries"] or 0
    return f"{entries}/{MonthClose.objects.filter(state=MonthClose.State.CLOSED).count()}"


def file_limits() -> Limits:
    return Limits(
        compressed_bytes=settings.IMPORT_MAX_BYTES,
        unpacked_bytes=settings.IMPORT_MAX_UNPACKED_BYTES,
        rows=settings.IMPORT_MAX_ROWS,
        columns=settings.IMPORT_MAX_COLUMNS,
    )


def header_mappings(branch_id: int | None) -> dict[str, dict[str, str]]:
    """The branch's own headers by kind, before those of the whole union: kind → {header: column}."""
    found: dict[str, dict[str, str]] = {}
    mappings = HeaderMapping.objects.filter(Q(branch=branch_id) | Q(branch__isnull=True))
    for each in mappings.order_by("branch_id").reverse():
        found.setdefault(each.kind, {}).setdefault(each.header, each.column)
    return found


def _storable(text: str) -> str:
    """Text without the one character that PostgreSQL cannot keep."""
    return text.replace("\0", "\u2400")


def _lines_in(path: Any) -> int:
    with open(path, "rb") as file:
        return sum(piece.count(b"\n") for piece in iter(lambda: file.read(2**20), b""))


class _Run:
    """One reading of one file."""

    def __init__(
        self, actor: Actor, batch: ImportBatch, kind: ImportKind, table: Table, header: Header, cursor: CursorWrapper
    ) -> None:
        self.batch, self.kind, self.table, self.header, self.cursor = batch, kind, table, header, cursor
        present = frozenset(header.positions)
        open_months = earliest_open_months(Branch.objects.values_list("pk", flat=True))
        self.check = Check(
            actor=actor,
            batch=batch,
            present=present,
            branches=None if actor.is_system else actor.branches_of(*kind.roles),
            open_from={branch_id: month.first_day for branch_id, month in open_months.items()},
        )
        self.columns = {column.name: column for column in kind.columns}
        key = kind.key_length
        self.compared = [
            position for position, each in enumerate(kind.fields) if position >= key and each.column in present
        ]
        self.kept = [position for position in range(key, len(kind.fields)) if position not in self.compared]
        self.content = itemgetter(*self.compared) if self.compared else lambda record: None
        self.branch = kind.names.index("branch_id") if "branch_id" in kind.names else None
        self.read_rows = self.created = self.changed = 0
        # Row number, header of the column, value (none = to be looked up), sentence.
        self._refused: list[tuple[int, str, str | None, str]] = []
        self.entered: set[tuple[int, Any]] = set()
        self.touched_by_changes: set[tuple[int, Any]] = set()
        self.lines: IO[bytes] = tempfile.TemporaryFile(prefix="jingli-checked-")
        make_table(cursor, HASHES, "hash bigint, row_no integer")
        make_table(cursor, REFUSALS, "row_no integer, errors jsonb")

    def close(self) -> None:
        self.lines.close()

    # --- reading -----------------------------------------------------------------------------------------------------

    def read(self, progress: Progress, total: int) -> None:
        rows = read_tuples(self.table, self.header, self.kind.columns, on_refused=self._unreadable)
        while chunk := list(islice(rows, CHUNK_ROWS)):
            self.read_rows += len(chunk)
            self._take(chunk)
            progress(chunk[-1][0], max(total, chunk[-1][0]), _("Rows are checked."))
        self._flush_refusals()

    def _unreadable(self, record: FileRecord) -> None:
        self.read_rows += 1
        for error in record.errors:
            self._refused.append((record.row_no, error.column, _storable(error.value), str(error.reason)))
        if len(self._refused) >= CHUNK_ROWS:
            self._flush_refusals()

    def _take(self, rows: list[Row]) -> None:
        """Compares one chunk with what is stored, and keeps what is new or changed."""
        kind, check = self.kind, self.check
        records = kind.resolve(check, rows)
        known = kind.known(check, records)
        changes: list[tuple[int, Record, Record]] = []
        if known:
            new = self._compare(records, known, changes)
        else:
            new = records
        new = kind.admit(check, new)
        changes = kind.admit_changes(check, changes)
        self._keep(new, changes)
        if check.refusals:
            self._flush_refusals()

    def _compare(self, records: list[Row], known: Any, changes: list[tuple[int, Record, Record]]) -> list[Row]:
        kind, check, content, length = self.kind, self.check, self.content, self.kind.key_length
        new: list[Row] = []
        for row in records:
            row_no, record = row
            stored = known.get(record[:length])
            if stored is None:
                new.append(row)
            elif self.branch is not None and not check.reaches(stored[self.branch]):
                check.refuse(row_no, None, _("A record of another branch has this number. Ask the head office."))
            elif content(record) == content(stored):
                check.unchanged += 1
            elif kind.changes:
                changes.append((row_no, record, stored))
            else:
                check.refuse(row_no, None, kind.conflict(record, stored))
        return new

    def _keep(self, new: list[Row], changes: list[tuple[int, Record, Record]]) -> None:
        kind, batch_id = self.kind, self.batch.pk
        if new:
            rows = [(row_no, (True, *record)) for row_no, record in new] if kind.changes else new
            self.lines.write(kind.lines(rows, batch_id).encode())
        if changes:
            merged = [(row_no, (False, *self._merged(record, stored))) for row_no, record, stored in changes]
            self.lines.write(kind.lines(merged, batch_id).encode())
        self.created += len(new)
        self.changed += len(changes)
        length = kind.key_length
        hashes = [f"{hash(record[:length])}\t{row_no}\n" for row_no, record in new]
        hashes += [f"{hash(record[:length])}\t{row_no}\n" for row_no, record, _stored in changes]
        if hashes:
            copy_in(self.cursor, HASHES, ("hash", "row_no"), ["".join(hashes)])
        self._count_days(new, changes)

    def _merged(self, record: Record, stored: Record) -> Record:
        """The changed record, with what the file does not say as it is stored."""
        values = list(record)
        for position in self.kept:
            values[position] = stored[position]
        return tuple(values)

    def _count_days(self, new: list[Row], changes: list[tuple[int, Record, Record]]) -> None:
        kind = self.kind
        if kind.counts_from is not None and self.branch is not None:
            get = itemgetter(self.branch, kind.at(kind.counts_from))
            self.entered |= {get(record) for _row_no, record in new}
            for _row_no, record, stored in changes:
                day = kind.touched_by_change(record, stored)
                if day is not None:
                    self.touched_by_changes |= {(record[self.branch], day), (stored[self.branch], day)}
        if kind.held_over is not None and self.check.open_from:
            own, entry = (kind.at(name) for name in kind.held_over)
            self.check.late.update(record[entry] for _row_no, record in new if record[own] != record[entry])

    # --- refusals ----------------------------------------------------------------------------------------------------

    def _flush_refusals(self) -> None:
        """Refusals so far, into their table. The value of a cell that only a check has refused is looked up at the end."""
        for row_no, name, sentence in self.check.refusals:
            text = self.header.text_of(self.columns[name]) if name else ""
            self._refused.append((row_no, text, None if name else "", sentence))
        self.check.refusals.clear()
        if not self._refused:
            return
        lines = []
        for row_no, column, value, reason in self._refused:
            error = json.dumps([{"column": column, "value": value, "reason": reason}], ensure_ascii=False)
            lines.append(f"{row_no}\t{error.replace(chr(92), chr(92) * 2)}\n")
        self._refused.clear()
        copy_in(self.cursor, REFUSALS, ("row_no", "errors"), ["".join(lines)])

    def _store_refused(self) -> int:
        """Refused rows as they stand in the file, beside what is wrong with them. Returns their number."""
        RefusedRow.objects.filter(batch=self.batch).delete()
        self.cursor.execute(f"SELECT count(DISTINCT row_no) FROM {REFUSALS}")  # noqa: S608
        (count,) = self.cursor.fetchone()
        if not count:
            return 0
        rows = self.table.rows(self.header.row_no)
        with connection.chunked_cursor() as refused:
            refused.execute(
                f"SELECT row_no, jsonb_agg(error) FROM {REFUSALS}, jsonb_array_elements(errors) AS error "  # noqa: S608
                "GROUP BY row_no ORDER BY row_no"
            )
            while chunk := refused.fetchmany(2_000):
                self._store_refused_chunk(chunk, rows)
        return int(count)

    def _store_refused_chunk(self, chunk: list[tuple[int, Any]], rows: Iterator[tuple[int, list[Any]]]) -> None:
        made = []
        for wanted, found in chunk:
            cells: list[str] = []
            for row_no, row in rows:
                if row_no == wanted:
                    cells = [_storable(shown(cell)) for cell in row]
                    break
            errors = json.loads(found) if isinstance(found, str) else found
            for error in errors:
                if error["value"] is None:
                    error["value"] = self._cell_under(error["column"], cells)
            made.append(RefusedRow(batch=self.batch, row_no=wanted, cells=cells, errors=errors))
        RefusedRow.objects.bulk_create(made)

    def _cell_under(self, text: str, cells: list[str]) -> str:
        for name, position in self.header.positions.items():
            if self.header.text_of(self.columns[name]) == text and position < len(cells):
                return cells[position][:200]
        return ""

    # --- the end -----------------------------------------------------------------------------------------------------

    def finish(self, stamp: str) -> None:
        kind, batch = self.kind, self.batch
        self.cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {HASHES} GROUP BY hash HAVING count(*) > 1)")  # noqa: S608
        (suspects,) = self.cursor.fetchone()
        if suspects or kind.whole_file:
            self._check_whole(settle=bool(suspects))
        former = batch.checked_rows
        days = [day for _branch, day in self.entered]
        batch.checked_rows = (
            store_file(name="checked rows", content=pieces_of(self.lines)) if self.created + self.changed else None
        )
        batch.header_row = self.header.row_no
        batch.read_count = self.read_rows
        batch.created_count, batch.changed_count = self.created, self.changed
        batch.unchanged_count, batch.held_over_count = self.check.unchanged, self.check.late.total()
        batch.refused_count = self._store_refused()
        batch.first_entered_on, batch.last_entered_on = (min(days), max(days)) if days else (None, None)
        batch.findings = {
            "header": list(self.header.texts),
            "unknown": list(self.header.unknown),
            "footers": [list(footer) for footer in self.table.footers[:100]],
            "notes": self._notes(),
            "months": self._months(),
            "sheets": list(self.table.sheet_names),
            "stamp": stamp,
        }
        batch.save(update_fields=CHECKED_FIELDS)
        if former is not None:
            former.delete()

    def _check_whole(self, *, settle: bool) -> None:
        """Checks the rows against each other in a temporary table, and writes the checked rows anew."""
        kind, check, cursor = self.kind, self.check, self.cursor
        load_rows(cursor, kind, pieces_of(self.lines))
        if settle:
            self._settle_duplicates()
            self._drop_refused()
        if kind.whole_file:
            kind.check_whole(check, cursor)
            self._drop_refused()
        self.lines.close()
        self.lines = tempfile.TemporaryFile(prefix="jingli-checked-")
        columns = ", ".join(line_columns(kind))
        copy_out(cursor, f"SELECT {columns} FROM {ROWS} ORDER BY row_no", self.lines)  # noqa: S608
        new = "is_new" if kind.changes else "true"
        cursor.execute(f"SELECT count(*) FILTER (WHERE {new}), count(*) FROM {ROWS}")  # noqa: S608
        self.created, rows = cursor.fetchone()
        self.changed = rows - self.created
        if kind.counts_from is not None and self.branch is not None:
            cursor.execute(f"SELECT DISTINCT branch_id, {kind.counts_from} FROM {ROWS} WHERE {new}")  # noqa: S608
            self.entered = set(cursor.fetchall())
        if kind.held_over is not None and check.open_from:
            own, entry = kind.held_over
            cursor.execute(f"SELECT {entry}, count(*) FROM {ROWS} WHERE {new} AND {own} <> {entry} GROUP BY 1")  # noqa: S608
            check.late = Counter(dict(cursor.fetchall()))

    def _drop_refused(self) -> None:
        self._flush_refusals()
        self.cursor.execute(f"DELETE FROM {ROWS} WHERE row_no IN (SELECT row_no FROM {REFUSALS})")  # noqa: S608

    def _settle_duplicates(self) -> None:
        """The same key twice in one file: once where the rows say the same, refused where they do not."""
        kind, check, cursor = self.kind, self.check, self.cursor
        key = ", ".join(kind.names[: kind.key_length])
        content = ", ".join(kind.names[position] for position in self.compared) or "1"
        cursor.execute(
            f"SELECT row_no, first_no, content = first_content FROM (SELECT row_no, ROW({content})::text AS content,"  # noqa: S608
            f" first_value(row_no) OVER w AS first_no, first_value(ROW({content})::text) OVER w AS first_content"
            f" FROM {ROWS} WINDOW w AS (PARTITION BY {key} ORDER BY row_no)) AS ranked"
            " WHERE row_no <> first_no ORDER BY row_no"
        )
        sentence = _("Row %(row)d of the file has the same key and says something else. Keep one of them.")
        named: set[int] = set()
        same: list[int] = []
        for row_no, first_no, agrees in cursor.fetchall():
            if agrees:
                same.append(row_no)
                continue
            check.refuse(row_no, None, sentence % {"row": first_no})
            if first_no not in named:
                named.add(first_no)
                check.refuse(first_no, None, sentence % {"row": row_no})
        check.unchanged += len(same)
        cursor.execute(f"DELETE FROM {ROWS} WHERE row_no = ANY(%s)", [same])  # noqa: S608

    def _notes(self) -> list[str]:
        for day, count in sorted(self.check.late.items()):
            self.check.note(self.kind.held_over_sentence, count=count, day=day)
        notes = []
        for (sentence, article, values), count in self.check.notes.items():
            said = str(sentence) % {"count": count, **dict(values)}
            notes.append(
                _("%(sentence)s (article %(article)s)") % {"sentence": said, "article": article} if article else said
            )
        return notes

    def _months(self) -> dict[str, list[str]]:
        """The months whose figures the rows touch, by branch."""
        months: dict[int, set[Month]] = {}
        for branch_id, day in self.entered | self.touched_by_changes:
            months.setdefault(branch_id, set()).add(Month.of(day))
        return {str(branch_id): [str(month) for month in sorted(found)] for branch_id, found in sorted(months.items())}


CHECKED_FIELDS = [
    "checked_rows",
    "header_row",
    "read_count",
    "created_count",
    "changed_count",
    "unchanged_count",
    "held_over_count",
    "refused_count",
    "first_entered_on",
    "last_entered_on",
    "findings",
]
