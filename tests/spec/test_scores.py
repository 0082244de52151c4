"""arithmetic.md, Scores and Default schemes: the examples."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from appraisal.rules import (
    DEFAULT_GRADES,
    DEFAULT_SCHEMES,
    ActualFact,
    Card,
    EntryFact,
    OfficeFact,
    TargetFact,
    grade_of,
    rank,
    score_card,
)
from common.money import format_percent, round_half_up
from tests.spec.tables import Row, each_row, hundredths, table

WHOLE_MONTH = OfficeFact(days_in_office=30, days=30, on_last_day=True)
LOANS_NOT_APPLICABLE = {"loans_granted": TargetFact(None, "contract", not_applicable=True)}


def example_card(**changed: Any) -> Card:
    """The example of arithmetic.md: thirty days, in office all month, composite."""
    targets = {
        "deposit_average": TargetFact(700_000_00, "contract"),
        "deposit_accumulated": TargetFact(15_000_000_00, "contract"),
        "loans_granted": TargetFact(200_000_00, "contract"),
        "principal_recovered": TargetFact(90_000_00, "computed"),
        "interest_received": TargetFact(5_230_00, "contract"),
    }
    actuals = {
        "deposit_average": ActualFact(Fraction(18_200_000_00, 30)),
        "deposit_accumulated": ActualFact(Fraction(18_200_000_00)),
        "loans_granted": ActualFact(Fraction(50_000_00)),
        "principal_recovered": ActualFact(Fraction(60_000_00)),
        "interest_received": ActualFact(Fraction(4_817_35)),
    }
    entries = {
        "compliance": [EntryFact(1, date(2026, 9, 3), -2_00)],
        "conduct": [EntryFact(2, date(2026, 9, 8), -50), EntryFact(3, date(2026, 9, 21), -1_00)],
    }
    return score_card(DEFAULT_SCHEMES["composite"], WHOLE_MONTH, targets | changed, actuals, entries)


@each_row
def test_every_line_of_the_example(row: Row) -> None:
    """
    | indicator           | target        | actual        | rate     | points |
    |---------------------|---------------|---------------|----------|--------|
    | deposit_average     | 700,000.00    | 606,666.67    | 86.67 %  | 17.33  |
    | deposit_accumulated | 15,000,000.00 | 18,200,000.00 | 121.33 % | 20.00  |
    | loans_granted       | 200,000.00    | 50,000.00     | 25.00 %  | 2.50   |
    | principal_recovered | 90,000.00     | 60,000.00     | 66.67 %  | 10.00  |
    | compliance          | —             |               |          | 3.00   |
    | interest_received   | 5,230.00      | 4,817.35      | 92.11 %  | 18.42  |
    | conduct             | —             |               |          | 8.50   |
    """
    line = next(line for line in example_card().lines if line.code == row["indicator"])

    assert line.points_hundredths == hundredths(row["points"])
    if row["target"] == "—":
        assert (line.target_hundredths, line.actual, line.rate) == (None, None, None)
        return
    assert line.target_hundredths == hundredths(row["target"])
    assert line.actual is not None
    assert line.rate is not None
    assert round_half_up(line.actual.numerator, line.actual.denominator) == hundredths(row["actual"])
    assert format_percent(line.rate.numerator, line.rate.denominator) == row["rate"]


def test_the_example_totals_79_75_and_is_qualified() -> None:
    card = example_card()
    assert (card.total_hundredths, card.grade, card.cut, card.not_set) == (79_75, "qualified", False, ())
    assert [line.entry_ids for line in card.lines if line.entry_ids] == [(1,), (2, 3)]


@each_row
def test_ten_points_that_are_not_applicable_go_to_the_other_ninety(row: Row) -> None:
    """
    | indicator           | weight | points |
    |---------------------|--------|--------|
    | deposit_average     | 200/9  | 19.26  |
    | deposit_accumulated | 200/9  | 22.22  |
    | loans_granted       | 0/9    | 0.00   |
    | principal_recovered | 150/9  | 11.11  |
    | compliance          | 50/9   | 3.56   |
    | interest_received   | 200/9  | 20.47  |
    | conduct             | 100/9  | 9.61   |
    """
    line = next(line for line in example_card(**LOANS_NOT_APPLICABLE).lines if line.code == row["indicator"])
    assert line.weight == Fraction(row["weight"])
    assert line.points_hundredths == hundredths(row["points"])


def test_the_example_without_loans_totals_86_23() -> None:
    card = example_card(**LOANS_NOT_APPLICABLE)
    assert (card.total_hundredths, card.grade, card.confirmable) == (86_23, "good", True)


SCHEMES = """
    | scheme        | group          | indicator           | weight | rule         |
    |---------------|----------------|---------------------|--------|--------------|
    | composite     | funds          | deposit_average     | 20     | proportional |
    | composite     | funds          | deposit_accumulated | 20     | proportional |
    | composite     | marketed_funds | loans_granted       | 10     | proportional |
    | composite     | marketed_funds | principal_recovered | 15     | proportional |
    | composite     | marketed_funds | compliance          | 5      | deduction    |
    | composite     | interest       | interest_received   | 20     | proportional |
    | composite     | daily_conduct  | conduct             | 10     | deduction    |
    | deposits      | funds          | deposit_average     | 45     | proportional |
    | deposits      | funds          | deposit_accumulated | 45     | proportional |
    | deposits      | daily_conduct  | conduct             | 10     | deduction    |
    | loan_recovery | marketed_funds | principal_recovered | 85     | proportional |
    | loan_recovery | marketed_funds | compliance          | 5      | deduction    |
    | loan_recovery | daily_conduct  | conduct             | 10     | deduction    |
    | interest      | interest       | interest_received   | 90     | proportional |
    | interest      | daily_conduct  | conduct             | 10     | deduction    |
"""


@pytest.mark.parametrize("code", sorted(DEFAULT_SCHEMES))
def test_the_default_schemes_are_those_of_the_spec(code: str) -> None:
    wanted = [
        (row["group"], row["indicator"], hundredths(row["weight"]), row["rule"])
        for row in table(SCHEMES)
        if row["scheme"] == code
    ]
    scheme = DEFAULT_SCHEMES[code]
    assert [(one.group, one.code, one.weight_hundredths, one.rule) for one in scheme.indicators] == wanted
    assert sum(one.weight_hundredths for one in scheme.indicators) == 100_00
    assert {(one.floor, one.cap) for one in scheme.indicators} == {(0, 1)}
    assert not scheme.total_may_exceed


@each_row
def test_a_grade_is_a_half_open_band_of_the_total(row: Row) -> None:
    """
    | total  | grade       |
    |--------|-------------|
    | 100.00 | excellent   |
    | 90.00  | excellent   |
    | 89.99  | good        |
    | 80.00  | good        |
    | 79.99  | qualified   |
    | 60.00  | qualified   |
    | 59.99  | unqualified |
    | 0.00   | unqualified |
    """
    assert grade_of(hundredths(row["total"]), DEFAULT_GRADES) == row["grade"]


def test_equal_totals_share_a_rank_and_the_next_one_counts_on() -> None:
    assert rank([80_00, 95_00, 80_00, 10_00]) == [2, 1, 2, 4]
    assert rank([]) == []
