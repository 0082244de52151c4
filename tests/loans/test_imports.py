"""Files of loans, schedules and repayments (formats.md, Kinds in; regulation.md, article 10)."""

from __future__ import annotations

import datetime as dt

import pytest

from common.errors import RuleError
from loans.models import Instalment, Loan, Repayment
from organization.actions.batches import undo_batch
from organization.models import MonthClose
from organization.rules import SYSTEM
from tests.cast import Cast
from tests.english import english
from tests.files import bring, preview, reasons
from tests.make import make_customer

__all__ = ["english"]

LOANS = "借据号,客户号,机构号,客户经理工号,发放日期,到期日期,金额,担保方式"
SCHEDULE = "借据号,应还日期,应还本金,应还利息"
REPAYMENTS = "流水号,借据号,日期,本金,利息"
OCTOBER_1 = dt.date(2026, 10, 1)


@pytest.fixture
def loan(cast: Cast) -> Loan:
    make_customer(cast.south, "K1")
    bring("loans", f"{LOANS}\nL1,K1,S01,S101,2026-08-05,2026-12-20,30000.00,抵押")
    return Loan.objects.get(loan_no="L1")


def close(cast: Cast, month: str) -> None:
    """A closed month of the south, whatever stands in it."""
    MonthClose.objects.create(
        branch=cast.south,
        month=f"{month}-01",
        state="closed",
        computed_by=cast.chen,
        approved_by=cast.zhou,
        closed_by=cast.zhou,
        closed_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
        digest="0" * 64,
    )


# --- loans -----------------------------------------------------------------------------------------------------------


def test_a_loan_comes_in_with_rate_and_classification_and_opens_no_month(cast: Cast) -> None:
    make_customer(cast.south, "K1")
    bring("loans", f'{LOANS},年利率,五级分类\nL1,K1,S01,S101,2026-08-05,2026-12-20,"30,000.00",客户经理保证,8.4,关注')
    loan = Loan.objects.get()
    assert (loan.principal_fen, loan.security, loan.annual_rate_ppm) == (30_000_00, "manager_guarantee", 84_000)
    assert (loan.classification, loan.manager, loan.entered_on) == ("special_mention", cast.wang, dt.date(2026, 8, 5))
    assert not MonthClose.objects.exists()


def test_what_breaks_article_10_comes_in_and_is_named_in_the_preview(cast: Cast) -> None:
    make_customer(cast.south, "K1"), make_customer(cast.south, "K2")
    batch = preview(
        "loans",
        f"""{LOANS}
        L1,K1,S01,S101,2026-08-05,2027-01-01,10000.00,抵押
        L2,K2,S01,S101,2026-08-05,2026-12-31,50000.01,客户经理保证
        L3,K1,S01,S101,2026-08-05,2026-12-31,50000.00,客户经理保证""",
    )
    assert (batch.created_count, batch.refused_count) == (3, 0)
    late, guaranteed = batch.findings["notes"]
    assert late == "1 loans fall due after the year of their grant. They come in as facts. (article 10)"
    assert guaranteed.startswith("1 loans are guaranteed by managers beyond the limit of a household")


def test_guaranteed_loans_of_one_household_are_added_up(cast: Cast) -> None:
    bring("customers", "客户号,客户名称,客户类型,户号,机构号\nK1,张三,农户,H1,S01\nK2,李四,农户,H1,S01")
    row = "{},{},S01,S101,2026-08-05,2026-12-31,30000.00,客户经理保证"
    assert not bring("loans", f"{LOANS}\n{row.format('L1', 'K1')}").findings["notes"]
    notes = preview("loans", f"{LOANS}\n{row.format('L2', 'K2')}").findings["notes"]
    assert len(notes) == 1 and "article 10" in notes[0]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("L1,NONE,S01,S101,2026-08-05,2026-12-20,1.00,抵押", "客户号"),
        ("L1,K1,NONE,S101,2026-08-05,2026-12-20,1.00,抵押", "机构号"),
        ("L1,K1,S01,NONE,2026-08-05,2026-12-20,1.00,抵押", "客户经理工号"),
        ("L1,K1,S01,S101,2026-08-05,2026-08-04,1.00,抵押", "到期日期"),
        ("L1,K1,S01,S101,2026-08-05,2026-12-20,0.00,抵押", "金额"),
        ("L1,K1,S01,S101,2026-08-05,2026-12-20,1.00,信用", "担保方式"),
    ],
)
def test_a_loan_that_cannot_be_understood_is_refused_with_its_column(cast: Cast, row: str, column: str) -> None:
    make_customer(cast.south, "K1")
    batch = preview("loans", f"{LOANS}\n{row}")
    assert [(row_no, name) for row_no, name, _reason in reasons(batch)] == [(2, column)]


def test_a_late_loan_is_entered_in_the_first_open_month(cast: Cast) -> None:
    make_customer(cast.south, "K1")
    close(cast, "2026-09")
    batch = bring("loans", f"{LOANS}\nL1,K1,S01,S101,2026-08-05,2026-12-20,1.00,抵押")
    assert (batch.held_over_count, Loan.objects.get().entered_on) == (1, OCTOBER_1)


def test_what_a_closed_month_has_counted_of_a_loan_stays_and_the_rest_may_change(cast: Cast, loan: Loan) -> None:
    close(cast, "2026-09")
    bigger = preview("loans", f"{LOANS}\nL1,K1,S01,S101,2026-08-05,2026-12-20,40000.00,抵押")
    assert "is closed and has counted this loan" in reasons(bigger)[0][2]
    bring("loans", f"{LOANS}\nL1,K1,S01,S101,2026-08-05,2026-12-31,30000.00,质押")
    loan.refresh_from_db()
    assert (loan.due_on, loan.security, loan.entered_on) == (dt.date(2026, 12, 31), "pledge", dt.date(2026, 8, 5))


def test_another_day_of_grant_is_entered_anew_and_undoing_restores_it(loan: Loan) -> None:
    batch = bring("loans", f"{LOANS}\nL1,K1,S01,S101,2026-09-05,2026-12-20,30000.00,抵押")
    loan.refresh_from_db()
    assert loan.entered_on == loan.granted_on == dt.date(2026, 9, 5)
    undo_batch(actor=SYSTEM, batch=batch, reason="wrong day")
    loan.refresh_from_db()
    assert loan.entered_on == loan.granted_on == dt.date(2026, 8, 5)


# --- schedules -------------------------------------------------------------------------------------------------------


def test_an_instalment_may_change_until_its_month_is_closed(cast: Cast, loan: Loan) -> None:
    bring("loan_schedule", f"{SCHEDULE}\nL1,2026-09-20,10000.00,210.00\nL1,2026-10-20,20000.00,")
    batch = bring("loan_schedule", f"{SCHEDULE}\nL1,2026-09-20,9000.00,210.00")
    assert (batch.changed_count, Instalment.objects.get(due_on="2026-09-20").principal_fen) == (1, 9_000_00)
    assert (batch.row_changes.get().before["principal_fen"], batch.findings["months"]) == (
        10_000_00,
        {str(cast.south.pk): ["2026-09"]},
    )
    undo_batch(actor=SYSTEM, batch=batch, reason="wrong plan")
    assert Instalment.objects.get(due_on="2026-09-20").principal_fen == 10_000_00
    close(cast, "2026-09")
    later = preview("loan_schedule", f"{SCHEDULE}\nL1,2026-09-20,9000.00,210.00\nL1,2026-10-20,15000.00,")
    assert [row for row, _column, _reason in reasons(later)] == [2] and later.changed_count == 1


def test_an_instalment_needs_a_loan_and_a_day_after_its_grant(loan: Loan) -> None:
    batch = preview("loan_schedule", f"{SCHEDULE}\nL9,2026-09-20,1.00,\nL1,2026-08-04,1.00,\nL1,2026-09-20,-1.00,")
    found = [(row, column) for row, column, _reason in reasons(batch)]
    assert found == [(2, "借据号"), (3, "应还日期"), (4, "应还本金")]


# --- repayments ------------------------------------------------------------------------------------------------------


def test_a_repayment_is_known_by_loan_day_and_serial_number(loan: Loan) -> None:
    text = f"{REPAYMENTS}\nR1,L1,2026-09-20,1000.00,10.00\nR1,L1,2026-09-21,1000.00,10.00\nR2,L1,2026-09-20,1.00,0"
    assert bring("repayments", text).created_count == 3
    assert bring("repayments", text).unchanged_count == 3
    other = preview("repayments", f"{REPAYMENTS}\nR1,L1,2026-09-20,1000.00,11.00")
    assert other.refused_count == 1 and Repayment.objects.count() == 3
    assert not MonthClose.objects.exists()


def test_a_repayment_of_a_closed_month_counts_in_the_next_one(cast: Cast, loan: Loan) -> None:
    close(cast, "2026-09")
    batch = bring("repayments", f"{REPAYMENTS}\nR1,L1,2026-09-20,1000.00,10.00")
    assert (batch.held_over_count, Repayment.objects.get().entered_on) == (1, OCTOBER_1)
    early = preview("repayments", f"{REPAYMENTS}\nR2,L1,2026-08-04,1.00,0")
    assert reasons(early)[0][2] == "The repayment lies before the day of grant."


def test_a_loan_that_has_repayments_is_not_undone(cast: Cast) -> None:
    make_customer(cast.south, "K1")
    loans = bring("loans", f"{LOANS}\nL1,K1,S01,S101,2026-08-05,2026-12-20,30000.00,抵押")
    paid = bring("repayments", f"{REPAYMENTS}\nR1,L1,2026-09-20,1000.00,10.00")
    with pytest.raises(RuleError, match="Row 2 of the file is used"):
        undo_batch(actor=SYSTEM, batch=loans, reason="wrong file")
    undo_batch(actor=SYSTEM, batch=paid, reason="wrong file")
    undo_batch(actor=SYSTEM, batch=loans, reason="wrong file")
    assert not Loan.objects.exists()


def test_a_loan_of_another_branch_is_as_if_it_did_not_exist(cast: Cast) -> None:
    make_customer(cast.north, "K2")
    bring("loans", f"{LOANS}\nN1,K2,N01,N101,2026-08-05,2026-12-20,30000.00,抵押")
    batch = preview("repayments", f"{REPAYMENTS}\nR1,N1,2026-09-20,1.00,0", actor=cast.actor("chen"))
    assert reasons(batch) == [(2, "借据号", "There is no loan N1.")]
