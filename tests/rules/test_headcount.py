"""⌈10 % of N⌉: ten per cent are enough, a fraction of a person is a whole person."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from managers.rules.headcount import required_managers


@given(st.integers(0, 100_000), st.integers(1, 100))
def test_the_required_number_is_the_least_that_reaches_the_percentage(employees: int, percent: int) -> None:
    required = required_managers(employees, percent)
    wanted = Fraction(employees * percent, 100)
    assert required >= wanted
    assert required == 0 or required - 1 < wanted


def test_four_of_thirty_six_and_three_of_thirty_are_required() -> None:
    assert required_managers(36, 10) == 4
    assert required_managers(30, 10) == 3
    assert required_managers(0, 10) == 0
