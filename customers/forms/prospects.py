"""What is typed about a prospect."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import AmountField, DayField, Form
from customers.models import Customer


class ProspectForm(Form):
    """Somebody who may become a customer. `sure` is offered when somebody of the same name is known already."""

    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=Customer.Kind.choices)
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    source = forms.CharField(label=_("How found"), max_length=150, required=False)
    wants = forms.CharField(label=_("What they may want"), max_length=300, required=False)
    expected_fen = AmountField(label=_("Expected amount (yuan)"), required=False, minimum=0, maximum=10_000_000_000_00)
    next_step = forms.CharField(label=_("Next step"), max_length=200, required=False)
    next_on = DayField(label=_("By the day"), required=False)
    sure = forms.BooleanField(label=_("It is another person"), required=False)
    version = forms.IntegerField(required=False, min_value=1, max_value=2_000_000_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, asks: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks:
            self.fields["sure"].widget = forms.HiddenInput()


class StepForm(Form):
    """A step of a prospect to another stage."""

    to = forms.CharField(max_length=10)
    version = forms.IntegerField(min_value=1, max_value=2_000_000_000)
    words = forms.CharField(required=False, max_length=300)
    customer = forms.CharField(required=False, max_length=40)
