"""A few rounds of killing, one for each piece of work; `python -m tests.faults --rounds 100` plays many."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.__main__ import build
from tests.faults.kills import STAGES, VICTIMS, Plan, World, plans


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder: Path = tmp_path_factory.mktemp("faults") / "world"
    folder.mkdir(mode=0o711)
    build(folder)
    return World(folder)


@pytest.mark.parametrize(
    "plan",
    [
        Plan(1, "import", "everything", "begun", 0.2),
        Plan(2, "month_end", "database", "begun", 0.05),
        Plan(3, "closing", "web server", "asked", 0.15),
        Plan(4, "workbook", "worker", "begun", 0.05),
    ],
    ids=lambda plan: f"{plan.stage} and the {plan.victim}",
)
def test_killed_in_the_middle_the_work_ends_by_itself_as_if_nothing_had_happened(world: World, plan: Plan) -> None:
    played = world.play(plan)
    assert played.differences == []


def test_a_hundred_rounds_meet_every_piece_of_work_with_every_victim() -> None:
    met = {(plan.stage, plan.victim) for plan in plans(100, seed=1)}
    assert met == {(stage, victim) for stage in STAGES for victim in VICTIMS}
    assert list(plans(100, seed=1)) == list(plans(100, seed=1))
