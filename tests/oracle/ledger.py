"""The ledger walked day by day, from canonical files or from facts made up in memory.

Nothing here comes from the program: files are read with `csv`, money with `Decimal`, parts with `Fraction`, and every
natural day of a month is looked at, one after the other. Slow and plain, so that it can be read beside arithmetic.md.
"""

from __future__ import annotations

import calendar
import csv
import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

NOBODY = ""


@dataclass(frozen=True)
class Account:
    branch_code: str
    opened_on: date
    closed_on: date | None = None


@dataclass(frozen=True)
class Posting:
    """Shape: open_from is the first day of the earliest open month when the posting arrived; none = all are open."""

    account_no: str
    amount_fen: int
    posted_on: date
    value_on: date
    open_from: date | None = None

    @property
    def entered_on(self) -> date:
        if self.open_from is not None and self.posted_on < self.open_from:
            return self.open_from
        return self.posted_on


@dataclass(frozen=True)
class Attribution:
    account_no: str
    manager_no: str
    first_day: date
    last_day: date | None
    share_bp: int


@dataclass(frozen=True)
class Loan:
    manager_no: str
    granted_on: date
    due_on: date
    principal_fen: int


@dataclass(frozen=True)
class LoanRow:
    """An instalment that falls due or a repayment that comes, on its day."""

    loan_no: str
    day: date
    principal_fen: int
    interest_fen: int


@dataclass(frozen=True)
class Facts:
    """Everything that a month is made of.

    Shape: targets by (manager, month as YYYY-MM, indicator), in hundredths of their unit; entries as (manager, day,
    indicator, hundredths of a point); managers by number, with their branch and their days in office.
    """

    accounts: dict[str, Account] = field(default_factory=dict)
    postings: list[Posting] = field(default_factory=list)
    attributions: list[Attribution] = field(default_factory=list)
    managers: dict[str, tuple[str, date, date | None]] = field(default_factory=dict)
    loans: dict[str, Loan] = field(default_factory=dict)
    schedule: list[LoanRow] = field(default_factory=list)
    repayments: list[LoanRow] = field(default_factory=list)
    targets: dict[tuple[str, str, str], int] = field(default_factory=dict)
    entries: list[tuple[str, date, str, int]] = field(default_factory=list)

    def with_late_postings(self, postings: list[Posting], open_from: date) -> Facts:
        """These facts and postings that arrive when the months before open_from are closed."""
        return replace(self, postings=self.postings + [replace(one, open_from=open_from) for one in postings])


def days_of(month: object) -> list[date]:
    """Every day of a month. Shape: whatever prints as YYYY-MM."""
    year, number = map(int, str(month).split("-"))
    return [date(year, number, day) for day in range(1, calendar.monthrange(year, number)[1] + 1)]


def month_figures(facts: Facts, month: object) -> dict[str, tuple[int, int, int]]:
    """Opening balance, closing balance and 积数 by account.

    Shape: accounts opened by the month's end and not closed before its first day, and all others with a figure or an
    attribution in the month.
    """
    return {account_no: figures[:3] for account_no, figures in _walk(facts, month).items()}


def attributed_figures(facts: Facts, month: object) -> dict[tuple[str, str], tuple[int, int]]:
    """Closing balance and 积数 by account and manager; what is nobody's stands under "".

    Shape: a manager's row whenever an attribution holds on any day of the month; nobody's where a figure is not 0.
    """
    return {
        (account_no, manager_no): figures
        for account_no, walked in _walk(facts, month).items()
        for manager_no, figures in walked[3].items()
        if manager_no != NOBODY or figures != (0, 0)
    }


Parts = dict[str, tuple[int, int]]


def _walk(facts: Facts, month: object) -> dict[str, tuple[int, int, int, Parts]]:
    days = days_of(month)
    postings = defaultdict(list)
    for posting in facts.postings:
        postings[posting.account_no].append(posting)
    attributions = defaultdict(list)
    for attribution in facts.attributions:
        attributions[attribution.account_no].append(attribution)
    walked = {}
    for account_no, account in facts.accounts.items():
        figures = _walk_account(days, postings[account_no], attributions[account_no])
        there = account.opened_on <= days[-1] and (account.closed_on is None or account.closed_on >= days[0])
        if there or any(figures[:3]) or figures[3].keys() - {NOBODY}:
            walked[account_no] = figures
    return walked


def _walk_account(
    days: list[date], postings: list[Posting], attributions: list[Attribution]
) -> tuple[int, int, int, Parts]:
    opening = balance = sum(one.amount_fen for one in postings if one.entered_on < days[0])
    accumulated = 0
    closing_parts: dict[str, int] = defaultdict(int)
    accumulated_parts: dict[str, int] = defaultdict(int)
    # The run of days with one and the same list of shares that is being walked, and its sum so far.
    run_holders: list[tuple[str, int]] | None = None
    run_sum = 0

    def end_of_run() -> None:
        if run_holders is not None:
            for manager_no, part in cut(run_sum, run_holders):
                accumulated_parts[manager_no] += part

    for day in days:
        entering = [one for one in postings if one.entered_on == day]
        balance += sum(one.amount_fen for one in entering)
        holders = holders_on(day, attributions)
        if holders != run_holders:
            end_of_run()
            run_holders, run_sum = holders, 0
        run_sum += balance
        adjustment = sum(one.amount_fen * _days_from(one.value_on, one.entered_on) for one in entering)
        for manager_no, part in cut(adjustment, holders):
            accumulated_parts[manager_no] += part
        accumulated += balance + adjustment
    end_of_run()
    for manager_no, part in cut(balance, holders_on(days[-1], attributions)):
        closing_parts[manager_no] += part
    parts = {one: (closing_parts[one], accumulated_parts[one]) for one in set(closing_parts) | set(accumulated_parts)}
    return opening, balance, accumulated, parts


def holders_on(day: date, attributions: list[Attribution]) -> list[tuple[str, int]]:
    """Who holds the account on a day, with what share, in order of manager number by code points."""
    held: dict[str, int] = {}
    for one in attributions:
        if one.first_day <= day <= (one.last_day or date.max):
            held[one.manager_no] = held.get(one.manager_no, 0) + one.share_bp
    return sorted(held.items(), key=lambda holder: [ord(character) for character in holder[0]])


def cut(amount: int, holders: list[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """The amount cut at the running sums of the shares, the last piece nobody's."""
    upto = 0
    given = 0
    for manager_no, share_bp in holders:
        upto += share_bp
        reached = math.trunc(Fraction(amount) * Fraction(upto, 10000))
        yield manager_no, reached - given
        given = reached
    yield NOBODY, amount - given


def _days_from(first: date, last: date) -> int:
    """How many days later the last is than the first, counted one by one."""
    if last < first:
        return -_days_from(last, first)
    count = 0
    while first < last:
        first += timedelta(days=1)
        count += 1
    return count


def load_folder(path: Path | str, open_from: date | None = None) -> Facts:
    """The facts of a folder of canonical files, all of them arriving when the months before open_from are closed.

    Shape: English headers, plain amounts, ISO days, as `shared/data/berka` has them; a missing file holds no rows.
    """
    folder = Path(path)
    branch_of = {row["employee_no"]: row["branch_code"] for row in _rows(folder, "employees")}
    return Facts(
        accounts={
            row["account_no"]: Account(row["branch_code"], _day(row["opened_on"]), _last(row.get("closed_on")))
            for row in _rows(folder, "deposit_accounts")
        },
        postings=[
            Posting(
                row["account_no"],
                _hundredths(row["amount"]),
                _day(row["date"]),
                _day(row.get("value_on") or row["date"]),
                open_from,
            )
            for row in _rows(folder, "deposit_transactions")
        ],
        attributions=[
            Attribution(
                row["account_no"],
                row["manager_no"],
                _day(row["from"]),
                _last(row.get("to")),
                _hundredths(row.get("share") or "100"),
            )
            for row in _rows(folder, "attributions")
        ],
        managers={
            row["employee_no"]: (branch_of[row["employee_no"]], _day(row["from"]), _last(row.get("to")))
            for row in _rows(folder, "appointments")
        },
        loans={
            row["loan_no"]: Loan(
                row["manager_no"], _day(row["granted_on"]), _day(row["due_on"]), _hundredths(row["principal"])
            )
            for row in _rows(folder, "loans")
        },
        schedule=[
            LoanRow(row["loan_no"], _day(row["due_on"]), _hundredths(row["principal"]), _hundredths(row["interest"]))
            for row in _rows(folder, "loan_schedule")
        ],
        repayments=[
            LoanRow(row["loan_no"], _day(row["date"]), _hundredths(row["principal"]), _hundredths(row["interest"]))
            for row in _rows(folder, "repayments")
        ],
        targets={
            (row["manager_no"], row["month"], row["indicator"]): _hundredths(row["target"])
            for row in _rows(folder, "targets")
        },
        entries=[
            (row["manager_no"], _day(row["date"]), row["indicator"], _hundredths(row["points"]))
            for row in _rows(folder, "conduct_entries")
        ],
    )


def _rows(folder: Path, kind: str) -> list[dict[str, str]]:
    file = folder / f"{kind}.csv"
    if not file.exists():
        return []
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _last(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _hundredths(text: str) -> int:
    scaled = Decimal(text or "0") * 100
    assert scaled == scaled.to_integral_value(), text
    return int(scaled)
