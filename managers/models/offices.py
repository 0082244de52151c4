"""Appointments and what interrupts them (articles 3 and 17)."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from managers.models.people import OfPersonQuerySet
from managers.models.vocabulary import DayRange, Int8Point
from organization.models import Branch, Employee, ImportBatch


class AppointmentQuerySet(OfPersonQuerySet["Appointment"]):
    def in_force(self, day: dt.date) -> Self:
        return self.filter(Q(last_day__isnull=True) | Q(last_day__gte=day), first_day__lte=day)

    def in_force_between(self, first_day: dt.date, last_day: dt.date) -> Self:
        return self.filter(Q(last_day__isnull=True) | Q(last_day__gte=first_day), first_day__lte=last_day)


class Appointment(models.Model):
    """The role of account manager, held with a term beside post and title (article 3).

    The last day is the end of the term, or the day on which it ended earlier; how it ended stands beside it.
    """

    class End(models.TextChoices):
        EXPIRY = "expiry", _("expiry")
        RESIGNATION = "resignation", _("resignation")
        DISMISSAL = "dismissal", _("dismissal")
        TRANSFER = "transfer", _("transfer")

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="appointments")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="appointments")
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"), null=True, blank=True)
    # How it was decided to end, by whom; a term that runs on to its last day has none of these yet.
    end = models.CharField(_("end"), max_length=12, choices=End, blank=True, db_default="")
    end_reason = models.CharField(_("reason"), max_length=300, blank=True, db_default="")
    ended_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    appointed_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, related_name="+")
    row_no = models.PositiveIntegerField(null=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ("employee__employee_no", "first_day")
        constraints = (
            models.CheckConstraint(
                name="appointment_ends_after_it_begins",
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                violation_error_message=_("The last day lies before the first."),
            ),
            ExclusionConstraint(
                name="one_appointment_a_day",
                expressions=[(Int8Point("employee"), "&&"), (DayRange("first_day", "last_day"), "&&")],
                violation_error_message=_("This employee already holds an appointment on some of these days."),
            ),
            models.CheckConstraint(
                name="appointment_end_decided_by_another",
                condition=Q(ended_by__isnull=True) | ~Q(ended_by=F("employee")),
                violation_error_message=_("Nobody decides about himself or herself. Ask another person."),
            ),
            models.CheckConstraint(
                name="appointment_decided_by_another",
                condition=Q(appointed_by__isnull=True) | ~Q(appointed_by=F("employee")),
                violation_error_message=_("Nobody decides about himself or herself. Ask another person."),
            ),
        )
        indexes = (
            # Managers in office of a branch in a month.
            models.Index(fields=("branch", "first_day"), name="appointment_of_branch"),
            # What expires soon, and what has expired.
            models.Index(fields=("last_day",), name="appointment_last_day", condition=Q(last_day__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.first_day}"


class Suspension(models.Model):
    """Days on which a manager is appointed and not in office; open until it is lifted."""

    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="suspensions")
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    made_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    lifted_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("appointment", "first_day")
        constraints = (
            models.CheckConstraint(
                name="suspension_ends_after_it_begins",
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                violation_error_message=_("The last day lies before the first."),
            ),
            ExclusionConstraint(
                name="one_suspension_a_day",
                expressions=[(Int8Point("appointment"), "&&"), (DayRange("first_day", "last_day"), "&&")],
                violation_error_message=_("This manager is already suspended on some of these days."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.first_day}"


class AppointmentChange(models.Model):
    """A change of an office: proposed by one person, decided by another, carried out when nothing is left behind.

    An end, a transfer or a suspension is carried out with its hand-over sheet, in one transaction, or at once where the
    manager holds nothing on those days. Who it is about stands beside the appointment, so that the database can hold the
    four eyes.
    """

    class Kind(models.TextChoices):
        RESIGNATION = "resignation", _("resignation")
        DISMISSAL = "dismissal", _("dismissal")
        TRANSFER = "transfer", _("transfer")
        SUSPENSION = "suspension", _("suspension")
        LIFTING = "lifting", _("end of a suspension")
        EXTENSION = "extension", _("extension of the term")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        APPROVED = "approved", _("approved, hand-over under way")
        DONE = "done", _("carried out")
        REJECTED = "rejected", _("rejected")
        WITHDRAWN = "withdrawn", _("withdrawn")

    # What ends the appointment, by the name that Appointment.End gives it.
    ENDS = (Kind.RESIGNATION, Kind.DISMISSAL, Kind.TRANSFER)

    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="changes")
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    # The first day of a suspension; other changes have none.
    first_day = models.DateField(_("from"), null=True, blank=True)
    # The last day in office of an end, of a suspension (open where none), of the suspension that is lifted, of the term.
    last_day = models.DateField(_("to"), null=True, blank=True)
    to_branch = models.ForeignKey(Branch, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    proposed_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.CharField(_("reason of the decision"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    # When the day of a transfer had come and the person moved to the other branch.
    moved_at = models.DateTimeField(null=True, blank=True)

    objects = OfPersonQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                name="one_open_change_of_an_appointment",
                fields=("appointment",),
                condition=Q(state__in=("proposed", "approved")),
                violation_error_message=_(
                    "A change of this appointment is under way. Finish or withdraw that one first."
                ),
            ),
            models.CheckConstraint(
                name="change_not_decided_by_proposer",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                violation_error_message=_("Who proposes a change does not decide about it. Ask another person."),
            ),
            models.CheckConstraint(
                name="change_not_decided_by_the_person",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("employee")),
                violation_error_message=_("Nobody decides about himself or herself. Ask another person."),
            ),
            models.CheckConstraint(
                name="change_decision_has_a_name",
                condition=~Q(state__in=("approved", "done", "rejected"))
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                violation_error_message=_("A decision carries the name of the person who decided."),
            ),
            models.CheckConstraint(
                name="change_refusal_has_a_reason",
                condition=~Q(state="rejected") | ~Q(decision_reason=""),
                violation_error_message=_("Say why."),
            ),
            models.CheckConstraint(
                name="change_days_of_its_kind",
                condition=Q(kind="suspension", first_day__isnull=False)
                | Q(~Q(kind="suspension"), first_day__isnull=True, last_day__isnull=False),
                violation_error_message=_("Name the day."),
            ),
            models.CheckConstraint(
                name="change_ends_after_it_begins",
                condition=Q(first_day__isnull=True) | Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                name="change_transfer_leads_to_another_branch",
                condition=Q(~Q(kind="transfer"), to_branch__isnull=True)
                | Q(Q(kind="transfer", to_branch__isnull=False), ~Q(to_branch=F("branch"))),
                violation_error_message=_("A transfer leads to another branch. Name it."),
            ),
        )
        indexes = (
            # What waits for a branch's director.
            models.Index(fields=("branch", "state"), name="change_of_branch"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.last_day}"

    @property
    def days_without(self) -> tuple[dt.date, dt.date | None] | None:
        """The days that the change takes from the office (none = open), on which the manager may hold nothing."""
        if self.kind == self.Kind.SUSPENSION and self.first_day is not None:
            return self.first_day, self.last_day
        if self.kind in self.ENDS and self.last_day is not None:
            return self.last_day + dt.timedelta(days=1), None
        return None
