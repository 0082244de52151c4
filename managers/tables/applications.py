"""The lists of applications and of calls."""

from __future__ import annotations

import django_tables2
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from common.lists import Listing
from common.tables import CountColumn, DayColumn, Table
from managers.filters.applications import ApplicationFilters, CallFilters
from managers.models import Application, Call
from managers.queries.applications import applications
from managers.queries.calls import calls


class ApplicationTable(Table):
    application_no = django_tables2.Column(
        verbose_name=_("Application no."), linkify=lambda record: record.get_absolute_url(), orderable=True
    )
    name = django_tables2.Column(
        accessor="candidate__name", verbose_name=_("Candidate"), orderable=True, order_by="candidate__initials"
    )
    employee_no = django_tables2.Column(accessor="candidate__employee_no", verbose_name=_("Employee no."))
    branch = django_tables2.Column(accessor="branch__name", verbose_name=_("Branch"))
    route = django_tables2.Column(accessor="get_route_display", verbose_name=_("Way"))
    call = django_tables2.Column(accessor="call__title", verbose_name=_("Call"))
    state = django_tables2.Column(accessor="get_state_display", verbose_name=_("State"))
    submitted_at = DayColumn(verbose_name=_("Handed in"))
    proposer = django_tables2.Column(accessor="proposer__name", verbose_name=_("Put forward by"), visible=False)
    checked_by = django_tables2.Column(accessor="checked_by__name", verbose_name=_("Checked by"), visible=False)
    decided_by = django_tables2.Column(accessor="decided_by__name", verbose_name=_("Decided by"), visible=False)
    decided_at = DayColumn(verbose_name=_("Decided"), visible=False)
    term_first_day = DayColumn(verbose_name=_("Term from"), visible=False)
    term_last_day = DayColumn(verbose_name=_("Term to"), visible=False)

    class Meta(Table.Meta):
        model = Application
        fields = (
            "application_no",
            "name",
            "employee_no",
            "branch",
            "route",
            "call",
            "state",
            "submitted_at",
            "proposer",
            "checked_by",
            "decided_by",
            "decided_at",
            "term_first_day",
            "term_last_day",
        )
        row_attrs = {"data-href": lambda record: record.get_absolute_url()}


class CallTable(Table):
    title = django_tables2.Column(verbose_name=_("Call"), linkify=lambda record: record.get_absolute_url())
    branch = django_tables2.Column(accessor="branch__name", verbose_name=_("Branch"))
    posts = CountColumn(verbose_name=_("Posts"))
    target_kind = django_tables2.Column(accessor="get_target_kind_display", verbose_name=_("Target kind"))
    first_day = DayColumn(verbose_name=_("From"))
    last_day = DayColumn(verbose_name=_("To"))
    is_open = django_tables2.Column(verbose_name=_("State"))
    answers = CountColumn(verbose_name=_("Applications"))

    class Meta(Table.Meta):
        model = Call
        fields = ("title", "branch", "posts", "target_kind", "first_day", "last_day", "is_open", "answers")
        row_attrs = {"data-href": lambda record: record.get_absolute_url()}

    def render_is_open(self, value: bool, record: Call) -> str:
        if value:
            return translate("takes applications")
        return translate("closed") if record.closed_at else translate("not on these days")


APPLICATIONS = Listing(
    subject="managers.Application",
    table=ApplicationTable,
    filters=ApplicationFilters,
    rows=lambda asked: applications(asked.actor),
    title=lambda asked: _("Applications"),
    order=("-pk",),
)
CALLS = Listing(
    subject="managers.Call",
    table=CallTable,
    filters=CallFilters,
    rows=lambda asked: calls(asked.actor),
    title=lambda asked: _("Calls"),
    order=("-first_day", "-pk"),
)
