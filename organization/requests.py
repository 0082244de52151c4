"""What a view is handed: a request with the person who acts on it."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from organization.models import User
from organization.rules import Actor


class Request(HttpRequest):
    """The request of a person who has signed in, as the middleware completes it: for the signatures of views."""

    actor: Actor
    user: User
    htmx: HtmxDetails
