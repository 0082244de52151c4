"""The first page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from appraisal.models import ScoreCard, ScoreLine
from appraisal.queries.months import keeps_unfinished
from common.money import round_half_up
from common.months import Month
from deposits.queries.figures import branch_figures
from managers.queries import HeadCount, head_counts
from organization.models import BUSINESS_ROLES, Branch, MonthClose, Role
from organization.rules import Actor


@dataclass(frozen=True, slots=True)
class BranchMonth:
    """A branch's line on the first page: where its month stands, what comes next, its head-count (article 5)."""

    branch: Branch
    row: MonthClose | None
    head: HeadCount
    own_step: bool = False  # whether the next step is the person's own to do

    @property
    def next_step(self) -> str:
        """run, approve, close or nothing; a month that still runs waits for its end once it is computed."""
        state = self.row.state if self.row else MonthClose.State.OPEN
        if self.row is not None and self.row.stale:
            return "run_again"
        if self.row is not None and state == MonthClose.State.COMPUTED and keeps_unfinished(Month.of(self.row.month)):
            return ""
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
