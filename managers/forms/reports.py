"""What is typed in a work report."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Form


class ReportForm(Form):
    """The three texts of a report; the version that was opened goes with them."""

    done = forms.CharField(
        label=_("What was done"), max_length=8000, required=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    plans = forms.CharField(
        label=_("What comes next"), max_length=8000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    needs = forms.CharField(
        label=_("What is needed"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = forms.IntegerField(min_value=0, max_value=2_000_000_000, widget=forms.HiddenInput)
