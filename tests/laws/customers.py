"""Laws of customers and households."""

from __future__ import annotations

from dataclasses import replace

from tests.laws.breaches import Laws, Values, adding, twice

DEFAULTS: dict[str, Values] = {}
UNBREAKABLE: dict[str, str] = {}

LAWS: Laws = {
    "customers_householdmember.membership_ends_after_it_begins": (
        replace(
            adding("customers_householdmember", first_day="2026-10-05", last_day="2026-10-04"),
            also_without=("customers_householdmember.one_household_a_day",),  # no range of days runs backwards
        ),
    ),
    "customers_householdmember.one_household_a_day": (twice("customers_householdmember"),),
}
