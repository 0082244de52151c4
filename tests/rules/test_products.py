"""What a sale is worth: points per unit times quantity, rounded half up to the hundredth, once."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.rules.products import MOST_POINTS, MOST_QUANTITY, points_of_sale


@pytest.mark.parametrize(
    ("points", "quantity", "expected"),
    [(1_50, 2_00, 3_00), (1_50, 50, 75), (33, 33, 11), (1, 50, 1), (1, 49, 0), (0, 9_99, 0)],
)
def test_the_points_of_a_sale(points: int, quantity: int, expected: int) -> None:
    assert points_of_sale(points, quantity) == expected


@given(st.integers(0, MOST_POINTS), st.integers(1, MOST_QUANTITY))
def test_they_are_the_exact_product_rounded_half_up(points: int, quantity: int) -> None:
    exact = Fraction(points, 100) * Fraction(quantity, 100)
    assert points_of_sale(points, quantity) == math.floor(exact * 100 + Fraction(1, 2))
