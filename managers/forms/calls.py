"""An announcement of posts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.forms import DayField, Form
from managers.models import TargetKind
from organization.models import Branch


class CallForm(Form):
    """Posts, days and words of a call."""

    submit = _("Announce the call")

    branch = forms.ModelChoiceField(
        Branch.objects.none(), label=_("Branch"), to_field_name="branch_code", empty_label=None
    )
    title = forms.CharField(label=_("Title"), max_length=100)
    posts = forms.IntegerField(label=_("Posts"), min_value=1, max_value=500, initial=1)
    target_kind = forms.ChoiceField(
        label=_("Target kind"), choices=[("", _("open")), *TargetKind.choices], required=False
    )
    first_day = DayField(label=_("Applications from"))
    last_day = DayField(label=_("to"), help_text=_("The last day is included."))
    text = forms.CharField(
        label=_("Text"),
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("What the posts are about, what is expected, whom to ask."),
    )

    def __init__(self, *args: Any, branches: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = branches  # type: ignore[attr-defined]
        self.fields["first_day"].initial = timezone.localdate()
