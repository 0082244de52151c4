"""Long work as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organization.models.people import BUSINESS_ROLES, Branch, Employee, Role

if TYPE_CHECKING:
    from organization.rules import Actor


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, actor: Actor) -> Self:
        if actor.is_system or actor.branches_of(Role.ADMINISTRATOR):
            return self
        return self.filter(Q(requested_by=actor.employee_id) | Q(branch__in=actor.branches_of(*BUSINESS_ROLES)))


class Job(models.Model):
    """Long work as a row that a person can look at. The row is the truth, the broker only a bell."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    # The Celery task that does it, such as appraisal.month_end_branch.
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="jobs")
    # A union's month end is one job with one child a branch; it has no task of its own.
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    requested_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    result = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = (
            # The sweep: what waits, or runs without a heartbeat.
            models.Index(
                fields=("state", "heartbeat_at"), name="job_sweep", condition=Q(state__in=("queued", "running"))
            ),
        )

    def __str__(self) -> str:
        return self.title
