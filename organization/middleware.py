"""Puts the actor on every request, with the rights of today; leads to the sign-in and keeps what was typed; speaks the
language of the switch."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from organization.forms import SignInForm
from organization.keeping import keep_typed
from organization.queries import actor_of
from organization.rules import Actor

NOBODY = Actor(employee_id=None, employee_no="", name="")


# How long a browser, or a program, waits before it asks again.
RETRY_SECONDS = 5


class SessionMiddleware(DjangoSessionMiddleware):
    """Django's, but for a database that is away while a session is kept: that is no bad request, and it is worth another try."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except SessionInterrupted as error:
            if not _database_is_away(error):
                raise
        with translation.override(_language_of(request)):
            answer = render(request, "503.html", status=503)
        answer.headers["Retry-After"] = str(RETRY_SECONDS)
        return answer


def _database_is_away(error: BaseException) -> bool:
    """Whether a lost connection stands behind the error, and not a session that has ended elsewhere."""
    behind: BaseException | None = error
    while behind is not None:
        if isinstance(behind, OperationalError | InterfaceError):
            return True
        behind = behind.__cause__ or behind.__context__
    return False


class ActorMiddleware:
    """request.actor: who acts, read once a request and only where a view asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        return self.get_response(request)


class SignInMiddleware(LoginRequiredMiddleware):
    """Leads whoever has not signed in to the sign-in page. A form that comes after its session has ended is not lost: the
    page keeps what was typed in it, and shows it again after the sign-in."""

    def handle_no_permission(  # type: ignore[override] # Django's own answer is always a redirect
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        if request.method == "POST" and getattr(request, "htmx", False):
            # The page has the form still: it sends it once more as a whole, and then it is kept.
            return HttpResponse(status=401)
        kept = keep_typed(request)
        if not kept:
            return super().handle_no_permission(request, view_func)
        # At the address of the form, so that only the sign-in itself goes to the sign-in page.
        return render(request, "organization/sign_in.html", {"form": SignInForm(request), "kept": kept})


class LanguageMiddleware:
    """The language that the person has switched to, else the installation's: what the browser prefers does not count,
    so that one page shown to two people is the same page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = _language_of(request)
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def _language_of(request: HttpRequest) -> str:
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _actor(request: HttpRequest) -> Actor:
    if not request.user.is_authenticated:
        return NOBODY
    return actor_of(request.user.employee, address=request.META.get("REMOTE_ADDR", ""))
