"""Forms keep figures in their smallest unit and put each refusal where it belongs."""

from __future__ import annotations

from django import forms
from django.template import Context, Template

from common.errors import RuleError
from common.forms import AmountField, DayField, Form, MonthField, PercentField, PointsField, refuse_on
from common.months import Month


class Contract(Form):
    target = AmountField(minimum=0)
    share = PercentField(maximum=10_000)
    points = PointsField(required=False)
    month = MonthField()
    first_day = DayField()


GOOD = {
    "target": "１，２３４．５０",
    "share": "33.33%",
    "points": "−1.5",
    "month": "2026-10",
    "first_day": "2026-10-01",
}


def test_figures_are_kept_in_their_smallest_unit() -> None:
    form = Contract(GOOD)
    assert form.is_valid(), form.errors
    values = form.cleaned_data
    assert (values["target"], values["share"], values["points"], values["month"]) == (
        123450,
        3333,
        -150,
        Month(2026, 10),
    )


def test_what_cannot_be_read_is_refused_beside_its_field_and_kept_as_typed() -> None:
    form = Contract(GOOD | {"target": "1.234", "share": "100.01", "month": "10月"})
    assert not form.is_valid()
    assert "more than 2 decimals" in form.errors["target"][0]
    assert "The most is 100.00" in form.errors["share"][0]
    assert "for example 2026-10" in form.errors["month"][0]
    page = Template("{% load crispy_forms_tags %}{% crispy form %}").render(Context({"form": form}))
    assert 'value="1.234"' in page
    assert 'value="10月"' in page


def test_an_initial_amount_is_shown_in_yuan_and_unchanged_when_sent_back() -> None:
    form = Contract({**GOOD, "target": "700,000.00"}, initial={"target": 70_000_000})
    assert form.is_valid()
    assert "target" not in form.changed_data
    assert "700,000.00" in str(Contract(initial={"target": 70_000_000})["target"])
    assert 'value="-1.50"' in str(Contract(initial={"points": -150})["points"])


def test_a_refusal_stands_beside_its_field_or_on_top_with_its_article() -> None:
    form = Contract(GOOD)
    assert form.is_valid()
    refuse_on(form, RuleError("The share is taken.", field="share"))
    refuse_on(form, RuleError("The month is closed.", article=14, field="elsewhere"))
    assert form.errors["share"] == ["The share is taken."]
    assert form.non_field_errors() == ["The month is closed. (article 14)"]


def test_the_main_button_comes_first_and_what_leads_back_after_it() -> None:
    form = Contract(cancel_url="/back/?a=1&b=2")
    page = Template("{% load crispy_forms_tags %}{% crispy form %}").render(Context({"form": form}))
    assert 0 < page.index('type="submit"') < page.index('href="/back/?a=1&amp;b=2"')
    assert isinstance(form.fields["first_day"].widget, forms.DateInput)
