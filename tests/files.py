"""Files that come in, written in a test: rows of text, previewed and applied as a person would; and those that go out."""

from __future__ import annotations

import io
from typing import Any

import openpyxl

from organization.actions.batches import apply_batch, preview_batch, upload_file
from organization.models import ImportBatch
from organization.rules import SYSTEM, Actor


def preview(kind: str, text: str, *, actor: Actor = SYSTEM, encoding: str = "utf-8", name: str = "") -> ImportBatch:
    """The preview of a file. Shape: a row a line, cells by commas; the first line is the header, indentation is not."""
    lines = [line.strip() for line in text.strip().splitlines()]
    content = "\r\n".join(lines).encode(encoding)
    batch = upload_file(actor=actor, name=name or f"{kind}.csv", content=[content], kind=kind)
    return preview_batch(actor=actor, batch=batch)


def bring(kind: str, text: str, *, actor: Actor = SYSTEM, good_rows: bool = False) -> ImportBatch:
    """The file, applied."""
    return apply_batch(actor=actor, batch=preview(kind, text, actor=actor), accept_good_rows=good_rows)


def reasons(batch: ImportBatch) -> list[tuple[int, str, str]]:
    """What was refused: row, column, why."""
    rows = batch.refused_rows.order_by("row_no")
    return [(row.row_no, error["column"], error["reason"]) for row in rows for error in row.errors]


def rows_of(answer: Any) -> list[tuple[Any, ...]]:
    """The cells of the first sheet of a workbook that a page hands out, its title and header first."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))
