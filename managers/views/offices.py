"""The managers in office, one appointment, and the changes that are proposed for it."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import RuleError
from common.forms import refuse_on
from common.lists import Total, list_page, one_branch, totals_part
from common.months import Month
from common.views import get_visible, month_of, refuse
from managers.actions import changes
from managers.forms.offices import ChangeForm
from managers.models import Appointment, AppointmentChange
from managers.queries.offices import (
    appointment_page,
    changes_open_to,
    day_of_list,
    office_facts,
    offices_by_branch,
    places_of_transfer,
)
from managers.tables.offices import MANAGERS, ManagerTable, state_words
from organization.exporting import export_list
from organization.models import Role
from organization.queries import latest_month
from organization.requests import Request

Kind = AppointmentChange.Kind


def _month(request: Request) -> Month:
    return month_of(request, partial(latest_month, request.actor))


def manager_list(request: Request) -> HttpResponse:
    filters = MANAGERS.filtered(request)
    return list_page(
        request,
        "managers/manager_list.html",
        heading=_("Managers"),
        month=_month(request),
        table=ManagerTable.of(request, filters.qs, order=MANAGERS.order, exclude=one_branch(request)),
        filters=filters,
        totals_url=reverse("managers:manager_totals"),
        export_url=reverse("managers:manager_list") + "export/",
    )


def manager_totals(request: Request) -> HttpResponse:
    people = MANAGERS.filtered(request).qs.order_by().values("employee").distinct().count()
    return totals_part(request, [Total(_("Managers"), people, "count", _("people"))])


@require_POST
def manager_export(request: Request, kind: str) -> HttpResponseBase:
    return export_list(request, MANAGERS, kind)


def manager_branches(request: Request) -> HttpResponse:
    """The managers of each branch, counted."""
    month = _month(request)
    day = day_of_list(month)
    rows = offices_by_branch(list(MANAGERS.filtered(request).qs), day)
    return render(request, "managers/appointment_branches.html", {"rows": rows, "month": month, "day": day})


def appointment_detail(request: Request, pk: int) -> HttpResponse:
    appointment = get_visible(Appointment.objects.select_related("employee__branch", "branch"), request.actor, pk=pk)
    page = appointment_page(appointment, timezone.localdate())
    context = {
        "appointment": appointment,
        "page": page,
        "state": state_words(appointment, page.facts),
        "kinds": changes_open_to(request.actor, appointment, page),
        "opens_sheet": request.actor.holds(appointment.branch_id, *changes.PROPOSERS)
        and request.actor.employee_id != appointment.employee_id,
        "decides": request.actor.holds(appointment.branch_id, Role.DIRECTOR),
    }
    return render(request, "managers/appointment_detail.html", context)


def appointment_propose(request: Request, pk: int, kind: str) -> HttpResponse:
    appointment = get_visible(Appointment.objects.select_related("employee", "branch__parent"), request.actor, pk=pk)
    if kind not in Kind.values:
        raise Http404
    today = timezone.localdate()
    back = reverse("managers:appointment_detail", args=[pk])
    places = places_of_transfer(appointment.branch)
    form = ChangeForm(request.POST or None, kind=kind, branches=places, today=today, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            change = changes.propose_change(
                actor=request.actor, appointment=appointment, kind=kind, **form.cleaned_data
            )
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The change is proposed. The director decides about it."))
            return redirect("desk:change_detail", change.pk)
    context = {
        "appointment": appointment,
        "form": form,
        "kind": Kind(kind).label,
        "back": back,
        "facts": office_facts([appointment], today)[appointment.pk],
        "lasting": kind in AppointmentChange.ENDS or kind == Kind.SUSPENSION,
    }
    return render(request, "managers/appointment_propose.html", context)


@require_POST
def change_withdraw(request: Request, pk: int) -> HttpResponse:
    change = get_visible(AppointmentChange.objects.select_related("employee"), request.actor, pk=pk)
    try:
        changes.withdraw_change(actor=request.actor, change=change, reason=request.POST.get("reason", "")[:300])
    except RuleError as error:
        return refuse(request, error, "desk:change_detail", pk)
    messages.success(request, _("The change is taken back."))
    return redirect("managers:appointment_detail", change.appointment_id)
