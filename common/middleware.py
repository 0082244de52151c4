"""The month switch of the frame, on pages whose path names the month."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from common.errors import BadInput
from common.months import Month


class MonthInPathMiddleware:
    """?month= on a page whose path names a month leads to the same page of that month."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or request.method != "GET" or "month" not in kwargs or "month" not in request.GET:
            return None
        query = request.GET.copy()
        try:
            month = Month.parse(str(query.pop("month")[-1]))
        except BadInput:
            return None
        address = reverse(match.view_name, kwargs={**kwargs, "month": month})
        return HttpResponseRedirect(f"{address}?{query.urlencode()}" if query else address)
