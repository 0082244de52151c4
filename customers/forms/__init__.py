"""Forms of customers."""
