"""The plan of a week: what is planned, promised and due on each of its days, and what was left over."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from customers.models import Prospect, Visit
from customers.queries.visits import OPEN_STAGES, promises_due, prospect_steps_due, visit_rows, visits_planned
from organization.models import Employee, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from organization.rules import Actor


@dataclass(slots=True)
class Day:
    """What a day holds. Shape: everything in the order of its day."""

    day: dt.date | None
    planned: list[Visit] = field(default_factory=list)
    promises: list[Visit] = field(default_factory=list)
    steps: list[Prospect] = field(default_factory=list)
    made: list[Visit] = field(default_factory=list)

    @property
    def number(self) -> int:
        return len(self.planned) + len(self.promises) + len(self.steps) + len(self.made)

    @property
    def empty(self) -> bool:
        return not self.number


def plan_of(actor: Actor, days: list[dt.date], today: dt.date, manager: Employee | None = None) -> list[Day]:
    """The days of a week, after a first one without a day for what is left over from before it.

    Shape: a manager's own week; for the branch's people the weeks of its managers, or of the one who is named. What is
    left over stands only in the week of today.
    """
    first, last = days[0], days[-1]
    if actor.branches_of(Role.ACCOUNT_MANAGER) and manager is None:
        planned, promises = visits_planned(actor, last), promises_due(actor, last)
        steps, rows = prospect_steps_due(actor, last), visit_rows(actor).filter(manager=actor.employee_id)
    else:
        rows, prospects = visit_rows(actor), Prospect.objects.visible_to(actor).filter(stage__in=OPEN_STAGES)
        if manager is not None:
            rows, prospects = rows.filter(manager=manager), prospects.filter(manager=manager)
        planned = rows.filter(state=Visit.State.PLANNED, day__lte=last).order_by("day", "pk")
        promises = rows.filter(customer__isnull=False, next_on__lte=last, next_done_on__isnull=True)
        promises = promises.exclude(state=Visit.State.CANCELLED).order_by("next_on", "pk")
        steps = prospects.filter(next_on__lte=last).select_related("manager").order_by("next_on", "pk")
    made = rows.filter(state=Visit.State.DONE, day__range=(first, last)).order_by("pk")
    if not first <= today <= last:
        planned, promises, steps = (
            planned.filter(day__gte=first),
            promises.filter(next_on__gte=first),
            steps.filter(next_on__gte=first),
        )
    before, week = Day(None), {day: Day(day) for day in days}
    _put(planned, week, before, "planned", lambda one: one.day)
    _put(promises, week, before, "promises", lambda one: one.next_on)
    _put(steps, week, before, "steps", lambda one: one.next_on)
    _put(made, week, before, "made", lambda one: one.day)
    return [before, *week.values()]


def _put(
    rows: QuerySet[Any] | Iterable[Any],
    week: dict[dt.date, Day],
    before: Day,
    name: str,
    day_of: Callable[[Any], dt.date],
) -> None:
    for one in rows:
        getattr(week.get(day_of(one), before), name).append(one)
