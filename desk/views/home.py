"""The first page, the search over everything, light or dark."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from desk.context_processors import SCHEMES

_YEAR = 365 * 24 * 3600


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/home.html")


def search(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/search.html")


@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the device prefers: kept in a cookie, since it belongs to the screen and not to the person."""
    back = request.POST.get("next", "")
    response = redirect(back if url_has_allowed_host_and_scheme(back, {request.get_host()}) else "desk:home")
    scheme = request.POST.get("scheme", "")
    if scheme in SCHEMES:
        response.set_cookie("scheme", scheme, max_age=_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    else:
        response.delete_cookie("scheme", samesite="Lax")
    return response
