"""Long work of the import centre; each task takes the number of a job."""

from celery import shared_task

from organization.actions.batches import apply_batch, preview_batch
from organization.actions.jobs import working_on
from organization.models import ImportBatch


@shared_task(name="desk.preview_batch")
def preview_batch_task(job_id: int) -> None:
    """Checks the rows of a file that was uploaded."""
    with working_on(job_id) as work:
        if work:
            job, actor, progress = work
            batch = ImportBatch.objects.get(pk=job.arguments["batch"])
            preview_batch(actor=actor, batch=batch, progress=progress, repeated=job.attempts > 1)


@shared_task(name="desk.apply_batch")
def apply_batch_task(job_id: int) -> None:
    """Brings the checked rows of a file in."""
    with working_on(job_id) as work:
        if work:
            job, actor, progress = work
            batch, accept = ImportBatch.objects.get(pk=job.arguments["batch"]), job.arguments["accept_good_rows"]
            again = job.attempts > 1
            apply_batch(actor=actor, batch=batch, accept_good_rows=accept, progress=progress, repeated=again)
