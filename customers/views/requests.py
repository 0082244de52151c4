"""Service requests: the list, the quick entry, the answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import RuleError
from common.forms import Form, refuse_on
from common.lists import Total, list_page, one_branch, totals_part
from common.views import get_visible, part_page
from customers.actions import requests as actions
from customers.forms.requests import AnswerForm, CancelForm, RequestForm
from customers.models import Customer, ServiceRequest
from customers.queries import requests as queries
from customers.tables.requests import REQUESTS, RequestTable
from organization.exporting import export_list
from organization.models import Role
from organization.requests import Request


def request_list(request: Request) -> HttpResponse:
    filters = REQUESTS.filtered(request)
    return list_page(
        request,
        "customers/request_list.html",
        heading=_("Service requests"),
        table=RequestTable.of(request, filters.qs, order=REQUESTS.order, exclude=one_branch(request)),
        filters=filters,
        totals_url=reverse("customers:request_totals"),
        export_url=reverse("customers:request_list") + "export/",
        takes=_takes(request),
        today=timezone.localdate(),
    )


def request_totals(request: Request) -> HttpResponse:
    found = queries.request_totals(REQUESTS.filtered(request).qs, timezone.localdate())
    totals = [
        Total(_("Service requests"), found["all"], "count"),
        Total(_("to answer"), found["waiting"], "count"),
        Total(_("overdue"), found["overdue"], "count"),
        Total(_("answered"), found["answered"], "count"),
    ]
    return totals_part(request, totals)


@require_POST
def request_export(request: Request, kind: str) -> HttpResponseBase:
    return export_list(request, REQUESTS, kind)


def request_new(request: Request) -> HttpResponse:
    if not _takes(request):
        raise Http404
    customers = queries.customers_for(request.actor, *queries.HELPERS)
    initial = {"customer": request.GET.get("customer", "")}
    form = RequestForm(request.POST or None, initial=initial, customers=customers)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.enter_request(actor=request.actor, **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The request is taken. Answer it by %(day)s.") % {"day": row.deadline})
            return redirect("customers:request_detail", row.pk)
    return render(request, "customers/request_new.html", {"form": form, "offered": queries.offered_names(customers)})


def request_detail(request: Request, pk: int) -> HttpResponse:
    return _detail(request, get_visible(queries.requests(request.actor), request.actor, pk=pk))


@require_POST
def request_answer(request: Request, pk: int) -> HttpResponse:
    row = get_visible(queries.requests(request.actor), request.actor, pk=pk)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            actions.answer_request(actor=request.actor, request=row, **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The request is answered."))
            return redirect("customers:request_detail", pk)
    return _detail(request, row, answer=form)


@require_POST
def request_cancel(request: Request, pk: int) -> HttpResponse:
    row = get_visible(queries.requests(request.actor), request.actor, pk=pk)
    form = CancelForm(request.POST)
    if form.is_valid():
        try:
            actions.cancel_request(actor=request.actor, request=row, **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The request is cancelled."))
            return redirect("customers:request_detail", pk)
    return _detail(request, row, cancel=form)


def customer_requests(request: Request, customer_no: str) -> HttpResponse:
    """The part of the customer's page."""
    customer = get_visible(Customer, request.actor, customer_no=customer_no)
    own = queries.customers_for(request.actor, *queries.HELPERS)
    context = {
        "customer": customer,
        "rows": queries.requests_of_customer(request.actor, customer),
        "takes": _takes(request) and own.filter(pk=customer.pk).exists(),
        "today": timezone.localdate(),
    }
    back = reverse("desk:customer_detail", args=[customer.customer_no])
    return part_page(request, "customers/request_part.html", heading=_("Service requests"), back=back, context=context)


def _takes(request: Request) -> bool:
    return bool(request.actor.branches_of(Role.ACCOUNT_MANAGER, *queries.HELPERS))


def _detail(request: Request, row: ServiceRequest, **forms: Form) -> HttpResponse:
    """Read anew after a refusal: what somebody else has done meanwhile stands above what was typed."""
    if forms:
        row = get_visible(queries.requests(request.actor), request.actor, pk=row.pk)
    context: dict[str, Any] = {
        "row": row,
        "today": timezone.localdate(),
        "answers": actions.may_answer(request.actor, row),
        "answer": AnswerForm(),
        "cancel": CancelForm(),
    }
    return render(request, "customers/request_detail.html", context | forms)
