"""Who looks after a customer (article 9(1)), and customers that turn out to be one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models.customers import Customer
from managers.models import DayRange, HandOver, HandOverLine, Int8Point
from organization.models import BUSINESS_ROLES, Branch, Employee, ImportBatch

if TYPE_CHECKING:
    from organization.rules import Actor


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def in_force(self, day: dt.date) -> Self:
        return self.filter(Q(last_day__isnull=True) | Q(last_day__gte=day), first_day__lte=day)

    def visible_to(self, actor: Actor) -> Self:
        if actor.is_system:
            return self
        return self.filter(Q(manager=actor.employee_id) | Q(branch__in=actor.branches_of(*BUSINESS_ROLES)))


class Assignment(models.Model):
    """A customer assigned to a manager, on days, as existing (handed over) or newly developed (article 9(1))."""

    class Basis(models.TextChoices):
        ASSIGNED = "assigned", _("assigned")
        DEVELOPED = "developed", _("developed")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="assignments")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    manager = models.ForeignKey(Employee, models.PROTECT, related_name="assignments")
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"), null=True, blank=True)
    basis = models.CharField(_("basis"), max_length=10, choices=Basis)
    # Of a developed customer: how it was won.
    how = models.CharField(_("how it was won"), max_length=300, blank=True, db_default="")
    made_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    hand_over = models.ForeignKey(HandOver, models.PROTECT, null=True, blank=True, related_name="+")
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, related_name="+")
    row_no = models.PositiveIntegerField(null=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ("customer", "first_day")
        constraints = (
            models.CheckConstraint(
                name="assignment_ends_after_it_begins",
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                violation_error_message=_("The last day lies before the first."),
            ),
            ExclusionConstraint(
                name="one_assignment_a_day",
                expressions=[(Int8Point("customer"), "&&"), (DayRange("first_day", "last_day"), "&&")],
                # A file that moves a customer passes through two: looked at when all its rows are there.
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message=_("This customer is assigned to a manager on some of these days already."),
            ),
        )
        indexes = (
            # The customers of a manager.
            models.Index(fields=("manager", "last_day", "customer"), name="assignment_of_manager"),
        )

    def __str__(self) -> str:
        return f"{self.first_day}"


class CustomerHandOver(HandOverLine):
    """A customer's line on a hand-over sheet: what becomes of the giver's assignment from the sheet's first day on."""

    SUBJECT = "customer"
    AS_SIGNED = ("last_day", "basis")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    basis = models.CharField(_("basis"), max_length=10, choices=Assignment.Basis)

    class Meta:
        ordering = ("hand_over", "customer__customer_no", "first_day")
        constraints = (
            models.UniqueConstraint(name="customer_handed_over_once", fields=("hand_over", "customer", "first_day")),
            models.CheckConstraint(
                name="customer_handed_over_or_kept",
                condition=Q(taker__isnull=True) | Q(kept_reason=""),
                violation_error_message=_("A customer is handed over or kept with a reason, not both."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.first_day}"


class MergeQuerySet(models.QuerySet["Merge"]):
    def visible_to(self, actor: Actor) -> Self:
        """For those who read both customers' branches as a whole."""
        if actor.is_system:
            return self
        read = actor.branches_of(*BUSINESS_ROLES)
        return self.filter(kept__branch__in=read, archived__branch__in=read)


class Merge(models.Model):
    """Two customers on record are one: proposed by one person with a preview, decided by another."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        MERGED = "merged", _("merged")
        REJECTED = "rejected", _("rejected")

    # The one that goes on, and the one that is archived into it.
    kept = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    archived = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_words = models.CharField(_("words of the decision"), max_length=300, blank=True, db_default="")
    # What moved: {"model": [keys…]}, for the record.
    moved = models.JSONField(default=dict)

    objects = MergeQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                name="merge_of_two",
                condition=~Q(kept=F("archived")),
                violation_error_message=_("Choose two different customers."),
            ),
            models.CheckConstraint(
                name="merge_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                violation_error_message=_("Who proposes a merge does not decide it. Ask another person."),
            ),
            models.CheckConstraint(
                name="merge_decided_has_a_name",
                condition=Q(state="proposed", decided_by__isnull=True)
                | Q(~Q(state="proposed"), decided_by__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_merge_at_a_time",
                fields=("archived",),
                condition=~Q(state="rejected"),
                violation_error_message=_("This customer is being merged, or is merged already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.archived_id} → {self.kept_id}"
