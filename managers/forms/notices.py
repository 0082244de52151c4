"""What is typed about a public notice: its words, objections, findings and answers (article 7)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.forms import DayField, Form
from managers.forms.entries import PersonField
from managers.models import Objection
from organization.models import Employee


class NoticeForm(Form):
    """A public notice, its words filled in beforehand."""

    submit = _("Publish the notice")

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(label=_("Text"), max_length=4000, widget=forms.Textarea(attrs={"rows": 9}))
    first_day = DayField(label=_("From"), help_text=_("This day counts, where it is a working day."))
    contact = forms.CharField(
        label=_("Whom to call"), max_length=150, help_text=_("Name and telephone number for those who want to object.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_day"].widget.attrs["min"] = timezone.localdate().isoformat()


class ObjectionForm(Form):
    """An objection, named or anonymous."""

    submit = _("Raise the objection")

    text = forms.CharField(
        label=_("What speaks against the appointment?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What happened, when, and where it can be checked. The candidate reads these words."),
    )
    anonymously = forms.TypedChoiceField(
        label=_("Under which name?"),
        choices=[("no", _("under my name: the candidate does not learn it")), ("yes", _("anonymously"))],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
        initial="no",
        help_text=_(
            "Anonymously, no record of this system says who you are, and you get no message. Who asks back cannot reach you."
        ),
    )


class InvestigatorForm(Form):
    """Who looks into an objection."""

    submit = _("Ask this person")

    investigator = PersonField(
        Employee.objects.none(),
        label=_("Who looks into it"),
        to_field_name="employee_no",
        help_text=_("Neither the candidate nor the proposer nor who objects."),
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["investigator"].queryset = people  # type: ignore[attr-defined]


class FindingsForm(Form):
    """What was found."""

    submit = _("Hand in the findings")

    findings = forms.CharField(
        label=_("Findings"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Whom you have asked, what you have looked at, what is so. The candidate does not read this."),
    )


class AnswerForm(Form):
    """The answer to an objection."""

    submit = _("Answer")

    upheld = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[
            ("no", _("dismissed: the notice goes on from tomorrow")),
            ("yes", _("upheld: the candidate is not approved on this notice")),
        ],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=Objection._meta.get_field("answer").verbose_name,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("The candidate and who objects read this."),
    )
