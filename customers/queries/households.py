"""Households: who belongs to one, and to which one a customer belongs."""

from __future__ import annotations

from django.db.models import F, QuerySet

from customers.models import Customer, Household, HouseholdMember
from organization.rules import Actor


def open_membership(customer: Customer) -> HouseholdMember | None:
    """The household that a customer belongs to; none for one who has left it."""
    rows = HouseholdMember.objects.filter(customer=customer, last_day__isnull=True).select_related("household")
    return rows.first()


def is_alone(member: HouseholdMember) -> bool:
    """Whether the household is one that a file made for a customer without any."""
    return member.household.household_no.startswith("@")


def members(actor: Actor, household: Household) -> QuerySet[HouseholdMember]:
    """Who belongs and belonged to the household, of those whom the person may see; the head first, the former last."""
    seen = Customer.objects.visible_to(actor).values("pk")
    rows = HouseholdMember.objects.filter(household=household, customer__in=seen)
    return rows.select_related("customer__branch").order_by(
        F("last_day").desc(nulls_first=True), "-is_head", F("first_day").asc(nulls_first=True), "customer__customer_no"
    )


def household_numbered(actor: Actor, number: str) -> Household | None:
    """The household of a number with a member whom the person may see; none otherwise, so that no number betrays others."""
    household = Household.objects.filter(household_no=number.strip()).exclude(household_no__startswith="@").first()
    if household is None or not members(actor, household).exists():
        return None
    return household
