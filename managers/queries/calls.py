"""Calls: which there are, which one may answer (article 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import BooleanField, Case, Count, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from managers.models import Application, Call
from organization.models import Branch, Role

if TYPE_CHECKING:
    from organization.rules import Actor

CALLERS = (Role.DIRECTOR, Role.SUPERVISOR)


def calls(actor: Actor) -> QuerySet[Call]:
    """The calls that the person may read. Shape: annotated is_open (takes applications today) and answers, those handed
    in that the person may see."""
    seen = Application.objects.visible_to(actor).filter(submitted_at__isnull=False)
    today = timezone.localdate()
    is_open = Case(
        When(first_day__lte=today, last_day__gte=today, closed_at__isnull=True, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    return (
        Call.objects.visible_to(actor)
        .select_related("branch", "made_by", "closed_by")
        .annotate(is_open=is_open, answers=Count("applications", filter=Q(applications__in=seen.values("pk"))))
    )


def open_calls(actor: Actor, application: Application | None = None) -> QuerySet[Call]:
    """The calls that take applications today; for a draft those of its branch, and the one that it answers already."""
    found = Call.objects.visible_to(actor).select_related("branch")
    is_open = Q(pk__in=Call.objects.open_on(timezone.localdate()).values("pk"))
    if application is None:
        return found.filter(is_open)
    return found.filter(Q(pk=application.call_id) | is_open, branch=application.branch_id)


def call_totals(found: QuerySet[Call]) -> dict[str, int]:
    """How many calls and how many posts."""
    rows = Call.objects.filter(pk__in=found.order_by().values("pk"))
    return rows.order_by().aggregate(calls=Count("pk"), posts=Coalesce(Sum("posts"), 0))


def answers_of(actor: Actor, call: Call) -> list[Application]:
    """Who has answered a call, as far as the person may see it, by number."""
    found = Application.objects.visible_to(actor).filter(call=call).select_related("candidate", "branch")
    return list(found.order_by("pk"))


def calling_branches(actor: Actor) -> QuerySet[Branch]:
    """The branches for which the person may announce a call."""
    return Branch.objects.reached_by(actor, *CALLERS)
