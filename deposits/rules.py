"""Balances, 积数 and their division among managers: the definitions, for one account.

The month end computes the same figures for all accounts in one statement (`deposits/queries/month_end.py`);
this page says what they are, and tests hold the two together. Source: arithmetic.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import zip_longest
from typing import Final, NamedTuple

from common.money import round_half_up, trunc_div
from common.months import Month
from managers.rules import ONE_DAY, Term, holds_on

WHOLE_BP: Final = 10_000


@dataclass(frozen=True, slots=True)
class PostingFact:
    """One posting: the day it was booked, the day it bears interest from, the day it entered the balances."""

    amount_fen: int
    posted_on: date
    value_on: date
    entered_on: date


@dataclass(frozen=True, slots=True)
class Share:
    """One attribution of the account, as written down. Shape: days inclusive, no last day = open."""

    manager_no: str
    first_day: date
    last_day: date | None
    share_bp: int


@dataclass(frozen=True, slots=True)
class Segment:
    """Adjacent days on which the account has one and the same list of shares.

    Shape: days inclusive; shares are (manager number, hundredths of a percent) in order of manager number.
    """

    first_day: date
    last_day: date
    shares: tuple[tuple[str, int], ...]


class MonthParts(NamedTuple):
    """An account's month divided among its managers.

    Shape: both mappings name every manager whose attribution holds on any day of the month.
    Law: sum(closing.values()) + unattributed_closing == the account's closing balance; the same for 积数.
    """

    closing: dict[str, int]
    accumulated: dict[str, int]
    unattributed_closing: int
    unattributed_accumulated: int


def entry_day(posted_on: date, earliest_open_day: date | None) -> date:
    """The day on which a row enters the balances: its own, or the first day that is still open.

    Shape: earliest_open_day is the first day of the branch's earliest open month; none = nothing is closed.
    Law: months close in order, so a day before the earliest open one lies in a closed month.
    Source: arithmetic.md, Months close in order.
    """
    return posted_on if earliest_open_day is None else max(posted_on, earliest_open_day)


def adjustment_fen_days(amount_fen: int, entered_on: date, value_on: date) -> int:
    """应加 (positive) or 应减 (negative) 积数 of a posting whose value day is not its entry day.

    Source: arithmetic.md, Value days.
    """
    return amount_fen * (entered_on - value_on).days


def closing_balance(opening_fen: int, postings: Iterable[PostingFact], day: date) -> int:
    """b(day): the balance at the end of the day.

    Shape: the opening balance stands before the first of the postings given.
    """
    return opening_fen + sum(posting.amount_fen for posting in postings if posting.entered_on <= day)


def accumulated(month: Month, opening_fen: int, postings: Iterable[PostingFact]) -> int:
    """积数 of the account's month, with the month's adjustments, in closed form.

    Unit: fen·day.
    Law: the sum of the closing balances of all days of the month, plus the adjustments.
    Raises: ValueError for a posting that enters outside the month.
    """
    postings = list(postings)
    _refuse_other_months(month, postings)
    return month.days * opening_fen + sum(
        posting.amount_fen * ((month.last_day - posting.entered_on).days + 1)
        + adjustment_fen_days(posting.amount_fen, posting.entered_on, posting.value_on)
        for posting in postings
    )


def split_by_share(amount_fen: int, shares_bp: Sequence[int]) -> tuple[list[int], int]:
    """Parts of an amount by share, and the unattributed rest.

    Shape: shares in order of manager number, each 1 … 10_000, sum at most 10_000.
    Law: sum(parts) + rest == amount_fen, also below zero (truncation toward zero).
    Raises: ValueError for shares outside that shape.
    Source: arithmetic.md, Attribution; article 9(2).
    """
    if any(not 1 <= share <= WHOLE_BP for share in shares_bp) or sum(shares_bp) > WHOLE_BP:
        raise ValueError(f"shares must each be 1 … {WHOLE_BP} and at most {WHOLE_BP} together: {list(shares_bp)}")
    # Whole ten-thousands and remainder apart: the form of the SQL statement, which so cannot overflow a bigint.
    whole = trunc_div(amount_fen, WHOLE_BP)
    remainder = amount_fen - whole * WHOLE_BP
    parts, reached = [], 0
    for share in shares_bp:
        before, reached = reached, reached + share
        parts.append(whole * share + trunc_div(remainder * reached, WHOLE_BP) - trunc_div(remainder * before, WHOLE_BP))
    return parts, amount_fen - sum(parts)


def segments(month: Month, shares: Iterable[Share]) -> list[Segment]:
    """The month cut into runs of days with equal share lists, however the lists were written down.

    Shape: in order of days, without gaps, first to last day of the month; an empty list of shares is a segment too.
    Law: two attributions of one manager on one day count as their sum.
    """
    shares = list(shares)
    cuts = {month.first_day}
    for share in shares:
        if month.first_day < share.first_day <= month.last_day:
            cuts.add(share.first_day)
        if share.last_day is not None and month.first_day <= share.last_day < month.last_day:
            cuts.add(share.last_day + ONE_DAY)
    firsts = sorted(cuts)
    lasts = [day - ONE_DAY for day in firsts[1:]] + [month.last_day]
    found: list[Segment] = []
    for first_day, last_day in zip(firsts, lasts, strict=True):
        held = _shares_on(first_day, shares)
        if found and found[-1].shares == held:
            found[-1] = Segment(found[-1].first_day, last_day, held)
        else:
            found.append(Segment(first_day, last_day, held))
    return found


def attribute_month(
    month: Month, opening_fen: int, postings: Iterable[PostingFact], shares: Iterable[Share]
) -> MonthParts:
    """The account's closing balance and 积数 divided among its managers, day by day as their shares hold.

    Shape: postings are those entered in the month.
    Unit: fen and fen·day.
    Law: parts and rest together are the account's own figures, to the fen.
    Raises: ValueError for a posting that enters outside the month.
    Source: arithmetic.md, Rounding and Value days.
    """
    postings, shares = list(postings), list(shares)
    _refuse_other_months(month, postings)
    month_segments = segments(month, shares)
    amounts = [
        (_accumulated_between(segment.first_day, segment.last_day, opening_fen, postings), segment.shares)
        for segment in month_segments
    ]
    # Adjustments are a line of their own: summed by entry day, split by that day's shares, apart from the balances.
    amounts += [(amount, _shares_on(day, shares)) for day, amount in sorted(_adjustments_by_day(postings).items())]

    parts: dict[str, int] = defaultdict(int)
    rest = 0
    for amount, held in amounts:
        divided, left = _divide(amount, held)
        for manager_no, part in divided.items():
            parts[manager_no] += part
        rest += left
    closing, closing_rest = _divide(closing_balance(opening_fen, postings, month.last_day), month_segments[-1].shares)
    return MonthParts(dict.fromkeys(parts, 0) | closing, dict(parts), closing_rest, rest)


def monthly_average(accumulated_fen_days: int, days: int) -> Fraction:
    """月均余额 as the exact rational that is scored. Unit: fen."""
    return Fraction(accumulated_fen_days, days)


def monthly_average_fen(accumulated_fen_days: int, days: int) -> int:
    """月均余额 as it is shown: rounded half up to the fen, never scored."""
    return round_half_up(accumulated_fen_days, days)


def deviation(closing_fen: int, accumulated_fen_days: int, days: int) -> Fraction | None:
    """存款偏离度: how far the closing balance lies from the monthly average, as a part of it.

    Shape: none when the average is not positive.
    """
    if accumulated_fen_days <= 0:
        return None
    return Fraction(closing_fen * days - accumulated_fen_days, accumulated_fen_days)


def average_still_needed(target_fen_days: int, accumulated_fen_days: int, days_left: int) -> Fraction | None:
    """The average balance of each remaining day that reaches the 积数 target.

    Shape: none when no day is left; 0 when the target is reached.
    Unit: fen.
    """
    if days_left == 0:
        return None
    return max(Fraction(0), Fraction(target_fen_days - accumulated_fen_days, days_left))


def deposit_needed_from(
    from_day: int, *, target_fen_days: int, accumulated_fen_days: int, balance_fen: int, day: int, days: int
) -> int:
    """Money that reaches the 积数 target when it is deposited on from_day and kept.

    Shape: day (today), from_day and days (of the month) are numbers of days, day < from_day <= days; 0 when today's
    balance alone suffices.
    Unit: fen, rounded up to the fen.
    Raises: ValueError for a from_day that is not one of the remaining days.
    """
    if not day < from_day <= days:
        raise ValueError(f"day {from_day} is not one of the days left after day {day} of {days}")
    missing = target_fen_days - accumulated_fen_days - balance_fen * (days - day)
    return max(0, -(-missing // (days - from_day + 1)))


def _refuse_other_months(month: Month, postings: Iterable[PostingFact]) -> None:
    for posting in postings:
        if posting.entered_on not in month:
            raise ValueError(f"a posting that enters on {posting.entered_on} does not belong to {month}")


def _shares_on(day: date, shares: Iterable[Share]) -> tuple[tuple[str, int], ...]:
    held: dict[str, int] = defaultdict(int)
    for share in shares:
        if holds_on(day, share):
            held[share.manager_no] += share.share_bp
    # Python orders text by code points, as COLLATE "C" does.
    return tuple(sorted(held.items()))


def _divide(amount: int, held: Sequence[tuple[str, int]]) -> tuple[dict[str, int], int]:
    """An amount by manager, and the rest. Shape: as a segment's shares."""
    parts, rest = split_by_share(amount, [share_bp for _, share_bp in held])
    return {manager_no: part for (manager_no, _), part in zip(held, parts, strict=True)}, rest


def _accumulated_between(first_day: date, last_day: date, opening_fen: int, postings: Iterable[PostingFact]) -> int:
    days = (last_day - first_day).days + 1
    total = days * opening_fen
    for posting in postings:
        if posting.entered_on <= last_day:
            total += posting.amount_fen * ((last_day - max(posting.entered_on, first_day)).days + 1)
    return total


def _adjustments_by_day(postings: Iterable[PostingFact]) -> Mapping[date, int]:
    by_day: dict[date, int] = defaultdict(int)
    for posting in postings:
        by_day[posting.entered_on] += adjustment_fen_days(posting.amount_fen, posting.entered_on, posting.value_on)
    return by_day


def followed_days(opened_on: date, closed_on: date | None, open_from: date | None, assigned: Term) -> Term | None:
    """The days on which a new account is its customer's manager's, by the days for which the customer is assigned.

    Shape: from the opening day on, in a branch that has closed months from its first open day; none where the assignment is
    over by then, or the account is.
    Source: articles 9(1) and 9(2); formats.md, customer_assignments.
    """
    first_day = max(day for day in (opened_on, assigned.first_day, open_from) if day is not None)
    ends = [day for day in (assigned.last_day, closed_on) if day is not None]
    return Term(first_day, assigned.last_day) if all(first_day <= day for day in ends) else None


def summed_shares(parts: Sequence[tuple[Term, int]]) -> list[tuple[Term, int]]:
    """Shares of one manager in one account, written so that on any day one of them holds.

    Shape: terms with shares in hundredths of a percent, in any order; the result is in order and has no two on a day.
    Law: on every day the shares of the result sum to those of the parts.
    """
    edges = sorted({edge for term, _share in parts for edge in (term.first_day, _day_after(term)) if edge is not None})
    found: list[tuple[Term, int]] = []
    for edge, following in zip_longest(edges, edges[1:]):
        share = sum(share_bp for term, share_bp in parts if holds_on(edge, term))
        if share:
            found.append((Term(edge, None if following is None else following - ONE_DAY), share))
    return found


def _day_after(term: Term) -> date | None:
    return None if term.last_day is None else term.last_day + ONE_DAY
