"""One customer, with the whole dossier and all business with us on one page."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.views import get_visible, month_of, part_page
from customers.actions.dossier import note_phones_read
from customers.models import Customer
from customers.queries import household_of
from customers.queries.completeness import SUBJECT, completeness_of, fact_label
from customers.queries.dossier import dossier
from customers.queries.timeline import timeline
from desk import queries
from desk.queries.business import customer_business as business_of
from desk.queries.business import customer_curve as curve_of
from desk.queries.business import manager_of
from organization.queries import documents_of, latest_month
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


def customer_business(request: Request, customer_no: str) -> HttpResponse:
    """What the ledgers hold of the customer, for the customer's page."""
    customer = get_visible(Customer, request.actor, customer_no=customer_no)
    month = month_of(request, partial(latest_month, request.actor))
    context = {
        "customer": customer,
        "month": month,
        "business": business_of(request.actor, customer, month),
        # The curve is drawn by the customer's page; alone, the part has its table.
        "on_page": bool(request.htmx),
        "style": "css/customers.css",
    }
    back = f"{reverse('desk:customer_detail', args=[customer_no])}?month={month}"
    return part_page(request, "desk/customer_business.html", heading=_("Business with us"), back=back, context=context)


def customer_curve(request: Request, customer_no: str) -> JsonResponse:
    """Twelve months for drawing. Unit: fen. Shape: balances and averages in the order of `days`, which are months."""
    customer = get_visible(Customer, request.actor, customer_no=customer_no)
    month = month_of(request, partial(latest_month, request.actor))
    found = curve_of(request.actor, customer, month)
    return JsonResponse(
        {
            "days": [str(one.month) for one in found],
            "balances": [one.closing_fen for one in found],
            "average": [one.average_fen for one in found],
            "from": 0,
            "to": len(found) - 1,
        }
    )


def customer_print(request: Request, customer_no: str) -> HttpResponse:
    """The whole dossier as a paper; that it is printed is noted by the page's print button."""
    found = Customer.objects.select_related("branch", "merged_into", "archived_by")
    customer = get_visible(found, request.actor, customer_no=customer_no)
    month = month_of(request, partial(latest_month, request.actor))
    complete = completeness_of(customer)
    context = {
        "customer": customer,
        "month": month,
        "sections": dossier(customer),
        "business": business_of(request.actor, customer, month),
        "stream": timeline(request.actor, customer, size=12),
        "documents": documents_of(SUBJECT, [customer_no]),
        "memberships": household_of(customer),
        "held": manager_of(customer),
        "complete": complete,
        "missing": [fact_label(fact) for fact, _weight in complete.missing],
        "now": timezone.now(),
    }
    return render(request, "desk/customer_print.html", context)
