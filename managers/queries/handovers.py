"""What is asked about hand-over sheets."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from managers.models import Appointment, HandOver, HandOverLine, HandOverSignature
from managers.rules import ONE_DAY
from organization.models import Branch, Employee, Role, RoleGrant
from organization.rules import Actor

# Who draws up sheets and decides about their lines.
MAKERS = (Role.CLERK, Role.DIRECTOR, Role.SUPERVISOR)

Line = TypeVar("Line", bound=HandOverLine)
Held = TypeVar("Held", bound=Model)


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


def held_by_giver(
    found: QuerySet[Held],
    model: type[HandOverLine],
    appointment: Appointment,
    first_day: dt.date,
    last_day: dt.date | None = None,
) -> QuerySet[Held]:
    """Of what a ledger keeps, what the manager holds at the appointment's branch on some of the days (no last one = open).

    Shape: what ends with the term itself, the day before, counts too: with the office only it loses its manager. What an
    earlier sheet has handed over already does not come again. By number and first day.
    """
    subject = model.SUBJECT
    holds = Q(last_day__isnull=True) | Q(last_day__gte=first_day)
    if appointment.last_day is not None and appointment.last_day + ONE_DAY == first_day:
        holds |= Q(last_day=appointment.last_day)
    found = found.filter(holds, manager=appointment.employee_id, branch=appointment.branch_id)
    if last_day is not None:
        found = found.filter(first_day__lte=last_day)
    given = model._default_manager.filter(
        Q(taker__isnull=False) | ~Q(kept_reason=""),
        hand_over__state=HandOver.State.DONE,
        hand_over__employee=appointment.employee_id,
        hand_over__first_day=first_day,
        first_day=OuterRef("first_day"),
        **{subject: OuterRef(subject)},
    )
    return found.exclude(Exists(given)).select_related(subject).order_by(f"{subject}__{subject}_no", "first_day")


def lines_on(model: type[Line], sheet: HandOver) -> QuerySet[Line]:
    """The sheet's lines of a kind, by number and first day, each with its subject and taker."""
    subject = model.SUBJECT
    lines = model._default_manager.filter(hand_over=sheet).select_related(subject, "taker")
    return lines.order_by(f"{subject}__{subject}_no", "first_day")


def undecided(lines: QuerySet[Line]) -> QuerySet[Line]:
    """Those of the lines that are neither taken over nor kept with a reason."""
    return lines.filter(taker__isnull=True, kept_reason="")


def takers_on(lines: QuerySet[Any]) -> set[int]:
    """The employees who take something over."""
    return set(lines.filter(taker__isnull=False).values_list("taker_id", flat=True))
