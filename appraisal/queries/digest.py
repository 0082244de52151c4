"""The digest of a month: one number over all its figures, kept when it closes and looked at again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db import connection

from common.months import Month
from organization.models import Branch, MonthClose

# Every figure that a closed month keeps, by natural keys in code-point order, so that the digest is the same on every
# machine and after every restore. Points at rows by id (evidence) are not figures.
_DIGEST_SECTIONS = {
    "accounts": """
        SELECT a.account_no, m.opening_fen, m.closing_fen, m.accumulated_fen_days, m.adjustment_fen_days,
               m.unattributed_closing_fen, m.unattributed_accumulated_fen_days
        FROM deposits_accountmonth m JOIN deposits_depositaccount a ON a.id = m.account_id
        WHERE m.branch_id = {branch} AND m.month = {month} ORDER BY a.account_no COLLATE "C" """,
    "parts": """
        SELECT a.account_no, e.employee_no, m.closing_fen, m.accumulated_fen_days, m.adjustment_fen_days
        FROM deposits_attributedmonth m JOIN deposits_depositaccount a ON a.id = m.account_id
        JOIN organization_employee e ON e.id = m.manager_id
        WHERE m.branch_id = {branch} AND m.month = {month}
        ORDER BY a.account_no COLLATE "C", e.employee_no COLLATE "C" """,
    "managers": """
        SELECT e.employee_no, m.accounts, m.closing_fen, m.accumulated_fen_days, m.adjustment_fen_days
        FROM deposits_managermonth m JOIN organization_employee e ON e.id = m.manager_id
        WHERE m.branch_id = {branch} AND m.month = {month} ORDER BY e.employee_no COLLATE "C" """,
    "loans": """
        SELECT l.loan_no, e.employee_no, m.granted_fen, m.recovered_fen, m.recovered_this_year_fen, m.recoverable_fen,
               m.interest_received_fen, m.interest_due_fen, m.outstanding_fen
        FROM loans_loanmonth m JOIN loans_loan l ON l.id = m.loan_id
        JOIN organization_employee e ON e.id = m.manager_id
        WHERE m.branch_id = {branch} AND m.month = {month}
        ORDER BY l.loan_no COLLATE "C", e.employee_no COLLATE "C" """,
    "cards": """
        SELECT e.employee_no, s.code, v.version, to_char(c.first_day_in_office, 'YYYY-MM-DD'), c.days_in_office,
               c.scored_total_hundredths, c.total_hundredths, c.grade, c.rank, c.complete
        FROM appraisal_scorecard c JOIN organization_employee e ON e.id = c.manager_id
        JOIN appraisal_schemeversion v ON v.id = c.scheme_version_id JOIN appraisal_scheme s ON s.id = v.scheme_id
        WHERE c.branch_id = {branch} AND c.month = {month} ORDER BY e.employee_no COLLATE "C" """,
    "lines": """
        SELECT e.employee_no, l.position, l."group", l.indicator, l.rule, l.parameters, l.state,
               l.scheme_weight_hundredths, l.weight_numerator, l.weight_denominator, l.full_target_hundredths,
               l.target_hundredths, l.target_source, l.actual_numerator, l.actual_denominator, l.rate_numerator,
               l.rate_denominator, l.raw_points_hundredths, l.points_hundredths, jsonb_array_length(l.entries)
        FROM appraisal_scoreline l JOIN appraisal_scorecard c ON c.id = l.card_id
        JOIN organization_employee e ON e.id = c.manager_id
        WHERE c.branch_id = {branch} AND c.month = {month} ORDER BY e.employee_no COLLATE "C", l.position """,
}


def digest_of_month(branch: Branch, month: Month) -> str:
    """SHA-256 over all figures of the branch's month, streamed from the database in a fixed order.

    Shape: 64 hexadecimal digits; the same figures give the same digest on every machine. Memory is flat.
    """
    digest = hashlib.sha256(f"month 1\t{branch.branch_code}\t{month}\n".encode())
    values = {"branch": int(branch.pk), "month": f"DATE '{month.first_day.isoformat()}'"}
    with connection.cursor() as cursor:
        for name, section in _DIGEST_SECTIONS.items():
            digest.update(f"{name}\n".encode())
            with cursor.copy(f"COPY ({section.format(**values)}) TO STDOUT") as rows:
                for part in rows:
                    digest.update(part)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class VerifiedMonth:
    """A closed month, the digest that was kept when it closed, and the one that its figures have now."""

    branch: Branch
    month: Month
    kept: str
    found: str

    @property
    def agrees(self) -> bool:
        return self.kept == self.found


def verify_closed_months(month: Month) -> list[VerifiedMonth]:
    """Every branch that has closed the month, by code, with the digest of its figures of now."""
    closed = MonthClose.objects.filter(month=month.first_day, state=MonthClose.State.CLOSED)
    return [
        VerifiedMonth(row.branch, month, row.digest, digest_of_month(row.branch, month))
        for row in closed.select_related("branch").order_by("branch__branch_code")
    ]
