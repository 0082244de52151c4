"""What is typed about who is who: merges, households, putting aside."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.forms import DayField, Form


class MergeForm(Form):
    """The other customer, which of the two goes on, and why they are one. Shape: goes_on is "this" or "other"."""

    submit = _("Propose the merge")
    other = forms.CharField(
        label=_("Customer no. of the other one"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    goes_on = forms.ChoiceField(label=_("Which one goes on"), widget=forms.RadioSelect, initial="this")
    reason = forms.CharField(
        label=_("Why these are one"), max_length=300, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 300})
    )

    def __init__(self, *args: Any, customer: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["goes_on"].choices = [  # type: ignore[attr-defined]
            ("this", _("%(name)s, %(number)s") % {"name": customer.name, "number": customer.customer_no}),
            ("other", _("the other one")),
        ]


class JoinForm(Form):
    """A household by its number, and since when."""

    submit = _("Join this household")
    household = forms.CharField(
        label=_("Household no."), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    first_day = DayField(label=_("Member from"))
    is_head = forms.BooleanField(label=_("Head of the household"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"first_day": timezone.localdate()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)


class ReasonForm(Form):
    """A reason."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2, "maxlength": 300})
    )

    def __init__(self, *args: Any, submit: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if submit is not None:
            self.submit = submit
