"""Back to the page that a button stood on."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from organization.requests import Request


def back_to(request: Request, otherwise: str, *args: Any) -> HttpResponse:
    """To the address that the form names in `next`, where it is one of ours; else to a page by its name."""
    named = request.POST.get("next", "")
    if named.startswith("/") and url_has_allowed_host_and_scheme(named, {request.get_host()}):
        return redirect(named)
    return redirect(otherwise, *args)
