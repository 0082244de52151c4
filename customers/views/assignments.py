"""Who looks after whom: the list, assigning one or many, a customer's managers, ending an assignment."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from common.errors import RuleError
from common.forms import refuse_on
from common.lists import Total, list_page, one_branch, totals_part
from common.views import get_visible, part_page
from customers.actions import assignments as actions
from customers.forms.assignments import AssignForm, EndForm
from customers.models import Assignment, Customer
from customers.queries import assignments as queries
from customers.tables.assignments import ASSIGNMENTS, AssignmentTable
from managers.queries.branches import branches_where
from organization.exporting import export_list
from organization.models import BUSINESS_ROLES, Branch
from organization.requests import Request

# So many customers are named on the page of an assignment, and so many are assigned at once.
_NAMED = 12
_AT_ONCE = 20_000


def assignment_list(request: Request) -> HttpResponse:
    _refuse_others(request)
    filters = ASSIGNMENTS.filtered(request)
    manager = filters.form.cleaned_data.get("manager") if filters.is_valid() else None
    return list_page(
        request,
        "customers/assignment_list.html",
        heading=_("Customers by account manager"),
        table=AssignmentTable.of(request, filters.qs, order=ASSIGNMENTS.order, exclude=one_branch(request)),
        filters=filters,
        totals_url=reverse("customers:assignment_totals"),
        export_url=reverse("customers:assignment_list") + "export/",
        assigns=bool(request.actor.branches_of(*queries.ASSIGNERS)),
        office=queries.office_to_hand_over(request.actor, manager, timezone.localdate()),
    )


def assignment_totals(request: Request) -> HttpResponse:
    _refuse_others(request)
    found = queries.totals(ASSIGNMENTS.filtered(request).qs)
    return totals_part(
        request,
        [
            Total(_("Customers"), found["customers"], "count"),
            Total(_("Assigned"), found["assigned"], "count"),
            Total(_("of them newly developed"), found["developed"], "count"),
            Total(_("Nobody’s"), found["customers"] - found["assigned"], "count"),
        ],
    )


@require_POST
def assignment_export(request: Request, kind: str) -> HttpResponseBase:
    _refuse_others(request)
    return export_list(request, ASSIGNMENTS, kind)


def assignment_new(request: Request) -> HttpResponse:
    """Assigns the customers that the address names (?customer=…), or all whom nobody has of those it filters (?all=yes)."""
    found, branch, back = _chosen(request)
    if branch is None:
        messages.info(request, _("There is nobody here who could be assigned. Everybody has a manager."))
        return redirect(back)
    today = timezone.localdate()
    preset = {"first_day": today, "basis": "assigned"} | {
        name: request.GET[name] for name in ("manager", "basis", "how") if request.GET.get(name)
    }
    form = AssignForm(
        request.POST or None, initial=preset, managers=queries.takers(branch, today, request.actor), cancel_url=back
    )
    if request.method == "POST" and form.is_valid():
        keys = list(found.values_list("pk", flat=True)[:_AT_ONCE])
        try:
            number = actions.assign_customers(actor=request.actor, branch=branch, customers=keys, **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
        else:
            words = ngettext("%(number)s customer is assigned.", "%(number)s customers are assigned.", number)
            messages.success(request, words % {"number": number})
            return redirect(back)
    context = {
        "form": form,
        "named": list(found[:_NAMED]),
        "number": min(found.order_by().count(), _AT_ONCE),
        "branch": branch,
        "back": back,
    }
    return render(request, "customers/assignment_new.html", context)


def assignment_end(request: Request, pk: int) -> HttpResponse:
    assignment = get_visible(Assignment.objects.select_related("customer", "manager", "branch"), request.actor, pk=pk)
    if not request.actor.holds(assignment.branch_id, *queries.ASSIGNERS):
        raise Http404
    back = reverse("desk:customer_detail", args=[assignment.customer.customer_no])
    form = EndForm(request.POST or None, initial={"last_day": timezone.localdate()}, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_assignment(actor=request.actor, assignment=assignment, **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The assignment ends on %(day)s.") % {"day": form.cleaned_data["last_day"]})
            return redirect(back)
    return render(request, "customers/assignment_end.html", {"form": form, "assignment": assignment, "back": back})


def customer_assignment(request: Request, customer_no: str) -> HttpResponse:
    customer = get_visible(Customer, request.actor, customer_no=customer_no)
    return part_page(
        request,
        "customers/assignment_part.html",
        heading=_("Account manager"),
        back=reverse("desk:customer_detail", args=[customer_no]),
        context={"customer": customer, "held": queries.assignments_of(request.actor, customer)},
    )


def _chosen(request: Request) -> tuple[QuerySet[Any], Branch | None, str]:
    """The customers in question, the one branch that they belong to (none where there is nobody), and the way back.

    Raises: Http404 for whoever assigns nowhere, and for customers that are not there.
    """
    branches = branches_where(request.actor, *queries.ASSIGNERS)
    if not branches:
        raise Http404
    numbers = [number.replace("\0", "") for number in request.GET.getlist("customer")[:200]]
    found = queries.assignable(request.actor).filter(branch__in=branches)
    if numbers:
        found = found.filter(customer_no__in=numbers).order_by("customer_no")
        back = reverse("customers:assignment_list")
        if len(numbers) == 1:
            back = reverse("desk:customer_detail", args=[numbers[0]])
    else:
        found = queries.unassigned(ASSIGNMENTS.filtered(request).qs.filter(branch__in=branches)).order_by("customer_no")
        kept = request.GET.copy()
        kept.pop("all", None)
        back = reverse("customers:assignment_list") + (f"?{kept.urlencode()}" if kept else "")
    first = found.first()
    if first is None and numbers:
        raise Http404
    return (found.filter(branch=first.branch_id), first.branch, back) if first else (found, None, back)


def _refuse_others(request: Request) -> None:
    """Raises: Http404 for whoever reads no branch's business."""
    if not request.actor.branches_of(*BUSINESS_ROLES):
        raise Http404
