"""What a director says of a late report."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Form, PointsField


class ConfirmLateForm(Form):
    """The points and the words of the entry that it becomes."""

    submit = _("Confirm as an entry")

    points_hundredths = PointsField(
        label=_("Points of the entry"), help_text=_("Below zero, at most two decimals: -0.5"), maximum=-1
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class DismissLateForm(Form):
    """Why it takes no points."""

    submit = _("Dismiss")
    prefix = "dismiss"

    reason = forms.CharField(
        label=_("Why no points are taken"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
