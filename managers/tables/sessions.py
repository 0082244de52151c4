"""The list of sessions."""

from __future__ import annotations

import django_tables2
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.lists import Listing
from common.tables import CountColumn, DayColumn, PointsColumn, Table
from managers.filters.sessions import SessionFilters
from managers.models import Session
from managers.queries.sessions import sessions


def _address(record: Session) -> str:
    return reverse("managers:session_detail", args=[record.pk])


class SessionTable(Table):
    title = django_tables2.Column(verbose_name=_("Subject"), linkify=_address)
    kind = django_tables2.Column(accessor="get_kind_display", verbose_name=_("Kind"))
    held_on = DayColumn(verbose_name=_("Date"), orderable=True)
    hours_hundredths = PointsColumn(verbose_name=_("Hours"))
    asked = CountColumn(verbose_name=_("Asked"), unit=_("people"))
    came = CountColumn(verbose_name=_("Came"), unit=_("people"))
    place = django_tables2.Column(verbose_name=_("Place"))
    stage = django_tables2.TemplateColumn(template_name="managers/session_state.html", verbose_name=_("State"))
    branch = django_tables2.Column(accessor="branch__name", verbose_name=_("Branch"))

    class Meta(Table.Meta):
        model = Session
        fields = ("title", "kind", "held_on", "hours_hundredths", "asked", "came", "place", "stage", "branch")
        row_attrs = {"data-href": _address}


SESSIONS = Listing(
    subject="managers.Session",
    table=SessionTable,
    filters=SessionFilters,
    rows=lambda asked: sessions(asked.actor),
    title=lambda asked: _("Training and meetings"),
    order=("-held_on",),
)
