"""Customers, as files bring them in."""

from customers.imports.assignments import CustomerAssignments
from customers.imports.customers import CUSTOMER_SQL, Customers

__all__ = ["CUSTOMER_SQL", "CustomerAssignments", "Customers"]
