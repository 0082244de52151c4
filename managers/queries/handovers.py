"""What is asked about hand-over sheets."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from managers.models import HandOver, HandOverSignature
from organization.models import Branch, Employee, Role, RoleGrant
from organization.rules import Actor


def hand_overs(actor: Actor) -> QuerySet[HandOver]:
    """The sheets that the person may see, newest first."""
    return HandOver.objects.visible_to(actor).select_related("employee", "branch", "witness").order_by("-pk")


def sheets_to_sign(actor: Actor) -> QuerySet[HandOver]:
    """The sheets that wait for this person's signature: what the inbox shows."""
    waiting = HandOverSignature.objects.filter(
        employee=actor.employee_id, signed_at__isnull=True, hand_over__state=HandOver.State.SIGNING
    )
    return hand_overs(actor).filter(pk__in=waiting.values("hand_over"))


def witnesses_for(branch: Branch, giver_id: int) -> QuerySet[Employee]:
    """Who may witness a hand-over at a branch: its people and those of the branch above it, without the giver.

    Not an administrator: who signs a sheet reads the customers on it, and an administrator reads none (roles.md).
    """
    near = Q(branch=branch.pk) | Q(branch=branch.parent_id)
    administrators = RoleGrant.objects.in_force(timezone.localdate()).filter(role=Role.ADMINISTRATOR)
    found = Employee.objects.filter(near).exclude(pk=giver_id)
    return found.exclude(pk__in=administrators.values("employee")).order_by("employee_no")
