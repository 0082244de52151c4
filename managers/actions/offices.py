"""Offices: an appointment begins with the signed contract, beside post and title (articles 3 and 7)."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from managers.actions.steps import step_application
from managers.models import Application, Appointment
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
