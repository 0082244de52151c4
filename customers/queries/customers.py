"""What is asked about customers: the list, one customer's own facts."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from common.search import starting_with
from customers.models import Customer, HouseholdMember
from organization.rules import Actor


def customers(actor: Actor) -> QuerySet[Customer]:
    """The customers whom the person may see, with their branch."""
    return Customer.objects.visible_to(actor).select_related("branch")


def totals(found: QuerySet[Customer]) -> dict[str, int]:
    """How many customers of each kind."""
    counted = found.order_by().values_list("kind").annotate(number=Count("pk"))
    return {str(kind): number for kind, number in counted}


def matching(words: str) -> QuerySet[Customer]:
    """Customers whose name, initials or number begins with the words, whoever may see them: to look for what they own."""
    return Customer.objects.filter(starting_with(words, number="customer_no"))


def household_of(customer: Customer) -> list[HouseholdMember]:
    """The customer's memberships in households, the latest first."""
    return list(HouseholdMember.objects.filter(customer=customer).select_related("household").order_by("-first_day"))
