"""The list of hand-over sheets."""

from __future__ import annotations

from typing import Any

import django_tables2
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.lists import Listing
from common.tables import DayColumn, Table
from managers.filters.handovers import HandOverFilters
from managers.models import HandOver
from managers.queries.handovers import hand_overs


def _address(record: HandOver) -> str:
    return reverse("desk:hand_over_detail", args=[record.pk])


class HandOverTable(Table):
    sheet_no = django_tables2.Column(verbose_name=_("Sheet no."), linkify=_address)
    giver = django_tables2.Column(accessor="employee__name", verbose_name=_("Giver"))
    employee_no = django_tables2.Column(accessor="employee__employee_no", verbose_name=_("Employee no."))
    branch = django_tables2.Column(accessor="branch__name", verbose_name=_("Branch"))
    occasion = django_tables2.Column(accessor="get_occasion_display", verbose_name=_("Occasion"))
    first_day = DayColumn(verbose_name=_("Taken over from"))
    witness = django_tables2.Column(accessor="witness__name", verbose_name=_("Witness"))
    state = django_tables2.Column(accessor="get_state_display", verbose_name=_("State"))
    made_at = DayColumn(verbose_name=_("Drawn up on"))
    done_at = DayColumn(verbose_name=_("Done on"))

    class Meta(Table.Meta):
        model = HandOver
        fields = (
            "sheet_no", "giver", "employee_no", "branch", "occasion", "first_day", "witness", "state", "made_at", "done_at"
        )  # fmt: skip
        row_attrs = {"data-href": _address}


def _rows(asked: Any) -> Any:
    return hand_overs(asked.actor)


HAND_OVERS = Listing(
    subject="managers.HandOver",
    table=HandOverTable,
    filters=HandOverFilters,
    rows=_rows,
    title=lambda asked: _("Hand-over sheets"),
    order=("-pk",),
)
