"""Months of branches: in which order they close, which branches have any, and all side by side."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from appraisal.models import ScoreCard
from common.money import round_half_up
from common.months import Month
from deposits.models import DepositAccount
from deposits.queries.figures import branch_figures
from loans.models import Loan
from organization.models import BUSINESS_ROLES, Branch, BranchQuerySet, Job, MonthClose, Role
from organization.rules import Actor

MONTH_END = "appraisal.month_end_branch"


def month_to_close_first(branch: Branch, month: Month) -> Month | None:
    """The earliest month that must be closed before this one; none when this one is next.

    Shape: a month after the latest closed one counts even if nothing was ever brought into it, since months close in
    order.
    """
    closed = (
        MonthClose.objects.filter(branch=branch, state=MonthClose.State.CLOSED)
        .order_by("-month")
        .values_list("month", flat=True)
        .first()
    )
    if closed is not None:
        following = Month.of(closed).next
        return following if following < month else None
    earliest = (
        MonthClose.objects.filter(branch=branch, month__lt=month.first_day)
        .order_by("month")
        .values_list("month", flat=True)
        .first()
    )
    return None if earliest is None else Month.of(earliest)


def keeps_unfinished(month: Month) -> str:
    """Why a month that still runs is neither approved nor closed; "" once its last day has passed (local day).

    Until then its figures take today's balances for the days ahead: they are so far, and nobody's result.
    """
    if timezone.localdate() > month.last_day:
        return ""
    return _("%(month)s runs until %(last)s. It is approved and closed from %(day)s on.") % {
        "month": month,
        "last": month.last_day,
        "day": month.next.first_day,
    }


def with_business(branches: BranchQuerySet) -> BranchQuerySet:
    """Of the branches those that have a month to compute: a head office only where it keeps accounts or has managers."""
    idle = (
        Q(kind=Branch.Kind.HEAD_OFFICE, appointments__isnull=True)
        & ~Exists(DepositAccount.objects.filter(branch=OuterRef("pk")))
        & ~Exists(Loan.objects.filter(branch=OuterRef("pk")))
    )
    return branches.exclude(pk__in=Branch.objects.filter(idle).values("pk"))


def months_of_branch(*, actor: Actor, branch: Branch) -> QuerySet[MonthClose]:
    """The branch's months, the latest first."""
    return (
        MonthClose.objects.visible_to(actor)
        .filter(branch=branch)
        .select_related("branch", "computed_by", "approved_by", "closed_by")
        .order_by("-month")
    )


def row_of_month(branch: Branch, month: Month) -> MonthClose | None:
    """The month's row, for somebody who sees its ranking."""
    return MonthClose.objects.filter(branch=branch, month=month.first_day).first()


def is_closed(branch: Branch, month: Month) -> bool:
    """Whether the month takes no further change."""
    return MonthClose.objects.filter(branch=branch, month=month.first_day, state=MonthClose.State.CLOSED).exists()


@dataclass(frozen=True, slots=True)
class BranchMonth:
    """One branch's month in the overview of the union. Unit: fen; hundredths of a point, exact."""

    branch: Branch
    row: MonthClose | None
    figures: dict[str, Any]
    cards: int
    incomplete: int
    average: Fraction | None
    job: Job | None
    may_run: bool

    @property
    def average_hundredths(self) -> int | None:
        return None if self.average is None else round_half_up(self.average.numerator, self.average.denominator)


def months_side_by_side(*, actor: Actor, month: Month) -> list[BranchMonth]:
    """The month of every branch whose business the actor reads, by code.

    Shape: the head office only where it has business of its own.
    """
    branches = Branch.objects.reached_by(actor, *BUSINESS_ROLES)
    rows = {row.branch_id: row for row in _months(actor).filter(month=month.first_day)}
    figures = {one["branch"]: one for one in branch_figures(list(rows), month)}
    of_month = ScoreCard.objects.visible_to(actor).filter(month=month.first_day).order_by()
    sums = of_month.values("branch").annotate(
        number=Count("pk"), incomplete=Count("pk", filter=Q(complete=False)), total=Sum("total_hundredths")
    )
    cards = {one["branch"]: (one["number"], one["incomplete"], one["total"]) for one in sums}
    jobs = {
        job.branch_id: job
        for job in Job.objects.visible_to(actor).filter(
            kind=MONTH_END, arguments__month=str(month), finished_at__isnull=True
        )
    }
    found = []
    for branch in branches.order_by("branch_code"):
        row = rows.get(branch.pk)
        if branch.kind == Branch.Kind.HEAD_OFFICE and row is None:
            continue
        number, incomplete, total = cards.get(branch.pk, (0, 0, 0))
        closed = row is not None and row.state == MonthClose.State.CLOSED
        found.append(
            BranchMonth(
                branch=branch,
                row=row,
                figures=figures.get(branch.pk, {}),
                cards=number,
                incomplete=incomplete,
                average=Fraction(int(total), number) if number else None,
                job=jobs.get(branch.pk),
                may_run=not closed and actor.holds(branch.pk, Role.CLERK),
            )
        )
    return found


def _months(actor: Actor) -> Any:
    return MonthClose.objects.visible_to(actor).select_related("branch", "computed_by", "approved_by", "closed_by")


def ranked_branch(actor: Actor) -> Branch | None:
    """The branch whose ranking a manager sees."""
    return Branch.objects.reached_by(actor, Role.ACCOUNT_MANAGER).order_by("branch_code").first()
