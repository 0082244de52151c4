"""Loans: the list of a month, and the page of one."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.lists import Total, list_page, one_branch, totals_part
from common.views import get_visible
from loans import queries
from loans.models import Loan
from loans.tables import LOANS, LoanTable, month_asked
from organization.exporting import export_list
from organization.requests import Request


def loan_list(request: Request) -> HttpResponse:
    filters = LOANS.filtered(request)
    return list_page(
        request,
        "loans/loan_list.html",
        heading=_("Loans"),
        month=month_asked(request),
        table=LoanTable.of(request, filters.qs, order=LOANS.order, exclude=one_branch(request)),
        filters=filters,
        totals_url=reverse("loans:loan_totals"),
        export_url=reverse("loans:loan_list") + "export/",
    )


def loan_totals(request: Request) -> HttpResponse:
    found = queries.loan_totals(LOANS.filtered(request).qs)
    return totals_part(
        request,
        [
            Total(_("Loans"), found["loans"], "count"),
            Total(_("Principal"), found["principal_fen"]),
            Total(_("Outstanding"), found["outstanding_fen"]),
            Total(_("Recovered in the month"), found["recovered_fen"]),
            Total(_("Interest in the month"), found["interest_received_fen"]),
        ],
    )


@require_POST
def loan_export(request: Request, kind: str) -> HttpResponseBase:
    return export_list(request, LOANS, kind)


def loan_detail(request: Request, loan_no: str) -> HttpResponse:
    loans = Loan.objects.select_related("customer", "branch", "manager", "batch")
    loan = get_visible(loans, request.actor, loan_no=loan_no)
    month = month_asked(request)
    return render(
        request, "loans/loan_detail.html", {"loan": loan, "month": month, "page": queries.loan_page(loan, month)}
    )
