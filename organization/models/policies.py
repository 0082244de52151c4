"""What a branch has decided for itself, its calendar, and what people are told."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from organization.models.people import Branch, Employee

if TYPE_CHECKING:
    from organization.rules import Actor


class PolicyQuerySet(models.QuerySet["Policy"]):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.is_system else self.filter(branch__in=actor.all_branches)


class Policy(models.Model):
    """A figure of the regulation as a branch has decided it, from a day on; the branches below follow it.

    Which policies there are, with their defaults and limits, stands in settings.POLICIES.
    """

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="policies")
    name = models.CharField(_("policy"), max_length=40)
    value = models.BigIntegerField(_("value"))
    first_day = models.DateField(_("from"))
    reason = models.CharField(_("reason"), max_length=300)
    made_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    objects = PolicyQuerySet.as_manager()

    class Meta:
        ordering = ("name", "branch", "-first_day")
        constraints = (
            models.UniqueConstraint(
                name="policy_once",
                fields=("branch", "name", "first_day"),
                violation_error_message=_("This policy is set from that day already. Choose another day."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.value}"


class HolidayQuerySet(models.QuerySet["Holiday"]):
    def between(self, first_day: dt.date, last_day: dt.date) -> Self:
        return self.filter(day__gte=first_day, day__lte=last_day)


class Holiday(models.Model):
    """A day on which a branch differs from the public calendar: a holiday of its own, or a day it works."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="holidays")
    day = models.DateField(_("day"))
    is_working_day = models.BooleanField(_("working day"))
    name = models.CharField(_("name"), max_length=60)

    objects = HolidayQuerySet.as_manager()

    class Meta:
        ordering = ("branch", "day")
        constraints = (
            models.UniqueConstraint(
                name="holiday_once",
                fields=("branch", "day"),
                violation_error_message=_("This day is in the calendar already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(employee=actor.employee_id) if actor.employee_id else self.none()

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)


class Notification(models.Model):
    """Something that a person is told, once: a sentence in the reader's language, and where to go."""

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="notifications")
    # The English sentence with named places, marked for translation where it is sent, and what stands in them.
    sentence = models.CharField(max_length=300)
    values = models.JSONField(default=dict)
    address = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = (
            # The unread of a person: the count in the frame, the inbox.
            models.Index(fields=("employee", "-id"), name="notification_unread", condition=Q(read_at__isnull=True)),
        )

    def __str__(self) -> str:
        return self.sentence

    @property
    def words(self) -> str:
        return translate(self.sentence) % self.values
