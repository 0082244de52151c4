"""Ledgers made from reported balances: what the core system said of a day is what the ledger says of it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.errors import RuleError
from deposits.models import Attribution, DepositAccount, Posting
from organization.actions.batches import undo_batch
from organization.models import MonthClose
from organization.rules import SYSTEM
from tests.cast import Cast
from tests.english import english
from tests.files import bring, preview, reasons
from tests.make import make_account, make_attribution, make_posting

__all__ = ["english"]

OCTOBER_1 = dt.date(2026, 10, 1)
DAILY = "账号,日期,余额\n"
POSTINGS = "流水号,账号,交易日期,发生额\n"


@pytest.fixture
def account(cast: Cast) -> DepositAccount:
    return make_account(cast.south, "A1")


def balance(account: DepositAccount, day: dt.date) -> int:
    return sum(Posting.objects.filter(account=account, posted_on__lte=day).values_list("amount_fen", flat=True))


# Balances of two accounts by day of October, in which rows stand as chance will have it; and where the month is cut into
# two files.
@given(
    reported=st.dictionaries(
        st.tuples(st.sampled_from(["A1", "A2"]), st.integers(0, 30)), st.integers(-(10**9), 10**9), max_size=25
    ),
    cut=st.integers(0, 30),
    shuffled=st.randoms(use_true_random=False),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_daily_balances_in_any_order_of_rows_give_the_balances_reported(
    cast: Cast, reported: dict[tuple[str, int], int], cut: int, shuffled: object
) -> None:
    Posting.objects.all().delete()
    accounts = {
        number: DepositAccount.objects.filter(account_no=number).first() or make_account(cast.south, number)
        for number in ("A1", "A2")
    }
    make_posting(accounts["A1"], "2026-09-30", "12.34")
    for wanted in (lambda day: day < cut, lambda day: day >= cut):
        rows = [(number, day, fen) for (number, day), fen in reported.items() if wanted(day)]
        shuffled.shuffle(rows)
        lines = [f"{number},{OCTOBER_1 + dt.timedelta(day)},{fen / 100:.2f}" for number, day, fen in rows]
        batch = bring("deposit_daily_balances", DAILY + "\n".join(lines))
        assert (batch.created_count, batch.refused_count) == (len(rows), 0)
        assert preview("deposit_daily_balances", DAILY + "\n".join(lines)).unchanged_count == len(rows)
    for (number, day), fen in reported.items():
        assert balance(accounts[number], OCTOBER_1 + dt.timedelta(day)) == fen


def test_a_day_before_the_latest_balance_is_refused_and_does_not_disturb_the_others(account: DepositAccount) -> None:
    bring("deposit_daily_balances", f"{DAILY}A1,2026-10-01,100.00\nA1,2026-10-05,150.00")
    text = f"{DAILY}A1,2026-10-03,120.00\nA1,2026-10-07,175.00"
    batch = bring("deposit_daily_balances", text, good_rows=True)
    assert reasons(batch) == [
        (2, "日期", "Balances up to 2026-10-05 are already in; days come in order. Correct it by a posting.")
    ]
    assert balance(account, dt.date(2026, 10, 7)) == 175_00
    assert balance(account, dt.date(2026, 10, 3)) == 100_00


def test_two_balances_of_one_day_in_one_file_are_both_refused_and_do_not_disturb_the_others(
    account: DepositAccount,
) -> None:
    text = f"{DAILY}A1,2026-10-01,100.00\nA1,2026-10-03,1.00\nA1,2026-10-03,2.00\nA1,2026-10-04,130.00"
    batch = bring("deposit_daily_balances", text, good_rows=True)
    assert [(row, "says something else" in why) for row, _column, why in reasons(batch)] == [(3, True), (4, True)]
    assert balance(account, dt.date(2026, 10, 4)) == 130_00


def test_a_balance_of_a_day_that_came_in_otherwise_is_refused(account: DepositAccount) -> None:
    bring("deposit_daily_balances", f"{DAILY}A1,2026-10-01,100.00")
    batch = preview("deposit_daily_balances", f"{DAILY}A1,2026-10-01,100.01")
    assert "already come in with another amount" in reasons(batch)[0][2]


def test_postings_are_not_undone_under_a_balance_that_was_set_over_them(account: DepositAccount) -> None:
    postings = bring("deposit_transactions", f"{POSTINGS}T1,A1,2026-10-01,40.00")
    daily = bring("deposit_daily_balances", f"{DAILY}A1,2026-10-02,100.00")
    with pytest.raises(RuleError, match="account A1 on 2026-10-02 was set over row 2"):
        undo_batch(actor=SYSTEM, batch=postings, reason="wrong file")
    undo_batch(actor=SYSTEM, batch=daily, reason="wrong file")
    undo_batch(actor=SYSTEM, batch=postings, reason="wrong file")
    assert not Posting.objects.exists()


def test_postings_of_the_opening_day_that_were_there_first_stay_unchanged(account: DepositAccount) -> None:
    text = f"{POSTINGS}T1,A1,2026-10-01,40.00\nT2,A1,2026-10-02,5.00"
    bring("deposit_transactions", text)
    bring("deposit_balances", f"{DAILY}A1,2026-10-01,1000.00")
    assert balance(account, OCTOBER_1) == 1000_00
    again = preview("deposit_transactions", text)
    assert (again.unchanged_count, again.refused_count) == (2, 0)
    late = preview("deposit_transactions", f"{POSTINGS}T9,A1,2026-10-01,1.00")
    assert "opens with its balance of 2026-10-01" in reasons(late)[0][2]


def test_there_is_no_balance_before_the_opening_of_a_ledger(account: DepositAccount) -> None:
    bring("deposit_balances", f"{DAILY}A1,2026-09-30,1000.00")
    batch = preview("deposit_balances", f"{DAILY}A1,2026-08-31,900.00")
    assert "opens with its balance of 2026-09-30; there is none before" in reasons(batch)[0][2]


def test_an_opening_in_a_closed_month_is_entered_on_the_first_open_day(cast: Cast, account: DepositAccount) -> None:
    MonthClose.objects.create(
        branch=cast.south,
        month="2026-09-01",
        state="closed",
        computed_by=cast.chen,
        approved_by=cast.zhou,
        closed_by=cast.zhou,
        closed_at=dt.datetime(2026, 10, 2, tzinfo=dt.UTC),
        digest="0" * 64,
    )
    batch = bring("deposit_balances", f"{DAILY}A1,2026-08-31,1000.00")
    posting = Posting.objects.get()
    assert (posting.posted_on, posting.entered_on) == (dt.date(2026, 8, 31), OCTOBER_1)
    assert batch.held_over_count == 1
    assert "1 rows are dated in a closed month. They are entered on 2026-10-01" in batch.findings["notes"][-1]


def test_another_basis_of_an_attribution_is_a_change_that_touches_no_figure(
    cast: Cast, account: DepositAccount
) -> None:
    make_attribution(account, cast.wang, "2026-09-01")
    batch = bring("attributions", "账号,客户经理工号,起始日,来源\nA1,S101,2026-09-01,新增")
    assert (batch.changed_count, batch.findings["months"]) == (1, {})
    assert Attribution.objects.get().basis == "developed"


def test_a_preview_asks_as_few_questions_for_many_rows_as_for_few(cast: Cast) -> None:
    for number in range(40):
        make_account(cast.south, f"A{number}")
    counts = []
    for rows in (2, 4_000):
        lines = "\n".join(f"T{n},A{n % 40},2026-10-0{1 + n % 9},{n}.00" for n in range(rows))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            preview("deposit_transactions", POSTINGS + lines)
        counts.append(len(asked))
    assert counts[0] == counts[1]
