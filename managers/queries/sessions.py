"""Training, study and exchange meetings."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from managers.models import Appointment, Attendance, Session
from organization.models import Branch, Employee

if TYPE_CHECKING:
    from organization.rules import Actor


def sessions(actor: Actor) -> QuerySet[Session]:
    """The sessions that the person may see, each with how many were asked and how many came."""
    return (
        Session.objects.visible_to(actor)
        .select_related("branch", "made_by")
        .annotate(asked=_number(Attendance.objects.all()), came=_number(Attendance.objects.filter(attended=True)))
    )


def attendances(actor: Actor, session: Session, *, sees_all: bool) -> list[Attendance]:
    """Who was asked to a session, by number; one who was asked himself or herself sees the own line alone."""
    found = Attendance.objects.filter(session=session).select_related("employee")
    if not sees_all:
        found = found.filter(employee=actor.employee_id)
    return list(found.order_by("employee__employee_no"))


def attended_by(employee: Employee) -> list[Attendance]:
    """The sessions that a person was asked to, the latest first, without those called off."""
    found = Attendance.objects.filter(employee=employee, session__cancelled_at__isnull=True)
    return list(found.select_related("session__branch").order_by("-session__held_on", "-session"))


def managers_on(branch: Branch, day: dt.date) -> QuerySet[Employee]:
    """The account managers of a branch on a day, by number, the suspended ones included."""
    offices = Appointment.objects.filter(branch=branch).in_force(day)
    return Employee.objects.filter(pk__in=offices.values("employee")).order_by("employee_no")


def _number(attendances: QuerySet[Attendance]) -> Coalesce:
    counted = attendances.filter(session=OuterRef("pk")).order_by().values("session").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number"), output_field=IntegerField()), 0)
