"""Customers and the households they belong to."""

from customers.models.customers import Customer, CustomerQuerySet, Household, HouseholdMember

__all__ = ["Customer", "CustomerQuerySet", "Household", "HouseholdMember"]
