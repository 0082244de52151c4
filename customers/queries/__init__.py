"""What is asked about customers."""

from customers.queries.customers import customers, household_of, matching, totals

__all__ = ["customers", "household_of", "matching", "totals"]
