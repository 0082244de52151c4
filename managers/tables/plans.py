"""The list of yearly plans."""

from __future__ import annotations

import django_tables2
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.lists import Listing
from common.tables import CountColumn, MoneyColumn, Table
from common.templatetags import figures
from managers.filters.plans import PlanFilters
from managers.models import Plan
from managers.queries.plans import plans


def _address(record: Plan) -> str:
    return reverse("managers:plan_detail", args=[record.pk])


class PlanTable(Table):
    branch = django_tables2.Column(accessor="branch__name", verbose_name=_("Branch"), linkify=_address)
    year = django_tables2.Column(verbose_name=_("Year"))
    indicator = django_tables2.Column(accessor="get_indicator_display", verbose_name=_("Indicator"))
    whole_hundredths = MoneyColumn(verbose_name=_("Whole"))
    version = CountColumn(verbose_name=_("Version"))
    first_month = django_tables2.Column(verbose_name=_("From month"))
    state = django_tables2.Column(accessor="get_state_display", verbose_name=_("State"))
    made_by = django_tables2.Column(accessor="made_by__name", verbose_name=_("Drafted by"))
    approved_by = django_tables2.Column(accessor="approved_by__name", verbose_name=_("Approved by"))

    class Meta(Table.Meta):
        model = Plan
        fields = (
            "branch",
            "year",
            "indicator",
            "whole_hundredths",
            "version",
            "first_month",
            "state",
            "made_by",
            "approved_by",
        )
        row_attrs = {"data-href": _address}

    def render_first_month(self, record: Plan) -> str:
        return figures.day(record.first_month)[:7]

    def render_year(self, value: int) -> str:
        return str(value)


PLANS = Listing(
    subject="managers.Plan",
    table=PlanTable,
    filters=PlanFilters,
    rows=lambda asked: plans(asked.actor),
    title=lambda asked: _("Plans"),
    order=("-year", "branch__branch_code", "indicator", "-version"),
)
