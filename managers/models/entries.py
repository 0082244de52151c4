"""Entries on conduct and compliance (articles 13 and 18)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from managers.models.vocabulary import Indicator
from organization.models import BUSINESS_ROLES, Branch, Employee, ImportBatch

if TYPE_CHECKING:
    from organization.rules import Actor


class ConductEntryQuerySet(models.QuerySet["ConductEntry"]):
    def visible_to(self, actor: Actor) -> Self:
        if actor.is_system:
            return self
        own = Q(manager=actor.employee_id, state=ConductEntry.State.CONFIRMED)
        return self.filter(own | Q(branch__in=actor.branches_of(*BUSINESS_ROLES)))


class ConductEntry(models.Model):
    """Something in a manager's conduct or compliance worth points (articles 13 and 18); counts once a second person
    has confirmed it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        CONFIRMED = "confirmed", _("confirmed")
        REJECTED = "rejected", _("rejected")

    manager = models.ForeignKey(Employee, models.PROTECT, related_name="conduct_entries")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    happened_on = models.DateField(_("date"))
    entered_on = models.DateField(_("entry day"))
    indicator = models.CharField(_("indicator"), max_length=30, choices=Indicator)
    points_hundredths = models.IntegerField(_("points"))
    reason = models.CharField(_("reason"), max_length=300)
    entry_no = models.CharField(_("entry no."), max_length=40, default="1")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    made_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, related_name="+")
    row_no = models.PositiveIntegerField(null=True)

    objects = ConductEntryQuerySet.as_manager()

    class Meta:
        ordering = ("-happened_on", "manager__employee_no")
        constraints = (
            models.UniqueConstraint(
                name="conduct_entry_once", fields=("manager", "happened_on", "indicator", "entry_no")
            ),
            models.CheckConstraint(
                name="conduct_entry_confirmed_by_another",
                condition=Q(decided_by__isnull=True) | Q(made_by__isnull=True) | ~Q(decided_by=F("made_by")),
                violation_error_message=_("Who enters a fact does not confirm it. Ask another person."),
            ),
            models.CheckConstraint(
                name="conduct_entry_not_about_oneself",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("manager")),
                violation_error_message=_("Nobody decides about himself or herself. Ask another person."),
            ),
            models.CheckConstraint(
                name="conduct_entry_decided_has_a_name",
                condition=Q(state="draft", decided_by__isnull=True) | Q(~Q(state="draft"), decided_by__isnull=False),
                violation_error_message=_("A decision on an entry carries the name of the person who decided."),
            ),
            models.CheckConstraint(
                name="conduct_entry_of_an_entry_indicator", condition=Q(indicator__in=("conduct", "compliance"))
            ),
            models.CheckConstraint(name="conduct_entry_has_points", condition=~Q(points_hundredths=0)),
        )
        indexes = (
            # The entries of a branch's month: scoring, and the list of what waits for confirmation.
            models.Index(fields=("branch", "entered_on"), name="conduct_entry_of_month"),
        )

    def __str__(self) -> str:
        return f"{self.happened_on} {self.indicator}"
