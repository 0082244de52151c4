"""Work reports: the list, writing one's own, reading and replying, and which are owed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import Conflict, RuleError
from common.forms import refuse_on
from common.lists import Total, list_page, one_branch, totals_part
from common.views import get_visible, say_refusal
from managers.actions import reports as actions
from managers.forms.reports import ReportForm
from managers.models import WorkReport
from managers.queries import reports as queries
from managers.queries.late_reports import late_reports_waiting
from managers.queries.work import filled_in, from_kept, work_done
from managers.rules.reports import WorkDone, report_period
from managers.tables.reports import REPORTS, ReportTable
from organization.exporting import export_list
from organization.models import BUSINESS_ROLES, Role
from organization.requests import Request


def report_list(request: Request) -> HttpResponse:
    filters = REPORTS.filtered(request)
    writes = bool(request.actor.branches_of(Role.ACCOUNT_MANAGER))
    today = timezone.localdate()
    return list_page(
        request,
        "managers/report_list.html",
        heading=_("Work reports"),
        table=ReportTable.of(request, filters.qs, order=REPORTS.order, exclude=one_branch(request)),
        filters=filters,
        totals_url=reverse("managers:report_totals"),
        export_url=reverse("managers:report_list") + "export/",
        writes=writes,
        owed=queries.owed_reports(today, employee_id=request.actor.employee_id) if writes else [],
        current=[(kind, report_period(kind, today)[0]) for kind in WorkReport.Kind] if writes else [],
        sees_owed=bool(request.actor.branches_of(*BUSINESS_ROLES)),
    )


def report_totals(request: Request) -> HttpResponse:
    return totals_part(request, [Total(_("Work reports"), REPORTS.filtered(request).qs.count(), "count")])


@require_POST
def report_export(request: Request, kind: str) -> HttpResponseBase:
    return export_list(request, REPORTS, kind)


def report_owed_list(request: Request) -> HttpResponse:
    """What managers owe, and the late reports that the turn of the day has proposed for a director's decision."""
    branches = request.actor.branches_of(*BUSINESS_ROLES)
    if not branches:
        raise Http404
    today = timezone.localdate()
    context = {
        "owed": queries.owed_reports(today, branch_ids=branches),
        "waiting": late_reports_waiting(request.actor),
        "today": today,
    }
    return render(request, "managers/report_owed_list.html", context)


def report_write(request: Request, kind: str, day: str) -> HttpResponse:
    """The form of one's own report of a period; a report that is sent already is shown instead."""
    first_day = _period(kind, day)
    saved = queries.own_report(request.actor, kind, first_day)
    if saved is not None and saved.state != WorkReport.State.DRAFT and request.method != "POST":
        return redirect("managers:report_detail", saved.pk)
    if not request.actor.branches_of(Role.ACCOUNT_MANAGER) and saved is None:
        raise Http404
    own = request.actor.employee_id
    work = work_done(own, first_day, report_period(kind, first_day)[1]) if own else []
    if "fill" in request.POST:
        typed = request.POST.dict() | {"done": filled_in(request.POST.get("done", ""), work)}
        return _write_page(request, kind, first_day, ReportForm(initial=typed), saved, work)
    form = ReportForm(request.POST or None, initial=_texts(saved, work))
    if request.method == "POST" and form.is_valid():
        given, send = form.cleaned_data, "send" in request.POST
        try:
            report = actions.save_report(actor=request.actor, kind=kind, day=first_day, send=send, **given)
        except Conflict as error:
            return _both_texts(request, kind, first_day, error, work)
        except RuleError as error:
            refuse_on(form, error)
        else:
            if send:
                messages.success(request, _("The report is sent. The director has been told."))
                return redirect("managers:report_detail", report.pk)
            messages.success(request, _("The draft is kept. Nobody else sees it."))
            return redirect("managers:report_write", kind, first_day)
    return _write_page(request, kind, first_day, form, saved, work)


def report_detail(request: Request, pk: int) -> HttpResponse:
    report = get_visible(queries.reports(request.actor), request.actor, pk=pk)
    if report.state == WorkReport.State.DRAFT:
        return redirect("managers:report_write", report.kind, report.period_first_day)
    actions.read_report(actor=request.actor, report=report)
    own = report.employee_id == request.actor.employee_id
    replies = not own and request.actor.holds(report.branch_id, Role.DIRECTOR)
    context = {"report": report, "replies": replies, "typed": request.POST, "work": from_kept(report.work)}
    return render(request, "managers/report_detail.html", context)


@require_POST
def report_reply(request: Request, pk: int) -> HttpResponse:
    report = get_visible(queries.reports(request.actor), request.actor, pk=pk)
    try:
        actions.reply_report(actor=request.actor, report=report, reply=request.POST.get("reply", ""))
    except RuleError as error:
        say_refusal(request, error)
        return report_detail(request, pk)
    messages.success(request, _("Your reply is sent."))
    return redirect("managers:report_detail", pk)


def _period(kind: str, day: str) -> dt.date:
    """First day of the period that an address names. Raises: Http404 for what is no kind or no day."""
    try:
        named = dt.date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    if kind not in WorkReport.Kind.values or not 1900 < named.year < 2999:
        raise Http404
    return report_period(kind, named)[0]


def _texts(report: WorkReport | None, work: list[WorkDone]) -> dict[str, Any]:
    """What the form begins with: the draft, or for a new report what the person did."""
    if report is None:
        return {"version": 0, "done": filled_in("", work)}
    return {"done": report.done, "plans": report.plans, "needs": report.needs, "version": report.version}


def _both_texts(request: Request, kind: str, first_day: dt.date, error: Conflict, work: list[WorkDone]) -> HttpResponse:
    """What was typed, with the version that stands now, and beside it what stands now: nothing is lost."""
    saved = queries.own_report(request.actor, kind, first_day)
    typed = request.POST.copy()
    typed["version"] = str(saved.version if saved else 0)
    form = ReportForm(typed)
    form.is_valid()
    refuse_on(form, error)
    return _write_page(request, kind, first_day, form, saved, work, other=saved)


def _write_page(
    request: Request,
    kind: str,
    first_day: dt.date,
    form: ReportForm,
    saved: WorkReport | None,
    work: list[WorkDone],
    other: WorkReport | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "kind": WorkReport.Kind(kind),
        "first_day": first_day,
        "last_day": report_period(kind, first_day)[1],
        "saved": saved,
        "work": work,
        "other": other,
    }
    return render(request, "managers/report_write.html", context)
