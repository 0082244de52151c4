"""Inspections: the list, planning several, what was found, what was mended."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from common.errors import RuleError
from common.forms import refuse_on
from common.lists import Total, list_page, one_branch, totals_part
from common.views import get_visible, say_refusal
from managers.actions import inspections as actions
from managers.forms.inspections import FindingsForm, PlanForm
from managers.models import Inspection
from managers.queries import inspections as queries
from managers.queries.sessions import managers_on
from managers.tables.inspections import INSPECTIONS, InspectionTable
from managers.views.branches import branch_for
from organization.exporting import export_list
from organization.models import Role
from organization.requests import Request


def inspection_list(request: Request) -> HttpResponse:
    filters = INSPECTIONS.filtered(request)
    return list_page(
        request,
        "managers/inspection_list.html",
        heading=_("Inspections"),
        table=InspectionTable.of(request, filters.qs, order=INSPECTIONS.order, exclude=one_branch(request)),
        filters=filters,
        totals_url=reverse("managers:inspection_totals"),
        export_url=reverse("managers:inspection_list") + "export/",
        plans=bool(request.actor.branches_of(*actions.INSPECTORS)),
    )


def inspection_totals(request: Request) -> HttpResponse:
    return totals_part(request, [Total(_("Inspections"), INSPECTIONS.filtered(request).qs.count(), "count")])


@require_POST
def inspection_export(request: Request, kind: str) -> HttpResponseBase:
    return export_list(request, INSPECTIONS, kind)


def inspection_plan(request: Request) -> HttpResponse:
    branch, branches = branch_for(request, *actions.INSPECTORS)
    today = timezone.localdate()
    due = queries.inspections_due(branch, today)
    back = reverse("managers:inspection_list")
    proposed = [one.employee.employee_no for one in due if one.due(today)]
    people = managers_on(branch, today)
    form = PlanForm(request.POST or None, people=people, cancel_url=back, initial={"people": proposed})
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        chosen = list(given.pop("people"))
        if given.pop("everybody"):
            chosen = list(managers_on(branch, given["planned_on"]))
        try:
            planned = actions.plan_inspections(actor=request.actor, branch=branch, people=chosen, **given)
        except RuleError as error:
            refuse_on(form, error)
        else:
            said = ngettext("%(count)d inspection is planned.", "%(count)d inspections are planned.", len(planned))
            messages.success(request, said % {"count": len(planned)})
            return redirect("managers:inspection_list")
    context = {"branch": branch, "branches": branches, "form": form, "back": back, "due": due, "today": today}
    return render(request, "managers/inspection_plan.html", context)


def inspection_detail(request: Request, pk: int) -> HttpResponse:
    return _page(request, get_visible(queries.inspections(request.actor), request.actor, pk=pk))


@require_POST
def inspection_hold(request: Request, pk: int) -> HttpResponse:
    inspection = get_visible(queries.inspections(request.actor), request.actor, pk=pk)
    form = FindingsForm(request.POST)
    if not form.is_valid():
        return _page(request, inspection, form)
    try:
        actions.hold_inspection(actor=request.actor, inspection=inspection, **form.cleaned_data)
    except RuleError as error:
        refuse_on(form, error)
        return _page(request, inspection, form)
    messages.success(request, _("The findings are written down. The manager has been told."))
    return redirect("managers:inspection_detail", pk)


@require_POST
def inspection_mend(request: Request, pk: int) -> HttpResponse:
    inspection = get_visible(queries.inspections(request.actor), request.actor, pk=pk)
    try:
        actions.mend_inspection(actor=request.actor, inspection=inspection, words=request.POST.get("words", ""))
    except RuleError as error:
        say_refusal(request, error)
        return _page(request, inspection)
    messages.success(request, _("Your words are with the inspector."))
    return redirect("managers:inspection_detail", pk)


@require_POST
def inspection_accept(request: Request, pk: int) -> HttpResponse:
    inspection = get_visible(queries.inspections(request.actor), request.actor, pk=pk)
    try:
        actions.accept_mending(actor=request.actor, inspection=inspection)
    except RuleError as error:
        say_refusal(request, error)
        return _page(request, inspection)
    messages.success(request, _("It is accepted. The inspection is over."))
    return redirect("managers:inspection_detail", pk)


@require_POST
def inspection_return(request: Request, pk: int) -> HttpResponse:
    inspection = get_visible(queries.inspections(request.actor), request.actor, pk=pk)
    try:
        actions.return_mending(actor=request.actor, inspection=inspection, reason=request.POST.get("missing", ""))
    except RuleError as error:
        say_refusal(request, error)
        return _page(request, inspection)
    messages.success(request, _("The manager has been told what is missing."))
    return redirect("managers:inspection_detail", pk)


@require_POST
def inspection_cancel(request: Request, pk: int) -> HttpResponse:
    inspection = get_visible(queries.inspections(request.actor), request.actor, pk=pk)
    try:
        actions.cancel_inspection(actor=request.actor, inspection=inspection, reason=request.POST.get("reason", ""))
    except RuleError as error:
        say_refusal(request, error)
        return _page(request, inspection)
    messages.success(request, _("The inspection is cancelled."))
    return redirect("managers:inspection_detail", pk)


def _page(request: Request, inspection: Inspection, form: FindingsForm | None = None) -> HttpResponse:
    actor, own = request.actor, inspection.employee_id == request.actor.employee_id
    context = {
        "inspection": inspection,
        "form": form or FindingsForm(),
        "own": own,
        "inspects": not own and actor.holds(inspection.branch_id, *actions.INSPECTORS),
        "accepts": not own
        and (actor.employee_id == inspection.inspector_id or actor.holds(inspection.branch_id, Role.DIRECTOR)),
        "typed": request.POST,
    }
    return render(request, "managers/inspection_detail.html", context)
