"""The list of prospects."""

from __future__ import annotations

from typing import Any

import django_tables2
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common import masking
from common.lists import Listing
from common.tables import DayColumn, MoneyColumn, Table
from customers.filters.prospects import ProspectFilters
from customers.models import Prospect
from customers.queries.prospects import prospects


def _address(record: Prospect) -> str:
    return reverse("customers:prospect_detail", args=[record.pk])


class ProspectTable(Table):
    name = django_tables2.Column(verbose_name=_("Name"), linkify=_address)
    kind = django_tables2.Column(accessor="get_kind_display", verbose_name=_("Kind"))
    stage = django_tables2.TemplateColumn(template_name="customers/prospect_stage.html", verbose_name=_("Stage"))
    since = DayColumn(verbose_name=_("Since"))
    expected_fen = MoneyColumn(verbose_name=_("Expected"))
    next_step = django_tables2.Column(verbose_name=_("Next step"))
    next_on = DayColumn(verbose_name=_("By the day"))
    manager = django_tables2.Column(accessor="manager__name", verbose_name=_("Account manager"))
    phone = django_tables2.Column(verbose_name=_("Phone"))
    source = django_tables2.Column(verbose_name=_("How found"))
    lost_reason = django_tables2.Column(verbose_name=_("Why it was lost"), visible=False)
    branch = django_tables2.Column(accessor="branch__name", verbose_name=_("Branch"))

    class Meta(Table.Meta):
        model = Prospect
        fields = (
            "name",
            "kind",
            "stage",
            "since",
            "expected_fen",
            "next_step",
            "next_on",
            "manager",
            "phone",
            "source",
            "lost_reason",
            "branch",
        )
        row_attrs = {"data-href": _address}

    def render_phone(self, value: Any) -> str:
        return masking.mask_phone(value)


PROSPECTS = Listing(
    subject="customers.Prospect",
    table=ProspectTable,
    filters=ProspectFilters,
    rows=lambda asked: prospects(asked.actor),
    title=lambda asked: _("Prospects"),
    order=("-changed_at", "-pk"),
)
