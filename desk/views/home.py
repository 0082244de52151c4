"""The first page, the search over everything, light or dark."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from appraisal.queries.cards import ranking
from common.views import month_of, part_page
from desk import queries
from desk.context_processors import SCHEMES
from desk.queries import work
from organization.models import BUSINESS_ROLES, Role
from organization.queries import latest_month
from organization.requests import Request

_YEAR = 365 * 24 * 3600


def home(request: Request) -> HttpResponse:
    """What waits for the person, by the roles that the person holds; a person with several sees several parts."""
    actor = request.actor
    month = month_of(request, partial(latest_month, actor))
    context: dict[str, Any] = {"month": month}
    if actor.branches_of(*BUSINESS_ROLES):
        context["months"] = months = queries.branch_months(actor, month)
        if len(months) == 1:
            context["ranking"] = ranking(actor=actor, branch=months[0].branch, month=month)
    if actor.branches_of(Role.ACCOUNT_MANAGER):
        context["card"], context["lines"] = queries.own_card(actor, month)
    context["leads"] = bool(actor.branches_of(Role.DIRECTOR))
    context["brings_in"] = bool(actor.branches_of(Role.CLERK))
    context["administers"] = bool(actor.branches_of(Role.ADMINISTRATOR))
    return render(request, "desk/home.html", context)


def home_figures(request: Request) -> HttpResponse:
    """The deposits of the person's branches in the month: read after the page is shown."""
    month = month_of(request, partial(latest_month, request.actor))
    figures = queries.deposits_of_branches(request.actor, month)
    return render(request, "desk/home_figures.html", {"month": month, "figures": figures})


def home_day(request: Request) -> HttpResponse:
    """What a manager's day and the next six hold: read after the page is shown, like all that follows."""
    return _part(request, _("My customers today and this week"), "desk/home_day.html", day=work.day_of(request.actor))


def home_business(request: Request) -> HttpResponse:
    """The six businesses of article 8 with a manager's own customers, in the month."""
    month = month_of(request, partial(latest_month, request.actor))
    six = work.six_businesses(request.actor, month)
    return _part(request, _("My customers’ business"), "desk/home_business.html", month=month, six=six)


def home_work(request: Request) -> HttpResponse:
    """What the managers of a director's branches did in the month."""
    month = month_of(request, partial(latest_month, request.actor))
    found = work.work_of_managers(request.actor, month)
    return _part(request, _("The managers’ work"), "desk/home_work.html", month=month, work=found)


def _part(request: Request, heading: str, template: str, **context: Any) -> HttpResponse:
    return part_page(request, template, heading=heading, back=reverse("desk:home"), context=context)


def search(request: Request) -> HttpResponse:
    words = request.GET.get("q", "").strip().replace("\0", "")[:60]
    found = queries.find(request.actor, words)
    only = queries.only_address(found)
    if only:
        return redirect(only)
    return render(request, "desk/search.html", {"search_words": words, "found": found})


@require_POST
def appearance(request: Request) -> HttpResponse:
    """Light, dark, or as the device prefers: kept in a cookie, since it belongs to the screen and not to the person."""
    back = request.POST.get("next", "")
    response = redirect(back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "desk:home")
    scheme = request.POST.get("scheme", "")
    if scheme in SCHEMES:
        response.set_cookie("scheme", scheme, max_age=_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    else:
        response.delete_cookie("scheme", samesite="Lax")
    return response
