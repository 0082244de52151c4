"""The same import twice at once: one result (quality.md, Faults)."""

from __future__ import annotations

import pytest

from common.errors import Conflict, RuleError
from deposits.models import Posting
from organization.actions.batches import apply_batch, discard_batch, preview_batch, undo_batch, upload_file
from organization.models import Branch, ImportBatch, MonthClose, TrailEntry
from organization.queries import broken_chains
from organization.rules import SYSTEM
from tests.cast import Cast
from tests.concurrency.test_month_states import at_once
from tests.files import bring, preview
from tests.make import make_account

ROWS = "\n".join(f"T{number},A1,2026-10-{1 + number % 28:02d},{number}.00" for number in range(1, 2001))
POSTINGS = f"流水号,账号,交易日期,发生额\n{ROWS}"
TOTAL_FEN = sum(range(1, 2001)) * 100


@pytest.fixture
def cast(own_cast: Cast) -> Cast:
    make_account(own_cast.south, "A1")
    return own_cast


def total() -> int:
    return sum(Posting.objects.values_list("amount_fen", flat=True))


def test_of_two_people_who_apply_the_same_file_at_once_one_does_and_the_other_reads_who_did(cast: Cast) -> None:
    batch = preview("deposit_transactions", POSTINGS, actor=cast.actor("chen"))
    actor = cast.actor("chen")
    results = at_once(*[lambda: apply_batch(actor=actor, batch=batch)] * 2)
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "ImportBatch"]
    assert (Posting.objects.count(), total()) == (2000, TOTAL_FEN)
    assert TrailEntry.objects.filter(action="apply_batch").count() == 1
    assert broken_chains() == []


def test_the_same_task_delivered_twice_at_once_gives_one_result_and_no_error(cast: Cast) -> None:
    batch = preview("deposit_transactions", POSTINGS)
    results = at_once(*[lambda: apply_batch(actor=SYSTEM, batch=batch, repeated=True)] * 2)
    assert [type(result) for result in results] == [ImportBatch, ImportBatch]
    assert Posting.objects.count() == 2000
    assert TrailEntry.objects.filter(action="apply_batch").count() == 1


@pytest.mark.parametrize("opened", [False, True])
def test_the_same_file_uploaded_twice_and_applied_at_once_comes_in_once(cast: Cast, opened: bool) -> None:
    if opened:
        bring("deposit_transactions", "流水号,账号,交易日期,发生额\nT0,A1,2026-10-01,0.00")
    first, second = preview("deposit_transactions", POSTINGS), preview("deposit_transactions", POSTINGS)
    results = at_once(lambda: apply_batch(actor=SYSTEM, batch=first), lambda: apply_batch(actor=SYSTEM, batch=second))
    _came_in_once(results)


def test_the_same_file_brought_from_upload_to_commit_twice_at_once_comes_in_once(cast: Cast) -> None:
    def whole() -> ImportBatch:
        batch = upload_file(actor=SYSTEM, name="a.csv", content=[POSTINGS.encode()])
        return apply_batch(actor=SYSTEM, batch=preview_batch(actor=SYSTEM, batch=batch))

    _came_in_once(at_once(whole, whole))


def _came_in_once(results: list[object]) -> None:
    """Every row once. Who comes second reads that nothing has changed, or that somebody else has just done it."""
    applied = [result for result in results if isinstance(result, ImportBatch)]
    refused = [result for result in results if isinstance(result, RuleError)]
    assert len(applied) + len(refused) == 2 and applied
    assert sum(batch.created_count for batch in applied) == 2000
    assert total() == TOTAL_FEN and MonthClose.objects.count() == 1
    assert broken_chains() == []


def test_master_data_applied_twice_at_once_is_made_once(cast: Cast) -> None:
    text = "机构号,机构名称,类型,上级机构号,员工人数\nS09,城东信用社,城区,UNION,10\nL01,柴湖信用社,乡镇,UNION,15"
    first, second = preview("branches", text), preview("branches", text)
    results = at_once(lambda: apply_batch(actor=SYSTEM, batch=first), lambda: apply_batch(actor=SYSTEM, batch=second))
    found = sorted((batch.created_count, batch.changed_count) for batch in results if isinstance(batch, ImportBatch))
    assert found == [(0, 0), (1, 1)]
    assert Branch.objects.filter(branch_code="S09").count() == 1


def test_of_two_people_who_undo_a_file_at_once_one_does(cast: Cast) -> None:
    batch = bring("deposit_transactions", POSTINGS)
    results = at_once(*[lambda: undo_batch(actor=SYSTEM, batch=batch, reason="wrong file")] * 2)
    assert sum(isinstance(result, Conflict) for result in results) == 1
    assert not Posting.objects.exists() and TrailEntry.objects.filter(action="undo_batch").count() == 1


def test_a_file_that_is_put_aside_and_applied_at_once_is_one_of_the_two(cast: Cast) -> None:
    batch = preview("deposit_transactions", POSTINGS)
    results = at_once(lambda: discard_batch(actor=SYSTEM, batch=batch), lambda: apply_batch(actor=SYSTEM, batch=batch))
    assert sum(isinstance(result, Conflict) for result in results) == 1
    batch.refresh_from_db()
    assert Posting.objects.count() == {"applied": 2000, "discarded": 0}[batch.state]
