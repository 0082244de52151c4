"""The workbook's live formulas, as text: what a program that recalculates the sheets computes again.

A spreadsheet computes in binary fractions, and LibreOffice moreover takes numbers for equal that agree to 48 bits. Points
computed like that are wrong in exact ties (weight × rate = 17.335). So whatever is rounded is a quotient of two whole
numbers: fen, fen·days, hundredths. A trial quotient from floating point is right or one off, and the whole-number remainder
then says which, as round_half_up does.

Domain, in which every result equals the exact one: amounts below 10^13 yuan (15 digits); below 2^48 (2.8 × 10^14) the
divisor of a line, target in fen × days of an average × denominator of a spread weight. With weights in whole points that is
a target of 2.8 × 10^10 yuan·days or more, an average of 900 million yuan for one manager. Sums of two-decimal amounts are
rounded to the fen; they are exact while rows × total stays below 4 × 10^13 yuan (10,000 rows that sum to 4 billion).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd
from typing import Final

# The lower limb of a long product has six digits.
_LIMB: Final = 1_000_000


def quoted(text: str) -> str:
    """Text as it stands in a formula. Shape: at most 255 characters, as a formula allows."""
    return '"{}"'.format(text[:255].replace('"', '""'))


def on_sheet(sheet: str, cell: str) -> str:
    """A cell or range of another sheet."""
    return "'{}'!{}".format(sheet.replace("'", "''"), cell)


def sum_of_rows(amounts: str, *conditions: str) -> str:
    """The sum of the amounts in the rows where conditions (range, value, range, value …) hold, to the hundredth."""
    return f"ROUND(SUMIFS({amounts},{','.join(conditions)}),2)"


def hundredths(cell: str) -> str:
    """The whole number of hundredths that a cell with two decimals holds."""
    return f"ROUND({cell}*100,0)"


def quotient(numerator: str, denominator: str) -> str:
    """The quotient of two whole numbers rounded half up to a whole number.

    Exact while numerator < 2^53 and denominator is small (days of a period): a tie is then a binary fraction.
    """
    return f"ROUND({numerator}/{denominator},0)"


def average(values: str) -> str:
    """The mean of two-decimal values, rounded half up to the hundredth; none of them = no mean."""
    return f"IF(COUNT({values})=0,0,ROUND(ROUND(SUM({values})*100,0)/COUNT({values}),0)/100)"


def multiplier(weight: str, applicable: str) -> str:
    """The numerator of the weight in hundredths of a point, spread over the applicable ones, in lowest terms."""
    return f"{hundredths(weight)}*10000/{_common(weight, applicable)}"


def divisor(weight: str, applicable: str) -> str:
    """The denominator that belongs to `multiplier`."""
    return f"{hundredths(applicable)}/{_common(weight, applicable)}"


def _common(weight: str, applicable: str) -> str:
    return f"GCD({hundredths(weight)}*10000,{hundredths(applicable)})"


def lowest_terms(weight_hundredths: int, applicable_hundredths: int) -> tuple[int, int]:
    """What `multiplier` and `divisor` give."""
    common = gcd(weight_hundredths * 10_000, applicable_hundredths)
    return weight_hundredths * 10_000 // common, applicable_hundredths // common


def bounded(actual: str, target: str, floor: Fraction, cap: Fraction) -> tuple[str, str]:
    """Numerator and denominator of the rate of completion between floor and cap. Shape: actual and target are whole."""

    def chosen(at_floor: int, at_cap: int, between: str) -> str:
        below = _compared(actual, "<=", floor, target)
        above = _compared(actual, ">=", cap, target)
        return f"IF({below},{at_floor},IF({above},{at_cap},{between}))"

    return (
        chosen(floor.numerator, cap.numerator, actual),
        chosen(floor.denominator, cap.denominator, target),
    )


def _compared(actual: str, sign: str, bound: Fraction, target: str) -> str:
    left = actual if bound.denominator == 1 else f"{actual}*{bound.denominator}"
    right = {0: "0", 1: target}.get(bound.numerator, f"{bound.numerator}*{target}")
    return f"{left}{sign}{right}"


def trial(times: str, number: str, over: str, by: str) -> str:
    """times × number ÷ (over × by), rounded by floating point: right or, near a tie, one off."""
    return f"ROUND({times}*{number}/({over}*{by}),0)"


def remainder(times: str, number: str, over: str, by: str, tried: str) -> str:
    """times × number − tried × over × by, exactly: both products in two limbs, whose parts stay below 2^53."""
    high = f"({times}*INT({number}/{_LIMB})-{tried}*{over}*INT({by}/{_LIMB}))*{_LIMB}"
    return f"{high}+{times}*MOD({number},{_LIMB})-{tried}*{over}*MOD({by},{_LIMB})"


def points(tried: str, rest: str, over: str, by: str) -> str:
    """Points with two decimals: the trial quotient, put right where the remainder shows that it is one off."""
    return f"({tried}+(2*{rest}>={over}*{by})-(2*{rest}<-{over}*{by}))/100"


def grade(total: str, bands: Sequence[tuple[str, int | None]], otherwise: str) -> str:
    """The first grade whose lower bound the total reaches. Shape: bands best first, bounds in hundredths, none = open."""
    result = quoted(otherwise)
    for name, from_hundredths in reversed(bands):
        if from_hundredths is None:
            result = quoted(name)
        else:
            result = f"IF({total}>={from_hundredths / 100:.2f},{quoted(name)},{result})"
    return result
