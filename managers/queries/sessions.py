"""Training, study and exchange meetings."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from managers.models import Appointment, Attendance, Session
from organization.models import BUSINESS_ROLES, Branch, Employee

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


def attended_by(actor: Actor, employee: Employee) -> list[Attendance]:
    """The sessions that a person was asked to, the latest first, without those called off.

    Shape: what a person has learnt goes along to another branch, whose people read it all; a branch that he or she has
    left reads its own sessions.
    """
    found = Attendance.objects.filter(employee=employee, session__cancelled_at__isnull=True)
    if actor.employee_id != employee.pk and not actor.holds(employee.branch_id, *BUSINESS_ROLES):
        found = found.filter(session__in=Session.objects.visible_to(actor))
    return list(found.select_related("session__branch").order_by("-session__held_on", "-session"))


def managers_on(branch: Branch, day: dt.date) -> QuerySet[Employee]:
    """The account managers of a branch on a day, by number, the suspended ones included."""
    offices = Appointment.objects.filter(branch=branch).in_force(day)
    return Employee.objects.filter(pk__in=offices.values("employee")).order_by("employee_no")


def _number(attendances: QuerySet[Attendance]) -> Coalesce:
    counted = attendances.filter(session=OuterRef("pk")).order_by().values("session").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number"), output_field=IntegerField()), 0)
