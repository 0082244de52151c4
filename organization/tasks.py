"""The sweep: the one task that nobody asks for."""

from celery import shared_task

from common.bell import ring_now
from organization.actions.jobs import sweep_jobs as sweep


@shared_task(name="organization.sweep_jobs")
def sweep_jobs() -> None:
    """Takes up again what waits or has died."""
    for kind, job_id in sweep():
        ring_now(kind, job_id)
