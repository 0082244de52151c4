"""The reference month of quality.md, made by the database itself: the same rows each time."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from django.db import connections, transaction

from common.months import Month
from organization.models import Branch
from tests.make import make_batch

MONTHS = (Month(2026, 1), Month(2026, 2), Month(2026, 3))
LAST_MONTH = MONTHS[-1]
DAYS = sum(month.days for month in MONTHS)


@dataclass(frozen=True)
class Size:
    accounts: int = 100_000
    postings: int = 2_000_000
    managers: int = 400
    branches: int = 30

    def times(self, factor: Fraction | int) -> Size:
        """More accounts and postings in the same branches."""
        return Size(int(self.accounts * factor), int(self.postings * factor), self.managers, self.branches)


# Of a hundred accounts 84 belong to one manager, 10 to two at 60/40, 5 and a half pass to another on the 17th of the last
# month, and every two hundredth is nobody's: 115 attributions. One posting in two hundred has an earlier value day.
_STEPS = (
    """
    INSERT INTO organization_branch (branch_code, name, kind, headcount)
    SELECT 'B' || to_char(b, 'FM0000'), 'Branch ' || b, 'urban', 36 FROM generate_series(1, %(branches)s) AS b
    """,
    """
    INSERT INTO organization_employee (employee_no, name, initials, branch_id, employment, hired_on, id_number, phone,
        post, title)
    SELECT 'M' || to_char(m, 'FM00000'), 'Manager ' || m, '', branch.id, 'formal', '2015-01-01', '', '', '', ''
    FROM generate_series(1, %(managers)s) AS m
    JOIN organization_branch AS branch ON branch.branch_code = 'B' || to_char(1 + m %% %(branches)s, 'FM0000')
    """,
    """
    INSERT INTO managers_appointment (employee_id, branch_id, first_day)
    SELECT id, branch_id, '2020-01-01' FROM organization_employee WHERE employee_no LIKE 'M%%'
    """,
    """
    INSERT INTO managers_contract (appointment_id, contract_no, target_kind, first_day)
    SELECT id, '', 'composite', '2020-01-01' FROM managers_appointment
    """,
    """
    INSERT INTO managers_contracttarget (contract_id, indicator, target_hundredths, not_applicable)
    SELECT contract.id, indicator, 100000000, false
    FROM managers_contract AS contract
    CROSS JOIN (VALUES ('deposit_average'), ('deposit_accumulated'), ('loans_granted'), ('principal_recovered'),
                       ('interest_received')) AS listed (indicator)
    """,
    """
    INSERT INTO customers_customer (customer_no, name, initials, kind, id_type, id_number, branch_id, industry, phone,
        address)
    SELECT 'C' || to_char(c, 'FM00000000'), 'Customer ' || c, '', 'individual', '', '', branch.id, '', '', ''
    FROM generate_series(1, %(accounts)s) AS c
    JOIN organization_branch AS branch ON branch.branch_code = 'B' || to_char(1 + c %% %(branches)s, 'FM0000')
    ORDER BY c
    """,
    """
    INSERT INTO deposits_depositaccount (account_no, customer_id, product, branch_id, opened_on)
    SELECT 'A' || substr(customer_no, 2), id, 'savings', branch_id, '2025-06-01' FROM customers_customer ORDER BY id
    """,
    """
    WITH one AS (
        SELECT id, branch_id, row_number() OVER (ORDER BY account_no) AS number FROM deposits_depositaccount
    ),
    manager AS (
        SELECT id, branch_id, row_number() OVER (PARTITION BY branch_id ORDER BY employee_no) - 1 AS place,
               count(*) OVER (PARTITION BY branch_id) AS colleagues
        FROM organization_employee WHERE employee_no LIKE 'M%%'
    ),
    pattern (kind, turn, first_day, last_day, share_bp) AS (VALUES
        ('whole', 0, '2025-06-01'::date, NULL::date, 10000), ('shared', 0, '2025-06-01', NULL, 6000),
        ('shared', 1, '2025-06-01', NULL, 4000), ('passed', 0, '2025-06-01', '2026-03-16', 10000),
        ('passed', 1, '2026-03-17', NULL, 10000))
    INSERT INTO deposits_attribution (account_id, branch_id, manager_id, first_day, last_day, share_bp, basis)
    SELECT one.id, one.branch_id, manager.id, pattern.first_day, pattern.last_day, pattern.share_bp, 'assigned'
    FROM one
    JOIN pattern ON pattern.kind = CASE
        WHEN one.number %% 200 = 0 THEN 'nobody' WHEN one.number %% 200 <= 168 THEN 'whole'
        WHEN one.number %% 200 <= 188 THEN 'shared' ELSE 'passed' END
    JOIN manager ON manager.branch_id = one.branch_id
        AND manager.place = (one.number / %(branches)s + pattern.turn) %% manager.colleagues
    ORDER BY one.id
    """,
    """
    INSERT INTO organization_monthclose (branch_id, month, state, version, stale, digest)
    SELECT id, month, 'open', 1, false, '' FROM organization_branch, unnest(%(months)s::date[]) AS month
    """,
    # In order of days, as a core system exports them; accounts as a hash scatters them.
    """
    INSERT INTO deposits_posting (account_id, branch_id, posted_on, entered_on, value_on, serial_no, line, amount_fen,
        source, batch_id, row_no)
    SELECT one.id, one.branch_id, day, day, CASE WHEN p %% 200 = 0 THEN day - 3 ELSE day END, 'T' || p, 1,
           CASE WHEN p %% 3 = 0 THEN -1 ELSE 1 END * (1 + hashint8(p)::bigint & 1048575), 'transaction', %(batch)s, p
    FROM (
        SELECT p, '2026-01-01'::date + (p::bigint * %(days)s / (%(postings)s + 1))::int AS day,
               %(first_account)s + (hashint8(p + 7) & 2147483647) %% %(accounts)s AS account
        FROM generate_series(1, %(postings)s) AS p
    ) AS made
    JOIN deposits_depositaccount AS one ON one.id = made.account
    ORDER BY p
    """,
)


def make_reference_month(size: Size) -> list[Branch]:
    """Fills an empty database with the reference month and gathers its statistics. Returns the branches."""
    with transaction.atomic():
        batch = make_batch().pk
    values = {
        "accounts": size.accounts,
        "postings": size.postings,
        "managers": size.managers,
        "branches": size.branches,
        "months": [month.first_day for month in MONTHS],
        "days": DAYS,
        "batch": batch,
        "first_account": None,
    }
    connection = connections["owner"]
    with connection.cursor() as cursor:
        # The laws of attributions look at each row; they are measured with the import, not here.
        cursor.execute("ALTER TABLE deposits_attribution DISABLE TRIGGER USER")
        for step in _STEPS:
            if "first_account" in step:
                cursor.execute("SELECT min(id) FROM deposits_depositaccount")
                values["first_account"] = cursor.fetchone()[0]
            cursor.execute(step, values)
        cursor.execute("ALTER TABLE deposits_attribution ENABLE TRIGGER USER")
        cursor.execute("VACUUM (ANALYZE)")
    return list(Branch.objects.order_by("branch_code"))
