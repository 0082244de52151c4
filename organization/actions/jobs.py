"""Jobs: asking for one, working on it, and taking up again what nobody works on any more."""

from __future__ import annotations

import contextlib
import datetime as dt
import math
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any

import psycopg
from django.conf import settings
from django.db import Error, InterfaceError, close_old_connections, connections, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import RuleError
from organization.models import Branch, Job
from organization.queries import actor_of
from organization.rules import SYSTEM, Actor

MAX_ATTEMPTS = 5
LEAST_SECONDS_BETWEEN = 0.5


def request_job(
    *,
    actor: Actor,
    kind: str,
    title: str,
    branch: Branch | None = None,
    arguments: dict[str, Any] | None = None,
    parent: Job | None = None,
    total: int = 0,
) -> Job:
    """A new job that waits for a worker. The caller rings the bell (common.bell.ring) with its kind and number."""
    return Job.objects.create(
        kind=kind,
        title=title,
        branch=branch,
        arguments=arguments or {},
        parent=parent,
        requested_by_id=actor.employee_id,
        created_at=timezone.now(),
        total=total,
    )


class Progress:
    """How a piece of work says how far it is: done of total and what is being done, seen by pages at once.

    Written on a connection of its own, so that it shows while the work's transaction is still open, and at most twice a
    second, so that work may report as often as it likes.
    """

    def __init__(self, job_id: int | None) -> None:
        self.job_id = job_id
        self.written_at = -math.inf

    def __call__(self, done: int, total: int, message: str = "") -> None:
        now = time.monotonic()
        if self.job_id is not None and (now - self.written_at >= LEAST_SECONDS_BETWEEN or done >= total):
            self.written_at = now
            _write_aside(self.job_id, done=done, total=total, message=message[:300])


NO_PROGRESS = Progress(None)


@contextlib.contextmanager
def working_on(job_id: int) -> Iterator[tuple[Job, Actor, Progress] | None]:
    """Takes the job if it is there to be taken, beats its heart meanwhile, and writes how it ended.

    Yields None where somebody else works on it or it is finished (the task was delivered twice): then do nothing.
    A RuleError becomes the job's message; anything else too, and is raised for the log. Work whose database went away
    is left to the sweep, which has it tried again.
    """
    job = _claim(job_id)
    if job is None:
        yield None
        return
    stop = threading.Event()
    heart = threading.Thread(target=_beat, args=(job.pk, job.attempts, stop), daemon=True)
    heart.start()
    try:
        yield job, _requester(job), Progress(job.pk)
    except RuleError as error:
        _finish(job, Job.State.FAILED, message=str(error.sentence))
    except BaseException as error:
        if not _is_cut_off(error):
            _finish(job, Job.State.FAILED, message=_("The work broke off: %(error)s") % {"error": type(error).__name__})
        raise
    else:
        _finish(job, Job.State.DONE)
    finally:
        stop.set()
        heart.join()


def sweep_jobs() -> list[tuple[str, int]]:
    """Puts jobs back into the queue whose heart has stopped, and names all that wait: kind and number, to ring for.

    A job that has died MAX_ATTEMPTS times fails, so that a file that kills its worker does not kill it for ever.
    Hearts beat by the clock of the database, the same for all machines; a beat that lies ahead of it was made before the
    clock was put back, and a heart that lives has written an earlier one by now.
    """
    patience = dt.timedelta(seconds=settings.JOB_DEAD_AFTER_SECONDS)
    silent = Q(heartbeat_at__lt=Now() - patience) | Q(heartbeat_at__gt=Now() + patience)
    dead = Q(silent, state=Job.State.RUNNING)
    for job in Job.objects.filter(dead, attempts__gte=MAX_ATTEMPTS):
        _finish(
            job, Job.State.FAILED, message=_("The worker died %(count)s times at this job.") % {"count": MAX_ATTEMPTS}
        )
    Job.objects.filter(dead).update(state=Job.State.QUEUED)
    waiting = Job.objects.filter(state=Job.State.QUEUED).exclude(kind="").order_by("pk")
    return list(waiting.values_list("kind", "pk"))


def _is_cut_off(error: BaseException) -> bool:
    """Whether the connection to the database has broken (a restart, a cut line), which says nothing about the work."""
    cause = error.__cause__ if isinstance(error, Error) else error
    if isinstance(error, InterfaceError) or isinstance(cause, psycopg.InterfaceError):
        return True
    state = getattr(cause, "sqlstate", None)
    return isinstance(cause, psycopg.OperationalError) and (state is None or state[:2] == "08" or state[:3] == "57P")


def _claim(job_id: int) -> Job | None:
    with transaction.atomic():
        free = Job.objects.select_for_update(skip_locked=True).filter(pk=job_id, state=Job.State.QUEUED)
        job = free.first()
        if job is None:
            return None
        job.state, job.started_at, job.attempts = Job.State.RUNNING, timezone.now(), job.attempts + 1
        job.save(update_fields=["state", "started_at", "attempts"])
        Job.objects.filter(pk=job_id).update(heartbeat_at=Now())
        return job


def _requester(job: Job) -> Actor:
    return SYSTEM if job.requested_by is None else actor_of(job.requested_by)


def _beat(job_id: int, attempt: int, stop: threading.Event) -> None:
    """Keeps the heartbeat young; a beat that the database refuses is made up by the next."""
    try:
        while not stop.wait(settings.JOB_HEARTBEAT_SECONDS):
            with contextlib.suppress(Exception):
                close_old_connections()
                Job.objects.filter(pk=job_id, attempts=attempt).update(heartbeat_at=Now())
    finally:
        connections.close_all()


def _write_aside(job_id: int, **fields: Any) -> None:
    """Writes on another connection than the work's, which may be inside its transaction for minutes."""

    def write() -> None:
        try:
            Job.objects.filter(pk=job_id).update(heartbeat_at=Now(), **fields)
        finally:
            connections.close_all()

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()


def _finish(job: Job, state: str, message: str | None = None) -> None:
    """Ends the job, only if this attempt still holds it, and counts it in its parent."""
    with transaction.atomic():
        fields: dict[str, Any] = {"state": state, "finished_at": timezone.now()}
        if message is not None:
            fields["message"] = message[:300]
        held = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)
        if held.update(**fields) and job.parent_id:
            _count_in_parent(job.parent_id)


def _count_in_parent(parent_id: int) -> None:
    parent = Job.objects.select_for_update().get(pk=parent_id)
    states = list(parent.children.values_list("state", flat=True))
    ended: Iterable[str] = (Job.State.DONE, Job.State.FAILED)
    parent.done, parent.total = sum(state in ended for state in states), len(states)
    if parent.done == parent.total:
        failed = parent.children.filter(state=Job.State.FAILED).exists()
        parent.state, parent.finished_at = (Job.State.FAILED if failed else Job.State.DONE), timezone.now()
        if failed:
            parent.message = parent.children.filter(state=Job.State.FAILED).values_list("message", flat=True)[0]
    parent.save(update_fields=["done", "total", "state", "finished_at", "message"])
    Job.objects.filter(pk=parent.pk, started_at__isnull=True).update(started_at=F("created_at"))
