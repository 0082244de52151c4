"""The month of a branch on its way: computed, approved, closed (articles 16 and 18; roles.md, The flows)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appraisal.actions.scoring import ScoredBranch, score_branch
from appraisal.models import ScoreCard
from appraisal.queries.digest import digest_of_month
from appraisal.queries.months import keeps_unfinished, month_to_close_first
from appraisal.queries.targets import MissingTarget, unset_targets
from common.errors import Conflict, RuleError
from common.laws import obeying_laws
from common.months import Month
from deposits.actions import compute_month as compute_deposits
from deposits.models import AccountMonth
from deposits.queries.exceptions import open_control_differences
from loans.actions import compute_month as compute_loans
from managers.queries import draft_entries
from organization.actions.jobs import NO_PROGRESS, Progress, request_job
from organization.actions.months import check_laws_now, lock_month, step_month
from organization.actions.trail import record
from organization.models import Branch, Employee, Job, MonthClose, Role
from organization.rules import Actor

State = MonthClose.State

# How many missing targets a sentence names before it counts the rest.
NAMED_TARGETS = 5

# The steps of a branch's month end, for the progress bar.
STEPS = 3


@dataclass(frozen=True, slots=True)
class MonthEndSummary:
    """What a branch's month end has made. Unit: fen, fen·day."""

    branch_code: str
    month: str
    accounts: int
    closing_fen: int
    accumulated_fen_days: int
    managers: int
    managers_without_targets: list[tuple[str, str]]  # employee no., indicator
    # Accounts of the month's last day alone; the whole list with every day has its own query (deposits.queries.exceptions).
    unattributed: int
    overdrawn: int

    def as_data(self) -> dict[str, Any]:
        """The summary in values that JSON knows."""
        return asdict(self)


def run_month_end(
    *, actor: Actor, branch: Branch, month: Month, progress: Progress = NO_PROGRESS, job: Job | None = None
) -> MonthEndSummary:
    """Computes the month of one branch: balances and 积数 of accounts and managers, loans, then the score cards.

    All in one transaction: the month's figures are replaced as a whole or stay. Running it again gives the same. An
    approval is taken back, since other figures were approved. Later months stay as they are: whatever changes what
    they open with has marked them stale already, and computing this month brings nothing new.
    Shape: the job that asks for it keeps the summary, in the same transaction.
    Raises: RuleError without the right and for a closed month.
    Locks: the branch and the month's row.
    Source: articles 11 and 16.
    """
    if not (actor.is_system or actor.holds(branch.pk, Role.CLERK)):
        raise RuleError(_("Only a clerk of %(branch)s runs its month end.") % {"branch": branch.name})
    with obeying_laws(), transaction.atomic():
        row = lock_month(branch_id=branch.pk, month=month)
        _refuse_closed(row, branch)
        progress(0, STEPS, _("deposits"))
        figures = compute_deposits(actor=actor, branch=branch, month=month, row=row)
        progress(1, STEPS, _("loans"))
        compute_loans(actor=actor, branch=branch, month=month, row=row)
        progress(2, STEPS, _("score cards"))
        scored = score_branch(actor=actor, branch=branch, month=month, row=row)
        before = row.state
        step_month(
            row=row,
            to=State.COMPUTED,
            stale=False,
            computed_by=_person(actor),
            computed_at=timezone.now(),
            approved_by=None,
            approved_at=None,
        )
        _record(actor, "run_month_end", row, branch, before, accounts=figures.accounts, managers=scored.cards)
        check_laws_now()
        summary = _summary(branch, month, figures.accounts, scored)
        if job is not None:
            # Last, since from here on no progress can be written beside this transaction.
            Job.objects.filter(pk=job.pk).update(result=summary.as_data())
    progress(STEPS, STEPS)
    return summary


def _summary(branch: Branch, month: Month, accounts: int, scored: ScoredBranch) -> MonthEndSummary:
    totals = AccountMonth.objects.filter(month=month.first_day, branch=branch).aggregate(
        closing=Sum("closing_fen"),
        accumulated=Sum("accumulated_fen_days"),
        unattributed=Count("pk", filter=~Q(unattributed_closing_fen=0)),
        overdrawn=Count("pk", filter=Q(closing_fen__lt=0)),
    )
    return MonthEndSummary(
        branch_code=branch.branch_code,
        month=str(month),
        accounts=accounts,
        closing_fen=int(totals["closing"] or 0),
        accumulated_fen_days=int(totals["accumulated"] or 0),
        managers=scored.cards,
        managers_without_targets=[(one.employee_no, one.indicator) for one in scored.missing],
        unattributed=totals["unattributed"],
        overdrawn=totals["overdrawn"],
    )


def do_month_end(*, actor: Actor, job: Job, progress: Progress) -> None:
    """Does a job that request_month_end has asked for; the job keeps the summary.

    Repeated, it does nothing: a worker that died after the figures were in would else take back what was approved since.
    """
    if job.branch is None:
        raise RuleError(_("This job names no branch."))
    if not job.result:
        month = Month.parse(job.arguments["month"])
        run_month_end(actor=actor, branch=job.branch, month=month, progress=progress, job=job)


def request_month_end(*, actor: Actor, branches: Iterable[Branch], month: Month) -> Job:
    """Asks for the month end of the branches: one job, with one child a branch for the workers to take.

    The caller rings for each child: kind and number (common.bell.ring).
    Raises: RuleError without the right, or when a branch has closed the month.
    """
    wanted = sorted(branches, key=lambda one: one.branch_code)
    for branch in wanted:
        if not (actor.is_system or actor.holds(branch.pk, Role.CLERK)):
            raise RuleError(_("Only a clerk of %(branch)s runs its month end.") % {"branch": branch.name})
    closed = MonthClose.objects.filter(branch__in=wanted, month=month.first_day, state=State.CLOSED)
    for row in closed.select_related("branch"):
        _refuse_closed(row, row.branch)
    title = _("Month end %(month)s") % {"month": month}
    with transaction.atomic():
        parent = request_job(
            actor=actor,
            kind="",
            title=title,
            branch=wanted[0] if len(wanted) == 1 else None,
            arguments={"month": str(month)},
            total=len(wanted),
        )
        for branch in wanted:
            request_job(
                actor=actor,
                kind="appraisal.month_end_branch",
                title=f"{title} · {branch.name}",
                branch=branch,
                arguments={"month": str(month)},
                parent=parent,
                total=STEPS,
            )
    return parent


def approve_month(*, actor: Actor, branch: Branch, month: Month) -> None:
    """Approves the computed figures of a month; a director, and never the one who computed them (article 16).

    Raises: RuleError without the right, before the month is over, for one's own computation or card, when something
    changed since the computation, and while a target is missing (names manager and indicator); Conflict when another
    was faster.
    Locks: the branch and the month's row.
    """
    _refuse_without_director(actor, branch, _("Only the director of %(branch)s approves its month."))
    with obeying_laws(), transaction.atomic():
        row = lock_month(branch_id=branch.pk, month=month)
        _refuse_closed(row, branch)
        if row.state in (State.APPROVED, State.PUBLISHED) and not row.stale:
            raise Conflict(
                _("%(name)s has approved %(month)s at %(time)s.")
                % {"name": _name(row.approved_by), "month": month, "time": _clock(row.approved_at)}
            )
        _refuse_unready(row, month)
        if row.computed_by_id == actor.employee_id:
            raise RuleError(_("Who computed the month does not approve it. Ask another person to approve."), article=16)
        if ScoreCard.objects.filter(branch=branch, month=month.first_day, manager=actor.employee_id).exists():
            raise RuleError(
                _("Your own score card is in this month. Nobody decides about himself or herself. Ask another person.")
            )
        if missing := unset_targets(branch, month):
            raise RuleError(_missing_sentence(missing), article=11)
        before = row.state
        step_month(row=row, to=State.APPROVED, approved_by=_person(actor), approved_at=timezone.now())
        _record(actor, "approve_month", row, branch, before)
        check_laws_now()


def close_month(*, actor: Actor, branch: Branch, month: Month) -> str:
    """Closes an approved month: its figures, and everything that they read, never change again. Returns the digest.

    A director, and never the one who computed the month. Months close in order.
    Raises: RuleError without the right, before the month is over, and while something is open that would be lost;
    Conflict when it is closed.
    Locks: the branch, then the month's row FOR UPDATE: a posting that is on its way is in the figures, which are then
    stale, or waits and enters the next month.
    Source: article 16; arithmetic.md, Balances.
    """
    _refuse_without_director(actor, branch, _("Only the director of %(branch)s closes its month."))
    with obeying_laws(), transaction.atomic():
        row = lock_month(branch_id=branch.pk, month=month, closing=True)
        _refuse_closed(row, branch)
        if (earlier := month_to_close_first(branch, month)) is not None:
            raise RuleError(
                _("%(earlier)s is not closed yet. Close %(earlier)s first.") % {"earlier": earlier}, article=16
            )
        _refuse_unready(row, month)
        if row.state not in (State.APPROVED, State.PUBLISHED):
            raise RuleError(_("%(month)s is not approved yet. Approve it first.") % {"month": month}, article=16)
        if row.computed_by_id == actor.employee_id:
            raise RuleError(_("Who computed the month does not close it. Ask another person to close."))
        if drafts := draft_entries(branch, month).count():
            raise RuleError(
                ngettext(
                    "%(count)s entry about conduct still waits for confirmation. Confirm or reject it first.",
                    "%(count)s entries about conduct still wait for confirmation. Confirm or reject them first.",
                    drafts,
                )
                % {"count": drafts},
                article=18,
            )
        if differences := open_control_differences(branch, month):
            raise RuleError(
                _("The ledger differs from the control totals of %(days)s. Mend or explain the difference first.")
                % {"days": _listed([str(one.day) for one in differences])}
            )
        before, digest = row.state, digest_of_month(branch, month)
        step_month(row=row, to=State.CLOSED, closed_by=_person(actor), closed_at=timezone.now(), digest=digest)
        _record(actor, "close_month", row, branch, before, digest=digest)
        check_laws_now()
    return digest


def _refuse_without_director(actor: Actor, branch: Branch, sentence: str) -> None:
    if not actor.holds(branch.pk, Role.DIRECTOR):
        raise RuleError(sentence % {"branch": branch.name})


def _refuse_closed(row: MonthClose, branch: Branch) -> None:
    if row.state == State.CLOSED:
        raise Conflict(
            _("%(name)s has closed %(month)s of %(branch)s at %(time)s. Its figures no longer change.")
            % {
                "name": _name(row.closed_by),
                "month": Month.of(row.month),
                "branch": branch.name,
                "time": _clock(row.closed_at),
            }
        )


def _refuse_unready(row: MonthClose, month: Month) -> None:
    if unfinished := keeps_unfinished(month):
        raise RuleError(unfinished, article=16)
    if row.computed_at is None or row.state in (State.OPEN, State.REOPENED):
        raise RuleError(_("%(month)s is not computed yet. Run the month end first.") % {"month": month})
    if row.stale:
        raise RuleError(
            _("Something has changed since %(month)s was computed. Run the month end again first.") % {"month": month}
        )


def _missing_sentence(missing: Sequence[MissingTarget]) -> str:
    """Names up to five managers and indicators, and counts the rest."""
    named = _listed([f"{one.name} ({one.employee_no}) {one.indicator_name}" for one in missing[:NAMED_TARGETS]])
    if len(missing) > NAMED_TARGETS:
        return _(
            "These targets are not set: %(targets)s and %(count)s more. Set them, or declare the indicators not"
            " applicable in the contract."
        ) % {"targets": named, "count": len(missing) - NAMED_TARGETS}
    return _(
        "These targets are not set: %(targets)s. Set them, or declare the indicators not applicable in the contract."
    ) % {"targets": named}


def _listed(words: Sequence[str]) -> str:
    return _(", ").join(words)


def _person(actor: Actor) -> Employee | None:
    return None if actor.employee_id is None else Employee(pk=actor.employee_id, name=actor.name)


def _name(person: Employee | None) -> str:
    return person.name if person else _("the system")


def _clock(at: Any) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def _record(actor: Actor, action: str, row: MonthClose, branch: Branch, before: str, **more: Any) -> None:
    record(
        actor=actor,
        action=action,
        subject="organization.monthclose",
        subject_key=f"{branch.branch_code} {Month.of(row.month)}",
        branch_id=branch.pk,
        changes={"state": [before, row.state]} | {name: [None, value] for name, value in more.items()},
    )
