"""The month's loan figures in the database, held against the oracle on real data and the rules on made-up loans."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.errors import RuleError
from common.months import Month, months_between
from loans import actions, rules
from loans.models import Instalment, Loan, LoanMonth, Repayment
from organization.actions.months import lock_month
from tests.cast import Cast
from tests.ledgers import close, compute, store
from tests.make import OCTOBER, make_instalment, make_loan, make_repayment
from tests.oracle import ledger as oracle
from tests.oracle.real_data import berka_folder
from tests.oracle.score import manager_actuals

COLUMNS = {
    "loans_granted": "granted_fen",
    "principal_recovered": "recovered_fen",
    "recovered_this_year": "recovered_this_year_fen",
    "could_be_recovered": "recoverable_fen",
    "interest_received": "interest_received_fen",
}


@pytest.mark.usefixtures("db")
def test_the_loan_figures_of_every_month_of_the_real_data_equal_the_oracle() -> None:
    facts = oracle.load_folder(berka_folder())
    facts = oracle.Facts(
        loans=facts.loans, schedule=facts.schedule, repayments=facts.repayments, managers=facts.managers
    )
    stored = store(facts)
    for month in months_between(Month(1993, 6), Month(1993, 12)):
        for branch in stored.branches.values():
            compute(branch, month)
        sums: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COLUMNS, 0))
        for row in LoanMonth.objects.filter(month=month.first_day).select_related("manager"):
            for indicator, column in COLUMNS.items():
                sums[row.manager.employee_no][indicator] += getattr(row, column)
        found = {no: actuals for no, actuals in sums.items() if any(actuals.values())}
        expected = {
            no: {indicator: int(actuals[indicator]) for indicator in COLUMNS}
            for no, actuals in manager_actuals(facts, month).items()
            if any(actuals[indicator] for indicator in COLUMNS)
        }
        assert found == expected


def days() -> st.SearchStrategy[date]:
    return st.dates(date(2026, 8, 1), date(2026, 12, 31))


rows = st.lists(st.tuples(days(), st.integers(-300, 1000), st.integers(0, 50)), max_size=6)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    granted_on=st.dates(date(2025, 12, 1), date(2026, 11, 30)),
    principal=st.integers(1, 3000),
    term=st.integers(0, 200),
    schedule=st.lists(
        st.tuples(days(), st.integers(0, 1000), st.integers(0, 50)), max_size=5, unique_by=lambda row: row[0]
    ),
    repaid=rows,
    classification=st.sampled_from(Loan.Classification.values),
)
def test_made_up_loans_equal_the_rules(
    cast: Cast,
    granted_on: date,
    principal: int,
    term: int,
    schedule: list[tuple[date, int, int]],
    repaid: list[tuple[date, int, int]],
    classification: str,
) -> None:
    # Files with rows before the day of grant are refused.
    schedule = [row for row in schedule if row[0] >= granted_on]
    repaid = [row for row in repaid if row[0] >= granted_on]
    with transaction.atomic():
        loan = make_loan(
            cast.wang, "1.00", granted=str(granted_on), due=str(granted_on + timedelta(term)), customer=None
        )
        Loan.objects.filter(pk=loan.pk).update(principal_fen=principal, classification=classification)
        Instalment.objects.bulk_create(
            Instalment(
                loan=loan, branch=cast.south, due_on=day, entered_on=day, principal_fen=fen, interest_fen=interest
            )
            for day, fen, interest in schedule
        )
        Repayment.objects.bulk_create(
            Repayment(
                loan=loan,
                branch=cast.south,
                paid_on=day,
                entered_on=day,
                serial_no=str(number),
                principal_fen=fen,
                interest_fen=interest,
            )
            for number, (day, fen, interest) in enumerate(repaid)
        )
        due = rules.instalments(principal, loan.due_on, [rules.InstalmentFact(*row) for row in schedule])
        came = [rules.RepaymentFact(*row) for row in repaid]
        for month in months_between(Month(2026, 8), Month(2026, 12)):
            compute(cast.south, month)
            row = LoanMonth.objects.filter(loan=loan, month=month.first_day).first()
            recovered = rules.recovered_by_manager(month, due, came, [rules.Responsibility("S101", date.min, None)])
            expected = (
                principal if granted_on in month else 0,
                recovered.get("S101", 0),
                recovered.get("S101", 0) if granted_on.year == month.year else 0,
                rules.could_be_recovered(month, due, came, classification),
                rules.interest_in(month, came),
                rules.interest_in(month, due),
            )
            outstanding = principal * (granted_on <= month.last_day) - rules.principal_by(came, month.last_day)
            if row is None:
                # Repaid, or not yet granted, and not touched: the month has nothing to say about it.
                assert not any(expected[:3] + expected[4:]), expected
                assert outstanding <= 0
            else:
                found = (
                    row.granted_fen,
                    row.recovered_fen,
                    row.recovered_this_year_fen,
                    row.recoverable_fen,
                    row.interest_received_fen,
                    row.interest_due_fen,
                )
                assert (found, row.outstanding_fen) == (expected, outstanding)
        transaction.set_rollback(True)


def test_what_is_paid_ahead_counts_when_it_falls_due_and_overdue_money_when_it_comes(cast: Cast) -> None:
    loan = make_loan(cast.wang, "300.00", granted="2026-09-01", due="2026-12-01")
    make_instalment(loan, "2026-10-10", "100.00", "5.00")
    make_instalment(loan, "2026-11-10", "100.00", "4.00")
    make_instalment(loan, "2026-12-10", "100.00", "3.00")
    make_repayment(loan, "2026-10-10", "150.00", "5.00")
    make_repayment(loan, "2026-12-20", "100.00", "3.00")
    for month, recovered, recoverable, outstanding in (
        (Month(2026, 10), 10000, 10000, 15000),
        (Month(2026, 11), 5000, 10000, 15000),
        (Month(2026, 12), 10000, 15000, 5000),
    ):
        compute(cast.south, month)
        row = LoanMonth.objects.get(month=month.first_day)
        assert (row.recovered_fen, row.recoverable_fen, row.outstanding_fen) == (recovered, recoverable, outstanding)


def test_a_loan_without_a_schedule_is_due_as_a_whole_on_its_due_day(cast: Cast) -> None:
    make_loan(cast.wang, "300.00", granted="2026-09-01", due="2026-10-31")
    for month, recoverable in ((Month(2026, 9), 0), (OCTOBER, 30000), (OCTOBER.next, 30000)):
        compute(cast.south, month)
        assert LoanMonth.objects.get(month=month.first_day).recoverable_fen == recoverable


def test_figures_of_a_closed_month_stay(cast: Cast) -> None:
    make_loan(cast.wang, "300.00")
    compute(cast.south, OCTOBER)
    close(cast.south, OCTOBER)
    for change in (
        lambda: LoanMonth.objects.update(recovered_fen=1),
        lambda: LoanMonth.objects.all().delete(),
        lambda: make_loan(cast.wang, "1.00", granted="2026-10-31"),
        lambda: Loan.objects.update(principal_fen=1),
        lambda: Loan.objects.update(manager=cast.li),
    ):
        with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
            change()
    Loan.objects.update(classification="loss")


def test_who_is_no_clerk_of_the_branch_computes_nothing(cast: Cast) -> None:
    with transaction.atomic():
        row = lock_month(branch_id=cast.south.pk, month=OCTOBER)
        for name in ("wang", "sun", "he", "song"):
            with pytest.raises(RuleError):
                actions.compute_month(actor=cast.actor(name), branch=cast.south, month=OCTOBER, row=row)
