"""What is typed for a plan: the year's figure, and everybody's part of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import AmountField, Form, MonthField
from managers.queries.plans import PLANNED, PartLine
from organization.models import Branch


class BranchField(forms.ModelChoiceField):
    """A branch, by code and name."""

    def label_from_instance(self, obj: Branch) -> str:
        return f"{obj.branch_code} {obj.name}"


class PlanForm(Form):
    """A year's figure of a branch, or another version of it."""

    submit = _("Draft the plan")

    branch = BranchField(Branch.objects.none(), label=_("Branch"), to_field_name="branch_code")
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    indicator = forms.ChoiceField(label=_("Indicator"), choices=PLANNED)
    whole_hundredths = AmountField(
        label=_("Whole"),
        minimum=1,
        help_text=_(
            "Of the whole year for what adds up day by day, such as loans granted; for an average or a balance the figure"
            " of every month."
        ),
    )
    first_month = MonthField(
        label=_("From month"), help_text=_("From this month on managers have targets of this plan.")
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        required=False,
        help_text=_("Why the plan changes; needed from the second version on."),
    )

    def __init__(self, *args: Any, branches: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = branches  # type: ignore[attr-defined]


class PartsForm(Form):
    """The whole and everybody's part; an empty part is none."""

    submit = _("Keep the parts")

    whole = AmountField(
        label=_("Whole"), minimum=1, widget=forms.TextInput(attrs={"class": "form-control form-control-sm"})
    )

    def __init__(self, *args: Any, lines: Sequence[PartLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        for one in self.lines:
            self.fields[f"part_{one.key}"] = AmountField(
                label=one.name,
                required=False,
                minimum=0,
                initial=one.part_hundredths,
                widget=forms.TextInput(attrs={"class": "form-control form-control-sm"}),
            )

    @property
    def rows(self) -> list[tuple[PartLine, forms.BoundField]]:
        return [(one, self[f"part_{one.key}"]) for one in self.lines]

    @property
    def parts(self) -> dict[int, int]:
        """{key: hundredths} of what could be read."""
        typed = {one.key: self.cleaned_data.get(f"part_{one.key}") for one in self.lines}
        return {key: value for key, value in typed.items() if value is not None}
