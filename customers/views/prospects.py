"""Prospects: the list, the board, one with its way; finding, changing, moving, winning, handing on."""

from __future__ import annotations

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
from customers.actions import prospects as actions
from customers.filters.prospects import BoardFilters
from customers.forms.prospects import ProspectForm, StepForm
from customers.models import Prospect
from customers.queries import prospects as queries
from customers.tables.prospects import PROSPECTS, ProspectTable
from customers.views.back import back_to
from managers.queries.branches import branches_where
from managers.queries.sessions import managers_on
from organization.exporting import export_list
from organization.models import Branch, Role
from organization.requests import Request

STAGES = Prospect.Stage


def prospect_list(request: Request) -> HttpResponse:
    filters = PROSPECTS.filtered(request)
    return list_page(
        request,
        "customers/prospect_list.html",
        heading=_("Prospects"),
        table=ProspectTable.of(request, filters.qs, order=PROSPECTS.order, exclude=one_branch(request)),
        filters=filters,
        totals_url=reverse("customers:prospect_totals"),
        export_url=reverse("customers:prospect_list") + "export/",
        writes=_writes(request),
    )


def prospect_totals(request: Request) -> HttpResponse:
    found = queries.totals(PROSPECTS.filtered(request).qs)
    return totals_part(
        request,
        [
            Total(_("Prospects"), found["number"], "count"),
            Total(_("Still open"), found["still"], "count"),
            Total(_("Expected of them"), found["expected_fen"] or 0, "money"),
        ],
    )


@require_POST
def prospect_export(request: Request, kind: str) -> HttpResponseBase:
    return export_list(request, PROSPECTS, kind)


def prospect_board(request: Request) -> HttpResponse:
    """Stages as columns; on a phone one at a time, that of ?stage=."""
    filters = BoardFilters(request.GET, queries.prospects(request.actor), request=request)
    columns = queries.board(filters.qs, timezone.localdate())
    asked = request.GET.get("stage", "")
    shown = asked if asked in STAGES.values else next((one.stage for one in columns if one.number), STAGES.FOUND)
    for column in columns:
        for card in column.cards:
            card.next_stages = queries.next_stages(card)  # type: ignore[attr-defined]
    context = {
        "filters": filters,
        "columns": columns,
        "shown": shown,
        "writes": _writes(request),
        "now": timezone.now(),
        "over_days": queries.OVER_DAYS,
    }
    return render(request, "customers/prospect_board.html", context)


def prospect_new(request: Request) -> HttpResponse:
    branch = _branch(request)
    cancel = reverse("customers:prospect_board")
    form = ProspectForm(request.POST or None, asks="sure" in request.POST, cancel_url=cancel)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        given.pop("version")
        try:
            prospect = actions.find_prospect(actor=request.actor, branch=branch, **given)
        except RuleError as error:
            form = _asking(request, error, cancel)
        else:
            messages.success(request, _("%(name)s is on the board.") % {"name": prospect.name})
            return redirect("customers:prospect_detail", prospect.pk)
    return render(request, "customers/prospect_form.html", {"form": form, "heading": _("New prospect")})


def prospect_detail(request: Request, pk: int) -> HttpResponse:
    return _page(request, get_visible(queries.prospects(request.actor), request.actor, pk=pk))


def prospect_edit(request: Request, pk: int) -> HttpResponse:
    prospect = get_visible(queries.prospects(request.actor), request.actor, pk=pk)
    if prospect.manager_id != request.actor.employee_id:
        messages.warning(request, _("Only %(name)s changes this.") % {"name": prospect.manager.name})
        return redirect("customers:prospect_detail", pk)
    cancel = reverse("customers:prospect_detail", args=[pk])
    first = {name: getattr(prospect, name) for name in (*actions.FIELDS, "version")}
    form = ProspectForm(request.POST or None, initial=first, asks="sure" in request.POST, cancel_url=cancel)
    stands = None
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        version = given.pop("version") or 0
        try:
            actions.change_prospect(actor=request.actor, prospect=prospect, version=version, **given)
        except Conflict as error:
            prospect.refresh_from_db()
            stands, form = prospect, _asking(request, error, cancel, version=prospect.version)
        except RuleError as error:
            form = _asking(request, error, cancel)
        else:
            messages.success(request, _("Changed."))
            return redirect("customers:prospect_detail", pk)
    context = {"form": form, "heading": prospect.name, "prospect": prospect, "stands": stands}
    return render(request, "customers/prospect_form.html", context)


@require_POST
def prospect_step(request: Request, pk: int) -> HttpResponse:
    """One step: from the board, or from the prospect's own page, where a reason or a customer is named."""
    prospect = get_visible(queries.prospects(request.actor), request.actor, pk=pk)
    form = StepForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose the stage once more."))
        return redirect("customers:prospect_detail", pk)
    given = form.cleaned_data
    if given["to"] == STAGES.WON and not given["customer"]:
        return redirect("customers:prospect_win", pk)
    named = [one for one in queries.candidates(request.actor, prospect, given["customer"]) if given["customer"]]
    customer = next((one for one in named if one.customer_no == given["customer"]), None)
    try:
        actions.step_prospect(
            actor=request.actor,
            prospect=prospect,
            to=given["to"],
            version=given["version"],
            words=given["words"],
            customer=customer,
        )
    except RuleError as error:
        say_refusal(request, error)
        if given["words"]:
            return _page(request, get_visible(queries.prospects(request.actor), request.actor, pk=pk))
        return back_to(request, "customers:prospect_detail", pk)
    messages.success(request, _said(prospect))
    return back_to(request, "customers:prospect_detail", pk)


def prospect_win(request: Request, pk: int) -> HttpResponse:
    """Which customer on record the prospect has become."""
    prospect = get_visible(queries.prospects(request.actor), request.actor, pk=pk)
    if prospect.manager_id != request.actor.employee_id or STAGES.WON not in queries.next_stages(prospect):
        messages.warning(request, _("%(name)s cannot be won here.") % {"name": prospect.name})
        return redirect("customers:prospect_detail", pk)
    words = request.GET.get("q", "")
    context = {"prospect": prospect, "found": queries.candidates(request.actor, prospect, words), "words": words}
    return render(request, "customers/prospect_win.html", context)


@require_POST
def prospect_keep(request: Request, pk: int) -> HttpResponse:
    """The next step is done."""
    prospect = get_visible(queries.prospects(request.actor), request.actor, pk=pk)
    try:
        actions.keep_next_step(actor=request.actor, prospect=prospect, version=prospect.version)
    except RuleError as error:
        say_refusal(request, error)
    else:
        messages.success(request, _("The promise is kept."))
    return back_to(request, "customers:prospect_detail", pk)


@require_POST
def prospect_hand(request: Request, pk: int) -> HttpResponse:
    """The branch gives the prospect to another of its managers."""
    prospect = get_visible(queries.prospects(request.actor), request.actor, pk=pk)
    serving = managers_on(prospect.branch, timezone.localdate())
    manager = serving.filter(employee_no=request.POST.get("manager", "").replace("\0", "")).first()
    if manager is None:
        messages.error(request, _("Choose the account manager."))
        return redirect("customers:prospect_detail", pk)
    try:
        actions.hand_prospect(actor=request.actor, prospect=prospect, manager=manager)
    except RuleError as error:
        say_refusal(request, error)
    else:
        messages.success(request, _("%(name)s looks after it from now on, and has been told.") % {"name": manager.name})
    return redirect("customers:prospect_detail", pk)


def _writes(request: Request) -> bool:
    return bool(request.actor.branches_of(Role.ACCOUNT_MANAGER))


def _branch(request: Request) -> Branch:
    """Where the person is account manager: at the own branch, else at the first. Raises: Http404 for whoever is none."""
    found = branches_where(request.actor, Role.ACCOUNT_MANAGER)
    if not found:
        raise Http404
    return next((one for one in found if one.pk == request.actor.branch_id), found[0])


def _asking(request: Request, error: RuleError, cancel: str, **typed: Any) -> ProspectForm:
    """What was typed, the refusal beside it, and the tick for another person where that is the question."""
    sent = request.POST.copy()
    for name, value in typed.items():
        sent[name] = str(value)
    form = ProspectForm(sent, asks=error.field == "sure" or "sure" in request.POST, cancel_url=cancel)
    form.is_valid()
    refuse_on(form, error)
    return form


def _said(prospect: Prospect) -> str:
    if prospect.stage == STAGES.WON:
        return _("%(name)s is won. The clerks have been told to assign the customer as newly developed.") % {
            "name": prospect.name
        }
    return _("%(name)s is at “%(stage)s” now.") % {"name": prospect.name, "stage": prospect.get_stage_display()}


def _page(request: Request, prospect: Prospect) -> HttpResponse:
    own = prospect.manager_id == request.actor.employee_id and _writes(request)
    hands = request.actor.holds(prospect.branch_id, Role.DIRECTOR, Role.CLERK) and prospect.stage != STAGES.WON
    if prospect.customer is not None and request.actor.holds(prospect.branch_id, Role.CLERK):
        assign = actions.assignment_address(prospect, prospect.customer)
    else:
        assign = ""
    context = {
        "prospect": prospect,
        "steps": queries.steps_of(prospect),
        "visits": queries.visits_to(prospect),
        "own": own,
        "next_stages": queries.next_stages(prospect) if own else [],
        "managers": managers_on(prospect.branch, timezone.localdate()) if hands else [],
        "assign": assign,
        "today": timezone.localdate(),
        "now": timezone.now(),
        "typed": request.POST,
    }
    return render(request, "customers/prospect_detail.html", context)
