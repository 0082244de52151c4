"""Offices: an appointment begins with the signed contract, beside post and title (articles 3 and 7), and how it ends."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from managers.actions.steps import step_application
from managers.models import Application, Appointment, AppointmentChange
from managers.rules import Term
from managers.rules.tenure import days_of_office
from organization.actions.trail import record
from organization.models import Role, RoleGrant
from organization.rules import Actor


def appoint(*, actor: Actor, application: Application, first_day: dt.date, last_day: dt.date | None) -> Appointment:
    """Makes an approved candidate account manager for a term: the appointment and the role, from the first day on.

    The caller has locked the application, and signs the contract in the same transaction.
    Raises: RuleError (from the database) when the person holds another appointment on some of these days.
    """
    appointment = Appointment.objects.create(
        employee_id=application.candidate_id,
        branch_id=application.branch_id,
        first_day=first_day,
        last_day=last_day,
        appointed_by_id=application.decided_by_id,
    )
    RoleGrant.objects.create(
        employee_id=application.candidate_id,
        role=Role.ACCOUNT_MANAGER,
        branch_id=application.branch_id,
        first_day=first_day,
        last_day=last_day,
        granted_by_id=application.decided_by_id,
    )
    record(
        actor=actor,
        action="appoint",
        subject="managers.appointment",
        subject_key=f"{application.candidate.employee_no} {first_day}",
        branch_id=application.branch_id,
        changes={"first_day": [None, first_day], "last_day": [None, last_day]},
    )
    step_application(
        actor=actor, row=application, to=Application.State.CONTRACTED, action="contract", appointment=appointment
    )
    if first_day <= timezone.localdate():
        step_application(actor=actor, row=application, to=Application.State.IN_OFFICE, action="take_office")
    return appointment


def end_office(*, change: AppointmentChange, appointment: Appointment) -> None:
    """Ends an appointment with a decided change, and a suspension with it; one that was to come never begins.

    The caller has locked the appointment, ends its contracts and lets the role follow it.
    """
    day = change.last_day
    appointment.last_day, appointment.end, appointment.end_reason = day, change.kind, change.reason
    appointment.ended_by_id, appointment.ended_at = change.decided_by_id, timezone.now()
    appointment.save(update_fields=["last_day", "end", "end_reason", "ended_by", "ended_at"])
    appointment.suspensions.filter(first_day__gt=day).delete()
    appointment.suspensions.filter(Q(last_day__isnull=True) | Q(last_day__gt=day)).update(last_day=day)


def grants_follow_office(*, appointment: Appointment) -> None:
    """Has the role of account manager hold exactly on the appointment's days in office: not while it is suspended."""
    now = Appointment.objects.get(pk=appointment.pk)
    away = [Term(*days) for days in now.suspensions.values_list("first_day", "last_day")]
    wanted = {term.first_day: term.last_day for term in days_of_office([Term(now.first_day, now.last_day)], away)}
    others = Appointment.objects.filter(employee=now.employee_id, branch=now.branch_id, first_day__gt=now.first_day)
    next_one = others.order_by("first_day").values_list("first_day", flat=True).first()
    grants = RoleGrant.objects.filter(
        employee=now.employee_id, branch=now.branch_id, role=Role.ACCOUNT_MANAGER, first_day__gte=now.first_day
    )
    if next_one is not None:
        grants = grants.filter(first_day__lt=next_one)
    for grant in grants:
        if grant.first_day not in wanted:
            grant.delete()
        elif grant.last_day != (last_day := wanted.pop(grant.first_day)):
            grant.last_day = last_day
            grant.save(update_fields=["last_day"])
    for first_day, last_day in wanted.items():
        RoleGrant.objects.create(
            employee_id=now.employee_id,
            role=Role.ACCOUNT_MANAGER,
            branch_id=now.branch_id,
            first_day=first_day,
            last_day=last_day,
            granted_by_id=now.appointed_by_id,
        )
