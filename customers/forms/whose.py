"""Whom an entry is about: an own customer, or of those whose branch one works for, by number or whole name."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.forms import Form
from customers.models import Customer


class OfCustomerForm(Form):
    """Base of the quick entries. Shape: `customers` are those offered; the token makes a second sending the first one."""

    customer = forms.CharField(
        label=_("Customer"),
        max_length=120,
        widget=forms.TextInput(attrs={"list": "offered-customers", "autocomplete": "off"}),
        help_text=_("Number or whole name."),
    )
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, customers: QuerySet[Customer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.customers = customers
        self.fields["token"].initial = uuid4

    def clean_customer(self) -> Customer:
        typed = self.cleaned_data["customer"].strip()
        by_number = list(self.customers.filter(customer_no=typed).select_related("branch")[:1])
        found = by_number or list(self.customers.filter(name=typed).select_related("branch")[:2])
        match found:
            case [one]:
                return one
            case []:
                raise ValidationError(
                    _("“%(typed)s” is none of the customers for whom you write. Choose one from the list."),
                    params={"typed": typed},
                )
        raise ValidationError(_("Several are called “%(typed)s”. Write the number."), params={"typed": typed})
