"""The part of a customer's page that says who it is; putting a customer aside and taking it up again."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from common.errors import RuleError
from common.forms import refuse_on
from common.views import get_visible, part_page
from customers.actions.archiving import archive_customer, restore_customer
from customers.forms.identity import JoinForm, ReasonForm
from customers.models import Customer
from customers.queries.identity import identity
from organization.models import Role
from organization.requests import Request


def customer_identity(request: Request, customer_no: str) -> HttpResponse:
    customer = get_visible(Customer.objects.select_related("merged_into"), request.actor, customer_no=customer_no)
    context = {"customer": customer, "who": identity(request.actor, customer), "join": JoinForm(auto_id="join-%s")}
    back = reverse("desk:customer_detail", args=[customer_no])
    return part_page(
        request, "customers/identity.html", heading=_("Identity and household"), back=back, context=context
    )


def customer_archive(request: Request, customer_no: str) -> HttpResponse:
    """Puts a customer aside with a reason, or takes one up again that is."""
    customer = kept_customer(request, customer_no)
    is_aside = customer.archived_at is not None
    words = _("Take up again") if is_aside else _("Put aside")
    back = reverse("desk:customer_detail", args=[customer_no])
    form = ReasonForm(request.POST or None, submit=words, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        change = restore_customer if is_aside else archive_customer
        try:
            change(actor=request.actor, customer=customer, **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("Done. It is on the trail, with your reason."))
            return redirect(back)
    context = {"customer": customer, "form": form, "is_aside": is_aside}
    return render(request, "customers/identity_archive.html", context)


def kept_customer(request: Request, customer_no: str) -> Customer:
    """A customer of a branch where the person is clerk or director. Raises: Http404 for everybody else."""
    customer: Customer = get_visible(Customer.objects.select_related("branch"), request.actor, customer_no=customer_no)
    if not request.actor.holds(customer.branch_id, Role.CLERK, Role.DIRECTOR):
        raise Http404
    return customer
