"""The percentage of a dossier: exact, rounded down, whole only when nothing is missing."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.rules.completeness import DEFAULTS, completeness, facts_of

WEIGHTS = st.dictionaries(st.sampled_from(facts_of("unit")), st.integers(1, 100), min_size=1)


@given(required=WEIGHTS, known=st.sets(st.sampled_from(facts_of("unit"))))
def test_the_percentage_is_the_weight_of_what_is_known_rounded_down(required: dict[str, int], known: set[str]) -> None:
    found = completeness(required, known)
    weight = sum(weight for fact, weight in required.items() if fact in known)
    assert found.share == Fraction(weight, sum(required.values()))
    assert found.percent == math.floor(100 * found.share)
    assert (found.percent == 100) == (not found.missing) == (set(required) <= known)
    assert found.present + sum(weight for _fact, weight in found.missing) == found.total


@given(required=WEIGHTS, known=st.sets(st.sampled_from(facts_of("unit"))))
def test_a_fact_brings_forward_what_is_said_that_it_brings(required: dict[str, int], known: set[str]) -> None:
    found = completeness(required, known)
    for fact, weight in found.missing:
        assert completeness(required, known | {fact}).percent == found.percent + found.gain(weight)


@pytest.mark.parametrize("kind", ["unit", "individual", "farm_household"])
def test_the_default_table_of_a_kind_names_facts_of_the_kind_and_sums_to_a_hundred(kind: str) -> None:
    assert set(DEFAULTS[kind]) <= set(facts_of(kind))
    assert sum(DEFAULTS[kind].values()) == 100


def test_a_table_that_requires_nothing_is_none() -> None:
    with pytest.raises(ValueError, match="at least one"):
        completeness({}, set())
