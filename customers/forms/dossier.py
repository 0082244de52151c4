"""The form of a section of the dossier, made from the fields of the customer's kind."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.functional import lazystr
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import AmountField, DayField, Form, PercentField, PointsField
from customers.queries.dossier import MODELS, labels_of
from customers.rules.dossier import (
    CHOICE,
    COUNT,
    DAY,
    FLAG,
    HUNDREDTHS,
    LONG,
    PAST_DAY,
    PERCENT,
    PHONE,
    YUAN,
    Difference,
    Kept,
    Record,
    fields_of,
)

NOW, TYPED = "now", "typed"


@dataclass(frozen=True, slots=True)
class Versus:
    """What stands now in a field beside what is typed in it; somebody has to choose when both have changed it."""

    now: Kept
    is_clash: bool
    is_theirs: bool = False  # changed by the other alone, and in the form already


class SectionForm(Form):
    """Base of the forms of sections; the fields of a section are put in by `section_form`.

    Shape: version is the one that was opened; `clash` names the fields of which the person chooses one of two versions.
    """

    section: ClassVar[str]
    names: ClassVar[Sequence[str]]

    reason = forms.CharField(label=gettext_lazy("Why (if it needs saying)"), max_length=300, required=False)
    version = forms.IntegerField(min_value=0, max_value=2_000_000_000, widget=forms.HiddenInput)
    token = forms.UUIDField(required=False, widget=forms.HiddenInput)

    field_order = ()

    def __init__(self, data: QueryDict | None = None, *, now: Record | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{self.section}_%s")
        super().__init__(data, **kwargs)
        self.sent = data or QueryDict()
        self.order_fields([*self.names, "reason", "version", "token"])
        self.now = now
        self.versus: dict[str, Versus] = {}
        if self.is_bound and now is not None:
            clashing = [name for name in self.sent.getlist("clash") if name in self.names]
            self.versus = {name: Versus(now.get(name), True) for name in clashing}

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        for name, versus in self.versus.items():
            taken = self.data.get(f"take_{name}")
            if taken == NOW:
                self._errors.pop(name, None)  # type: ignore[attr-defined]
                found[name] = self.fields[name].clean(written(self.fields[name], versus.now))
            elif taken != TYPED and name not in self.errors:
                self.add_error(name, _("Two versions stand here. Choose one of them."))
        return found

    @property
    def values(self) -> dict[str, Any]:
        """What is typed of the section itself."""
        return {name: self.cleaned_data[name] for name in self.names}

    @property
    def rows(self) -> list[tuple[forms.BoundField, Versus | None]]:
        """The fields of the section in their order, each with the other version where there is one."""
        return [(self[name], self.versus.get(name)) for name in self.names]

    @property
    def taken(self) -> dict[str, str]:
        return {name: str(self.data.get(f"take_{name}", "")) for name in self.versus}


@cache
def section_form(kind: str, section: str) -> type[SectionForm]:
    """The form of a section of a kind of customer."""
    units = fields_of(kind, section)
    made: dict[str, Any] = {name: _field(section, name, unit) for name, unit in units.items()}
    return type("SectionForm", (SectionForm,), made | {"section": section, "names": tuple(units), "__doc__": ""})


def _field(section: str, name: str, unit: str) -> forms.Field:
    model = MODELS[section]._meta.get_field(name)
    label = labels_of(section)[name]
    common: dict[str, Any] = {"label": capfirst(label), "required": not model.blank}
    if unit == CHOICE:
        return forms.ChoiceField(choices=[("", "—"), *model.choices], **common)
    if unit in (DAY, PAST_DAY):
        return DayField(**common)
    if unit == YUAN:
        least = None if name == "yearly_income_fen" else 0
        return AmountField(minimum=least, **common | {"label": _with_unit(label, gettext_lazy("yuan"))})
    if unit == HUNDREDTHS:
        return PointsField(minimum=0, **common)
    if unit == PERCENT:
        return PercentField(minimum=0, maximum=100_00, **common | {"label": _with_unit(label, lazystr("%"))})
    if unit == COUNT:
        most = 32_767 if model.get_internal_type() == "PositiveSmallIntegerField" else 2_147_483_647
        return forms.IntegerField(min_value=0, max_value=most, **common)
    if unit == FLAG:
        return forms.BooleanField(**common | {"required": False})
    if unit == PHONE:
        attributes = {"type": "tel", "inputmode": "tel", "autocomplete": "off"}
        return forms.CharField(max_length=model.max_length, widget=forms.TextInput(attrs=attributes), **common)
    rows = 4 if unit == LONG else 2 if model.max_length >= 200 else 0
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(max_length=model.max_length, widget=widget, **common)


def _with_unit(label: Any, unit: Any) -> Any:
    return format_lazy("{label} ({unit})", label=capfirst(label), unit=unit)


def written(field: forms.Field, value: Kept) -> Any:
    """A kept value as a browser sends it."""
    if isinstance(value, bool):
        return "on" if value else ""
    return "" if value is None else str(field.prepare_value(value))


def opened(kind: str, section: str, record: Record, version: int) -> SectionForm:
    """The form of an entry as it stands, or of a new one."""
    form = section_form(kind, section)(initial={**record, "version": version, "token": uuid.uuid4()})
    form.fields[form.names[0]].widget.attrs["autofocus"] = True
    return form


def both_versions(
    form: SectionForm, now: Record, version: int, differences: Sequence[Difference], typed: Mapping[str, Kept]
) -> SectionForm:
    """The form once more over what somebody has saved meanwhile: what only one side has changed is in it already, of what
    both have changed one is to choose.

    Law: saving it again without another change between keeps nothing that nobody has seen.
    """
    data = form.sent.copy()
    data["version"] = str(version)
    data.setlist("clash", [one.field for one in differences if one.is_clash])
    for name in form.names:
        data.pop(f"take_{name}", None)
        data[name] = written(form.fields[name], typed[name])
    for one in differences:
        data[one.field] = written(form.fields[one.field], one.merged)
    again = type(form)(data, now=now)
    again.versus = {one.field: Versus(one.now, one.is_clash, one.merged == one.now) for one in differences}
    again._errors = forms.utils.ErrorDict()  # type: ignore[attr-defined] # said once, on top
    again.cleaned_data = {}
    return again
