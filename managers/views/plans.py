"""The yearly plan: the list, a version's parts with what they lack, the approval by another person."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import RuleError
from common.forms import refuse_on
from common.lists import Total, list_page, one_branch, totals_part
from common.views import get_visible, refuse, say_refusal
from managers.actions import plans as actions
from managers.forms.plans import PartsForm, PlanForm
from managers.models import Plan
from managers.queries import plans as queries
from managers.rules.plans import missing_from_whole
from managers.tables.plans import PLANS, PlanTable
from organization.exporting import export_list
from organization.models import Branch
from organization.requests import Request


def plan_list(request: Request) -> HttpResponse:
    filters = PLANS.filtered(request)
    return list_page(
        request,
        "managers/plan_list.html",
        heading=_("Yearly plans"),
        table=PlanTable.of(request, filters.qs, order=PLANS.order, exclude=one_branch(request)),
        filters=filters,
        totals_url=reverse("managers:plan_totals"),
        export_url=reverse("managers:plan_list") + "export/",
        drafts=bool(request.actor.branches_of(*queries.DRAFTERS)),
    )


def plan_totals(request: Request) -> HttpResponse:
    return totals_part(request, [Total(_("Plans"), PLANS.filtered(request).qs.count(), "count")])


@require_POST
def plan_export(request: Request, kind: str) -> HttpResponseBase:
    return export_list(request, PLANS, kind)


@require_http_methods(["GET", "POST"])
def plan_new(request: Request) -> HttpResponse:
    branches = Branch.objects.reached_by(request.actor, *queries.DRAFTERS).order_by("branch_code")
    if not request.actor.branches_of(*queries.DRAFTERS):
        raise Http404
    initial = queries.plan_begun(branches, request.GET, timezone.localdate())
    form = PlanForm(request.POST or None, branches=branches, initial=initial, cancel_url=reverse("managers:plan_list"))
    if request.method == "POST" and form.is_valid():
        try:
            plan = actions.draft_plan(actor=request.actor, **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The plan is drafted. Give everybody a part of it."))
            return redirect("managers:plan_detail", plan.pk)
    return render(request, "managers/plan_new.html", {"form": form})


@require_http_methods(["GET", "POST"])
def plan_detail(request: Request, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    page = queries.plan_page(request.actor, plan)
    form = PartsForm(request.POST or None, lines=page.lines, initial={"whole": plan.whole_hundredths})
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_parts(
                actor=request.actor, plan=plan, whole_hundredths=form.cleaned_data["whole"], parts=form.parts
            )
        except RuleError as error:
            say_refusal(request, error)
        else:
            messages.success(request, _("The parts are kept."))
            return redirect("managers:plan_detail", pk)
    return render(request, "managers/plan_detail.html", {"plan": plan, "page": page, "form": form})


def plan_sum(request: Request, pk: int) -> HttpResponse:
    """What the parts that are typed so far lack to the whole: a part of the plan's page."""
    plan = _plan(request, pk)
    page = queries.plan_page(request.actor, plan)
    form = PartsForm(request.GET or None, lines=page.lines)
    form.is_valid()
    whole = form.cleaned_data.get("whole") if form.is_bound else plan.whole_hundredths
    parts = form.parts if form.is_bound else {one.key: one.part_hundredths or 0 for one in page.lines}
    missing = None if whole is None else missing_from_whole(whole, parts.values())
    context = {"total": sum(parts.values()), "missing": missing, "too_much": -(missing or 0)}
    return render(request, "managers/plan_sum.html", context)


@require_POST
def plan_approve(request: Request, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    try:
        number = actions.approve_plan(actor=request.actor, plan=plan)
    except RuleError as error:
        return refuse(request, error, "managers:plan_detail", pk)
    said = ngettext(
        "The plan is approved; it sets %(number)s target.", "The plan is approved; it sets %(number)s targets.", number
    )
    messages.success(request, said % {"number": number} if number else _("The plan is approved."))
    return redirect("managers:plan_detail", pk)


@require_POST
def plan_discard(request: Request, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    try:
        actions.discard_plan(actor=request.actor, plan=plan, reason=request.POST.get("reason", ""))
    except RuleError as error:
        return refuse(request, error, "managers:plan_detail", pk)
    messages.success(request, _("The draft is thrown away."))
    return redirect("managers:plan_list")


def _plan(request: Request, pk: int) -> Plan:
    return get_visible(queries.plans(request.actor), request.actor, pk=pk)
