"""Days in office and the sign of entries."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from common.months import Month
from managers.models import Indicator
from managers.rules import (
    INDICATOR_KINDS,
    Term,
    days_in_office,
    entry_sign_fits,
    first_day_out_of_office,
    in_office_on,
)
from tests.spec.tables import Row, each_row

MARCH = Month(2026, 3)
a_day = st.dates(date(2026, 2, 20), date(2026, 4, 10))
a_term = a_day.flatmap(lambda first: st.builds(Term, st.just(first), st.none() | st.dates(first, date(2026, 4, 20))))
some_terms = st.lists(a_term, max_size=3)


def parsed(text: str) -> list[Term]:
    """Terms of a cell such as "03-05 to 03-20; 03-25 on"."""
    made = []
    for part in filter(None, text.split("; ")):
        first, _, last = part.removesuffix(" on").partition(" to ")
        made.append(Term(date.fromisoformat(f"2026-{first}"), date.fromisoformat(f"2026-{last}") if last else None))
    return made


@each_row
def test_days_in_office_in_march(row: Row) -> None:
    """
    | case                      | terms                          | suspensions    | days |
    |---------------------------|--------------------------------|----------------|------|
    | all month                 | 01-01 on                       |                | 31   |
    | appointed on the 17th     | 03-17 on                       |                | 15   |
    | left on the 17th          | 01-01 to 03-17                 |                | 17   |
    | one day                   | 03-31 to 03-31                 |                | 1    |
    | out and back              | 01-01 to 03-10; 03-21 on       |                | 21   |
    | terms that share days     | 01-01 to 03-10; 03-05 to 03-20 |                | 20   |
    | suspended for a week      | 01-01 on                       | 03-02 to 03-08 | 24   |
    | suspended and not back    | 01-01 on                       | 03-02 on       | 1    |
    | suspended before the term | 03-17 on                       | 03-01 to 03-16 | 15   |
    | never                     |                                |                | 0    |
    | another month             | 04-01 on                       |                | 0    |
    """
    assert days_in_office(MARCH, parsed(row["terms"]), parsed(row["suspensions"])) == int(row["days"])


@given(a_day, st.none() | st.integers(0, 40), some_terms, some_terms)
def test_the_first_day_out_of_office_is_found_as_by_looking_at_every_day(
    first_day: date, length: int | None, terms: list[Term], suspensions: list[Term]
) -> None:
    last_day = None if length is None else first_day + timedelta(length)
    # After April every term is over or open, so that the days until May stand for all that follow.
    looked_at = last_day or date(2026, 5, 31)
    out = [
        day
        for day in (first_day + timedelta(offset) for offset in range((looked_at - first_day).days + 1))
        if not in_office_on(day, terms, suspensions)
    ]
    assert first_day_out_of_office(first_day, last_day, terms, suspensions) == (out[0] if out else None)


@each_row
def test_entries_have_the_sign_of_their_rule(row: Row) -> None:
    """
    | rule         | points | fits |
    |--------------|--------|------|
    | deduction    | -150   | yes  |
    | deduction    | 150    | no   |
    | deduction    | 0      | no   |
    | bonus        | 150    | yes  |
    | bonus        | -150   | no   |
    | bonus        | 0      | no   |
    | proportional | -150   | no   |
    | proportional | 150    | no   |
    """
    assert entry_sign_fits(row["rule"], int(row["points"])) == (row["fits"] == "yes")


def test_every_indicator_of_the_vocabulary_has_a_kind() -> None:
    assert set(INDICATOR_KINDS) == set(Indicator.values)
