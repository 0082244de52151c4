"""The pages of long lists on a million rows: their reads against bare SQL that fetches the same rows by their keys.

Measured is every statement of a page that touches a large table: finding the rows, however they are filtered, sorted and
looked for, and reading what the page shows of them. Drawing the page costs the same for a table of a hundred rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, connections, transaction
from django.test import Client, override_settings
from django.test.utils import setup_test_environment, teardown_test_environment
from django.urls import reverse

from organization.models import Branch, Employee, Role, User
from tests.bench.reference import LAST_MONTH
from tests.bench.report import Report, timed
from tests.make import grant, make_batch, make_employee, make_user

ROWS = 1_000_000
BRANCHES = 30
ROUNDS = 15
MOST_QUERIES = 15
GOAL = 3.0
LARGE = (
    "customers_customer",
    "deposits_depositaccount",
    "deposits_accountmonth",
    "deposits_attribution",
    "deposits_posting",
    "loans_loan",
    "loans_loanmonth",
)

# 25 family names, so that each is that of four customers in a hundred; 45 for given names.
_FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐"
_FAMILY_INITIALS = "wlzlcyhzwzxsmzhghlglzlxst"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉红建文国志海金荣春凤云洁梅琳素真环雪荷莲"
_GIVEN_INITIALS = "wfnmjlqljyyyjjtmclxpggyhyhjwgzhjrcfyjmlszhxhl"

# One account in a thousand is closed, one in fifty nobody's, one in five hundred overdrawn; one has two thousand postings.
_STEPS = (
    """
    INSERT INTO organization_branch (branch_code, name, kind, headcount, parent_id)
    SELECT 'B' || to_char(b, 'FM0000'), 'Branch ' || b, 'urban', 36, %(union)s FROM generate_series(1, %(branches)s) AS b
    """,
    """
    INSERT INTO organization_employee (employee_no, name, initials, branch_id, employment, hired_on, id_number, phone,
        post, title)
    SELECT 'M' || to_char(m, 'FM00000'), 'Manager ' || m, '', branch.id, 'formal', '2015-01-01', '', '', '', ''
    FROM generate_series(1, 400) AS m
    JOIN organization_branch AS branch ON branch.branch_code = 'B' || to_char(1 + m %% %(branches)s, 'FM0000')
    """,
    """
    INSERT INTO organization_monthclose (branch_id, month, state, version, stale, digest, computed_at)
    SELECT id, %(month)s, 'computed', 1, false, '', now() FROM organization_branch WHERE id <> %(union)s
    """,
    """
    INSERT INTO customers_customer (customer_no, name, initials, kind, id_type, id_number, branch_id, industry, phone,
        address)
    SELECT 'C' || to_char(c, 'FM00000000'),
           substr(%(family)s, f, 1) || substr(%(given)s, g, 1) || substr(%(given)s, h, 1),
           substr(%(family_initials)s, f, 1) || substr(%(given_initials)s, g, 1) || substr(%(given_initials)s, h, 1),
           CASE WHEN c %% 50 = 0 THEN 'unit' ELSE 'individual' END, 'id', 'X' || c, branch.id, '',
           '139' || to_char(c, 'FM00000000'), 'No. ' || c || ', North Street'
    FROM (SELECT c, 1 + (hashint4(c) & 65535) %% 25 AS f, 1 + (hashint4(c + 1) & 65535) %% 45 AS g,
                 1 + (hashint4(c + 2) & 65535) %% 45 AS h FROM generate_series(1, %(rows)s) AS c) AS made
    JOIN organization_branch AS branch ON branch.branch_code = 'B' || to_char(1 + c %% %(branches)s, 'FM0000')
    ORDER BY c
    """,
    # Three hundred or so customers a manager at three branches of thirty, the others nobody's yet.
    """
    INSERT INTO customers_assignment (customer_id, branch_id, manager_id, first_day, basis, how)
    SELECT customer.id, customer.branch_id, manager.id, '2020-01-01', 'assigned', ''
    FROM customers_customer AS customer
    JOIN (SELECT id, branch_id, row_number() OVER (PARTITION BY branch_id ORDER BY id) - 1 AS place
          FROM organization_employee WHERE employee_no LIKE 'M%%') AS manager
        ON manager.branch_id = customer.branch_id AND manager.place = customer.id / %(branches)s %% 100
    ORDER BY customer.id
    """,
    """
    INSERT INTO deposits_depositaccount (account_no, customer_id, product, branch_id, opened_on, closed_on)
    SELECT 'A' || substr(customer_no, 2), id, 'savings', branch_id, '2010-01-01'::date + (hashint8(id) & 4095),
           CASE WHEN id %% 1000 = 0 THEN '2025-12-31'::date END
    FROM customers_customer ORDER BY id
    """,
    """
    INSERT INTO deposits_accountmonth (month, branch_id, account_id, opening_fen, closing_fen, accumulated_fen_days,
        adjustment_fen_days, unattributed_closing_fen, unattributed_accumulated_fen_days)
    SELECT %(month)s, branch_id, id, id, CASE WHEN id %% 500 = 0 THEN -id ELSE id END, 31 * id, 0,
           CASE WHEN id %% 50 = 0 THEN id ELSE 0 END, CASE WHEN id %% 50 = 0 THEN 31 * id ELSE 0 END
    FROM deposits_depositaccount AS account ORDER BY branch_id, account.id
    """,
    """
    INSERT INTO deposits_attribution (account_id, branch_id, manager_id, first_day, share_bp, basis)
    SELECT account.id, account.branch_id, manager.id, '2020-01-01', 10000, 'assigned'
    FROM deposits_depositaccount AS account
    JOIN (SELECT id, branch_id, row_number() OVER (PARTITION BY branch_id ORDER BY id) - 1 AS place,
                 count(*) OVER (PARTITION BY branch_id) AS colleagues
          FROM organization_employee WHERE employee_no LIKE 'M%%') AS manager
        ON manager.branch_id = account.branch_id AND manager.place = account.id / %(branches)s %% manager.colleagues
    WHERE account.id %% 50 <> 0 ORDER BY account.id
    """,
    """
    INSERT INTO deposits_posting (account_id, branch_id, posted_on, entered_on, value_on, serial_no, line, amount_fen,
        source, batch_id, row_no)
    SELECT one.id, one.branch_id, day, day, day, 'T' || p, 1, p, 'transaction', %(batch)s, p
    FROM (SELECT p, %(month)s::date + p %% 31 AS day,
                 CASE WHEN p <= 2000 THEN 1 ELSE 1 + p %% %(rows)s END AS number FROM generate_series(1, %(rows)s) AS p) AS made
    JOIN deposits_depositaccount AS one ON one.account_no = 'A' || to_char(number, 'FM00000000')
    ORDER BY p
    """,
    """
    INSERT INTO loans_loan (loan_no, customer_id, branch_id, manager_id, granted_on, entered_on, due_on, principal_fen,
        security, classification)
    SELECT 'L' || substr(customer_no, 2), customer.id, customer.branch_id, manager.id,
           '2020-01-01'::date + (hashint8(customer.id) & 2047), '2020-01-01'::date + (hashint8(customer.id) & 2047),
           '2030-01-01'::date + (hashint8(customer.id + 1) & 2047), 1 + (hashint8(customer.id) & 16777215),
           CASE WHEN customer.id %% 50 = 0 THEN 'pledge' ELSE 'mortgage' END,
           CASE WHEN customer.id %% 200 = 0 THEN 'doubtful' ELSE 'normal' END
    FROM customers_customer AS customer
    JOIN (SELECT branch_id, min(id) AS id FROM organization_employee WHERE employee_no LIKE 'M%%' GROUP BY branch_id) AS manager
        ON manager.branch_id = customer.branch_id
    ORDER BY customer.id
    """,
    """
    INSERT INTO loans_loanmonth (month, branch_id, loan_id, manager_id, granted_fen, recovered_fen,
        recovered_this_year_fen, recoverable_fen, interest_received_fen, interest_due_fen, outstanding_fen)
    SELECT %(month)s, branch_id, id, manager_id, 0, 1, 0, 1, 1, 1, principal_fen
    FROM loans_loan AS loan ORDER BY branch_id, loan.id
    """,
    "VACUUM (ANALYZE)",
)

# What somebody would write who knows which rows the page shows.
_ROWS_OF = {
    # With each its manager of today and what its completeness is counted from.
    "customers": """
        SELECT one.*, branch.*, held.first_day, manager.*, basics.*,
            EXISTS (SELECT FROM customers_leader AS s WHERE s.customer_id = one.id AND s.removed_at IS NULL),
            EXISTS (SELECT FROM customers_familymember AS s WHERE s.customer_id = one.id AND s.removed_at IS NULL),
            EXISTS (SELECT FROM customers_holding AS s WHERE s.customer_id = one.id AND s.removed_at IS NULL),
            EXISTS (SELECT FROM customers_creditrecord AS s WHERE s.customer_id = one.id AND s.removed_at IS NULL),
            EXISTS (SELECT FROM customers_otherbank AS s WHERE s.customer_id = one.id AND s.removed_at IS NULL)
        FROM customers_customer AS one JOIN organization_branch AS branch ON branch.id = one.branch_id
        LEFT JOIN customers_assignment AS held ON held.customer_id = one.id AND held.first_day <= CURRENT_DATE
            AND (held.last_day IS NULL OR held.last_day >= CURRENT_DATE)
        LEFT JOIN organization_employee AS manager ON manager.id = held.manager_id
        LEFT JOIN customers_basicfacts AS basics ON basics.customer_id = one.id
        WHERE one.id = ANY(%(keys)s) ORDER BY one.customer_no""",
    # Whose rows a manager sees is part of the question: no key says it.
    "own customers": """
        SELECT one.*, branch.* FROM customers_customer AS one JOIN organization_branch AS branch ON branch.id = one.branch_id
        WHERE one.id IN (
            SELECT customer_id FROM customers_assignment WHERE manager_id = %(manager)s AND last_day IS NULL
            UNION SELECT account.customer_id FROM deposits_attribution
                JOIN deposits_depositaccount AS account ON account.id = account_id WHERE manager_id = %(manager)s
            UNION SELECT customer_id FROM loans_loan WHERE manager_id = %(manager)s)
        ORDER BY one.customer_no LIMIT 26""",
    "accounts": """
        SELECT one.*, customer.*, branch.*, f.closing_fen, f.accumulated_fen_days, f.unattributed_accumulated_fen_days
        FROM deposits_depositaccount AS one
        JOIN customers_customer AS customer ON customer.id = one.customer_id
        JOIN organization_branch AS branch ON branch.id = one.branch_id
        LEFT JOIN deposits_accountmonth AS f ON f.month = %(month)s AND f.branch_id = one.branch_id AND f.account_id = one.id
        WHERE one.id = ANY(%(keys)s) ORDER BY one.account_no""",
    "loans": """
        SELECT one.*, customer.*, branch.*, manager.*, f.outstanding_fen, f.recovered_fen, f.interest_received_fen
        FROM loans_loan AS one
        JOIN customers_customer AS customer ON customer.id = one.customer_id
        JOIN organization_branch AS branch ON branch.id = one.branch_id
        JOIN organization_employee AS manager ON manager.id = one.manager_id
        LEFT JOIN loans_loanmonth AS f ON f.month = %(month)s AND f.branch_id = one.branch_id AND f.loan_id = one.id
            AND f.manager_id = one.manager_id
        WHERE one.id = ANY(%(keys)s) ORDER BY one.loan_no""",
}
# The same search written by hand, with the whole text that the page shows of each.
_SEARCHED = {
    "by name": ("q=张芳", "one.name LIKE '张芳%%'"),
    "by initials": ("q=zf", "one.initials LIKE 'zf%%'"),
    "by number": ("q=C000123", "one.customer_no LIKE 'C000123%%'"),
    "by the end of a phone": ("q=4321", "reverse(one.phone) LIKE '1234%%'"),
}
_ADDRESSES = {
    "customers": "customers:customer_list",
    "own customers": "customers:customer_list",
    "accounts": "deposits:account_list",
    "loans": "loans:loan_list",
}
# Of a list, what is asked of it. A cursor is followed from the page before.
_ASKED = {
    "customers": {
        "first page": "",
        "next page": "next",
        "by name": "sort=name",
        "search of 4 % by name": "q=张",
        "search of one in a thousand by name": "q=张芳",
        "search of a few by name": "q=张芳娜",
        "search of 16 % by initials": "q=z",
        "search by number": "q=C000123",
        "search by the end of a phone": "q=4321",
        "search of nothing": "q=欧阳",
        "one branch": "branch=B0007",
        "one kind": "kind=unit",
    },
    # As a manager sees them: those assigned, and those with an account or loan of his or hers.
    "own customers": {
        "first page": "",
        "by name": "sort=name",
        "search of 4 % by name": "q=张",
        "search by initials": "q=zf",
        "search by the end of a phone": "q=4321",
    },
    "accounts": {
        "first page": "",
        "next page": "next",
        "by opening day": "sort=-opened_on",
        "search of 4 % by name": "q=张",
        "search of one in a thousand by name": "q=张芳",
        "search of a few by name": "q=张芳娜",
        "search of 16 % by initials": "q=z",
        "search by number": "q=A000123",
        "search of nothing": "q=欧阳",
        "search of 4 % in one branch": "q=张&branch=B0007",
        "one branch": "branch=B0007",
        "closed": "state=closed",
        "nobody's in part": "state=unattributed",
        "overdrawn": "state=negative",
        "one manager's": "manager=M00100",
    },
    "loans": {
        "first page": "",
        "next page": "next",
        "by principal": "sort=-principal_fen",
        "by due day": "sort=due_on",
        "search of 4 % by name": "q=张",
        "search of one in a thousand by name": "q=张芳",
        "search of a few by name": "q=张芳娜",
        "search of 16 % by initials": "q=z",
        "search of nothing": "q=欧阳",
        "one branch": "branch=B0007",
        "one security": "security=pledge",
        "one classification": "classification=doubtful",
    },
}


@dataclass(frozen=True)
class Page:
    """What a page has cost. Shape: reads are its statements on large tables with their parameters."""

    response: Any
    queries: int
    seconds: float
    reads: list[tuple[str, Any]]


def run(report: Report, *, large: bool) -> None:
    """Adds a line for each way to ask each long list, and names what reads a large table as a whole."""
    clients = _fill()
    # Nothing is collected here, and no page's address of a picture is part of what is measured.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    setup_test_environment()
    try:
        with override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}):
            _measure_lists(report, *clients)
    finally:
        teardown_test_environment()


def _measure_lists(report: Report, supervisor: Client, manager: Client) -> None:
    for name, asked in _ASKED.items():
        for what, query in asked.items():
            _measure(report, manager if name.startswith("own ") else supervisor, name, what, query)
    _measure_searches(report, supervisor)
    _measure_postings(report, supervisor)


def _fill() -> tuple[Client, Client]:
    """A million of everything; somebody signed in who sees all of it, and a manager who sees the own part."""
    with transaction.atomic():
        union = Branch.objects.create(branch_code="U0000", name="Union", kind="head_office", headcount=9)
        supervisor = make_employee(union)
        grant(supervisor, Role.SUPERVISOR)
        user = make_user(supervisor)
        batch = make_batch().pk
    values = {
        "union": union.pk,
        "batch": batch,
        "rows": ROWS,
        "branches": BRANCHES,
        "month": LAST_MONTH.first_day,
        "family": _FAMILY,
        "family_initials": _FAMILY_INITIALS,
        "given": _GIVEN,
        "given_initials": _GIVEN_INITIALS,
    }
    with connections["owner"].cursor() as cursor:
        tables = (
            "customers_assignment",
            "deposits_attribution",
            "deposits_posting",
            "deposits_accountmonth",
            "loans_loan",
            "loans_loanmonth",
        )
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for step in _STEPS:
            cursor.execute(step, values)
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    manager = Employee.objects.get(employee_no="M00100")
    grant(manager, Role.ACCOUNT_MANAGER)
    return _signed_in(user), _signed_in(make_user(manager))


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _measure(report: Report, client: Client, name: str, what: str, query: str) -> None:
    address = f"{reverse(_ADDRESSES[name])}?month={LAST_MONTH}"
    if query == "next":
        address = _get(client, address).response.context["table"].next_url
    elif query:
        address += f"&{query}"
    best = _best(client, address)
    keys = [row.pk for row in best.response.context["table"].keyset.rows]
    manager = best.response.wsgi_request.actor.employee_id
    bare = _bare(_ROWS_OF[name], {"keys": keys, "month": LAST_MONTH.first_day, "manager": manager})
    reference = "rows seen" if name.startswith("own ") else f"{len(keys)} rows by key"
    _add(report, f"{name}, {what}", best, bare, reference)


def _measure_searches(report: Report, client: Client) -> None:
    for what, (query, condition) in _SEARCHED.items():
        best = _best(client, f"{reverse('customers:customer_list')}?month={LAST_MONTH}&{query}")
        by_hand = _ROWS_OF["customers"].replace("one.id = ANY(%(keys)s)", condition) + " LIMIT 26"
        _add(report, f"customers, found {what}", best, _bare(by_hand, {}), "the same search by hand")


def _measure_postings(report: Report, client: Client) -> None:
    """The account with the most postings: its page reads balances and attributions too, which are no rows of the list."""
    address = reverse("deposits:account_detail", args=["A00000001"]) + f"?month={LAST_MONTH}"
    best = _best(client, address, only=r'FROM "deposits_posting" .*LIMIT')
    rows = best.response.context["table"].keyset.rows
    bare = _bare(
        "SELECT one.*, batch.* FROM deposits_posting AS one JOIN organization_importbatch AS batch ON batch.id = one.batch_id"
        " WHERE one.account_id = %(account)s AND (one.posted_on, one.serial_no, one.line) IN (SELECT * FROM unnest("
        "%(days)s::date[], %(serials)s::text[], %(lines)s::int[])) ORDER BY posted_on DESC, serial_no DESC, line DESC",
        {
            "account": rows[0].account_id,
            "days": [row.posted_on for row in rows],
            "serials": [row.serial_no for row in rows],
            "lines": [row.line for row in rows],
        },
    )
    _add(report, "postings of one account", best, bare, f"{len(rows)} rows by key")


def _add(report: Report, what: str, page: Page, bare: float, reference: str) -> None:
    # In thousandths of a second, so that the table's two decimals say something.
    # Finding nothing has no rows to be held against.
    goal = None if reference.startswith("0 ") else GOAL
    report.add(f"{what} (ms)", page.seconds * 1000, f"{reference} (ms)", bare * 1000, goal)
    if page.queries > MOST_QUERIES:
        report.note(f"lists: {what} costs {page.queries} queries")
    with connection.cursor() as cursor:
        for statement, params in page.reads:
            cursor.execute(f"EXPLAIN {statement}", params)
            plan = "\n".join(line for (line,) in cursor.fetchall())
            whole = sorted(set(re.findall(r"Seq Scan on (\w+)", plan)) & set(LARGE))
            if whole:
                report.note(f"lists: {what} reads all of {', '.join(whole)}")


def _best(client: Client, address: str, *, only: str = "") -> Page:
    return min((_get(client, address, only) for _round in range(ROUNDS)), key=lambda page: page.seconds)


def _get(client: Client, address: str, only: str = "") -> Page:
    """The page, with the time of its statements on large tables, or of those only that the pattern finds."""
    reads: list[tuple[str, Any]] = []
    seconds, queries = 0.0, 0

    def watch(execute: Any, statement: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seconds, queries
        queries += 1
        if not any(f'"{table}"' in statement for table in LARGE) or not re.search(only, statement):
            return execute(statement, params, many, context)
        reads.append((statement, params))
        result = None

        def work() -> None:
            nonlocal result
            result = execute(statement, params, many, context)

        seconds += timed(work)
        return result

    with connection.execute_wrapper(watch):
        response = client.get(address)
    if response.status_code != 200:
        raise AssertionError(f"{address} answers {response.status_code}")
    return Page(response, queries, seconds, reads)


def _bare(statement: str, params: dict[str, Any]) -> float:
    with connection.cursor() as cursor:
        return min(timed(lambda: cursor.execute(statement, params)) for _round in range(ROUNDS))
