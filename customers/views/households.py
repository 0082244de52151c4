"""A household with its members; joining, leaving, the head."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import BadInput, RuleError
from common.forms import refuse_on
from common.views import get_visible, part_page, refuse
from customers.actions.households import join_household, leave_household, set_head
from customers.forms.identity import JoinForm
from customers.models import Customer
from customers.queries.households import household_numbered, members
from customers.queries.identity import identity
from organization.requests import Request


def household_detail(request: Request, household_no: str) -> HttpResponse:
    household = household_numbered(request.actor, household_no)
    if household is None:
        raise Http404
    context = {"household": household, "members": members(request.actor, household)}
    return render(request, "customers/household_detail.html", context)


@require_POST
def household_join(request: Request, customer_no: str) -> HttpResponse:
    customer = _customer(request, customer_no)
    form = JoinForm(request.POST, auto_id="join-%s")
    if form.is_valid():
        given = form.cleaned_data
        household = household_numbered(request.actor, given.pop("household"))
        if household is None:
            form.add_error("household", _("There is no such household."))
        else:
            try:
                join_household(actor=request.actor, customer=customer, household=household, **given)
            except RuleError as error:
                refuse_on(form, error)
            else:
                messages.success(request, _("The household is changed."))
                return redirect("desk:customer_detail", customer_no)
    context = {"customer": customer, "who": identity(request.actor, customer), "join": form}
    back = reverse("desk:customer_detail", args=[customer_no])
    return part_page(
        request, "customers/identity.html", heading=_("Identity and household"), back=back, context=context
    )


@require_POST
def household_leave(request: Request, customer_no: str) -> HttpResponse:
    customer = _customer(request, customer_no)
    try:
        leave_household(actor=request.actor, customer=customer, last_day=_day(request.POST.get("last_day", "")))
    except RuleError as error:
        return refuse(request, error, "desk:customer_detail", customer_no)
    messages.success(request, _("The household is changed."))
    return redirect("desk:customer_detail", customer_no)


@require_POST
def household_head(request: Request, customer_no: str) -> HttpResponse:
    customer = _customer(request, customer_no)
    try:
        set_head(actor=request.actor, customer=customer)
    except RuleError as error:
        return refuse(request, error, "desk:customer_detail", customer_no)
    messages.success(request, _("The household is changed."))
    return redirect("desk:customer_detail", customer_no)


def _customer(request: Request, customer_no: str) -> Customer:
    customer: Customer = get_visible(Customer.objects.select_related("branch"), request.actor, customer_no=customer_no)
    return customer


def _day(written: str) -> dt.date:
    """Raises: BadInput for what is no day."""
    try:
        day = parse_date(written)
    except ValueError:
        day = None
    if day is None:
        raise BadInput(_("Name the day."), field="last_day")
    return day
