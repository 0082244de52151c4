"""Telling people something, once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from organization.models import Notification
from organization.rules import Actor


def notify(
    *, employee_ids: Iterable[int | None], sentence: str, values: Mapping[str, Any] | None = None, address: str = ""
) -> None:
    """Tells each person a sentence, inside the transaction of what it tells about.

    Shape: the English sentence, marked with gettext_noop, with named places; nobody is told twice, and none stands for
    the system, which is told nothing.
    """
    now = timezone.now()
    Notification.objects.bulk_create(
        Notification(employee_id=pk, sentence=sentence, values=dict(values or {}), address=address, sent_at=now)
        for pk in sorted({pk for pk in employee_ids if pk is not None})
    )


def read_notifications(*, actor: Actor, pks: Iterable[int] | None = None) -> int:
    """Marks the person's own notifications as read: those named, or all. Returns how many were unread."""
    unread = Notification.objects.visible_to(actor).unread()
    return (unread if pks is None else unread.filter(pk__in=list(pks))).update(read_at=timezone.now())
