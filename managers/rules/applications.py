"""The way of an application: its number, who may do what with it, and the line that shows how far it has come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from managers.rules.states import APPLICATION_STEPS

# The candidate and the proposer write while it is with them.
EDITABLE: Final = frozenset({"draft", "returned"})
WITHDRAWABLE: Final = frozenset(state for state, steps in APPLICATION_STEPS.items() if "withdrawn" in steps)
# A colleague says yes or no once the application is handed in, until the branch has checked it.
ANSWERABLE: Final = frozenset({"submitted", "returned"})

# What a state says about the way: the stage that is reached with it.
_STAGE_OF: Final = {
    "submitted": "submitted",
    "qualified": "checked",
    "not_qualified": "checked",
    "assessed": "assessed",
    "on_notice": "notice",
    "approved": "decided",
    "rejected": "decided",
    "contracted": "contract",
    "in_office": "office",
}
STAGES: Final = ("submitted", "checked", "assessed", "notice", "decided", "contract", "office")
_LAST_STAGES: Final = {"not_qualified": "checked", "rejected": "decided"}


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the way. Shape: reached_on is none while it is ahead; is_next marks the one that the way waits for."""

    stage: str
    reached_on: dt.date | None
    is_next: bool = False


def next_application_no(year: int, latest: str | None) -> str:
    """The number after the latest one of a year: "2026-014", with at least three digits."""
    serial = int(latest.rpartition("-")[2]) + 1 if latest else 1
    return f"{year}-{serial:03d}"


def way(state: str, steps: Iterable[tuple[str, dt.date]]) -> list[Stage]:
    """The stages of an application with the days on which they were reached.

    Shape: `steps` are (state, day) in the order in which they were taken. What was returned goes its way anew: the days
    behind the hand-in are those of the last time. A way that has ended shows no stage beyond its end.
    """
    reached: dict[str, dt.date] = {}
    for step, day in steps:
        if step == "returned":
            reached = {name: one for name, one in reached.items() if name == "submitted"}
        elif stage := _STAGE_OF.get(step):
            reached[stage] = day
    shown = [Stage(name, reached.get(name)) for name in STAGES]
    if state in ("withdrawn", *_LAST_STAGES):
        return [stage for stage in shown if stage.reached_on is not None]
    waiting = "submitted" if state in EDITABLE else next((one.stage for one in shown if one.reached_on is None), "")
    return [replace(one, is_next=True) if one.stage == waiting else one for one in shown]
