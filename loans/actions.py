"""Every change of the loan ledger: figures of a month."""

from __future__ import annotations

from django.db import connection

from common.months import Month
from customers.models import Customer
from loans import queries
from loans.models import Loan, LoanMonth
from organization.actions.months import set_based
from organization.actions.rights import refuse_without
from organization.models import Branch, MonthClose, Role
from organization.rules import Actor

_STORE_MONTH = """
INSERT INTO loans_loanmonth (month, branch_id, loan_id, manager_id, granted_fen, recovered_fen, recovered_this_year_fen,
    recoverable_fen, interest_received_fen, interest_due_fen, outstanding_fen)
SELECT %(first)s, %(branch)s, loan_id, manager_id, granted, recovered, CASE WHEN this_year THEN recovered ELSE 0 END,
    recoverable, interest_received, interest_due, outstanding
FROM figures
"""


def compute_month(*, actor: Actor, branch: Branch, month: Month, row: MonthClose) -> int:
    """Replaces the month's loan figures, one row a loan that is not fully repaid or that the month touches.

    One step of the month end, inside its transaction: state, staleness and trail are the caller's (appraisal/actions).
    Shape: row is the month's own row, locked by organization.actions.months.lock_month. Returns the number of loans.
    Raises: RuleError without the right.
    Locks: row, by the caller.
    """
    refuse_without(actor, branch, Role.CLERK, Role.DIRECTOR)
    LoanMonth.objects.filter(month=row.month, branch=branch).delete()
    with set_based(), connection.cursor() as cursor:
        cursor.execute(
            queries.LOAN_FIGURES + _STORE_MONTH,
            {"branch": branch.pk, "first": month.first_day, "last": month.last_day},
        )
        return cursor.rowcount


def move_loans(*, kept: Customer, archived: Customer) -> dict[str, list[str]]:
    """The loans of the one customer are the other's; managers, repayments and figures stay as they are.

    One step of a merge, inside its transaction: rights, locks and trail are the caller's (customers/actions/merges.py).
    Shape: the numbers of the loans that moved.
    """
    rows = Loan.objects.filter(customer=archived)
    numbers = list(rows.order_by("loan_no").values_list("loan_no", flat=True))
    rows.update(customer=kept)
    return {"loans.loan": numbers}
