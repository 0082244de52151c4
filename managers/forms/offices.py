"""What is typed about an office: the change that is proposed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import DayField, Form
from managers.models import AppointmentChange
from organization.models import Branch

Kind = AppointmentChange.Kind
LAST_DAYS: dict[str, tuple[Any, Any]] = {
    Kind.SUSPENSION: (_("Last day of the suspension"), _("Empty: until it is ended.")),
    Kind.LIFTING: (_("Last day of the suspension"), _("In office again from the day after.")),
    Kind.EXTENSION: (_("Last day of the longer term"), ""),
}


class BranchField(forms.ModelChoiceField):
    """A branch, by name and code."""

    def label_from_instance(self, obj: Branch) -> str:
        return f"{obj.name} {obj.branch_code}"


class ChangeForm(Form):
    """One change of an appointment; the days that it asks for are those of its kind."""

    submit = _("Propose")

    to_branch = BranchField(Branch.objects.none(), label=_("To the branch"), to_field_name="branch_code")
    first_day = DayField(label=_("First day of the suspension"))
    last_day = DayField(label=_("Last day in office"))
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, kind: str, branches: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind == Kind.TRANSFER:
            self.fields["to_branch"].queryset = branches  # type: ignore[attr-defined]
        else:
            del self.fields["to_branch"]
        if kind == Kind.SUSPENSION:
            self.fields["first_day"].initial = today
            self.fields["last_day"].required = False
        else:
            del self.fields["first_day"]
        label, said = LAST_DAYS.get(
            Kind(kind), (_("Last day in office"), _("What is held is taken over the day after."))
        )
        self.fields["last_day"].label, self.fields["last_day"].help_text = label, said


class WithdrawForm(Form):
    """Why a change is taken back."""

    reason = forms.CharField(max_length=300)
