"""What is typed about honours, penalties and letters of authority."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.forms import AmountField, DayField, Form
from managers.forms.entries import PersonField
from managers.models import Penalty
from organization.models import Employee


class _AboutPerson(Form):
    employee = PersonField(Employee.objects.none(), label=_("Employee"), to_field_name="employee_no")

    def __init__(self, *args: Any, people: QuerySet[Employee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["employee"].queryset = people  # type: ignore[attr-defined]


class HonourForm(_AboutPerson):
    """An honour and who awarded it."""

    submit = _("Enter the honour")

    title = forms.CharField(label=_("Honour"), max_length=150)
    issuer = forms.CharField(label=_("Awarded by"), max_length=100)
    awarded_on = DayField(label=_("Date"))


class PenaltyForm(_AboutPerson):
    """A penalty with its days in force."""

    submit = _("Enter the penalty")

    kind = forms.ChoiceField(label=_("Kind"), choices=Penalty.Kind.choices)
    first_day = DayField(label=_("From"))
    last_day = DayField(label=_("To"), required=False, help_text=_("Empty: until it is lifted."))
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    issuer = forms.CharField(label=_("Decided by"), max_length=100)


class LetterForm(_AboutPerson):
    """A letter of authority."""

    submit = _("Issue the letter")

    letter_no = forms.CharField(label=_("Letter no."), max_length=40)
    scope = forms.CharField(
        label=_("Scope"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What the manager may do in the branch’s name."),
    )
    limit_fen = AmountField(
        label=_("Up to (yuan)"), minimum=1, required=False, help_text=_("Empty where no amount is named.")
    )
    first_day = DayField(label=_("From"))
    last_day = DayField(label=_("To"), required=False)
