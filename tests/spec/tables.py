"""Reading a table from a docstring, so that the page a person reads is the input of the test."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

Row = dict[str, str]


def table(text: str | None) -> list[Row]:
    """The rows of the one table in the text, by header. Shape: cells between bars, dashes under the header."""
    lines = [line.strip() for line in (text or "").splitlines() if line.strip().startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    header, dashes, *rows = cells
    assert all(set(cell) <= {"-"} for cell in dashes), dashes
    assert rows, "the table has no rows"
    return [dict(zip(header, row, strict=True)) for row in rows]


def each_row(test: Callable[..., None]) -> Any:
    """Run the test once for every row of its docstring's table, as `row`."""
    rows = table(test.__doc__)
    return pytest.mark.parametrize("row", rows, ids=[next(iter(row.values())) or "-" for row in rows])(test)


def hundredths(text: str) -> int:
    """The hundredths of a figure as the spec prints it: 1,234.57, −0.50."""
    scaled = Decimal(text.replace(",", "").replace("−", "-")) * 100
    assert scaled == int(scaled), text
    return int(scaled)


def whole(text: str) -> int:
    """A whole number as the spec prints it: 100,001, −33,330."""
    return int(text.replace(",", "").replace("−", "-"))
