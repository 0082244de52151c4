"""What workers do for the appraisal."""

from celery import shared_task

from appraisal.actions.months import do_month_end
from appraisal.actions.workbooks import do_workbook
from organization.actions.jobs import working_on


@shared_task(name="appraisal.month_end_branch")
def month_end_branch(job_id: int) -> None:
    """The month end of one branch."""
    with working_on(job_id) as work:
        if work is not None:
            job, actor, progress = work
            do_month_end(actor=actor, job=job, progress=progress)


@shared_task(name="appraisal.export_workbook")
def export_workbook(job_id: int) -> None:
    """The workbook of one branch's month."""
    with working_on(job_id) as work:
        if work is not None:
            job, actor, progress = work
            do_workbook(actor=actor, job=job, progress=progress)
