"""Deposit accounts: the list of a month, the page of one, and the new ones that were attributed by themselves."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from common.errors import RuleError
from common.lists import Total, list_page, one_branch, totals_part
from common.views import get_visible, refuse
from deposits.actions.new_accounts import undo_new_accounts
from deposits.models import DepositAccount
from deposits.queries import accounts, balances, new_accounts
from deposits.tables import ACCOUNTS, NEW_ACCOUNTS, AccountTable, NewAccountTable, PostingTable, month_asked
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


def new_account_list(request: Request) -> HttpResponse:
    filters = NEW_ACCOUNTS.filtered(request)
    return list_page(
        request,
        "deposits/new_account_list.html",
        heading=_("New accounts attributed by themselves"),
        table=NewAccountTable.of(request, filters.qs, order=NEW_ACCOUNTS.order, exclude=one_branch(request)),
        filters=filters,
        totals_url=reverse("deposits:new_account_totals"),
        export_url=reverse("deposits:new_account_list") + "export/",
        undoes=bool(request.actor.branches_of(*new_accounts.UNDOERS)),
    )


def new_account_totals(request: Request) -> HttpResponse:
    found = new_accounts.new_account_totals(NEW_ACCOUNTS.filtered(request).qs)
    labels = {"accounts": _("Accounts"), "customers": _("Customers"), "managers": _("Account managers")}
    return totals_part(request, [Total(label, found[name], "count") for name, label in labels.items()])


@require_POST
def new_account_export(request: Request, kind: str) -> HttpResponseBase:
    return export_list(request, NEW_ACCOUNTS, kind)


@require_POST
def new_account_undo(request: Request) -> HttpResponse:
    """Takes back what is ticked, with a reason."""
    chosen = [
        int(value) for value in request.POST.getlist("attribution")[:500] if value.isdecimal() and len(value) < 19
    ]
    to = f"{reverse('deposits:new_account_list')}?{request.POST.get('back', '')}".rstrip("?")
    rows = list(new_accounts.new_accounts(request.actor).filter(pk__in=chosen))
    reason = request.POST.get("reason", "")[:300]
    try:
        number = undo_new_accounts(actor=request.actor, attributions=rows, reason=reason)
    except RuleError as error:
        return refuse(request, error, to)
    words = ngettext("%(number)s account is nobody’s again.", "%(number)s accounts are nobody’s again.", number)
    messages.success(request, words % {"number": number})
    return redirect(to)
