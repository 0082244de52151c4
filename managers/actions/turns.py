"""The turn of the day: what was decided for a day begins or ends when that day has come."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from common.laws import obeying_laws
from managers.actions.changes import lock_change, move_person
from managers.actions.contracts import turn_contracts
from managers.actions.steps import lock_application, step_application
from managers.models import Application, Appointment, AppointmentChange
from organization.actions.trail import record
from organization.rules import SYSTEM


def turn_of_day(day: dt.date) -> int:
    """Lets offices and contracts begin and end by their days, and people follow their transfers.

    Shape: returns how much turned; doing it again on the same day turns nothing.
    """
    return _take_office(day) + turn_contracts(day) + _expire(day) + _move(day) + _leave_office(day)


def _take_office(day: dt.date) -> int:
    """Contracted candidates whose first day has come are in office."""
    State = Application.State
    return sum(
        _step(one, State.CONTRACTED, State.IN_OFFICE, "take_office")
        for one in Application.objects.filter(state=State.CONTRACTED, appointment__first_day__lte=day)
    )


def _leave_office(day: dt.date) -> int:
    """Whose appointment is over has left office: the application is at its end."""
    State = Application.State
    return sum(
        _step(one, State.IN_OFFICE, State.ENDED, "leave_office")
        for one in Application.objects.filter(state=State.IN_OFFICE, appointment__last_day__lt=day)
    )


def _step(application: Application, before: str, to: str, action: str) -> int:
    with obeying_laws(), transaction.atomic():
        row = lock_application(application)
        if row.state != before:
            return 0
        step_application(actor=SYSTEM, row=row, to=to, action=action)
    return 1


def _expire(day: dt.date) -> int:
    """Terms that ran to their last day have ended by expiry. Of those that came in as over nobody knows how they ended."""
    over = (
        Appointment.objects.filter(last_day__lt=day, end="")
        .exclude(batch__applied_at__date__gt=F("last_day"))
        .select_related("employee")
        .order_by("pk")
    )
    for one in over:
        with transaction.atomic():
            changed = Appointment.objects.filter(pk=one.pk, end="", last_day__lt=day).update(
                end=Appointment.End.EXPIRY, ended_at=timezone.now()
            )
            if changed:
                record(
                    actor=SYSTEM,
                    action="expire",
                    subject="managers.appointment",
                    subject_key=f"{one.employee.employee_no} {one.first_day}",
                    branch_id=one.branch_id,
                    changes={"end": ["", Appointment.End.EXPIRY.value]},
                )
    return len(over)


def _move(day: dt.date) -> int:
    """Who was transferred belongs to the other branch from the first day there."""
    Kind, State = AppointmentChange.Kind, AppointmentChange.State
    due = AppointmentChange.objects.filter(
        kind=Kind.TRANSFER, state=State.DONE, moved_at__isnull=True, last_day__lt=day
    )
    moved = 0
    for one in due.order_by("pk"):
        with transaction.atomic():
            row = lock_change(one)
            if row.moved_at is None:
                move_person(actor=SYSTEM, change=row)
                moved += 1
    return moved
