"""What people are told: each reads the own, and nobody another's."""

from __future__ import annotations

from organization.actions.notifications import notify, read_notifications
from organization.models import Notification
from tests.cast import Cast


def test_nobody_marks_what_another_was_told_as_read(cast: Cast) -> None:
    notify(employee_ids=[cast.wang.pk, cast.zhou.pk, None, cast.wang.pk], sentence="Something has happened.")
    told = Notification.objects.get(employee=cast.wang)
    assert Notification.objects.count() == 2
    assert read_notifications(actor=cast.actor("zhou"), pks=[told.pk]) == 0
    assert read_notifications(actor=cast.actor("zhou")) == 1
    told.refresh_from_db()
    assert told.read_at is None
    assert read_notifications(actor=cast.actor("wang"), pks=[told.pk]) == 1
    assert read_notifications(actor=cast.actor("wang")) == 0
