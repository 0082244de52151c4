"""What is typed for a contract: its term and kind, a figure for each indicator of the scheme, annexes, a signature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import AmountField, DayField, Form, MonthField, PercentField, PointsField
from managers.models import ContractTarget, Indicator, TargetKind
from managers.queries.contracts import ScoredIndicator
from managers.rules import INDICATOR_KINDS, RATE
from managers.rules.contracts import (
    ACCUMULATED,
    ALL,
    COMPUTED_TARGET,
    GROWTH,
    TargetTerms,
    may_count_developed,
    may_grow,
)

_WIDTH = {"class": "form-control form-control-sm"}


def _countings(code: str) -> list[tuple[str, Any]]:
    """Which business a target of the indicator may count: what the month end can score exactly."""
    refused = set() if may_count_developed(code) else {ContractTarget.Counts.DEVELOPED.value}
    return [(value, label) for value, label in ContractTarget.Counts.choices if value not in refused]


@dataclass(frozen=True, slots=True)
class Row:
    """The fields of one indicator."""

    indicator: ScoredIndicator
    target: forms.BoundField
    not_applicable: forms.BoundField
    counts: forms.BoundField | None
    baseline: forms.BoundField | None
    times_days: forms.BoundField | None

    @property
    def unit(self) -> Any:
        if INDICATOR_KINDS[self.indicator.code] == RATE:
            return "%"
        if self.indicator.code == Indicator.PRODUCTS_SOLD:
            return ""
        return _("yuan·day") if self.indicator.code == ACCUMULATED else _("yuan")

    @property
    def is_computed(self) -> bool:
        """Whether the target follows from the ledger where none is named."""
        return self.indicator.code == COMPUTED_TARGET


class ContractForm(Form):
    """A draft; its targets are those of the scheme that the target kind is appraised by."""

    submit = _("Keep the draft")

    target_kind = forms.ChoiceField(label=_("Target kind"), choices=TargetKind.choices)
    first_day = DayField(label=_("From"))
    last_day = DayField(label=_("To"), required=False)
    contract_no = forms.CharField(
        label=_("Contract no."), max_length=40, required=False, help_text=_("Left empty, it gets one.")
    )
    includes_dedicated_recovery = forms.BooleanField(label=_("Dedicated recovery included"), required=False)
    remarks = forms.CharField(
        label=_("Further agreements"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    # Kept nowhere: the month whose actuals are shown beside baselines.
    baseline_month = MonthField(label=_("Baseline month"), required=False)
    # Of the text that the page showed, so that somebody else's change is not lost.
    digest = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, indicators: Sequence[ScoredIndicator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first_day", "last_day", "contract_no", "remarks", "baseline_month"):
            self.fields[name].widget.attrs["class"] = _WIDTH["class"]
        self.indicators = list(indicators)
        for one in self.indicators:
            code = one.code
            figure = self._figure(code)
            self.fields[f"{code}_target"] = figure(
                label=one.name, required=False, minimum=1, widget=forms.TextInput(attrs=_WIDTH)
            )
            self.fields[f"{code}_na"] = forms.BooleanField(label=_("not applicable"), required=False)
            if may_grow(code):
                self.fields[f"{code}_counts"] = forms.ChoiceField(
                    label=_("Counts"),
                    choices=_countings(code),
                    required=False,
                    initial=ALL,
                    widget=forms.Select(attrs={"class": "form-select form-select-sm"}),
                )
                self.fields[f"{code}_baseline"] = figure(
                    label=_("Baseline"), required=False, minimum=0, widget=forms.TextInput(attrs=_WIDTH)
                )
            if code == ACCUMULATED:
                self.fields[f"{code}_times_days"] = forms.BooleanField(
                    label=_("average target × days of the month"), required=False
                )

    @staticmethod
    def _figure(code: str) -> Any:
        if INDICATOR_KINDS[code] == RATE:
            return PercentField
        return PointsField if code == Indicator.PRODUCTS_SOLD else AmountField

    @property
    def rows(self) -> list[Row]:
        return [
            Row(
                one,
                self[f"{one.code}_target"],
                self[f"{one.code}_na"],
                self._bound(f"{one.code}_counts"),
                self._bound(f"{one.code}_baseline"),
                self._bound(f"{one.code}_times_days"),
            )
            for one in self.indicators
        ]

    def _bound(self, name: str) -> forms.BoundField | None:
        return self[name] if name in self.fields else None

    @property
    def typed(self) -> dict[str, Any]:
        """The fields that can be read so far: of a bound form what was typed, else what it begins with."""
        if self.is_bound:
            self.is_valid()
            return dict(self.cleaned_data)
        return dict(self.initial)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        targets = []
        for one in self.indicators:
            found = self._terms(one.code, cleaned)
            if found is not None:
                targets.append(found)
        cleaned["targets"] = targets
        return cleaned

    def _terms(self, code: str, cleaned: dict[str, Any]) -> TargetTerms | None:
        if cleaned.get(f"{code}_na"):
            return TargetTerms(code, None)
        value = cleaned.get(f"{code}_target")
        if value is None:
            if f"{code}_target" not in self.errors and code != COMPUTED_TARGET:
                self.add_error(f"{code}_target", _("Give a target, or say that it is not applicable."))
            return None
        counts = cleaned.get(f"{code}_counts") or ALL
        baseline = cleaned.get(f"{code}_baseline") if counts == GROWTH else None
        if counts == GROWTH and baseline is None and f"{code}_baseline" not in self.errors:
            self.add_error(f"{code}_baseline", _("Growth is counted over a baseline: give one."))
        return TargetTerms(code, value, counts, baseline, bool(cleaned.get(f"{code}_times_days")))

    @property
    def agreed(self) -> dict[str, Any]:
        """What the action takes."""
        names = ("target_kind", "first_day", "last_day", "contract_no", "includes_dedicated_recovery", "remarks")
        return {name: self.cleaned_data[name] for name in names} | {"targets": self.cleaned_data["targets"]}


class SignForm(Form):
    """A signature: the password once more, under the digest of the text that was read."""

    submit = _("Sign")

    password = forms.CharField(
        label=_("Your password once more"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)


class AnnexForm(Form):
    """A document of the contract: an annex while it is a draft, the scan of the paper afterwards."""

    submit = _("Add the document")

    file = forms.FileField(label=_("File"))
    title = forms.CharField(label=_("Name of the document"), max_length=150, required=False)


class RemoveAnnexForm(Form):
    """Why a document is put aside."""

    submit = _("Put it aside")

    reason = forms.CharField(label=_("Reason"), max_length=300)
