"""How complete a customer economic dossier is, from a table of required facts with weights (article 9(6))."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from customers.rules.dossier import BASICS, BASICS_OF, SECTIONS_OF

# A fact: "customer.…" one of the customer's own fields, "basics.…" a basic fact, else a section that needs an entry.
OWN: Final = ("id_number", "phone", "address", "industry")
DOCUMENTS: Final = "documents"
# What tells nothing on its own, so that nobody is asked for it.
_NEVER_ASKED: Final = ("remarks", "second_phone")

LOWEST, HIGHEST = 1, 100

# What a complete dossier holds as long as the union says nothing else, with its weight.
DEFAULTS: Final[Mapping[str, Mapping[str, int]]] = {
    "unit": {
        "customer.id_number": 10,
        "customer.phone": 10,
        "customer.address": 5,
        "customer.industry": 5,
        "basics.legal_form": 5,
        "basics.founded_on": 5,
        "basics.registered_capital_fen": 5,
        "basics.employee_count": 5,
        "basics.main_business": 10,
        "basics.yearly_sales_fen": 10,
        "leaders": 15,
        "credit": 5,
        "other_banks": 10,
    },
    "individual": {
        "customer.id_number": 15,
        "customer.phone": 15,
        "customer.address": 10,
        "basics.born_on": 5,
        "basics.marriage": 5,
        "basics.occupation": 10,
        "basics.employer": 5,
        "basics.yearly_income_fen": 10,
        "family": 15,
        "other_banks": 10,
    },
    "farm_household": {
        "customer.id_number": 15,
        "customer.phone": 10,
        "customer.address": 10,
        "basics.labourers": 5,
        "basics.main_produce": 10,
        "basics.yearly_income_fen": 10,
        "family": 15,
        "holdings": 15,
        "other_banks": 10,
    },
}


def facts_of(kind: str) -> tuple[str, ...]:
    """Everything that can be required of a kind of customer, in the order of the dossier."""
    basics = [f"{BASICS}.{name}" for name in BASICS_OF[kind] if name not in _NEVER_ASKED]
    lists = [section for section in SECTIONS_OF[kind] if section != BASICS]
    return (*(f"customer.{name}" for name in OWN), *basics, *lists, DOCUMENTS)


@dataclass(frozen=True, slots=True)
class Completeness:
    """Shape: weights of what is there and of all that is required; the missing facts, the heaviest first.

    Law: present + Σ weights of the missing = total, total > 0.
    """

    present: int
    total: int
    missing: tuple[tuple[str, int], ...]

    @property
    def share(self) -> Fraction:
        """Σ weights of facts present / Σ weights, exactly."""
        return Fraction(self.present, self.total)

    @property
    def percent(self) -> int:
        """The share in whole percent, rounded down: 100 means that nothing is missing."""
        return 100 * self.present // self.total

    def gain(self, weight: int) -> int:
        """By how many shown percent a fact of this weight brings the dossier forward."""
        return 100 * (self.present + weight) // self.total - self.percent


def completeness(required: Mapping[str, int], known: Collection[str]) -> Completeness:
    """How complete a dossier is of which these facts are known. Raises: ValueError where nothing is required.

    Source: article 9(6).
    """
    total = sum(required.values())
    if total <= 0:
        raise ValueError("a table of required facts requires at least one")
    missing = [(fact, weight) for fact, weight in required.items() if fact not in known]
    missing.sort(key=lambda one: -one[1])
    return Completeness(total - sum(weight for _fact, weight in missing), total, tuple(missing))
