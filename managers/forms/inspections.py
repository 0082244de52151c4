"""What is typed about inspections: what is planned, and what was found."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.forms import DayField, Form
from managers.forms.sessions import PeopleField
from organization.models import Employee


class PlanForm(Form):
    """Inspections of several managers on one day."""

    submit = _("Plan the inspections")

    planned_on = DayField(label=_("Planned for"))
    subject = forms.CharField(
        label=_("Subject"), max_length=150, help_text=_("What is looked at: loans granted, visits, records of cash …")
    )
    everybody = forms.BooleanField(label=_("All account managers of the branch on that day"), required=False)
    people = PeopleField(label=_("or these"), required=False, help_text=_("Those who are due are ticked."))

    def __init__(self, *args: Any, people: QuerySet[Employee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = people  # type: ignore[attr-defined]


class FindingsForm(Form):
    """What an inspection has found, and what follows from it."""

    submit = _("Write down the findings")

    inspected_on = DayField(label=_("Inspected on"))
    findings = forms.CharField(label=_("What was found"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))
    follow_up = forms.CharField(
        label=_("To be mended"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Empty when nothing is to be mended."),
    )
    follow_up_by = DayField(label=_("To be mended by"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["inspected_on"].initial = timezone.localdate
