"""What every page's view begins and ends with: the object that the actor may see, the month, and a refusal that is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from common.errors import BadInput, RuleError
from common.months import Month

__all__ = ["get_visible", "month_of", "part_page", "refuse", "say_refusal"]

M = TypeVar("M", bound=Model)

_SESSION_KEY = "month"


def get_visible(source: type[M] | QuerySet[M], actor: Any, **lookup: Any) -> M:
    """The one object that the lookup names, if the actor may see it.

    Shape: a model, or a queryset of one that says what to fetch with it. Raises: Http404, the same for what is another
    branch's and for what is not there.
    """
    queryset: Any = source if isinstance(source, QuerySet) else source._default_manager.all()
    if any("\0" in value for value in lookup.values() if isinstance(value, str)):
        raise Http404
    found: M | None = queryset.visible_to(actor).filter(**lookup).first()
    if found is None:
        raise Http404
    return found


def month_of(request: HttpRequest, otherwise: Callable[[], Month]) -> Month:
    """The month that a page is about: of its own path, of ?month=, the one that was looked at last, or `otherwise`.

    It stays with the person: what the address names is remembered for the pages that name none.
    """
    known: Month | None = getattr(request, "_month", None)
    if known is not None:
        return known
    match = request.resolver_match
    named = str(match.kwargs.get("month", "")) if match else ""
    month = _parsed(named) or _parsed(request.GET.get("month", ""))
    if month is None:
        month = _parsed(request.session.get(_SESSION_KEY, "")) or otherwise()
    elif request.session.get(_SESSION_KEY) != str(month):
        request.session[_SESSION_KEY] = str(month)
    request._month = month  # type: ignore[attr-defined]
    return month


def _parsed(text: str) -> Month | None:
    try:
        return Month.parse(text)
    except BadInput:
        return None


def say_refusal(request: HttpRequest, error: RuleError) -> None:
    """The refusal as a message of the next page, with its article."""
    sentence = str(error)
    if error.article:
        sentence = _("%(sentence)s (article %(article)s)") % {"sentence": sentence, "article": error.article}
    messages.error(request, sentence)


def refuse(request: HttpRequest, error: RuleError, to: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """Back to a page (an address, a URL name with its arguments), where the sentence stands on top."""
    say_refusal(request, error)
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(resolve_url(to, *args, **kwargs))
    back: HttpResponse = redirect(to, *args, **kwargs)
    return back


def part_page(
    request: HttpRequest, part: str, *, heading: Any, back: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A part of a page: alone where htmx asks for it, in a page of its own with a way back where a browser does.

    Shape: `part` is the template of the part, `back` the address of the page that it belongs to.
    """
    if getattr(request, "htmx", False):
        return render(request, part, context, status=status)
    whole = {"part": part, "heading": heading, "back": back}
    return render(request, "part.html", context | whole, status=status)
