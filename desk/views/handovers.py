"""Decided changes of an office, and the hand-over sheets that carry them out."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import BadInput, RuleError
from common.forms import refuse_on
from common.views import get_visible, refuse
from deposits.actions.handovers import follow_customers
from desk.actions import handovers as actions
from desk.forms import APPROVE, ChangeDecisionForm, HandOverForm, LinesForm, ReasonForm, SignatureForm
from desk.queries import handovers as queries
from managers.actions import changes
from managers.actions import handovers as sheets
from managers.actions.hand_over_lines import decide_lines
from managers.models import Appointment, AppointmentChange, HandOver
from managers.queries.handovers import hand_overs, witnesses_for
from managers.rules import ONE_DAY
from organization.actions.people import confirm_person
from organization.requests import Request

_CHANGES = AppointmentChange.objects.select_related(
    "appointment__employee", "employee", "branch", "to_branch", "proposed_by", "decided_by"
)


def change_detail(request: Request, pk: int) -> HttpResponse:
    change = get_visible(_CHANGES, request.actor, pk=pk)
    page = queries.change_page(request.actor, change, timezone.localdate())
    witnesses = witnesses_for(change.branch, change.employee_id) if page.hands_over else None
    form = ChangeDecisionForm(request.POST or None, witnesses=witnesses) if page.decides else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            confirm_person(user=request.user, password=form.cleaned_data["password"])
            return _decided(request, change, form)
        except RuleError as error:
            refuse_on(form, error)
    elif request.method == "POST" and form is None:
        return refuse(request, RuleError(_("You do not decide about this change.")), "desk:change_detail", pk)
    return render(request, "managers/appointment_change.html", {"page": page, "change": change, "form": form})


def _decided(request: Request, change: AppointmentChange, form: ChangeDecisionForm) -> HttpResponse:
    typed = form.cleaned_data
    address = reverse("desk:change_detail", args=[change.pk])
    if typed["decision"] != APPROVE:
        changes.reject_change(actor=request.actor, change=change, reason=typed["reason"], address=address)
        messages.success(request, _("The change is rejected."))
        return redirect(address)
    sheet = actions.approve_change(
        actor=request.actor, change=change, witness=typed.get("witness"), reason=typed["reason"]
    )
    if sheet is None:
        messages.success(request, _("The change is approved and carried out."))
        return redirect("managers:appointment_detail", change.appointment_id)
    messages.success(request, _("The change is approved. It is carried out when everything is handed over."))
    return redirect("desk:hand_over_detail", sheet.pk)


def hand_over_of_change(request: Request, pk: int) -> HttpResponse:
    """Another sheet for an approved change whose first one was cancelled."""
    change = get_visible(_CHANGES, request.actor, pk=pk)
    return _new_sheet(request, change.appointment, change, reverse("desk:change_detail", args=[pk]))


def hand_over_new(request: Request, pk: int) -> HttpResponse:
    """A sheet without a decided change: for a term that ends, or for a change of responsibility."""
    appointment = get_visible(Appointment.objects.select_related("employee", "branch"), request.actor, pk=pk)
    return _new_sheet(request, appointment, None, reverse("managers:appointment_detail", args=[pk]))


def _new_sheet(request: Request, appointment: Appointment, change: AppointmentChange | None, back: str) -> HttpResponse:
    ends = appointment.last_day + ONE_DAY if appointment.last_day else None
    form = HandOverForm(
        request.POST or None,
        witnesses=witnesses_for(appointment.branch, appointment.employee_id),
        with_day=change is None,
        initial={"first_day": ends or timezone.localdate() + ONE_DAY},
        cancel_url=back,
    )
    if request.method == "POST" and form.is_valid():
        try:
            sheet = actions.open_hand_over(
                actor=request.actor, appointment=appointment, change=change, **form.cleaned_data
            )
        except RuleError as error:
            refuse_on(form, error)
        else:
            # The customers that the way here named are ticked.
            named = urlencode({"customer": request.GET.getlist("customer")}, doseq=True)
            return redirect(reverse("desk:hand_over_detail", args=[sheet.pk]) + (f"?{named}" if named else ""))
    facts = queries.facts_of(appointment, timezone.localdate())
    context = {"appointment": appointment, "change": change, "form": form, "back": back, "facts": facts, "ends": ends}
    return render(request, "managers/hand_over_new.html", context)


def hand_over_detail(request: Request, pk: int) -> HttpResponse:
    sheet = get_visible(_sheets(request), request.actor, pk=pk)
    page = queries.sheet_page(request.actor, sheet, timezone.localdate())
    context = {"page": page, "sheet": sheet, "named": request.GET.getlist("customer")}
    return render(request, "managers/hand_over_detail.html", context)


@require_POST
def hand_over_header(request: Request, pk: int) -> HttpResponse:
    sheet = get_visible(_sheets(request), request.actor, pk=pk)
    form = HandOverForm(request.POST, witnesses=witnesses_for(sheet.branch, sheet.employee_id), with_day=False)
    if not form.is_valid():
        return refuse(request, BadInput(_("Name the witness.")), "desk:hand_over_detail", pk)
    said = _("The sheet is changed.")
    return _done(request, pk, said, lambda: sheets.change_header(actor=request.actor, sheet=sheet, **form.cleaned_data))


@require_POST
def hand_over_lines(request: Request, pk: int) -> HttpResponse:
    """Gives the chosen lines to one taker, or keeps them with a reason."""
    sheet = get_visible(_sheets(request), request.actor, pk=pk)
    page = queries.sheet_page(request.actor, sheet, timezone.localdate())
    form = LinesForm(request.POST, takers=queries.takers(sheet))
    if not form.is_valid():
        return refuse(request, BadInput(_("Choose lines, and a taker or a reason.")), "desk:hand_over_detail", pk)
    typed = form.cleaned_data
    ticked = request.POST.getlist("line")
    chosen = queries.lines_in_scope(page, typed["of"], typed["scope"], ticked, typed["taker"])
    try:
        number = decide_lines(
            actor=request.actor, sheet=sheet, lines=chosen, taker=typed["taker"], kept_reason=typed["kept_reason"]
        )
    except RuleError as error:
        return refuse(request, error, "desk:hand_over_detail", pk)
    messages.success(request, _("%(number)s lines are decided.") % {"number": number})
    return redirect("desk:hand_over_detail", pk)


@require_POST
def hand_over_follow(request: Request, pk: int) -> HttpResponse:
    """Gives the accounts of customers who are taken over to the same takers."""
    sheet = get_visible(_sheets(request), request.actor, pk=pk)
    said = _("The accounts go to whoever takes over their customer.")
    return _done(request, pk, said, lambda: follow_customers(actor=request.actor, sheet=sheet))


@require_POST
def hand_over_draw_up(request: Request, pk: int) -> HttpResponse:
    sheet = get_visible(_sheets(request), request.actor, pk=pk)
    said = _("The lines are drawn up anew.")
    return _done(request, pk, said, lambda: actions.draw_up_again(actor=request.actor, sheet=sheet))


@require_POST
def hand_over_send(request: Request, pk: int) -> HttpResponse:
    sheet = get_visible(_sheets(request), request.actor, pk=pk)
    said = _("The sheet goes round for signing.")
    return _done(request, pk, said, lambda: actions.send_round(actor=request.actor, sheet=sheet))


@require_POST
def hand_over_sign(request: Request, pk: int) -> HttpResponse:
    sheet = get_visible(_sheets(request), request.actor, pk=pk)
    form = SignatureForm(request.POST)
    if not form.is_valid():
        return refuse(request, BadInput(_("Type your password to sign.")), "desk:hand_over_detail", pk)
    said = _("Your signature is on the sheet.")
    typed = form.cleaned_data
    return _done(request, pk, said, lambda: actions.sign(actor=request.actor, user=request.user, sheet=sheet, **typed))


@require_POST
def hand_over_take_back(request: Request, pk: int) -> HttpResponse:
    sheet, reason = get_visible(_sheets(request), request.actor, pk=pk), _reason(request)
    said = _("The sheet is a draft again. Everybody signs anew.")
    return _done(request, pk, said, lambda: sheets.take_back(actor=request.actor, sheet=sheet, reason=reason))


@require_POST
def hand_over_complete(request: Request, pk: int) -> HttpResponse:
    sheet = get_visible(_sheets(request), request.actor, pk=pk)
    said = _("Everything is handed over.")
    return _done(request, pk, said, lambda: actions.complete_hand_over(actor=request.actor, sheet=sheet))


@require_POST
def hand_over_cancel(request: Request, pk: int) -> HttpResponse:
    sheet, reason = get_visible(_sheets(request), request.actor, pk=pk), _reason(request)
    said = _("The sheet is cancelled. Nothing is handed over.")
    return _done(request, pk, said, lambda: sheets.cancel_hand_over(actor=request.actor, sheet=sheet, reason=reason))


def _sheets(request: Request) -> QuerySet[HandOver]:
    return hand_overs(request.actor).select_related(
        "employee", "branch__parent", "witness", "appointment", "change", "made_by"
    )


def _reason(request: Request) -> str:
    form = ReasonForm(request.POST)
    return form.cleaned_data["reason"] if form.is_valid() else ""


def _done(request: Request, pk: int, said: str, action: Callable[[], object]) -> HttpResponse:
    """Does one thing to a sheet and goes back to it, with what was done or why it was refused."""
    try:
        action()
    except RuleError as error:
        return refuse(request, error, "desk:hand_over_detail", pk)
    messages.success(request, said)
    return redirect("desk:hand_over_detail", pk)
