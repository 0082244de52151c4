"""The month end of the reference month: the program against bare statements on the same server, and against DuckDB."""

from __future__ import annotations

import re
import tempfile
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue

import duckdb
from django.db import connections, transaction

from appraisal.actions.months import run_month_end
from appraisal.actions.scoring import score_branch
from common.months import Month
from organization.actions.months import lock_month
from organization.models import Branch
from organization.rules import SYSTEM
from tests.bench.reference import LAST_MONTH, MONTHS, Size, make_reference_month
from tests.bench.report import Report, timed
from tests.ledgers import compute

ROUNDS = 5

# What somebody would write who knows this data: accounts, shares, rest, for all branches at once. Attributions change at
# most once in the month and every account has at most one list a segment, so nothing is merged; the rest is what is left.
_ACCOUNTS = """
INSERT INTO bare_account
SELECT %(first)s, one.branch_id, one.id, coalesce(o.closing_fen, 0) AS opening,
       coalesce(o.closing_fen, 0) + coalesce(m.amount, 0),
       %(days)s * coalesce(o.closing_fen, 0) + coalesce(m.fen_days, 0) + coalesce(m.adjustment, 0),
       coalesce(m.adjustment, 0)
FROM deposits_depositaccount AS one
LEFT JOIN deposits_accountmonth AS o ON o.month = %(previous)s AND o.branch_id = one.branch_id AND o.account_id = one.id
LEFT JOIN (
    SELECT account_id, sum(amount_fen)::bigint AS amount,
           sum(amount_fen * (%(last)s::date - entered_on + 1))::bigint AS fen_days,
           sum(amount_fen * (entered_on - value_on))::bigint AS adjustment
    FROM deposits_posting WHERE entered_on BETWEEN %(first)s AND %(last)s GROUP BY account_id
) AS m ON m.account_id = one.id
WHERE one.opened_on <= %(last)s AND (one.closed_on IS NULL OR one.closed_on >= %(first)s)
"""
_SHARES = """
INSERT INTO bare_part
WITH held AS (
    SELECT a.account_id, a.branch_id, a.manager_id, e.employee_no, a.share_bp,
           greatest(a.first_day, %(first)s) AS first_day, least(coalesce(a.last_day, %(last)s), %(last)s) AS last_day
    FROM deposits_attribution AS a JOIN organization_employee AS e ON e.id = a.manager_id
    WHERE a.first_day <= %(last)s AND (a.last_day IS NULL OR a.last_day >= %(first)s)
),
held_all AS (
    SELECT *, bool_or(first_day > %(first)s OR last_day < %(last)s) OVER (PARTITION BY account_id) AS changes FROM held
),
amount AS (
    SELECT a.account_id, %(first)s AS day, a.accumulated_fen_days - a.adjustment_fen_days AS days, a.closing_fen AS closing,
           0::bigint AS adjustment
    FROM bare_account AS a WHERE a.account_id NOT IN (SELECT account_id FROM held_all WHERE changes)
    UNION ALL
    SELECT s.account_id, s.first_day, (s.last_day - s.first_day + 1) * a.opening_fen + coalesce(sum(
               p.amount_fen * (s.last_day - greatest(p.entered_on, s.first_day) + 1)), 0)::bigint,
           CASE WHEN s.last_day = %(last)s THEN a.closing_fen ELSE 0 END, 0
    FROM (SELECT DISTINCT account_id, first_day, last_day FROM held_all WHERE changes) AS s
    JOIN bare_account AS a ON a.account_id = s.account_id
    LEFT JOIN deposits_posting AS p ON p.account_id = s.account_id AND p.entered_on BETWEEN %(first)s AND s.last_day
    GROUP BY s.account_id, s.first_day, s.last_day, a.opening_fen, a.closing_fen
    UNION ALL
    SELECT account_id, entered_on, 0, 0, sum(amount_fen * (entered_on - value_on))::bigint
    FROM deposits_posting WHERE entered_on BETWEEN %(first)s AND %(last)s AND NOT value_on = entered_on
    GROUP BY account_id, entered_on
),
share AS (
    SELECT m.*, h.branch_id, h.manager_id, h.share_bp::bigint AS own,
           sum(h.share_bp) OVER (PARTITION BY m.account_id, m.day, m.adjustment <> 0
                                 ORDER BY h.employee_no ROWS UNBOUNDED PRECEDING) AS upto
    FROM amount AS m JOIN held_all AS h ON h.account_id = m.account_id AND m.day BETWEEN h.first_day AND h.last_day
)
SELECT %(first)s, branch_id, account_id, manager_id, sum({closing})::bigint, sum({days} + {adjustment})::bigint,
       sum({adjustment})::bigint
FROM share GROUP BY branch_id, account_id, manager_id
""".format(
    **{
        name: f"({name} / 10000 * own + {name} %% 10000 * upto / 10000 - {name} %% 10000 * (upto - own) / 10000)"
        for name in ("closing", "days", "adjustment")
    }
)
_REST = """
INSERT INTO bare_rest
SELECT a.month, a.branch_id, a.account_id, a.closing_fen - coalesce(p.closing, 0),
       a.accumulated_fen_days - coalesce(p.accumulated, 0)
FROM bare_account AS a
LEFT JOIN (SELECT account_id, sum(closing_fen)::bigint AS closing, sum(accumulated_fen_days)::bigint AS accumulated
           FROM bare_part GROUP BY account_id) AS p ON p.account_id = a.account_id
"""
_TABLES = """
CREATE TABLE bare_account (month date, branch_id bigint, account_id bigint, opening_fen bigint, closing_fen bigint,
    accumulated_fen_days bigint, adjustment_fen_days bigint, PRIMARY KEY (month, branch_id, account_id));
CREATE TABLE bare_part (month date, branch_id bigint, account_id bigint, manager_id bigint, closing_fen bigint,
    accumulated_fen_days bigint, adjustment_fen_days bigint, PRIMARY KEY (month, branch_id, account_id, manager_id));
CREATE TABLE bare_rest (month date, branch_id bigint, account_id bigint, closing_fen bigint,
    accumulated_fen_days bigint, PRIMARY KEY (month, branch_id, account_id));
"""


def run(report: Report, *, large: bool) -> None:
    """Adds the ledger's lines of quality.md to the report."""
    _measure_month(report, make_reference_month(Size()))


def _measure_month(report: Report, branches: Sequence[Branch]) -> None:
    """Everything in turn, several times, the best of each: what else the machine does meets all of them alike."""
    for month in MONTHS[:-1]:
        month_end(branches, month, compute, workers=2)
    _owner(_TABLES, "VACUUM (ANALYZE)")
    duck = _duckdb()
    runs: dict[str, Callable[[], object]] = {
        "duckdb": lambda: _in_duckdb(duck),
        "bare": _bare_statements,
        "first run": lambda: month_end(branches, LAST_MONTH, compute, workers=1),
        "second run": lambda: month_end(branches, LAST_MONTH, compute, workers=1),
        "one branch": lambda: month_end(branches[:1], LAST_MONTH, compute, workers=1),
        "cards": lambda: month_end(branches, LAST_MONTH, _score, workers=1),
        "whole": lambda: month_end(branches, LAST_MONTH, _month_end_of, workers=1),
        "two workers": lambda: month_end(branches, LAST_MONTH, compute, workers=2),
    }
    best = dict.fromkeys(runs, float("inf"))
    for _round in range(ROUNDS):
        for name, work in runs.items():
            if name in ("first run", "whole", "two workers"):
                empty(LAST_MONTH)
            if name == "bare":
                _owner("TRUNCATE bare_account, bare_part, bare_rest")
            best[name] = min(best[name], timed(work))
    _refuse_differences(duck)
    report.add("month end, one worker", best["first run"], "bare statements", best["bare"], 1.2)
    report.add("month end, two workers", best["two workers"], "bare statements", best["bare"], 0.75)
    report.add("month end, two workers", best["two workers"], "DuckDB in memory", best["duckdb"], 3.5)
    report.add("score cards of 400 managers", best["cards"], "bare statements", best["bare"], 0.25)
    report.add("the same month again, one worker", best["second run"], "bare statements", best["bare"])
    report.add("one branch again", best["one branch"], "the month again", best["second run"])
    report.add("all of month_end, one process", best["whole"], "bare statements", best["bare"])


def _month_end_of(branch: Branch, month: Month) -> None:
    run_month_end(actor=SYSTEM, branch=branch, month=month)


def _score(branch: Branch, month: Month) -> None:
    with transaction.atomic():
        row = lock_month(branch_id=branch.pk, month=month)
        score_branch(actor=SYSTEM, branch=branch, month=month, row=row)


def month_end(branches: Iterable[Branch], month: Month, step: Callable[[Branch, Month], None], *, workers: int) -> None:
    """The step for every branch, a transaction each, as the threads of a worker take them."""
    waiting: SimpleQueue[Branch] = SimpleQueue()
    for branch in branches:
        waiting.put(branch)
    failed: list[BaseException] = []

    def work() -> None:
        try:
            while True:
                step(waiting.get_nowait(), month)
        except Empty:
            pass
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _worker in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def _owner(*statements: str) -> None:
    with connections["owner"].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def empty(month: Month) -> None:
    """Takes the month's results away without a trace, so that the next run is a first one."""
    for table in ("deposits_accountmonth", "deposits_attributedmonth", "deposits_managermonth", "loans_loanmonth"):
        _owner(f"DELETE FROM {table} WHERE month = '{month.first_day}'", f"VACUUM {table}")
    _owner("DELETE FROM appraisal_scoreline", "DELETE FROM appraisal_scorecard")
    _owner(
        f"UPDATE organization_monthclose SET state = 'open', computed_at = NULL WHERE month = '{month.first_day}'",
        "VACUUM organization_monthclose, appraisal_scoreline, appraisal_scorecard",
    )


def _values() -> dict[str, object]:
    return {
        "first": LAST_MONTH.first_day,
        "last": LAST_MONTH.last_day,
        "previous": LAST_MONTH.previous.first_day,
        "days": LAST_MONTH.days,
    }


def _bare_statements() -> None:
    """The three statements in one transaction, with all that helps them."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("BEGIN; SET LOCAL jit = off; SET LOCAL work_mem = '128MB'; SET LOCAL enable_nestloop = off")
        for statement in (_ACCOUNTS, _SHARES, _REST):
            cursor.execute(statement, _values())
        cursor.execute("COMMIT")


_DIFFERENCES = """
SELECT count(*) FROM (
    (TABLE bare_part EXCEPT SELECT month, branch_id, account_id, manager_id, closing_fen, accumulated_fen_days,
        adjustment_fen_days FROM deposits_attributedmonth WHERE month = %(first)s)
    UNION ALL
    (SELECT month, branch_id, account_id, manager_id, closing_fen, accumulated_fen_days, adjustment_fen_days
     FROM deposits_attributedmonth WHERE month = %(first)s EXCEPT TABLE bare_part)) AS parts
"""
_REST_DIFFERENCES = """
SELECT count(*) FROM bare_rest AS b FULL JOIN (SELECT * FROM deposits_accountmonth WHERE month = %(first)s) AS a
    ON a.account_id = b.account_id
WHERE (a.unattributed_closing_fen, a.unattributed_accumulated_fen_days)
    IS DISTINCT FROM (b.closing_fen, b.accumulated_fen_days)
"""


def _refuse_differences(duck: duckdb.DuckDBPyConnection) -> None:
    """A benchmark of something else is none: program, bare statements and DuckDB have the same figures."""
    sums = "SELECT sum(closing_fen), sum(accumulated_fen_days), count(*) FROM bare_part"
    with connections["owner"].cursor() as cursor:
        for statement in (_DIFFERENCES, _REST_DIFFERENCES):
            cursor.execute(statement, _values())
            if different := cursor.fetchone()[0]:
                raise AssertionError(f"{different} figures differ between the program and the bare statements")
        cursor.execute(sums)
        ours = tuple(map(int, cursor.fetchone()))
    if ours != tuple(map(int, duck.execute(sums).fetchone())):
        raise AssertionError("DuckDB has other figures")


_LOADED = {
    "deposits_depositaccount": "id bigint, branch_id bigint, opened_on date, closed_on date",
    "deposits_accountmonth": "month date, branch_id bigint, account_id bigint, closing_fen bigint",
    "deposits_posting": "account_id bigint, entered_on date, value_on date, amount_fen bigint",
    "deposits_attribution": "account_id bigint, branch_id bigint, manager_id bigint, first_day date, last_day date,"
    " share_bp bigint",
    "organization_employee": "id bigint, employee_no varchar",
}


def _duckdb() -> duckdb.DuckDBPyConnection:
    """DuckDB with the ledger in memory."""
    duck = duckdb.connect(":memory:")
    with tempfile.TemporaryDirectory() as folder, connections["owner"].cursor() as cursor:
        for table, columns in _LOADED.items():
            names = ", ".join(column.split()[0] for column in columns.split(", "))
            path = Path(folder, f"{table}.csv")
            with path.open("wb") as file, cursor.copy(f"COPY {table} ({names}) TO STDOUT (FORMAT csv)") as copy:
                for piece in copy:
                    file.write(piece)
            duck.execute(f"CREATE TABLE {table} ({columns})")
            duck.execute(f"COPY {table} FROM '{path}' (FORMAT csv, HEADER false)")
    # Results without keys, which cost time there too: the limit of what is possible.
    duck.execute(re.sub(r", PRIMARY KEY \([^)]*\)", "", _TABLES))
    return duck


def _in_duckdb(duck: duckdb.DuckDBPyConnection) -> None:
    """The same three statements; whole numbers are divided by // there. Replacing the results is part of it."""
    values = {name: value if name == "days" else f"DATE '{value}'" for name, value in _values().items()}
    for statement in (_ACCOUNTS, _SHARES, _REST):
        table = statement.split()[2]
        duck.execute(f"TRUNCATE {table}")
        duck.execute(statement.replace(" / 10000", " // 10000") % values)
