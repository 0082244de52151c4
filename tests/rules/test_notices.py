"""How long a public notice lasts; the result of an assessment."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from managers.rules.assessment import (
    PARTS,
    below_least_mean,
    grade_of,
    lacking_parts,
    mean_of,
    overall_result,
    weights_add_up,
)
from managers.rules.notices import OpenObjection, clock_runs_on, days_counted, notice_ends, notice_is_over
from tests.spec.tables import Row, each_row

ONE_DAY = timedelta(days=1)
FRIDAY = date(2026, 10, 23)
BANDS = ((90, "excellent"), (80, "good"), (70, "fair"), (60, "sufficient"), (0, "insufficient"))


def weekdays(day: date) -> bool:
    return day.weekday() < 5


def objections(text: str) -> list[OpenObjection]:
    """Objections of a cell such as "10-26 to 10-28; 10-30 on"."""
    made = []
    for part in filter(None, text.split("; ")):
        raised, _, answered = part.removesuffix(" on").partition(" to ")
        made.append(
            OpenObjection(
                date.fromisoformat(f"2026-{raised}"), date.fromisoformat(f"2026-{answered}") if answered else None
            )
        )
    return made


@each_row
def test_a_notice_of_working_days_from_friday_23_october(row: Row) -> None:
    """
    | case                                   | days | objections                   | last  |
    |----------------------------------------|------|------------------------------|-------|
    | one day                                | 1    |                              | 10-23 |
    | over a weekend                         | 2    |                              | 10-26 |
    | five days                              | 5    |                              | 10-29 |
    | both ends of an objection stand still  | 5    | 10-26 to 10-28               | 11-03 |
    | raised and answered on one day         | 5    | 10-27 to 10-27               | 10-30 |
    | two that share days                    | 5    | 10-26 to 10-28; 10-27 to 10-29 | 11-04 |
    | raised on the weekend, answered on it  | 5    | 10-24 to 10-25               | 10-29 |
    | without an answer                      | 5    | 10-27 on                     | none  |
    | without an answer, after the last day  | 5    | 10-30 on                     | 10-29 |
    | raised on the last day                 | 5    | 10-29 on                     | none  |
    | answered, while another one is open    | 5    | 10-26 to 10-27; 10-28 on     | none  |
    """
    last = notice_ends(FRIDAY, int(row["days"]), weekdays, objections(row["objections"]))
    assert last == (None if row["last"] == "none" else date.fromisoformat(f"2026-{row['last']}"))


a_day = st.dates(date(2026, 9, 25), date(2026, 10, 25))
an_objection = a_day.flatmap(
    lambda raised: st.builds(OpenObjection, st.just(raised), st.none() | st.dates(raised, raised + ONE_DAY * 20))
)
a_calendar = st.frozensets(st.integers(0, 6), min_size=1).map(
    lambda free: lambda day: day.weekday() not in free or day.weekday() == 2
)


@given(a_day, st.integers(1, 20), a_calendar, st.lists(an_objection, max_size=4))
def test_a_notice_ends_where_counting_day_by_day_ends(first, working_days, is_working, raised) -> None:  # type: ignore[no-untyped-def]
    """The oracle crosses out days on paper: every day of every objection, then the free ones."""
    crossed_out = set()
    for one in raised:
        day = one.raised_on
        while day <= (one.answered_on or date(2027, 12, 31)):
            crossed_out.add(day)
            day += ONE_DAY
    left = [
        day for day in (first + ONE_DAY * offset for offset in range(300)) if is_working(day) and day not in crossed_out
    ]
    expected = left[working_days - 1] if len(left) >= working_days else None
    assert notice_ends(first, working_days, is_working, raised) == expected
    if expected is not None:
        assert days_counted(expected, first, is_working, raised) == working_days
        assert not notice_is_over(expected, first, working_days, is_working, raised)
        assert notice_is_over(expected + ONE_DAY, first, working_days, is_working, raised)
    else:
        assert not notice_is_over(date(2027, 6, 1), first, working_days, is_working, raised)


@given(a_day, st.integers(1, 20), st.lists(an_objection, max_size=3), an_objection)
def test_an_objection_never_makes_a_notice_shorter(first, working_days, raised, another) -> None:  # type: ignore[no-untyped-def]
    before = notice_ends(first, working_days, weekdays, raised)
    after = notice_ends(first, working_days, weekdays, [*raised, another])
    assume(before is not None)
    assert after is None or after >= before  # type: ignore[operator]


def test_a_calendar_without_working_days_lets_no_notice_end() -> None:
    assert notice_ends(FRIDAY, 1, lambda day: False) is None


def test_the_clock_stands_still_from_the_day_of_the_objection_through_the_day_of_its_answer() -> None:
    one = [OpenObjection(date(2026, 10, 26), date(2026, 10, 28))]
    runs = [clock_runs_on(date(2026, 10, day), one) for day in (25, 26, 27, 28, 29)]
    assert runs == [True, False, False, False, True]


# --- the result of an assessment

a_result = st.fractions(0, 100, max_denominator=400)
some_weights = st.sampled_from(
    [(60, 30, 10, 0), (100, 0, 0, 0), (0, 0, 0, 100), (25, 25, 25, 25), (33, 33, 34, 0), (0, 0, 0, 0)]
).map(lambda weights: dict(zip(PARTS, weights, strict=True)))


@each_row
def test_grades_by_half_open_bands(row: Row) -> None:
    """
    | result  | grade        |
    |---------|--------------|
    | 100     | excellent    |
    | 90      | excellent    |
    | 8999/100 | good        |
    | 26999/300 | good       |
    | 80      | good         |
    | 7999/100 | fair        |
    | 70      | fair         |
    | 60      | sufficient   |
    | 5999/100 | insufficient |
    | 0       | insufficient |
    """
    assert grade_of(Fraction(row["result"]), BANDS) == row["grade"]


def test_exam_sixty_performance_thirty_skill_ten() -> None:
    weights = {"exam": 60, "performance": 30, "skill": 10, "peer_review": 0}
    results = {"exam": Fraction(86), "performance": Fraction(91), "skill": Fraction(78)}
    assert overall_result(results, weights) == Fraction(867, 10)
    # A part that does not weigh is left out, whatever it is.
    assert overall_result(results | {"peer_review": Fraction(0)}, weights) == Fraction(867, 10)


def test_without_weights_no_result_is_formed() -> None:
    assert overall_result({"exam": Fraction(86)}, dict.fromkeys(PARTS, 0)) is None


def test_weights_that_make_no_whole_and_parts_without_a_result_are_refused() -> None:
    assert not weights_add_up({"exam": 60, "performance": 30})
    with pytest.raises(ValueError, match="sum to 90 percent"):
        overall_result({}, {"exam": 60, "performance": 30})
    weights = {"exam": 60, "performance": 0, "skill": 30, "peer_review": 10}
    assert lacking_parts({"skill": Fraction(1)}, weights) == ["exam", "peer_review"]
    with pytest.raises(ValueError, match="exam"):
        overall_result({"skill": Fraction(1)}, weights)


@given(st.fixed_dictionaries(dict.fromkeys(PARTS, a_result)), some_weights)
def test_an_overall_result_lies_between_the_results_that_weigh(results, weights) -> None:  # type: ignore[no-untyped-def]
    found = overall_result(results, weights)
    weighing = [results[part] for part, weight in weights.items() if weight]
    if not weighing:
        assert found is None
        return
    assert min(weighing) <= found <= max(weighing)
    assert found * 100 == sum(results[part] * weights[part] for part in PARTS)


def test_means_are_exact_and_the_least_mean_itself_is_enough() -> None:
    assert mean_of([4, 5, 5]) == Fraction(14, 3)
    assert mean_of([]) is None
    assert not below_least_mean(Fraction(3), 300)
    assert below_least_mean(Fraction(299, 100), 300)
    assert below_least_mean(Fraction(8999999, 3000000), 300)
    assert not below_least_mean(None, 300)
