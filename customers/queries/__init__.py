"""What is asked about customers."""

from customers.queries.customers import customers, household_of, is_own, matching, owned_by, totals

__all__ = ["customers", "household_of", "is_own", "matching", "owned_by", "totals"]
