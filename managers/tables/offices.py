"""The list of managers in office."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import django_tables2
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.lists import Listing
from common.tables import CountColumn, DayColumn, Table
from common.templatetags import figures
from common.views import month_of
from managers import queries
from managers.filters.offices import ManagerFilters
from managers.models import Appointment, TargetKind
from managers.queries.offices import OfficeFacts, office_facts
from organization.queries import latest_month


def _address(record: Appointment) -> str:
    return reverse("managers:appointment_detail", args=[record.pk])


def state_words(appointment: Appointment, facts: OfficeFacts) -> str:
    """How the appointment stands, as a reader reads it."""
    match facts.state:
        case "suspended":
            return gettext("suspended")
        case "ending":
            return gettext("ends on %(day)s") % {"day": figures.day(appointment.last_day)}
        case "ended":
            return gettext("ended on %(day)s") % {"day": figures.day(appointment.last_day)}
        case "to_come":
            return gettext("begins on %(day)s") % {"day": figures.day(appointment.first_day)}
    return gettext("in office")


class ManagerTable(Table):
    name = django_tables2.Column(
        accessor="employee__name",
        verbose_name=_("Name"),
        linkify=_address,
        orderable=True,
        order_by="employee__initials",
    )
    employee_no = django_tables2.Column(
        accessor="employee__employee_no",
        verbose_name=_("Employee no."),
        orderable=True,
        order_by="employee__employee_no",
    )
    branch = django_tables2.Column(accessor="branch__name", verbose_name=_("Branch"))
    post = django_tables2.Column(accessor="employee__post", verbose_name=_("Post"))
    title = django_tables2.Column(accessor="employee__title", verbose_name=_("Title"), visible=False)
    state = django_tables2.Column(accessor="state_words", verbose_name=_("State"))
    first_day = DayColumn(verbose_name=_("In office from"), orderable=True)
    last_day = DayColumn(verbose_name=_("To"))
    tenure = CountColumn(accessor="tenure_days", verbose_name=_("Tenure"), unit=_("days"))
    contract_no = django_tables2.Column(verbose_name=_("Contract no."))
    target_kind = django_tables2.Column(verbose_name=_("Appraised on"))

    class Meta(Table.Meta):
        model = Appointment
        fields = (
            "name", "employee_no", "branch", "post", "title", "state", "first_day", "last_day", "tenure", "contract_no",
            "target_kind",
        )  # fmt: skip
        row_attrs = {"data-href": _address}

    def __init__(self, data: Sequence[Any], **kwargs: Any) -> None:
        """Looks at the whole page at once: tenure and state of its rows come from two statements."""
        facts = office_facts(data, data[0].as_of) if len(data) else {}
        for record in data:
            found = facts[record.pk]
            record.state_words = state_words(record, found)
            record.tenure_days = found.tenure.in_office if found.tenure else None
        super().__init__(data, **kwargs)

    def render_target_kind(self, value: str) -> str:
        return str(TargetKind(value).label)


def _month(asked: Any) -> Any:
    return month_of(asked, partial(latest_month, asked.actor))


MANAGERS = Listing(
    subject="managers.Appointment",
    table=ManagerTable,
    filters=ManagerFilters,
    rows=lambda asked: queries.offices(asked.actor, _month(asked)),
    title=lambda asked: _("Managers %(month)s") % {"month": _month(asked)},
    order=("employee__employee_no", "first_day"),
)
