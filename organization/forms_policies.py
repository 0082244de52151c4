"""What a branch decides: the value of a policy, a day of its calendar."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.forms import DayField, Form, PointsField
from organization.policies import PolicyKind


class PolicyForm(Form):
    """A new value of a policy, from a day on, with a reason."""

    submit = _("Set this value")

    first_day = DayField(label=_("From"), help_text=_("Today or a later day. What was decided before stays as it was."))
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, kind: PolicyKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        value: forms.Field
        if kind.is_switch:
            choices = [("1", _("yes")), ("0", _("no"))]
            value = forms.TypedChoiceField(choices=choices, coerce=int, widget=forms.RadioSelect, label=kind.label)
        elif kind.is_hundredths:
            value = PointsField(minimum=kind.lowest, maximum=kind.highest, label=kind.label)
        else:
            value = forms.IntegerField(min_value=kind.lowest, max_value=kind.highest, label=kind.label)
            value.widget.attrs["class"] = "figure"
        if not kind.is_switch:
            value.help_text = _("%(lowest)s to %(highest)s.") % {
                "lowest": kind.words(kind.lowest),
                "highest": kind.words(kind.highest),
            }
        self.fields["value"] = value
        self.order_fields(["value", "first_day", "reason"])
        today = timezone.localdate()
        self.fields["first_day"].initial = today
        self.fields["first_day"].widget.attrs["min"] = today.isoformat()


class DayForm(Form):
    """A day on which the branch differs from the public calendar."""

    submit = _("Mark the day")

    day = DayField(label=_("Day"))
    is_working_day = forms.TypedChoiceField(
        label=_("On this day"),
        choices=[("no", _("the branch is closed")), ("yes", _("the branch works"))],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
        initial="no",
    )
    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("Such as: founding day, flood, shift for May Day.")
    )
