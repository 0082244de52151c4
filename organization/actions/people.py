"""What people do with their own sign-in, and what leaves the house in their hands."""

from __future__ import annotations

from django.db import transaction

from organization.actions.trail import record
from organization.models import User
from organization.rules import Actor


@transaction.atomic
def change_password(*, actor: Actor, user: User, password: str) -> None:
    """Sets the person's own password. The trail says that it changed, never to what."""
    user.set_password(password)
    user.save(update_fields=["password"])
    record(
        actor=actor,
        action="change_password",
        subject="organization.User",
        subject_key=user.employee_no,
        branch_id=user.employee.branch_id,
    )


@transaction.atomic
def note_export(*, actor: Actor, subject: str, kind: str, query: str) -> None:
    """Writes into the trail that somebody takes a list away: which, as what, filtered by what."""
    record(
        actor=actor,
        action="export",
        subject=subject,
        subject_key=kind,
        branch_id=actor.branch_id,
        changes={"filter": query, "kind": kind},
    )
