"""Late reports: one with its evidence, confirmed as an entry about conduct or dismissed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import RuleError
from common.forms import Form, refuse_on
from common.views import get_visible
from managers.actions import late_reports as actions
from managers.forms.late_reports import ConfirmLateForm, DismissLateForm
from managers.models import LateReport
from managers.queries import late_reports as queries
from organization.requests import Request


def late_report_detail(request: Request, pk: int) -> HttpResponse:
    return _page(request, get_visible(queries.late_reports(request.actor), request.actor, pk=pk))


@require_POST
def late_report_confirm(request: Request, pk: int) -> HttpResponse:
    late = get_visible(queries.late_reports(request.actor), request.actor, pk=pk)
    form = ConfirmLateForm(request.POST)
    if not form.is_valid():
        return _page(request, late, confirm=form)
    try:
        actions.confirm_late_report(actor=request.actor, late=late, **form.cleaned_data)
    except RuleError as error:
        refuse_on(form, error)
        return _page(request, late, confirm=form)
    messages.success(request, _("The entry is confirmed and counts in this month. Compute the month again."))
    return redirect("managers:late_report_detail", pk)


@require_POST
def late_report_dismiss(request: Request, pk: int) -> HttpResponse:
    late = get_visible(queries.late_reports(request.actor), request.actor, pk=pk)
    form = DismissLateForm(request.POST)
    if not form.is_valid():
        return _page(request, late, dismiss=form)
    try:
        actions.dismiss_late_report(actor=request.actor, late=late, **form.cleaned_data)
    except RuleError as error:
        refuse_on(form, error)
        return _page(request, late, dismiss=form)
    messages.success(request, _("It is dismissed and takes no points. It stays on record."))
    return redirect("managers:late_report_detail", pk)


def _page(request: Request, late: LateReport, confirm: Form | None = None, dismiss: Form | None = None) -> HttpResponse:
    page = queries.late_report_page(request.actor, late, timezone.localdate())
    given = {"points_hundredths": page.points_hundredths, "reason": page.words}
    context = {
        "page": page,
        "late": late,
        "confirm": confirm or ConfirmLateForm(initial=given),
        "dismiss": dismiss or DismissLateForm(),
    }
    return render(request, "managers/late_report_detail.html", context)
