"""The lists of honours, penalties and letters of authority."""

from __future__ import annotations

import django_tables2
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.lists import Listing
from common.tables import DayColumn, MoneyColumn, Table
from managers.filters.records import HonourFilters, LetterFilters, PenaltyFilters
from managers.models import AuthorisationLetter, Honour, Penalty
from managers.queries.records import honours, letters, penalties


def _letter(record: AuthorisationLetter) -> str:
    return reverse("managers:letter_detail", args=[record.pk])


def _penalty(record: Penalty) -> str:
    return reverse("managers:penalty_detail", args=[record.pk])


class HonourTable(Table):
    name = django_tables2.Column(accessor="employee__name", verbose_name=_("Name"))
    employee_no = django_tables2.Column(accessor="employee__employee_no", verbose_name=_("Employee no."))
    title = django_tables2.Column(verbose_name=_("Honour"))
    issuer = django_tables2.Column(verbose_name=_("Awarded by"))
    awarded_on = DayColumn(verbose_name=_("Date"), orderable=True)
    made_by = django_tables2.Column(accessor="made_by__name", verbose_name=_("Entered by"))
    branch = django_tables2.Column(accessor="branch__name", verbose_name=_("Branch"))

    class Meta(Table.Meta):
        model = Honour
        fields = ("name", "employee_no", "title", "issuer", "awarded_on", "made_by", "branch")


class PenaltyTable(Table):
    name = django_tables2.Column(accessor="employee__name", verbose_name=_("Name"), linkify=_penalty)
    employee_no = django_tables2.Column(accessor="employee__employee_no", verbose_name=_("Employee no."))
    kind = django_tables2.Column(accessor="get_kind_display", verbose_name=_("Kind"))
    first_day = DayColumn(verbose_name=_("From"), orderable=True)
    last_day = DayColumn(verbose_name=_("To"))
    stage = django_tables2.TemplateColumn(template_name="managers/penalty_state.html", verbose_name=_("State"))
    reason = django_tables2.Column(verbose_name=_("Reason"))
    issuer = django_tables2.Column(verbose_name=_("Decided by"))
    branch = django_tables2.Column(accessor="branch__name", verbose_name=_("Branch"))

    class Meta(Table.Meta):
        model = Penalty
        fields = ("name", "employee_no", "kind", "first_day", "last_day", "stage", "reason", "issuer", "branch")
        row_attrs = {"data-href": _penalty}


class LetterTable(Table):
    letter_no = django_tables2.Column(verbose_name=_("Letter no."), linkify=_letter)
    name = django_tables2.Column(accessor="employee__name", verbose_name=_("Account manager"))
    employee_no = django_tables2.Column(accessor="employee__employee_no", verbose_name=_("Employee no."))
    scope = django_tables2.Column(verbose_name=_("Scope"))
    limit_fen = MoneyColumn(verbose_name=_("Up to"))
    first_day = DayColumn(verbose_name=_("From"), orderable=True)
    last_day = DayColumn(verbose_name=_("To"))
    stage = django_tables2.TemplateColumn(template_name="managers/letter_state.html", verbose_name=_("State"))
    issued_by = django_tables2.Column(accessor="issued_by__name", verbose_name=_("Issued by"))
    branch = django_tables2.Column(accessor="branch__name", verbose_name=_("Branch"))

    class Meta(Table.Meta):
        model = AuthorisationLetter
        fields = (
            "letter_no", "name", "employee_no", "scope", "limit_fen", "first_day", "last_day", "stage", "issued_by", "branch",
        )  # fmt: skip
        row_attrs = {"data-href": _letter}

    def render_scope(self, value: str) -> str:
        return value if len(value) <= 40 else value[:39] + "…"

    def value_scope(self, value: str) -> str:
        return value


HONOURS = Listing(
    subject="managers.Honour",
    table=HonourTable,
    filters=HonourFilters,
    rows=lambda asked: honours(asked.actor),
    title=lambda asked: _("Honours"),
    order=("-awarded_on",),
)
PENALTIES = Listing(
    subject="managers.Penalty",
    table=PenaltyTable,
    filters=PenaltyFilters,
    rows=lambda asked: penalties(asked.actor),
    title=lambda asked: _("Penalties"),
    order=("-first_day",),
)
LETTERS = Listing(
    subject="managers.AuthorisationLetter",
    table=LetterTable,
    filters=LetterFilters,
    rows=lambda asked: letters(asked.actor),
    title=lambda asked: _("Letters of authority"),
    order=("-first_day",),
)
