"""Whatever a file holds, its import ends in rows in, or in a sentence: through every kind, down to the database."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.errors import RuleError
from organization.actions.batches import apply_batch, preview_batch, undo_batch, upload_file
from organization.importing import ImportKind, import_kinds
from organization.models import RefusedRow
from organization.rules import SYSTEM
from tests.cast import Cast
from tests.hostile import corpus
from tests.make import make_account, make_customer, make_loan

FILES = {name: data for name, data, *_says in [*corpus.readable(), *corpus.refused()]}
BEYOND = [
    "",
    "0",
    "-1",
    "9223372036854775807",
    "92233720368547758.07",
    "-92233720368547758.08",
    "92233720368547758.08",
    "2147483648",
    "1e5",
    "NaN",
    "6.2E+18",
    "=1+1",
    "@x",
    "\\N",
    "\\.",
    "a\\b",
    'a"b',
    "'; DROP TABLE x; --",
    "\u202e右",
    "\x00",
    "\ufeff",
    "长" * 500,
    "Ａ１",
    "a1",
    "1900-01-01",
    "2999-12-31",
    "3000-01-01",
    "0000-00-00",
    "2026-02-30",
    "2999-12",
    "100",
    "33.333",
    "合计",
    "S01",
    "S101",
    "K1",
    "A1",
    "L1",
    "2026-10-01",
    "conduct",
    "综合",
]


@pytest.fixture
def stage(cast: Cast) -> Cast:
    """Things that rows may name: a customer, two accounts, a loan."""
    customer = make_customer(cast.south, "K1")
    make_account(cast.south, "A1", customer=customer)
    make_account(cast.north, "A2")
    make_loan(cast.wang, "1000.00", "L1", granted="2026-03-02", due="2026-12-20")
    return cast


def brought(kind: type[ImportKind], name: str, content: bytes) -> str:
    """How the file ended; anything but rows and sentences fails the test."""
    try:
        batch = preview_batch(
            actor=SYSTEM, batch=upload_file(actor=SYSTEM, name=name, content=[content], kind=kind.name)
        )
        batch = apply_batch(actor=SYSTEM, batch=batch, accept_good_rows=True)
    except RuleError as error:
        return str(error)
    told = batch.created_count + batch.changed_count + batch.unchanged_count + batch.refused_count
    assert told == batch.read_count
    assert RefusedRow.objects.filter(batch=batch).count() == batch.refused_count
    if batch.created_count:
        undo_batch(actor=SYSTEM, batch=batch, reason="as it was before")
    return "in"


@pytest.mark.parametrize("name", FILES)
def test_every_file_of_the_corpus_ends_in_rows_or_a_sentence(stage: Cast, name: str) -> None:
    kinds = {kind.name: kind for kind in import_kinds()}
    assert brought(kinds["deposit_daily_balances"], name, FILES[name])


@pytest.mark.parametrize("kind", import_kinds(), ids=lambda kind: kind.name)
@given(data=st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_a_cell_ends_in_a_row_or_a_sentence(
    stage: Cast, kind: type[ImportKind], data: st.DataObject
) -> None:
    columns = [column for column in kind.columns if column.required or data.draw(st.booleans())]
    cells = {column.name: st.sampled_from([*BEYOND, *_likely(column.name, column.example)]) for column in columns}
    rows = data.draw(st.lists(st.fixed_dictionaries(cells), min_size=1, max_size=6))
    text = io.StringIO()
    writer = csv.DictWriter(text, [column.name for column in columns])
    writer.writeheader()
    writer.writerows(rows)
    assert brought(kind, f"{kind.name}.csv", text.getvalue().encode())


# What makes a row good, several times over, so that whole rows come through the checks of cells.
_GOOD = {
    "branch_code": "S01",
    "customer_no": "K1",
    "account_no": "A1",
    "loan_no": "L1",
    "manager_no": "S101",
    "employee_no": "S101",
    "parent_code": "UNION",
    "parent_account_no": "A1",
}


def _likely(name: str, example: str) -> list[str]:
    return [_GOOD.get(name, example or "1")] * 40


@pytest.mark.parametrize(
    ("kind", "rows", "earlier"),
    [
        ("deposit_daily_balances", "A1,2026-10-01,92233720368547758.07\nA1,2026-10-02,-92233720368547758.08", ""),
        ("deposit_daily_balances", "A1,2026-10-01,-92233720368547758.08", "T1,A1,2026-09-01,92233720368547758.07"),
        ("deposit_balances", "A1,2026-10-01,-92233720368547758.08", "T1,A1,2026-10-01,92233720368547758.07"),
        (
            "deposit_daily_balances",
            "A1,2026-10-01,0.00",
            "T1,A1,2026-09-01,92233720368547758.07\nT2,A1,2026-09-01,92233720368547758.07",
        ),
    ],
)
def test_a_difference_beyond_64_bits_is_a_sentence(stage: Cast, kind: str, rows: str, earlier: str) -> None:
    kinds = {each.name: each for each in import_kinds()}
    if earlier:
        text = f"serial_no,account_no,date,amount\n{earlier}\n"
        batch = upload_file(actor=SYSTEM, name="before.csv", content=[text.encode()], kind="deposit_transactions")
        apply_batch(actor=SYSTEM, batch=preview_batch(actor=SYSTEM, batch=batch))
    assert brought(kinds[kind], f"{kind}.csv", f"account_no,date,balance\n{rows}\n".encode())
