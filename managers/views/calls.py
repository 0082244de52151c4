"""Calls: the list, one, announcing and closing it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import RuleError
from common.forms import refuse_on
from common.lists import Total, list_page, one_branch, totals_part
from common.views import get_visible, refuse
from managers.actions import calls as actions
from managers.forms.calls import CallForm
from managers.queries import calls as queries
from managers.tables.applications import CALLS, CallTable
from organization.exporting import export_list
from organization.requests import Request


def call_list(request: Request) -> HttpResponse:
    filters = CALLS.filtered(request)
    return list_page(
        request,
        "managers/call_list.html",
        heading=_("Calls"),
        table=CallTable.of(request, filters.qs, order=CALLS.order, exclude=one_branch(request)),
        filters=filters,
        totals_url=reverse("managers:call_totals"),
        export_url=reverse("managers:call_list") + "export/",
        announces=bool(request.actor.branches_of(*queries.CALLERS)),
    )


def call_totals(request: Request) -> HttpResponse:
    found = queries.call_totals(CALLS.filtered(request).qs)
    return totals_part(
        request, [Total(_("Calls"), found["calls"], "count"), Total(_("Posts"), found["posts"], "count")]
    )


@require_POST
def call_export(request: Request, kind: str) -> HttpResponseBase:
    return export_list(request, CALLS, kind)


def call_new(request: Request) -> HttpResponse:
    branches = queries.calling_branches(request.actor)
    form = CallForm(request.POST or None, branches=branches, cancel_url=reverse("managers:call_list"))
    if request.method == "POST" and form.is_valid():
        try:
            call = actions.announce_call(actor=request.actor, **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The call is announced. The people of the branch read it."))
            return redirect(call)
    return render(request, "managers/call_new.html", {"form": form})


def call_detail(request: Request, pk: int) -> HttpResponse:
    call = get_visible(queries.calls(request.actor), request.actor, pk=pk)
    context = {
        "call": call,
        "answers": queries.answers_of(request.actor, call),
        "closes": call.closed_at is None and request.actor.holds(call.branch_id, *queries.CALLERS),
        "may_answer": request.actor.branch_id == call.branch_id and call in queries.open_calls(request.actor),
    }
    return render(request, "managers/call_detail.html", context)


@require_POST
def call_close(request: Request, pk: int) -> HttpResponse:
    call = get_visible(queries.calls(request.actor), request.actor, pk=pk)
    try:
        actions.close_call(actor=request.actor, call=call)
    except RuleError as error:
        return refuse(request, error, call)
    messages.success(request, _("The call is closed. Who has answered it stays in the running."))
    return redirect(call)
