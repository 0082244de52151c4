"""Money is read, written and rounded exactly (arithmetic.md, Money and time; formats.md, Common rules)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from common.errors import BadInput
from common.money import (
    MAX_BIGINT,
    MIN_BIGINT,
    format_percent,
    format_percent_bp,
    format_wan,
    format_yuan,
    parse_fen,
    parse_hundredths,
    parse_percent_bp,
    parse_scaled,
    round_half_up,
    trunc_div,
)

fens = st.integers(MIN_BIGINT, MAX_BIGINT)
WIDE = Context(prec=200)


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("0", 0),
        ("0.00", 0),
        ("-0.00", 0),
        ("5", 500),
        ("5.1", 510),
        ("5.12", 512),
        (".5", 50),
        ("+5", 500),
        ("-5", -500),
        ("-5.12", -512),
        ("-.50", -50),
        ("−5", -500),
        ("－５．１２", -512),
        ("１，２３４．５０", 123450),
        ("1,234.50", 123450),
        ("(1,234.50)", -123450),
        ("（1,234.50）", -123450),
        (" 1,234,567.89 ", 123456789),
        ("\u3000007.10\u00a0", 710),
        ("92233720368547758.07", MAX_BIGINT),
        ("-92233720368547758.08", MIN_BIGINT),
        ("(92233720368547758.08)", MIN_BIGINT),
    ],
)
def test_an_amount_is_read_as_people_and_core_systems_write_it(written: str, fen: int) -> None:
    assert parse_fen(written) == fen


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("", "missing"),
        ("   ", "missing"),
        ("1.234", "more than 2 decimals"),
        ("1.500", "more than 2 decimals"),
        ("1e5", "exponent"),
        ("6.2E+18", "exponent"),
        ("NaN", "not a figure"),
        ("Infinity", "not a figure"),
        ("-", "not a figure"),
        (".", "not a figure"),
        ("5.", "not a figure"),
        ("1,23", "not a figure"),
        ("1,2345", "not a figure"),
        ("1234,567", "not a figure"),
        ("1.234,56", "not a figure"),
        ("(-5)", "not a figure"),
        ("(5", "not a figure"),
        ("--5", "not a figure"),
        ("--5.00", "not a figure"),
        ("-.-5", "not a figure"),
        ("１²３.00", "not a figure"),
        ("5-", "not a figure"),
        ("10²", "not a figure"),
        ("①", "not a figure"),
        ("٣", "not a figure"),
        ("0x10", "not a figure"),
        ("1_000", "not a figure"),
        ("92233720368547758.08", "larger"),
        ("-92233720368547758.09", "larger"),
        ("9" * 5000, "larger"),
    ],
)
def test_what_is_no_amount_is_refused_with_a_sentence(written: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        parse_fen(written)


@given(fens)
@example(MAX_BIGINT)
@example(MIN_BIGINT)
def test_a_shown_amount_reads_back_as_itself(fen: int) -> None:
    assert parse_fen(format_yuan(fen)) == fen


@given(fens)
def test_an_amount_without_separators_reads_back_as_itself(fen: int) -> None:
    assert parse_fen(str(WIDE.scaleb(Decimal(fen), -2))) == fen
    assert parse_fen(WIDE.scaleb(Decimal(fen), -2)) == fen


@given(st.integers(-(10**15) + 1, 10**15 - 1))
@example(999_999_999_999_999)
def test_a_number_cell_with_two_decimals_is_exactly_its_fen(fen: int) -> None:
    assert parse_fen(float(WIDE.scaleb(Decimal(fen), -2))) == fen


@given(st.floats(allow_nan=True, allow_infinity=True))
@example(0.005)
@example(1.005)
@example(-0.0)
def test_a_number_cell_is_its_written_decimals_or_a_refusal_never_a_rounded_amount(number: float) -> None:
    try:
        fen = parse_fen(number)
    except BadInput:
        return
    # At most the noise of a sum of binary numbers, far below a fen.
    assert abs(Fraction(fen, 100) - Fraction(number)) <= Fraction(abs(number)) * Fraction(1, 10**14)


@pytest.mark.parametrize(("number", "fen"), [(0.1 + 0.2, 30), (30000000000.299999, 3000000000030), (1e2, 10000)])
def test_the_noise_of_binary_sums_is_not_taken_for_decimals(number: float, fen: int) -> None:
    assert parse_fen(number) == fen


@pytest.mark.parametrize(
    "number",
    [
        12345.675,
        0.005,
        123456789012.2996,
        12345678901234.567,
        20_000_000_000_000.01,
        9.1e13,
        6.2e18,
        float("nan"),
        float("inf"),
    ],
)
def test_a_number_cell_that_is_no_exact_amount_is_refused(number: float) -> None:
    with pytest.raises(BadInput):
        parse_fen(number)


def test_a_truth_value_is_no_amount() -> None:
    with pytest.raises(BadInput, match="not a figure"):
        parse_fen(True)


def test_a_huge_exponent_of_a_decimal_is_refused_at_once() -> None:
    with pytest.raises(BadInput, match="larger"):
        parse_fen(Decimal("1E+999999"))
    with pytest.raises(BadInput, match="decimals"):
        parse_fen(Decimal("1E-999999"))


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_a_sentence(written: str) -> None:
    try:
        fen = parse_fen(written)
    except BadInput:
        return
    assert MIN_BIGINT <= fen <= MAX_BIGINT


@given(st.integers(-(10**30), 10**30), st.integers(-(10**15), 10**15).filter(bool))
@example(-1, 200)
@example(-5, 1000)
def test_half_is_rounded_away_from_zero(numerator: int, denominator: int) -> None:
    exact = WIDE.divide(Decimal(numerator), Decimal(denominator))
    nearest = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP, context=WIDE))
    result = round_half_up(numerator, denominator)
    if abs(Fraction(numerator, denominator) - Fraction(exact)) == 0:
        assert result == nearest
    assert abs(result - Fraction(numerator, denominator)) <= Fraction(1, 2)
    if abs(result - Fraction(numerator, denominator)) == Fraction(1, 2):
        assert abs(result) > abs(Fraction(numerator, denominator))


@given(st.integers(-(10**20), 10**20), st.integers(1, 10**10))
@example(0, 1)
def test_an_exact_half_goes_to_the_number_farther_from_zero(whole: int, factor: int) -> None:
    away = whole + 1 if whole >= 0 else whole
    assert round_half_up((2 * whole + 1) * factor, 2 * factor) == away
    assert round_half_up((2 * whole + 1) * factor, -2 * factor) == -away


@given(st.integers(-(10**30), 10**30), st.integers(-(10**15), 10**15).filter(bool))
def test_division_is_cut_toward_zero(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)
    result = trunc_div(numerator, denominator)
    assert abs(result) <= abs(exact) < abs(result) + 1
    assert result == 0 or (result < 0) == (exact < 0)


def test_figures_are_shown_as_the_look_says() -> None:
    assert format_yuan(123456789) == "1,234,567.89"
    assert format_yuan(-123450) == "−1,234.50"
    assert format_yuan(0) == "0.00"
    assert format_yuan(-1) == "−0.01"
    assert format_wan(86_3000_00) == "86.30"
    assert format_percent(60666667, 70000000) == "86.67 %"
    assert format_percent_bp(3333) == "33.33 %"


@pytest.mark.parametrize(("written", "bp"), [("33.33", 3333), ("33.33%", 3333), ("１００％", 10000), ("-1.5 %", -150)])
def test_a_percentage_is_read_with_or_without_its_sign(written: str, bp: int) -> None:
    assert parse_percent_bp(written) == bp


def test_points_and_coefficients_keep_their_decimals() -> None:
    assert parse_hundredths("-1.5") == -150
    assert parse_scaled("0.3000", 4) == 3000
    assert parse_scaled("1.1", 4) == 11000
    with pytest.raises(BadInput, match="more than 4 decimals"):
        parse_scaled("0.30001", 4)
    with pytest.raises(BadInput, match="more than 0 decimals"):
        parse_scaled("1.5", 0)
