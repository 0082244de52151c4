"""The month end as a job: the same action, once, whatever the bell does."""

from __future__ import annotations

import pytest

from appraisal.actions.months import approve_month, request_month_end, run_month_end
from appraisal.models import ScoreCard
from appraisal.tasks import month_end_branch
from organization.models import Job, MonthClose, TrailEntry
from tests.appraisal.stages import SEPTEMBER, close, play_the_example, retire
from tests.cast import Cast, assemble


@pytest.fixture
def cast(own_database: str) -> Cast:
    cast = assemble()
    retire(cast.li)
    play_the_example(cast)
    return cast


def test_the_job_computes_the_month_as_who_asked_for_it_and_keeps_the_summary(cast: Cast) -> None:
    parent = request_month_end(actor=cast.actor("chen"), branches=[cast.south], month=SEPTEMBER)
    month_end_branch(parent.children.get().pk)
    child = Job.objects.get(parent=parent)
    assert (child.state, child.done, child.total) == ("done", 3, 3)
    assert (child.result["branch_code"], child.result["accounts"], child.result["managers"]) == ("S01", 1, 1)
    parent.refresh_from_db()
    assert (parent.state, parent.done, parent.total) == ("done", 1, 1)
    assert MonthClose.objects.get(branch=cast.south, month=SEPTEMBER.first_day).computed_by == cast.chen
    assert ScoreCard.objects.get().total_hundredths == 79_75


def test_a_task_that_is_delivered_twice_computes_once(cast: Cast) -> None:
    child = request_month_end(actor=cast.actor("chen"), branches=[cast.south], month=SEPTEMBER).children.get()
    month_end_branch(child.pk)
    first = MonthClose.objects.get(branch=cast.south, month=SEPTEMBER.first_day).computed_at
    month_end_branch(child.pk)
    assert MonthClose.objects.get(branch=cast.south, month=SEPTEMBER.first_day).computed_at == first


def test_a_job_whose_worker_died_after_the_figures_were_in_does_not_take_back_the_approval(cast: Cast) -> None:
    child = request_month_end(actor=cast.actor("chen"), branches=[cast.south], month=SEPTEMBER).children.get()
    month_end_branch(child.pk)
    approve_month(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER)
    Job.objects.filter(pk=child.pk).update(state="queued")  # as the sweep finds it
    month_end_branch(child.pk)
    assert MonthClose.objects.get(branch=cast.south, month=SEPTEMBER.first_day).state == "approved"
    assert TrailEntry.objects.filter(action="run_month_end").count() == 1
    assert Job.objects.get(pk=child.pk).state == "done"


def test_a_month_that_was_closed_meanwhile_fails_the_job_with_its_sentence(cast: Cast) -> None:
    child = request_month_end(actor=cast.actor("chen"), branches=[cast.south], month=SEPTEMBER).children.get()
    run_month_end(actor=cast.actor("chen"), branch=cast.south, month=SEPTEMBER)
    close(cast.actor("zhou"), cast.south)
    month_end_branch(child.pk)
    child.refresh_from_db()
    assert child.state == "failed"
    assert child.message.startswith("周建国 has closed 2026-09 of 城南信用社")
