"""Customers who look alike."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import RuleError
from common.views import get_visible, refuse
from customers.actions.duplicates import dismiss_duplicate
from customers.models import Customer
from customers.queries.duplicates import NAME, NUMBER, duplicates, read_branches
from customers.queries.merges import waiting
from customers.views.identity import kept_customer
from organization.models import Role
from organization.requests import Request


def duplicate_list(request: Request) -> HttpResponse:
    """Groups a page, by the number or by name, birthday and address; read by those who read whole branches."""
    if not read_branches(request.actor):
        raise Http404
    reason = NAME if request.GET.get("reason") == NAME else NUMBER
    after = (request.GET.get("after", "").replace("\0", ""), request.GET.get("address", "").replace("\0", ""))
    page = duplicates(request.actor, reason, after)
    following = ""
    if page.after:
        following = "?" + urlencode({"reason": reason, "after": page.after[0], "address": page.after[1]})
    context = {
        "page": page,
        "reason": reason,
        "following": following,
        "is_first": after == ("", ""),
        "merges": waiting(request.actor),
        "keeps": request.actor.branches_of(Role.CLERK, Role.DIRECTOR),
    }
    return render(request, "customers/duplicate_list.html", context)


@require_POST
def duplicate_dismiss(request: Request, customer_no: str) -> HttpResponse:
    """Says of a customer that it is none of the others named."""
    customer = kept_customer(request, customer_no)
    others = [
        get_visible(Customer.objects.select_related("branch"), request.actor, customer_no=number)
        for number in request.POST.getlist("other")[:20]
    ]
    back = f"{reverse('customers:duplicate_list')}?reason={NAME if request.POST.get('by') == NAME else NUMBER}"
    try:
        dismiss_duplicate(actor=request.actor, customer=customer, others=others, reason=request.POST.get("reason", ""))
    except RuleError as error:
        return refuse(request, error, back)
    messages.success(request, _("Kept: these are not the same. They are not shown together any more."))
    return redirect(back)
