"""Bars: their width is whole arithmetic, within the bar, and nothing at all without a whole."""

import re
from decimal import Decimal

import pytest

from common.templatetags.bars import bar, rate_bar


def width(drawn: str) -> str:
    found = re.search(r'class="bar-fill" width="([^"]*)"', drawn)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("part", "whole", "drawn"),
    [
        (79_75, 100_00, "79.75"),
        (0, 100_00, "0.00"),
        (110_00, 100_00, "100.00"),
        (-5, 100_00, "0.00"),
        (None, 100_00, "0.00"),
        (1, 0, "0.00"),
    ],
)
def test_a_bar_is_as_wide_as_the_part(part: int | None, whole: int, drawn: str) -> None:
    assert width(bar(part, whole)) == drawn


@pytest.mark.parametrize(
    ("numerator", "denominator", "drawn"),
    [
        (26, 30, "86.66"),
        (121, 100, "120.00"),
        (110, 100, "110.00"),
        (-1, 3, "0.00"),
        (Decimal(10**30), Decimal(10**30), "100.00"),
        (None, None, "0.00"),
    ],
)
def test_a_rate_is_drawn_up_to_a_fifth_above_the_whole(
    numerator: int | None, denominator: int | None, drawn: str
) -> None:
    assert width(rate_bar(numerator, denominator)) == drawn
