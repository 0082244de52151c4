"""What the appraisal is asked: the facts of a month, cards and ranking, what made a point, the digest of a month."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from appraisal.models import SchemeIndicator, SchemeVersion, ScoreCard, ScoreLine
from appraisal.rules import (
    NOT_SET,
    ActualFact,
    EntryFact,
    GradeBand,
    IndicatorRule,
    OfficeFact,
    SchemeRule,
    TargetFact,
    aim,
)
from common.months import Month
from deposits.models import AccountMonth, AttributedMonth, ControlTotal, DepositAccount, Posting
from deposits.queries import open_control_differences
from loans.models import Loan, LoanMonth, Repayment
from managers.models import ConductEntry, Indicator, TargetKind
from managers.queries import (
    ManagerInOffice,
    confirmed_entries,
    draft_entries,
    managers_in_office,
    target_kind_or_composite,
    targets_of_month,
)
from managers.rules import entry_sign_fits
from organization.models import Branch, BranchQuerySet, ImportBatch, MonthClose
from organization.rules import Actor

# Dedicated recovery (article 12) is appraised as loan recovery until it has a scheme of its own.
SCHEME_OF_TARGET_KIND = {TargetKind.DEDICATED_RECOVERY: TargetKind.LOAN_RECOVERY}

# What follows from the ledger where nobody has set a target (arithmetic.md, Actuals).
COMPUTED_TARGET = Indicator.PRINCIPAL_RECOVERED

DEPOSIT_INDICATORS = frozenset({Indicator.DEPOSIT_AVERAGE, Indicator.DEPOSIT_ACCUMULATED, Indicator.DEPOSIT_CLOSING})


# --- the facts of a month -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EffectiveScheme:
    """A published version and its rules."""

    version_id: int
    rule: SchemeRule
    parameters: Mapping[str, Mapping[str, int]]


def schemes_of_month(month: Month) -> dict[str, EffectiveScheme]:
    """For each target kind the published version that holds in the month: the latest that is effective by then.

    Shape: kinds without one are left out. Source: article 16; one version a month, versions never change.
    """
    in_force = (
        SchemeVersion.objects.filter(state=SchemeVersion.State.PUBLISHED, effective_month__lte=month.first_day)
        .order_by("scheme__target_kind", "-effective_month", "-pk")
        .distinct("scheme__target_kind")
        .values("pk")
    )
    indicators: dict[SchemeVersion, list[SchemeIndicator]] = defaultdict(list)
    for one in (
        SchemeIndicator.objects.filter(version__in=in_force)
        .select_related("version__scheme")
        .order_by("version", "position")
    ):
        indicators[one.version].append(one)
    return {
        version.scheme.target_kind: EffectiveScheme(
            version_id=version.pk,
            rule=SchemeRule(
                indicators=tuple(_indicator_rule(one) for one in scored),
                grades=_grade_bands(version.grades),
                total_may_exceed=version.total_may_exceed,
            ),
            parameters={one.indicator: one.parameters for one in scored},
        )
        for version, scored in indicators.items()
    }


def _indicator_rule(one: SchemeIndicator) -> IndicatorRule:
    return IndicatorRule(
        code=one.indicator,
        group=one.group,
        weight_hundredths=one.weight_hundredths,
        rule=one.rule,
        floor=Fraction(one.parameters.get("floor_bp", 0), 10_000),
        cap=Fraction(one.parameters.get("cap_bp", 10_000), 10_000),
    )


def _grade_bands(grades: list[dict[str, int | str | None]]) -> tuple[GradeBand, ...]:
    """Half-open bands from the stored list, best first: each reaches up to where the better one begins."""
    upper: int | None = None
    bands = []
    for grade in grades:
        lower = grade["from_hundredths"]
        lower = None if lower is None else int(lower)
        bands.append(GradeBand(str(grade["grade"]), lower, upper))
        upper = lower
    return tuple(bands)


def scheme_for(manager: ManagerInOffice, schemes: Mapping[str, EffectiveScheme]) -> EffectiveScheme | None:
    """The scheme of the manager's target kind (article 15)."""
    kind = target_kind_or_composite(manager)
    return schemes.get(SCHEME_OF_TARGET_KIND.get(TargetKind(kind), kind))


@dataclass(frozen=True, slots=True)
class MonthActuals:
    """The month's actuals of one manager, and what could be recovered. Unit: fen, fen·day, exact."""

    by_indicator: Mapping[str, ActualFact]
    recoverable_fen: int


_ACTUALS = """
WITH deposits AS (
    SELECT manager_id, accumulated_fen_days, closing_fen FROM deposits_managermonth
    WHERE month = %(month)s AND branch_id = %(branch)s
),
loans AS (
    SELECT manager_id, sum(granted_fen)::bigint AS granted, sum(recovered_fen)::bigint AS recovered,
           sum(recovered_this_year_fen)::bigint AS this_year, sum(recoverable_fen)::bigint AS recoverable,
           sum(interest_received_fen)::bigint AS received, sum(interest_due_fen)::bigint AS due
    FROM loans_loanmonth WHERE month = %(month)s AND branch_id = %(branch)s GROUP BY manager_id
)
SELECT manager_id, coalesce(accumulated_fen_days, 0), coalesce(closing_fen, 0), coalesce(granted, 0),
       coalesce(recovered, 0), coalesce(this_year, 0), coalesce(recoverable, 0), coalesce(received, 0), coalesce(due, 0)
FROM deposits FULL JOIN loans USING (manager_id)
"""


def actuals_of_month(branch: Branch, month: Month, managers: Iterable[int]) -> dict[int, MonthActuals]:
    """Each named manager's actuals from the month's figures; someone without accounts and loans has zeros.

    Law: an average is the 积数 over the month's days as an exact rational, never rounded, never averaged from averages.
    Source: arithmetic.md, Actuals.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ACTUALS, {"branch": branch.pk, "month": month.first_day})
        rows = {manager_id: figures for manager_id, *figures in cursor.fetchall()}
    found = {}
    for manager_id in managers:
        accumulated, closing, granted, recovered, this_year, recoverable, received, due = rows.get(manager_id, [0] * 8)
        exact = {
            Indicator.DEPOSIT_AVERAGE: Fraction(accumulated, month.days),
            Indicator.DEPOSIT_ACCUMULATED: Fraction(accumulated),
            Indicator.DEPOSIT_CLOSING: Fraction(closing),
            Indicator.LOANS_GRANTED: Fraction(granted),
            Indicator.PRINCIPAL_RECOVERED: Fraction(recovered),
            Indicator.RECOVERED_THIS_YEAR: Fraction(this_year),
            Indicator.RECOVERED_EARLIER: Fraction(recovered - this_year),
            Indicator.INTEREST_RECEIVED: Fraction(received),
            # A rate in hundredths of a percent; nothing due leaves nothing to collect.
            Indicator.INTEREST_COLLECTION: Fraction(received * 10_000, due) if due else Fraction(0),
        }
        found[manager_id] = MonthActuals({code.value: ActualFact(value) for code, value in exact.items()}, recoverable)
    return found


def entry_facts(branch: Branch, month: Month) -> dict[int, dict[str, list[EntryFact]]]:
    """The confirmed entries of the month that take points away, by manager and indicator.

    Shape: entries with the sign of a bonus wait for a scheme with a bonus and do not count here.
    """
    found: dict[int, dict[str, list[EntryFact]]] = defaultdict(lambda: defaultdict(list))
    for pk, manager_id, indicator, day, points in confirmed_entries(branch, month).values_list(
        "pk", "manager_id", "indicator", "happened_on", "points_hundredths"
    ):
        if entry_sign_fits("deduction", points):
            found[manager_id][indicator].append(EntryFact(pk, day, points))
    return found


def office_fact(manager: ManagerInOffice, month: Month) -> OfficeFact:
    return OfficeFact(manager.days_in_office, month.days, manager.on_last_day)


# --- what still keeps a month from being confirmed ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MissingTarget:
    """An indicator of a manager's scheme that has neither a target nor the word "not applicable"."""

    employee_no: str
    name: str
    indicator: str

    @property
    def indicator_name(self) -> str:
        return str(Indicator(self.indicator).label)


def missing_targets(branch: Branch, month: Month) -> list[MissingTarget]:
    """Who lacks which target, looked at in the targets of this moment, before or after the month was computed.

    Shape: by employee number, then in the scheme's order.
    """
    managers = managers_in_office(branch, month)
    schemes, targets = schemes_of_month(month), targets_of_month(branch, month, managers)
    found = []
    for manager in managers:
        scheme = scheme_for(manager, schemes)
        for one in scheme.rule.indicators if scheme else ():
            known = targets[manager.employee_id].get(one.code)
            if known is None and one.code == COMPUTED_TARGET:
                continue
            fact = TargetFact(known.value_hundredths, known.source, known.not_applicable) if known else None
            if aim(one, fact, office_fact(manager, month)).status == NOT_SET:
                found.append(MissingTarget(manager.employee_no, manager.name, one.code))
    return found


def unset_targets(branch: Branch, month: Month) -> list[MissingTarget]:
    """The lines of the month's cards that have no target: what the figures that lie there to be approved lack."""
    return [
        MissingTarget(*row)
        for row in ScoreLine.objects.filter(
            card__branch=branch, card__month=month.first_day, state=ScoreLine.State.NOT_SET
        )
        .order_by("card__manager__employee_no", "position")
        .values_list("card__manager__employee_no", "card__manager__name", "indicator")
    ]


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


def with_business(branches: BranchQuerySet) -> BranchQuerySet:
    """Of the branches those that have a month to compute: a head office only where it keeps accounts or has managers."""
    idle = (
        Q(kind=Branch.Kind.HEAD_OFFICE, appointments__isnull=True)
        & ~Exists(DepositAccount.objects.filter(branch=OuterRef("pk")))
        & ~Exists(Loan.objects.filter(branch=OuterRef("pk")))
    )
    return branches.exclude(pk__in=Branch.objects.filter(idle).values("pk"))


# --- pages --------------------------------------------------------------------------------------------------------


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


def months_of_branch(*, actor: Actor, branch: Branch) -> QuerySet[MonthClose]:
    """The branch's months, the latest first."""
    return (
        MonthClose.objects.visible_to(actor)
        .filter(branch=branch)
        .select_related("branch", "computed_by", "approved_by", "closed_by")
        .order_by("-month")
    )


def month_overview(*, actor: Actor, branch: Branch, month: Month) -> MonthOverview:
    """The checklist that leads from import to close, each step with its counts, in the order in which they are done.

    Steps: imports, control_totals, attributions, targets, entries, computed, approved, closed.
    """
    row = months_of_branch(actor=actor, branch=branch).filter(month=month.first_day).first()
    state = row.state if row else MonthClose.State.OPEN
    computed = row is not None and row.computed_at is not None
    closed = state == MonthClose.State.CLOSED
    missing = [] if closed else missing_targets(branch, month)
    batches = _batches_of_month(branch, month)
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


def _batches_of_month(branch: Branch, month: Month) -> int:
    """Applied batches of the branch, or of the union for it, with rows that entered in the month."""
    return (
        ImportBatch.objects.filter(
            Q(branch=branch) | Q(branch__isnull=True) | Q(branch__parent__isnull=True),
            state=ImportBatch.State.APPLIED,
            first_entered_on__lte=month.last_day,
            last_entered_on__gte=month.first_day,
        )
        .exclude(first_entered_on__isnull=True)
        .count()
    )


@dataclass(frozen=True, slots=True)
class RankedCard:
    """A place in the ranking: name and total, and what they were the month before.

    Shape: climbed is how many places better than last month, below zero when worse, none without a card there.
    Unit: hundredths of a point.
    """

    card: ScoreCard
    previous_rank: int | None
    previous_total_hundredths: int | None

    @property
    def climbed(self) -> int | None:
        return None if self.previous_rank is None else self.previous_rank - self.card.rank


def ranking(*, actor: Actor, branch: Branch, month: Month) -> list[RankedCard]:
    """The branch's cards by rank, with the movement against the month before; names and totals, no lines."""
    cards = ScoreCard.objects.ranked_for(actor).filter(branch=branch)
    before = {
        manager_id: (rank, total)
        for manager_id, rank, total in cards.filter(month=month.previous.first_day).values_list(
            "manager_id", "rank", "total_hundredths"
        )
    }
    return [
        RankedCard(card, *before.get(card.manager_id, (None, None)))
        for card in cards.filter(month=month.first_day)
        .select_related("manager", "scheme_version__scheme")
        .order_by("rank", "manager__employee_no")
    ]


def cards_of_month(*, actor: Actor, branch: Branch, month: Month) -> QuerySet[ScoreCard]:
    """The branch's cards that the actor may open, with manager, scheme and lines: for workbook and print."""
    return (
        ScoreCard.objects.visible_to(actor)
        .filter(branch=branch, month=month.first_day)
        .select_related("manager", "branch", "scheme_version__scheme")
        .prefetch_related("lines")
        .order_by("rank", "manager__employee_no")
    )


def score_card_of(*, actor: Actor, branch: Branch, month: Month, employee_no: str) -> ScoreCard | None:
    """One manager's card with its lines, if the actor may see it."""
    return cards_of_month(actor=actor, branch=branch, month=month).filter(manager__employee_no=employee_no).first()


def cards_of_manager(*, actor: Actor, employee_no: str) -> QuerySet[ScoreCard]:
    """A manager's cards, the latest month first, as far as the actor may see them."""
    return (
        ScoreCard.objects.visible_to(actor)
        .filter(manager__employee_no=employee_no)
        .select_related("manager", "branch", "scheme_version__scheme")
        .order_by("-month")
    )


# --- what made a point: line → accounts, loans or entries → postings or repayments → row of a file ----------------


def line_of(*, actor: Actor, branch: Branch, month: Month, employee_no: str, indicator: str) -> ScoreLine | None:
    """One line of a card, if the actor may see the card."""
    return (
        ScoreLine.objects.filter(
            card__in=ScoreCard.objects.visible_to(actor).filter(
                branch=branch, month=month.first_day, manager__employee_no=employee_no
            ),
            indicator=indicator,
        )
        .select_related("card__manager", "card__branch", "card__scheme_version__scheme")
        .first()
    )


def accounts_of_line(line: ScoreLine) -> QuerySet[AttributedMonth]:
    """The manager's parts of accounts that sum to a deposit line's actual, by account number; empty for other lines.

    Shape: the line was fetched by line_of or score_card_of, which have looked at the actor's rights.
    """
    if line.indicator not in DEPOSIT_INDICATORS:
        return AttributedMonth.objects.none()
    return (
        AttributedMonth.objects.filter(month=line.card.month, branch=line.card.branch_id, manager=line.card.manager_id)
        .select_related("account__customer")
        .order_by("account__account_no")
    )


# Which of a loan's figures makes the actual of which line.
LOAN_FIGURES = {
    Indicator.LOANS_GRANTED: "granted_fen",
    Indicator.PRINCIPAL_RECOVERED: "recovered_fen",
    Indicator.RECOVERED_THIS_YEAR: "recovered_this_year_fen",
    Indicator.RECOVERED_EARLIER: "recovered_fen",
    Indicator.INTEREST_RECEIVED: "interest_received_fen",
}


def loans_of_line(line: ScoreLine) -> QuerySet[LoanMonth]:
    """The loans whose figures sum to a loan line's actual or computed target, by loan number; empty for other lines.

    Shape: `figure_fen` is the figure that counts in this line. Rights: as accounts_of_line.
    """
    figure = LOAN_FIGURES.get(Indicator(line.indicator))
    if figure is None:
        return LoanMonth.objects.none()
    earlier = line.indicator == Indicator.RECOVERED_EARLIER
    value = F("recovered_fen") - F("recovered_this_year_fen") if earlier else F(figure)
    counts = ~Q(figure_fen=0)
    if line.indicator == COMPUTED_TARGET:
        counts |= ~Q(recoverable_fen=0)
    return (
        LoanMonth.objects.filter(month=line.card.month, branch=line.card.branch_id, manager=line.card.manager_id)
        .annotate(figure_fen=value)
        .filter(counts)
        .select_related("loan__customer")
        .order_by("loan__loan_no")
    )


def entries_of_line(line: ScoreLine) -> QuerySet[ConductEntry]:
    """The confirmed entries that a deduction counted. Rights: as accounts_of_line."""
    return (
        ConductEntry.objects.filter(pk__in=line.entries)
        .select_related("made_by", "decided_by", "batch")
        .order_by("happened_on", "pk")
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


def repayments_of_loan(figures: LoanMonth) -> QuerySet[Repayment]:
    """The repayments that entered in the month, each with the batch and row that brought it."""
    month = Month.of(figures.month)
    return (
        Repayment.objects.filter(loan=figures.loan_id, entered_on__gte=month.first_day, entered_on__lte=month.last_day)
        .select_related("batch")
        .order_by("entered_on", "serial_no")
    )


# --- the digest of a month ----------------------------------------------------------------------------------------

# Every figure that a closed month keeps, by natural keys in code-point order, so that the digest is the same on every
# machine and after every restore. Points at rows by id (evidence) are not figures.
_DIGEST_SECTIONS = {
    "accounts": """
        SELECT a.account_no, m.opening_fen, m.closing_fen, m.accumulated_fen_days, m.adjustment_fen_days,
               m.unattributed_closing_fen, m.unattributed_accumulated_fen_days
        FROM deposits_accountmonth m JOIN deposits_depositaccount a ON a.id = m.account_id
        WHERE m.branch_id = {branch} AND m.month = {month} ORDER BY a.account_no COLLATE "C" """,
    "parts": """
        SELECT a.account_no, e.employee_no, m.closing_fen, m.accumulated_fen_days, m.adjustment_fen_days
        FROM deposits_attributedmonth m JOIN deposits_depositaccount a ON a.id = m.account_id
        JOIN organization_employee e ON e.id = m.manager_id
        WHERE m.branch_id = {branch} AND m.month = {month}
        ORDER BY a.account_no COLLATE "C", e.employee_no COLLATE "C" """,
    "managers": """
        SELECT e.employee_no, m.accounts, m.closing_fen, m.accumulated_fen_days, m.adjustment_fen_days
        FROM deposits_managermonth m JOIN organization_employee e ON e.id = m.manager_id
        WHERE m.branch_id = {branch} AND m.month = {month} ORDER BY e.employee_no COLLATE "C" """,
    "loans": """
        SELECT l.loan_no, e.employee_no, m.granted_fen, m.recovered_fen, m.recovered_this_year_fen, m.recoverable_fen,
               m.interest_received_fen, m.interest_due_fen, m.outstanding_fen
        FROM loans_loanmonth m JOIN loans_loan l ON l.id = m.loan_id
        JOIN organization_employee e ON e.id = m.manager_id
        WHERE m.branch_id = {branch} AND m.month = {month}
        ORDER BY l.loan_no COLLATE "C", e.employee_no COLLATE "C" """,
    "cards": """
        SELECT e.employee_no, s.code, v.version, to_char(c.first_day_in_office, 'YYYY-MM-DD'), c.days_in_office,
               c.scored_total_hundredths, c.total_hundredths, c.grade, c.rank, c.complete
        FROM appraisal_scorecard c JOIN organization_employee e ON e.id = c.manager_id
        JOIN appraisal_schemeversion v ON v.id = c.scheme_version_id JOIN appraisal_scheme s ON s.id = v.scheme_id
        WHERE c.branch_id = {branch} AND c.month = {month} ORDER BY e.employee_no COLLATE "C" """,
    "lines": """
        SELECT e.employee_no, l.position, l."group", l.indicator, l.rule, l.parameters, l.state,
               l.scheme_weight_hundredths, l.weight_numerator, l.weight_denominator, l.full_target_hundredths,
               l.target_hundredths, l.target_source, l.actual_numerator, l.actual_denominator, l.rate_numerator,
               l.rate_denominator, l.raw_points_hundredths, l.points_hundredths, jsonb_array_length(l.entries)
        FROM appraisal_scoreline l JOIN appraisal_scorecard c ON c.id = l.card_id
        JOIN organization_employee e ON e.id = c.manager_id
        WHERE c.branch_id = {branch} AND c.month = {month} ORDER BY e.employee_no COLLATE "C", l.position """,
}


def digest_of_month(branch: Branch, month: Month) -> str:
    """SHA-256 over all figures of the branch's month, streamed from the database in a fixed order.

    Shape: 64 hexadecimal digits; the same figures give the same digest on every machine. Memory is flat.
    """
    digest = hashlib.sha256(f"month 1\t{branch.branch_code}\t{month}\n".encode())
    values = {"branch": int(branch.pk), "month": f"DATE '{month.first_day.isoformat()}'"}
    with connection.cursor() as cursor:
        for name, section in _DIGEST_SECTIONS.items():
            digest.update(f"{name}\n".encode())
            with cursor.copy(f"COPY ({section.format(**values)}) TO STDOUT") as rows:
                for part in rows:
                    digest.update(part)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class VerifiedMonth:
    """A closed month, the digest that was kept when it closed, and the one that its figures have now."""

    branch: Branch
    month: Month
    kept: str
    found: str

    @property
    def agrees(self) -> bool:
        return self.kept == self.found


def verify_closed_months(month: Month) -> list[VerifiedMonth]:
    """Every branch that has closed the month, by code, with the digest of its figures of now."""
    closed = MonthClose.objects.filter(month=month.first_day, state=MonthClose.State.CLOSED)
    return [
        VerifiedMonth(row.branch, month, row.digest, digest_of_month(row.branch, month))
        for row in closed.select_related("branch").order_by("branch__branch_code")
    ]
