"""The inbox: what waits for the person, and what he or she has been told."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from desk.queries import inbox as queries
from organization.actions.notifications import read_notifications
from organization.models import Notification
from organization.requests import Request


def inbox(request: Request) -> HttpResponse:
    context = {"waiting": queries.waiting(request.actor), "notifications": queries.notifications(request.actor)}
    return render(request, "desk/inbox.html", context)


def home_waiting(request: Request) -> HttpResponse:
    """What waits for the person, in short, without what the first page shows line by line; read after it is shown."""
    waiting = [part for part in queries.waiting(request.actor) if part.name not in queries.OF_THE_DAY]
    return render(request, "desk/home_waiting.html", {"waiting": waiting})


@require_POST
def notification_open(request: Request, pk: int) -> HttpResponse:
    """Marks it as read and goes where it is about."""
    notification = get_object_or_404(Notification.objects.visible_to(request.actor), pk=pk)
    read_notifications(actor=request.actor, pks=[pk])
    inside = url_has_allowed_host_and_scheme(notification.address, {request.get_host()})
    return redirect(notification.address if inside else "desk:inbox")


@require_POST
def notification_read(request: Request) -> HttpResponse:
    """Marks everything as read."""
    read_notifications(actor=request.actor)
    return redirect("desk:inbox")
