"""Dossiers to mend: reviews that are due and dossiers with gaps, the worst first; a review itself."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import RuleError
from common.lists import Total, list_page, one_branch, totals_part
from common.views import get_visible, refuse
from customers.actions.reviews import review_dossier
from customers.queries import customers
from customers.queries import reviews as queries
from customers.tables.reviews import REVIEWS, ReviewTable
from organization.exporting import export_list
from organization.models import BUSINESS_ROLES
from organization.requests import Request


def review_list(request: Request) -> HttpResponse:
    filters = REVIEWS.filtered(request)
    reads = bool(request.actor.branches_of(*BUSINESS_ROLES))
    exclude = one_branch(request) + (() if reads else ("manager_name", "manager_no"))
    return list_page(
        request,
        "customers/review_list.html",
        heading=_("Dossiers to mend"),
        table=ReviewTable.of(request, filters.qs, order=REVIEWS.order, exclude=exclude),
        filters=filters,
        totals_url=reverse("customers:review_totals"),
        export_url=reverse("customers:review_list") + "export/",
        reads=reads,
    )


def review_totals(request: Request) -> HttpResponse:
    found = queries.dossier_totals(REVIEWS.filtered(request).qs)
    return totals_part(
        request,
        [
            Total(_("Dossiers"), found["number"], "count"),
            Total(_("Reviews due"), found["due"], "count"),
            Total(_("Incomplete"), found["incomplete"], "count"),
        ],
    )


@require_POST
def review_export(request: Request, kind: str) -> HttpResponseBase:
    return export_list(request, REVIEWS, kind)


@require_POST
def review_add(request: Request, customer_no: str) -> HttpResponse:
    """The own manager says that the dossier is looked through and right."""
    customer = get_visible(customers(request.actor), request.actor, customer_no=customer_no)
    try:
        review_dossier(actor=request.actor, customer=customer, words=request.POST.get("words", ""))
    except RuleError as error:
        return refuse(request, error, "desk:customer_detail", customer_no)
    messages.success(request, _("It is kept that you have looked through this dossier."))
    return redirect("desk:customer_detail", customer_no)
