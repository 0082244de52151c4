"""Service products: the catalogue, and what a branch offers on a day (article 9(3))."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When

from customers.models import ServiceProduct
from organization.models import Branch, Role

if TYPE_CHECKING:
    from organization.rules import Actor

# A branch keeps products of its own; the union's are the supervisor's.
KEEPERS = (Role.DIRECTOR, Role.CLERK)


def products(actor: Actor, day: dt.date) -> QuerySet[ServiceProduct]:
    """The catalogue as the person sees it, each row with whether it holds on the day."""
    holds = Q(last_day__isnull=True) | Q(last_day__gte=day)
    in_force = Case(When(holds & Q(first_day__lte=day), then=True), default=Value(False), output_field=BooleanField())
    return ServiceProduct.objects.visible_to(actor).annotate(in_force=in_force).select_related("branch")


def offered(branch: Branch, day: dt.date) -> QuerySet[ServiceProduct]:
    """What may be sold at a branch on a day: its own products and those of the branches above, by code."""
    found = ServiceProduct.objects.offered_at([branch.pk]).in_force(day)
    return found.select_related("branch").order_by("code", "branch__branch_code")


def rows_of_code(actor: Actor, product: ServiceProduct) -> list[ServiceProduct]:
    """Every row of a product's code, the latest first: its points from day to day."""
    rows = ServiceProduct.objects.visible_to(actor).filter(branch=product.branch_id, code=product.code)
    return list(rows.order_by("-first_day"))


def keeps(actor: Actor, branch: Branch) -> bool:
    """Whether the person keeps the branch's catalogue: of the union the supervisor, else director or clerk."""
    roles = (Role.SUPERVISOR,) if branch.kind == Branch.Kind.HEAD_OFFICE else KEEPERS
    return actor.is_system or actor.holds(branch.pk, *roles)


def branches_kept(actor: Actor) -> list[Branch]:
    """The branches whose catalogue the person keeps, by code."""
    reached = Branch.objects.reached_by(actor, Role.SUPERVISOR, *KEEPERS).order_by("branch_code")
    return [branch for branch in reached if keeps(actor, branch)]
