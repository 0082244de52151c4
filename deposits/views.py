"""Deposit accounts: the list of a month, and the page of one."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.lists import Total, list_page, one_branch, totals_part
from common.views import get_visible
from deposits.models import DepositAccount
from deposits.queries import accounts, balances
from deposits.tables import ACCOUNTS, AccountTable, PostingTable, month_asked
from organization.exporting import export_list
from organization.requests import Request


def account_list(request: Request) -> HttpResponse:
    filters = ACCOUNTS.filtered(request)
    return list_page(
        request,
        "deposits/account_list.html",
        heading=_("Deposits"),
        month=month_asked(request),
        table=AccountTable.of(
            request,
            filters.qs,
            order=ACCOUNTS.order,
            exclude=one_branch(request),
            # No index has the order: one branch's month is sorted anew, that of a whole union would take too long.
            sorted_too=("closing_fen",) if one_branch(request) or filters.form.cleaned_data.get("branch") else (),
        ),
        filters=filters,
        totals_url=reverse("deposits:account_totals"),
        export_url=reverse("deposits:account_list") + "export/",
    )


def account_totals(request: Request) -> HttpResponse:
    found = accounts.account_totals(ACCOUNTS.filtered(request).qs, month_asked(request))
    return totals_part(
        request,
        [
            Total(_("Accounts"), found["accounts"], "count"),
            Total(_("Closing balance"), found["closing_fen"]),
            Total(_("Month's average"), found["average_fen"]),
            Total(
                _("Accumulated balance"),
                found["accumulated_fen_days"],
                unit=_("yuan·day"),
                wide_unit=_("10,000 yuan·day"),
            ),
        ],
    )


@require_POST
def account_export(request: Request, kind: str) -> HttpResponseBase:
    return export_list(request, ACCOUNTS, kind)


def account_detail(request: Request, account_no: str) -> HttpResponse:
    accounts = DepositAccount.objects.select_related("customer", "branch", "batch", "parent_account")
    account = get_visible(accounts, request.actor, account_no=account_no)
    month = month_asked(request)
    found = balances.postings(account, None if request.GET.get("postings") == "all" else month)
    table = PostingTable.of(request, found, order=("-posted_on", "-serial_no", "-line"))
    page = balances.account_page(request.actor, account, month)
    context = {
        "account": account,
        "month": month,
        "page": page,
        "table": table,
        "all": request.GET.get("postings") == "all",
    }
    return render(request, "deposits/account_detail.html", context)


def account_curve(request: Request, account_no: str) -> JsonResponse:
    account = get_visible(DepositAccount, request.actor, account_no=account_no)
    return JsonResponse(balances.account_curve(account, month_asked(request)))
