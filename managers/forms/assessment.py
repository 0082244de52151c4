"""What is typed while a candidate is assessed: assessors, marks, results, the peer review and its votes (article 6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.forms import DayField, Form, PointsField
from managers.forms.entries import PersonField
from managers.models import AssessmentGrade, Criterion, ExamResult, Mark
from organization.models import Employee

MARKS = [(5, "5"), (4, "4"), (3, "3"), (2, "2"), (1, "1")]


class PeopleField(forms.ModelMultipleChoiceField):
    """People, by number and name."""

    def label_from_instance(self, obj: Employee) -> str:
        return f"{obj.employee_no} {obj.name}"


class AssessorForm(Form):
    """One more assessor."""

    submit = _("Name as assessor")

    employee = PersonField(Employee.objects.none(), label=_("Assessor"), to_field_name="employee_no")

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["employee"].queryset = people  # type: ignore[attr-defined]


class MarksForm(Form):
    """An assessor's marks on the criteria of article 6, a remark each, and a file.

    Shape: a field named as the criterion, another one with the ending "_remark".
    """

    submit = _("Give these marks")

    def __init__(self, *args: Any, given: Mapping[str, Mark], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for criterion in Criterion:
            held = given.get(criterion.value)
            self.fields[criterion.value] = forms.TypedChoiceField(
                label=criterion.label,
                choices=MARKS,
                coerce=int,
                widget=forms.RadioSelect,
                initial=held.mark if held else None,
                error_messages={"required": _("Give a mark from 1 to 5.")},
            )
            self.fields[f"{criterion.value}_remark"] = forms.CharField(
                label=_("Remark"),
                required=False,
                max_length=500,
                initial=held.remark if held else "",
                widget=forms.Textarea(attrs={"rows": 1, "class": "form-control"}),
            )
        self.fields["file"] = forms.FileField(
            label=_("File"),
            required=False,
            widget=forms.ClearableFileInput(attrs={"class": "form-control"}),
            help_text=_("What your marks rest on: PDF, Word, Excel or a picture."),
        )

    @property
    def rows(self) -> Iterator[tuple[BoundField, BoundField]]:
        for criterion in Criterion:
            yield self[criterion.value], self[f"{criterion.value}_remark"]

    @property
    def marks(self) -> dict[str, tuple[int, str]]:
        return {
            one.value: (self.cleaned_data[one.value], self.cleaned_data[f"{one.value}_remark"]) for one in Criterion
        }


class ResultForm(Form):
    """The result of the written exam, of the skill test or of past performance."""

    submit = _("Enter the result")

    kind = forms.ChoiceField(label=_("Kind"), choices=ExamResult.Kind.choices)
    held_on = DayField(label=_("Date"))
    result_hundredths = PointsField(
        label=_("Result"), minimum=0, maximum=100_00, help_text=_("Points, 0 to 100, at most two decimals.")
    )
    remark = forms.CharField(
        label=_("Remark"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["held_on"].widget.attrs["max"] = timezone.localdate().isoformat()


class PeerReviewForm(Form):
    """Until which day a peer review is open, and who votes."""

    submit = _("Open the peer review")

    last_day = DayField(label=_("Until"), help_text=_("The last day on which people vote."))
    voters = PeopleField(
        Employee.objects.none(),
        label=_("Voters"),
        to_field_name="employee_no",
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Everybody of the branch with a sign-in, without the candidate. Take out who is not to vote."),
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["voters"].queryset = people  # type: ignore[attr-defined]
        self.fields["voters"].initial = list(people.values_list("employee_no", flat=True))
        self.fields["last_day"].widget.attrs["min"] = timezone.localdate().isoformat()


class ExtendForm(Form):
    """More time for the voters."""

    last_day = DayField(label=_("Until"))


class VoteForm(Form):
    """A secret vote: one of the offered marks, or a number."""

    submit = _("Vote")

    offered = forms.TypedChoiceField(
        label=_("How do you judge the candidate?"), required=False, coerce=int, empty_value=None
    )
    mark = forms.IntegerField(
        label=_("or a number of your own"),
        required=False,
        min_value=0,
        max_value=100,
        help_text=_("0 to 100. It takes the place of the choice above."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = dict(AssessmentGrade.choices)
        choices = [(mark, f"{words[grade]} · {mark}") for grade, mark in settings.PEER_REVIEW_MARKS]
        self.fields["offered"].choices = choices  # type: ignore[attr-defined]
        self.fields["offered"].widget = forms.RadioSelect(choices=choices)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("mark") is None and "mark" not in self.errors:
            if cleaned.get("offered") is None:
                raise ValidationError(_("Choose a mark, or write a number from 0 to 100."))
            cleaned["mark"] = cleaned["offered"]
        return cleaned
