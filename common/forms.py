"""The base of every form: one column, the main button first; and fields for figures in the regulation's units."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from common import money
from common.errors import BadInput, RuleError
from common.months import Month

__all__ = ["AmountField", "DayField", "Form", "ModelForm", "MonthField", "PercentField", "PointsField", "refuse_on"]


def refuse_on(form: forms.BaseForm, error: RuleError) -> None:
    """Puts a refusal beside its field, or on top where it has none; what was typed stays."""
    field = error.field if error.field in form.fields else None
    sentence = str(error)
    if error.article:
        sentence = str(_("%(sentence)s (article %(article)s)") % {"sentence": sentence, "article": error.article})
    form.add_error(field, sentence)


class _OneColumn:
    """What both bases share: the button's words in `submit`, where "back" leads in the keyword `cancel_url`."""

    submit: Any = _("Save")

    def __init__(self, *args: Any, cancel_url: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_class = "one-column"
        helper.error_text_inline = True
        helper.attrs = {"novalidate": ""}
        helper.layout = helper.build_default_layout(self)
        buttons: list[Any] = [Submit("submit", self.submit)]
        if self.cancel_url:
            buttons.append(HTML(format_html('<a class="btn btn-link" href="{}">{}</a>', self.cancel_url, _("Cancel"))))
        helper.layout.append(Div(*buttons, css_class="form-buttons"))
        return helper


class Form(_OneColumn, forms.Form):
    """Base of the forms without a model."""


class ModelForm(_OneColumn, forms.ModelForm):  # type: ignore[type-arg]
    """Base of the forms over a model; they never save, an action does."""


class _FigureField(forms.Field):
    """A figure typed as text and kept as a whole number of its smallest unit."""

    widget = forms.TextInput

    def __init__(self, *, minimum: int | None = None, maximum: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.minimum = minimum
        self.maximum = maximum
        self.widget.attrs.setdefault("inputmode", "decimal")
        self.widget.attrs.setdefault("autocomplete", "off")
        self.widget.attrs["class"] = f"{self.widget.attrs.get('class', '')} figure".strip()

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        if isinstance(value, int):
            return value
        try:
            number = self.parse(str(value))
        except BadInput as error:
            raise ValidationError(str(error)) from error
        if self.minimum is not None and number < self.minimum:
            raise ValidationError(_("The least is %(limit)s."), params={"limit": money.format_hundredths(self.minimum)})
        if self.maximum is not None and number > self.maximum:
            raise ValidationError(_("The most is %(limit)s."), params={"limit": money.format_hundredths(self.maximum)})
        return number

    def parse(self, text: str) -> int:
        return money.parse_hundredths(text)

    def prepare_value(self, value: Any) -> Any:
        return money.format_hundredths(value).replace(money.MINUS, "-") if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True


class AmountField(_FigureField):
    """An amount typed in yuan; its value is fen. Shape: `minimum` and `maximum` in fen."""

    def parse(self, text: str) -> int:
        return money.parse_fen(text)


class PointsField(_FigureField):
    """Points typed with at most two decimals; the value is hundredths."""


class PercentField(_FigureField):
    """A percentage typed with at most two decimals; the value is hundredths of a percent."""

    def parse(self, text: str) -> int:
        return money.parse_percent_bp(text)


class MonthField(forms.Field):
    """A month typed as YYYY-MM; the value is a Month."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "month"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Month | None:
        if value in self.empty_values:
            return None
        if isinstance(value, Month):
            return value
        try:
            return Month.parse(str(value).strip())
        except BadInput as error:
            raise ValidationError(str(error)) from error


class DayField(forms.DateField):
    """A day, typed or picked; always sent and shown as YYYY-MM-DD."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d"])
        super().__init__(**kwargs)
