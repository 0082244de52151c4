"""Forms of the import centre."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import Form
from organization.importing import ImportKind


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
