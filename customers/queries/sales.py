"""Sales of service products: what a person may see, what waits for a second person, what counts in a month (article 9(3))."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from common.months import Month
from customers.models import Customer, Sale, ServiceProduct
from managers.models import Appointment
from managers.queries.offices import suspended_on
from organization.models import Branch, Role

if TYPE_CHECKING:
    from organization.rules import Actor

# Who confirms or rejects what others have entered.
DECIDERS = (Role.CLERK, Role.DIRECTOR)

_NAMED = ("branch", "manager", "customer", "product", "made_by", "decided_by")


def sales(actor: Actor) -> QuerySet[Sale]:
    """One's own sales and those of the branches that one reads, with what they name."""
    return Sale.objects.all().listed_for(actor).select_related(*_NAMED)


def sale_seen(actor: Actor) -> QuerySet[Sale]:
    """The sales whose page the person may open: beside these, those to the customers who are one's own today."""
    return Sale.objects.visible_to(actor).select_related(*_NAMED)


def sales_of_customer(actor: Actor, customer: Customer, number: int = 20) -> list[Sale]:
    """The latest sales to a customer, as far as the person may see them."""
    return list(sale_seen(actor).filter(customer=customer).order_by("-sold_on", "-pk")[:number])


def sale_totals(found: QuerySet[Sale]) -> dict[str, int]:
    """How many sales, the quantity, the points and the amount of all of them; and how many wait for a second person."""
    totals: dict[str, int] = found.order_by().aggregate(
        sales=Count("pk"),
        waiting=Count("pk", filter=Q(state=Sale.State.DRAFT)),
        quantity_hundredths=Coalesce(Sum("quantity_hundredths"), 0),
        points_hundredths=Coalesce(Sum("points_hundredths"), 0),
        amount_fen=Coalesce(Sum("amount_fen"), 0),
    )
    return {name: int(value) for name, value in totals.items()}


def sales_to_confirm(actor: Actor, day: dt.date) -> QuerySet[Sale]:
    """The sales up to a day that wait for this person: at the branches where he or she decides, not the own ones.

    Shape: the oldest first.
    """
    waiting = Sale.objects.filter(
        branch__in=actor.branches_of(*DECIDERS), state=Sale.State.DRAFT, sold_on__lte=day
    ).exclude(Q(manager=actor.employee_id) | Q(made_by=actor.employee_id))
    return waiting.select_related(*_NAMED).order_by("sold_on", "pk")


def number_to_confirm(actor: Actor) -> int:
    """How many sales wait for this person."""
    return sales_to_confirm(actor, timezone.localdate()).count() if actor.branches_of(*DECIDERS) else 0


def products_to_sell(actor: Actor) -> QuerySet[ServiceProduct]:
    """The catalogue of the branches where the person enters sales: of each code the latest row that has begun."""
    today = timezone.localdate()
    rows = ServiceProduct.objects.offered_at(actor.branches_of(Role.ACCOUNT_MANAGER, Role.CLERK))
    latest = rows.filter(first_day__lte=today).order_by("branch_id", "code", "-first_day").distinct("branch_id", "code")
    return ServiceProduct.objects.filter(pk__in=latest.values("pk")).order_by("code", "branch")


def confirmed_sales(branch: Branch, month: Month) -> QuerySet[Sale]:
    """The sales that count in a branch's month: confirmed, by their entry day (arithmetic.md, products_sold)."""
    return Sale.objects.filter(
        branch=branch,
        state=Sale.State.CONFIRMED,
        entered_on__gte=month.first_day,
        entered_on__lte=month.last_day,
    )


def serves_on(manager_id: int, branch_id: int, day: dt.date) -> bool:
    """Whether somebody is account manager of a branch on a day, and not suspended."""
    offices: QuerySet[Any] = Appointment.objects.in_force(day).filter(employee=manager_id, branch=branch_id)
    return offices.exclude(pk__in=suspended_on(offices, day).values("pk")).exists()


def sale_of_token(token: UUID) -> Sale | None:
    """The sale that a page with this number has sent already."""
    return Sale.objects.filter(token=token).select_related("made_by").first()
