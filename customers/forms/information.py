"""What is typed of market information: what was heard, from whom, and who is to read it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.forms import DayField, Form
from customers.models import Customer, MarketInformation
from organization.models import Employee


class _FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files of one field. Shape: a list of uploads, empty where none was chosen."""

    widget = _FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(one) for one in files]


class InformationForm(Form):
    """The entry of something heard in the market; the version that was opened goes with it, and a number of the page."""

    kind = forms.ChoiceField(label=_("Kind"), choices=MarketInformation.Kind.choices, widget=forms.RadioSelect)
    title = forms.CharField(label=_("Subject"), max_length=150)
    words = forms.CharField(label=_("What"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    source = forms.CharField(
        label=_("Source"), max_length=150, help_text=_("Who said it, or where it can be read or seen.")
    )
    heard_on = DayField(label=_("Heard on"))
    urgency = forms.ChoiceField(
        label=_("Urgency"), choices=MarketInformation.Urgency.choices, widget=forms.RadioSelect, initial="normal"
    )
    customer = forms.CharField(
        label=_("Customer"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"list": "offered-customers", "autocomplete": "off"}),
        help_text=_("Number or whole name of an own customer whom it is about, if it is about one."),
    )
    reader = forms.CharField(
        label=_("Reader"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"list": "offered-people", "autocomplete": "off"}),
    )
    papers = FilesField(
        label=_("Photographs and papers"),
        required=False,
        widget=_FilesInput(attrs={"accept": "image/*,application/pdf", "multiple": True}),
        help_text=_("Pictures and PDF, as many as you need."),
    )
    version = forms.IntegerField(min_value=0, max_value=2_000_000_000, widget=forms.HiddenInput, initial=0)
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        readers: QuerySet[Employee],
        customers: QuerySet[Customer],
        usual: Employee | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.readers, self.customers = readers, customers
        self.fields["heard_on"].initial = timezone.localdate()
        self.fields["heard_on"].widget.attrs["max"] = timezone.localdate().isoformat()
        self.fields["token"].initial = uuid4()
        if usual is not None:
            words = _("Empty: %(name)s, who reads it where nobody is named. Else a number or a whole name.")
            self.fields["reader"].help_text = words % {"name": usual.name}

    def clean_customer(self) -> Customer | None:
        return _one(self.customers, self.cleaned_data["customer"], "customer_no")

    def clean_reader(self) -> Employee | None:
        return _one(self.readers, self.cleaned_data["reader"], "employee_no")


class ReplyForm(Form):
    """The reader's reply; there is one, and it stays."""

    submit = _("Send the reply")

    reply = forms.CharField(
        label=_("Reply"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("There is one reply, and it stays."),
    )


class PaperAsideForm(Form):
    """Why a photograph or paper is put aside."""

    submit = _("Put it aside")

    reason = forms.CharField(label=_("Reason"), max_length=300)


def _one(offered: QuerySet[Any], typed: str, number: str) -> Any:
    """The one of the offered that a number or a whole name means. Raises: ValidationError when none or several do."""
    typed = typed.strip().replace("\0", "")
    if not typed:
        return None
    by_number = offered.filter(**{number: typed}).first()
    found: Iterable[Any] = [by_number] if by_number else list(offered.filter(name=typed)[:2])
    match list(found):
        case [one]:
            return one
        case []:
            raise ValidationError(
                _("“%(typed)s” is not among those offered. Write the number."), params={"typed": typed}
            )
    raise ValidationError(_("Several are called “%(typed)s”. Write the number."), params={"typed": typed})
