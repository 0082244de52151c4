"""What data decides about a candidate: to the day, leap days right, and nothing met that the records do not show."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from managers.rules.applications import STAGES, next_application_no, way
from managers.rules.qualification import Condition, Facts, PenaltyFact, anniversary, born_on, qualification, span, unmet
from tests.make import id_number

TODAY = dt.date(2026, 11, 24)
DAYS = st.dates(dt.date(1950, 1, 1), dt.date(2080, 12, 31))


def facts(**changed: Any) -> Facts:
    values: dict[str, Any] = {
        "employment": "formal",
        "hired_on": dt.date(2019, 3, 4),
        "joined_system_on": dt.date(2019, 3, 4),
        "id_number": id_number("1991-01-01"),
        "declares_capacity": True,
        "relatives": "",
    }
    return Facts(**values | changed)


def one(name: str, day: dt.date = TODAY, **changed: Any) -> Condition:
    return next(found for found in qualification(facts(**changed), day) if found.condition == name)


@pytest.mark.parametrize(
    ("first", "day", "expected"),
    [
        # As the sketch of the decision page has it.
        ("2019-03-04", "2026-11-24", (7, 8, 20)),
        ("2020-02-29", "2023-02-27", (2, 11, 29)),
        # 2023 has no 29 February: the last day of the month stands for it.
        ("2020-02-29", "2023-02-28", (3, 0, 0)),
        ("2020-02-29", "2023-03-01", (3, 0, 1)),
        ("2020-02-29", "2024-02-28", (3, 11, 30)),
        ("2020-02-29", "2024-02-29", (4, 0, 0)),
        ("2020-02-28", "2023-02-27", (2, 11, 30)),
        ("2020-02-28", "2023-02-28", (3, 0, 0)),
        ("2020-03-01", "2023-02-28", (2, 11, 27)),
        ("2021-01-31", "2021-02-28", (0, 1, 0)),
        ("2023-11-24", "2026-11-24", (3, 0, 0)),
        ("2023-11-25", "2026-11-24", (2, 11, 30)),
        ("2026-11-24", "2026-11-24", (0, 0, 0)),
        ("2026-11-25", "2026-11-24", (0, 0, 0)),
    ],
)
def test_service_is_counted_in_full_years_months_and_days(first: str, day: str, expected: tuple[int, int, int]) -> None:
    found = span(dt.date.fromisoformat(first), dt.date.fromisoformat(day))
    assert (found.years, found.months, found.days) == expected


@given(first=DAYS, later=st.integers(1, 20_000))
def test_the_full_months_are_the_most_that_have_passed(first: dt.date, later: int) -> None:
    day = first + dt.timedelta(days=later)
    found = span(first, day)
    months = found.years * 12 + found.months
    assert anniversary(first, months) <= day < anniversary(first, months + 1)
    assert anniversary(first, months) + dt.timedelta(days=found.days) == day


@given(first=DAYS, months=st.integers(0, 600))
def test_an_anniversary_is_the_same_day_or_the_end_of_a_month_that_lacks_it(first: dt.date, months: int) -> None:
    found = anniversary(first, months)
    assert (found.year * 12 + found.month) - (first.year * 12 + first.month) == months
    assert found.day == first.day or (found.day < first.day and (found + dt.timedelta(days=1)).day == 1)


@given(first=DAYS, day=DAYS, years=st.integers(0, 40))
def test_three_years_are_met_on_the_day_that_full_years_say(first: dt.date, day: dt.date, years: int) -> None:
    found = one("service", day, joined_system_on=first, minimum_service_years=years)
    assert found.evidence["full_on"] == anniversary(first, 12 * years).isoformat()
    assert (found.result == "met") == (span(first, day).years >= years and day >= first)


def test_service_counts_from_joining_the_cooperatives_and_else_from_the_hiring() -> None:
    joined = one("service", hired_on=dt.date(2025, 1, 1), joined_system_on=dt.date(2019, 3, 4))
    assert (joined.result, joined.evidence["counted_from"]) == ("met", "joined_system_on")
    assert (joined.evidence["years"], joined.evidence["months"], joined.evidence["days"]) == (7, 8, 20)
    assert joined.evidence["total_days"] == 2_822
    hired = one("service", hired_on=dt.date(2025, 1, 1), joined_system_on=None)
    assert (hired.result, hired.evidence["counted_from"]) == ("not_met", "hired_on")


def test_who_joins_tomorrow_has_no_service() -> None:
    found = one("service", joined_system_on=TODAY + dt.timedelta(days=1), minimum_service_years=0)
    assert (found.result, found.evidence["total_days"]) == ("not_met", 0)


@pytest.mark.parametrize("employment", ["contract", "agency", ""])
def test_only_a_formal_employee_qualifies(employment: str) -> None:
    assert [found.condition for found in unmet(qualification(facts(employment=employment), TODAY))] == ["formal"]


@pytest.mark.parametrize(
    ("born", "result", "age"),
    [
        ("2008-11-24", "met", 18),
        ("2008-11-25", "not_met", 17),
        ("1966-11-24", "met", 60),
        ("1965-11-25", "met", 60),
        ("1965-11-24", "not_met", 61),
        ("2027-01-01", "not_met", None),
    ],
)
def test_the_age_lies_within_the_limits_of_the_branch(born: str, result: str, age: int | None) -> None:
    found = one("capacity", id_number=id_number(born))
    assert (found.result, found.evidence["age"]) == (result, age)


@pytest.mark.parametrize(
    ("number", "lacks"),
    [
        ("", "no_id_number"),
        ("   ", "no_id_number"),
        ("429900910101007", "bad_id_number"),  # of fifteen digits, without a check digit
        (id_number("1991-01-01")[:-1] + "?", "bad_id_number"),
        ("42990019911301007X", "bad_id_number"),
        ("四二九九零零一九九一零一零一零零七", "bad_id_number"),
        ("４２９９００１９９１０１０１００７１", "bad_id_number"),
    ],
)
def test_what_the_number_does_not_show_is_not_met(number: str, lacks: str) -> None:
    found = one("capacity", id_number=number)
    assert (found.result, found.evidence["age"], found.evidence["lacks"]) == ("not_met", None, [lacks])


@given(born=DAYS, serial=st.integers(0, 999), digit=st.integers(0, 17))
def test_a_number_shows_the_day_of_birth_and_one_wrong_digit_shows_nothing(
    born: dt.date, serial: int, digit: int
) -> None:
    number = id_number(born.isoformat(), serial)
    assert born_on(number) == born_on(number.lower()) == born_on(f" {number} ") == born
    wrong = "0" if number[digit] != "0" else "1"
    assert born_on(number[:digit] + wrong + number[digit + 1 :]) is None


def test_capacity_needs_the_candidates_own_word() -> None:
    found = one("capacity", declares_capacity=False)
    assert (found.result, found.evidence["lacks"]) == ("not_met", ["not_declared"])


def test_a_penalty_in_force_is_a_veto_and_is_named() -> None:
    found = one("penalty", penalties=[PenaltyFact("warning", "2026-06-01", None)])
    assert found.result == "not_met"
    assert found.evidence["penalties"] == [{"kind": "warning", "first_day": "2026-06-01", "last_day": None}]


def test_relatives_are_a_warning_and_no_failure() -> None:
    found = qualification(facts(relatives="sister, loan review"), TODAY)
    assert [one.result for one in found if one.condition == "relatives"] == ["warning"]
    assert not unmet(found)
    assert "relatives" not in [one.condition for one in qualification(facts(relatives="  "), TODAY)]


@pytest.mark.parametrize(("confirmed", "result"), [(0, "not_met"), (1, "not_met"), (2, "met"), (3, "met")])
def test_the_colleagues_way_needs_enough_who_confirm(confirmed: int, result: str) -> None:
    assert one("recommendations", recommendations_required=2, asked=3, confirmed=confirmed).result == result


def test_the_other_ways_ask_for_no_recommendations() -> None:
    assert [one.condition for one in qualification(facts(), TODAY)] == ["formal", "service", "capacity", "penalty"]


# --- the number and the way


@pytest.mark.parametrize(
    ("latest", "expected"),
    [(None, "2026-001"), ("2026-013", "2026-014"), ("2026-999", "2026-1000"), ("2026-1000", "2026-1001")],
)
def test_applications_are_numbered_a_year(latest: str | None, expected: str) -> None:
    assert next_application_no(2026, latest) == expected


def shown(state: str, *steps: tuple[str, int]) -> list[tuple[str, int | None, bool]]:
    found = way(state, [(step, dt.date(2026, 10, day)) for step, day in steps])
    return [(stage.stage, stage.reached_on.day if stage.reached_on else None, stage.is_next) for stage in found]


def test_the_way_shows_what_was_reached_when_and_what_comes_next() -> None:
    found = shown("qualified", ("submitted", 8), ("qualified", 10))
    assert found[:4] == [
        ("submitted", 8, False),
        ("checked", 10, False),
        ("assessed", None, True),
        ("notice", None, False),
    ]
    assert [name for name, _day, _next in found] == list(STAGES)


def test_what_was_returned_goes_its_way_anew() -> None:
    steps = [("submitted", 8), ("qualified", 10), ("assessed", 12), ("returned", 13)]
    assert shown("returned", *steps)[:2] == [("submitted", 8, True), ("checked", None, False)]
    assert shown("submitted", *steps, ("submitted", 14))[:2] == [("submitted", 14, False), ("checked", None, True)]


def test_a_way_that_ended_shows_nothing_beyond_its_end() -> None:
    assert shown("not_qualified", ("submitted", 8), ("not_qualified", 9)) == [
        ("submitted", 8, False),
        ("checked", 9, False),
    ]
    assert shown("withdrawn", ("submitted", 8), ("withdrawn", 9)) == [("submitted", 8, False)]
    assert shown("draft")[0] == ("submitted", None, True)


def test_who_is_in_office_has_gone_the_whole_way() -> None:
    steps = ["submitted", "qualified", "assessed", "on_notice", "approved", "contracted", "in_office"]
    found = shown("in_office", *((step, number + 1) for number, step in enumerate(steps)))
    assert [day for _stage, day, _next in found] == [1, 2, 3, 4, 5, 6, 7]
    assert not any(is_next for _stage, _day, is_next in found)
