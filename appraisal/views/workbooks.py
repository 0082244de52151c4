"""Workbooks of a month: asking a worker for one, and downloading what is kept."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from appraisal.actions.workbooks import request_workbook
from appraisal.models import Workbook
from common.bell import ring
from common.errors import RuleError
from common.months import Month
from common.views import get_visible, refuse
from organization.actions.people import note_export
from organization.models import BUSINESS_ROLES, Branch
from organization.queries import file_pieces
from organization.requests import Request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_POST
def workbook_make(request: Request, branch_code: str, month: Month) -> HttpResponse:
    readers = Branch.objects.reached_by(request.actor, *BUSINESS_ROLES)
    branch = get_visible(readers, request.actor, branch_code=branch_code)
    try:
        job = request_workbook(actor=request.actor, branch=branch, month=month)
    except RuleError as error:
        return refuse(request, error, "appraisal:month_detail", branch_code, month)
    ring(job.kind, job.pk)
    return redirect("appraisal:month_detail", branch_code, month)


@require_GET
def workbook_download(request: Request, pk: int) -> HttpResponseBase:
    """The file as it was made; whoever takes it away is on the trail."""
    workbook = get_visible(Workbook.objects.select_related("file"), request.actor, pk=pk)
    note_export(actor=request.actor, subject="appraisal.Workbook", kind="xlsx", query=workbook.file.sha256)
    response = StreamingHttpResponse(file_pieces(workbook.file), content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, workbook.file.name)
    response.headers["Content-Length"] = str(workbook.file.size_bytes)
    return response
