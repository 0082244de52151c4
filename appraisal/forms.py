"""What is typed in the appraisal: the reason of a difference, a target of a month."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import AmountField, Form, PercentField
from managers.models import Indicator


class AcceptDifferenceForm(Form):
    """Why the ledger may differ from the control total."""

    submit = _("Accept the difference")

    explanation = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What the difference comes from, and where that is on record."),
    )


class TargetForm(Form):
    """A target of one month, for the whole month, before proration by days in office."""

    submit = _("Set the target")

    target_hundredths = AmountField(label=_("Target of the month"), minimum=1)
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Why this month has a target of its own; it stays on the trail.")
    )

    def __init__(self, *args: Any, indicator: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if indicator == Indicator.INTEREST_COLLECTION:
            self.fields["target_hundredths"] = PercentField(label=_("Target of the month"), minimum=1)
        unit = "%" if indicator == Indicator.INTEREST_COLLECTION else _("yuan")
        self.fields["target_hundredths"].help_text = _(
            "In %(unit)s, for the whole month. Days in office are taken into account later."
        ) % {"unit": unit}
