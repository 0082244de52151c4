"""The pieces of work that are disturbed, and where a folder keeps what is before and after each of them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from tests.faults.business import Content

STAGES = ("import", "month_end", "closing", "workbook")
POSTINGS_FILE = "S01-2026-10.csv"
PASSWORD = "a-Long-enough-1"
UNION_CLERK, SOUTH_CLERK, SOUTH_DIRECTOR = "U004", "S002", "S001"


def database_before(stage: str) -> str:
    return f"before_{stage}"


def file_after(folder: Path, stage: str) -> Path:
    return folder / f"after-{stage}.json"


def content_after(folder: Path, stage: str) -> Content:
    """What the stage's work makes of the database when nothing disturbs it."""
    said = json.loads(file_after(folder, stage).read_text(encoding="utf-8"))
    return {table: Counter(rows) for table, rows in said.items()}
