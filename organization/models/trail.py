"""The trail: a chain of entries a branch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from organization.models.people import Role

if TYPE_CHECKING:
    from organization.rules import Actor


class TrailHead(models.Model):
    """The end of one branch's chain; locked while the next entry is made. Branch 0 stands for the union as a whole."""

    branch_key = models.BigIntegerField(primary_key=True)
    last_seq = models.BigIntegerField(default=0)
    last_hash = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return f"{self.branch_key}"


class TrailEntryQuerySet(models.QuerySet["TrailEntry"]):
    def visible_to(self, actor: Actor) -> Self:
        if actor.is_system:
            return self
        return self.filter(branch_key__in=actor.branches_of(Role.AUDITOR))


class TrailEntry(models.Model):
    """Who changed what, when, through which action, each field before and after (roles.md, Trail).

    Law: entries are only added; hash = SHA-256(previous_hash + body); seq counts up by one in each chain.
    """

    branch_key = models.BigIntegerField()  # the branch's id, 0 for the union as a whole
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    actor_no = models.CharField(max_length=20)  # employee no., or "system"
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)  # app.model of what changed
    subject_key = models.CharField(max_length=200)  # its natural key
    # The entry as canonical JSON: what is hashed is what is kept.
    body = models.TextField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = TrailEntryQuerySet.as_manager()

    class Meta:
        ordering = ("branch_key", "seq")
        constraints = (models.UniqueConstraint(name="trail_entry_once", fields=("branch_key", "seq")),)
        indexes = (
            # "What happened to this thing": the history on a subject's page.
            models.Index(fields=("subject", "subject_key"), name="trail_of_subject"),
        )

    def __str__(self) -> str:
        return f"{self.branch_key}/{self.seq}"
