"""What the loan ledger is asked: figures of a month, lists, findings against the regulation."""

from __future__ import annotations

# What loans brought their responsible managers in a month, one row a loan (arithmetic.md, Actuals). As in rules.py: S
# is all principal due, P all principal repaid, each as entered by the end of a day, and R the lesser of the two; the
# growth of R counts, not below 0. A loan without a schedule has one instalment: its whole principal on its due day.
LOAN_FIGURES = """
WITH due AS (
    SELECT loan_id, entered_on, principal_fen, interest_fen FROM loans_instalment
    WHERE branch_id = %(branch)s AND entered_on <= %(last)s
    UNION ALL
    SELECT id, greatest(due_on, entered_on), principal_fen, 0 FROM loans_loan AS l
    WHERE branch_id = %(branch)s AND greatest(due_on, entered_on) <= %(last)s
      AND NOT EXISTS (SELECT 1 FROM loans_instalment AS i WHERE i.loan_id = l.id)
),
due_sum AS (
    SELECT loan_id,
           coalesce(sum(principal_fen) FILTER (WHERE entered_on < %(first)s), 0)::bigint AS before,
           sum(principal_fen)::bigint AS upto,
           coalesce(sum(interest_fen) FILTER (WHERE entered_on >= %(first)s), 0)::bigint AS interest,
           bool_or(entered_on >= %(first)s) AS touches
    FROM due GROUP BY loan_id
),
repaid_sum AS (
    SELECT loan_id,
           coalesce(sum(principal_fen) FILTER (WHERE entered_on < %(first)s), 0)::bigint AS before,
           sum(principal_fen)::bigint AS upto,
           coalesce(sum(interest_fen) FILTER (WHERE entered_on >= %(first)s), 0)::bigint AS interest,
           bool_or(entered_on >= %(first)s) AS touches
    FROM loans_repayment WHERE branch_id = %(branch)s AND entered_on <= %(last)s GROUP BY loan_id
),
loan AS (
    SELECT l.id AS loan_id, l.manager_id, l.classification,
           extract(year FROM l.granted_on) = extract(year FROM %(first)s::date) AS this_year,
           CASE WHEN l.entered_on BETWEEN %(first)s AND %(last)s THEN l.principal_fen ELSE 0 END AS granted,
           CASE WHEN l.entered_on <= %(last)s THEN l.principal_fen ELSE 0 END - coalesce(p.upto, 0) AS outstanding,
           least(coalesce(p.before, 0), coalesce(s.before, 0)) AS recovered_before,
           least(coalesce(p.upto, 0), coalesce(s.upto, 0)) AS recovered_upto,
           coalesce(s.upto, 0) AS due_upto,
           coalesce(p.interest, 0) AS interest_received,
           coalesce(s.interest, 0) AS interest_due
    FROM loans_loan AS l LEFT JOIN due_sum AS s ON s.loan_id = l.id LEFT JOIN repaid_sum AS p ON p.loan_id = l.id
    WHERE l.branch_id = %(branch)s
      AND (s.touches OR p.touches OR l.entered_on BETWEEN %(first)s AND %(last)s
           OR (l.entered_on < %(first)s AND l.principal_fen > coalesce(p.before, 0)))
),
figures AS (
    SELECT loan_id, manager_id, granted, greatest(recovered_upto - recovered_before, 0) AS recovered, this_year,
           CASE WHEN classification IN ('doubtful', 'loss') THEN 0 ELSE due_upto - recovered_before END AS recoverable,
           interest_received, interest_due, outstanding
    FROM loan
)"""
