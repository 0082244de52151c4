"""Honours, penalties and letters of authority: the lists, entering one, lifting, revoking, printing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import RuleError
from common.forms import refuse_on
from common.lists import Total, list_page, one_branch, totals_part
from common.money import chinese_capitals
from common.views import get_visible, say_refusal
from managers.actions import records as actions
from managers.forms.records import HonourForm, LetterForm, PenaltyForm
from managers.queries import records as queries
from managers.queries.sessions import managers_on
from managers.tables.records import HONOURS, LETTERS, PENALTIES, HonourTable, LetterTable, PenaltyTable
from managers.views.branches import branch_for
from organization.exporting import export_list
from organization.models import Role
from organization.requests import Request


def honour_list(request: Request) -> HttpResponse:
    filters = HONOURS.filtered(request)
    return list_page(
        request,
        "managers/honour_list.html",
        heading=_("Honours"),
        table=HonourTable.of(request, filters.qs, order=HONOURS.order, exclude=one_branch(request)),
        filters=filters,
        totals_url=reverse("managers:honour_totals"),
        export_url=reverse("managers:honour_list") + "export/",
        decides=bool(request.actor.branches_of(*actions.DECIDERS)),
    )


def honour_totals(request: Request) -> HttpResponse:
    return totals_part(request, [Total(_("Honours"), HONOURS.filtered(request).qs.count(), "count")])


@require_POST
def honour_export(request: Request, kind: str) -> HttpResponseBase:
    return export_list(request, HONOURS, kind)


def honour_new(request: Request) -> HttpResponse:
    branch, branches = branch_for(request, *actions.DECIDERS)
    form = HonourForm(request.POST or None, people=queries.people_of(branch), **_about(request, "managers:honour_list"))
    if request.method == "POST" and form.is_valid():
        try:
            actions.award_honour(actor=request.actor, branch=branch, **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The honour is in the dossier."))
            return redirect("managers:honour_list")
    return render(request, "managers/honour_new.html", {"branch": branch, "branches": branches, "form": form})


def penalty_list(request: Request) -> HttpResponse:
    filters = PENALTIES.filtered(request)
    return list_page(
        request,
        "managers/penalty_list.html",
        heading=_("Penalties"),
        table=PenaltyTable.of(request, filters.qs, order=PENALTIES.order, exclude=one_branch(request)),
        filters=filters,
        totals_url=reverse("managers:penalty_totals"),
        export_url=reverse("managers:penalty_list") + "export/",
        decides=bool(request.actor.branches_of(*actions.DECIDERS)),
    )


def penalty_totals(request: Request) -> HttpResponse:
    return totals_part(request, [Total(_("Penalties"), PENALTIES.filtered(request).qs.count(), "count")])


@require_POST
def penalty_export(request: Request, kind: str) -> HttpResponseBase:
    return export_list(request, PENALTIES, kind)


def penalty_new(request: Request) -> HttpResponse:
    branch, branches = branch_for(request, *actions.DECIDERS)
    form = PenaltyForm(
        request.POST or None, people=queries.people_of(branch), **_about(request, "managers:penalty_list")
    )
    if request.method == "POST" and form.is_valid():
        try:
            penalty = actions.enter_penalty(actor=request.actor, branch=branch, **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The penalty is in the dossier."))
            return redirect("managers:penalty_detail", penalty.pk)
    return render(request, "managers/penalty_new.html", {"branch": branch, "branches": branches, "form": form})


def penalty_detail(request: Request, pk: int) -> HttpResponse:
    penalty = get_visible(queries.penalties(request.actor), request.actor, pk=pk)
    own = penalty.employee_id == request.actor.employee_id
    lifts = not own and request.actor.holds(penalty.branch_id, *actions.DECIDERS)
    return render(request, "managers/penalty_detail.html", {"penalty": penalty, "lifts": lifts, "typed": request.POST})


@require_POST
def penalty_lift(request: Request, pk: int) -> HttpResponse:
    penalty = get_visible(queries.penalties(request.actor), request.actor, pk=pk)
    try:
        actions.lift_penalty(actor=request.actor, penalty=penalty, reason=request.POST.get("reason", ""))
    except RuleError as error:
        say_refusal(request, error)
        return penalty_detail(request, pk)
    messages.success(request, _("The penalty is lifted. It stays on record."))
    return redirect("managers:penalty_detail", pk)


def letter_list(request: Request) -> HttpResponse:
    filters = LETTERS.filtered(request)
    return list_page(
        request,
        "managers/letter_list.html",
        heading=_("Letters of authority"),
        table=LetterTable.of(request, filters.qs, order=LETTERS.order, exclude=one_branch(request)),
        filters=filters,
        totals_url=reverse("managers:letter_totals"),
        export_url=reverse("managers:letter_list") + "export/",
        issues=bool(request.actor.branches_of(Role.DIRECTOR)),
    )


def letter_totals(request: Request) -> HttpResponse:
    return totals_part(request, [Total(_("Letters of authority"), LETTERS.filtered(request).qs.count(), "count")])


@require_POST
def letter_export(request: Request, kind: str) -> HttpResponseBase:
    return export_list(request, LETTERS, kind)


def letter_new(request: Request) -> HttpResponse:
    branch, branches = branch_for(request, Role.DIRECTOR)
    today = timezone.localdate()
    first = {"letter_no": queries.next_letter_no(branch, today.year), "first_day": today}
    form = LetterForm(
        request.POST or None, people=managers_on(branch, today), **_about(request, "managers:letter_list", **first)
    )
    if request.method == "POST" and form.is_valid():
        try:
            letter = actions.issue_letter(actor=request.actor, branch=branch, **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The letter is issued. Print it, and have it signed and sealed."))
            return redirect("managers:letter_detail", letter.pk)
    return render(request, "managers/letter_new.html", {"branch": branch, "branches": branches, "form": form})


def letter_detail(request: Request, pk: int) -> HttpResponse:
    letter = get_visible(queries.letters(request.actor), request.actor, pk=pk)
    own = letter.employee_id == request.actor.employee_id
    revokes = not own and request.actor.holds(letter.branch_id, Role.DIRECTOR)
    context = {
        "letter": letter,
        "capitals": "" if letter.limit_fen is None else chinese_capitals(letter.limit_fen),
        "revokes": revokes,
        "typed": request.POST,
    }
    return render(request, "managers/letter_detail.html", context)


@require_POST
def letter_revoke(request: Request, pk: int) -> HttpResponse:
    letter = get_visible(queries.letters(request.actor), request.actor, pk=pk)
    try:
        actions.revoke_letter(actor=request.actor, letter=letter, reason=request.POST.get("reason", ""))
    except RuleError as error:
        say_refusal(request, error)
        return letter_detail(request, pk)
    messages.success(request, _("The letter is revoked. It stays on record."))
    return redirect("managers:letter_detail", pk)


def _about(request: Request, back: str, **first: Any) -> dict[str, Any]:
    """What the forms of this page begin with: the person whom the address names, and where "cancel" leads."""
    return {"initial": {"employee": request.GET.get("employee", ""), **first}, "cancel_url": reverse(back)}
