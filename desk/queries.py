"""What the pages across the apps ask: the import centre, one customer, the search, the first page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from appraisal.models import ScoreCard, ScoreLine
from common.errors import CellError
from common.money import round_half_up
from common.months import Month
from common.search import starting_with
from common.spreadsheet import reason_text
from common.tabular import open_table, shown
from common.tabular.header import fold_header
from customers.models import Customer, HouseholdMember
from customers.queries import household_of
from deposits.models import DepositAccount
from deposits.queries import accounts as deposits
from deposits.queries.figures import branch_figures
from loans import queries as loan_queries
from loans.models import Loan
from managers.queries import HeadCount, head_counts
from organization.actions.checking import file_limits
from organization.importing import ImportKind, import_kinds, kind_named
from organization.models import BUSINESS_ROLES, Branch, Employee, ImportBatch, Job, MonthClose, RefusedRow, Role
from organization.queries import file_pieces
from organization.rules import Actor
from organization.staging import spooled

PREVIEWED_ROWS = 20


def import_batches(actor: Actor) -> QuerySet[ImportBatch]:
    """The imports that the person may see, newest first."""
    return ImportBatch.objects.visible_to(actor).select_related("branch", "uploaded_by")


def kinds_for(actor: Actor) -> list[type[ImportKind]]:
    """The kinds of files that the person brings in, in the order in which a month needs them."""
    heads = set(Branch.objects.filter(parent__isnull=True).values_list("pk", flat=True))
    reached = {kind: actor.branches_of(*kind.roles) for kind in import_kinds()}
    return [kind for kind, branches in reached.items() if (branches & heads if kind.for_union else branches)]


def batch_job(batch: ImportBatch) -> Job | None:
    """The latest job about the batch."""
    return Job.objects.filter(arguments__batch=batch.pk).order_by("-pk").first()


def first_refused(batch: ImportBatch) -> list[RefusedRow]:
    """The first refused rows, for the preview."""
    return list(batch.refused_rows.order_by("row_no")[:PREVIEWED_ROWS])


def refused_lines(batch: ImportBatch) -> Iterator[tuple[int, list[str], str]]:
    """All refused rows in the order of the file: row number, cells, reasons."""
    for row in batch.refused_rows.order_by("row_no").iterator():
        errors = [CellError(row.row_no, each["column"], each["value"] or "", each["reason"]) for each in row.errors]
        yield row.row_no, row.cells, reason_text(errors)


def touched_months(batch: ImportBatch) -> list[tuple[Branch, list[str]]]:
    """The months whose figures the batch touches, by branch; of a long list the first and the last."""
    months = batch.findings.get("months", {})
    branches = Branch.objects.in_bulk([int(key) for key in months])
    found = [(branches[int(key)], names) for key, names in months.items() if int(key) in branches]
    return [(branch, names if len(names) <= 6 else [names[0], "…", names[-1]]) for branch, names in found]


def column_choices(batch: ImportBatch) -> list[tuple[str, str]]:
    """The columns that a header of the file may be matched with: name and Chinese header of those it lacks."""
    known = {fold_header(text) for text in batch.findings.get("header", [])}
    columns = kind_named(batch.kind).columns if batch.kind else ()
    missing = [c for c in columns if not {fold_header(c.header), fold_header(c.name)} & known]
    return [(column.name, column.header) for column in missing]


def row_of_file(batch: ImportBatch, row_no: int) -> list[tuple[str, str]] | None:
    """One row of a file as it came in: header and cell, in the order of the file; none where the file is shorter."""
    if batch.file is None:
        return None
    with spooled(file_pieces(batch.file)) as path:
        table = open_table(path, name=batch.file_name, sheet=batch.sheet or None, limits=file_limits())
        number, row = next(islice(table.rows(row_no - 1), 1), (0, []))
    if number != row_no:
        return None
    headers = [str(text) for text in batch.findings.get("header", [])]
    headers += [""] * (len(row) - len(headers))
    return [(header, shown(cell)) for header, cell in zip(headers, row, strict=False)]


def imports_of_month(actor: Actor, branch: Branch, first_day: object, last_day: object) -> QuerySet[ImportBatch]:
    """The applied files with rows entered in a branch's month."""
    entered = Q(first_entered_on__lte=last_day, last_entered_on__gte=first_day)
    return import_batches(actor).filter(entered, branch=branch, state=ImportBatch.State.APPLIED)


# --- one customer -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """What the page of a customer shows: business with us, as far as the person may see it."""

    memberships: list[HouseholdMember]
    accounts: list[DepositAccount]
    loans: list[Loan]
    closing_fen: int
    average_fen: int
    outstanding_fen: int


def customer_page(actor: Actor, customer: Customer, month: Month) -> CustomerPage:
    """Accounts and loans of the customer with their figures of the month, and the sums of what is shown."""
    accounts: list[Any] = list(deposits.accounts(actor, month).filter(customer=customer).order_by("account_no"))
    loans: list[Any] = list(loan_queries.loans(actor, month).filter(customer=customer).order_by("loan_no"))
    accumulated = sum(account.accumulated_fen_days or 0 for account in accounts)
    return CustomerPage(
        memberships=household_of(customer),
        accounts=accounts,
        loans=loans,
        closing_fen=sum(account.closing_fen or 0 for account in accounts),
        average_fen=round_half_up(accumulated, month.days),
        outstanding_fen=sum(loan.outstanding_fen or 0 for loan in loans),
    )


# --- the search over everything -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """What a search has found of one kind. Shape: at most FOUND_SHOWN rows, and whether there are more."""

    customers: list[Customer]
    accounts: list[DepositAccount]
    loans: list[Loan]
    employees: list[Employee]

    @property
    def count(self) -> int:
        return len(self.customers) + len(self.accounts) + len(self.loans) + len(self.employees)


FOUND_SHOWN = 8


def find(actor: Actor, words: str) -> Found:
    """The first few customers, accounts, loans and people whose name, initials or number begins with the words."""
    if not words:
        return Found([], [], [], [])
    customers = Customer.objects.visible_to(actor).filter(starting_with(words, number="customer_no"))
    accounts = DepositAccount.objects.visible_to(actor).filter(pk__in=deposits.accounts_matching(words))
    loans = Loan.objects.visible_to(actor).filter(pk__in=loan_queries.loans_matching(words))
    people = Employee.objects.visible_to(actor).filter(starting_with(words, number="employee_no"))
    return Found(
        list(customers.select_related("branch").order_by("customer_no")[:FOUND_SHOWN]),
        list(accounts.select_related("customer", "branch").order_by("account_no")[:FOUND_SHOWN]),
        list(loans.select_related("customer", "branch").order_by("loan_no")[:FOUND_SHOWN]),
        list(people.select_related("branch").order_by("employee_no")[:FOUND_SHOWN]),
    )


def only_address(found: Found) -> str:
    """Where the one thing that was found is; nothing when there are more, or none."""
    if found.count != 1:
        return ""
    for name, rows, key in (
        ("desk:customer_detail", found.customers, "customer_no"),
        ("deposits:account_detail", found.accounts, "account_no"),
        ("loans:loan_detail", found.loans, "loan_no"),
        ("organization:employee_detail", found.employees, "employee_no"),
    ):
        for row in rows:
            return reverse(name, args=[getattr(row, key)])
    return ""


# --- the first page -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BranchMonth:
    """A branch's line on the first page: where its month stands, what comes next, its head-count (article 5)."""

    branch: Branch
    row: MonthClose | None
    head: HeadCount
    own_step: bool = False  # whether the next step is the person's own to do

    @property
    def next_step(self) -> str:
        """run, approve, close or nothing."""
        state = self.row.state if self.row else MonthClose.State.OPEN
        if self.row is not None and self.row.stale:
            return "run_again"
        return {"open": "run", "reopened": "run", "computed": "approve", "approved": "close"}.get(state, "")


def branch_months(actor: Actor, month: Month) -> list[BranchMonth]:
    """The branches whose business the person reads, each with its month; the head office keeps no ledger of its own."""
    branches = list(
        Branch.objects.filter(pk__in=actor.branches_of(*BUSINESS_ROLES)).exclude(kind=Branch.Kind.HEAD_OFFICE)
    )
    rows = {row.branch_id: row for row in MonthClose.objects.filter(branch__in=branches, month=month.first_day)}
    day = min(month.last_day, max(timezone.localdate(), month.first_day))
    found = []
    for head in head_counts(branches, day):
        one = BranchMonth(head.branch, rows.get(head.branch.pk), head)
        doers = (Role.DIRECTOR,) if one.next_step in ("approve", "close") else (Role.CLERK, Role.DIRECTOR)
        found.append(replace(one, own_step=actor.holds(head.branch.pk, *doers)))
    return found


@dataclass(frozen=True, slots=True)
class CardLine:
    """A line of a manager's own card: how far it is from its target. Unit: hundredths of the indicator's unit."""

    line: ScoreLine
    missing_hundredths: int | None


def own_card(actor: Actor, month: Month) -> tuple[ScoreCard | None, list[CardLine]]:
    """The person's own score card of the month so far, with what is missing of each target."""
    card = (
        ScoreCard.objects.filter(manager=actor.employee_id, month=month.first_day)
        .select_related("branch", "scheme_version__scheme")
        .first()
    )
    if card is None:
        return None, []
    found = []
    for line in card.lines.order_by("position"):
        missing = None
        if line.target_hundredths is not None and line.actual_numerator is not None and line.actual_denominator:
            actual = round_half_up(line.actual_numerator, line.actual_denominator)
            missing = max(line.target_hundredths - actual, 0)
        found.append(CardLine(line, missing))
    return card, found


@dataclass(frozen=True, slots=True)
class BranchDeposits:
    """A branch's deposits of the month on the first page. Shape: figures as branch_figures gives them."""

    branch: Branch
    figures: dict[str, Any]


def deposits_of_branches(actor: Actor, month: Month) -> list[BranchDeposits]:
    """The deposits of every branch whose business the person reads, in order of the branches' codes."""
    branches = Branch.objects.in_bulk(list(actor.branches_of(*BUSINESS_ROLES)))
    rows = branch_figures(branches, month)
    found = [BranchDeposits(branches[row["branch"]], row) for row in rows]
    return sorted(found, key=lambda one: one.branch.branch_code)
