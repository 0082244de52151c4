"""What is typed about managers: a fact on conduct or compliance."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.forms import DayField, Form, PointsField
from common.months import Month
from managers.models import Indicator
from organization.models import Employee

ENTRY_INDICATORS = [(one.value, one.label) for one in (Indicator.CONDUCT, Indicator.COMPLIANCE)]


class PersonField(forms.ModelChoiceField):
    """A person, by number and name."""

    def label_from_instance(self, obj: Employee) -> str:
        return f"{obj.employee_no} {obj.name}"


class EntryForm(Form):
    """A fact worth points; it counts once another person has confirmed it."""

    submit = _("Enter the fact")

    manager = PersonField(Employee.objects.none(), label=_("Account manager"), to_field_name="employee_no")
    happened_on = DayField(label=_("Date"), help_text=_("The day on which it happened."))
    indicator = forms.ChoiceField(label=_("Indicator"), choices=ENTRY_INDICATORS)
    points_hundredths = PointsField(
        label=_("Points of the entry"), help_text=_("Below zero, at most two decimals: -0.5")
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What happened, and where it is on record."),
    )
    entry_no = forms.CharField(
        label=_("Entry no."),
        max_length=40,
        initial="1",
        help_text=_("A second fact of the same manager, day and indicator takes another number."),
    )

    def __init__(self, *args: Any, people: Any, month: Month, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["manager"].queryset = people  # type: ignore[attr-defined]
        days = self.fields["happened_on"].widget.attrs
        days["max"] = month.last_day.isoformat()
        today = timezone.localdate()
        self.fields["happened_on"].initial = today if today in month else None
