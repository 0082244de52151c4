"""Deposit accounts: the list of a month, and the page of one."""

from __future__ import annotations

from functools import partial

from django.http import FileResponse, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.lists import Total, list_page, one_branch, totals_part
from common.months import Month
from common.tables import export_table
from common.views import get_visible, month_of
from deposits.filters import AccountFilters
from deposits.models import DepositAccount
from deposits.queries import accounts, balances
from deposits.tables import AccountTable, PostingTable
from organization.actions.people import note_export
from organization.queries import latest_month
from organization.requests import Request


def _month(request: Request) -> Month:
    return month_of(request, partial(latest_month, request.actor))


def _filters(request: Request) -> AccountFilters:
    return AccountFilters(request.GET, accounts.accounts(request.actor, _month(request)), request=request)


def account_list(request: Request) -> HttpResponse:
    filters = _filters(request)
    return list_page(
        request,
        "deposits/account_list.html",
        heading=_("Deposits"),
        month=_month(request),
        table=AccountTable.of(request, filters.qs, order=("account_no",), exclude=one_branch(request)),
        filters=filters,
        totals_url=reverse("deposits:account_totals"),
        export_url=reverse("deposits:account_list") + "export/",
    )


def account_totals(request: Request) -> HttpResponse:
    found = accounts.account_totals(_filters(request).qs, _month(request))
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
def account_export(request: Request, kind: str) -> FileResponse:
    found = _filters(request).qs
    note_export(actor=request.actor, subject="deposits.DepositAccount", kind=kind, query=request.GET.urlencode())
    title = _("Deposits %(month)s") % {"month": _month(request)}
    return export_table(AccountTable, found, title=title, kind=kind, order=("account_no",))  # type: ignore[arg-type]


def account_detail(request: Request, account_no: str) -> HttpResponse:
    accounts = DepositAccount.objects.select_related("customer", "branch", "batch", "parent_account")
    account = get_visible(accounts, request.actor, account_no=account_no)
    month = _month(request)
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
    return JsonResponse(balances.account_curve(account, _month(request)))
