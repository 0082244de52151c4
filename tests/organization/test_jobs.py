"""Jobs: taken once, ended once, taken up again when nobody works on them any more (architecture.md, Jobs)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from common.errors import RuleError
from organization.actions.jobs import MAX_ATTEMPTS, request_job, sweep_jobs, working_on
from organization.models import Job
from organization.rules import SYSTEM
from tests.english import english

__all__ = ["english"]


@pytest.fixture
def job(own_database: str) -> Job:
    return request_job(actor=SYSTEM, kind="a.task", title="work")


def now_of(job: Job) -> tuple[str, int, str]:
    job.refresh_from_db()
    return job.state, job.attempts, job.message


def stop_its_heart(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - dt.timedelta(minutes=5))


def test_a_job_is_taken_once_however_often_its_task_is_delivered(job: Job) -> None:
    with working_on(job.pk) as work:
        assert work is not None
        with working_on(job.pk) as again:
            assert again is None
    with working_on(job.pk) as afterwards:
        assert afterwards is None
    assert now_of(job) == ("done", 1, "")


def test_a_refusal_is_the_job_s_message(job: Job) -> None:
    with working_on(job.pk):
        raise RuleError("The file is gone.")
    assert now_of(job) == ("failed", 1, "The file is gone.")


def test_what_nobody_foresaw_fails_the_job_and_is_raised_for_the_log(job: Job) -> None:
    with pytest.raises(ZeroDivisionError), working_on(job.pk):
        _ = 1 // 0
    assert now_of(job) == ("failed", 1, "The work broke off: ZeroDivisionError")


def test_a_wrong_statement_fails_the_job(job: Job) -> None:
    with pytest.raises(DatabaseError), working_on(job.pk):
        connection.cursor().execute("SELECT 1 / 0")
    assert now_of(job)[0] == "failed"


def test_work_whose_connection_was_cut_is_tried_again(job: Job) -> None:
    with pytest.raises(DatabaseError), working_on(job.pk):
        connection.cursor().execute("SELECT pg_terminate_backend(pg_backend_pid())")
    connection.close()
    assert now_of(job) == ("running", 1, "")
    assert sweep_jobs() == []  # its heart has beaten a moment ago
    stop_its_heart(job)
    assert sweep_jobs() == [("a.task", job.pk)]
    with working_on(job.pk) as work:
        assert work is not None
    assert now_of(job) == ("done", 2, "")


def test_a_heart_that_stopped_before_the_clock_was_put_back_does_not_look_alive_for_an_hour(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(
        state="running", attempts=1, heartbeat_at=timezone.now() + dt.timedelta(minutes=59)
    )
    assert sweep_jobs() == [("a.task", job.pk)]


def test_a_job_that_is_being_worked_on_is_left_alone(job: Job) -> None:
    with working_on(job.pk):
        assert sweep_jobs() == []
        assert now_of(job)[0] == "running"


def test_a_job_that_kills_its_worker_does_not_do_so_for_ever(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(state="running", attempts=MAX_ATTEMPTS)
    stop_its_heart(job)
    assert sweep_jobs() == []
    assert now_of(job) == ("failed", MAX_ATTEMPTS, f"The worker died {MAX_ATTEMPTS} times at this job.")


def test_an_attempt_that_was_given_up_does_not_end_the_next_one(job: Job) -> None:
    with working_on(job.pk):
        stop_its_heart(job)
        sweep_jobs()
        with working_on(job.pk) as second:
            assert second is not None
            second[2](1, 2, "half")
            assert now_of(job)[:2] == ("running", 2)
    assert now_of(job)[:2] == ("done", 2)


def test_a_queued_job_is_named_until_somebody_takes_it(job: Job) -> None:
    assert sweep_jobs() == [("a.task", job.pk)] == sweep_jobs()
