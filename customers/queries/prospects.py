"""Prospects: the list, the board, one with its way, and who may be the same customer (article 9(1))."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, DateTimeField, F, OuterRef, Q, QuerySet, Subquery, Sum, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils import timezone

from common.search import starting_with
from customers.models import Customer, Prospect, ProspectStep, Visit
from customers.queries.visits import OPEN_STAGES
from customers.rules.states import PROSPECT_STEPS
from organization.models import Branch

if TYPE_CHECKING:
    from organization.rules import Actor

# So many cards of a column are shown, and what was won or lost of so many days; the list has the others.
CARDS, OVER_DAYS = 40, 90


def prospects(actor: Actor) -> QuerySet[Prospect]:
    """The prospects that the person may see, each with the moment since when it has its stage."""
    last = ProspectStep.objects.filter(prospect=OuterRef("pk")).order_by("-pk").values("made_at")[:1]
    since = Coalesce(Subquery(last, output_field=DateTimeField()), F("made_at"))
    found = Prospect.objects.visible_to(actor).annotate(since=since)
    return found.select_related("manager", "branch", "customer")


def matching_prospects(words: str) -> Q:
    """The prospects whose name or initials begins with the words, or whose telephone number begins or ends with them."""
    found = starting_with(words, number="phone")
    return found | Q(phone__endswith=words) if len(words) >= 4 and words.isdigit() else found


def totals(found: QuerySet[Prospect]) -> dict[str, Any]:
    """How many, and what is expected of those who may still come. Unit: fen."""
    still = Q(stage__in=OPEN_STAGES)
    return found.order_by().aggregate(
        number=Count("pk"), still=Count("pk", filter=still), expected_fen=Sum("expected_fen", filter=still)
    )


@dataclass(slots=True)
class Column:
    """A stage on the board. Shape: the first cards, how many there are, and what is expected of all of them in fen."""

    stage: Prospect.Stage
    number: int = 0
    expected_fen: int = 0
    cards: list[Prospect] = field(default_factory=list)

    @property
    def more(self) -> int:
        return self.number - len(self.cards)


def board(found: QuerySet[Prospect], today: dt.date) -> list[Column]:
    """The columns of the board in the order of the stages; of what is over, the last ninety days."""
    lately = timezone.make_aware(dt.datetime.combine(today - dt.timedelta(days=OVER_DAYS), dt.time.min))
    shown = found.order_by().filter(Q(stage__in=OPEN_STAGES) | Q(changed_at__gte=lately))
    columns = {stage: Column(stage) for stage in Prospect.Stage}
    for stage, number, expected in shown.values_list("stage").annotate(Count("pk"), Sum("expected_fen")):
        column = columns[Prospect.Stage(stage)]
        column.number, column.expected_fen = number, int(expected or 0)
    place = Window(RowNumber(), partition_by=F("stage"), order_by=[F("next_on").asc(nulls_last=True), F("pk").desc()])
    for card in shown.annotate(place=place).filter(place__lte=CARDS).order_by("place"):
        columns[Prospect.Stage(card.stage)].cards.append(card)
    return list(columns.values())


def next_stages(prospect: Prospect) -> list[Prospect.Stage]:
    """Where one step may lead from where the prospect is, in the order of the stages."""
    return [stage for stage in Prospect.Stage if stage in PROSPECT_STEPS[prospect.stage]]


def steps_of(prospect: Prospect) -> list[ProspectStep]:
    """The way so far, the latest step first."""
    return list(prospect.steps.select_related("made_by").order_by("-pk"))


def visits_to(prospect: Prospect) -> list[Visit]:
    return list(prospect.visits.select_related("manager").order_by("-day", "-pk"))


def same_person(branch: Branch, name: str, phone: str, *, besides: int | None = None) -> list[Customer | Prospect]:
    """Customers and open prospects of a branch with this name and telephone number; with the name alone where no number
    is given. Shape: at most five of each; whoever they are assigned to, since two managers must not court one person.
    """
    same = Q(name=name) & (Q(phone=phone) if phone else Q())
    customers = Customer.objects.filter(same, branch=branch, archived_at__isnull=True)[:5]
    others = Prospect.objects.filter(same, branch=branch, stage__in=OPEN_STAGES).exclude(pk=besides or 0)
    return [*customers, *others.select_related("manager")[:5]]


def candidates(actor: Actor, prospect: Prospect, words: str = "") -> list[Customer]:
    """The customers on record whom a prospect may have become: of its branch, with its name or telephone number, whoever
    looks after them; and those whom the person may see and whom the words name.
    """
    alike = Q(name=prospect.name) | (Q(phone=prospect.phone) if prospect.phone else Q())
    known = Customer.objects.filter(branch=prospect.branch_id, archived_at__isnull=True)
    found = list(known.filter(alike).order_by("-pk")[:10])
    words = words.strip().replace("\0", "")[:60]
    if words:
        named = starting_with(words, number="customer_no")
        seen = known.visible_to(actor).filter(named).exclude(pk__in=[one.pk for one in found])
        found += list(seen.order_by("initials", "pk")[:10])
    return found
