"""Training, study and exchange meetings: the list, planning one, writing down who came."""

from __future__ import annotations

from collections.abc import Mapping
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
from common.views import get_visible, say_refusal
from managers.actions import sessions as actions
from managers.forms.sessions import AttendanceForm, SessionForm
from managers.models import Session
from managers.queries import sessions as queries
from managers.tables.sessions import SESSIONS, SessionTable
from managers.views.branches import branch_for
from organization.exporting import export_list
from organization.models import BUSINESS_ROLES, Role
from organization.requests import Request

PLANNERS = (Role.CLERK, Role.DIRECTOR)


def session_list(request: Request) -> HttpResponse:
    filters = SESSIONS.filtered(request)
    return list_page(
        request,
        "managers/session_list.html",
        heading=_("Training and meetings"),
        table=SessionTable.of(request, filters.qs, order=SESSIONS.order, exclude=one_branch(request)),
        filters=filters,
        totals_url=reverse("managers:session_totals"),
        export_url=reverse("managers:session_list") + "export/",
        plans=bool(request.actor.branches_of(*PLANNERS)),
    )


def session_totals(request: Request) -> HttpResponse:
    return totals_part(request, [Total(_("Sessions"), SESSIONS.filtered(request).qs.count(), "count")])


@require_POST
def session_export(request: Request, kind: str) -> HttpResponseBase:
    return export_list(request, SESSIONS, kind)


def session_new(request: Request) -> HttpResponse:
    branch, branches = branch_for(request, *PLANNERS)
    people = queries.managers_on(branch, timezone.localdate())
    back = reverse("managers:session_list")
    form = SessionForm(request.POST or None, people=people, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        chosen = list(given.pop("people"))
        if given.pop("everybody"):
            chosen = list(queries.managers_on(branch, given["held_on"]))
        try:
            session = actions.plan_session(actor=request.actor, branch=branch, people=chosen, **given)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The session is planned. Those who are asked have been told."))
            return redirect("managers:session_detail", session.pk)
    context = {"branch": branch, "branches": branches, "form": form, "back": back}
    return render(request, "managers/session_new.html", context)


def session_detail(request: Request, pk: int) -> HttpResponse:
    return _page(request, get_visible(queries.sessions(request.actor), request.actor, pk=pk))


@require_POST
def session_attendance(request: Request, pk: int) -> HttpResponse:
    session = get_visible(queries.sessions(request.actor), request.actor, pk=pk)
    form = _attendance_form(request, session, request.POST)
    if not form.is_valid():
        return _page(request, session, form=form)
    try:
        actions.note_attendance(actor=request.actor, session=session, came=form.came(), remarks=form.remarks())
    except RuleError as error:
        say_refusal(request, error)
        return _page(request, session, form=form)
    messages.success(request, _("The attendance is written down and stands in the dossiers."))
    return redirect("managers:session_detail", pk)


@require_POST
def session_cancel(request: Request, pk: int) -> HttpResponse:
    session = get_visible(queries.sessions(request.actor), request.actor, pk=pk)
    try:
        actions.cancel_session(actor=request.actor, session=session, reason=request.POST.get("reason", ""))
    except RuleError as error:
        say_refusal(request, error)
        return _page(request, session)
    messages.success(request, _("The session is cancelled. Those who were asked have been told."))
    return redirect("managers:session_detail", pk)


def _attendance_form(request: Request, session: Session, data: Mapping[str, Any] | None = None) -> AttendanceForm:
    asked = queries.attendances(request.actor, session, sees_all=_sees_all(request, session))
    return AttendanceForm(data, asked=asked, hours_hundredths=session.hours_hundredths)


def _sees_all(request: Request, session: Session) -> bool:
    return request.actor.holds(session.branch_id, *BUSINESS_ROLES)


def _page(request: Request, session: Session, form: AttendanceForm | None = None) -> HttpResponse:
    context = {
        "session": session,
        "form": form or _attendance_form(request, session),
        "plans": request.actor.holds(session.branch_id, *PLANNERS),
        "sees_all": _sees_all(request, session),
        "typed": request.POST,
    }
    return render(request, "managers/session_detail.html", context)
