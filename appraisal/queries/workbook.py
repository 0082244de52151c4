"""What the appraisal workbook is made of: cards with what they name, and the rows that make the actuals, streamed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from appraisal.models import ScoreCard, ScoreLine
from appraisal.queries.contracts import developed_only
from appraisal.queries.lines import counts_developed
from common.months import Month
from deposits.models import AccountMonth, AttributedMonth, ManagerMonth
from loans.models import LoanMonth
from managers.models import ConductEntry, ContractTarget, Target
from organization.models import Branch, Employee, MonthClose

PAGE = 5_000


@dataclass(frozen=True, slots=True)
class Deposits:
    """Deposit figures of somebody's, or nobody's, accounts. Unit: fen, fen·days; the adjustment is part of accumulated."""

    closing_fen: int
    accumulated_fen_days: int
    adjustment_fen_days: int


@dataclass(frozen=True, slots=True)
class Party:
    """Whom rows of the workbook belong to: a manager at a branch, or nobody there (the unattributed rest).

    Shape: numbers count from 1, those with a score card first. Rows carry the number, because a spreadsheet's conditions
    take the texts "0101" and "101" for equal.
    """

    number: int
    branch: Branch
    manager: Employee | None
    deposits: Deposits


@dataclass(frozen=True, slots=True)
class BranchMonth:
    """A branch's month, and what its accounts sum to."""

    row: MonthClose
    whole: Deposits


@dataclass(frozen=True, slots=True)
class BookFacts:
    """Everything that the workbook holds, its long tables as streams.

    Shape: branches by code; cards by branch, then rank; parties by branch and manager (none = nobody); entries counted
    by the cards by id; source says where a line's target comes from, by line id.
    """

    month: Month
    branches: list[BranchMonth]
    cards: list[ScoreCard]
    parties: dict[tuple[int, int | None], Party]
    entries: dict[int, ConductEntry]
    sources: Mapping[int, str]
    rows: int
    deposits: Iterable[tuple[Any, ...]]
    unattributed: Iterable[tuple[Any, ...]]
    loans: Iterable[tuple[Any, ...]]
    interest: Iterable[tuple[Any, ...]]


def book_facts(branches: Sequence[Branch], month: Month) -> BookFacts:
    """The workbook's facts of the computed months among those of the branches.

    Call it, and read its streams, inside one snapshot.
    """
    rows = list(
        MonthClose.objects.filter(branch__in=branches, month=month.first_day, computed_at__isnull=False)
        .select_related("branch", "computed_by")
        .order_by("branch__branch_code")
    )
    ids = [row.branch_id for row in rows]
    of_month = {"month": month.first_day, "branch__in": ids}
    wholes = _sums(AccountMonth.objects.filter(**of_month).order_by().values("branch"), "branch")
    cards = list(
        ScoreCard.objects.filter(**of_month)
        .select_related("branch", "manager", "scheme_version__scheme")
        .prefetch_related("lines")
        .order_by("branch__branch_code", "rank", "manager__employee_no")
    )
    lines = [line for card in cards for line in card.lines.all()]
    entries = ConductEntry.objects.filter(pk__in=[pk for line in lines for pk in line.entries])
    attributed = AttributedMonth.objects.filter(**of_month)
    developed = developed_only(month) if any(counts_developed(line) for line in lines) else Value(False)
    unattributed = _unattributed(AccountMonth.objects.filter(**of_month))
    loans = LoanMonth.objects.filter(**of_month)
    interest = loans.exclude(interest_received_fen=0, interest_due_fen=0)
    return BookFacts(
        month=month,
        branches=[BranchMonth(row, wholes.get(row.branch_id, Deposits(0, 0, 0))) for row in rows],
        cards=cards,
        parties=_parties([row.branch for row in rows], cards, month, wholes),
        entries={one.pk: one for one in entries.select_related("made_by", "decided_by").order_by("happened_on", "pk")},
        sources=_sources(lines),
        rows=attributed.count() + unattributed.count() + loans.count() + interest.count() + len(entries),
        deposits=attributed.annotate(is_developed=developed)
        .order_by("branch__branch_code", "manager__employee_no", "account__account_no")
        .values_list(
            "branch",
            "manager",
            "account__account_no",
            "account__customer__customer_no",
            "account__customer__name",
            "account__product",
            "closing_fen",
            "accumulated_fen_days",
            "adjustment_fen_days",
            # Whether the part is newly developed: told apart only where a card counts these alone.
            "is_developed",
        )
        .iterator(chunk_size=PAGE),
        unattributed=unattributed.order_by("branch__branch_code", "account__account_no")
        .values_list(
            "branch",
            "account__account_no",
            "account__customer__customer_no",
            "account__customer__name",
            "account__product",
            "unattributed_closing_fen",
            "unattributed_accumulated_fen_days",
            "unattributed_adjustment",
        )
        .iterator(chunk_size=PAGE),
        loans=_loan_rows(
            loans,
            "loan__granted_on",
            "loan__due_on",
            "granted_fen",
            "recovered_fen",
            "recovered_this_year_fen",
            "recoverable_fen",
            "outstanding_fen",
        ),
        interest=_loan_rows(interest, "interest_received_fen", "interest_due_fen"),
    )


def _unattributed(accounts: QuerySet[AccountMonth]) -> Any:
    """Accounts of which something is nobody's; the rest of the adjustments, which is not stored, beside it."""
    attributed = (
        AttributedMonth.objects.filter(month=OuterRef("month"), branch=OuterRef("branch"), account=OuterRef("account"))
        .order_by()
        .values("account")
        .annotate(adjustment=Sum("adjustment_fen_days"))
        .values("adjustment")
    )
    rest = F("adjustment_fen_days") - Coalesce(Subquery(attributed), 0)
    some = ~Q(unattributed_closing_fen=0) | ~Q(unattributed_accumulated_fen_days=0)
    annotated: QuerySet[AccountMonth, Any] = accounts.annotate(unattributed_adjustment=rest)
    return annotated.filter(some | (~Q(adjustment_fen_days=0) & ~Q(unattributed_adjustment=0)))


def _loan_rows(found: Any, *figures: str) -> Iterator[tuple[Any, ...]]:
    ordered = found.order_by("branch__branch_code", "manager__employee_no", "loan__loan_no")
    names = ("branch", "manager", "loan__loan_no", "loan__customer__customer_no", "loan__customer__name")
    rows: Iterator[tuple[Any, ...]] = ordered.values_list(*names, *figures).iterator(chunk_size=PAGE)
    return rows


def _sums(found: Any, *keys: str) -> dict[Any, Deposits]:
    sums = found.annotate(
        closing=Sum("closing_fen"), accumulated=Sum("accumulated_fen_days"), adjustment=Sum("adjustment_fen_days")
    )
    named = sums.values_list(*keys, "closing", "accumulated", "adjustment")
    return {
        (row[0] if len(keys) == 1 else tuple(row[: len(keys)])): Deposits(*(int(one) for one in row[len(keys) :]))
        for row in named
    }


def _parties(
    branches: Sequence[Branch], cards: Sequence[ScoreCard], month: Month, wholes: Mapping[int, Deposits]
) -> dict[tuple[int, int | None], Party]:
    """Everyone with a card, then those who have only rows, then what is nobody's of each branch."""
    of_month = {"month": month.first_day, "branch__in": branches}
    held = _sums(ManagerMonth.objects.filter(**of_month).order_by().values("branch", "manager"), "branch", "manager")
    lending = LoanMonth.objects.filter(**of_month).order_by().values_list("branch", "manager").distinct()
    keys: dict[tuple[int, int], None] = {(card.branch_id, card.manager_id): None for card in cards}
    people = Employee.objects.in_bulk({manager for _branch, manager in [*keys, *held, *lending]})
    places = {branch.pk: place for place, branch in enumerate(branches)}
    others = {*held, *lending} - keys.keys()
    for key in sorted(others, key=lambda key: (places[key[0]], people[key[1]].employee_no)):
        keys[key] = None
    parties: dict[tuple[int, int | None], Party] = {}
    none, left = Deposits(0, 0, 0), dict(wholes)
    for number, (branch_id, manager_id) in enumerate(keys, 1):
        own = held.get((branch_id, manager_id), none)
        parties[branch_id, manager_id] = Party(number, branches[places[branch_id]], people[manager_id], own)
    for branch in branches:
        rest = AccountMonth.objects.filter(branch=branch, month=month.first_day).aggregate(
            closing=Sum("unattributed_closing_fen"), accumulated=Sum("unattributed_accumulated_fen_days")
        )
        attributed = sum(one.adjustment_fen_days for (at, _manager), one in held.items() if at == branch.pk)
        unattributed = Deposits(
            int(rest["closing"] or 0),
            int(rest["accumulated"] or 0),
            left.get(branch.pk, none).adjustment_fen_days - attributed,
        )
        parties[branch.pk, None] = Party(len(parties) + 1, branch, None, unattributed)
    return parties


def _sources(lines: Sequence[ScoreLine]) -> dict[int, str]:
    """Where each line's target comes from: the contract's number, or the file and row that brought the month's target."""
    named = [line for line in lines if line.target_evidence]
    of_contracts = dict(
        ContractTarget.objects.filter(
            pk__in={
                line.target_evidence["contract_target"] for line in named if "contract_target" in line.target_evidence
            }
        ).values_list("pk", "contract__contract_no")
    )
    of_month = {
        pk: f"{file_name} #{row_no}" if file_name else ""
        for pk, file_name, row_no in Target.objects.filter(
            pk__in={line.target_evidence["target"] for line in named if "target" in line.target_evidence}
        ).values_list("pk", "batch__file_name", "row_no")
    }
    return {
        line.pk: of_contracts.get(line.target_evidence.get("contract_target"), "")
        or of_month.get(line.target_evidence.get("target"), "")
        for line in named
    }
