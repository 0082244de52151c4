"""The list of customers. One customer's page, which also shows the ledgers, is the desk's."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.lists import Total, list_page, one_branch, totals_part
from customers import queries
from customers.filters.customers import CustomerFilters
from customers.models import Customer
from customers.queries.assignments import with_manager
from customers.queries.completeness import fill_in_percent
from customers.tables.customers import CUSTOMERS, CustomerTable
from organization.exporting import export_list
from organization.requests import Request


def customer_list(request: Request) -> HttpResponse:
    filters = _filtered(request)
    table = CustomerTable.of(request, filters.qs, order=CUSTOMERS.order, exclude=one_branch(request))
    fill_in_percent(table.keyset.rows if table.keyset else [])
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
    found = queries.totals(_filtered(request).qs)
    kinds = [Total(label, found.get(kind, 0), "count") for kind, label in Customer.Kind.choices]
    return totals_part(request, [Total(_("Customers"), sum(found.values()), "count"), *kinds])


@require_POST
def customer_export(request: Request, kind: str) -> HttpResponseBase:
    return export_list(request, CUSTOMERS, kind)


def _filtered(request: Request) -> CustomerFilters:
    """What the address names, without the completeness that files have."""
    return CustomerFilters(request.GET, with_manager(queries.customers(request.actor)), request=request)
