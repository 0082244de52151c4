"""Sections of a customer's dossier: which fields they have, what changed, two versions of one, and how it stood."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.rules.dossier import (
    BASICS,
    BASICS_OF,
    FIELDS,
    SECTIONS_OF,
    TITLE_OF,
    Difference,
    Kept,
    Save,
    blank,
    changes_between,
    compared,
    differences,
    fields_of,
    kept,
    phones_of,
    replayed,
)

VALUES: st.SearchStrategy[Kept] = st.sampled_from(["", "a", "b", None, 1])
RECORDS = st.fixed_dictionaries(dict.fromkeys(("name", "position", "phone"), VALUES))


def test_every_kind_has_basic_facts_first_and_only_fields_that_there_are() -> None:
    for kind, sections in SECTIONS_OF.items():
        assert sections[0] == BASICS and set(sections) <= set(FIELDS)
        assert list(fields_of(kind, BASICS)) == list(BASICS_OF[kind])
    assert set(TITLE_OF) == set(FIELDS) - {BASICS}
    assert all(name in FIELDS[section] for section, names in TITLE_OF.items() for name in names)
    # Every basic fact belongs to some kind.
    assert {name for names in BASICS_OF.values() for name in names} == set(FIELDS[BASICS])


def test_units_have_leaders_and_households_have_land_and_family() -> None:
    assert "leaders" in SECTIONS_OF["unit"] and "family" not in SECTIONS_OF["unit"]
    for kind in ("individual", "farm_household"):
        assert {"family", "holdings"} <= set(SECTIONS_OF[kind]) and "leaders" not in SECTIONS_OF[kind]
    assert phones_of("leaders") == ("phone",) and phones_of(BASICS) == ("second_phone",)


@pytest.mark.parametrize("value", [None, "", "words", 0, 700_000_00, True, False])
def test_a_value_is_kept_as_it_is(value: Kept) -> None:
    assert kept(value) is value


def test_a_day_is_kept_as_text_and_an_instant_or_a_fraction_not_at_all() -> None:
    assert kept(dt.date(2026, 10, 5)) == "2026-10-05"
    for value in (dt.datetime(2026, 10, 5), 1.5, [1]):
        with pytest.raises(TypeError, match="no value of a dossier"):
            kept(value)


@given(before=RECORDS, after=RECORDS)
def test_changes_lead_from_what_was_to_what_is(before: dict[str, Kept], after: dict[str, Kept]) -> None:
    changed = changes_between(before, after)
    assert {**before, **{name: pair[1] for name, pair in changed.items()}} == after
    assert all(before[name] == pair[0] != pair[1] for name, pair in changed.items())
    assert changes_between(after, after) == {}


@given(opened=RECORDS, now=RECORDS, typed=RECORDS)
def test_only_what_both_have_changed_to_something_else_is_a_clash(
    opened: dict[str, Kept], now: dict[str, Kept], typed: dict[str, Kept]
) -> None:
    found = {one.field: one for one in differences(opened, now, typed)}
    for name, value in typed.items():
        mine, theirs = value != opened[name], now[name] != opened[name]
        if value == now[name]:
            assert name not in found
        else:
            assert found[name].is_clash == (mine and theirs)
            # Nothing of either side is lost: the side that has changed alone is what is offered.
            assert found[name].merged == (value if mine else now[name])


def test_where_nobody_knows_what_was_opened_every_difference_is_a_clash() -> None:
    assert differences(None, {"name": "a", "phone": "1"}, {"name": "b", "phone": "1"}) == [
        Difference("name", "\0", "a", "b")
    ]
    assert differences(None, {"name": ""}, {"name": "b"})[0].is_clash


@given(st.lists(st.tuples(st.sampled_from([1, 2]), st.sampled_from(["save", "remove"]), RECORDS), max_size=8))
def test_replaying_saves_gives_what_stands(steps: list[tuple[int, str, dict[str, Any]]]) -> None:
    stands: dict[int | None, dict[str, Kept]] = {}
    saves = []
    for key, what, record in steps:
        if what == "remove":
            if key in stands:
                saves.append(Save(key, "removed", {}))
                del stands[key]
            continue
        what = "changed" if key in stands else "added"
        before = stands.get(key, blank("leaders"))
        saves.append(Save(key, what, changes_between(before, record)))
        stands[key] = {**before, **record}
    assert replayed("leaders", saves) == stands


def test_an_entry_of_a_day_stands_beside_todays() -> None:
    then = {1: {"name": "a"}, 2: {"name": "b"}}
    today = {2: {"name": "c"}, 3: {"name": "d"}}
    one, two, three = compared(then, today)
    assert (one.entry, one.today, one.standing) == (1, None, {"name": "a"}) and not one.differing
    assert two.differing == {"name"} and two.standing == {"name": "b"}
    assert (three.then, three.standing) == (None, {"name": "d"})
