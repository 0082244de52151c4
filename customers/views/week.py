"""The plan of a week: planned visits, promises and next steps by day; planning, moving, making, printing."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import RuleError
from common.forms import DayField, refuse_on
from common.views import get_visible, say_refusal
from customers.actions import visits as actions
from customers.forms.visits import PlanForm
from customers.queries import visits as queries
from customers.queries.week import plan_of
from customers.rules.visits import week_days, week_of
from customers.views.back import back_to
from managers.queries.branches import read_branches
from organization.models import BUSINESS_ROLES, Employee, Role
from organization.requests import Request


def week(request: Request) -> HttpResponse:
    """A manager's own week; the branch's people look at all of it, or at ?manager=."""
    plans = _plans(request)
    if not plans and not request.actor.branches_of(*BUSINESS_ROLES):
        raise Http404
    today = timezone.localdate()
    days = week_days(request.GET.get("week", ""), today)
    return _page(request, days, today, None)


def week_plan(request: Request) -> HttpResponse:
    """Plans a visit; what is wrong is said on the week itself."""
    if not _plans(request):
        raise Http404
    today = timezone.localdate()
    if request.method != "POST":
        return redirect("customers:week")
    form = PlanForm(request.POST, actor=request.actor)
    if form.is_valid():
        try:
            visit = actions.plan_visit(actor=request.actor, **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The visit is planned."))
            return redirect(f"{reverse('customers:week')}?week={week_of(visit.day)}")
    day = form.cleaned_data.get("day") or today
    return _page(request, week_days(week_of(day), today), today, form)


@require_POST
def visit_move(request: Request, pk: int) -> HttpResponse:
    visit = get_visible(queries.visits(request.actor), request.actor, pk=pk)
    try:
        day = DayField().clean(request.POST.get("day", ""))
        actions.move_visit(actor=request.actor, visit=visit, day=day)
    except RuleError as error:
        say_refusal(request, error)
    except ValidationError:
        messages.error(request, _("Choose the day."))
    else:
        messages.success(request, _("The visit is planned for %(day)s.") % {"day": day})
    return back_to(request, "customers:week")


def _plans(request: Request) -> bool:
    return bool(request.actor.branches_of(Role.ACCOUNT_MANAGER))


def _named(request: Request) -> Employee | None:
    """The manager whose week a reader looks at. Raises: Http404 for somebody who serves none of the branches read."""
    number = request.GET.get("manager", "")
    if not number:
        return None
    if "\0" in number:
        raise Http404
    found = queries.writers_of(request.actor).filter(employee_no=number).first()
    if found is None:
        raise Http404
    return None if found.pk == request.actor.employee_id else found


def _page(request: Request, days: list[dt.date], today: dt.date, form: PlanForm | None) -> HttpResponse:
    manager = _named(request)
    reads = read_branches(request.actor).exists()
    own = _plans(request) and manager is None
    planned = plan_of(request.actor, days, today, manager)
    context: dict[str, Any] = {
        "before": planned[0],
        "days": planned[1:],
        "today": today,
        "this_week": week_of(days[0]),
        "earlier": week_of(days[0] - dt.timedelta(days=7)),
        "later": week_of(days[0] + dt.timedelta(days=7)),
        "own": own,
        "manager": manager,
        "managers": queries.writers_of(request.actor) if reads else [],
        "form": form or PlanForm(actor=request.actor, initial={"token": uuid.uuid4(), "day": max(today, days[0])}),
        "offered": queries.offered(request.actor) if own else [],
        "purposes": queries.purposes(request.actor) if own else [],
    }
    return render(request, "customers/week.html", context)
