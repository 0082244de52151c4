"""The hand-over sheets."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.lists import Total, list_page, one_branch, totals_part
from managers.tables.handovers import HAND_OVERS, HandOverTable
from organization.exporting import export_list
from organization.requests import Request


def hand_over_list(request: Request) -> HttpResponse:
    filters = HAND_OVERS.filtered(request)
    return list_page(
        request,
        "managers/hand_over_list.html",
        heading=_("Hand-over sheets"),
        table=HandOverTable.of(request, filters.qs, order=HAND_OVERS.order, exclude=one_branch(request)),
        filters=filters,
        totals_url=reverse("managers:hand_over_totals"),
        export_url=reverse("managers:hand_over_list") + "export/",
    )


def hand_over_totals(request: Request) -> HttpResponse:
    found = HAND_OVERS.filtered(request).qs
    return totals_part(request, [Total(_("Hand-over sheets"), found.order_by().count(), "count")])


@require_POST
def hand_over_export(request: Request, kind: str) -> HttpResponseBase:
    return export_list(request, HAND_OVERS, kind)
