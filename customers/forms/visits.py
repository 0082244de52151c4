"""What is typed and tapped about a visit: quick on a phone, whole without a script."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import DayField, Form
from customers.models import Visit
from customers.queries import visits as queries
from customers.rules.visits import IN_DAYS

if TYPE_CHECKING:
    from organization.rules import Actor

_MILLIONTHS = 180_000_000


class WhomForm(Form):
    """Whom it is to: a name that was tapped, or typed words that mean exactly one of the own customers and prospects.

    Shape: after is_valid, cleaned_data["whom"] is the customer or prospect; `found` are those whom the words may mean.
    """

    key = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    whom = forms.CharField(label=gettext_lazy("Customer"), required=False, max_length=160)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.found: list[queries.Whom] = []

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        words = given.get("whom", "")
        if words:
            self.found = queries.found_by(self.actor, words)
        key = given.pop("key", "")
        if len(self.found) == 1:
            key = self.found[0].key
        elif words and key not in [one.key for one in self.found]:
            key = ""
            self.add_error(
                "whom",
                _("Several are called so. Tap the one you mean.")
                if self.found
                else _("None of your customers and prospects is called so. Choose one from the suggestions."),
            )
        given["whom"] = queries.whom(self.actor, key) if key else None
        if given["whom"] is None and not self.errors.get("whom"):
            self.add_error("whom", _("Choose the customer: tap a name or type it."))
        return given


class PlanForm(WhomForm):
    """A visit that is to come."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=Visit.Kind.choices, initial=Visit.Kind.VISIT, required=False
    )
    purpose = forms.CharField(label=gettext_lazy("Purpose"), max_length=150)
    day = DayField(label=gettext_lazy("Day"))
    token = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or Visit.Kind.VISIT.value


class NoteForm(Form):
    """The words of a note."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Visit.Kind.choices, initial=Visit.Kind.VISIT)
    purpose = forms.CharField(label=gettext_lazy("Purpose"), max_length=150, required=False)
    purpose_tap = forms.CharField(required=False, max_length=150)
    day = DayField(label=gettext_lazy("Day"))
    said = forms.CharField(
        label=gettext_lazy("What was said or advised"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    next_step = forms.CharField(label=gettext_lazy("Next step"), max_length=200, required=False)
    next_in = forms.ChoiceField(required=False, choices=[("", "")] + [(name, name) for name in IN_DAYS])
    next_on = DayField(label=gettext_lazy("By the day"), required=False)

    def clean(self) -> dict[str, Any]:
        """What was typed goes before what was tapped; a day that was tapped alone promises the same purpose again."""
        given = super().clean() or {}
        tapped, within = given.pop("purpose_tap", ""), given.pop("next_in", "")
        given["purpose"] = given.get("purpose") or tapped
        if not given["purpose"] and "purpose" not in self.errors:
            self.add_error("purpose", _("Say what it is for: tap a purpose or write one."))
        if within and not given.get("next_on"):
            given["next_on"] = timezone.localdate() + dt.timedelta(days=IN_DAYS[within])
        if given.get("next_on") and not given.get("next_step"):
            given["next_step"] = given["purpose"]
        if given.get("next_step") and not given.get("next_on") and "next_on" not in self.errors:
            self.add_error("next_on", _("Say by when."))
        return given


class VisitForm(NoteForm, WhomForm):
    """The quick entry. Photographs are read from the request, since there may be several."""

    token = forms.UUIDField(required=False, widget=forms.HiddenInput)
    planned = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)
    latitude_millionths = forms.IntegerField(
        required=False, min_value=-90_000_000, max_value=90_000_000, widget=forms.HiddenInput
    )
    longitude_millionths = forms.IntegerField(
        required=False, min_value=-_MILLIONTHS, max_value=_MILLIONTHS, widget=forms.HiddenInput
    )
    accuracy_m = forms.IntegerField(required=False, min_value=0, max_value=1_000_000, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if (given.get("latitude_millionths") is None) != (given.get("longitude_millionths") is None):
            raise ValidationError(_("The position is no place on earth."))
        return given


class ChangeForm(NoteForm):
    """A note that its author mends; the version that was opened goes with it."""

    version = forms.IntegerField(min_value=1, max_value=2_000_000_000, widget=forms.HiddenInput)
