"""The laws of the ledgers while many write at once: threads of their own, committed, by action and by raw SQL."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from django.db.models import Sum

from common.errors import RuleError
from common.laws import obeying_laws
from common.months import Month
from deposits.actions import assign_account
from deposits.models import AccountMonth, Attribution, DepositAccount, Posting
from organization.actions.months import mark_stale, open_months
from organization.models import ImportBatch, MonthClose
from organization.queries import earliest_open_months
from tests.cast import Cast
from tests.ledgers import close, compute
from tests.make import OCTOBER, make_account, make_attribution, make_batch, make_posting

MANY = 200
THREADS = 40


def all_at_once(work: Callable[[int], Any], number: int = MANY) -> list[Any]:
    """What each piece of work returned, or the error it ended with; forty at a time, begun together."""
    gate = threading.Barrier(min(THREADS, number))

    def one(piece: int) -> Any:
        if piece < gate.parties:
            gate.wait()
        try:
            return work(piece)
        except (RuleError, DatabaseError) as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(gate.parties) as pool:
        return list(pool.map(one, range(number)))


@pytest.fixture
def account(own_cast: Cast) -> DepositAccount:
    return make_account(own_cast.south, "A1")


def first_day_of(piece: int) -> dt.date:
    """Another day for each, all of them open ended: they meet on the last."""
    return dt.date(2026, 1, 1) + dt.timedelta(piece)


def shares_on_the_last_day(account: DepositAccount) -> int:
    return sum(Attribution.objects.filter(account=account).values_list("share_bp", flat=True))


def test_two_hundred_attributions_of_one_account_at_once_reach_the_whole_and_no_more(
    own_cast: Cast, account: DepositAccount
) -> None:
    clerk = own_cast.actor("chen")

    def attribute(piece: int) -> Attribution:
        account_again = DepositAccount.objects.select_related("branch").get(pk=account.pk)
        return assign_account(
            actor=clerk, account=account_again, manager=own_cast.wang, first_day=first_day_of(piece), share_bp=100
        )

    results = all_at_once(attribute)
    refused = [result for result in results if not isinstance(result, Attribution)]
    assert len(refused) == 100
    assert {str(one) for one in refused} == {"On some day the shares of this account would sum to more than 100 %."}
    assert shares_on_the_last_day(account) == 10_000


def test_the_limit_holds_against_raw_sql_too(own_cast: Cast, account: DepositAccount) -> None:
    def insert(piece: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO deposits_attribution (account_id, branch_id, manager_id, first_day, share_bp, basis)"
                " VALUES (%s, %s, %s, %s, 100, 'assigned')",
                [account.pk, account.branch_id, own_cast.wang.pk, first_day_of(piece)],
            )
        return piece

    results = all_at_once(insert)
    refused = [result for result in results if not isinstance(result, int)]
    assert all("attribution_shares_within_whole" in repr(one.__cause__.diag.constraint_name) for one in refused)
    assert len(refused) == 100
    assert shares_on_the_last_day(account) == 10_000


def test_two_who_raise_different_attributions_at_once_do_not_pass_the_whole_together(
    own_cast: Cast, account: DepositAccount
) -> None:
    held = [make_attribution(account, manager, "2026-01-01", share_bp=4000) for manager in (own_cast.wang, own_cast.li)]
    for _round in range(5):
        Attribution.objects.update(share_bp=4000)

        def raise_share(piece: int) -> int:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE deposits_attribution SET share_bp = 6000 WHERE id = %s", [held[piece].pk])
            return piece

        results = all_at_once(raise_share, 2)
        assert sum(isinstance(result, IntegrityError) for result in results) == 1
        assert shares_on_the_last_day(account) == 10_000


def test_another_isolation_level_is_refused_since_the_law_would_not_hold_under_it(
    own_cast: Cast, account: DepositAccount
) -> None:
    @transaction.atomic
    def attribute() -> None:
        connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        make_attribution(account, own_cast.wang)

    with pytest.raises(IntegrityError, match="read committed"):
        attribute()


def arrive(account: DepositAccount, batch: ImportBatch, serial: str, *, telling: bool) -> dt.date:
    """One posting of the 5th of October as an import brings it; after a refusal it looks again. Returns its entry day.

    Shape: telling marks the months stale as actions do; a raw writer does not.
    """
    day = dt.date(2026, 10, 5)
    while True:
        earliest = earliest_open_months([account.branch_id]).get(account.branch_id)
        entered_on = max(day, earliest.first_day) if earliest else day
        try:
            with obeying_laws(), transaction.atomic():
                if telling:
                    open_months(pairs=[(account.branch_id, Month.of(entered_on))])
                    mark_stale(first_days=[(account.branch_id, Month.of(entered_on))])
                Posting.objects.create(
                    account=account,
                    branch_id=account.branch_id,
                    posted_on=day,
                    entered_on=entered_on,
                    value_on=day,
                    serial_no=serial,
                    amount_fen=100,
                    batch=batch,
                    row_no=1,
                )
            return entered_on
        except RuleError:
            continue


def compute_and_close(account: DepositAccount, wanted: threading.Event) -> int:
    """Closes October as soon as told, computing it again as often as postings get in between. Returns how often."""
    wanted.wait()
    attempts = 0
    while True:
        attempts += 1
        compute(account.branch, OCTOBER)
        try:
            with obeying_laws():
                close(account.branch, OCTOBER)
            return attempts
        except RuleError:
            continue


@pytest.mark.parametrize("telling", [True, False])
def test_a_posting_that_comes_while_its_month_closes_is_in_the_closed_figures_or_in_the_next_month(
    own_cast: Cast, account: DepositAccount, telling: bool
) -> None:
    batch = make_batch(own_cast.south)
    make_posting(account, "1st", "1.00", batch=batch)
    open_months(pairs=[(account.branch_id, OCTOBER.next)])
    begin = threading.Event()

    def closing(_piece: int) -> int:
        return compute_and_close(account, begin)

    def posting(piece: int) -> dt.date:
        if piece == 20:
            begin.set()
        return arrive(account, batch, f"P{piece}", telling=telling)

    with ThreadPoolExecutor(1) as closer:
        closed = closer.submit(lambda: _closing_connections(closing))
        entered = all_at_once(posting, 120)
        begin.set()
        assert closed.result(timeout=60) >= 1
    assert all(isinstance(one, dt.date) for one in entered), entered
    compute(account.branch, OCTOBER.next)
    october, november = AccountMonth.objects.order_by("month")
    in_october = Posting.objects.filter(account=account, entered_on__lte=OCTOBER.last_day)
    in_november = Posting.objects.filter(account=account, entered_on__gt=OCTOBER.last_day)
    assert october.closing_fen == in_october.aggregate(sum=Sum("amount_fen"))["sum"]
    assert november.closing_fen == 100 * 121
    assert november.closing_fen - november.opening_fen == 100 * in_november.count()
    assert set(in_november.values_list("entered_on", flat=True)) <= {OCTOBER.next.first_day}
    # Whenever they came, over the two months together the 积数 is what it had been in time.
    assert october.accumulated_fen_days + november.accumulated_fen_days == 100 * (31 + 30) + 120 * 100 * (27 + 30)


def _closing_connections(work: Callable[[int], int]) -> int:
    try:
        return work(0)
    finally:
        connections.close_all()


def test_a_posting_on_its_way_holds_a_closing_back_and_a_closing_on_its_way_holds_postings_back(
    own_cast: Cast, account: DepositAccount
) -> None:
    make_posting(account, "1st", "1.00")
    compute(account.branch, OCTOBER)

    def close_at_once(_piece: int) -> str:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
            close(account.branch, OCTOBER)
        return "closed"

    def post_at_once(_piece: int) -> str:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
            make_posting(account, "5th", "1.00")
        return "posted"

    with transaction.atomic():
        make_posting(account, "5th", "1.00")
        (held,) = all_at_once(close_at_once, 1)
        assert "lock timeout" in str(held)
    compute(account.branch, OCTOBER)
    with transaction.atomic():
        close(account.branch, OCTOBER)
        (held,) = all_at_once(post_at_once, 1)
        assert "lock timeout" in str(held)
    (refused,) = all_at_once(post_at_once, 1)
    assert isinstance(refused, IntegrityError)


def test_a_month_whose_figures_are_not_the_ledgers_does_not_close_and_says_so(
    own_cast: Cast, account: DepositAccount
) -> None:
    make_posting(account, "1st", "1.00")
    compute(account.branch, OCTOBER)
    make_posting(account, "5th", "1.00")
    with pytest.raises(RuleError, match="Run the month end again"), obeying_laws():
        close(account.branch, OCTOBER)
    compute(account.branch, OCTOBER)
    # What this month opens with has changed, in a month that nobody has opened.
    day = dt.date(2026, 9, 5)
    days = {"posted_on": day, "entered_on": day, "value_on": day}
    Posting.objects.create(
        account=account, branch=own_cast.south, serial_no="S1", amount_fen=1, batch=make_batch(), row_no=1, **days
    )
    with pytest.raises(RuleError, match="Run the month end again"), obeying_laws():
        close(account.branch, OCTOBER)


def test_many_who_compute_open_and_bring_in_at_once_neither_block_each_other_for_good_nor_lose_anything(
    own_cast: Cast, account: DepositAccount
) -> None:
    """A month that is made and computed while a posting arrives before it is stale afterwards, or has it."""
    batch = make_batch(own_cast.south)
    months = [OCTOBER, OCTOBER.next, OCTOBER.next.next]

    def work(piece: int) -> object:
        if piece % 2:
            return compute(account.branch, months[piece % 3])
        return arrive(account, batch, f"P{piece}", telling=True)

    results = all_at_once(work, 60)
    assert not [result for result in results if isinstance(result, Exception)]
    current = MonthClose.objects.filter(branch=account.branch, computed_at__isnull=False, stale=False)
    whole = Posting.objects.aggregate(sum=Sum("amount_fen"))["sum"]
    assert whole == 100 * 30
    for month in current.values_list("month", flat=True):
        assert AccountMonth.objects.get(month=month).closing_fen == whole
