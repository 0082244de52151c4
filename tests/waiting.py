"""Waiting on a condition, which is the only waiting that tests do."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_until(condition: Callable[[], T], timeout: float = 60, *, what: str = "") -> T:
    """What the condition returns, as soon as that is true. Fails after the timeout, which a good run never reaches."""
    deadline = time.monotonic() + timeout
    while not (found := condition()):
        assert time.monotonic() < deadline, f"Waited {timeout} s in vain for {what or condition}."
        time.sleep(0.01)
    return found
