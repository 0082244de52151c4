"""Long work that a person may look at while it goes on, and the file that it leaves."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET
from django_htmx.http import HttpResponseClientRefresh

from common.views import get_visible
from organization import queries
from organization.actions.people import note_export
from organization.models import Job
from organization.requests import Request


def job_detail(request: Request, pk: int) -> HttpResponse:
    """The job's page; asked for by a page that shows its bar, only the bar, and a fresh page once it has ended."""
    job = get_visible(Job.objects.select_related("branch", "requested_by", "parent"), request.actor, pk=pk)
    if not request.htmx:
        file = queries.file_of_job(request.actor, job)
        return render(request, "jobs/job_detail.html", {"job": job, "parts": queries.parts_of_job(job), "file": file})
    if job.finished_at is not None:
        return HttpResponseClientRefresh()
    return render(request, "jobs/progress.html", {"job": job})


@require_GET
def job_file(request: Request, pk: int) -> HttpResponseBase:
    """The list that the job has written; whoever takes it away is on the trail, with the filter."""
    job = get_visible(Job, request.actor, pk=pk)
    file = queries.file_of_job(request.actor, job)
    if file is None:
        raise Http404
    asked = job.arguments
    note_export(actor=request.actor, subject=asked["list"], kind=asked["kind"], query=asked["query"])
    response = StreamingHttpResponse(queries.file_pieces(file), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, file.name)
    response.headers["Content-Length"] = str(file.size_bytes)
    return response
