"""The months of a branch and their closing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organization.models.people import BUSINESS_ROLES, Branch, Employee, Role

if TYPE_CHECKING:
    from organization.rules import Actor


class MonthCloseQuerySet(models.QuerySet["MonthClose"]):
    def visible_to(self, actor: Actor) -> Self:
        if actor.is_system:
            return self
        return self.filter(branch__in=actor.branches_of(*BUSINESS_ROLES, Role.ACCOUNT_MANAGER))


class MonthClose(models.Model):
    """The month of a branch, from open to closed (roles.md, The flows).

    Every ledger row enters a month that has such a row and is not closed; postings lock it FOR SHARE, closing FOR UPDATE.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        COMPUTED = "computed", _("computed")
        WITH_MANAGERS = "with_managers", _("with the managers")
        APPROVED = "approved", _("approved")
        PUBLISHED = "published", _("published")
        CLOSED = "closed", _("closed")
        REOPENED = "reopened", _("reopened")

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="month_closes")
    month = models.DateField(_("month"))  # its first day
    state = models.CharField(_("state"), max_length=14, choices=State, default=State.OPEN)
    version = models.PositiveSmallIntegerField(default=1)
    # Something that this month's figures read has changed since they were computed.
    stale = models.BooleanField(default=False)
    computed_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    computed_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    # SHA-256 over the month's figures in a fixed order (appraisal/queries.py), kept when the month closes.
    digest = models.CharField(max_length=64, blank=True)

    objects = MonthCloseQuerySet.as_manager()

    class Meta:
        ordering = ("branch", "month")
        constraints = (
            models.UniqueConstraint(name="month_close_once", fields=("branch", "month")),
            models.CheckConstraint(name="month_close_names_a_month", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="month_computed_and_approved_by_two_people",
                condition=Q(approved_by__isnull=True) | Q(computed_by__isnull=True) | ~Q(approved_by=F("computed_by")),
                violation_error_message=_("Who computed the month does not approve it. Ask another person to approve."),
            ),
            models.CheckConstraint(
                name="month_computed_and_closed_by_two_people",
                condition=Q(closed_by__isnull=True) | Q(computed_by__isnull=True) | ~Q(closed_by=F("computed_by")),
                violation_error_message=_("Who computed the month does not close it. Ask another person to close."),
            ),
            models.CheckConstraint(
                name="closed_month_has_people_and_digest",
                condition=~Q(state="closed")
                | Q(
                    closed_by__isnull=False,
                    approved_by__isnull=False,
                    closed_at__isnull=False,
                    stale=False,
                    digest__regex="^[0-9a-f]{64}$",
                ),
                violation_error_message=_(
                    "A month closes with the names of those who approved and closed it and its digest."
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
