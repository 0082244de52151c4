"""What is asked about customers: the list, one customer's own facts."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Reverse
from django.db.models.lookups import StartsWith
from django.utils import timezone

from common.search import beginnings, starting_with
from customers.models import Assignment, Customer, HouseholdMember
from organization.models import Role
from organization.rules import Actor


def customers(actor: Actor) -> QuerySet[Customer]:
    """The customers whom the person may see, with their branch."""
    return Customer.objects.visible_to(actor).select_related("branch")


def is_own(actor: Actor, customer: Customer) -> bool:
    """Whether the customer is assigned to the person today, as an account manager in office."""
    if not actor.branches_of(Role.ACCOUNT_MANAGER):
        return False
    return Customer.objects.own_of(actor.employee_id).filter(pk=customer.pk).exists()


def customers_assigned_to(actor: Actor) -> QuerySet[Assignment, Any]:
    """Ids of the customers who are assigned to the person today (settings.CUSTOMERS_SERVED_BY)."""
    return Assignment.objects.in_force(timezone.localdate()).filter(manager=actor.employee_id).values("customer")


def totals(found: QuerySet[Customer]) -> dict[str, int]:
    """How many customers of each kind."""
    counted = found.order_by().values_list("kind").annotate(number=Count("pk"))
    return {str(kind): number for kind, number in counted}


# So many last figures of a telephone number name few enough customers.
TAIL = 4


def matching(words: str) -> Q:
    """The customers whose name, initials or number begins with the words, or whose telephone number ends with them."""
    return starting_with(words, number="customer_no") | _phone_tail(words)


def _phone_tail(words: str) -> Q:
    if len(words) < TAIL or not (words.isascii() and words.isdigit()):
        return Q()
    # Written as the index customer_by_phone_tail is, so that it serves.
    return Q(StartsWith(Reverse("phone"), words[::-1]))


# With so many customers of a name, what they own is soon met in the order of a list; fewer are named one by one.
FEW = 2_000


def owned_by(words: str) -> Q:
    """What belongs to a customer whose name, initials or number begins with the words or whose telephone number ends with
    them, whoever may see it.

    Shape: a condition on rows with a `customer`. One over both tables would have to read both, so it says which
    customers these are, as long as they are few; rows of many are found by reading a list in its order.
    """
    named = [
        Customer.objects.filter(**{f"{field}__startswith": beginning}).order_by(field).values("pk")[: FEW + 1]
        for field, beginning in beginnings(words, number="customer_no")
    ]
    if tail := _phone_tail(words):
        named.append(Customer.objects.filter(tail).order_by().values("pk")[: FEW + 1])
    few = list(named[0].union(*named[1:]).values_list("pk", flat=True)[: FEW + 1])
    if len(few) <= FEW:
        return Q(customer__in=few)
    begins = starting_with(words, number="customer__customer_no", name="customer__name", initials="customer__initials")
    return begins | Q(customer__in=Customer.objects.filter(tail).values("pk")) if tail else begins


def household_of(customer: Customer) -> list[HouseholdMember]:
    """The customer's memberships in households, the latest first."""
    return list(HouseholdMember.objects.filter(customer=customer).select_related("household").order_by("-first_day"))
