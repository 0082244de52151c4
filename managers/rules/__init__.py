"""Pure rules about managers, each idea in a file of its own."""

from managers.rules.offices import (
    AVERAGE,
    ENTRIES,
    FLOW,
    INDICATOR_KINDS,
    ONE_DAY,
    PERIOD_AVERAGE,
    RATE,
    SCALED_KINDS,
    STOCK,
    Dated,
    Term,
    days_in_office,
    entry_sign_fits,
    first_day_out_of_office,
    holds_on,
    in_office_on,
)

__all__ = [
    "AVERAGE",
    "ENTRIES",
    "FLOW",
    "INDICATOR_KINDS",
    "ONE_DAY",
    "PERIOD_AVERAGE",
    "RATE",
    "SCALED_KINDS",
    "STOCK",
    "Dated",
    "Term",
    "days_in_office",
    "entry_sign_fits",
    "first_day_out_of_office",
    "holds_on",
    "in_office_on",
]
