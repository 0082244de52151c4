"""What made a part of a line: of one account its days, shares and postings, of one loan what is due and repaid."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from appraisal.models import ScoreLine
from appraisal.queries.lines import accounts_of_line, loans_of_line
from common.months import Month
from deposits.models import AccountMonth, AttributedMonth, Attribution, Posting
from deposits.queries.balances import DayBalance, daily_balances
from deposits.rules import Share, segments, split_by_share
from loans.models import Instalment, LoanMonth, Repayment


@dataclass(frozen=True, slots=True)
class SegmentPart:
    """A run of days with one list of shares: what the account had, and the manager's part of it. Unit: fen·day."""

    first_day: dt.date
    last_day: dt.date
    days: int
    amount_fen_days: int
    share_bp: int
    others: list[tuple[str, int]]
    part_fen_days: int


@dataclass(frozen=True, slots=True)
class AdjustmentPart:
    """The adjustments that entered on one day, and the manager's part of them. Unit: fen·day."""

    day: dt.date
    amount_fen_days: int
    share_bp: int
    part_fen_days: int


@dataclass(frozen=True, slots=True)
class PartPage:
    """A manager's part of an account: segments and adjustments that sum to it, and the postings that entered."""

    part: AttributedMonth
    whole: AccountMonth | None
    segments: list[SegmentPart]
    adjustments: list[AdjustmentPart]
    postings: list[Posting]
    days: list[DayBalance]

    @property
    def sum_fen_days(self) -> int:
        return sum(one.part_fen_days for one in self.segments) + sum(one.part_fen_days for one in self.adjustments)


def part_of_line(line: ScoreLine, account_no: str) -> AttributedMonth | None:
    """The manager's part of the account that is among those of the line."""
    return (
        accounts_of_line(line)
        .select_related("account__customer", "account__branch")
        .filter(account__account_no=account_no)
        .first()
    )


def postings_of_part(part: AttributedMonth) -> QuerySet[Posting]:
    """The postings that entered the account in the month, each with the batch and row that brought it.

    Shape: `batch.file_name`, `batch.sha256` and `row_no` name the row of the file.
    """
    month = Month.of(part.month)
    return (
        Posting.objects.filter(
            account=part.account_id,
            branch=part.branch_id,
            entered_on__gte=month.first_day,
            entered_on__lte=month.last_day,
        )
        .select_related("batch")
        .order_by("entered_on", "posted_on", "serial_no", "line")
    )


def part_page(part: AttributedMonth, manager_no: str) -> PartPage:
    """How the manager's part of an account's month came about (arithmetic.md, Attribution to managers)."""
    month = Month.of(part.month)
    attributions = (
        Attribution.objects.filter(account=part.account_id, first_day__lte=month.last_day)
        .filter(Q(last_day__isnull=True) | Q(last_day__gte=month.first_day))
        .select_related("manager")
    )
    shares = [Share(one.manager.employee_no, one.first_day, one.last_day, one.share_bp) for one in attributions]
    names = {one.manager.employee_no: one.manager.name for one in attributions}
    runs = segments(month, shares)
    days = daily_balances(part.account, month.first_day, month.last_day)
    postings = list(postings_of_part(part))
    made = []
    for run in runs:
        amount = sum(one.balance_fen for one in days if run.first_day <= one.day <= run.last_day)
        share, divided = _part(amount, run.shares, manager_no)
        others = [(names[number], bp) for number, bp in run.shares if number != manager_no]
        made.append(
            SegmentPart(
                run.first_day, run.last_day, (run.last_day - run.first_day).days + 1, amount, share, others, divided
            )
        )
    by_day: dict[dt.date, int] = {}
    for posting in postings:
        if posting.value_on != posting.entered_on:
            late = posting.amount_fen * (posting.entered_on - posting.value_on).days
            by_day[posting.entered_on] = by_day.get(posting.entered_on, 0) + late
    adjusted = []
    for day, amount in sorted(by_day.items()):
        held = next(run.shares for run in runs if run.first_day <= day <= run.last_day)
        share, divided = _part(amount, held, manager_no)
        adjusted.append(AdjustmentPart(day, amount, share, divided))
    whole = AccountMonth.objects.filter(month=part.month, branch=part.branch_id, account=part.account_id).first()
    return PartPage(part, whole, made, adjusted, postings, days)


def _part(amount: int, held: tuple[tuple[str, int], ...], manager_no: str) -> tuple[int, int]:
    parts, _rest = split_by_share(amount, [bp for _number, bp in held])
    for (number, bp), part in zip(held, parts, strict=True):
        if number == manager_no:
            return bp, part
    return 0, 0


@dataclass(frozen=True, slots=True)
class LoanPartPage:
    """What a loan brought to a line: what is due and repaid by the ends of both months, and the month's repayments.

    Unit: fen. Shape: recovered is min(due, repaid) by the day.
    """

    figures: LoanMonth
    due_before: int
    due_now: int
    repaid_before: int
    repaid_now: int
    instalments: list[Instalment]
    repayments: list[Repayment]

    @property
    def recovered_before(self) -> int:
        return min(self.due_before, self.repaid_before)

    @property
    def recovered_now(self) -> int:
        return min(self.due_now, self.repaid_now)


def loan_of_line(line: ScoreLine, loan_no: str) -> LoanMonth | None:
    """The loan that is among those of the line."""
    return loans_of_line(line).select_related("loan__customer", "loan__batch").filter(loan__loan_no=loan_no).first()


def repayments_of_loan(figures: LoanMonth) -> QuerySet[Repayment]:
    """The repayments that entered in the month, each with the batch and row that brought it."""
    month = Month.of(figures.month)
    return (
        Repayment.objects.filter(loan=figures.loan_id, entered_on__gte=month.first_day, entered_on__lte=month.last_day)
        .select_related("batch")
        .order_by("entered_on", "serial_no")
    )


def loan_part_page(figures: LoanMonth) -> LoanPartPage:
    """What made a loan's figures of a month (arithmetic.md, principal_recovered)."""
    month, loan = Month.of(figures.month), figures.loan
    schedule = list(Instalment.objects.filter(loan=loan, entered_on__lte=month.last_day).select_related("batch"))
    repaid = list(
        Repayment.objects.filter(loan=loan, entered_on__lte=month.last_day)
        .select_related("batch")
        .order_by("entered_on", "serial_no")
    )
    before = month.first_day
    if schedule or Instalment.objects.filter(loan=loan).exists():
        due_before = sum(one.principal_fen for one in schedule if one.entered_on < before)
        due_now = sum(one.principal_fen for one in schedule)
    else:
        due_day = max(loan.due_on, loan.entered_on)
        due_before = loan.principal_fen if due_day < before else 0
        due_now = loan.principal_fen if due_day <= month.last_day else 0
    return LoanPartPage(
        figures=figures,
        due_before=due_before,
        due_now=due_now,
        repaid_before=sum(one.principal_fen for one in repaid if one.entered_on < before),
        repaid_now=sum(one.principal_fen for one in repaid),
        instalments=[one for one in schedule if one.entered_on >= before],
        repayments=[one for one in repaid if one.entered_on >= before],
    )
