"""Score cards and the ranking: who stands where, and what the page of a card shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction

from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from appraisal.models import ScoreCard, ScoreLine
from appraisal.queries.lines import accounts_of_line, baseline_of, counts_developed
from appraisal.rules import COMPUTED, ENTRY_RULES
from common.money import format_yuan, round_half_up
from common.months import Month
from deposits.models import AttributedMonth
from deposits.rules import average_still_needed, deposit_needed_from
from managers.models import ConductEntry, Indicator
from managers.rules import INDICATOR_KINDS, ONE_DAY, SCALED_KINDS
from organization.models import BUSINESS_ROLES, Branch, MonthClose
from organization.rules import Actor


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


@dataclass(frozen=True, slots=True)
class Recomputed:
    """Cards against the run before: whether there was one, and those whose total it gave otherwise or not at all."""

    again: bool
    changed: list[ScoreCard]


def recomputed(branch: Branch, month: Month) -> Recomputed:
    """What the latest run of a branch's month has changed in the totals. Shape: by employee number."""
    cards = ScoreCard.objects.filter(branch=branch, month=month.first_day).select_related("manager")
    found = list(cards.order_by("manager__employee_no"))
    again = any(card.last_run_total_hundredths is not None for card in found)
    changed = [card for card in found if card.last_run_total_hundredths != card.total_hundredths]
    return Recomputed(again, changed if again else [])


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
    def baseline(self) -> int | None:
        """What was taken off the actual, where the contract counts growth."""
        return baseline_of(self.line)

    @property
    def counts_developed(self) -> bool:
        return counts_developed(self.line)

    @property
    def whole_actual(self) -> int | None:
        """What was reached before the baseline was taken off; shown, never scored."""
        return None if self.actual is None else self.actual + (self.baseline or 0)

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
    def unit(self) -> str:
        """What target and actual are counted in; a percentage says so itself."""
        if self.is_percent:
            return ""
        return pgettext("unit", "points") if self.line.indicator == Indicator.PRODUCTS_SOLD else _("yuan")

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
                still_missing(line, today, _closing_of_line(line) if counts_developed(line) else balance)
                if running
                else [],
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


def _closing_of_line(line: ScoreLine) -> int:
    """The month-end balance of the accounts that make the line, where these are not all."""
    return int(accounts_of_line(line).order_by().aggregate(sum=Sum("closing_fen"))["sum"] or 0)


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
