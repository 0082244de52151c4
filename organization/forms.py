"""Signing in, and one's own password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import authenticate, password_validation
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from common.forms import Form
from organization.models import User


class SignInForm(forms.Form):
    """Employee number and password. What fails gives no hint whether the number exists."""

    employee_no = forms.CharField(
        label=_("Employee no."),
        max_length=20,
        widget=forms.TextInput(attrs={"autofocus": "", "autocomplete": "username", "class": "form-control"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "form-control"}),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.user: User | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        number, password = cleaned.get("employee_no"), cleaned.get("password")
        if number and password and "\0" not in number:
            self.user = authenticate(self.request, username=number, password=password)
        if self.user is None:
            raise ValidationError(
                _("Number or password is not right. Try again, or ask the administrator for a new password.")
            )
        return cleaned

    def get_user(self) -> User | None:
        return self.user


class PasswordForm(Form):
    """The old password and the new one twice."""

    submit = _("Change password")

    old = forms.CharField(
        label=_("Password until now"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=lazy(password_validation.password_validators_help_text_html, str)(),
    )
    again = forms.CharField(
        label=_("New password once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_old(self) -> str:
        old: str = self.cleaned_data["old"]
        if not self.user.check_password(old):
            raise ValidationError(_("This is not your password until now."))
        return old

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        new = cleaned.get("new")
        if new and cleaned.get("again") and new != cleaned["again"]:
            self.add_error("again", _("The two are not the same. Type the new password once more."))
        elif new:
            try:
                password_validation.validate_password(new, self.user)
            except ValidationError as error:
                self.add_error("new", error)
        return cleaned
