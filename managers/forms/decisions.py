"""The director's decision about a candidate."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import DayField, Form

APPROVE, RETURN, REJECT = "approve", "return", "reject"


class DecisionForm(Form):
    """Approve for a term, return or reject with a reason; the password once more."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        widget=forms.RadioSelect,
        choices=[(APPROVE, _("Approve for a term")), (RETURN, _("Return to be mended")), (REJECT, _("Do not approve"))],
    )
    term_first_day = DayField(label=_("Term from"), required=False)
    term_last_day = DayField(label=_("Term to"), required=False)
    reason = forms.CharField(label=_("Why"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    password = forms.CharField(
        label=_("Your password once more"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        decision = cleaned.get("decision")
        if decision == APPROVE:
            for name in ("term_first_day", "term_last_day"):
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(name, _("Say from when to when the term runs."))
        elif decision and "reason" not in self.errors and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say why."))
        return cleaned
