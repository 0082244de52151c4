"""What is typed about a service request."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.forms import AmountField, DayField, Form
from customers.forms.whose import OfCustomerForm
from customers.models import ServiceRequest


class RequestForm(OfCustomerForm):
    """The quick entry of a request."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ServiceRequest.Kind.choices, widget=forms.RadioSelect)
    words = forms.CharField(label=_("What is asked for"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    amount_fen = AmountField(
        label=pgettext_lazy("sum of money", "Amount"),
        minimum=1,
        required=False,
        help_text=_("In yuan; of a loan it is needed."),
    )
    received_on = DayField(label=_("Received on"))
    deadline = DayField(
        label=_("Answer by"), required=False, help_text=_("Empty: within the working days of the branch’s policy.")
    )

    field_order = ("customer", "kind", "words", "amount_fen", "received_on", "deadline", "token")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["received_on"].initial = timezone.localdate
        self.fields["received_on"].widget.attrs["max"] = timezone.localdate().isoformat()


class AnswerForm(Form):
    """The answer, which stays."""

    submit = _("Answer")

    answer = forms.CharField(
        label=_("Answer"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("There is one answer, and it stays."),
    )


class CancelForm(Form):
    """Why a request is cancelled."""

    submit = _("Cancel the request")

    reason = forms.CharField(label=_("Reason"), max_length=300)
