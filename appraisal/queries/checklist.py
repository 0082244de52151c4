"""The checklist that leads a month from import to close, and what keeps each step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appraisal.models import ScoreCard, Workbook
from appraisal.queries.cards import Recomputed, recomputed
from appraisal.queries.months import MONTH_END, keeps_unfinished, month_to_close_first, months_of_branch
from appraisal.queries.targets import MissingTarget, missing_targets, unset_targets
from appraisal.queries.unowned import UnownedWorth, worth_of_unowned
from common.money import round_half_up
from common.months import Month
from deposits.models import AccountMonth, ControlTotal
from deposits.queries.exceptions import ExceptionKind, exception_counts, open_control_differences
from managers.queries import draft_entries, managers_in_office
from organization.models import Branch, ImportBatch, Job, MonthClose, Role
from organization.rules import Actor


@dataclass(frozen=True, slots=True)
class MonthStep:
    """One line of the month's checklist.

    Shape: state is "done", "open" (nothing there yet), "attention" (possible, but look at it) or "blocking" (the month
    cannot go on); count is what the step is about, of total where there is a whole.
    """

    code: str
    state: str
    count: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class MonthOverview:
    """A branch's month on one page: its row (none before anything entered), the checklist, and who lacks a target."""

    branch: Branch
    month: Month
    row: MonthClose | None
    steps: list[MonthStep]
    missing: list[MissingTarget]
    close_first: Month | None


def month_overview(*, actor: Actor, branch: Branch, month: Month) -> MonthOverview:
    """The checklist that leads from import to close, each step with its counts, in the order in which they are done.

    Steps: imports, control_totals, attributions, targets, entries, computed, approved, closed.
    """
    row = months_of_branch(actor=actor, branch=branch).filter(month=month.first_day).first()
    state = row.state if row else MonthClose.State.OPEN
    computed = row is not None and row.computed_at is not None
    closed = state == MonthClose.State.CLOSED
    missing = [] if closed else missing_targets(branch, month)
    batches = batches_of_month(branch, month).count()
    days = {"branch": branch, "day__gte": month.first_day, "day__lte": month.last_day}
    controls, differences = ControlTotal.objects.filter(**days).count(), len(open_control_differences(branch, month))
    figures = AccountMonth.objects.filter(month=month.first_day, branch=branch)
    accounts = figures.count() if computed else 0
    unowned = (
        figures.exclude(unattributed_accumulated_fen_days=0, unattributed_closing_fen=0).count() if computed else 0
    )
    drafts = draft_entries(branch, month).count()
    managers = len(managers_in_office(branch, month))
    approved = state in (MonthClose.State.APPROVED, MonthClose.State.PUBLISHED, MonthClose.State.CLOSED)
    stale = row is not None and row.stale
    return MonthOverview(
        branch=branch,
        month=month,
        row=row,
        steps=[
            MonthStep("imports", "done" if batches else "open", batches),
            MonthStep(
                "control_totals", "blocking" if differences else "done" if controls else "open", differences, controls
            ),
            MonthStep("attributions", "attention" if unowned else "done" if computed else "open", unowned, accounts),
            MonthStep("targets", "blocking" if missing else "done", len(missing), managers),
            MonthStep("entries", "blocking" if drafts else "done", drafts),
            MonthStep(
                "computed", "attention" if stale else "done" if computed else "open", int(computed and not stale), 1
            ),
            MonthStep("approved", "done" if approved and not stale else "open", int(approved), 1),
            MonthStep("closed", "done" if closed else "open", int(closed), 1),
        ],
        missing=missing,
        close_first=None if closed else month_to_close_first(branch, month),
    )


def next_step(overview: MonthOverview) -> str:
    """The code of the step that comes next: the first that is not done and that the month waits for; "" at the end."""
    computed = overview.row is not None and overview.row.computed_at is not None
    waits = {
        "open": ("computed", "approved", "closed") if computed else ("imports", "computed"),
        "attention": ("computed",),
    }
    for step in overview.steps:
        if step.state == "blocking" or step.code in waits.get(step.state, ()):
            return step.code
    return ""


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """What the checklist tells beside its counts, and why a step is not to be had ("" = it is).

    Unit: fen, fen·day. Shape: keeps maps run, approve and close to a sentence; jobs are those that go on or have failed.
    """

    imports: dict[str, int]
    unattributed: dict[str, int]
    worth: UnownedWorth | None
    cards: int
    recomputed: Recomputed
    run_seconds: int | None
    jobs: list[Job]
    workbooks: list[tuple[Workbook, str]]
    keeps: dict[str, str]
    clerk: bool
    director: bool

    @property
    def running(self) -> bool:
        """Whether a worker is at this month's figures, or about to."""
        return any(job.kind == MONTH_END and job.finished_at is None for job in self.jobs)


def month_facts(*, actor: Actor, overview: MonthOverview) -> MonthFacts:
    """The sentences and sums of a month's page, for somebody who reads the branch's business."""
    branch, month = overview.branch, overview.month
    figures = AccountMonth.objects.filter(month=month.first_day, branch=branch)
    sums = figures.aggregate(
        closing=Sum("unattributed_closing_fen"), accumulated=Sum("unattributed_accumulated_fen_days")
    )
    closing, accumulated = int(sums["closing"] or 0), int(sums["accumulated"] or 0)
    done = _jobs(actor, overview).filter(kind=MONTH_END, state=Job.State.DONE).first()
    ran = done.finished_at - done.started_at if done and done.started_at and done.finished_at else None
    return MonthFacts(
        imports=import_counts(branch, month),
        unattributed={
            "closing_fen": closing,
            "accumulated_fen_days": accumulated,
            "average_fen": round_half_up(accumulated, month.days),
        },
        worth=worth_of_unowned(branch, month, closing_fen=closing, accumulated_fen_days=accumulated),
        recomputed=recomputed(branch, month),
        cards=ScoreCard.objects.filter(month=month.first_day, branch=branch).count(),
        run_seconds=None if ran is None else max(1, round(ran.total_seconds())),
        jobs=_jobs_to_show(actor, overview),
        workbooks=_workbooks(actor, branch, month),
        keeps={
            "run": _keeps_run(actor, overview),
            "approve": _keeps_approve(actor, overview),
            "close": _keeps_close(actor, overview),
        },
        clerk=actor.holds(branch.pk, Role.CLERK),
        director=actor.holds(branch.pk, Role.DIRECTOR),
    )


def batches_of_month(branch: Branch, month: Month) -> Any:
    """Applied batches of the branch, or of the union for it, with rows that entered in the month, the latest first."""
    return ImportBatch.objects.filter(
        Q(branch=branch) | Q(branch__isnull=True) | Q(branch__parent__isnull=True),
        state=ImportBatch.State.APPLIED,
        first_entered_on__lte=month.last_day,
        last_entered_on__gte=month.first_day,
    )


def import_counts(branch: Branch, month: Month) -> dict[str, int]:
    """What those batches brought: rows read, refused, and held over from closed months."""
    found = batches_of_month(branch, month).aggregate(
        read=Sum("read_count"), refused=Sum("refused_count"), held_over=Sum("held_over_count")
    )
    return {name: int(value or 0) for name, value in found.items()}


def _workbooks(actor: Actor, branch: Branch, month: Month) -> list[tuple[Workbook, str]]:
    """The kept workbooks of the month, the latest first, each with the word for the state that the month was in."""
    kept = Workbook.objects.visible_to(actor).filter(branch=branch, month=month.first_day)
    words = dict(MonthClose.State.choices)
    return [
        (one, str(words.get(one.month_state, one.month_state))) for one in kept.select_related("file", "made_by")[:10]
    ]


def _jobs(actor: Actor, overview: MonthOverview) -> Any:
    return (
        Job.objects.visible_to(actor)
        .filter(branch=overview.branch, arguments__month=str(overview.month), kind__startswith="appraisal.")
        .order_by("-pk")
    )


def _jobs_to_show(actor: Actor, overview: MonthOverview) -> list[Job]:
    """The latest job of each kind, if it goes on, or failed with nothing that came after it."""
    latest: dict[str, Job] = {}
    for job in _jobs(actor, overview)[:20]:
        latest.setdefault(job.kind, job)
    return [job for job in latest.values() if job.state != Job.State.DONE]


def _keeps_run(actor: Actor, overview: MonthOverview) -> str:
    if not actor.holds(overview.branch.pk, Role.CLERK):
        return _("Only a clerk of %(branch)s runs its month end.") % {"branch": overview.branch.name}
    if overview.row is not None and overview.row.state == MonthClose.State.CLOSED:
        return _("The month is closed. Its figures no longer change.")
    return ""


def _keeps_approve(actor: Actor, overview: MonthOverview) -> str:
    """The same questions in the same order as approve_month asks them (tests hold the two together)."""
    row, branch, month = overview.row, overview.branch, overview.month
    if not actor.holds(branch.pk, Role.DIRECTOR):
        return _("Only the director of %(branch)s approves its month.") % {"branch": branch.name}
    if uncomputed := _keeps_unready(row, month):
        return uncomputed
    if row is not None and row.computed_by_id == actor.employee_id:
        return _("Who computed the month does not approve it. Ask another person to approve.")
    if ScoreCard.objects.filter(branch=branch, month=month.first_day, manager=actor.employee_id).exists():
        return _("Your own score card is in this month. Nobody decides about himself or herself: ask another director.")
    if missing := len(unset_targets(branch, month)):
        return ngettext(
            "%(count)s target is not set. Set it, or declare the indicator not applicable in the contract.",
            "%(count)s targets are not set. Set them, or declare the indicators not applicable in the contract.",
            missing,
        ) % {"count": missing}
    return ""


def _keeps_close(actor: Actor, overview: MonthOverview) -> str:
    """The same questions in the same order as close_month asks them (tests hold the two together)."""
    row, branch, month = overview.row, overview.branch, overview.month
    counts = {step.code: step.count for step in overview.steps}
    if not actor.holds(branch.pk, Role.DIRECTOR):
        return _("Only the director of %(branch)s closes its month.") % {"branch": branch.name}
    if overview.close_first is not None:
        return _("%(earlier)s is not closed yet. Close %(earlier)s first.") % {"earlier": overview.close_first}
    if uncomputed := _keeps_unready(row, month):
        return uncomputed
    if row is None or row.state not in (MonthClose.State.APPROVED, MonthClose.State.PUBLISHED):
        return _("%(month)s is not approved yet. Approve it first.") % {"month": month}
    if row.computed_by_id == actor.employee_id:
        return _("Who computed the month does not close it. Ask another person to close.")
    if drafts := counts["entries"]:
        return ngettext(
            "%(count)s entry about conduct still waits for confirmation. Confirm or reject it first.",
            "%(count)s entries about conduct still wait for confirmation. Confirm or reject them first.",
            drafts,
        ) % {"count": drafts}
    if differences := counts["control_totals"]:
        return ngettext(
            "%(count)s day differs from its control total. Mend or explain the difference first.",
            "%(count)s days differ from their control totals. Mend or explain the differences first.",
            differences,
        ) % {"count": differences}
    return ""


def _keeps_unready(row: MonthClose | None, month: Month) -> str:
    if unfinished := keeps_unfinished(month):
        return unfinished
    if row is None or row.computed_at is None or row.state in (MonthClose.State.OPEN, MonthClose.State.REOPENED):
        return _("%(month)s is not computed yet. Run the month end first.") % {"month": month}
    if row.stale:
        return _("Something has changed since %(month)s was computed. Run the month end again first.") % {
            "month": month
        }
    return ""


def other_exceptions(branch: Branch, month: Month) -> list[tuple[str, str, int]]:
    """What the run marks out beside accounts that nobody owns and control totals: kind, words, number; only what there is."""
    apart = (ExceptionKind.UNATTRIBUTED, ExceptionKind.CONTROL_TOTAL)
    counts = exception_counts(branch, month)
    return [(kind.value, str(kind.label), number) for kind, number in counts.items() if number and kind not in apart]


def exception_tabs(branch: Branch, month: Month) -> list[tuple[str, str, int]]:
    """Every kind of exceptions with its words and number, as the page offers them; control totals have their own."""
    counts = exception_counts(branch, month)
    return [
        (kind.value, str(kind.label), counts.get(kind, 0))
        for kind in ExceptionKind
        if kind != ExceptionKind.CONTROL_TOTAL
    ]


def unattributed_accounts(branch: Branch, month: Month) -> Any:
    """Accounts of which somebody's or nobody's part is left over, in order of number."""
    return (
        AccountMonth.objects.filter(month=month.first_day, branch=branch)
        .exclude(unattributed_accumulated_fen_days=0, unattributed_closing_fen=0)
        .select_related("account__customer")
        .order_by("account__account_no")
    )
