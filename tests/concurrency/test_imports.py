"""Files that come in at the same moment, or whose worker dies half-way: one result, whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connections

from common.errors import Conflict, RuleError
from config.env import PROJECT_DIR
from customers.models import Customer
from deposits.models import Attribution, DepositAccount, Posting
from organization.actions.batches import apply_batch, undo_batch
from organization.models import ImportBatch, StoredFile, TrailEntry
from organization.rules import SYSTEM
from tests.cast import Cast, assemble
from tests.files import bring, preview
from tests.make import make_account
from tests.waiting import wait_until

POSTINGS = "serial_no,account_no,date,amount\n"


@pytest.fixture
def cast(own_database: str) -> Cast:
    return assemble()


@pytest.fixture
def account(cast: Cast) -> DepositAccount:
    return make_account(cast.south, "A1")


def at_once(*calls: Callable[[], object]) -> list[object]:
    """What each call returned or raised, all started at the same moment in threads of their own."""
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        try:
            gate.wait()
            return call()
        except RuleError as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def some_postings(count: int) -> str:
    return POSTINGS + "".join(f"T{number},A1,2026-10-{1 + number % 28:02d},1.00\n" for number in range(count))


def test_one_batch_applied_by_two_people_at_once_comes_in_once(cast: Cast, account: DepositAccount) -> None:
    batch = preview("deposit_transactions", some_postings(500))
    results = at_once(*[lambda: apply_batch(actor=SYSTEM, batch=batch)] * 2)
    won = [result for result in results if isinstance(result, ImportBatch)]
    lost = [result for result in results if isinstance(result, Conflict)]
    assert (len(won), len(lost), Posting.objects.count()) == (1, 1, 500)
    # In the language of the installation: a thread of its own speaks that. The file is named.
    assert "deposit_transactions.csv" in str(lost[0])
    assert TrailEntry.objects.filter(action="apply_batch").count() == 1


@pytest.mark.parametrize(
    ("kind", "text", "rows"),
    [
        ("deposit_transactions", some_postings(300), lambda: Posting.objects.count()),
        (
            "customers",
            "customer_no,name,kind,branch_code\n" + "".join(f"K{n},Name {n},individual,S01\n" for n in range(300)),
            lambda: Customer.objects.filter(customer_no__startswith="K").count(),
        ),
    ],
)
def test_the_same_file_sent_twice_at_once_comes_in_once(
    cast: Cast, account: DepositAccount, kind: str, text: str, rows: Callable[[], int]
) -> None:
    results = at_once(*[lambda: bring(kind, text)] * 2)
    batches = [result for result in results if isinstance(result, ImportBatch)]
    assert len(batches) == 2, results
    assert sorted((batch.created_count, batch.unchanged_count) for batch in batches) == [(0, 300), (300, 0)]
    assert rows() == 300


def test_two_files_that_share_an_account_hundred_percent_each_end_with_one_in(
    cast: Cast, account: DepositAccount
) -> None:
    head = "account_no,manager_no,from,share\n"
    results = at_once(
        lambda: bring("attributions", f"{head}A1,S101,2026-10-01,100\n"),
        lambda: bring("attributions", f"{head}A1,S102,2026-10-01,100\n"),
    )
    refused = [result for result in results if isinstance(result, RuleError)]
    assert (len(refused), Attribution.objects.count()) == (1, 1), results


def test_of_two_who_undo_at_once_one_does_and_the_rows_go_once(cast: Cast, account: DepositAccount) -> None:
    batch = bring("deposit_transactions", some_postings(50))
    results = at_once(*[lambda: undo_batch(actor=SYSTEM, batch=batch, reason="twice")] * 2)
    assert sum(isinstance(result, Conflict) for result in results) == 1
    assert Posting.objects.count() == 0


_APPLY = """
import django; django.setup()
from organization.actions.batches import apply_batch
from organization.models import ImportBatch
from organization.rules import SYSTEM
apply_batch(actor=SYSTEM, batch=ImportBatch.objects.get())
"""


def test_a_worker_killed_while_it_applies_leaves_nothing_and_the_next_brings_in_all(
    cast: Cast, account: DepositAccount, tmp_path: Path
) -> None:
    batch = preview("deposit_transactions", some_postings(30_000))
    connections.close_all()
    environ = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    worker = subprocess.Popen([sys.executable, "-c", _APPLY], cwd=PROJECT_DIR, env=environ, start_new_session=True)
    # Killed once its COPY is under way, which holds the month against others.
    wait_until(lambda: worker.poll() is not None or _copies(), what="the worker to copy")
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    batch.refresh_from_db()
    if batch.state == ImportBatch.State.PREVIEWED:
        assert Posting.objects.count() == 0
        apply_batch(actor=SYSTEM, batch=batch, repeated=True)
    assert Posting.objects.count() == 30_000
    assert apply_batch(actor=SYSTEM, batch=batch, repeated=True).created_count == 30_000
    assert Posting.objects.count() == 30_000
    # The file itself stays; the checked rows have gone.
    assert StoredFile.objects.count() == 1


def _copies() -> bool:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY deposits_posting%%'")
        return bool(cursor.fetchone()[0])
