"""The first page, the search over everything, light or dark."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from appraisal.queries.cards import ranking
from common.views import month_of
from desk import queries
from desk.context_processors import SCHEMES
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
    context["brings_in"] = bool(actor.branches_of(Role.CLERK))
    context["administers"] = bool(actor.branches_of(Role.ADMINISTRATOR))
    return render(request, "desk/home.html", context)


def home_figures(request: Request) -> HttpResponse:
    """The deposits of the person's branches in the month: read after the page is shown."""
    month = month_of(request, partial(latest_month, request.actor))
    figures = queries.deposits_of_branches(request.actor, month)
    return render(request, "desk/home_figures.html", {"month": month, "figures": figures})


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
