"""What workers do for everyone: files of long lists, and the sweep, the one task that nobody asks for."""

from celery import shared_task

from common.bell import ring_now
from organization.actions.exports import do_export
from organization.actions.jobs import sweep_jobs as sweep
from organization.actions.jobs import working_on


@shared_task(name="organization.export_list")
def export_list(job_id: int) -> None:
    """A list as a file."""
    with working_on(job_id) as work:
        if work is not None:
            job, actor, progress = work
            do_export(actor=actor, job=job, progress=progress)


@shared_task(name="organization.sweep_jobs")
def sweep_jobs() -> None:
    """Takes up again what waits or has died."""
    for kind, job_id in sweep():
        ring_now(kind, job_id)
