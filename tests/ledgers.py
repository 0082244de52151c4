"""Ledgers of the oracle put into the database: facts in, rows and months stored in the order in which they would arrive."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from common.months import Month, months_between
from customers.models import Customer
from deposits import actions as deposits
from deposits.models import AccountMonth, AttributedMonth, Attribution, DepositAccount, ManagerMonth, Posting
from loans import actions as loans
from loans.models import Instalment, Loan, Repayment
from managers.models import Appointment
from organization.actions.months import lock_month, open_months
from organization.models import Branch, Employee, MonthClose
from organization.rules import SYSTEM
from tests.make import make_batch
from tests.oracle import ledger as oracle


@dataclass(frozen=True)
class Stored:
    """A stored ledger: branches, managers and accounts by number."""

    branches: dict[str, Branch]
    managers: dict[str, Employee]
    accounts: dict[str, DepositAccount]


FIRST_MONTH = Month(2024, 1)


def _nothing(branch: Branch, month: Month) -> None:
    pass


def store(
    facts: oracle.Facts,
    *,
    first_month: Month = FIRST_MONTH,
    before_closing: Callable[[Branch, Month], object] = _nothing,
) -> Stored:
    """Puts the facts in, postings in the order of their arrival: months are closed before the late ones come.

    Shape: months close from the first one on; before_closing is called for each branch and month about to close.
    """
    codes = {account.branch_code for account in facts.accounts.values()} | {
        code for code, *_ in facts.managers.values()
    }
    branches = {
        code: Branch.objects.create(branch_code=code, name=code, kind="urban", headcount=9) for code in sorted(codes)
    }
    managers = {
        no: Employee.objects.create(
            employee_no=no, name=no, branch=branches[code], employment="formal", hired_on=date(1980, 1, 1)
        )
        for no, (code, _first, _last) in facts.managers.items()
    }
    Appointment.objects.bulk_create(
        Appointment(employee=managers[no], branch=branches[code], first_day=first_day, last_day=last_day)
        for no, (code, first_day, last_day) in facts.managers.items()
    )
    customers = {
        code: Customer.objects.create(customer_no=f"C{code}", name=code, kind="individual", branch=branch)
        for code, branch in branches.items()
    }
    accounts = {
        one.account_no: one
        for one in DepositAccount.objects.bulk_create(
            DepositAccount(
                account_no=no,
                customer=customers[account.branch_code],
                product="savings",
                branch=branches[account.branch_code],
                opened_on=account.opened_on,
                closed_on=account.closed_on,
            )
            for no, account in facts.accounts.items()
        )
    }
    Attribution.objects.bulk_create(
        Attribution(
            account=accounts[one.account_no],
            branch_id=accounts[one.account_no].branch_id,
            manager=managers[one.manager_no],
            first_day=one.first_day,
            last_day=one.last_day,
            share_bp=one.share_bp,
        )
        for one in facts.attributions
    )
    _store_loans(facts, branches, managers, customers)
    stored = Stored(branches, managers, accounts)
    _store_postings(facts.postings, stored, first_month, before_closing)
    return stored


def compute(branch: Branch, month: Month) -> None:
    """The two ledgers' part of the month end, as appraisal calls them."""
    with transaction.atomic():
        row = lock_month(branch_id=branch.pk, month=month)
        deposits.compute_month(actor=SYSTEM, branch=branch, month=month, row=row)
        loans.compute_month(actor=SYSTEM, branch=branch, month=month, row=row)
        MonthClose.objects.filter(pk=row.pk).update(state="computed", stale=False, computed_at=timezone.now())


def close(branch: Branch, month: Month) -> None:
    """Closes a computed month in the database, with names and a digest made up."""
    director, _made = Employee.objects.get_or_create(
        employee_no=f"Z{branch.branch_code}",
        defaults={"name": "director", "branch": branch, "employment": "formal", "hired_on": date(1980, 1, 1)},
    )
    MonthClose.objects.filter(branch=branch, month=month.first_day).update(
        state="closed",
        approved_by=director,
        closed_by=director,
        closed_at=timezone.now(),
        stale=False,
        digest=hashlib.sha256(str(month).encode()).hexdigest(),
    )


def stored_figures(month: Month) -> dict[str, tuple[int, int, int]]:
    """What oracle.month_figures says, from the database."""
    rows = AccountMonth.objects.filter(month=month.first_day)
    return {
        no: tuple(figures)
        for no, *figures in rows.values_list(
            "account__account_no", "opening_fen", "closing_fen", "accumulated_fen_days"
        )
    }


def stored_parts(month: Month) -> dict[tuple[str, str], tuple[int, int]]:
    """What oracle.attributed_figures says, from the database."""
    attributed = AttributedMonth.objects.filter(month=month.first_day).values_list(
        "account__account_no", "manager__employee_no", "closing_fen", "accumulated_fen_days"
    )
    rests = AccountMonth.objects.filter(month=month.first_day).values_list(
        "account__account_no", "unattributed_closing_fen", "unattributed_accumulated_fen_days"
    )
    return {(account, manager): (closing, days) for account, manager, closing, days in attributed} | {
        (account, oracle.NOBODY): (closing, days) for account, closing, days in rests if closing or days
    }


def stored_managers(month: Month) -> dict[str, tuple[int, int, int]]:
    """Accounts, closing balance and 积数 by manager."""
    rows = ManagerMonth.objects.filter(month=month.first_day)
    return {
        no: tuple(figures)
        for no, *figures in rows.values_list("manager__employee_no", "accounts", "closing_fen", "accumulated_fen_days")
    }


def sums_of(parts: dict[tuple[str, str], tuple[int, int]]) -> dict[str, tuple[int, int, int]]:
    """The oracle's parts summed as stored_managers shows them."""
    sums: dict[str, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    for (_account_no, manager_no), (closing, days) in parts.items():
        if manager_no != oracle.NOBODY:
            held = sums[manager_no]
            sums[manager_no] = (held[0] + 1, held[1] + closing, held[2] + days)
    return dict(sums)


def _store_postings(
    postings: Iterable[oracle.Posting],
    stored: Stored,
    first_month: Month,
    before_closing: Callable[[Branch, Month], object],
) -> None:
    arrivals: dict[date | None, list[oracle.Posting]] = defaultdict(list)
    for one in postings:
        arrivals[one.open_from].append(one)
    to_close = first_month
    for open_from in sorted(arrivals, key=lambda day: day or date.min):
        if open_from is not None:
            for branch in stored.branches.values():
                for month in months_between(to_close, Month.of(open_from).previous):
                    open_months(pairs=[(branch.pk, month)])
                    before_closing(branch, month)
                    close(branch, month)
            to_close = Month.of(open_from)
        copy_postings(arrivals[open_from], stored)


def copy_postings(postings: Iterable[oracle.Posting], stored: Stored) -> None:
    """One COPY of the postings, their months opened first."""
    rows = list(postings)
    branch_of = {no: account.branch_id for no, account in stored.accounts.items()}
    open_months(pairs={(branch_of[one.account_no], Month.of(one.entered_on)) for one in rows})
    batch = make_batch()
    copied = (
        "account_id, branch_id, posted_on, entered_on, value_on, serial_no, line, amount_fen, source, batch_id, row_no"
    )
    start = Posting.objects.count()
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY deposits_posting ({copied}) FROM STDIN") as copy,
    ):
        for number, one in enumerate(rows, start=start):
            account = stored.accounts[one.account_no]
            copy.write_row(
                (
                    account.pk,
                    account.branch_id,
                    one.posted_on,
                    one.entered_on,
                    one.value_on,
                    f"T{number}",
                    1,
                    one.amount_fen,
                    "transaction",
                    batch.pk,
                    number + 1,
                )
            )


def _store_loans(
    facts: oracle.Facts, branches: dict[str, Branch], managers: dict[str, Employee], customers: dict[str, Customer]
) -> None:
    code_of = {no: code for no, (code, *_) in facts.managers.items()}
    made = {
        one.loan_no: one
        for one in Loan.objects.bulk_create(
            Loan(
                loan_no=no,
                customer=customers[code_of[loan.manager_no]],
                branch=branches[code_of[loan.manager_no]],
                manager=managers[loan.manager_no],
                granted_on=loan.granted_on,
                entered_on=loan.granted_on,
                due_on=loan.due_on,
                principal_fen=loan.principal_fen,
                security="mortgage",
            )
            for no, loan in facts.loans.items()
        )
    }
    Instalment.objects.bulk_create(
        Instalment(
            loan=made[row.loan_no],
            branch_id=made[row.loan_no].branch_id,
            due_on=row.day,
            entered_on=row.day,
            principal_fen=row.principal_fen,
            interest_fen=row.interest_fen,
        )
        for row in facts.schedule
    )
    Repayment.objects.bulk_create(
        Repayment(
            loan=made[row.loan_no],
            branch_id=made[row.loan_no].branch_id,
            paid_on=row.day,
            entered_on=row.day,
            serial_no=f"R{number}",
            principal_fen=row.principal_fen,
            interest_fen=row.interest_fen,
        )
        for number, row in enumerate(facts.repayments)
    )
