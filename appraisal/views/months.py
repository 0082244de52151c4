"""Months: side by side, of one branch, and the checklist that leads one from import to close."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from appraisal.actions import months as actions
from appraisal.forms import AcceptDifferenceForm
from appraisal.queries import checklist, months
from appraisal.tables import MonthTable, UnattributedTable
from common.bell import ring
from common.errors import RuleError
from common.forms import refuse_on
from common.months import Month
from common.views import get_visible, month_of, refuse
from deposits.actions import accept_control_difference
from deposits.queries.exceptions import ExceptionKind, control_days
from deposits.queries.exceptions import month_exceptions as month_exceptions_of
from managers.queries import target_acceptances
from organization.models import BUSINESS_ROLES, Branch, Job, Role
from organization.queries import latest_month, parts_of_job
from organization.requests import Request


def month_list(request: Request) -> HttpResponse:
    """The branches side by side; whoever reads one branch alone is led to it, a manager to the ranking."""
    month = month_of(request, lambda: latest_month(request.actor))
    sides = months.months_side_by_side(actor=request.actor, month=month)
    if not sides:
        branch = months.ranked_branch(request.actor)
        return (
            redirect("appraisal:ranking", branch.branch_code, month)
            if branch
            else render(request, "404.html", status=404)
        )
    if len(sides) == 1:
        return redirect("appraisal:branch_months", sides[0].branch.branch_code)
    runnable = [side for side in sides if side.may_run]
    context = {"month": month, "sides": sides, "runnable": runnable}
    return render(request, "appraisal/month_list.html", context)


@require_POST
def month_run_all(request: Request, month: Month) -> HttpResponse:
    sides = months.months_side_by_side(actor=request.actor, month=month)
    branches = [side.branch for side in sides if side.may_run]
    back = f"{reverse('appraisal:month_list')}?month={month}"
    if not branches:
        return refuse(
            request, RuleError(_("There is no branch whose %(month)s you may compute.") % {"month": month}), back
        )
    try:
        job = actions.request_month_end(actor=request.actor, branches=branches, month=month)
    except RuleError as error:
        return refuse(request, error, back)
    _ring_for(job)
    return redirect(back)


def branch_months(request: Request, branch_code: str) -> HttpResponse:
    branch = _branch(request, branch_code)
    table = MonthTable.of(request, months.months_of_branch(actor=request.actor, branch=branch), order=("-month",))
    return render(request, "appraisal/branch_months.html", {"branch": branch, "table": table})


def month_detail(request: Request, branch_code: str, month: Month) -> HttpResponse:
    branch = _branch(request, branch_code)
    context = {**_month_context(request, branch, month), "acceptances": target_acceptances(branch, month)}
    return render(request, "appraisal/month_detail.html", context)


@require_POST
def month_run(request: Request, branch_code: str, month: Month) -> HttpResponse:
    branch = _branch(request, branch_code)
    try:
        job = actions.request_month_end(actor=request.actor, branches=[branch], month=month)
    except RuleError as error:
        return refuse(request, error, "appraisal:month_detail", branch_code, month)
    _ring_for(job)
    return redirect("appraisal:month_detail", branch_code, month)


@require_http_methods(["GET", "POST"])
def month_approve(request: Request, branch_code: str, month: Month) -> HttpResponse:
    """Asks with the names of the month and the branch, unless the page before has asked; then approves."""
    branch = _branch(request, branch_code)
    if "asked" not in request.POST:
        return render(request, "appraisal/month_approve.html", _month_context(request, branch, month))
    try:
        actions.approve_month(actor=request.actor, branch=branch, month=month)
    except RuleError as error:
        return refuse(request, error, "appraisal:month_detail", branch_code, month)
    messages.success(request, _("%(month)s of %(branch)s is approved.") % {"month": month, "branch": branch.name})
    return redirect("appraisal:month_detail", branch_code, month)


@require_http_methods(["GET", "POST"])
def month_close(request: Request, branch_code: str, month: Month) -> HttpResponse:
    """Asks with the names of the month and the branch, unless the page before has asked; then closes."""
    branch = _branch(request, branch_code)
    if "asked" not in request.POST:
        return render(request, "appraisal/month_close.html", _month_context(request, branch, month))
    try:
        actions.close_month(actor=request.actor, branch=branch, month=month)
    except RuleError as error:
        return refuse(request, error, "appraisal:month_detail", branch_code, month)
    messages.success(request, _("The month is closed. Its figures no longer change."))
    return redirect("appraisal:month_detail", branch_code, month)


def month_exceptions(request: Request, branch_code: str, month: Month) -> HttpResponse:
    """What the run marks out, a kind at a time: ?kind=; first the accounts that nobody owns as a whole."""
    branch = _branch(request, branch_code)
    tabs = checklist.exception_tabs(branch, month)
    kinds = [kind for kind, _words, _number in tabs]
    asked = request.GET.get("kind", "")
    kind = asked if asked in kinds else ExceptionKind.UNATTRIBUTED.value
    context = {"branch": branch, "month": month, "kind": kind, "tabs": tabs}
    if kind == ExceptionKind.UNATTRIBUTED:
        rows = checklist.unattributed_accounts(branch, month)
        context["table"] = UnattributedTable.of(request, rows, order=("account__account_no",))
    else:
        context["exceptions"] = month_exceptions_of(branch, month, [ExceptionKind(kind)])
    return render(request, "appraisal/month_exceptions.html", context)


def exception_counts(request: Request, branch_code: str, month: Month) -> HttpResponse:
    """The part of the month page that takes a look at all its postings, asked for after the page is shown."""
    branch = _branch(request, branch_code)
    context = {"branch": branch, "month": month, "exceptions": checklist.other_exceptions(branch, month)}
    return render(request, "appraisal/exception_counts.html", context)


def control_list(request: Request, branch_code: str, month: Month) -> HttpResponse:
    branch = _branch(request, branch_code)
    context = {
        "branch": branch,
        "month": month,
        "controls": control_days(branch, month),
        "accepts": request.actor.holds(branch.pk, Role.DIRECTOR),
    }
    return render(request, "appraisal/control_list.html", context)


@require_http_methods(["GET", "POST"])
def control_accept(request: Request, branch_code: str, month: Month, pk: int) -> HttpResponse:
    branch = _branch(request, branch_code)
    day = next((one for one in control_days(branch, month) if one.control.pk == pk), None)
    if day is None:
        raise Http404
    back = reverse("appraisal:control_list", args=[branch_code, month])
    form = AcceptDifferenceForm(request.POST or None, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            accept_control_difference(actor=request.actor, control=day.control, **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The difference is accepted with its reason."))
            return redirect(back)
    context = {"branch": branch, "month": month, "day": day, "control": day.control, "form": form, "back": back}
    return render(request, "appraisal/control_accept.html", context)


def _branch(request: Request, branch_code: str) -> Branch:
    return get_visible(
        Branch.objects.reached_by(request.actor, *BUSINESS_ROLES), request.actor, branch_code=branch_code
    )


def _month_context(request: Request, branch: Branch, month: Month) -> dict[str, object]:
    overview = checklist.month_overview(actor=request.actor, branch=branch, month=month)
    return {
        "branch": branch,
        "month": month,
        "overview": overview,
        "row": overview.row,
        "steps": {step.code: step for step in overview.steps},
        "next": checklist.next_step(overview),
        "facts": checklist.month_facts(actor=request.actor, overview=overview),
    }


def _ring_for(job: Job) -> None:
    for part in parts_of_job(job):
        ring(part.kind, part.pk)
