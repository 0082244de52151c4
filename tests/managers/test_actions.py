"""Entries on conduct and compliance by two people; targets of one month."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from appraisal.actions.months import run_month_end
from common.errors import BadInput, Conflict, RuleError
from common.months import Month
from managers.actions.entries import confirm_entry, enter_entry, reject_entry
from managers.actions.targets import set_target
from managers.models import ConductEntry
from managers.queries import managers_in_office, people_in_office, targets_of_month
from organization.models import MonthClose, TrailEntry
from organization.rules import SYSTEM, Actor
from tests.cast import Cast, assemble
from tests.make import grant, make_entry, make_manager, make_target

pytestmark = pytest.mark.django_db

OCTOBER = Month(2026, 10)


@pytest.fixture
def cast() -> Cast:
    return assemble()


def enter(actor: Actor, cast: Cast, **changed: object) -> ConductEntry:
    values = {
        "manager": cast.wang,
        "happened_on": dt.date(2026, 10, 8),
        "indicator": "conduct",
        "points_hundredths": -50,
        "reason": "no report for the week",
    } | changed
    return enter_entry(actor=actor, **values)  # type: ignore[arg-type]


def target(actor: Actor, cast: Cast, **changed: object) -> object:
    values = {
        "manager": cast.wang,
        "branch": cast.south,
        "month": OCTOBER,
        "indicator": "loans_granted",
        "target_hundredths": 10_00,
        "reason": "harvest",
    } | changed
    return set_target(actor=actor, **values)  # type: ignore[arg-type]


# --- entries


def test_a_clerk_enters_a_fact_and_it_waits_as_a_draft(cast: Cast) -> None:
    entry = enter(cast.actor("chen"), cast)
    assert (entry.state, entry.made_by_id, entry.entered_on, entry.branch) == (
        "draft",
        cast.chen.pk,
        dt.date(2026, 10, 8),
        cast.south,
    )
    assert TrailEntry.objects.get().subject_key == "S101 2026-10-08 conduct 1"


def test_a_fact_of_a_closed_month_enters_on_the_first_open_day(cast: Cast) -> None:
    MonthClose.objects.create(branch=cast.south, month=dt.date(2026, 9, 1))
    run_month_end(actor=SYSTEM, branch=cast.south, month=OCTOBER.previous)
    MonthClose.objects.filter(branch=cast.south).update(
        state="closed", approved_by=cast.zhou, closed_by=cast.zhou, closed_at="2026-10-02T08:00Z", digest="0" * 64
    )
    entry = enter(cast.actor("chen"), cast, happened_on=dt.date(2026, 9, 12))
    assert (entry.happened_on, entry.entered_on) == (dt.date(2026, 9, 12), dt.date(2026, 10, 1))


@pytest.mark.parametrize("person", ["zhou", "wang", "wu", "qian", "he", "sun"])
def test_only_a_clerk_of_the_branch_enters_facts(cast: Cast, person: str) -> None:
    with pytest.raises(RuleError, match="Only a clerk of 城南信用社 enters facts"):
        enter(cast.actor(person), cast)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"points_hundredths": 50}, "Write its points below zero"),
        ({"points_hundredths": 0}, "Write its points below zero"),
        ({"indicator": "loans_granted"}, "conduct or compliance"),
        ({"reason": "  "}, "Say what happened"),
        ({"happened_on": dt.date(2019, 1, 1)}, "was no account manager on 2019-01-01"),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused_with_a_sentence(
    cast: Cast, changed: dict[str, object], sentence: str
) -> None:
    with pytest.raises(RuleError, match=sentence):
        enter(cast.actor("chen"), cast, **changed)


def test_the_director_confirms_what_the_clerk_entered(cast: Cast) -> None:
    entry = enter(cast.actor("chen"), cast)
    confirm_entry(actor=cast.actor("zhou"), entry=entry)
    entry.refresh_from_db()
    assert (entry.state, entry.decided_by) == ("confirmed", cast.zhou)


def test_a_rejected_entry_stays_on_record_and_does_not_count(cast: Cast) -> None:
    entry = enter(cast.actor("chen"), cast)
    reject_entry(actor=cast.actor("zhou"), entry=entry)
    entry.refresh_from_db()
    assert entry.state == "rejected"


def test_who_enters_a_fact_does_not_decide_about_it_even_as_director(cast: Cast) -> None:
    grant(cast.chen, "director")
    entry = enter(cast.actor("chen"), cast)
    for decide in (confirm_entry, reject_entry):
        with pytest.raises(RuleError, match="Who enters a fact does not confirm it"):
            decide(actor=cast.actor("chen"), entry=entry)


def test_a_director_who_is_a_manager_does_not_decide_about_himself(cast: Cast) -> None:
    grant(cast.wang, "director")
    entry = enter(cast.actor("chen"), cast)
    with pytest.raises(RuleError, match="Nobody decides about himself or herself"):
        confirm_entry(actor=cast.actor("wang"), entry=entry)


@pytest.mark.parametrize("person", ["chen", "wang", "wu", "qian", "he", "sun"])
def test_only_the_director_of_the_branch_decides(cast: Cast, person: str) -> None:
    entry = make_entry(cast.wang, "2026-10-08", -50)
    with pytest.raises(RuleError, match="Only the director of 城南信用社 decides about entries"):
        confirm_entry(actor=cast.actor(person), entry=entry)


def test_the_system_decides_nothing(cast: Cast) -> None:
    entry = make_entry(cast.wang, "2026-10-08", -50)
    with pytest.raises(RuleError, match="Only the director"):
        confirm_entry(actor=SYSTEM, entry=entry)


def test_a_decided_entry_is_not_decided_again_and_the_sentence_says_who_did(cast: Cast) -> None:
    entry = make_entry(cast.wang, "2026-10-08", -50, confirmed_by=cast.zhou)
    with pytest.raises(Conflict, match="周建国 has confirmed this entry at "):
        reject_entry(actor=cast.actor("zhou"), entry=entry)


def test_confirming_makes_the_computed_month_stale(cast: Cast) -> None:
    entry = enter(cast.actor("chen"), cast)
    run_month_end(actor=cast.actor("chen"), branch=cast.south, month=OCTOBER)
    confirm_entry(actor=cast.actor("zhou"), entry=entry)
    assert MonthClose.objects.get(branch=cast.south, month=OCTOBER.first_day).stale


@pytest.mark.parametrize(
    "change",
    [
        "state = 'confirmed', decided_by_id = made_by_id, decided_at = now()",
        "state = 'confirmed', decided_by_id = manager_id, decided_at = now()",
        "state = 'confirmed'",
        "points_hundredths = 0",
    ],
)
def test_raw_sql_decides_no_entry_alone(cast: Cast, change: str) -> None:
    enter(cast.actor("chen"), cast)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE managers_conductentry SET {change}")


# --- targets


def test_the_director_sets_the_target_of_one_month_and_says_why(cast: Cast) -> None:
    run_month_end(actor=SYSTEM, branch=cast.south, month=OCTOBER)
    target(cast.actor("zhou"), cast)
    target(cast.actor("zhou"), cast, target_hundredths=12_00, reason="flood")
    assert cast.wang.targets.get().target_hundredths == 12_00
    assert '"reason":[null,"flood"]' in TrailEntry.objects.filter(action="set_target").latest("seq").body
    assert MonthClose.objects.get(branch=cast.south).stale


@pytest.mark.parametrize(
    ("changed", "error", "sentence"),
    [
        ({"target_hundredths": 0}, RuleError, "A target is above zero"),
        ({"indicator": "conduct"}, BadInput, "This indicator has no target"),
        ({"reason": ""}, BadInput, "Say why"),
        ({"month": Month(2019, 3)}, RuleError, "was no account manager of 城南信用社 in 2019-03"),
    ],
)
def test_a_target_that_makes_no_sense_is_refused_with_a_sentence(
    cast: Cast, changed: dict[str, object], error: type[RuleError], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        target(cast.actor("zhou"), cast, **changed)


def test_nobody_sets_an_own_target(cast: Cast) -> None:
    grant(cast.wang, "director")
    with pytest.raises(RuleError, match="Nobody decides about himself or herself"):
        target(cast.actor("wang"), cast)


@pytest.mark.parametrize("person", ["chen", "wang", "wu", "qian", "he", "sun"])
def test_only_the_director_of_the_branch_sets_targets(cast: Cast, person: str) -> None:
    with pytest.raises(RuleError, match="Only the director of 城南信用社 sets targets"):
        target(cast.actor(person), cast)


# --- who was in office


def test_an_office_that_ended_and_one_that_followed_are_one(cast: Cast) -> None:
    appointment = cast.wang.appointments.get()
    appointment.last_day = dt.date(2026, 10, 10)
    appointment.save(update_fields=["last_day"])
    appointment.contracts.update(last_day=dt.date(2026, 10, 10))
    cast.wang.appointments.create(branch=cast.south, first_day=dt.date(2026, 10, 21))
    wang = next(one for one in managers_in_office(cast.south, OCTOBER) if one.employee_no == "S101")
    assert (wang.first_day, wang.days_in_office, wang.on_last_day) == (dt.date(2026, 10, 1), 21, True)
    assert wang.contract_id is None  # the second office has none yet


def test_managers_of_other_months_and_other_branches_are_not_in_office(cast: Cast) -> None:
    make_manager(cast.south, "S103", last="2026-09-30")
    make_manager(cast.south, "S104", first="2026-11-01")
    assert [one.employee_no for one in managers_in_office(cast.south, OCTOBER)] == ["S101", "S102"]
    assert [one.employee_no for one in people_in_office(cast.south, OCTOBER)] == ["S101", "S102"]


def test_targets_of_another_month_do_not_count(cast: Cast) -> None:
    make_target(cast.wang, "loans_granted", "5.00", month=OCTOBER.next)
    managers = managers_in_office(cast.south, OCTOBER)
    assert targets_of_month(cast.south, OCTOBER, managers)[cast.wang.pk] == {}
