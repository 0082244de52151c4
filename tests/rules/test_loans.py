"""What of a loan is due and recovered: what holds for every loan."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.months import Month
from loans.rules import (
    InstalmentFact,
    RepaymentFact,
    Responsibility,
    could_be_recovered,
    instalments,
    interest_in,
    principal_by,
    recovered_by,
    recovered_by_manager,
    recovery_indicator,
)
from tests.oracle.ledger import Facts, Loan, LoanRow
from tests.oracle.score import manager_actuals
from tests.spec.tables import Row, each_row, hundredths

MAY = Month(2026, 5)
MONTHS = [Month(2026, number) for number in range(1, 7)]
a_day = st.dates(date(2026, 1, 1), date(2026, 6, 30))
amounts = st.integers(1, 10_000)
schedules = st.lists(st.builds(InstalmentFact, a_day, amounts, st.integers(0, 500)), min_size=1, max_size=5)
repayments = st.lists(st.builds(RepaymentFact, a_day, amounts, st.integers(0, 500)), max_size=5)
responsibilities = st.lists(a_day, unique=True, max_size=3).map(
    lambda starts: [
        Responsibility(f"M{number}", first, following and following - timedelta(1))
        for number, (first, following) in enumerate(zip(sorted(starts), [*sorted(starts)[1:], None], strict=False))
    ]
)


def rows(record: type, text: str) -> list:
    """Rows of a cell such as "04-10 100.00; 05-10 100.00"."""
    return [
        record(date.fromisoformat(f"2026-{part.split()[0]}"), hundredths(part.split()[1]), 0)
        for part in filter(None, text.split("; "))
    ]


@each_row
def test_what_is_recovered_in_may_and_what_could_be(row: Row) -> None:
    """
    | case                        | due                        | repaid                      | recovered | could be |
    |-----------------------------|----------------------------|-----------------------------|-----------|----------|
    | due and paid                | 05-10 100.00               | 05-10 100.00                | 100.00    | 100.00   |
    | due and not paid            | 05-10 100.00               |                             | 0.00      | 100.00   |
    | paid in part                | 05-10 100.00               | 05-20 40.00                 | 40.00     | 100.00   |
    | paid ahead falls due        | 05-10 100.00               | 04-01 100.00                | 100.00    | 100.00   |
    | paid ahead, due later       | 06-10 100.00               | 05-01 100.00                | 0.00      | 0.00     |
    | overdue money comes         | 04-10 100.00               | 05-20 100.00                | 100.00    | 100.00   |
    | overdue and this month's    | 04-10 100.00; 05-10 100.00 | 05-20 150.00                | 150.00    | 200.00   |
    | recovered before            | 04-10 100.00               | 04-20 100.00                | 0.00      | 0.00     |
    | more than is due            | 05-10 100.00               | 05-10 500.00                | 100.00    | 100.00   |
    | a reversal within the month | 05-10 100.00               | 05-10 100.00; 05-12 −100.00 | 0.00      | 100.00   |
    | a reversal of last month's  | 04-10 100.00               | 04-10 100.00; 05-12 −100.00 | 0.00      | 0.00     |
    """
    due, repaid = rows(InstalmentFact, row["due"]), rows(RepaymentFact, row["repaid"])
    responsible = [Responsibility("M1", date(2026, 1, 1), None)]
    assert recovered_by_manager(MAY, due, repaid, responsible).get("M1", 0) == hundredths(row["recovered"])
    assert could_be_recovered(MAY, due, repaid) == hundredths(row["could be"])


@pytest.mark.parametrize("classification", ["doubtful", "loss"])
def test_nothing_is_expected_of_hopeless_loans_but_what_comes_counts(classification: str) -> None:
    due, repaid = rows(InstalmentFact, "05-10 100.00"), rows(RepaymentFact, "05-10 100.00")
    assert could_be_recovered(MAY, due, repaid, classification=classification) == 0
    assert could_be_recovered(MAY, due, repaid, in_dedicated_recovery=True) == 0
    assert could_be_recovered(MAY, due, repaid, classification="substandard") == 100_00
    assert recovered_by_manager(MAY, due, repaid, []) == {"": 100_00}


@given(schedules, repayments, responsibilities)
def test_each_days_growth_goes_to_the_manager_of_that_day(
    due: list[InstalmentFact], repaid: list[RepaymentFact], responsible: list[Responsibility]
) -> None:
    for month in MONTHS:
        walked: dict[str, int] = {}
        for offset in range(month.days):
            day = month.first_day + timedelta(offset)
            before = day - timedelta(1)
            growth = min(principal_by(repaid, day), principal_by(due, day)) - min(
                principal_by(repaid, before), principal_by(due, before)
            )
            holder = [one.manager_no for one in responsible if one.first_day <= day <= (one.last_day or day)]
            if growth:
                walked[holder[0] if holder else ""] = walked.get(holder[0] if holder else "", 0) + growth
        assert recovered_by_manager(month, due, repaid, responsible) == walked


@given(schedules, repayments)
def test_over_all_months_exactly_what_is_due_and_paid_is_recovered_once(
    due: list[InstalmentFact], repaid: list[RepaymentFact]
) -> None:
    total = sum(sum(recovered_by_manager(month, due, repaid, []).values()) for month in MONTHS)
    assert total == recovered_by(MONTHS[-1].last_day, due, repaid)
    for month in MONTHS:
        of_month = sum(recovered_by_manager(month, due, repaid, []).values())
        assert 0 <= of_month <= could_be_recovered(month, due, repaid)


@given(schedules, repayments, st.sampled_from(MONTHS))
def test_the_oracle_finds_the_same_for_one_manager(
    due: list[InstalmentFact], repaid: list[RepaymentFact], month: Month
) -> None:
    granted_on = date(2025, 12, 31)
    facts = Facts(
        managers={"M1": ("B1", granted_on, None)},
        loans={"L1": Loan("M1", granted_on, date(2026, 12, 1), 10**6)},
        schedule=[LoanRow("L1", one.entered_on, one.principal_fen, one.interest_fen) for one in due],
        repayments=[LoanRow("L1", one.entered_on, one.principal_fen, one.interest_fen) for one in repaid],
    )
    found = manager_actuals(facts, month)["M1"]
    responsible = [Responsibility("M1", granted_on, None)]
    assert found["principal_recovered"] == sum(recovered_by_manager(month, due, repaid, responsible).values())
    assert found["recovered_earlier"] == found["principal_recovered"]
    assert found["could_be_recovered"] == could_be_recovered(month, due, repaid)
    assert found["interest_received"] == interest_in(month, repaid)


def test_a_loan_without_a_schedule_has_one_instalment_on_its_due_day() -> None:
    due_on = date(2026, 5, 20)
    assert instalments(100_00, due_on, []) == (InstalmentFact(due_on, 100_00, 0),)
    schedule = rows(InstalmentFact, "04-10 50.00; 05-10 50.00")
    assert instalments(100_00, due_on, schedule) == schedule


def test_interest_counts_in_the_month_in_which_it_enters() -> None:
    due = [InstalmentFact(date(2026, 4, 30), 0, 7), InstalmentFact(date(2026, 5, 1), 0, 11)]
    due.append(InstalmentFact(date(2026, 5, 31), 0, 13))
    assert interest_in(MAY, due) == 24


@each_row
def test_recovered_principal_is_told_apart_by_the_year_of_grant(row: Row) -> None:
    """
    | granted    | indicator           |
    |------------|---------------------|
    | 2026-01-01 | recovered_this_year |
    | 2026-05-31 | recovered_this_year |
    | 2025-12-31 | recovered_earlier   |
    """
    assert recovery_indicator(date.fromisoformat(row["granted"]), MAY) == row["indicator"]
