"""What is typed about the sale of a service product."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.forms import AmountField, DayField, Form, PointsField
from common.money import format_hundredths
from customers.forms.whose import OfCustomerForm
from customers.models import ServiceProduct
from customers.rules.products import MOST_QUANTITY


class ProductField(forms.ModelChoiceField):
    """A product by code and name, with what a unit of it is worth."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} {obj.name} · {format_hundredths(obj.points_hundredths)} / {obj.unit}"


class SaleForm(OfCustomerForm):
    """The quick entry of a sale."""

    product = ProductField(label=_("Product"), queryset=ServiceProduct.objects.none())
    quantity = PointsField(label=_("Quantity"), minimum=1, maximum=MOST_QUANTITY, initial="1")
    amount_fen = AmountField(
        label=pgettext_lazy("sum of money", "Amount"),
        minimum=0,
        required=False,
        help_text=_("In yuan, where the product has one."),
    )
    sold_on = DayField(label=_("Date"))
    remarks = forms.CharField(label=_("Remarks"), max_length=300, required=False)

    field_order = ("customer", "product", "quantity", "amount_fen", "sold_on", "remarks", "token")

    def __init__(self, *args: Any, products: QuerySet[ServiceProduct], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].queryset = products  # type: ignore[attr-defined]
        self.fields["sold_on"].initial = timezone.localdate
        self.fields["sold_on"].widget.attrs["max"] = timezone.localdate().isoformat()

    def clean(self) -> dict[str, Any]:
        """The product stands for its code: the row of the day of the sale is meant, where there is one."""
        given = super().clean() or {}
        product, day = given.get("product"), given.get("sold_on")
        if product is not None and day is not None:
            rows = ServiceProduct.objects.in_force(day).filter(branch=product.branch_id, code=product.code)
            given["product"] = rows.first() or product
        return given


class RejectForm(Form):
    """Why a sale is rejected."""

    submit = _("Reject")

    reason = forms.CharField(label=_("Reason"), max_length=300)
