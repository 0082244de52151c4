"""One customer, with all business with us on one page."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.shortcuts import render

from common.views import get_visible, month_of
from customers.models import Customer
from desk import queries
from organization.queries import latest_month
from organization.requests import Request


def customer_detail(request: Request, customer_no: str) -> HttpResponse:
    customer = get_visible(Customer.objects.select_related("branch", "batch"), request.actor, customer_no=customer_no)
    month = month_of(request, partial(latest_month, request.actor))
    page = queries.customer_page(request.actor, customer, month)
    return render(request, "desk/customer_detail.html", {"customer": customer, "month": month, "page": page})
