"""The bell: a broker that is away keeps nobody waiting, and a page that rings often waits once."""

from __future__ import annotations

from collections.abc import Iterator

import celery
import pytest

from common import bell
from tests.programs import free_port


@pytest.fixture
def broker_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(bell, "_silent_until", 0.0)
    before = celery.current_app._get_current_object()
    app = celery.Celery("away", broker=f"redis://127.0.0.1:{free_port()}/0", set_as_current=True)
    app.conf.broker_transport_options = {"max_retries": 0}  # as in config/settings.py
    yield
    before.set_current()


def test_a_bell_that_does_not_ring_is_left_to_the_sweep(broker_away: None, caplog: pytest.LogCaptureFixture) -> None:
    bell.ring_now("a.task", 7)
    assert "the sweep will find job 7" in caplog.text


def test_after_one_that_did_not_ring_the_next_are_not_tried_for_a_while(
    broker_away: None, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(30):
        bell.ring_now("a.task", number)
    assert len(caplog.records) == 1
