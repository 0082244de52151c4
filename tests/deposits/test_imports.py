"""What files of deposits do, kind by kind (formats.md, Kinds in)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from common.errors import RuleError
from deposits.models import AccountMonth, Attribution, BalanceControl, ControlTotal, DepositAccount, Posting
from managers.models import Appointment, Suspension
from organization.actions.batches import undo_batch
from organization.models import MonthClose
from organization.rules import SYSTEM
from tests.cast import Cast
from tests.english import english
from tests.files import bring, preview, reasons
from tests.make import make_account, make_attribution, make_posting

__all__ = ["english"]

OCTOBER_1 = dt.date(2026, 10, 1)


@pytest.fixture
def account(cast: Cast) -> DepositAccount:
    return make_account(cast.south, "A1")


def close(cast: Cast, month: str) -> None:
    """A closed month of the south, whatever stands in it."""
    MonthClose.objects.update_or_create(
        branch=cast.south,
        month=f"{month}-01",
        defaults={
            "state": "closed",
            "computed_by": cast.chen,
            "approved_by": cast.zhou,
            "closed_by": cast.zhou,
            "closed_at": dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
            "digest": "0" * 64,
        },
    )


@pytest.mark.parametrize(
    ("header", "cells", "fen"),
    [
        ("发生额", "2500.50", 250_050),
        ("发生额", '"-1,234.50"', -123_450),
        ("发生额", "(10.00)", -1_000),
        ("amount", "１２．５０", 1_250),
        ("贷方发生额,借方发生额", "7.00,", 700),
        ("贷方发生额,借方发生额", ",7.00", -700),
        ("借贷标志,发生额", "贷,7.00", 700),
        ("借贷标志,发生额", "借,7.00", -700),
        ("dc,amount", "D,7.00", -700),
    ],
)
def test_an_amount_comes_in_each_of_its_forms(account: DepositAccount, header: str, cells: str, fen: int) -> None:
    bring("deposit_transactions", f"流水号,账号,交易日期,{header}\nT1,A1,2026-10-05,{cells}")
    assert Posting.objects.get().amount_fen == fen


@pytest.mark.parametrize(
    ("header", "cells"),
    [("贷方发生额,借方发生额", "1.00,2.00"), ("借贷标志,发生额", "贷,-7.00"), ("发生额", "1.005"), ("发生额", "1e5")],
)
def test_an_amount_that_may_mean_two_things_is_refused(account: DepositAccount, header: str, cells: str) -> None:
    batch = preview("deposit_transactions", f"流水号,账号,交易日期,{header}\nT1,A1,2026-10-05,{cells}")
    assert batch.refused_count == 1 and batch.created_count == 0


def test_a_posting_keeps_its_file_its_row_and_its_value_day(account: DepositAccount) -> None:
    batch = bring(
        "deposit_transactions",
        "日报\n流水号,账号,交易日期,发生额,起息日\nT1,A1,2026-10-05,1.00,2026-10-02\n合计,,,1.00,",
    )
    posting = Posting.objects.get()
    assert (posting.batch_id, posting.row_no, posting.value_on) == (batch.pk, 3, dt.date(2026, 10, 2))
    assert batch.header_row == 2 and batch.findings["footers"][0][0] == 4


def test_the_same_file_again_changes_nothing(account: DepositAccount) -> None:
    text = "流水号,账号,交易日期,发生额\nT1,A1,2026-10-05,1.00\nT2,A1,2026-10-05,2.00"
    bring("deposit_transactions", text)
    again = bring("deposit_transactions", text)
    assert (again.created_count, again.unchanged_count, Posting.objects.count()) == (0, 2, 2)


def test_the_same_key_with_another_amount_is_refused(account: DepositAccount) -> None:
    bring("deposit_transactions", "流水号,账号,交易日期,发生额\nT1,A1,2026-10-05,1.00")
    batch = preview("deposit_transactions", "流水号,账号,交易日期,发生额\nT1,A1,2026-10-05,9.00")
    assert batch.refused_count == 1
    assert Posting.objects.get().amount_fen == 100


def test_both_legs_of_a_transfer_share_a_serial_number_and_serial_numbers_restart_every_day(cast: Cast) -> None:
    make_account(cast.south, "A1"), make_account(cast.south, "A2")
    bring(
        "deposit_transactions",
        """流水号,账号,交易日期,发生额,序号
        T1,A1,2026-10-05,-5.00,1
        T1,A2,2026-10-05,5.00,1
        T1,A1,2026-10-06,1.00,1
        T1,A1,2026-10-06,1.00,2""",
    )
    assert Posting.objects.count() == 4


def test_rows_with_one_key_inside_a_file_count_once_when_equal_and_are_refused_when_not(
    account: DepositAccount,
) -> None:
    same = preview("deposit_transactions", "流水号,账号,交易日期,发生额\nT1,A1,2026-10-05,1.00\nT1,A1,2026-10-05,1.00")
    assert (same.created_count, same.unchanged_count, same.refused_count) == (1, 1, 0)
    other = preview("deposit_transactions", "流水号,账号,交易日期,发生额\nT1,A1,2026-10-05,1.00\nT1,A1,2026-10-05,2.00")
    assert (other.created_count, other.refused_count) == (0, 2)


def test_one_bad_row_keeps_the_whole_file_out_unless_the_good_rows_are_accepted(account: DepositAccount) -> None:
    text = "流水号,账号,交易日期,发生额\nT1,A1,2026-10-05,1.00\nT2,NONE,2026-10-05,2.00"
    with pytest.raises(RuleError):
        bring("deposit_transactions", text)
    assert not Posting.objects.exists()
    batch = bring("deposit_transactions", text, good_rows=True)
    assert Posting.objects.count() == 1
    assert [(row, column) for row, column, _why in reasons(batch)] == [(3, "账号")]


def test_an_account_of_another_branch_is_as_if_it_did_not_exist(cast: Cast) -> None:
    make_account(cast.north, "N1")
    text = "流水号,账号,交易日期,发生额\nT1,{},2026-10-05,1.00"
    foreign = preview("deposit_transactions", text.format("N1"), actor=cast.actor("chen"))
    missing = preview("deposit_transactions", text.format("N2"), actor=cast.actor("chen"))
    assert reasons(foreign)[0][2].replace("N1", "N2") == reasons(missing)[0][2]


def test_a_row_of_a_closed_month_is_entered_on_the_first_open_day_and_said_so(
    cast: Cast, account: DepositAccount
) -> None:
    close(cast, "2026-09")
    batch = preview("deposit_transactions", "流水号,账号,交易日期,发生额\nT1,A1,2026-09-29,1.00\nT2,A1,2026-10-05,1.00")
    assert batch.held_over_count == 1
    assert any("2026-10-01" in note for note in batch.findings["notes"])
    bring("deposit_transactions", "流水号,账号,交易日期,发生额\nT1,A1,2026-09-29,1.00")
    posting = Posting.objects.get()
    assert (posting.posted_on.day, posting.entered_on, posting.value_on.day) == (29, OCTOBER_1, 29)
    again = preview("deposit_transactions", "流水号,账号,交易日期,发生额\nT1,A1,2026-09-29,1.00")
    assert (again.unchanged_count, again.held_over_count) == (1, 0)


def test_a_month_closed_between_preview_and_apply_is_looked_at_again(cast: Cast, account: DepositAccount) -> None:
    from organization.actions.batches import apply_batch

    batch = preview("deposit_transactions", "流水号,账号,交易日期,发生额\nT1,A1,2026-09-29,1.00")
    close(cast, "2026-09")
    apply_batch(actor=SYSTEM, batch=batch)
    assert Posting.objects.get().entered_on == OCTOBER_1


def test_undoing_takes_the_rows_back_and_the_file_may_come_again(cast: Cast, account: DepositAccount) -> None:
    text = "流水号,账号,交易日期,发生额\nT1,A1,2026-10-05,1.00"
    batch = undo_batch(actor=SYSTEM, batch=bring("deposit_transactions", text), reason="wrong file")
    assert batch.state == "undone" and not Posting.objects.exists() and not MonthClose.objects.exists()
    assert bring("deposit_transactions", text).created_count == 1


def test_undoing_is_refused_once_a_closed_month_has_counted_the_rows(cast: Cast, account: DepositAccount) -> None:
    batch = bring("deposit_transactions", "流水号,账号,交易日期,发生额\nT1,A1,2026-10-05,1.00")
    close(cast, "2026-10")
    with pytest.raises(RuleError):
        undo_batch(actor=SYSTEM, batch=batch, reason="wrong file")
    assert Posting.objects.count() == 1


def test_each_daily_balance_sets_the_day_and_the_posting_is_the_difference(account: DepositAccount) -> None:
    text = "账号,日期,余额\nA1,2026-10-07,80.00\nA1,2026-10-05,100.00\nA1,2026-10-06,100.00"
    bring("deposit_daily_balances", text)
    amounts = list(Posting.objects.order_by("posted_on").values_list("amount_fen", flat=True))
    assert amounts == [10_000, 0, -2_000]
    assert bring("deposit_daily_balances", text).unchanged_count == 3
    bring("deposit_daily_balances", "账号,日期,余额\nA1,2026-10-09,90.00")
    assert Posting.objects.order_by("posted_on").last().amount_fen == 1_000
    assert preview("deposit_daily_balances", "账号,日期,余额\nA1,2026-10-08,90.00").refused_count == 1


def test_a_balance_on_or_before_the_first_posting_opens_the_ledger(account: DepositAccount) -> None:
    make_posting(account, "5th", "10.00")
    bring("deposit_balances", "账号,日期,余额\nA1,2026-10-05,110.00\nA1,2026-10-31,110.00")
    opening = Posting.objects.get(source="opening")
    # The day's closing balance is 110.00, of which 10.00 were posted on the day.
    assert (opening.posted_on.day, opening.amount_fen) == (5, 10_000)
    assert list(BalanceControl.objects.order_by("day").values_list("opens_ledger", flat=True)) == [True, False]


def test_a_posting_that_the_opening_balance_contains_is_refused(account: DepositAccount) -> None:
    bring("deposit_balances", "账号,日期,余额\nA1,2026-09-30,100.00")
    assert not MonthClose.objects.exists()
    batch = preview("deposit_transactions", "流水号,账号,交易日期,发生额\nT1,A1,2026-09-30,1.00\nT2,A1,2026-10-01,1.00")
    assert [row for row, _column, _why in reasons(batch)] == [2]


def test_undoing_an_opening_takes_its_posting_back(account: DepositAccount) -> None:
    batch = bring("deposit_balances", "账号,日期,余额\nA1,2026-09-30,100.00")
    undo_batch(actor=SYSTEM, batch=batch, reason="wrong balance")
    assert not Posting.objects.exists() and not BalanceControl.objects.exists()


def test_shares_over_the_whole_are_refused_with_the_day(cast: Cast, account: DepositAccount) -> None:
    make_attribution(account, cast.li, "2026-10-10", share_bp=5_000)
    batch = preview("attributions", "账号,客户经理工号,起始日,份额\nA1,S101,2026-10-01,60")
    assert reasons(batch)[0][2].count("2026-10-10") == 1 and "110.00" in reasons(batch)[0][2]


def test_shares_of_two_rows_of_one_file_are_added_up(account: DepositAccount) -> None:
    text = "账号,客户经理工号,起始日,份额\nA1,S101,2026-10-01,60\nA1,S102,2026-10-05,40.01"
    assert preview("attributions", text).refused_count == 2


def test_an_attribution_outside_the_managers_days_in_office_is_refused_with_the_article(
    cast: Cast, account: DepositAccount
) -> None:
    early = preview("attributions", "账号,客户经理工号,起始日\nA1,S101,2019-12-31")
    elsewhere = preview("attributions", "账号,客户经理工号,起始日\nA1,N101,2026-10-01")
    assert "14" in reasons(early)[0][2] and "14" in reasons(elsewhere)[0][2]


def test_an_attribution_on_days_of_suspension_is_refused_and_one_that_ends_before_is_not(
    cast: Cast, account: DepositAccount
) -> None:
    office = Appointment.objects.get(employee=cast.wang)
    days = {"first_day": dt.date(2026, 10, 10), "last_day": dt.date(2026, 10, 20)}
    Suspension.objects.create(appointment=office, reason="停职", made_by=cast.zhou, made_at=timezone.now(), **days)
    text = "账号,客户经理工号,起始日,终止日\nA1,S101,2026-10-01,"
    assert "14" in reasons(preview("attributions", text + "2026-10-10"))[0][2]
    assert preview("attributions", text + "2026-10-09").refused_count == 0


def test_a_later_last_day_is_a_change_that_keeps_before_and_after(cast: Cast, account: DepositAccount) -> None:
    bring("attributions", "账号,客户经理工号,起始日,终止日\nA1,S101,2026-10-01,")
    batch = bring("attributions", "账号,客户经理工号,起始日,终止日\nA1,S101,2026-10-01,2026-10-16")
    assert Attribution.objects.get().last_day == dt.date(2026, 10, 16)
    change = batch.row_changes.get()
    assert (change.before["last_day"], change.after["last_day"]) == (None, "2026-10-16")
    undo_batch(actor=SYSTEM, batch=batch, reason="not handed over")
    assert Attribution.objects.get().last_day is None


def test_an_attribution_does_not_reach_back_into_a_closed_month(cast: Cast, account: DepositAccount) -> None:
    close(cast, "2026-10")
    assert preview("attributions", "账号,客户经理工号,起始日\nA1,S101,2026-10-31").refused_count == 1
    assert preview("attributions", "账号,客户经理工号,起始日\nA1,S101,2026-11-01").refused_count == 0


def test_a_corrected_control_total_asks_for_acceptance_again(cast: Cast) -> None:
    bring("control_totals", "机构号,日期,户数,余额合计\nS01,2026-10-31,1,100.00", actor=cast.actor("chen"))
    ControlTotal.objects.update(explanation="rounding", accepted_by=cast.zhou)
    bring("control_totals", "机构号,日期,户数,余额合计\nS01,2026-10-31,1,100.10", actor=cast.actor("chen"))
    total = ControlTotal.objects.get()
    assert (total.balance_fen, total.accepted_by, total.explanation) == (10_010, None, "")


def test_an_account_with_postings_keeps_its_branch(cast: Cast, account: DepositAccount) -> None:
    make_posting(account, "5th", "1.00")
    text = "账号,客户号,产品,机构号,开户日期\nA1,{},savings,N01,2020-01-01"
    batch = preview("deposit_accounts", text.format(account.customer.customer_no))
    assert batch.refused_count == 1


def test_a_main_account_may_stand_in_the_same_file(cast: Cast, account: DepositAccount) -> None:
    customer = account.customer.customer_no
    bring(
        "deposit_accounts",
        f"""账号,客户号,产品,机构号,开户日期,主账号
        B2,{customer},定期,S01,2026-01-01,B1
        B1,{customer},活期,S01,2026-01-01,""",
    )
    assert DepositAccount.objects.get(account_no="B2").parent_account.account_no == "B1"


def test_a_late_posting_makes_computed_months_stale(cast: Cast, account: DepositAccount) -> None:
    from appraisal.actions.months import run_month_end
    from common.months import Month

    bring("deposit_transactions", "流水号,账号,交易日期,发生额\nT1,A1,2026-10-05,1.00")
    run_month_end(actor=SYSTEM, branch=cast.south, month=Month(2026, 10))
    bring("deposit_transactions", "流水号,账号,交易日期,发生额\nT2,A1,2026-10-06,1.00")
    assert MonthClose.objects.get().stale
    run_month_end(actor=SYSTEM, branch=cast.south, month=Month(2026, 10))
    assert not MonthClose.objects.get().stale
    assert AccountMonth.objects.get().closing_fen == 200
