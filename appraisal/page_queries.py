"""What the appraisal's pages show beside the figures themselves: what keeps a step, who comes next, what is missing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appraisal.models import ScoreCard, ScoreLine, Workbook
from appraisal.queries import (
    DEPOSIT_INDICATORS,
    LOAN_FIGURES,
    MonthOverview,
    RankedCard,
    accounts_of_line,
    loans_of_line,
    postings_of_part,
    ranking,
    scheme_for,
    schemes_of_month,
    unset_targets,
)
from appraisal.rules import COMPUTED, ENTRY_RULES
from common.money import format_yuan, round_half_up
from common.months import Month
from deposits.models import AccountMonth, AttributedMonth, Attribution, Posting
from deposits.queries import DayBalance, ExceptionKind, branch_figures, daily_balances, exception_counts
from deposits.rules import (
    Share,
    average_still_needed,
    deposit_needed_from,
    segments,
    split_by_share,
)
from loans.models import Instalment, LoanMonth, Repayment
from managers.models import ConductEntry, ContractTarget, Indicator, Target, TargetKind
from managers.queries import FoundTarget, ManagerInOffice, managers_in_office, targets_of_month
from managers.rules import ENTRIES, INDICATOR_KINDS, ONE_DAY, SCALED_KINDS
from organization.models import BUSINESS_ROLES, Branch, ImportBatch, Job, MonthClose, Role
from organization.rules import Actor

MONTH_END = "appraisal.month_end_branch"


# --- months side by side ------------------------------------------------------------------------------------------


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


# --- the checklist --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """What the checklist tells beside its counts, and why a step is not to be had ("" = it is).

    Unit: fen, fen·day. Shape: keeps maps run, approve and close to a sentence; jobs are those that go on or have failed.
    """

    imports: dict[str, int]
    unattributed: dict[str, int]
    cards: int
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
    accumulated = int(sums["accumulated"] or 0)
    done = _jobs(actor, overview).filter(kind=MONTH_END, state=Job.State.DONE).first()
    ran = done.finished_at - done.started_at if done and done.started_at and done.finished_at else None
    return MonthFacts(
        imports=import_counts(branch, month),
        unattributed={
            "closing_fen": int(sums["closing"] or 0),
            "accumulated_fen_days": accumulated,
            "average_fen": round_half_up(accumulated, month.days),
        },
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


def _workbooks(actor: Actor, branch: Branch, month: Month) -> list[tuple[Workbook, str]]:
    """The kept workbooks of the month, the latest first, each with the word for the state that the month was in."""
    kept = Workbook.objects.visible_to(actor).filter(branch=branch, month=month.first_day)
    words = dict(MonthClose.State.choices)
    return [
        (one, str(words.get(one.month_state, one.month_state))) for one in kept.select_related("file", "made_by")[:10]
    ]


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
    if uncomputed := _keeps_uncomputed(row, month):
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
    if uncomputed := _keeps_uncomputed(row, month):
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


def _keeps_uncomputed(row: MonthClose | None, month: Month) -> str:
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


def is_closed(branch: Branch, month: Month) -> bool:
    """Whether the month takes no further change."""
    return MonthClose.objects.filter(branch=branch, month=month.first_day, state=MonthClose.State.CLOSED).exists()


def unattributed_accounts(branch: Branch, month: Month) -> Any:
    """Accounts of which somebody's or nobody's part is left over, in order of number."""
    return (
        AccountMonth.objects.filter(month=month.first_day, branch=branch)
        .exclude(unattributed_accumulated_fen_days=0, unattributed_closing_fen=0)
        .select_related("account__customer")
        .order_by("account__account_no")
    )


# --- targets of a month ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TargetCell:
    """What a manager's scheme measures an indicator against. Unit: hundredths of the indicator's unit."""

    indicator: str
    weight_hundredths: int
    target: FoundTarget | None
    state: str  # set, not_applicable, computed, missing

    @property
    def indicator_name(self) -> str:
        return str(Indicator(self.indicator).label)


@dataclass(frozen=True, slots=True)
class ManagerTargets:
    """A manager's targets of a month, in the scheme's order; entries have none and are left out."""

    manager: ManagerInOffice
    kind_name: str
    cells: list[TargetCell]


def targets_page(branch: Branch, month: Month, actor: Actor) -> list[ManagerTargets]:
    """The targets of the branch's managers in the month; a manager's own alone for who reads no business of the branch."""
    managers = managers_in_office(branch, month)
    if not (actor.is_system or actor.holds(branch.pk, *BUSINESS_ROLES)):
        managers = [one for one in managers if one.employee_id == actor.employee_id]
    schemes, targets = schemes_of_month(month), targets_of_month(branch, month, managers)
    found = []
    for manager in managers:
        scheme = scheme_for(manager, schemes)
        cells = [
            TargetCell(one.code, one.weight_hundredths, target, _target_state(one.code, target))
            for one in (scheme.rule.indicators if scheme else ())
            if INDICATOR_KINDS[one.code] != ENTRIES
            for target in (targets[manager.employee_id].get(one.code),)
        ]
        found.append(ManagerTargets(manager, _kind_name(manager.target_kind), cells))
    return found


def _kind_name(kind: str | None) -> str:
    return str(TargetKind(kind or TargetKind.COMPOSITE).label)


def _target_state(indicator: str, target: FoundTarget | None) -> str:
    if target is None:
        return "computed" if indicator == Indicator.PRINCIPAL_RECOVERED else "missing"
    return "not_applicable" if target.not_applicable else "set" if target.value_hundredths else "missing"


# --- ranking -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RankingRow:
    """A place, and whether the actor may open the card behind it."""

    place: RankedCard
    opens: bool

    @property
    def card(self) -> ScoreCard:
        return self.place.card

    @property
    def fallen(self) -> int:
        return -(self.place.climbed or 0)


def ranking_page(*, actor: Actor, branch: Branch, month: Month) -> list[RankingRow]:
    """The branch's ranking; a manager opens his or her own card alone."""
    reads_all = actor.is_system or actor.holds(branch.pk, *BUSINESS_ROLES)
    return [
        RankingRow(one, reads_all or one.card.manager_id == actor.employee_id)
        for one in ranking(actor=actor, branch=branch, month=month)
    ]


def row_of_month(branch: Branch, month: Month) -> MonthClose | None:
    """The month's row, for somebody who sees its ranking."""
    return MonthClose.objects.filter(branch=branch, month=month.first_day).first()


# --- a score card ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LineView:
    """A score line with its rationals as such. Unit: points; hundredths of the indicator's unit."""

    line: ScoreLine
    taken_hundredths: int = 0
    missing: list[str] = field(default_factory=list)

    @property
    def weight(self) -> Fraction:
        return Fraction(self.line.weight_numerator, self.line.weight_denominator)

    @property
    def scheme_weight(self) -> Fraction:
        return Fraction(self.line.scheme_weight_hundredths, 100)

    @property
    def is_spread(self) -> bool:
        """Whether the weight differs from the scheme's, since something else is not applicable."""
        return self.line.state == ScoreLine.State.SCORED and self.weight != self.scheme_weight

    @property
    def by_entries(self) -> bool:
        return self.line.rule in ENTRY_RULES

    @property
    def actual(self) -> int | None:
        line = self.line
        if line.actual_numerator is None or line.actual_denominator is None:
            return None
        return round_half_up(line.actual_numerator, line.actual_denominator)

    @property
    def rate(self) -> Fraction | None:
        line = self.line
        if line.rate_numerator is None or line.rate_denominator is None:
            return None
        return Fraction(int(line.rate_numerator), int(line.rate_denominator))

    @property
    def floor(self) -> Fraction:
        return Fraction(self.line.parameters.get("floor_bp", 0), 10_000)

    @property
    def cap(self) -> Fraction:
        return Fraction(self.line.parameters.get("cap_bp", 10_000), 10_000)

    @property
    def counted_rate(self) -> Fraction | None:
        """The rate between floor and cap: what the weight is multiplied with."""
        if self.rate is None:
            return None
        return self.floor if self.rate < 0 else min(max(self.rate, self.floor), self.cap)

    @property
    def is_bounded(self) -> bool:
        return self.rate != self.counted_rate

    @property
    def is_percent(self) -> bool:
        return self.line.indicator == Indicator.INTEREST_COLLECTION

    @property
    def is_prorated(self) -> bool:
        full, target = self.line.full_target_hundredths, self.line.target_hundredths
        return full is not None and target is not None and full != target

    @property
    def is_computed(self) -> bool:
        return self.line.target_source == COMPUTED

    @property
    def scales(self) -> bool:
        return INDICATOR_KINDS[self.line.indicator] in SCALED_KINDS


@dataclass(frozen=True, slots=True)
class CardPage:
    """A card, its lines, its place among the others, and the cards before and after it in the ranking."""

    card: ScoreCard
    lines: list[LineView]
    row: MonthClose | None
    places: int
    climbed: int | None
    before: ScoreCard | None
    after: ScoreCard | None
    weight_hundredths: int
    entries: list[ConductEntry]

    @property
    def fallen(self) -> int:
        return -(self.climbed or 0)

    @property
    def is_cut(self) -> bool:
        return self.card.total_hundredths < self.card.scored_total_hundredths


def card_page(*, actor: Actor, card: ScoreCard, today: dt.date | None = None) -> CardPage:
    """Everything about one card that its page shows; the card was fetched by score_card_of."""
    month = Month.of(card.month)
    others = ScoreCard.objects.filter(branch=card.branch_id, month=card.month)
    order = list(others.visible_to(actor).select_related("manager").order_by("rank", "manager__employee_no"))
    at = next(number for number, one in enumerate(order) if one.pk == card.pk)
    previous = ScoreCard.objects.filter(
        branch=card.branch_id, month=month.previous.first_day, manager=card.manager_id
    ).first()
    lines = list(card.lines.all())
    counted = ConductEntry.objects.filter(pk__in=[pk for line in lines for pk in line.entries])
    entries = list(counted.order_by("happened_on", "pk"))
    taken = {one.pk: one.points_hundredths for one in entries}
    row = (
        MonthClose.objects.filter(branch=card.branch_id, month=card.month)
        .select_related("computed_by", "approved_by", "closed_by")
        .first()
    )
    today = today or timezone.localdate()
    days_left = (month.last_day - today).days if today in month else 0
    running = days_left > 0 and (row is None or row.state != MonthClose.State.CLOSED)
    balance = _attributed_closing(card) if running else 0
    return CardPage(
        card=card,
        lines=[
            LineView(
                line,
                sum(taken.get(pk, 0) for pk in line.entries),
                still_missing(line, today, balance) if running else [],
            )
            for line in lines
        ],
        row=row,
        places=others.count(),
        climbed=previous.rank - card.rank if previous else None,
        before=order[at - 1] if at else None,
        after=order[at + 1] if at + 1 < len(order) else None,
        weight_hundredths=sum(one.scheme_weight_hundredths for one in lines),
        entries=entries,
    )


def line_view(line: ScoreLine) -> LineView:
    """One line with its rationals, and the points that its entries took."""
    entries = ConductEntry.objects.filter(pk__in=line.entries)
    return LineView(line, int(entries.aggregate(sum=Sum("points_hundredths"))["sum"] or 0))


def _attributed_closing(card: ScoreCard) -> int:
    parts = AttributedMonth.objects.filter(month=card.month, branch=card.branch_id, manager=card.manager_id)
    return int(parts.aggregate(sum=Sum("closing_fen"))["sum"] or 0)


def still_missing(line: ScoreLine, today: dt.date, balance_fen: int) -> list[str]:
    """What a line of a running month still needs for its target, in sentences; empty when it is reached.

    Shape: the month's figures take today's balance for the days ahead, so what has been gathered by today is the
    month's figure less that balance on the days left. Source: arithmetic.md, What is still missing, per day.
    """
    if line.state != ScoreLine.State.SCORED or not line.target_hundredths or line.actual_numerator is None:
        return []
    month = Month.of(line.card.month)
    left = (month.last_day - today).days
    amounts = {"first": today + ONE_DAY, "days": left}
    if line.indicator not in (Indicator.DEPOSIT_AVERAGE, Indicator.DEPOSIT_ACCUMULATED):
        missing = line.target_hundredths * (line.actual_denominator or 1) - line.actual_numerator
        missing = -(-missing // (line.actual_denominator or 1))
        if missing <= 0 or INDICATOR_KINDS[line.indicator] not in SCALED_KINDS:
            return []
        return [_("%(amount)s yuan in the %(days)s days left") % (amounts | {"amount": format_yuan(missing)})]
    whole = Fraction(line.actual_numerator, line.actual_denominator or 1)
    per_month = month.days if line.indicator == Indicator.DEPOSIT_AVERAGE else 1
    target, by_today = line.target_hundredths * per_month, int(whole * per_month) - balance_fen * left
    average = average_still_needed(target, by_today, left)
    needed = deposit_needed_from(
        today.day + 1,
        target_fen_days=target,
        accumulated_fen_days=by_today,
        balance_fen=balance_fen,
        day=today.day,
        days=month.days,
    )
    if not average or not needed:
        return []
    return [
        _("%(amount)s yuan as the balance of each of the %(days)s days left")
        % (amounts | {"amount": format_yuan(-(-average.numerator // average.denominator))}),
        _("%(amount)s yuan more from %(first)s on") % (amounts | {"amount": format_yuan(needed)}),
    ]


# --- what made a line -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LineSource:
    """The row that a line's target comes from: a target of the month or of the contract."""

    target: Target | None = None
    contract_target: ContractTarget | None = None


def source_of_target(line: ScoreLine) -> LineSource:
    """Where a line's target stands on record."""
    evidence = line.target_evidence or {}
    if "target" in evidence:
        return LineSource(target=Target.objects.filter(pk=evidence["target"]).select_related("batch").first())
    if "contract_target" in evidence:
        found = ContractTarget.objects.filter(pk=evidence["contract_target"])
        return LineSource(contract_target=found.select_related("contract__batch").first())
    return LineSource()


def accumulated_of(line: ScoreLine) -> int | None:
    """The 积数 behind an average. Unit: fen·day."""
    if line.indicator != Indicator.DEPOSIT_AVERAGE or line.actual_numerator is None:
        return None
    return line.actual_numerator * Month.of(line.card.month).days // (line.actual_denominator or 1)


def totals_of_line(line: ScoreLine) -> list[tuple[str, int]]:
    """The sums of the rows that make a line, which are its figures: words and fen or fen·days."""
    if line.indicator in DEPOSIT_INDICATORS:
        parts = accounts_of_line(line).order_by()
        sums = parts.aggregate(closing=Sum("closing_fen"), accumulated=Sum("accumulated_fen_days"))
        return [
            (_("Month-end balance"), int(sums["closing"] or 0)),
            (_("Accumulated balance"), int(sums["accumulated"] or 0)),
        ]
    if line.indicator not in LOAN_FIGURES:
        return []
    sums = loans_of_line(line).order_by().aggregate(figure=Sum("figure_fen"), recoverable=Sum("recoverable_fen"))
    return [(_("Counts here"), int(sums["figure"] or 0)), (_("Could be recovered"), int(sums["recoverable"] or 0))]


def neighbours(line: ScoreLine) -> tuple[ScoreLine | None, ScoreLine | None]:
    """The lines before and after it on the card."""
    lines = list(ScoreLine.objects.filter(card=line.card_id).order_by("position"))
    at = next(number for number, one in enumerate(lines) if one.pk == line.pk)
    return (lines[at - 1] if at else None, lines[at + 1] if at + 1 < len(lines) else None)


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
