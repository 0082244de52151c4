"""A customer's full ID or telephone number, for who says why."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from common.errors import RuleError
from common.views import get_visible, say_refusal
from customers.actions.masks import NUMBERS, unmask
from customers.queries import customers
from organization.requests import Request


@never_cache
def customer_unmask(request: Request, number: str, customer_no: str) -> HttpResponse:
    """Asks why, and shows the number once in answer to the form; an address alone never shows it."""
    customer = get_visible(customers(request.actor), request.actor, customer_no=customer_no)
    if number not in NUMBERS:
        raise Http404
    shown = ""
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        try:
            shown = unmask(actor=request.actor, customer=customer, number=number, reason=reason)
        except RuleError as error:
            say_refusal(request, error)
    context = {"customer": customer, "number": number, "shown": shown, "typed": request.POST}
    return render(request, "customers/unmask.html", context)
