"""arithmetic.md, Attribution to managers and What is still missing: the examples."""

from datetime import date
from fractions import Fraction

import pytest

from common.months import Month
from deposits.rules import (
    PostingFact,
    Share,
    attribute_month,
    average_still_needed,
    deposit_needed_from,
    split_by_share,
)
from tests.oracle.ledger import Account, Attribution, Facts, Posting, attributed_figures, cut
from tests.spec.tables import Row, each_row, hundredths, whole

OCTOBER = Month(2026, 10)


@each_row
def test_an_amount_is_cut_at_the_running_sums_of_the_shares(row: Row) -> None:
    """
    | S        | shares                | parts            | unattributed |
    |----------|-----------------------|------------------|--------------|
    | 100      | 33.33 / 33.33 / 33.34 | 33, 33, 34       | 0            |
    | 100,001  | 33.33 / 33.33         | 33,330, 33,330   | 33,341       |
    | −100,001 | 33.33 / 33.33         | −33,330, −33,330 | −33,341      |
    """
    shares = [hundredths(share) for share in row["shares"].split(" / ")]
    parts = [whole(part) for part in row["parts"].split(", ")]

    assert split_by_share(whole(row["S"]), shares) == (parts, whole(row["unattributed"]))
    holders = [(str(number), share) for number, share in enumerate(shares)]
    assert [part for _, part in cut(whole(row["S"]), holders)] == [*parts, whole(row["unattributed"])]


@each_row
def test_a_share_written_in_two_that_follow_each_other_is_one(row: Row) -> None:
    """
    | written as | attributions                 | part | unattributed |
    |------------|------------------------------|------|--------------|
    | one        | 1 to 2: 33.33                | 135  | 271          |
    | two        | 1 to 1: 33.33; 2 to 2: 33.33 | 135  | 271          |
    """
    february = Month(2026, 2)
    first = date(2026, 2, 1)
    shares = []
    for text in row["attributions"].split("; "):
        days, share = text.split(": ")
        start, end = (date(2026, 2, int(day)) for day in days.split(" to "))
        shares.append(Share("M1", start, end, hundredths(share)))
    # 203 fen stand on two days and are gone on the third.
    postings = [PostingFact(-203, date(2026, 2, 3), date(2026, 2, 3), date(2026, 2, 3))]

    divided = attribute_month(february, 203, postings, shares)

    assert divided.accumulated == {"M1": int(row["part"])}
    assert divided.unattributed_accumulated == int(row["unattributed"])
    facts = Facts(
        accounts={"A1": Account("B1", first)},
        postings=[Posting("A1", 203, first, first), Posting("A1", -203, *[date(2026, 2, 3)] * 2)],
        attributions=[Attribution("A1", one.manager_no, one.first_day, one.last_day, one.share_bp) for one in shares],
    )
    assert {key: figures[1] for key, figures in attributed_figures(facts, february).items()} == {
        ("A1", "M1"): int(row["part"]),
        ("A1", ""): int(row["unattributed"]),
    }


@each_row
def test_the_third_account_is_handed_over_on_the_fifteenth(row: Row) -> None:
    """
    | manager | days     | share | 积数      | month-end |
    |---------|----------|-------|-----------|-----------|
    | A       | 1 to 14  | 60    | 10,442.38 | 0         |
    | B       | 1 to 14  | 40    | 6,961.60  | 0         |
    | C       | 15 to 31 | 100   | 17,957.53 | 1,044.56  |
    """
    until, since = date(2026, 10, 14), date(2026, 10, 15)
    shares = [
        Share("C", since, None, 10_000),
        Share("B", OCTOBER.first_day, until, 4_000),
        Share("A", OCTOBER.first_day, until, 6_000),
    ]
    third, sixteenth = date(2026, 10, 3), date(2026, 10, 16)
    postings = [
        PostingFact(10_00, third, third, third),
        PostingFact(-200_01, sixteenth, sixteenth, sixteenth),
    ]

    divided = attribute_month(OCTOBER, 1_234_57, postings, shares)

    assert divided.accumulated[row["manager"]] == hundredths(row["积数"])
    assert divided.closing[row["manager"]] == hundredths(row["month-end"])
    assert sum(divided.accumulated.values()) == 35_361_51
    assert (divided.unattributed_closing, divided.unattributed_accumulated) == (0, 0)


@each_row
def test_what_is_still_missing_per_day(row: Row) -> None:
    """
    | D  | d  | A         | b       | T          | average still needed | from day | more    |
    |----|----|-----------|---------|------------|----------------------|----------|---------|
    | 30 | 20 | 9,000,000 | 480,000 | 15,000,000 | 600,000              | 21       | 120,000 |
    | 30 | 20 | 9,000,000 | 480,000 | 15,000,000 | 600,000              | 26       | 240,000 |
    """
    days, day = int(row["D"]), int(row["d"])
    reached, balance, target = (hundredths(row[name]) for name in ("A", "b", "T"))

    assert average_still_needed(target, reached, days - day) == hundredths(row["average still needed"])
    assert deposit_needed_from(
        int(row["from day"]),
        target_fen_days=target,
        accumulated_fen_days=reached,
        balance_fen=balance,
        day=day,
        days=days,
    ) == hundredths(row["more"])


def test_nothing_can_be_said_of_the_days_left_when_there_are_none() -> None:
    assert average_still_needed(15_000_000_00, 9_000_000_00, 0) is None


def test_a_target_that_is_reached_needs_nothing_more() -> None:
    assert average_still_needed(100, 200, 10) == Fraction(0)
    assert deposit_needed_from(11, target_fen_days=100, accumulated_fen_days=200, balance_fen=0, day=10, days=30) == 0


def test_money_needed_is_rounded_up_to_the_fen() -> None:
    need = {"target_fen_days": 100, "accumulated_fen_days": 0, "balance_fen": 0, "day": 27, "days": 30}
    assert deposit_needed_from(28, **need) == 34


@pytest.mark.parametrize("from_day", [20, 31])
def test_money_can_only_come_on_one_of_the_days_left(from_day: int) -> None:
    with pytest.raises(ValueError, match="not one of the days left"):
        deposit_needed_from(from_day, target_fen_days=1, accumulated_fen_days=0, balance_fen=0, day=20, days=30)
