"""The timeline of a customer, a part of the customer's page."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from common.views import get_visible, part_page
from customers.models import Customer
from customers.queries.timeline import KINDS, timeline
from customers.tables.timeline import FILTERS, address_of, icon_of, word_of
from organization.requests import Request


def customer_timeline(request: Request, customer_no: str) -> HttpResponse:
    """One stream, the newest first; ?kind= shows one kind of it, ?before= what came before a line."""
    customer = get_visible(Customer, request.actor, customer_no=customer_no)
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    stream = timeline(request.actor, customer, kind=kind, before=request.GET.get("before", ""))
    context = {
        "customer": customer,
        "lines": [(line, icon_of(line), word_of(line), address_of(line)) for line in stream.lines],
        "older": stream.older,
        "kind": kind,
        "filters": [(name, FILTERS[name]) for name in FILTERS if name in KINDS],
        "later": bool(request.GET.get("before")),
    }
    back = reverse("desk:customer_detail", args=[customer_no])
    return part_page(request, "customers/timeline.html", heading=_("Timeline"), back=back, context=context)
