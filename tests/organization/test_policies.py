"""What a branch decides for itself: policies from a day on, and its calendar."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from common.errors import BadInput, RuleError
from organization.actions.policies import mark_day, set_policy, unmark_day
from organization.models import Branch, Employee, Holiday, Policy, TrailEntry
from organization.queries import (
    calendar_of,
    holders_of,
    policies_in_force,
    policies_of,
    policy_of_each,
    union_of,
    working_days_of,
    working_days_of_each,
)
from tests.cast import Cast
from tests.english import english
from tests.make import make_branch, make_user

__all__ = ["english"]

DAYS = "notice_working_days"
LABOUR_DAY, SHIFTED_SATURDAY = dt.date(2026, 5, 1), dt.date(2026, 5, 9)


def decide(cast: Cast, branch: Branch, value: int, *, who: str = "wu", name: str = DAYS, later: int = 0) -> Policy:
    first_day = timezone.localdate() + dt.timedelta(days=later)
    return set_policy(
        actor=cast.actor(who), branch=branch, name=name, value=value, first_day=first_day, reason="agreed"
    )


def in_force(branch: Branch, name: str = DAYS, later: int = 0) -> tuple[int, str]:
    day = timezone.localdate() + dt.timedelta(days=later)
    found = next(one for one in policies_in_force(branch, day) if one.name == name)
    assert policies_of(branch, day)[name] == found.value == policy_of_each([branch.pk], name, day)[branch.pk]
    return found.value, found.row.branch.name if found.row else "default"


def client_of(employee: Employee) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(make_user(employee))
    return client


# --- policies


def test_a_value_comes_from_the_branch_else_from_above_else_from_the_settings(cast: Cast) -> None:
    assert in_force(cast.south) == (5, "default")
    decide(cast, cast.union, 7)
    assert in_force(cast.south) == (7, "县联社")
    decide(cast, cast.south, 3, who="zhou")
    # The union decides later, and the branch's own still has the word.
    decide(cast, cast.union, 9, later=1)
    assert in_force(cast.south) == in_force(cast.south, later=1) == (3, "城南信用社")
    assert in_force(cast.north) == (7, "县联社")
    assert in_force(cast.north, later=1) == (9, "县联社")
    coming = {one.name: one.coming for one in policies_in_force(cast.union, timezone.localdate())}
    assert coming[DAYS] is not None
    assert coming[DAYS].value == 9


def test_every_policy_has_a_default_within_its_limits() -> None:
    for name, kind in settings.POLICIES.items():
        assert kind.lowest <= kind.default <= kind.highest, name
        assert kind.words(kind.default)


@pytest.mark.parametrize("person", ["chen", "wang", "sun", "qian", "he", "song"])
def test_only_director_and_supervisor_decide_about_their_branch(cast: Cast, person: str) -> None:
    with pytest.raises(RuleError, match="Your roles do not decide"):
        decide(cast, cast.south, 7, who=person)


def test_only_a_supervisor_switches_the_system_on(cast: Cast) -> None:
    with pytest.raises(RuleError, match="Your roles do not decide"):
        decide(cast, cast.south, 1, who="zhou", name="runs_scheme")
    assert decide(cast, cast.lake, 1, name="runs_scheme").value == 1


def test_a_policy_outside_its_limits_in_the_past_or_without_a_reason_is_refused(cast: Cast) -> None:
    for value in (0, 61):
        with pytest.raises(BadInput, match="Give a value from 1 to 60"):
            decide(cast, cast.south, value)
    with pytest.raises(RuleError, match="from today or a later day"):
        decide(cast, cast.south, 7, later=-1)
    with pytest.raises(BadInput, match="There is no policy"):
        decide(cast, cast.south, 7, name="weather")
    decide(cast, cast.south, 7)
    with pytest.raises(RuleError, match="set from that day already"):
        decide(cast, cast.south, 8)
    assert TrailEntry.objects.filter(action="set_policy").count() == 1


def test_a_director_sets_a_policy_in_the_browser_and_others_read_it(cast: Cast) -> None:
    url = reverse("organization:policy_detail", args=[DAYS, "S01"])
    director = client_of(cast.zhou)
    today = timezone.localdate()
    refused = director.post(url, {"value": "99", "first_day": today.isoformat(), "reason": "so that all can read it"})
    assert "so that all can read it" in refused.content.decode()
    done = director.post(url, {"value": "8", "first_day": today.isoformat(), "reason": "agreed"}, follow=True)
    assert "8 working days" in done.content.decode()
    assert "this branch" in done.content.decode()
    reader = client_of(cast.wang)
    assert "agreed" in reader.get(url).content.decode()
    assert "Set this value" not in reader.get(url).content.decode()
    assert reader.get(reverse("organization:policy_list", args=["N01"])).status_code == 404
    assert reader.get(reverse("organization:policy_detail", args=["weather", "S01"])).status_code == 404


def test_a_mean_mark_is_typed_as_a_mark_and_a_switch_as_yes_or_no(cast: Cast) -> None:
    supervisor, today = client_of(cast.wu), timezone.localdate().isoformat()
    for name, value in (("least_mean_mark_hundredths", "3.5"), ("runs_scheme", "1")):
        form = {"value": value, "first_day": today, "reason": "agreed"}
        assert supervisor.post(reverse("organization:policy_detail", args=[name, "L01"]), form).status_code == 302
    found = policies_of(cast.lake)
    assert (found["least_mean_mark_hundredths"], found["runs_scheme"]) == (350, 1)
    page = supervisor.get(reverse("organization:policy_list", args=["L01"])).content.decode()
    assert "3.50" in page


# --- the calendar


def test_public_holidays_and_shifted_weekends_stand_until_a_branch_says_otherwise(cast: Cast) -> None:
    works = working_days_of(cast.south)
    assert not works(LABOUR_DAY)
    assert works(SHIFTED_SATURDAY)
    mark_day(actor=cast.actor("wu"), branch=cast.union, day=LABOUR_DAY, is_working_day=True, name="harvest")
    assert working_days_of(cast.south)(LABOUR_DAY)
    own = mark_day(actor=cast.actor("chen"), branch=cast.south, day=LABOUR_DAY, is_working_day=False, name="closed")
    assert not working_days_of(cast.south)(LABOUR_DAY)
    assert working_days_of(cast.north)(LABOUR_DAY)
    with pytest.raises(RuleError, match="in the calendar already"):
        mark_day(actor=cast.actor("zhou"), branch=cast.south, day=LABOUR_DAY, is_working_day=True, name="again")
    unmark_day(actor=cast.actor("zhou"), holiday=own)
    assert working_days_of(cast.south)(LABOUR_DAY)
    assert list(TrailEntry.objects.values_list("action", flat=True).order_by("pk")) == [
        "mark_day",
        "mark_day",
        "unmark_day",
    ]


def test_the_calendars_of_many_branches_cost_as_many_queries_as_one(cast: Cast) -> None:
    mark_day(actor=cast.actor("wu"), branch=cast.union, day=LABOUR_DAY, is_working_day=True, name="harvest")
    mark_day(actor=cast.actor("chen"), branch=cast.south, day=LABOUR_DAY, is_working_day=False, name="closed")
    many = [make_branch(parent=cast.south) for _ in range(20)]
    with CaptureQueriesContext(connection) as queries:
        found = working_days_of_each([cast.north.pk, *(one.pk for one in many)])
    assert len(queries) == 2
    assert found[cast.north.pk](LABOUR_DAY)
    assert not any(found[one.pk](LABOUR_DAY) for one in many)


def test_every_day_of_a_year_is_in_its_calendar_and_agrees_with_the_working_days(cast: Cast) -> None:
    mark_day(actor=cast.actor("chen"), branch=cast.south, day=dt.date(2024, 2, 29), is_working_day=False, name="leap")
    days = calendar_of(cast.south, 2024)
    works = working_days_of(cast.south)
    assert len(days) == 366
    assert all(one.is_working == works(one.day) for one in days)
    assert [one.day for one in days if one.mark] == [dt.date(2024, 2, 29)]


@pytest.mark.parametrize("person", ["wang", "sun", "qian", "he", "song"])
def test_only_people_of_the_branch_edit_its_calendar(cast: Cast, person: str) -> None:
    holiday = Holiday.objects.create(branch=cast.south, day=LABOUR_DAY, is_working_day=True, name="x")
    with pytest.raises(RuleError, match="Only people of 城南信用社"):
        mark_day(actor=cast.actor(person), branch=cast.south, day=SHIFTED_SATURDAY, is_working_day=False, name="x")
    with pytest.raises(RuleError, match="Only people of 城南信用社"):
        unmark_day(actor=cast.actor(person), holiday=holiday)


def test_a_clerk_marks_a_day_in_the_browser_and_takes_it_out_again(cast: Cast) -> None:
    url = reverse("organization:calendar", args=[2026, "S01"])
    clerk = client_of(cast.chen)
    page = clerk.get(url).content.decode()
    assert "Labor Day" in page
    assert "2026-02-14" in page  # a Saturday that is worked
    form = {"day": "2026-07-01", "is_working_day": "no", "name": "founding day"}
    assert "founding day" in clerk.post(url, form, follow=True).content.decode()
    assert "in the calendar already" in clerk.post(url, form).content.decode()
    holiday = Holiday.objects.get()
    taking_out = reverse("organization:day_unmark", args=["S01"])
    assert client_of(cast.sun).post(taking_out, {"day": holiday.pk}).status_code == 404
    clerk.post(taking_out, {"day": holiday.pk})
    assert not Holiday.objects.exists()
    assert "no longer" in clerk.post(taking_out, {"day": holiday.pk}, follow=True).content.decode()
    assert clerk.get(reverse("organization:calendar", args=[1492, "S01"])).status_code == 404


# --- whom to tell, and who belongs together


def test_holders_of_a_role_at_a_branch_are_those_there_and_above(cast: Cast) -> None:
    assert holders_of(cast.south.pk, "director", "supervisor") == sorted([cast.zhou.pk, cast.wu.pk])
    assert holders_of(cast.union.pk, "director") == []


def test_a_union_is_the_whole_tree_around_a_person(cast: Cast) -> None:
    make_branch("X00", kind="head_office")
    whole = {cast.union.pk, cast.south.pk, cast.north.pk, cast.lake.pk}
    assert union_of(cast.actor("song")) == union_of(cast.actor("wu")) == whole
