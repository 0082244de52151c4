"""Sales of service products: the list, the quick entry, the second person's decision."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from common.errors import RuleError
from common.forms import refuse_on
from common.lists import Total, list_page, one_branch, totals_part
from common.views import get_visible, part_page, refuse
from customers.actions import sales as actions
from customers.forms.sales import RejectForm, SaleForm
from customers.models import Customer, Sale
from customers.queries import sales as queries
from customers.queries.requests import customers_for, offered_names
from customers.tables.sales import SALES, SaleTable
from organization.exporting import export_list
from organization.models import Role
from organization.requests import Request


def sale_list(request: Request) -> HttpResponse:
    filters = SALES.filtered(request)
    return list_page(
        request,
        "customers/sale_list.html",
        heading=_("Sales of service products"),
        table=SaleTable.of(request, filters.qs, order=SALES.order, exclude=one_branch(request)),
        filters=filters,
        totals_url=reverse("customers:sale_totals"),
        export_url=reverse("customers:sale_list") + "export/",
        sells=_sells(request),
        waiting=queries.number_to_confirm(request.actor),
    )


def sale_totals(request: Request) -> HttpResponse:
    found = queries.sale_totals(SALES.filtered(request).qs)
    totals = [
        Total(_("Sales"), found["sales"], "count"),
        Total(_("of them to confirm"), found["waiting"], "count"),
        Total(_("Quantity"), found["quantity_hundredths"], "points"),
        Total(pgettext("worth", "Points"), found["points_hundredths"], "points"),
        Total(pgettext("sum of money", "Amount"), found["amount_fen"]),
    ]
    return totals_part(request, totals)


@require_POST
def sale_export(request: Request, kind: str) -> HttpResponseBase:
    return export_list(request, SALES, kind)


def sale_new(request: Request) -> HttpResponse:
    if not _sells(request):
        raise Http404
    customers = customers_for(request.actor, Role.CLERK)
    products = queries.products_to_sell(request.actor)
    initial = {"customer": request.GET.get("customer", "")}
    form = SaleForm(request.POST or None, initial=initial, customers=customers, products=products)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        given["quantity_hundredths"] = given.pop("quantity")
        try:
            sale = actions.enter_sale(actor=request.actor, **given)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The sale is entered. It counts when a second person has confirmed it."))
            return redirect("customers:sale_new" if "another" in request.POST else _address(sale))
    context = {"form": form, "offered": offered_names(customers), "offers": products.exists()}
    return render(request, "customers/sale_new.html", context)


def sale_detail(request: Request, pk: int) -> HttpResponse:
    return _detail(request, get_visible(queries.sale_seen(request.actor), request.actor, pk=pk), RejectForm())


@require_POST
def sale_confirm(request: Request) -> HttpResponse:
    """Confirms what is ticked; says what is left and why."""
    chosen = [int(value) for value in request.POST.getlist("sale")[:500] if value.isdecimal() and len(value) < 19]
    back = request.POST.get("back", "")
    to = reverse("customers:sale_list") + (f"?{back}" if back else "")
    try:
        done = actions.confirm_sales(
            actor=request.actor, sales=list(queries.sales(request.actor).filter(pk__in=chosen))
        )
    except RuleError as error:
        return refuse(request, error, to)
    number = len(done.sales)
    words = ngettext("%(number)s sale is confirmed.", "%(number)s sales are confirmed.", number)
    messages.success(request, words % {"number": number})
    for sentence in done.refused:
        messages.warning(request, sentence)
    return redirect(to)


@require_POST
def sale_reject(request: Request, pk: int) -> HttpResponse:
    sale = get_visible(queries.sale_seen(request.actor), request.actor, pk=pk)
    form = RejectForm(request.POST)
    if form.is_valid():
        try:
            actions.reject_sale(actor=request.actor, sale=sale, seen=request.POST.get("seen", ""), **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The sale is rejected. Its manager has been told."))
            return redirect(_address(sale))
    return _detail(request, sale, form)


def customer_sales(request: Request, customer_no: str) -> HttpResponse:
    """The part of the customer's page."""
    customer = get_visible(Customer, request.actor, customer_no=customer_no)
    context = {
        "customer": customer,
        "sales": queries.sales_of_customer(request.actor, customer),
        "sells": _sells(request) and customers_for(request.actor, Role.CLERK).filter(pk=customer.pk).exists(),
    }
    back = reverse("desk:customer_detail", args=[customer.customer_no])
    return part_page(request, "customers/sale_part.html", heading=_("Products sold"), back=back, context=context)


def _sells(request: Request) -> bool:
    return bool(request.actor.branches_of(Role.ACCOUNT_MANAGER, Role.CLERK))


def _address(sale: Sale) -> str:
    return reverse("customers:sale_detail", args=[sale.pk])


def _detail(request: Request, sale: Sale, form: RejectForm) -> HttpResponse:
    decides = actions.decides(request.actor, sale)
    return render(request, "customers/sale_detail.html", {"sale": sale, "decides": decides, "form": form})
