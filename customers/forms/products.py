"""What is typed about the catalogue of service products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.forms import DayField, Form, PointsField
from customers.models import ServiceProduct
from customers.rules.products import MOST_POINTS
from organization.models import Branch


class ProductForm(Form):
    """A new product of the catalogue."""

    submit = _("Add to the catalogue")

    branch = forms.ChoiceField(label=_("Catalogue of"))
    code = forms.CharField(label=pgettext_lazy("product", "Code"), max_length=20)
    name = forms.CharField(label=pgettext_lazy("product", "Name"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=ServiceProduct.Kind.choices)
    unit = forms.CharField(
        label=_("Unit of sale"), max_length=20, help_text=_("What is counted: an account, a card, 10,000 yuan.")
    )
    points_hundredths = PointsField(label=_("Points per unit"), minimum=0, maximum=MOST_POINTS)
    first_day = DayField(label=_("From"))
    last_day = DayField(label=_("To"), required=False)

    def __init__(self, *args: Any, branches: Sequence[Branch], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.branches = {branch.branch_code: branch for branch in branches}
        self.fields["branch"].choices = [(code, branch.name) for code, branch in self.branches.items()]  # type: ignore[attr-defined]
        self.fields["first_day"].initial = timezone.localdate
        if len(self.branches) == 1:
            self.fields["branch"].initial = next(iter(self.branches))
            self.fields["branch"].widget = forms.HiddenInput()

    def clean_branch(self) -> Branch:
        return self.branches[self.cleaned_data["branch"]]


class MendForm(Form):
    """The words of a product, which may be mended at any time."""

    submit = _("Mend")

    name = forms.CharField(label=pgettext_lazy("product", "Name"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=ServiceProduct.Kind.choices)


class PointsForm(Form):
    """Other points from a day on."""

    submit = _("Change the points")

    points_hundredths = PointsField(label=_("Points per unit"), minimum=0, maximum=MOST_POINTS)
    first_day = DayField(label=_("From"), help_text=_("What was sold before keeps its points."))


class EndForm(Form):
    """The last day of a product."""

    submit = _("End it")

    last_day = DayField(label=_("Last day"))
