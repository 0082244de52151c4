"""What a branch has decided for itself: its policies and its calendar."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import BadInput, RuleError
from common.forms import refuse_on
from common.views import get_visible, refuse
from organization import queries
from organization.actions import policies as actions
from organization.forms_policies import DayForm, PolicyForm
from organization.models import Branch, Holiday, Role
from organization.requests import Request

FIRST_YEAR, LAST_YEAR = 2000, 2100


def policy_list(request: Request, branch_code: str) -> HttpResponse:
    branch = get_visible(Branch, request.actor, branch_code=branch_code)
    context = {"branch": branch, "policies": queries.policies_in_force(branch, timezone.localdate())}
    return render(request, "organization/policy_list.html", context)


def policy_detail(request: Request, name: str, branch_code: str) -> HttpResponse:
    branch = get_visible(Branch, request.actor, branch_code=branch_code)
    kind = settings.POLICIES.get(name)
    if kind is None:
        raise Http404
    now = next(one for one in queries.policies_in_force(branch, timezone.localdate()) if one.name == name)
    form = None
    if request.actor.holds(branch.pk, *kind.roles):
        back = reverse("organization:policy_list", args=[branch_code])
        form = PolicyForm(request.POST or None, kind=kind, initial={"value": now.value}, cancel_url=back)
        if request.method == "POST" and form.is_valid():
            try:
                actions.set_policy(actor=request.actor, branch=branch, name=name, **form.cleaned_data)
            except RuleError as error:
                refuse_on(form, error)
            else:
                messages.success(request, _("The value is set. It holds for this branch and those below it."))
                return redirect(back)
    history = [(row, kind.words(row.value)) for row in queries.policy_history(branch, name)]
    context = {"branch": branch, "now": now, "kind": kind, "history": history, "form": form}
    return render(request, "organization/policy_detail.html", context | {"default": kind.words(kind.default)})


def calendar(request: Request, year: int, branch_code: str) -> HttpResponse:
    branch = get_visible(Branch, request.actor, branch_code=branch_code)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    form = None
    if request.actor.holds(branch.pk, Role.CLERK, Role.DIRECTOR, Role.SUPERVISOR):
        form = DayForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                holiday = actions.mark_day(actor=request.actor, branch=branch, **form.cleaned_data)
            except RuleError as error:
                refuse_on(form, error)
            else:
                messages.success(request, _("%(day)s is marked.") % {"day": holiday.day})
                return redirect("organization:calendar", holiday.day.year, branch_code)
    return render(request, "organization/calendar.html", {"branch": branch, "form": form} | _year(branch, year))


@require_POST
def day_unmark(request: Request, branch_code: str) -> HttpResponse:
    branch = get_visible(Branch, request.actor, branch_code=branch_code)
    wanted = request.POST.get("day", "")
    holiday = (
        Holiday.objects.select_related("branch").filter(branch=branch, pk=wanted if wanted.isdecimal() else 0).first()
    )
    year = holiday.day.year if holiday else timezone.localdate().year
    try:
        if holiday is None:
            raise BadInput(_("This day is in the branch's calendar no longer."))
        actions.unmark_day(actor=request.actor, holiday=holiday)
    except RuleError as error:
        return refuse(request, error, "organization:calendar", year, branch_code)
    messages.success(request, _("%(day)s is again as in the public calendar.") % {"day": holiday.day})
    return redirect("organization:calendar", year, branch_code)


def _year(branch: Branch, year: int) -> dict[str, Any]:
    """The year's twelve months in weeks from Monday on, and the days that differ from plain weeks."""
    days = queries.calendar_of(branch, year)
    months = []
    for number in range(1, 13):
        found: list[queries.CalendarDay | None] = [one for one in days if one.day.month == number]
        lead = dt.date(year, number, 1).weekday()
        cells = [None] * lead + found
        cells += [None] * (-len(cells) % 7)
        months.append((dt.date(year, number, 1), [cells[at : at + 7] for at in range(0, len(cells), 7)]))
    return {
        "year": year,
        "today": timezone.localdate(),
        "months": months,
        "marked": [one for one in days if one.mark],
        "public": [one for one in days if one.name and not one.mark],
        "shifted": [one for one in days if one.moved and one.is_working and not one.mark],
        "working_days": sum(one.is_working for one in days),
        "weekdays": [dt.date(2024, 1, number) for number in range(1, 8)],  # a Monday to a Sunday
    }
