"""Signing in and out; branches and people; what the system is busy with."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import LoginView
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import BadInput
from common.lists import Total, list_page, totals_part
from common.views import get_visible, refuse
from organization import queries
from organization.actions.people import change_password, note_print
from organization.exporting import export_list
from organization.forms import PasswordForm, SignInForm
from organization.keeping import typed_before
from organization.models import Branch, Employee
from organization.requests import Request
from organization.tables import BRANCHES, EMPLOYEES, BranchTable, EmployeeTable


class SignIn(LoginView):
    """The sign-in page."""

    template_name = "organization/sign_in.html"
    form_class = SignInForm  # type: ignore[assignment]
    redirect_authenticated_user = True

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(kept=self.request.POST.get("kept", ""), **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        led_on = super().form_valid(form)
        typed = typed_before(self.request.POST.get("kept", ""))
        return led_on if typed is None else render(self.request, "organization/typed_before.html", {"typed": typed})


def password_change(request: Request) -> HttpResponse:
    form = PasswordForm(request.POST or None, user=request.user, cancel_url=reverse("desk:home"))
    if form.is_valid():
        change_password(actor=request.actor, user=request.user, password=form.cleaned_data["new"])
        update_session_auth_hash(request, request.user)
        messages.success(request, _("Your password is changed."))
        return redirect("desk:home")
    return render(request, "form.html", {"form": form, "heading": _("Change password")})


def branch_list(request: Request) -> HttpResponse:
    filters = BRANCHES.filtered(request)
    table = BranchTable.of(request, filters.qs, order=BRANCHES.order)
    return list_page(
        request,
        "organization/branch_list.html",
        heading=_("Branches"),
        table=table,
        filters=filters,
        totals_url=reverse("organization:branch_totals"),
        export_url=reverse("organization:branch_list") + "export/",
    )


def branch_totals(request: Request) -> HttpResponse:
    filters = BRANCHES.filtered(request)
    found = queries.branch_totals(filters.qs)
    return totals_part(
        request,
        [
            Total(_("Branches"), found["branches"], "count"),
            Total(_("Employees"), found["headcount"], "count", _("people")),
        ],
    )


@require_POST
def branch_export(request: Request, kind: str) -> HttpResponseBase:
    return export_list(request, BRANCHES, kind)


def branch_detail(request: Request, branch_code: str) -> HttpResponse:
    branch = get_visible(Branch.objects.select_related("parent", "batch"), request.actor, branch_code=branch_code)
    return render(
        request, "organization/branch_detail.html", {"branch": branch} | queries.branch_facts(request.actor, branch)
    )


def employee_list(request: Request) -> HttpResponse:
    filters = EMPLOYEES.filtered(request)
    table = EmployeeTable.of(request, filters.qs, order=EMPLOYEES.order)
    return list_page(
        request,
        "organization/employee_list.html",
        heading=_("Employees"),
        table=table,
        filters=filters,
        totals_url=reverse("organization:employee_totals"),
        export_url=reverse("organization:employee_list") + "export/",
    )


def employee_totals(request: Request) -> HttpResponse:
    filters = EMPLOYEES.filtered(request)
    return totals_part(request, [Total(_("Employees"), filters.qs.count(), "count", _("people"))])


@require_POST
def employee_export(request: Request, kind: str) -> HttpResponseBase:
    return export_list(request, EMPLOYEES, kind)


def employee_detail(request: Request, employee_no: str) -> HttpResponse:
    employee = get_visible(Employee.objects.select_related("branch", "batch"), request.actor, employee_no=employee_no)
    context = {"employee": employee, "grants": queries.grants_of(employee)}
    return render(request, "organization/employee_detail.html", context)


def system(request: Request) -> HttpResponse:
    return render(request, "organization/system.html", {"jobs": queries.latest_jobs(request.actor)})


@require_POST
def print_note(request: Request) -> HttpResponse:
    """Told by a browser that is about to print a page; without scripts the print button comes here and is led back."""
    address = request.POST.get("page", "")[:2_000]
    try:
        page = resolve(address.partition("?")[0].replace("\0", "")).view_name
    except Resolver404:
        return refuse(request, BadInput(_("There is no such page.")), "desk:home")
    month = request.POST.get("month", "")[:7]
    note_print(actor=request.actor, page=page, address=address.replace("\0", ""), month=month.replace("\0", ""))
    if "back" not in request.POST:
        return HttpResponse(status=204)
    messages.info(request, _("It is noted that you print this page. Print it from the browser’s menu or with Ctrl+P."))
    return redirect(address)
