"""One customer, with the whole dossier and all business with us on one page."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from common.views import get_visible, month_of
from customers.actions.dossier import note_phones_read
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


# Those that stand beside the others on a wide page.
ASIDE = ("completeness", "assignment", "identity")


def customer_detail(request: Request, customer_no: str) -> HttpResponse:
    found = Customer.objects.select_related("branch", "batch", "merged_into", "archived_by")
    customer = get_visible(found, request.actor, customer_no=customer_no)
    month = month_of(request, partial(latest_month, request.actor))
    page = queries.customer_page(request.actor, customer, month)
    if page.own:
        note_phones_read(actor=request.actor, customer=customer)
    parts: dict[bool, list[Any]] = {True: [], False: []}
    for name, address, heading in PARTS:
        with contextlib.suppress(NoReverseMatch):
            parts[name in ASIDE].append((name, reverse(address, args=[customer_no]), heading))
    context = {
        "customer": customer,
        "month": month,
        "page": page,
        "own": page.own,
        "parts": parts[False],
        "aside": parts[True],
        "today": timezone.localdate(),
    }
    return render(request, "desk/customer_detail.html", context)
