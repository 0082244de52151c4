"""The month's deposit figures in the database, held against the oracle that walks every day."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.errors import RuleError
from common.months import Month, months_between
from deposits import actions
from deposits.models import AccountMonth, AttributedMonth
from deposits.queries import month_end
from organization.actions.months import lock_month, mark_stale
from organization.models import MonthClose
from tests.cast import Cast
from tests.ledgers import (
    close,
    compute,
    copy_postings,
    store,
    stored_figures,
    stored_managers,
    stored_parts,
    sums_of,
)
from tests.make import OCTOBER, make_account, make_attribution, make_posting
from tests.oracle import ledger as oracle
from tests.oracle.ledger import Account, Attribution, Facts
from tests.oracle.real_data import berka_folder
from tests.oracle.strategies import MONTHS, ledgers, written_otherwise

BERKA_MONTHS = tuple(months_between(Month(1993, 1), Month(1993, 9)))


@pytest.fixture
def berka(db: None) -> Facts:
    return oracle.load_folder(berka_folder())


def assert_equal_to_oracle(facts: Facts, month: Month) -> None:
    parts = oracle.attributed_figures(facts, month)
    assert stored_figures(month) == oracle.month_figures(facts, month)
    assert stored_parts(month) == parts
    assert stored_managers(month) == sums_of(parts)


def assert_parts_are_the_whole(month: Month) -> None:
    whole = {no: (closing, days) for no, (_opening, closing, days) in stored_figures(month).items()}
    sums = dict.fromkeys(whole, (0, 0))
    for (account_no, _manager_no), (closing, days) in stored_parts(month).items():
        sums[account_no] = (sums[account_no][0] + closing, sums[account_no][1] + days)
    assert sums == whole


def test_every_month_of_the_real_data_equals_the_oracle_in_order(berka: Facts) -> None:
    stored = store(berka)
    for month in BERKA_MONTHS:
        for branch in stored.branches.values():
            compute(branch, month)
        assert_equal_to_oracle(berka, month)
        assert_parts_are_the_whole(month)
    totals = {
        str(month): (
            sum(one[1] for one in stored_figures(month).values()),
            sum(one[2] for one in stored_figures(month).values()),
        )
        for month in BERKA_MONTHS
    }
    # What the README of the data says, from another computation.
    assert totals["1993-01"] == (63275760, 960253060)
    assert totals["1993-03"] == (577776990, 14517761390)
    assert totals["1993-06"] == (1594619900, 47175222690)
    assert totals["1993-09"] == (2567612350, 76022754880)
    assert len(stored_figures(BERKA_MONTHS[-1])) == 858


@pytest.mark.parametrize("seed", [1, 2])
def test_months_in_any_order_and_with_gaps_give_the_same(berka: Facts, seed: int) -> None:
    stored = store(berka)
    chosen = random.Random(seed).sample(BERKA_MONTHS, 4)
    for month in chosen:
        for branch in stored.branches.values():
            compute(branch, month)
    for month in chosen:
        assert_equal_to_oracle(berka, month)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(facts=ledgers())
def test_made_up_ledgers_with_late_rows_and_value_days_equal_the_oracle(db: None, facts: Facts) -> None:
    """Postings arrive when months are closed already: closed figures stay, and all months equal the oracle at the end."""
    with transaction.atomic():
        stored = store(facts, first_month=Month.parse(MONTHS[0]), before_closing=compute)
        for name in MONTHS:
            month = Month.parse(name)
            for branch in stored.branches.values():
                if not MonthClose.objects.filter(branch=branch, month=month.first_day, state="closed").exists():
                    compute(branch, month)
            assert_equal_to_oracle(facts, month)
        transaction.set_rollback(True)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(facts=ledgers(), cut_on=st.dates(date(2024, 1, 2), date(2024, 4, 30)), month=st.sampled_from(MONTHS))
def test_how_attributions_are_written_down_does_not_matter(db: None, facts: Facts, cut_on: date, month: str) -> None:
    with transaction.atomic():
        otherwise = Facts(
            accounts=facts.accounts,
            postings=[one for one in facts.postings if one.open_from is None],
            attributions=written_otherwise(facts.attributions, cut_on),
            managers=facts.managers,
        )
        stored = store(otherwise)
        for branch in stored.branches.values():
            compute(branch, Month.parse(month))
        written_so = Facts(facts.accounts, otherwise.postings, facts.attributions, facts.managers)
        assert stored_parts(Month.parse(month)) == oracle.attributed_figures(written_so, month)
        transaction.set_rollback(True)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(facts=ledgers(), order=st.permutations(MONTHS), late=ledgers(max_accounts=1))
def test_a_posting_into_computed_months_makes_them_stale_and_the_next_run_puts_them_right(
    db: None, facts: Facts, order: list[str], late: Facts
) -> None:
    with transaction.atomic():
        in_time = [one for one in facts.postings if one.open_from is None]
        stored = store(Facts(facts.accounts, in_time, facts.attributions, facts.managers))
        for name in order[:3]:
            for branch in stored.branches.values():
                compute(branch, Month.parse(name))
        more = [
            oracle.Posting(next(iter(facts.accounts)), one.amount_fen, one.posted_on, one.value_on)
            for one in late.postings[:2]
        ]
        for one in more:
            branch_id = stored.accounts[one.account_no].branch_id
            mark_stale(first_days=[(branch_id, Month.of(one.entered_on))])
            later = MonthClose.objects.filter(branch=branch_id, month__gte=one.entered_on.replace(day=1))
            assert not later.filter(computed_at__isnull=False, stale=False).exists()
        copy_postings(more, stored)
        # Months are put right in another order than they were made in, each on what is up to date at that moment.
        for name in reversed(order):
            for branch in stored.branches.values():
                row = MonthClose.objects.filter(branch=branch, month=Month.parse(name).first_day).first()
                if row is None or row.computed_at is None or row.stale:
                    compute(branch, Month.parse(name))
        facts_now = Facts(facts.accounts, in_time + more, facts.attributions, facts.managers)
        for name in MONTHS:
            assert_equal_to_oracle(facts_now, Month.parse(name))
        transaction.set_rollback(True)


def test_one_manager_twice_on_a_day_counts_as_the_sum_of_the_shares(cast: Cast) -> None:
    account = make_account(cast.south)
    make_posting(account, "1st", "1000.01")
    make_attribution(account, cast.wang, "2020-01-01", share_bp=3333)
    make_attribution(account, cast.wang, "2020-02-01", share_bp=3334)
    make_attribution(account, cast.li, "2020-01-01", share_bp=3333)
    compute(cast.south, OCTOBER)
    parts = AttributedMonth.objects.filter(account=account).values_list("manager__employee_no", "closing_fen")
    assert sorted(parts) == [("S101", 66670), ("S102", 33331)]
    assert AccountMonth.objects.get(account=account).unattributed_closing_fen == 0


def test_amounts_near_the_limit_of_64_bits_are_divided_without_overflow(cast: Cast) -> None:
    account = make_account(cast.south)
    make_posting(account, "31st", "92000000000000000.00")
    make_attribution(account, cast.wang, "2020-01-01", share_bp=9999)
    compute(cast.south, OCTOBER)
    part = AttributedMonth.objects.get(account=account)
    assert part.closing_fen == 9_200_000_000_000_000_000 * 9999 // 10_000


def test_a_sum_beyond_64_bits_is_refused_not_wrapped(cast: Cast) -> None:
    account = make_account(cast.south)
    make_posting(account, "1st", "92000000000000000.00")
    with pytest.raises(Exception, match="out of range"), transaction.atomic():
        compute(cast.south, OCTOBER)
    assert not AccountMonth.objects.exists()


@pytest.mark.parametrize(
    ("shares", "right", "wrong"),
    [
        ((5000,), "closing - (closing / 10000 * share_bp", "closing + 1 - (closing / 10000 * share_bp"),
        ((5000, 2000), "sum(closing - ", "sum(closing + 1 - "),
    ],
    ids=["divided where it stands", "divided by lots"],
)
def test_figures_that_do_not_add_up_are_not_stored(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, shares: tuple[int, ...], right: str, wrong: str
) -> None:
    """The proof reads what was stored: break the rest, and the month end refuses itself."""
    account = make_account(cast.south)
    make_posting(account, "1st", "1000.00")
    for manager, share_bp in zip((cast.wang, cast.li), shares, strict=False):
        make_attribution(account, manager, share_bp=share_bp)
    assert month_end.MONTH_FIGURES.count(right) == 1
    monkeypatch.setattr(month_end, "MONTH_FIGURES", month_end.MONTH_FIGURES.replace(right, wrong))
    with pytest.raises(ArithmeticError, match="S01"):
        compute(cast.south, OCTOBER)
    assert not AccountMonth.objects.exists()


def test_the_opening_comes_from_the_month_before_where_that_is_up_to_date_and_from_the_ledger_where_not(
    cast: Cast,
) -> None:
    account = make_account(cast.south)
    make_posting(account, "2026-09-05", "100.00")
    compute(cast.south, OCTOBER.previous)
    before = AccountMonth.objects.filter(account=account, month=OCTOBER.previous.first_day)
    # A figure that no posting gives shows which of the two was read.
    before.update(closing_fen=7, unattributed_closing_fen=7)
    compute(cast.south, OCTOBER)
    opening = AccountMonth.objects.filter(account=account, month=OCTOBER.first_day).values_list(
        "opening_fen", flat=True
    )
    assert opening.get() == 7
    mark_stale(first_days=[(cast.south.pk, OCTOBER.previous)])
    compute(cast.south, OCTOBER)
    assert opening.get() == 10000


def test_a_run_replaces_the_month_of_its_branch_and_no_other(cast: Cast) -> None:
    south, north = make_account(cast.south), make_account(cast.north)
    for account in (south, north):
        make_posting(account, "5th", "10.00")
        for month in (OCTOBER, OCTOBER.next):
            compute(account.branch, month)
    kept = AccountMonth.objects.exclude(branch=cast.south, month=OCTOBER.first_day)
    before = list(kept.values_list())
    mark_stale(first_days=[(cast.south.pk, OCTOBER)])
    make_posting(south, "6th", "5.00")
    compute(cast.south, OCTOBER)
    assert list(kept.values_list()) == before
    assert AccountMonth.objects.get(account=south, month=OCTOBER.first_day).closing_fen == 1500


def test_postings_outside_the_days_of_an_account_count(cast: Cast) -> None:
    early = make_account(cast.south, opened="2026-11-05")
    late = make_account(cast.south, opened="2020-01-01", closed="2026-09-10")
    gone = make_account(cast.south, opened="2020-01-01", closed="2026-09-10")
    make_posting(early, "3rd", "1.00")
    make_posting(late, "4th", "2.00")
    compute(cast.south, OCTOBER)
    figures = dict(AccountMonth.objects.values_list("account__account_no", "closing_fen"))
    assert figures == {early.account_no: 100, late.account_no: 200}
    assert gone.account_no not in figures


def test_who_is_no_clerk_of_the_branch_computes_nothing(cast: Cast) -> None:
    with transaction.atomic():
        row = lock_month(branch_id=cast.south.pk, month=OCTOBER)
        for name in ("wang", "sun", "he", "song", "qian"):
            with pytest.raises(RuleError):
                actions.compute_month(actor=cast.actor(name), branch=cast.south, month=OCTOBER, row=row)


def test_figures_of_a_closed_month_are_neither_replaced_nor_changed_nor_removed(cast: Cast) -> None:
    account = make_account(cast.south)
    make_posting(account, "5th", "10.00")
    make_attribution(account, cast.wang)
    compute(cast.south, OCTOBER)
    close(cast.south, OCTOBER)
    for statement in (
        "UPDATE deposits_accountmonth SET closing_fen = 0",
        "UPDATE deposits_attributedmonth SET closing_fen = 0",
        "UPDATE deposits_managermonth SET closing_fen = 0",
        "DELETE FROM deposits_accountmonth",
        "DELETE FROM deposits_attributedmonth",
        "DELETE FROM deposits_managermonth",
        "INSERT INTO deposits_managermonth (month, branch_id, manager_id, accounts, closing_fen, accumulated_fen_days,"
        " adjustment_fen_days) SELECT month, branch_id, %s, 1, 1, 1, 1 FROM deposits_managermonth",
    ):
        values = [cast.li.pk] if "%s" in statement else None
        with pytest.raises(IntegrityError, match="closed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)


def test_the_first_run_of_an_empty_month_at_scale_needs_no_nested_loop_over_tables_without_statistics(
    db: None,
) -> None:
    """Nothing has been analysed: neither the rows that came in a moment ago nor the results of other branches."""
    branch_code, managers = "B1", {f"B1M{number}": ("B1", date(2020, 1, 1), None) for number in range(20)}
    numbers = [f"A{number:05d}" for number in range(3000)]
    facts = Facts(
        accounts={no: Account(branch_code, date(2020, 1, 1)) for no in numbers},
        postings=[
            oracle.Posting(no, 100 + index, day, day)
            for index, no in enumerate(numbers)
            for day in (date(2024, 1, 1 + (index + turn) % 31) for turn in range(3))
        ],
        attributions=[
            Attribution(no, f"B1M{index % 20}", date(2023, 1, 1), None if index % 7 else date(2024, 1, 17), 9000)
            for index, no in enumerate(numbers)
        ],
        managers=managers,
    )
    stored = store(facts)
    branch = stored.branches["B1"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples <= 0 FROM pg_class WHERE oid = 'deposits_posting'::regclass")
        assert cursor.fetchone() == (True,)
    plans: list[Any] = []
    with connection.execute_wrapper(partial(_explained, plans)):
        compute(branch, Month(2024, 1))
    joins = [node for plan in plans for node in _nodes(plan) if node["Node Type"] == "Nested Loop"]
    # The one that there is goes through the three edges of an attribution.
    assert all("Values Scan" in {below["Node Type"] for below in join["Plans"]} for join in joins)
    assert len(plans) == 2
    assert AccountMonth.objects.count() == len(numbers)
    assert AttributedMonth.objects.count() == len(numbers)


def _explained(plans: list[Any], execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """Lets the plan of each month statement be said before it is done."""
    if "INSERT INTO deposits_accountmonth" in sql or "INSERT INTO loans_loanmonth" in sql:
        execute(f"EXPLAIN (FORMAT JSON) {sql}", params, many, context)
        plans.append(context["cursor"].fetchone()[0][0]["Plan"])
    return execute(sql, params, many, context)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)
