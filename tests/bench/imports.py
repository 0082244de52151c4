"""The import of a month's postings: the program from upload to commit, against a raw COPY of the same rows.

The table holds the reference month already; the file is the month after it, in the order of days.
"""

from __future__ import annotations

import resource
import tempfile
from pathlib import Path

from django.db import connection, connections, transaction

from organization.actions.batches import apply_batch, preview_batch, upload_file
from organization.models import ImportBatch
from organization.rules import SYSTEM
from organization.staging import copy_in, pieces_of
from tests.bench.reference import Size, make_reference_month
from tests.bench.report import Report, timed
from tests.make import make_batch

ROWS = 1_000_000
FEW_ROWS = 100_000
APRIL = "2026-04-01"

_FILE = """
SELECT 'N' || p AS serial_no, one.account_no, date '2026-04-01' + (p::bigint * 30 / ({rows} + 1))::int AS date,
       (CASE WHEN p % 3 = 0 THEN -1 ELSE 1 END * (1 + (hashint8(p)::bigint & 1048575)) / 100.0)::numeric(12, 2) AS amount
FROM generate_series(1, {rows}) AS p JOIN deposits_depositaccount AS one
    ON one.id = (SELECT min(id) FROM deposits_depositaccount) + (hashint8(p + 11) & 2147483647) % 100000 ORDER BY p
"""
_RAW = """
SELECT one.id, one.branch_id, date, date, date, serial_no, 1, (amount * 100)::bigint, 'transaction', {batch}, row_number() OVER ()
FROM ({file}) AS f JOIN deposits_depositaccount AS one USING (account_no)
"""
_COLUMNS = (
    "account_id",
    "branch_id",
    "posted_on",
    "entered_on",
    "value_on",
    "serial_no",
    "line",
    "amount_fen",
    "source",
    "batch_id",
    "row_no",
)


def run(report: Report, *, large: bool = False) -> None:
    make_reference_month(Size())
    with tempfile.TemporaryDirectory(prefix="jingli-bench-") as folder:
        few, many, raw = (Path(folder, name) for name in ("few.csv", "many.csv", "raw.txt"))
        _write(few, f"COPY ({_FILE.format(rows=FEW_ROWS)}) TO STDOUT (FORMAT csv, HEADER)")
        _write(many, f"COPY ({_FILE.format(rows=ROWS)}) TO STDOUT (FORMAT csv, HEADER)")
        _write(raw, f"COPY ({_RAW.format(file=_FILE.format(rows=ROWS), batch=make_batch().pk)}) TO STDOUT")
        _bring_in(few)
        _take_out()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        copies = [timed(lambda: _copy(raw))]
        _take_out()
        stages: dict[str, float] = {}
        first = timed(lambda: _bring_in(many, stages))
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        again = timed(lambda: _bring_in(many))
        _take_out()
        copies.append(timed(lambda: _copy(raw)))
        _take_out()
    copy = sum(copies) / len(copies)
    report.add("import of 1,000,000 postings", first, "raw COPY of the same rows", copy, 2.5)
    report.add("the same file again", again, "the first time", first, 1.2)
    report.note("import: " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in stages.items()))
    report.note(
        f"peak memory: {before / 1024:.0f} MB after {FEW_ROWS:,} rows, {after / 1024:.0f} MB after {ROWS:,} rows"
    )


def _bring_in(path: Path, stages: dict[str, float] | None = None) -> ImportBatch:
    times = {} if stages is None else stages
    with path.open("rb") as file:
        done: list[ImportBatch] = []
        times["upload"] = timed(
            lambda: done.append(upload_file(actor=SYSTEM, name="deposit_transactions.csv", content=pieces_of(file)))
        )
    batch = done[0]
    times["preview"] = timed(lambda: preview_batch(actor=SYSTEM, batch=batch))
    times["apply"] = timed(lambda: apply_batch(actor=SYSTEM, batch=batch))
    return batch


def _copy(path: Path) -> None:
    with transaction.atomic(), connection.cursor() as cursor, path.open("rb") as file:
        copy_in(cursor, "deposits_posting", _COLUMNS, pieces_of(file))


def _take_out() -> None:
    """As it was before: without the rows, and without the dead ones."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM deposits_posting WHERE posted_on >= %s", [APRIL])
        cursor.execute("VACUUM (ANALYZE) deposits_posting")
        cursor.execute("VACUUM organization_filepiece")


def _write(path: Path, statement: str) -> None:
    with path.open("wb") as file, connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        for piece in copy:
            file.write(piece)
