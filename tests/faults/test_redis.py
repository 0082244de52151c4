"""Redis emptied, restarted or gone: jobs wait and are done when it is back, pages answer meanwhile (quality.md, Faults)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password

from organization.actions.jobs import request_job
from organization.models import Job, MonthClose
from organization.rules import SYSTEM
from tests.appraisal.stages import play_the_example, retire
from tests.cast import Cast
from tests.faults.people import Person
from tests.faults.stages import PASSWORD
from tests.make import make_user
from tests.programs import Program, RedisServer, WebServer, celery_worker
from tests.waiting import wait_until

MONTH = "/appraisal/S01/2026-09/"


@pytest.fixture
def environ(redis_server: RedisServer) -> dict[str, str]:
    return {"CELERY_BROKER_URL": redis_server.url, "DJANGO_SETTINGS_MODULE": "tests.faults.settings"}


@pytest.fixture
def worker(own_cast: Cast, environ: dict[str, str], tmp_path: Path) -> Iterator[Program]:
    worker = celery_worker(tmp_path, environ)
    worker.start()
    yield worker
    worker.kill()


@pytest.fixture
def clerk(own_cast: Cast, static_files: None, environ: dict[str, str], tmp_path: Path) -> Iterator[Person]:
    """Chen at a browser that waits a few seconds for an answer and no longer."""
    retire(own_cast.li)
    play_the_example(own_cast)
    user = make_user(own_cast.chen)
    user.password = make_password(PASSWORD, hasher="pbkdf2_sha256")  # the one that the program knows
    user.save()
    server = WebServer(tmp_path, environ)
    server.start()
    person = Person(server.url, own_cast.chen.employee_no, patience_seconds=15)
    person.sign_in()
    yield person
    server.stop()


def done(job: Job) -> bool:
    return Job.objects.get(pk=job.pk).state == Job.State.DONE


def test_what_is_asked_for_while_redis_is_away_waits_and_is_done_when_it_is_back(
    clerk: Person, worker: Program, redis_server: RedisServer
) -> None:
    redis_server.freeze()  # worse than none at all
    clerk.press(f"{MONTH}run/", MONTH)
    job = Job.objects.get(kind="appraisal.month_end_branch")
    assert job.state == Job.State.QUEUED
    assert "waits for a worker" in clerk.look(MONTH) or "等待" in clerk.look(MONTH)
    redis_server.kill()
    assert clerk.look(MONTH)
    redis_server.start()
    wait_until(lambda: done(job) or not worker.lives, 120, what=f"the month end; the worker says: {worker.output}")
    assert MonthClose.objects.get(branch=job.branch, month="2026-09-01").state == "computed"
    assert worker.lives, worker.output


def test_a_bell_that_was_lost_rings_again(worker: Program, redis_server: RedisServer, own_cast: Cast) -> None:
    """Redis emptied: the job stands in the database and nobody has been told."""
    retire(own_cast.li)
    play_the_example(own_cast)
    job = request_job(
        actor=SYSTEM,
        kind="appraisal.month_end_branch",
        title="Month end",
        branch=own_cast.south,
        arguments={"month": "2026-09"},
    )
    wait_until(lambda: done(job) or not worker.lives, 120, what=f"the month end; the worker says: {worker.output}")


def test_of_two_workers_one_keeps_the_schedule_and_the_other_when_that_one_is_killed(
    worker: Program, redis_server: RedisServer, own_cast: Cast, environ: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "second").mkdir()
    second = celery_worker(tmp_path / "second", environ)
    second.start()
    try:
        worker.kill()
        job = request_job(actor=SYSTEM, kind="organization.none", title="Nothing", branch=None)
        Job.objects.filter(pk=job.pk).update(state="running", attempts=99, heartbeat_at="2026-01-01T00:00:00Z")
        wait_until(
            lambda: Job.objects.get(pk=job.pk).state == Job.State.FAILED or not second.lives,
            120,
            what=f"the sweep of the second worker; it says: {second.output}",
        )
        assert second.lives, second.output
    finally:
        second.kill()
