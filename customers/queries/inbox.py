"""What waits for a person in the work with customers, a question a function (beside the questions of each slice's queries).

Each takes the actor and a day and gives a queryset whose rows are the lines.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from customers.models import Assignment, Merge, Prospect, ServiceRequest
from customers.queries.requests import requests_due
from organization.models import Role

if TYPE_CHECKING:
    from organization.rules import Actor

# A request runs out of time when so many days are left.
RUNNING_OUT: Final = dt.timedelta(days=2)
# A customer won longer ago than this is looked for in the list of those without a manager.
WON_LATELY: Final = dt.timedelta(days=92)


def requests_running_out(actor: Actor, today: dt.date) -> QuerySet[ServiceRequest]:
    """What the person's own customers ask for and must be answered within the next days."""
    return requests_due(actor, today).filter(deadline__lte=today + RUNNING_OUT)


def requests_overdue(actor: Actor, today: dt.date) -> QuerySet[ServiceRequest]:
    """What others of the director's branches have not answered in time."""
    found = ServiceRequest.objects.filter(
        branch__in=actor.branches_of(Role.DIRECTOR), state=ServiceRequest.State.RECEIVED, deadline__lt=today
    )
    found = found.exclude(manager=actor.employee_id)
    return found.select_related("customer", "branch", "manager").order_by("deadline", "pk")


def merges_to_decide(actor: Actor, today: dt.date) -> QuerySet[Merge]:
    found = Merge.objects.filter(state=Merge.State.PROPOSED, branch__in=actor.branches_of(Role.DIRECTOR))
    found = found.exclude(proposed_by=actor.employee_id)
    return found.select_related("kept", "archived", "branch").order_by("proposed_at", "pk")


def won_without_manager(actor: Actor, today: dt.date) -> QuerySet[Prospect]:
    """Prospects that were won lately and whose customer nobody looks after yet."""
    looked_after = Assignment.objects.in_force(today).filter(customer=OuterRef("customer"))
    found = Prospect.objects.filter(
        branch__in=actor.branches_of(Role.CLERK, Role.DIRECTOR),
        stage=Prospect.Stage.WON,
        changed_at__gte=_days_before(today),
        customer__archived_at__isnull=True,
    )
    found = found.exclude(Exists(looked_after))
    return found.select_related("customer", "manager", "branch").order_by("changed_at", "pk")


def _days_before(today: dt.date) -> dt.datetime:
    """The instant from which a customer was won lately."""
    return timezone.make_aware(dt.datetime.combine(today - WON_LATELY, dt.time.min))
