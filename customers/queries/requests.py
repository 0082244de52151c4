"""Service requests: what a person may see, what runs out of time (article 9(4))."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Case, Count, DateField, F, Q, QuerySet, Value, When

from customers.models import Customer, ServiceRequest
from managers.rules.reports import report_due_on
from organization.models import Branch, Role
from organization.queries import policy_of_each, working_days_of

if TYPE_CHECKING:
    from organization.rules import Actor

# Who of a branch may take, answer and cancel requests beside the customer's own manager.
HELPERS = (Role.CLERK, Role.DIRECTOR)
State = ServiceRequest.State

_NEVER = dt.date(9999, 12, 31)
_NAMED = ("branch", "manager", "customer", "made_by", "answered_by", "cancelled_by")


def requests(actor: Actor) -> QuerySet[ServiceRequest, Any]:
    """The requests that the person may see.

    Shape: annotated `due`, the deadline of what waits for an answer and a day beyond all others of the rest, so that a
    list begins with what runs out of time first.
    """
    due = Case(When(state=State.RECEIVED, then=F("deadline")), default=Value(_NEVER), output_field=DateField())
    return ServiceRequest.objects.visible_to(actor).annotate(due=due).select_related(*_NAMED)


def requests_of_customer(actor: Actor, customer: Customer, number: int = 20) -> list[ServiceRequest]:
    """A customer's requests, what waits first, as far as the person may see them."""
    found: QuerySet[Any] = requests(actor).filter(customer=customer)
    return list(found.order_by("due", "-received_on", "-pk")[:number])


def request_totals(found: QuerySet[ServiceRequest, Any], today: dt.date) -> dict[str, int]:
    """How many; of them those that wait, those that are overdue, and the answered."""
    waits = Q(state=State.RECEIVED)
    totals: dict[str, int] = found.order_by().aggregate(
        all=Count("pk"),
        waiting=Count("pk", filter=waits),
        overdue=Count("pk", filter=waits & Q(deadline__lt=today)),
        answered=Count("pk", filter=Q(state=State.ANSWERED)),
    )
    return totals


def requests_due(actor: Actor, day: dt.date) -> QuerySet[ServiceRequest]:
    """What waits for an answer of the customers who are the person's own on the day, by deadline."""
    own = Customer.objects.own_of(actor.employee_id, day).values("pk")
    waiting = ServiceRequest.objects.filter(state=State.RECEIVED, customer__in=own)
    return waiting.select_related(*_NAMED).order_by("deadline", "pk")


def deadline_by_policy(branch: Branch, day: dt.date) -> dt.date:
    """The last day on which an answer is in time: so many working days of the branch after the day of receipt."""
    working_days = policy_of_each([branch.pk], "request_answer_working_days", day)[branch.pk]
    return report_due_on(day, working_days, working_days_of(branch))


def request_of_token(token: UUID) -> ServiceRequest | None:
    """The request that a page with this number has sent already."""
    return ServiceRequest.objects.filter(token=token).select_related("made_by").first()


# While a name is typed, so many are offered; others are typed in full.
MOST_OFFERED = 300


def customers_for(actor: Actor, *roles: str) -> QuerySet[Customer]:
    """The customers for whom the person writes: the own ones, and those of the branches where he or she helps."""
    own = Customer.objects.own_of(actor.employee_id).values("pk") if actor.branches_of(Role.ACCOUNT_MANAGER) else []
    found = Customer.objects.filter(Q(pk__in=own) | Q(branch__in=actor.branches_of(*roles)))
    return found.filter(archived_at__isnull=True)


def offered_names(customers: QuerySet[Customer]) -> list[tuple[str, str]]:
    """Numbers and names to offer while somebody types: of many the first by initials."""
    return list(customers.order_by("initials", "pk").values_list("customer_no", "name")[:MOST_OFFERED])
