"""A disk that is full refuses with a sentence, and nothing is half-written (quality.md, Faults)."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from common.errors import RuleError
from common.laws import obeying_laws
from organization.actions.batches import preview_batch, upload_file
from organization.models import ImportBatch, StoredFile
from organization.rules import SYSTEM
from tests.cast import Cast
from tests.english import english
from tests.make import make_account

__all__ = ["english"]

ROWS = "流水号,账号,交易日期,发生额\n" + "\n".join(f"T{number},A1,2026-10-05,1.00" for number in range(3000))


@contextmanager
def full_disk(room: int = 4096) -> Iterator[None]:
    """From here on no file of this process grows beyond the room."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_that_cannot_be_put_aside_does_not_come_in(cast: Cast) -> None:
    with full_disk(), pytest.raises(RuleError, match="See that the disk has room"):
        upload_file(actor=SYSTEM, name="a.csv", content=[ROWS.encode()])
    assert not ImportBatch.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_preview_that_finds_no_room_leaves_the_file_as_it_was(cast: Cast) -> None:
    make_account(cast.south, "A1")
    batch = upload_file(actor=SYSTEM, name="a.csv", content=[ROWS.encode()])
    with full_disk(), pytest.raises(RuleError, match="See that the disk has room"):
        preview_batch(actor=SYSTEM, batch=batch)
    assert ImportBatch.objects.get().state == ImportBatch.State.UPLOADED
    assert preview_batch(actor=SYSTEM, batch=batch).created_count == 3000


def test_a_database_without_room_says_so(db: None) -> None:
    with pytest.raises(RuleError, match="The disk of the database is full"), obeying_laws(), transaction.atomic():
        connection.cursor().execute("DO $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$")
