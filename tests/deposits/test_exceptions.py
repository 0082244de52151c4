"""What a run marks out, and differences from the general ledger until a second person accepts them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from common.errors import Conflict, RuleError
from deposits.actions import accept_control_difference
from deposits.models import BalanceControl, ControlTotal, Posting
from deposits.queries.exceptions import (
    ExceptionKind,
    control_days,
    exception_counts,
    exceptions,
    month_exceptions,
    open_control_differences,
)
from organization.models import Branch, Employee
from tests.cast import Cast
from tests.ledgers import compute
from tests.make import OCTOBER, make_account, make_attribution, make_batch, make_posting


def found(branch: Branch, kind: ExceptionKind) -> list[tuple[str, str, int, int | None]]:
    assert exception_counts(branch, OCTOBER)[kind] == len(month_exceptions(branch, OCTOBER, [kind]))
    return [
        (one.account_no, str(one.day), one.ledger_fen, one.reported_fen)
        for one in month_exceptions(branch, OCTOBER, [kind])
    ]


def make_control(branch: Branch, balance_fen: int, accounts: int, brought_by: Employee | None = None) -> ControlTotal:
    return ControlTotal.objects.create(
        branch=branch,
        day=OCTOBER.last_day,
        accounts=accounts,
        balance_fen=balance_fen,
        brought_by=brought_by,
        batch=make_batch(branch),
        row_no=1,
    )


def test_an_account_below_zero_on_any_day_is_named_with_its_first_day_and_lowest_balance(cast: Cast) -> None:
    dips, opened_below, fine = (make_account(cast.south, no) for no in ("A1", "A2", "A3"))
    for account, days in (
        (dips, (("3rd", "100"), ("5th", "-300"), ("9th", "250"))),
        (opened_below, (("2026-09-30", "-7"), ("8th", "10"))),
        (fine, (("1st", "-5"), ("1st", "5"), ("2nd", "1"))),
    ):
        for day, amount in days:
            make_posting(account, day, amount)
    compute(cast.south, OCTOBER)
    assert found(cast.south, ExceptionKind.OVERDRAWN) == [
        ("A1", "2026-10-05", -20000, None),
        ("A2", "2026-10-01", -700, None),
    ]


def test_an_account_that_nobody_owns_as_a_whole_is_named(cast: Cast) -> None:
    whole, half, nobodys = (make_account(cast.south, no) for no in ("A1", "A2", "A3"))
    make_attribution(whole, cast.wang)
    make_attribution(half, cast.wang, share_bp=5000)
    for account in (whole, half, nobodys):
        make_posting(account, "31st", "2.00")
    compute(cast.south, OCTOBER)
    assert found(cast.south, ExceptionKind.UNATTRIBUTED) == [
        ("A2", "2026-10-01", 100, 200),
        ("A3", "2026-10-01", 200, 200),
    ]


def test_postings_before_the_opening_and_after_the_closing_day_are_named(cast: Cast) -> None:
    account = make_account(cast.south, "A1", opened="2026-10-05", closed="2026-10-20")
    for day in ("4th", "5th", "20th", "21st"):
        make_posting(account, day, "1.00")
    compute(cast.south, OCTOBER)
    assert [one[1] for one in found(cast.south, ExceptionKind.OUTSIDE)] == ["2026-10-04", "2026-10-21"]


def test_a_reported_balance_that_the_ledger_does_not_have_is_named(cast: Cast) -> None:
    account = make_account(cast.south, "A1")
    make_posting(account, "2026-09-10", "3.00")
    make_posting(account, "5th", "1.00")
    for day, balance_fen in ((4, 300), (5, 401)):
        BalanceControl.objects.create(
            account=account,
            branch=cast.south,
            day=dt.date(2026, 10, day),
            balance_fen=balance_fen,
            batch=make_batch(cast.south),
            row_no=1,
        )
    compute(cast.south, OCTOBER)
    assert found(cast.south, ExceptionKind.BALANCE_CONTROL) == [("A1", "2026-10-05", 400, 401)]


@pytest.mark.parametrize(
    ("balances", "differs"),
    [((100, 350), False), ((350, 100), False), ((100, 351), True), ((None, 350), False), ((None, None), False)],
)
def test_a_balance_after_the_postings_of_a_day_is_held_against_the_ledger(
    cast: Cast, balances: tuple[int | None, int | None], differs: bool
) -> None:
    """Files need not be in order of time: the day agrees when one of its postings leaves the ledger's balance."""
    account = make_account(cast.south, "A1")
    batch = make_batch(cast.south)
    make_posting(account, "2026-09-30", "1.00", batch=batch)
    for number, (amount, balance) in enumerate(zip((0, 250), balances, strict=True)):
        make_posting(account, "1st", "0.00", batch=batch)
        Posting.objects.create(
            account=account,
            branch=cast.south,
            posted_on=dt.date(2026, 10, 5),
            entered_on=dt.date(2026, 10, 5),
            value_on=dt.date(2026, 10, 5),
            serial_no=f"S{number}",
            amount_fen=amount,
            balance_fen=balance,
            batch=batch,
            row_no=number,
        )
    compute(cast.south, OCTOBER)
    assert bool(found(cast.south, ExceptionKind.POSTING_BALANCE)) is differs


def test_a_control_total_is_held_against_the_ledger_at_the_end_of_its_day(cast: Cast) -> None:
    account = make_account(cast.south)
    make_account(cast.south, opened="2026-01-01", closed="2026-10-31")
    make_account(cast.south, opened="2026-11-01")
    make_posting(account, "2026-09-05", "5.00")
    make_posting(account, "31st", "1.00")
    make_posting(account, "2026-11-01", "9.00")
    control = make_control(cast.south, 600, 1)
    assert not open_control_differences(cast.south, OCTOBER)
    ControlTotal.objects.filter(pk=control.pk).update(balance_fen=601)
    (day,) = control_days(cast.south, OCTOBER)
    assert (day.difference_fen, day.difference_accounts, day.differs) == (-1, 0, True)
    assert found(cast.south, ExceptionKind.CONTROL_TOTAL) == [("", "2026-10-31", 600, 601)]
    ControlTotal.objects.filter(pk=control.pk).update(balance_fen=600, accounts=2)
    assert [one.difference_accounts for one in open_control_differences(cast.south, OCTOBER)] == [-1]


def test_a_second_person_accepts_a_difference_with_a_reason(cast: Cast) -> None:
    control = make_control(cast.south, 1, 0, brought_by=cast.chen)
    director = cast.actor("zhou")
    with pytest.raises(RuleError, match="why"):
        accept_control_difference(actor=director, control=control, explanation=" ")
    for name in ("chen", "wang", "sun", "wu"):
        with pytest.raises(RuleError, match="director"):
            accept_control_difference(actor=cast.actor(name), control=control, explanation="interest in transit")
    accept_control_difference(actor=director, control=control, explanation="interest in transit")
    assert not open_control_differences(cast.south, OCTOBER)
    with pytest.raises(Conflict):
        accept_control_difference(actor=director, control=control, explanation="again")


def test_who_brought_a_control_total_in_does_not_accept_its_difference_by_action_and_by_law(cast: Cast) -> None:
    control = make_control(cast.south, 1, 0, brought_by=cast.zhou)
    with pytest.raises(RuleError, match="another person"):
        accept_control_difference(actor=cast.actor("zhou"), control=control, explanation="mine")
    with pytest.raises(IntegrityError, match="by_another"), transaction.atomic():
        ControlTotal.objects.filter(pk=control.pk).update(accepted_by=cast.zhou, explanation="mine")


def test_a_control_total_that_agrees_needs_no_acceptance(cast: Cast) -> None:
    control = make_control(cast.south, 0, 0, brought_by=cast.chen)
    with pytest.raises(RuleError, match="agrees"):
        accept_control_difference(actor=cast.actor("zhou"), control=control, explanation="nothing")


def test_exceptions_are_for_those_who_read_the_business_of_the_branch(cast: Cast) -> None:
    make_posting(make_account(cast.south), "5th", "-1.00")
    compute(cast.south, OCTOBER)
    for name, sees in (("chen", True), ("zhou", True), ("qian", True), ("wang", False), ("sun", False), ("he", False)):
        assert bool(exceptions(cast.actor(name), cast.south, OCTOBER)) is sees, name
