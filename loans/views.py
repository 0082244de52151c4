"""Loans: the list of a month, and the page of one."""

from __future__ import annotations

from functools import partial

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.lists import Total, list_page, one_branch, totals_part
from common.months import Month
from common.tables import export_table
from common.views import get_visible, month_of
from loans import queries
from loans.filters import LoanFilters
from loans.models import Loan
from loans.tables import LoanTable
from organization.actions.people import note_export
from organization.queries import latest_month
from organization.requests import Request


def _month(request: Request) -> Month:
    return month_of(request, partial(latest_month, request.actor))


def _filters(request: Request) -> LoanFilters:
    return LoanFilters(request.GET, queries.loans(request.actor, _month(request)), request=request)


def loan_list(request: Request) -> HttpResponse:
    filters = _filters(request)
    return list_page(
        request,
        "loans/loan_list.html",
        heading=_("Loans"),
        month=_month(request),
        table=LoanTable.of(request, filters.qs, order=("loan_no",), exclude=one_branch(request)),
        filters=filters,
        totals_url=reverse("loans:loan_totals"),
        export_url=reverse("loans:loan_list") + "export/",
    )


def loan_totals(request: Request) -> HttpResponse:
    found = queries.loan_totals(_filters(request).qs)
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
def loan_export(request: Request, kind: str) -> FileResponse:
    found = _filters(request).qs
    note_export(actor=request.actor, subject="loans.Loan", kind=kind, query=request.GET.urlencode())
    title = _("Loans %(month)s") % {"month": _month(request)}
    return export_table(LoanTable, found, title=title, kind=kind, order=("loan_no",))  # type: ignore[arg-type]


def loan_detail(request: Request, loan_no: str) -> HttpResponse:
    loans = Loan.objects.select_related("customer", "branch", "manager", "batch")
    loan = get_visible(loans, request.actor, loan_no=loan_no)
    month = _month(request)
    return render(
        request, "loans/loan_detail.html", {"loan": loan, "month": month, "page": queries.loan_page(loan, month)}
    )
