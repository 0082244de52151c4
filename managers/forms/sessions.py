"""What is typed about sessions: what is planned, and who came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.forms import DayField, Form, PointsField
from managers.models import Attendance, Session
from organization.models import Employee


class PeopleField(forms.ModelMultipleChoiceField):
    """Several people, by number and name, each with a box to tick."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(Employee.objects.none(), to_field_name="employee_no", **kwargs)

    def label_from_instance(self, obj: Employee) -> str:
        return f"{obj.employee_no} {obj.name}"


class SessionForm(Form):
    """A session and who is asked to it."""

    submit = _("Plan the session")

    kind = forms.ChoiceField(label=_("Kind"), choices=Session.Kind.choices)
    title = forms.CharField(label=_("Subject"), max_length=150)
    held_on = DayField(label=_("Date"), help_text=_("A session that was held already may be entered afterwards."))
    hours_hundredths = PointsField(
        label=_("Hours"), minimum=1, maximum=10_000, help_text=_("At most two decimals: 1.5 is an hour and a half.")
    )
    place = forms.CharField(label=_("Place"), max_length=100, required=False)
    notes = forms.CharField(label=_("Notes"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    everybody = forms.BooleanField(label=_("All account managers of the branch on that day"), required=False)
    people = PeopleField(label=_("or these"), required=False)

    def __init__(self, *args: Any, people: QuerySet[Employee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = people  # type: ignore[attr-defined]


class AttendanceForm(Form):
    """Who came, for how long, and what is to be remarked. Shape: three fields a person, named by the line's key."""

    def __init__(self, *args: Any, asked: Sequence[Attendance], hours_hundredths: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        for one in asked:
            self.fields[f"came-{one.pk}"] = forms.BooleanField(label=_("came"), required=False, initial=True)
            self.fields[f"hours-{one.pk}"] = PointsField(
                label=_("Hours"), minimum=1, maximum=10_000, required=False, initial=hours_hundredths
            )
            self.fields[f"remark-{one.pk}"] = forms.CharField(label=_("Note"), max_length=300, required=False)

    @property
    def rows(self) -> Iterator[tuple[Attendance, Any, Any, Any]]:
        for one in self.asked:
            yield one, self[f"came-{one.pk}"], self[f"hours-{one.pk}"], self[f"remark-{one.pk}"]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        for one in self.asked:
            if found.get(f"came-{one.pk}") and f"hours-{one.pk}" in found and not found[f"hours-{one.pk}"]:
                self.add_error(f"hours-{one.pk}", _("Who came has hours, who did not come has none."))
        return found

    def came(self) -> dict[int, int]:
        """Hundredths of an hour by the id of the employee who came."""
        given = self.cleaned_data
        return {one.employee_id: given[f"hours-{one.pk}"] for one in self.asked if given[f"came-{one.pk}"]}

    def remarks(self) -> dict[int, str]:
        """Remarks by the id of the employee."""
        return {one.employee_id: self.cleaned_data[f"remark-{one.pk}"] for one in self.asked}
