"""Forms of the import centre, and of a manager's dossier."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import DayField, Form
from desk.queries.dossier import DOCUMENT_KINDS
from desk.queries.handovers import ACCOUNTS, CUSTOMERS
from organization.importing import ImportKind
from organization.models import Employee

APPROVE, REJECT = "approve", "reject"


class KindForm(Form):
    """What a file is, where its header does not say, and which of its sheets is meant."""

    submit = _("Preview")
    kind = forms.ChoiceField(label=_("Kind of file"))
    sheet = forms.ChoiceField(label=_("Sheet"), required=False)

    def __init__(self, *args: Any, kinds: list[type[ImportKind]], sheets: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.name, kind.title) for kind in kinds]  # type: ignore[attr-defined]
        self.fields["sheet"].choices = [("", _("The first")), *((name, name) for name in sheets)]  # type: ignore[attr-defined]
        if len(sheets) < 2:
            del self.fields["sheet"]


class DossierDocumentForm(Form):
    """A document for a manager's dossier."""

    submit = _("Add the document")
    kind = forms.ChoiceField(label=_("Kind"), choices=DOCUMENT_KINDS)
    title = forms.CharField(label=_("Title"), max_length=150, required=False)
    file = forms.FileField(
        label=_("File"), help_text=_("PDF, Word and Excel (.docx, .xlsx) and pictures (JPEG, PNG, WebP)")
    )


class PersonField(forms.ModelChoiceField):
    """A person, by number and name."""

    def label_from_instance(self, obj: Employee) -> str:
        return f"{obj.employee_no} {obj.name}"


def _password() -> forms.CharField:
    return forms.CharField(
        label=_("Your password once more"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ChangeDecisionForm(Form):
    """Approve or reject a change of an office; where something is handed over the witness is named."""

    submit = _("Decide")
    decision = forms.ChoiceField(
        label=_("Approve the change?"),
        widget=forms.RadioSelect,
        choices=[(APPROVE, _("Approve the change")), (REJECT, _("Do not approve"))],
    )
    witness = PersonField(
        Employee.objects.none(), label=_("Witness of the hand-over"), to_field_name="employee_no", required=False
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Required where you do not approve."),
    )
    password = _password()

    def __init__(self, *args: Any, witnesses: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if witnesses is None:
            del self.fields["witness"]
        else:
            self.fields["witness"].queryset = witnesses  # type: ignore[attr-defined]


class HandOverForm(Form):
    """From which day a manager gives up what, and who witnesses it."""

    submit = _("Draw up the sheet")
    first_day = DayField(label=_("Taken over from"), help_text=_("The takers’ first day."))
    witness = PersonField(
        Employee.objects.none(),
        label=_("Witness"),
        to_field_name="employee_no",
        help_text=_("Neither the giver nor a taker."),
    )
    remarks = forms.CharField(
        label=_("Remarks"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, witnesses: Any, with_day: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["witness"].queryset = witnesses  # type: ignore[attr-defined]
        if not with_day:
            del self.fields["first_day"]


class LinesForm(Form):
    """What becomes of the chosen lines of a sheet, customers or accounts."""

    of = forms.ChoiceField(choices=[(CUSTOMERS, CUSTOMERS), (ACCOUNTS, ACCOUNTS)])
    scope = forms.CharField(max_length=220)
    taker = PersonField(Employee.objects.none(), to_field_name="employee_no", required=False)
    kept_reason = forms.CharField(max_length=300, required=False)

    def __init__(self, *args: Any, takers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["taker"].queryset = takers  # type: ignore[attr-defined]


class SignatureForm(Form):
    """A signature: the digest of what was read, the password, and a reason where the giver does not sign in person."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    password = _password()
    in_stead_reason = forms.CharField(max_length=300, required=False)


class ReasonForm(Form):
    """Why something is taken back or given up."""

    reason = forms.CharField(max_length=300)
