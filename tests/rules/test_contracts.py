"""What contracts say, word for word; amounts in Chinese capitals; plans by months; the break-even line."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from common.money import MAX_BIGINT, MIN_BIGINT, chinese_capitals
from managers.rules.contracts import (
    Annex,
    ContractTerms,
    TargetTerms,
    average_meant,
    contract_text,
    digest_of,
    may_grow,
    target_of_month,
)
from managers.rules.costs import break_even
from managers.rules.plans import is_spread, may_be_planned, missing_from_whole, spread_over_months

# --- amounts in capitals ---------------------------------------------------------------------------------------------

_DIGITS = {word: value for value, word in enumerate("零壹贰叁肆伍陆柒捌玖")}
_PLACES = {"拾": 10, "佰": 100, "仟": 1_000}


def read_back(words: str) -> int:
    """The fen of an amount in capitals: another reading than the writing, by the units from the largest down."""
    body = words.removeprefix("人民币")
    sign = -1 if body.startswith("负") else 1
    body = body.removeprefix("负").removesuffix("整")
    whole, yuan, rest = body.partition("元")
    if not yuan:
        whole, rest = "", body
    fen = _whole(whole) * 100
    for unit, worth in (("角", 10), ("分", 1)):
        figure, found, after = rest.partition(unit)
        if found:
            fen += _DIGITS[figure.removeprefix("零") or "零"] * worth
            rest = after
    assert rest == ""
    return sign * fen


def _whole(words: str) -> int:
    """Reads from the right: what stands before 亿 and before 万 is a number of its own."""
    for unit, worth in (("亿", 10**8), ("万", 10**4)):
        if unit in words:
            before, _unit, after = words.rpartition(unit)
            return _whole(before) * worth + _whole(after)
    total = digit = 0
    for word in words:
        if word in _PLACES:
            total += digit * _PLACES[word]
            digit = 0
        else:
            digit = _DIGITS[word]
    return total + digit


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (50_000_00, "人民币伍万元整"),
        (105_30, "人民币壹佰零伍元叁角"),
        (0, "人民币零元整"),
        (5, "人民币伍分"),
        (50, "人民币伍角"),
        (10_30, "人民币壹拾元零叁角"),
        (100_03, "人民币壹佰元零叁分"),
        (-1_02, "人民币负壹元零贰分"),
        (700_000_00, "人民币柒拾万元整"),
        (15_000_000_00, "人民币壹仟伍佰万元整"),
        (1_002_000_00, "人民币壹佰万贰仟元整"),
        (10_0001_0001_00, "人民币壹拾亿零壹万零壹元整"),
        (1_0500_0000_0000_00, "人民币壹万零伍佰亿元整"),
        (2_0000_0000_0000_00, "人民币贰万亿元整"),
        (409_23, "人民币肆佰零玖元贰角叁分"),
        (1_409_50, "人民币壹仟肆佰零玖元伍角"),
        (6_007_14, "人民币陆仟零柒元壹角肆分"),
        (1_680_32, "人民币壹仟陆佰捌拾元零叁角贰分"),
        (107_000_53, "人民币壹拾万柒仟元零伍角叁分"),
    ],
)
def test_an_amount_is_written_as_vouchers_write_it(fen: int, words: str) -> None:
    assert chinese_capitals(fen) == words
    assert read_back(words) == fen


@given(st.integers(MIN_BIGINT, MAX_BIGINT) | st.integers(-(10**9), 10**9))
@example(10_0000_0000_00)
@example(1_0000_0000_01)
def test_capitals_read_back_as_the_amount(fen: int) -> None:
    words = chinese_capitals(fen)
    assert read_back(words) == fen
    assert "零零" not in words
    assert words.endswith("整") == (fen % 100 == 0)


# --- the text --------------------------------------------------------------------------------------------------------

TERMS = ContractTerms(
    contract_no="HT-1",
    branch_code="S01",
    branch_name="城南信用社",
    employee_no="S101",
    employee_name="王小明",
    first_day=dt.date(2026, 11, 1),
    last_day=dt.date(2028, 10, 31),
    target_kind="composite",
    targets=[
        TargetTerms("interest_received", 5_230_00),
        TargetTerms("deposit_average", 700_000_00, "growth", 500_000_00),
        TargetTerms("deposit_accumulated", 700_000_00, times_days=True),
        TargetTerms("loans_granted", None),
        TargetTerms("interest_collection", 98_00),
    ],
    includes_dedicated_recovery=True,
    remarks="",
    annexes=[Annex("任务书", "a" * 64)],
)


def test_the_text_says_every_figure_in_digits_and_capitals() -> None:
    assert contract_text(TERMS).splitlines()[:1] == ["客户经理目标责任合同"]
    text = contract_text(TERMS)
    for said in (
        "自2026年11月1日起至2028年10月31日止",
        "月均余额：比基数增长 700,000.00 元（人民币柒拾万元整），基数 500,000.00 元（人民币伍拾万元整）。",
        "积数：700,000.00 元（人民币柒拾万元整）乘以当月天数，计全部业务。",
        "贷款发放额：不适用。",
        "利息实收：5,230.00 元（人民币伍仟贰佰叁拾元整），计全部业务。",
        "收息率：98.00 %，计全部业务。",
        "专责清收：包含在内",
        f"任务书（SHA-256 {'a' * 64}）",
    ):
        assert said in text


def test_the_order_of_the_rows_does_not_change_the_text() -> None:
    turned = replace(TERMS, targets=list(reversed(TERMS.targets)))
    assert digest_of(contract_text(turned)) == digest_of(contract_text(TERMS))


@pytest.mark.parametrize(
    "changed",
    [
        {"contract_no": "HT-2"},
        {"employee_name": "王晓明"},
        {"first_day": dt.date(2026, 11, 2)},
        {"last_day": None},
        {"target_kind": "deposits"},
        {"includes_dedicated_recovery": False},
        {"remarks": "每季度谈话一次"},
        {"annexes": []},
        {"replaces_no": "HT-0"},
        {"targets": [*TERMS.targets[:-1], TargetTerms("interest_collection", 98_01)]},
        {"targets": [replace(TERMS.targets[0], counts="growth", baseline_hundredths=1), *TERMS.targets[1:]]},
        {"targets": [*TERMS.targets[:2], replace(TERMS.targets[2], times_days=False), *TERMS.targets[3:]]},
    ],
)
def test_whatever_is_agreed_otherwise_gives_another_digest(changed: dict[str, object]) -> None:
    assert digest_of(contract_text(replace(TERMS, **changed))) != digest_of(contract_text(TERMS))  # type: ignore[arg-type]


# --- targets ---------------------------------------------------------------------------------------------------------


def test_an_accumulated_target_means_another_average_in_every_length_of_month() -> None:
    assert [average_meant(15_000_000_00, days) for days in (28, 30, 31)] == [
        Fraction(15_000_000_00, 28),
        500_000_00,
        Fraction(15_000_000_00, 31),
    ]


def test_a_figure_of_one_day_is_fair_to_february() -> None:
    assert [target_of_month(700_000_00, True, days) for days in (28, 31)] == [19_600_000_00, 21_700_000_00]
    assert target_of_month(15_000_000_00, False, 28) == 15_000_000_00
    assert target_of_month(None, True, 28) is None


def test_growth_is_of_amounts_and_not_of_rates_or_longer_averages() -> None:
    assert may_grow("deposit_average") and may_grow("interest_received") and may_grow("deposit_closing")
    assert not may_grow("interest_collection") and not may_grow("deposit_year_average") and not may_grow("conduct")


# --- plans -----------------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**15), st.integers(1, 12))
def test_a_years_figure_is_spread_over_its_months_exactly(figure: int, months: int) -> None:
    spread = spread_over_months(figure, months)
    assert sum(spread) == figure and len(spread) == months
    assert list(spread) == sorted(spread) and spread[-1] - spread[0] <= 1


def test_what_does_not_divide_goes_to_the_last_months() -> None:
    assert list(spread_over_months(10, 4)) == [2, 2, 3, 3]
    with pytest.raises(ValueError, match="cannot be spread"):
        spread_over_months(10, 0)


def test_the_difference_says_what_is_missing_or_too_much() -> None:
    assert missing_from_whole(100, [40, 60]) == 0
    assert missing_from_whole(100, [40]) == 60
    assert missing_from_whole(100, [40, 70]) == -10


def test_flows_are_spread_averages_stand_and_rates_have_no_parts() -> None:
    assert is_spread("loans_granted") and not is_spread("deposit_average") and not is_spread("deposit_closing")
    assert may_be_planned("deposit_average") and not may_be_planned("interest_collection")


# --- break-even ------------------------------------------------------------------------------------------------------


def test_interest_that_is_not_less_than_wage_and_four_expenses_reaches_the_line() -> None:
    reached = break_even(4_030_00, 1_200_00, 5_230_00)
    assert (reached.line_fen, reached.above_fen, reached.reached) == (5_230_00, 0, True)
    assert break_even(4_030_00, 1_200_00, 5_229_99).reached is False
    unknown = break_even(None, 1_200_00, 5_230_00)
    assert (unknown.line_fen, unknown.above_fen, unknown.reached) == (None, None, None)
