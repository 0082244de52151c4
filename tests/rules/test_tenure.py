"""How long an office lasts, to the day; what a hand-over makes of an attribution."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deposits.rules import summed_shares
from managers.rules import ONE_DAY, Term, holds_on
from managers.rules.handovers import passed_on
from managers.rules.tenure import days_of_office, state_of_office, tenure

START = dt.date(2024, 1, 1)


def day(number: int) -> dt.date:
    return START + dt.timedelta(number)


def term(first: str, last: str | None = None) -> Term:
    return Term(dt.date.fromisoformat(first), dt.date.fromisoformat(last) if last else None)


@pytest.mark.parametrize(
    ("first", "on", "years", "months", "days", "all_days"),
    [
        ("2019-03-04", "2026-11-24", 7, 8, 20, 2822),
        ("2024-02-29", "2025-02-27", 0, 11, 29, 364),
        ("2024-02-29", "2025-02-28", 1, 0, 0, 365),
        ("2024-02-29", "2028-02-29", 4, 0, 0, 1461),
        ("2024-01-31", "2024-02-29", 0, 1, 0, 29),
        ("2024-01-31", "2024-03-01", 0, 1, 1, 30),
        ("2026-10-01", "2026-10-01", 0, 0, 0, 0),
    ],
)
def test_tenure_is_counted_to_the_day_in_leap_years_too(
    first: str, on: str, years: int, months: int, days: int, all_days: int
) -> None:
    found = tenure(dt.date.fromisoformat(on), [term(first)])
    assert found is not None
    assert (found.span.years, found.span.months, found.span.days) == (years, months, days)
    assert found.days == all_days


def test_terms_that_follow_each_other_are_one_office_and_a_gap_begins_another() -> None:
    terms = [term("2020-01-01", "2021-12-31"), term("2022-01-01", "2023-12-31"), term("2024-06-01")]
    assert tenure(dt.date(2023, 1, 1), terms).since == dt.date(2020, 1, 1)  # type: ignore[union-attr]
    assert tenure(dt.date(2024, 7, 1), terms).since == dt.date(2024, 6, 1)  # type: ignore[union-attr]
    over = tenure(dt.date(2024, 3, 1), terms)
    assert over is not None
    assert (over.since, over.days) == (dt.date(2020, 1, 1), 4 * 365 + 1), (
        "an office that is over counts to its last day"
    )
    assert tenure(dt.date(2019, 1, 1), terms) is None


def test_days_of_suspension_are_counted_apart() -> None:
    found = tenure(dt.date(2024, 4, 1), [term("2024-01-01")], [term("2024-02-01", "2024-02-10"), term("2024-03-30")])
    assert found is not None
    assert (found.days, found.suspended, found.in_office) == (91, 12, 79)


def test_an_appointment_stands_in_one_word() -> None:
    office, away = term("2024-01-01", "2024-12-31"), [term("2024-03-01", "2024-03-10")]
    warned = dt.date(2024, 11, 1)
    words = {
        "2023-12-31": "to_come",
        "2024-01-01": "in_office",
        "2024-03-10": "suspended",
        "2024-11-01": "ending",
        "2025-01-01": "ended",
    }
    for on, word in words.items():
        assert state_of_office(dt.date.fromisoformat(on), office, away, warned) == word


LASTS = st.one_of(st.none(), st.integers(0, 20))


@st.composite
def terms(draw: st.DrawFn) -> list[Term]:
    """Terms that do not touch each other."""
    found, first = [], 0
    for _number in range(draw(st.integers(0, 3))):
        first += draw(st.integers(1, 6))
        length = draw(LASTS)
        found.append(Term(day(first), None if length is None else day(first + length)))
        if length is None:
            break
        first += length
    return found


@given(terms(), terms())
def test_days_of_office_are_those_of_a_term_without_a_suspension(offices: list[Term], away: list[Term]) -> None:
    found = days_of_office(offices, away)
    for number in range(120):
        on = day(number)
        held = any(holds_on(on, one) for one in offices) and not any(holds_on(on, one) for one in away)
        assert sum(holds_on(on, one) for one in found) == int(held)
    assert found == sorted(found, key=lambda one: one.first_day)


@given(st.integers(0, 30), LASTS, st.integers(1, 40), LASTS)
def test_a_hand_over_leaves_no_gap_in_an_attribution(
    first: int, lasts: int | None, cut: int, until: int | None
) -> None:
    held = Term(day(first), None if lasts is None else day(first + lasts))
    begins, ends = day(cut), None if until is None else day(cut + until)
    if held.last_day is not None and held.last_day < begins - ONE_DAY:
        return
    if ends is not None and (held.first_day > ends or held.last_day == begins - ONE_DAY):
        return
    passed = passed_on(held, begins, ends, office_ends=None)
    for number in range(100):
        on = day(number)
        before = holds_on(on, held)
        keeps = passed.keeps_until is not None and held.first_day <= on <= passed.keeps_until
        taken = holds_on(on, passed.taken) if passed.taken.last_day is None or before else False
        back = passed.returns is not None and holds_on(on, passed.returns)
        if before:
            assert keeps + taken + back == 1


def test_what_ends_with_the_office_would_have_gone_on() -> None:
    held = Term(day(0), day(10))
    assert passed_on(held, day(11), None, office_ends=day(10)).taken == Term(day(11), None)
    assert passed_on(held, day(5), None, office_ends=day(10)).taken == Term(day(5), None)
    assert passed_on(held, day(5), None, office_ends=day(20)).taken == Term(day(5), day(10))


@given(st.lists(st.tuples(st.integers(0, 20), LASTS, st.integers(1, 3_000)), max_size=4))
def test_summed_shares_are_the_parts_day_by_day(parts: list[tuple[int, int | None, int]]) -> None:
    given_parts = [
        (Term(day(first), None if lasts is None else day(first + lasts)), share) for first, lasts, share in parts
    ]
    found = summed_shares(given_parts)
    for number in range(60):
        on = day(number)
        held = [share for one, share in found if holds_on(on, one)]
        assert sum(held) == sum(share for one, share in given_parts if holds_on(on, one))
        assert len(held) <= 1
