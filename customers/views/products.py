"""The catalogue of service products: the list, adding, mending, other points, ending."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import RuleError
from common.forms import Form, refuse_on
from common.lists import Total, list_page, totals_part
from common.views import get_visible
from customers.actions import products as actions
from customers.forms.products import EndForm, MendForm, PointsForm, ProductForm
from customers.models import ServiceProduct
from customers.queries import products as queries
from customers.tables.products import PRODUCTS, ProductTable
from organization.exporting import export_list
from organization.requests import Request


def product_list(request: Request) -> HttpResponse:
    filters = PRODUCTS.filtered(request)
    return list_page(
        request,
        "customers/product_list.html",
        heading=_("Service products"),
        table=ProductTable.of(request, filters.qs, order=PRODUCTS.order),
        filters=filters,
        totals_url=reverse("customers:product_totals"),
        export_url=reverse("customers:product_list") + "export/",
        keeps=bool(queries.branches_kept(request.actor)),
    )


def product_totals(request: Request) -> HttpResponse:
    return totals_part(request, [Total(_("Service products"), PRODUCTS.filtered(request).qs.count(), "count")])


@require_POST
def product_export(request: Request, kind: str) -> HttpResponseBase:
    return export_list(request, PRODUCTS, kind)


def product_new(request: Request) -> HttpResponse:
    kept = queries.branches_kept(request.actor)
    if not kept:
        raise Http404
    form = ProductForm(request.POST or None, branches=kept, cancel_url=reverse("customers:product_list"))
    if request.method == "POST" and form.is_valid():
        try:
            product = actions.add_product(actor=request.actor, **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("%(name)s is in the catalogue.") % {"name": product.name})
            return redirect("customers:product_list")
    return render(request, "customers/product_new.html", {"form": form})


def product_detail(request: Request, pk: int) -> HttpResponse:
    return _detail(request, _product(request, pk))


@require_POST
def product_mend(request: Request, pk: int) -> HttpResponse:
    product, form = _product(request, pk), MendForm(request.POST)
    if form.is_valid():
        try:
            actions.mend_product(actor=request.actor, product=product, **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The product is mended."))
            return redirect("customers:product_detail", pk)
    return _detail(request, product, mend=form)


@require_POST
def product_points(request: Request, pk: int) -> HttpResponse:
    product, form = _product(request, pk), PointsForm(request.POST)
    if form.is_valid():
        try:
            row = actions.change_points(actor=request.actor, product=product, **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("From %(day)s on a unit has other points.") % {"day": row.first_day})
            return redirect("customers:product_detail", row.pk)
    return _detail(request, product, points=form)


@require_POST
def product_end(request: Request, pk: int) -> HttpResponse:
    product, form = _product(request, pk), EndForm(request.POST)
    if form.is_valid():
        try:
            actions.end_product(actor=request.actor, product=product, **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The product leaves the catalogue after that day."))
            return redirect("customers:product_detail", pk)
    return _detail(request, product, end=form)


def _product(request: Request, pk: int) -> ServiceProduct:
    return get_visible(queries.products(request.actor, timezone.localdate()), request.actor, pk=pk)


def _detail(request: Request, product: ServiceProduct, **forms: Form) -> HttpResponse:
    today = timezone.localdate()
    context: dict[str, Any] = {
        "product": product,
        "rows": queries.rows_of_code(request.actor, product),
        "keeps": queries.keeps(request.actor, product.branch),
        "mend": MendForm(initial={"name": product.name, "kind": product.kind}),
        "points": PointsForm(initial={"points_hundredths": product.points_hundredths, "first_day": today}),
        "end": EndForm(initial={"last_day": product.last_day or today}),
    }
    return render(request, "customers/product_detail.html", context | forms)
