"""Visits, calls and advice: the list, one note, whom a person may choose, what is planned and promised."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from common.search import starting_with
from customers.models import Assignment, Customer, Prospect, Visit
from customers.queries.customers import TAIL, matching
from organization.models import BUSINESS_ROLES, Document, Employee, Role
from organization.queries import documents_of

if TYPE_CHECKING:
    from organization.rules import Actor

PHOTOS_OF = "customers.visit"
RECENT, FOUND, OFFERED = 6, 8, 200
# What people who have written no note yet are offered as its purpose.
PURPOSES = (
    gettext_noop("See how business goes"),
    gettext_noop("Deposits"),
    gettext_noop("Look after a loan"),
    gettext_noop("Remind of a payment"),
    gettext_noop("Introduce a product"),
    gettext_noop("Renew the dossier"),
)
OPEN_STAGES = (
    Prospect.Stage.FOUND,
    Prospect.Stage.VISITED,
    Prospect.Stage.INTERESTED,
    Prospect.Stage.PROMISED,
)


@dataclass(frozen=True, slots=True)
class Whom:
    """Somebody whom a visit may be to. Shape: `key` is "c:" and a customer's number, or "p:" and a prospect's id."""

    key: str
    name: str
    number: str
    hint: str
    prospect: bool

    @property
    def written(self) -> str:
        """As a list of suggestions writes it, and as it is understood when it comes back."""
        return f"{self.name} ({self.number})"


def visits(actor: Actor) -> QuerySet[Visit]:
    """The notes that the person may see."""
    return _with_names(Visit.objects.visible_to(actor))


def visit_rows(actor: Actor) -> QuerySet[Visit]:
    """The notes of the person's list: the own ones and those of the branches that the person reads."""
    return _with_names(Visit.objects.listed_for(actor))


def visits_of(customer: Customer) -> QuerySet[Visit]:
    """Every note about a customer, also from before it was one, the latest first; whoever sees the customer sees them."""
    return _with_names(Visit.objects.filter(Q(customer=customer) | Q(prospect__customer=customer)))


def _with_names(found: QuerySet[Visit]) -> QuerySet[Visit]:
    return found.select_related("customer", "prospect", "manager", "branch")


def visit_by_token(actor: Actor, token: UUID | None) -> Visit | None:
    """The person's own note that a page has sent already."""
    return Visit.objects.filter(token=token, manager=actor.employee_id).first() if token else None


def photos_of(visit: Visit) -> list[Document]:
    return documents_of(PHOTOS_OF, [str(visit.pk)])


# --- what is planned and promised: for the inbox, the first page, the week --------------------------------------------------


def promises_due(actor: Actor, day: dt.date) -> QuerySet[Visit]:
    """Next steps promised to the person's own customers by a day and not kept yet, the oldest first; a predecessor's too.

    What was promised a prospect is the prospect's next step: prospect_steps_due.
    """
    promised = Visit.objects.filter(customer__in=_own_keys(actor), next_on__lte=day, next_done_on__isnull=True)
    return _with_names(promised.exclude(state=Visit.State.CANCELLED)).order_by("next_on", "pk")


def prospect_steps_due(actor: Actor, day: dt.date) -> QuerySet[Prospect]:
    """The person's prospects whose next step is due by a day, the oldest first."""
    return own_prospects(actor).filter(next_on__lte=day).select_related("manager").order_by("next_on", "pk")


def visits_planned(actor: Actor, day: dt.date) -> QuerySet[Visit]:
    """Visits planned to the person's own customers and prospects for a day or before it and not made yet, the oldest first."""
    own = Q(customer__in=_own_keys(actor)) | Q(prospect__in=own_prospects(actor))
    planned = Visit.objects.filter(own, state=Visit.State.PLANNED, day__lte=day)
    return _with_names(planned).order_by("day", "pk")


def _own_keys(actor: Actor) -> QuerySet[Assignment, Any]:
    """The keys of the own customers from the assignments alone: these questions are counted on every page."""
    held = Assignment.objects.in_force(timezone.localdate()).filter(manager=actor.employee_id)
    return held.order_by().values("customer")


# --- whom a visit may be to ---------------------------------------------------------------------------------------------------


def own_customers(actor: Actor) -> QuerySet[Customer]:
    """The customers whom the person looks after today and who are not put aside."""
    return Customer.objects.own_of(actor.employee_id).filter(archived_at__isnull=True)


def own_prospects(actor: Actor) -> QuerySet[Prospect]:
    return Prospect.objects.filter(manager=actor.employee_id, stage__in=OPEN_STAGES)


def recent(actor: Actor) -> list[Whom]:
    """Whom the person has visited last and may visit again; customers come before who was never visited."""
    own = own_customers(actor).annotate(last=Max("visits__made_at", filter=Q(visits__manager=actor.employee_id)))
    latest = [one.pk for one in own.filter(last__isnull=False).order_by("-last")[:RECENT]]
    if len(latest) < RECENT:
        others = own_customers(actor).exclude(pk__in=latest).order_by("initials", "pk")
        latest += others.values_list("pk", flat=True)[: RECENT - len(latest)]
    found = Customer.objects.in_bulk(latest)
    return [of_customer(found[pk]) for pk in latest]


def offered(actor: Actor) -> list[Whom]:
    """Whom a plain field suggests: the own customers by name, then the prospects."""
    found = [of_customer(one) for one in own_customers(actor).order_by("initials", "pk")[:OFFERED]]
    return found + [of_prospect(one) for one in own_prospects(actor).order_by("initials", "pk")[:OFFERED]]


def found_by(actor: Actor, words: str) -> list[Whom]:
    """The own customers and prospects whom some typed words may mean, at most FOUND of each.

    Shape: a name's or its initials' beginning, a number's beginning, a phone's last figures, or what a suggestion wrote.
    """
    words = words.strip().replace("\0", "")[:160]
    if not words:
        return []
    name, _gap, number = words.removesuffix(")").rpartition(" (")
    if name and words.endswith(")"):
        exactly = own_customers(actor).filter(customer_no=number).first()
        if exactly is not None:
            return [of_customer(exactly)]
        words = name
    wanted = own_customers(actor).filter(matching(words)).order_by("initials", "pk")
    found = [of_customer(one) for one in wanted[:FOUND]]
    open_ones = (
        own_prospects(actor).filter(starting_with(words, number="phone") | _tail(words)).order_by("initials", "pk")
    )
    found += [of_prospect(one) for one in open_ones[:FOUND]]
    exact = [one for one in found if words in (one.name, one.number)]
    return exact if len(exact) == 1 else found


def _tail(words: str) -> Q:
    return Q(phone__endswith=words) if len(words) >= TAIL and words.isascii() and words.isdigit() else Q()


def whom(actor: Actor, key: str) -> Customer | Prospect | None:
    """The own customer or prospect that a key names; none for what is another's or not there."""
    kind, _colon, number = key.partition(":")
    if kind == "c" and "\0" not in number:
        return own_customers(actor).select_related("branch").filter(customer_no=number).first()
    if kind == "p" and number.isascii() and number.isdigit() and len(number) < 18:
        return own_prospects(actor).select_related("branch").filter(pk=int(number)).first()
    return None


def of_customer(customer: Customer) -> Whom:
    return Whom(f"c:{customer.customer_no}", customer.name, customer.customer_no, customer.customer_no, prospect=False)


def of_prospect(prospect: Prospect) -> Whom:
    hint = gettext("prospect")
    return Whom(f"p:{prospect.pk}", prospect.name, hint, hint, prospect=True)


def purposes(actor: Actor, number: int = 6) -> list[str]:
    """What the person visits for most often, filled up with what everybody does."""
    latest = Visit.objects.filter(manager=actor.employee_id).order_by("-day", "-pk")
    often = Counter(latest.values_list("purpose", flat=True)[:200])
    found = [words for words, _times in often.most_common(number)]
    usual = [gettext(words) for words in PURPOSES]
    return (found + [words for words in usual if words not in found])[:number]


def writers_of(actor: Actor) -> QuerySet[Employee]:
    """The managers whose notes and prospects the person may filter by."""
    branches = actor.branches_of(*BUSINESS_ROLES)
    serving = Q(role_grants__role=Role.ACCOUNT_MANAGER, role_grants__branch__in=branches)
    return Employee.objects.filter(serving | Q(pk=actor.employee_id)).distinct().order_by("employee_no")


def totals(found: QuerySet[Visit]) -> dict[str, Any]:
    """How many notes, and how many customers and prospects they are about."""
    done = found.order_by().filter(state=Visit.State.DONE)
    people = done.values("customer", "prospect").distinct().count()
    return {"visits": done.count(), "people": people}
