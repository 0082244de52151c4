"""Long work that a person may look at while it goes on."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRefresh

from common.views import get_visible
from organization import queries
from organization.models import Job
from organization.requests import Request


def job_detail(request: Request, pk: int) -> HttpResponse:
    """The job's page; asked for by a page that shows its bar, only the bar, and a fresh page once it has ended."""
    job = get_visible(Job.objects.select_related("branch", "requested_by", "parent"), request.actor, pk=pk)
    if not request.htmx:
        return render(request, "jobs/job_detail.html", {"job": job, "parts": queries.parts_of_job(job)})
    if job.finished_at is not None:
        return HttpResponseClientRefresh()
    return render(request, "jobs/progress.html", {"job": job})
