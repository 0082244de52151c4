"""One customer, with the whole dossier and all business with us on one page."""

from __future__ import annotations

import contextlib
from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy

from common.views import get_visible, month_of
from customers.models import Customer
from desk import queries
from organization.queries import latest_month
from organization.requests import Request

# The parts of the page that are read after it is shown, in their order; each is a page of its own too.
PARTS = (
    ("completeness", "customers:customer_completeness", gettext_lazy("Completeness")),
    ("assignment", "customers:customer_assignment", gettext_lazy("Account manager")),
    ("identity", "customers:customer_identity", gettext_lazy("Identity and household")),
    ("business", "desk:customer_business", gettext_lazy("Business with us")),
    ("requests", "customers:customer_requests", gettext_lazy("Requests")),
    ("sales", "customers:customer_sales", gettext_lazy("Products sold")),
    ("timeline", "customers:customer_timeline", gettext_lazy("Timeline")),
    ("documents", "customers:customer_documents", gettext_lazy("Documents")),
    ("history", "customers:customer_history", gettext_lazy("History of changes")),
)


def customer_detail(request: Request, customer_no: str) -> HttpResponse:
    customer = get_visible(Customer.objects.select_related("branch", "batch"), request.actor, customer_no=customer_no)
    month = month_of(request, partial(latest_month, request.actor))
    page = queries.customer_page(request.actor, customer, month)
    parts = []
    for name, address, heading in PARTS:
        with contextlib.suppress(NoReverseMatch):
            parts.append((name, reverse(address, args=[customer_no]), heading))
    context = {"customer": customer, "month": month, "page": page, "parts": parts}
    return render(request, "desk/customer_detail.html", context)
