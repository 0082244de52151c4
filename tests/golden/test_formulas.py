"""The formula of points, computed by LibreOffice, against exact fractions: ties, their neighbours, spread weights, caps."""

from __future__ import annotations

import random
from fractions import Fraction
from math import gcd
from pathlib import Path

import xlsxwriter

from appraisal.exports import formulas
from appraisal.exports.layout import cell
from common.money import round_half_up
from tests.golden.recalculation import recalculated

# Weight and sum of the applicable weights in hundredths, actual in fen(·days), target in fen, days, floor, cap.
Case = tuple[int, int, int, int, int, Fraction, Fraction]

WEIGHTS = [
    *((weight * 100, 10_000) for weight in (1, 3, 5, 10, 15, 20, 45, 85, 90, 100)),
    *((weight * 100, (100 - left_out) * 100) for weight in (5, 10, 15, 20, 45) for left_out in (5, 10, 20, 45)),
    # Not whole points, and spread over a sum that has nothing in common with them.
    (1_234, 8_766),
    (33, 9_967),
    (777, 3_200),
]
TARGETS = [100, 523_000, 9_000_000, 70_000_000, 1_500_000_000, 1_500_000_001, 77_777_777_777]
CAPS = [Fraction(1), Fraction(6, 5), Fraction(1), Fraction(2)]


def exact_points(case: Case) -> int:
    """arithmetic.md, proportional, in hundredths of a point."""
    weight, applicable, actual, target, days, floor, cap = case
    rate = Fraction(actual, target * days)
    bounded = floor if rate < 0 else min(max(rate, floor), cap)
    points = Fraction(weight * 10_000, applicable) * bounded
    return round_half_up(points.numerator, points.denominator)


def cases(number: int) -> list[Case]:
    """Ties where whole fen reach them, the two numbers of fen that come nearest to one without reaching it, and caps."""
    draw = random.Random(19)
    found: list[Case] = []
    while len(found) < number:
        weight, applicable = draw.choice(WEIGHTS)
        target, days, cap = (
            draw.choice([*TARGETS, draw.randrange(1, 10**11)]),
            draw.choice([1, 28, 29, 30, 31]),
            draw.choice(CAPS),
        )
        floor = draw.choice([Fraction(0), Fraction(0), Fraction(1, 2)])
        times, over = formulas.lowest_terms(weight, applicable)
        whole = over * target * days
        if whole >= 2**48:
            continue  # outside the domain that formulas.py states
        half = Fraction(2 * draw.randrange(0, int(Fraction(times, over) * cap) + 1) + 1, 2)
        actuals = [round(half * whole / times), *nearest_to_ties(times, whole)]
        at_cap = int(cap * target * days)
        actuals.append(at_cap + draw.choice([-1, 0, 1, -(10**9), 10**9]))
        found.extend((weight, applicable, actual, target, days, floor, cap) for actual in actuals)
    return found


def nearest_to_ties(times: int, whole: int) -> list[int]:
    """Numbers that times ÷ whole brings as near to a half as whole numbers can come, below it, on it and above it."""
    common = gcd(times, whole)
    inverse = pow(times // common, -1, whole // common) if whole > common else 0
    middle = whole // 2 // common * common
    return [rest // common * inverse % (whole // common) for rest in (middle - common, middle, middle + common)]


def tied(case: Case) -> bool:
    weight, applicable, actual, target, days, *_bounds = case
    return (Fraction(weight * 10_000 * actual, applicable * target * days) * 2).denominator == 1


def write_cases(path: Path, found: list[Case]) -> None:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("cases")
        for row, (weight, applicable, actual, target, days, floor, cap) in enumerate(found):
            for column, number in enumerate((weight / 100, applicable / 100, actual / 100, target / 100, days)):
                sheet.write_number(row, column, number)
            names = [cell(row, column) for column in range(13)]
            own, whole, reached, aimed, of_days = names[:5]
            u, v, times, over, number_, by, tried, rest = names[5:]
            working = [
                formulas.hundredths(reached),
                f"{formulas.hundredths(aimed)}*{of_days}",
                formulas.multiplier(own, whole),
                formulas.divisor(own, whole),
                *formulas.bounded(u, v, floor, cap),
                formulas.trial(times, number_, over, by),
                formulas.remainder(times, number_, over, by, tried),
                formulas.points(tried, rest, over, by),
            ]
            for column, formula in enumerate(working, 5):
                sheet.write_formula(row, column, f"={formula}", value=-1)


def test_points_are_exact_at_and_around_every_kind_of_tie(soffice: str, tmp_path: Path) -> None:
    found = cases(8_000)
    assert sum(tied(case) for case in found) > 200
    write_cases(tmp_path / "cases.xlsx", found)
    sheet = recalculated(soffice, tmp_path / "cases.xlsx", tmp_path)["cases"]
    computed = [row[0] for row in sheet.iter_rows(min_col=14, max_col=14, values_only=True)]
    wrong = [
        (case, value, exact_points(case))
        for case, value in zip(found, computed, strict=True)
        if value != exact_points(case) / 100
    ]
    assert wrong == []


def test_means_are_rounded_half_up_once(soffice: str, tmp_path: Path) -> None:
    draw = random.Random(7)
    rows = [[draw.randrange(0, 10_001) for _ in range(draw.choice([1, 2, 4, 6, 8, 16, 200]))] for _ in range(300)]
    with xlsxwriter.Workbook(tmp_path / "means.xlsx") as book:
        sheet = book.add_worksheet("means")
        for row, numbers in enumerate(rows):
            for column, number in enumerate(numbers, 1):
                sheet.write_number(row, column, number / 100)
            cells = f"{cell(row, 1)}:{cell(row, len(numbers))}"
            sheet.write_formula(row, 0, f"={formulas.average(cells)}", value=-1)
    sheet = recalculated(soffice, tmp_path / "means.xlsx", tmp_path)["means"]
    computed = [row[0] for row in sheet.iter_rows(min_col=1, max_col=1, values_only=True)]
    assert computed == [round_half_up(sum(numbers), len(numbers)) / 100 for numbers in rows]


def test_the_grade_is_the_first_whose_bound_is_reached(soffice: str, tmp_path: Path) -> None:
    bands = [("优秀", 90_00), ('带"引号"的', 80_00), ("合格", 60_00), ("不合格", None)]
    totals = {10_500: 0, 90_00: 0, 89_99: 1, 80_00: 1, 79_99: 2, 60_00: 2, 59_99: 3, 0: 3}
    with xlsxwriter.Workbook(tmp_path / "grades.xlsx") as book:
        sheet = book.add_worksheet("grades")
        for row, total in enumerate(totals):
            sheet.write_number(row, 0, total / 100)
            sheet.write_formula(row, 1, f"={formulas.grade(cell(row, 0), bands, '—')}", value="?")
    sheet = recalculated(soffice, tmp_path / "grades.xlsx", tmp_path)["grades"]
    computed = [row[0] for row in sheet.iter_rows(min_col=2, max_col=2, values_only=True)]
    assert computed == [bands[place][0] for place in totals.values()]
