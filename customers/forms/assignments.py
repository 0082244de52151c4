"""Forms of assignments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.forms import DayField, Form
from customers.models import Assignment
from organization.models import Employee


class AssignForm(Form):
    """To whom, from when, and whether the customers are handed over or newly developed."""

    submit = _("Assign")

    manager = forms.ModelChoiceField(
        Employee.objects.none(), to_field_name="employee_no", label=_("Account manager"), empty_label=_("Choose …")
    )
    first_day = DayField(label=_("From"))
    last_day = DayField(label=_("To"), required=False, help_text=_("Empty: as long as the manager’s term lasts."))
    basis = forms.ChoiceField(
        choices=Assignment.Basis.choices,
        label=_("Basis"),
        widget=forms.RadioSelect,
        help_text=_("Newly developed is who was no customer before; new accounts then count as newly developed too."),
    )
    how = forms.CharField(label=_("How it was won"), max_length=300, required=False)

    def __init__(self, *args: Any, managers: QuerySet[Employee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["manager"]
        chosen.queryset = managers
        chosen.label_from_instance = lambda one: f"{one.employee_no} {one.name}"


class EndForm(Form):
    """The last day of an assignment, and why."""

    submit = _("End the assignment")

    last_day = DayField(label=_("Last day"))
    reason = forms.CharField(label=_("Reason"), max_length=300)
