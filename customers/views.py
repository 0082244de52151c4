"""The list of customers. One customer's page, which also shows the ledgers, is the desk's."""

from __future__ import annotations

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.lists import Total, list_page, one_branch, totals_part
from common.tables import export_table
from customers import queries
from customers.filters import CustomerFilters
from customers.models import Customer
from customers.tables import CustomerTable
from organization.actions.people import note_export
from organization.requests import Request


def customer_list(request: Request) -> HttpResponse:
    filters = CustomerFilters(request.GET, queries.customers(request.actor), request=request)
    table = CustomerTable.of(request, filters.qs, order=("customer_no",), exclude=one_branch(request))
    return list_page(
        request,
        "customers/customer_list.html",
        heading=_("Customers"),
        table=table,
        filters=filters,
        totals_url=reverse("customers:customer_totals"),
        export_url=reverse("customers:customer_list") + "export/",
    )


def customer_totals(request: Request) -> HttpResponse:
    found = queries.totals(CustomerFilters(request.GET, queries.customers(request.actor), request=request).qs)
    kinds = [Total(label, found.get(kind, 0), "count") for kind, label in Customer.Kind.choices]
    return totals_part(request, [Total(_("Customers"), sum(found.values()), "count"), *kinds])


@require_POST
def customer_export(request: Request, kind: str) -> FileResponse:
    filters = CustomerFilters(request.GET, queries.customers(request.actor), request=request)
    note_export(actor=request.actor, subject="customers.Customer", kind=kind, query=request.GET.urlencode())
    return export_table(CustomerTable, filters.qs, title=_("Customers"), kind=kind, order=("customer_no",))  # type: ignore[arg-type]
