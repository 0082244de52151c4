"""The way into office up to the qualification: calls, applications, recommendations."""

from __future__ import annotations

import pytest

from managers.models import Application
from tests.cast import Cast
from tests.make import make_application


@pytest.mark.parametrize("state", Application.State.values)
def test_the_maker_brings_an_application_into_every_state(cast: Cast, state: str) -> None:
    row = make_application(cast.song, state)
    assert Application.objects.get(pk=row.pk).state == state
    assert [step.state_after for step in row.steps.all()][-1:] == ([state] if state != "draft" else [])
