"""What is typed on the way into office: who applies and how, statement, declaration, the check, withdrawal, a colleague's
answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.forms import Form
from managers.models import Application, Call
from managers.queries.applications import colleagues_of, people_of_units, typed_people, units_of
from managers.queries.calls import open_calls
from organization.models import Branch, Employee
from organization.rules import Actor

_BETWEEN_NAMES = re.compile(r"[\n,;，；、]+")


class VersionForm(Form):
    """A form that knows which version of the application its page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        # The buttons of the steps stand outside the form and belong to it.
        helper.form_id = "step-form"
        return helper

    def renew(self, version: int) -> None:
        """After somebody else's change: what was typed stands on, and the next time it is meant."""
        self.data = {**self.data.dict(), "version": str(version)}  # type: ignore[attr-defined]


class CallField(forms.ModelChoiceField):
    """A call, by title and the days that are left."""

    def label_from_instance(self, obj: Call) -> str:
        return f"{obj.title}（{obj.branch.name}，{obj.last_day}）"


class WhoForm(VersionForm):
    """The first step: for which call, in whose name, whom, and which colleagues recommend, as the way asks."""

    submit = _("Save and go on")

    call = CallField(
        Call.objects.none(),
        label=_("Answer to a call"),
        required=False,
        empty_label=_("none"),
        help_text=_("An application needs no call."),
    )
    unit = forms.ModelChoiceField(
        Branch.objects.none(), label=_("Unit that recommends"), to_field_name="branch_code", empty_label=None
    )
    candidate = forms.CharField(
        label=_("Candidate"),
        max_length=60,
        widget=forms.TextInput(attrs={"list": "offered-people", "autocomplete": "off"}),
        help_text=_("Employee number or whole name."),
    )
    colleagues = forms.CharField(
        label=_("Colleagues who recommend"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Employee numbers or whole names, one a line. Each is asked once the application is handed in, and answers in"
            " person."
        ),
    )

    def __init__(
        self, *args: Any, actor: Actor, route: str, application: Application | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.route, self.application = actor, route, application
        self._field("call").queryset = open_calls(actor, application)
        if route == Application.Route.UNIT and application is None:
            self._field("unit").queryset = units_of(actor)
        else:
            del self.fields["unit"]
        if route == Application.Route.OWN or application is not None:
            del self.fields["candidate"]
        if route != Application.Route.COLLEAGUES:
            del self.fields["colleagues"]

    def _field(self, name: str) -> Any:
        return self.fields[name]

    @property
    def people(self) -> QuerySet[Employee]:
        """Whom one may name on this way."""
        return people_of_units(self.actor) if self.route == Application.Route.UNIT else colleagues_of(self.actor)

    def clean_candidate(self) -> Employee:
        return _found(self.people, [self.cleaned_data["candidate"].strip()])[0]

    def clean_colleagues(self) -> list[Employee]:
        return _colleagues(colleagues_of(self.actor), self.cleaned_data["colleagues"])


class StatementForm(VersionForm):
    """The second step: why, and the course of life so far."""

    submit = _("Save and go on")

    statement = forms.CharField(
        label=_("Statement"),
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=_("Why the candidate applies, and what he or she will do for the customers."),
    )
    resume = forms.CharField(
        label=_("Résumé"),
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=_("Schooling, posts, results. It may also be added as a document."),
    )


class DeclarationForm(VersionForm):
    """The third step: the candidate's own word."""

    submit = _("Save and go on")

    declares_capacity = forms.BooleanField(label=_("I have full capacity for civil conduct"), required=False)
    relatives = forms.CharField(
        label=_("Close relatives in the branch's credit posts"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Name, relation and post; empty when there are none. It keeps nobody out: they stand aside (recusal)."
        ),
    )


class DocumentForm(Form):
    """A file and what it is."""

    submit = _("Add the document")

    file = forms.FileField(
        label=_("File"),
        max_length=255,
        help_text=_("PDF, Word, Excel or a picture, up to 20 MB."),
    )
    title = forms.CharField(label=_("What it is"), max_length=150, required=False)


class WithdrawForm(VersionForm):
    """Why an application is withdrawn."""

    submit = _("Withdraw the application")

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class AsideForm(Form):
    """Why a document is put aside."""

    submit = _("Put the document aside")

    reason = forms.CharField(label=_("Reason"), max_length=300)


class CheckForm(VersionForm):
    """What the check comes to."""

    submit = _("Record the check")

    state = forms.ChoiceField(
        label=_("The check comes to"),
        widget=forms.RadioSelect,
        choices=[
            (Application.State.QUALIFIED, _("qualified: people judge next")),
            (Application.State.RETURNED, _("returned: something is to be mended")),
            (Application.State.NOT_QUALIFIED, _("not qualified: the application is over")),
        ],
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed to return and to refuse; the candidate reads it."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("state", "qualified") != Application.State.QUALIFIED and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say why."))
        return cleaned


CONFIRMS, DECLINES = "confirms", "declines"


class AnswerForm(Form):
    """A colleague's yes or no, with a few words."""

    submit = _("Answer")

    answer = forms.ChoiceField(
        label=_("Your answer"),
        widget=forms.RadioSelect,
        choices=[(CONFIRMS, _("I recommend the candidate")), (DECLINES, _("I do not"))],
    )
    words = forms.CharField(label=_("In a few words, why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ColleaguesForm(Form):
    """Further colleagues who are asked."""

    submit = _("Ask these colleagues")

    colleagues = forms.CharField(
        label=_("Colleagues who recommend"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Employee numbers or whole names, one a line."),
    )

    def __init__(self, *args: Any, people: QuerySet[Employee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people

    def clean_colleagues(self) -> list[Employee]:
        return _colleagues(self.people, self.cleaned_data["colleagues"])


def _colleagues(people: QuerySet[Employee], typed: str) -> list[Employee]:
    words = [word.strip() for word in _BETWEEN_NAMES.split(typed)]
    return _found(people, [word for word in words if word])


def _found(people: QuerySet[Employee], words: Sequence[str]) -> list[Employee]:
    """The people that the words mean. Raises: ValidationError for a word that means nobody, or several people."""
    found = []
    for word, meant in typed_people(people, [word.replace("\0", "") for word in words]).items():
        if not meant:
            raise forms.ValidationError(_("There is no “%(word)s” whom you can name here."), params={"word": word})
        if len(meant) > 1:
            raise forms.ValidationError(
                _("Several people are called “%(word)s”. Write the employee number."), params={"word": word}
            )
        found.append(meant[0])
    return found
