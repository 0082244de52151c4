"""What made a line of a card: its accounts, loans or entries, and where its target stands on record."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from appraisal.models import ScoreCard, ScoreLine
from appraisal.queries.contracts import developed_only
from appraisal.queries.facts import COMPUTED_TARGET
from common.months import Month
from customers.models import Sale
from customers.queries.sales import confirmed_sales
from deposits.models import AttributedMonth
from loans.models import LoanMonth
from managers.models import ConductEntry, ContractTarget, Indicator, Target
from managers.rules.contracts import DEVELOPED
from organization.models import Branch
from organization.rules import Actor

DEPOSIT_INDICATORS = frozenset({Indicator.DEPOSIT_AVERAGE, Indicator.DEPOSIT_ACCUMULATED, Indicator.DEPOSIT_CLOSING})


# Which of a loan's figures makes the actual of which line.
LOAN_FIGURES = {
    Indicator.LOANS_GRANTED: "granted_fen",
    Indicator.PRINCIPAL_RECOVERED: "recovered_fen",
    Indicator.RECOVERED_THIS_YEAR: "recovered_this_year_fen",
    Indicator.RECOVERED_EARLIER: "recovered_fen",
    Indicator.INTEREST_RECEIVED: "interest_received_fen",
}


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
    parts = AttributedMonth.objects.filter(
        month=line.card.month, branch=line.card.branch_id, manager=line.card.manager_id
    )
    if counts_developed(line):
        parts = parts.filter(developed_only(Month.of(line.card.month)))
    return parts.select_related("account__customer").order_by("account__account_no")


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


def sales_of_line(line: ScoreLine) -> QuerySet[Sale]:
    """The confirmed sales whose points sum to the actual of products sold, by day; empty for other lines. Rights: as
    accounts_of_line."""
    if line.indicator != Indicator.PRODUCTS_SOLD:
        return Sale.objects.none()
    sold = confirmed_sales(line.card.branch, Month.of(line.card.month)).filter(manager=line.card.manager_id)
    return sold.select_related("customer", "product", "decided_by").order_by("sold_on", "pk")


def entries_of_line(line: ScoreLine) -> QuerySet[ConductEntry]:
    """The confirmed entries that a deduction counted. Rights: as accounts_of_line."""
    return (
        ConductEntry.objects.filter(pk__in=line.entries)
        .select_related("made_by", "decided_by", "batch")
        .order_by("happened_on", "pk")
    )


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
    # Of growth the line keeps the actual less its baseline; what was gathered is both together.
    days = Month.of(line.card.month).days
    return line.actual_numerator * days // (line.actual_denominator or 1) + (baseline_of(line) or 0) * days


def counts_developed(line: ScoreLine) -> bool:
    """Whether the line counted newly developed business only."""
    return (line.target_evidence or {}).get("counts") == DEVELOPED


def baseline_of(line: ScoreLine) -> int | None:
    """The baseline that was taken off the actual, where the contract counts growth. Unit: hundredths."""
    baseline = (line.target_evidence or {}).get("baseline")
    return None if baseline is None else int(baseline)


def totals_of_line(line: ScoreLine) -> list[tuple[str, int]]:
    """The sums of the rows that make a line, which are its figures: words and fen or fen·days."""
    if line.indicator in DEPOSIT_INDICATORS:
        parts = accounts_of_line(line).order_by()
        sums = parts.aggregate(closing=Sum("closing_fen"), accumulated=Sum("accumulated_fen_days"))
        return [
            (_("Month-end balance"), int(sums["closing"] or 0)),
            (_("Accumulated balance"), int(sums["accumulated"] or 0)),
        ]
    if line.indicator == Indicator.PRODUCTS_SOLD:
        points = sales_of_line(line).order_by().aggregate(points=Sum("points_hundredths"))["points"]
        return [(_("Points"), int(points or 0))]
    if line.indicator not in LOAN_FIGURES:
        return []
    sums = loans_of_line(line).order_by().aggregate(figure=Sum("figure_fen"), recoverable=Sum("recoverable_fen"))
    return [(_("Counts here"), int(sums["figure"] or 0)), (_("Could be recovered"), int(sums["recoverable"] or 0))]


def neighbours(line: ScoreLine) -> tuple[ScoreLine | None, ScoreLine | None]:
    """The lines before and after it on the card."""
    lines = list(ScoreLine.objects.filter(card=line.card_id).order_by("position"))
    at = next(number for number, one in enumerate(lines) if one.pk == line.pk)
    return (lines[at - 1] if at else None, lines[at + 1] if at + 1 < len(lines) else None)
