"""Balances, 积数 and their division: what holds for every ledger."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from common.months import Month
from deposits.rules import (
    PostingFact,
    Segment,
    Share,
    accumulated,
    attribute_month,
    closing_balance,
    entry_day,
    monthly_average,
    monthly_average_fen,
    segments,
    split_by_share,
)
from tests.oracle.ledger import (
    NOBODY,
    Account,
    Attribution,
    Facts,
    Posting,
    attributed_figures,
    days_of,
    month_figures,
)
from tests.oracle.strategies import (
    FIRST_DAY,
    LAST_DAY,
    MONTHS,
    account_attributions,
    account_postings,
    amounts,
    days,
    ledgers,
    share_lists,
    written_otherwise,
)

months = st.sampled_from(MONTHS).map(Month.parse)
MANAGERS = ("M10", "M2", "m1", "经1")


def entered(posting: Posting) -> PostingFact:
    on = entry_day(posting.posted_on, posting.open_from)
    return PostingFact(posting.amount_fen, posting.posted_on, posting.value_on, on)


def in_month(postings: list[PostingFact], month: Month) -> tuple[int, list[PostingFact]]:
    """The opening balance and the postings of a month."""
    opening = sum(one.amount_fen for one in postings if one.entered_on < month.first_day)
    return opening, [one for one in postings if one.entered_on in month]


def shares_of(attributions: list[Attribution]) -> list[Share]:
    return [Share(one.manager_no, one.first_day, one.last_day, one.share_bp) for one in attributions]


@given(ledgers(), months)
def test_the_closed_form_equals_the_walk_day_by_day(facts: Facts, month: Month) -> None:
    walked = month_figures(facts, month)
    for account_no in facts.accounts:
        opening, postings = in_month([entered(one) for one in facts.postings if one.account_no == account_no], month)
        figures = (
            opening,
            closing_balance(opening, postings, month.last_day),
            accumulated(month, opening, postings),
        )
        assert walked.get(account_no, (0, 0, 0)) == figures


@given(ledgers(), months)
def test_managers_parts_equal_the_walk_and_with_the_rest_are_the_whole(facts: Facts, month: Month) -> None:
    walked = attributed_figures(facts, month)
    for account_no in facts.accounts:
        opening, postings = in_month([entered(one) for one in facts.postings if one.account_no == account_no], month)
        shares = shares_of([one for one in facts.attributions if one.account_no == account_no])

        divided = attribute_month(month, opening, postings, shares)

        parts = {name: (divided.closing[name], divided.accumulated[name]) for name in divided.accumulated}
        assert parts == {
            manager_no: figures
            for (account, manager_no), figures in walked.items()
            if account == account_no and manager_no != NOBODY
        }
        rest = (divided.unattributed_closing, divided.unattributed_accumulated)
        assert walked.get((account_no, NOBODY), (0, 0)) == rest
        assert sum(divided.closing.values()) + rest[0] == closing_balance(opening, postings, month.last_day)
        assert sum(divided.accumulated.values()) + rest[1] == accumulated(month, opening, postings)


@given(amounts() | st.integers(-(2**63), 2**63 - 1), share_lists())
def test_parts_and_rest_are_the_whole_and_mirror_below_zero(amount: int, shares: list[int]) -> None:
    parts, rest = split_by_share(amount, shares)
    assert sum(parts) + rest == amount
    assert split_by_share(-amount, shares) == ([-part for part in parts], -rest)
    for part, share in zip(parts, shares, strict=True):
        assert abs(part * 10_000 - amount * share) < 10_000
    if sum(shares) == 10_000:
        assert rest == 0


@pytest.mark.parametrize("shares", [[0], [-1], [10_001], [6_000, 4_001]])
def test_shares_above_the_whole_or_below_one_are_refused(shares: list[int]) -> None:
    with pytest.raises(ValueError, match="shares must each be"):
        split_by_share(100, shares)


@given(account_postings("A1"), account_attributions("A1", MANAGERS), days(), months)
def test_splitting_an_attribution_in_two_changes_nothing(
    postings: list[Posting], attributions: list[Attribution], cut_on: date, month: Month
) -> None:
    opening, of_month = in_month([entered(one) for one in postings], month)
    once = shares_of(attributions)
    twice = shares_of(written_otherwise(attributions, cut_on))
    assert segments(month, once) == segments(month, twice) == segments(month, reversed(once))
    assert attribute_month(month, opening, of_month, once) == attribute_month(month, opening, of_month, twice)


@given(account_attributions("A1", MANAGERS), months)
def test_segments_cover_the_month_without_gaps_and_neighbours_differ(
    attributions: list[Attribution], month: Month
) -> None:
    found = segments(month, shares_of(attributions))
    assert (found[0].first_day, found[-1].last_day) == (month.first_day, month.last_day)
    for one, following in pairwise(found):
        assert one.last_day + timedelta(1) == following.first_day
        assert one.shares != following.shares


def test_managers_stand_in_order_of_code_points() -> None:
    month = Month(2024, 1)
    shares = [Share(manager_no, month.first_day, None, 1_000) for manager_no in ("经1", "m1", "M2", "M10")]
    held = tuple((manager_no, 1_000) for manager_no in ("M10", "M2", "m1", "经1"))
    assert segments(month, shares) == [Segment(month.first_day, month.last_day, held)]


@given(account_postings("A1"))
def test_over_all_months_value_days_bring_what_postings_in_time_would_have_brought(postings: list[Posting]) -> None:
    facts = [entered(one) for one in postings]
    in_time = [PostingFact(one.amount_fen, one.value_on, one.value_on, one.value_on) for one in postings]
    total = sum(accumulated(Month.parse(month), *in_month(facts, Month.parse(month))) for month in MONTHS)
    assert total == sum(accumulated(Month.parse(month), *in_month(in_time, Month.parse(month))) for month in MONTHS)
    # The same, without any rule: each posting counts from its value day to the last day.
    assert total == sum(one.amount_fen * ((LAST_DAY - one.value_on).days + 1) for one in postings)


@given(account_postings("A1"), months)
def test_a_late_posting_changes_no_closed_month(postings: list[Posting], month: Month) -> None:
    on_its_day = [one for one in postings if one.open_from is None]
    facts = Facts(accounts={"A1": Account("B1", FIRST_DAY)}, postings=on_its_day)
    late = facts.with_late_postings(postings, open_from=month.next.first_day)
    assert month_figures(late, month) == month_figures(facts, month)


@given(days(), st.none() | st.sampled_from([Month.parse(month).first_day for month in MONTHS]))
def test_a_row_enters_on_its_own_day_or_on_the_first_open_one(posted_on: date, open_from: date | None) -> None:
    enters = entry_day(posted_on, open_from)
    assert enters in {posted_on, open_from}
    assert enters >= posted_on
    assert open_from is None or enters >= open_from
    assert (enters == posted_on) == (open_from is None or posted_on >= open_from)


def test_the_adjustments_of_one_day_are_summed_before_they_are_split() -> None:
    month = Month(2024, 1)
    day = date(2024, 1, 10)
    # Two adjustments of 2 fen·days: a third of each is cut to 0, a third of their sum to 1.
    postings = [PostingFact(amount, day, day - timedelta(2), day) for amount in (1, 1)]
    reverse = [PostingFact(-2, day, day, day)]
    divided = attribute_month(month, 0, postings + reverse, [Share("M1", month.first_day, None, 3_333)])
    assert divided.accumulated == {"M1": 1}
    assert divided.unattributed_accumulated == 3


def test_adjustments_are_split_by_the_shares_of_their_own_day() -> None:
    month = Month(2024, 1)
    day = date(2024, 1, 10)
    postings = [PostingFact(100, day, day - timedelta(3), day), PostingFact(-100, day, day, day)]
    shares = [Share("M1", month.first_day, day, 10_000), Share("M2", day + timedelta(1), None, 10_000)]
    assert attribute_month(month, 0, postings, shares).accumulated == {"M1": 300, "M2": 0}


def test_a_manager_without_a_share_on_the_last_day_has_a_closing_balance_of_nothing() -> None:
    month = Month(2024, 1)
    shares = [Share("M1", month.first_day, date(2024, 1, 30), 10_000)]
    divided = attribute_month(month, 100, [], shares)
    assert divided == ({"M1": 0}, {"M1": 3_000}, 100, 100)


def test_an_attribution_from_the_last_day_on_is_a_segment_of_its_own() -> None:
    month = Month(2024, 1)
    shares = [Share("M1", month.last_day, None, 10_000)]
    assert attribute_month(month, 100, [], shares) == ({"M1": 100}, {"M1": 100}, 0, 3_000)


@given(account_postings("A1"), months)
def test_postings_of_other_months_are_refused(postings: list[Posting], month: Month) -> None:
    facts = [entered(one) for one in postings]
    assume(any(one.entered_on not in month for one in facts))
    with pytest.raises(ValueError, match="does not belong to"):
        accumulated(month, 0, facts)
    with pytest.raises(ValueError, match="does not belong to"):
        attribute_month(month, 0, facts, [])


@given(amounts(), months)
def test_the_average_is_exact_and_only_its_display_is_rounded(amount: int, month: Month) -> None:
    exact = monthly_average(amount, month.days)
    assert exact * month.days == amount
    assert abs(monthly_average_fen(amount, month.days) - exact) * 2 <= 1
    assert monthly_average_fen(-amount, month.days) == -monthly_average_fen(amount, month.days)


def test_the_oracles_months_are_whole() -> None:
    assert [days_of(month)[0] for month in MONTHS] == [Month.parse(month).first_day for month in MONTHS]
    assert [days_of(month)[-1] for month in MONTHS] == [Month.parse(month).last_day for month in MONTHS]
