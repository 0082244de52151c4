"""The managers in office."""

from __future__ import annotations

from functools import partial

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.lists import Total, list_page, one_branch, totals_part
from common.months import Month
from common.tables import export_table
from common.views import month_of
from managers import queries
from managers.filters.offices import ManagerFilters
from managers.tables.offices import ManagerTable
from organization.actions.people import note_export
from organization.queries import latest_month
from organization.requests import Request


def _month(request: Request) -> Month:
    return month_of(request, partial(latest_month, request.actor))


def _filters(request: Request) -> ManagerFilters:
    return ManagerFilters(request.GET, queries.offices(request.actor, _month(request)), request=request)


def manager_list(request: Request) -> HttpResponse:
    filters = _filters(request)
    return list_page(
        request,
        "managers/manager_list.html",
        heading=_("Managers"),
        month=_month(request),
        table=ManagerTable.of(
            request, filters.qs, order=("employee__employee_no", "first_day"), exclude=one_branch(request)
        ),
        filters=filters,
        totals_url=reverse("managers:manager_totals"),
        export_url=reverse("managers:manager_list") + "export/",
    )


def manager_totals(request: Request) -> HttpResponse:
    people = _filters(request).qs.order_by().values("employee").distinct().count()
    return totals_part(request, [Total(_("Managers"), people, "count", _("people"))])


@require_POST
def manager_export(request: Request, kind: str) -> FileResponse:
    found = _filters(request).qs
    note_export(actor=request.actor, subject="managers.Appointment", kind=kind, query=request.GET.urlencode())
    title = _("Managers %(month)s") % {"month": _month(request)}
    order = ("employee__employee_no", "first_day")
    return export_table(ManagerTable, found, title=title, kind=kind, order=order)
