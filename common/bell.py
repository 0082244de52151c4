"""The bell: tells some worker that a job row waits. The row is the truth, so a bell that does not ring loses nothing."""

from __future__ import annotations

import logging
import time
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

# How long nobody is rung for after a broker has not answered: a page that rings for thirty branches waits for it once.
SILENT_SECONDS = 15.0
_silent_until = 0.0


def ring(task: str, job_id: int) -> None:
    """Enqueues the task for the job once the transaction has committed; a broker that is away is left to the sweep."""
    transaction.on_commit(partial(ring_now, task, job_id))


def ring_now(task: str, job_id: int) -> None:
    """Enqueues at once, unless the broker has just been away."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        current_app.send_task(task, args=[job_id], retry=False)
    except (OperationalError, OSError) as error:
        _silent_until = time.monotonic() + SILENT_SECONDS
        logger.warning("The broker does not answer (%s); the sweep will find job %s.", error, job_id)
