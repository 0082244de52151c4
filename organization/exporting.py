"""Taking a list away as a file: short lists at once, long ones by a job."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.http import FileResponse, HttpResponseBase
from django.shortcuts import redirect

from common.bell import ring
from common.lists import Listing
from common.tables import chosen_columns, export_table
from common.views import month_of
from organization.actions.exports import request_export
from organization.actions.people import note_export
from organization.queries import latest_month
from organization.requests import Request


def export_list(request: Request, listing: Listing, kind: str) -> HttpResponseBase:
    """What the address filters and the columns it names, as a file; of very many rows a job that writes it.

    Shape: a file that is handed out here is on the trail now, one that a job writes when it is fetched.
    """
    found, title = listing.filtered(request).qs, str(listing.title(request))
    if found.order_by()[: settings.EXPORT_ROWS_AT_ONCE + 1].count() > settings.EXPORT_ROWS_AT_ONCE:
        return _by_a_job(request, listing, kind, title)
    note_export(actor=request.actor, subject=listing.subject, kind=kind, query=request.GET.urlencode())
    columns = chosen_columns(request.GET)
    file: FileResponse = export_table(
        listing.table, found, title=title, kind=kind, order=listing.order, columns=columns
    )
    return file


def _by_a_job(request: Request, listing: Listing, kind: str, title: str) -> HttpResponseBase:
    query = request.GET.copy()
    # The worker knows no month that a person looked at last.
    query["month"] = str(month_of(request, partial(latest_month, request.actor)))
    job = request_export(actor=request.actor, subject=listing.subject, kind=kind, title=title, query=query.urlencode())
    ring(job.kind, job.pk)
    return redirect("organization:job_detail", job.pk)
