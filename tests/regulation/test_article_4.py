"""Article 4: the system runs in urban branches; in others only where head office has switched it on, with day and reason."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from common.errors import RuleError
from managers.queries.headcount import runs_scheme
from organization.actions.policies import set_policy
from organization.models import TrailEntry
from tests.cast import Cast


def test_it_runs_in_urban_branches_and_not_in_rural_ones(cast: Cast) -> None:
    today = timezone.localdate()
    assert runs_scheme(cast.south, today)
    assert not runs_scheme(cast.lake, today)


def test_head_office_switches_it_on_from_a_day_and_with_a_reason(cast: Cast) -> None:
    today = timezone.localdate()
    first_day = today + dt.timedelta(days=7)
    switch = {"actor": cast.actor("wu"), "branch": cast.lake, "name": "runs_scheme", "value": 1, "first_day": first_day}
    with pytest.raises(RuleError, match="Say why"):
        set_policy(**switch, reason=" ")
    set_policy(**switch, reason="the lake branch has grown")
    assert not runs_scheme(cast.lake, first_day - dt.timedelta(days=1))
    assert runs_scheme(cast.lake, first_day)
    entry = TrailEntry.objects.get(action="set_policy")
    assert "the lake branch has grown" in entry.body
    assert entry.actor_no == cast.wu.employee_no


def test_a_director_does_not_switch_it_on(cast: Cast) -> None:
    with pytest.raises(RuleError, match="Your roles do not decide about this policy"):
        set_policy(
            actor=cast.actor("sun"),
            branch=cast.north,
            name="runs_scheme",
            value=1,
            first_day=timezone.localdate(),
            reason="we want it",
        )
