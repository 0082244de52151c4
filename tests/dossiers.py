"""Small makers of what stands in a manager's dossier: sessions, inspections, records, reports."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from managers.models import (
    Attendance,
    AuthorisationLetter,
    Honour,
    Inspection,
    LateReport,
    Penalty,
    Session,
    WorkReport,
)
from organization.models import Branch, Employee
from tests.make import day, make_employee


def make_session(
    branch: Branch, *people: Employee, held: str = "2026-10-12", came: bool | None = None, **fields: Any
) -> Session:
    """A session of two hours; `came` says of everybody asked that the attendance is written down."""
    maker = make_employee(branch)
    values = {"kind": "training", "title": "Pre-loan investigation", "hours_hundredths": 200, "made_by": maker}
    session = Session.objects.create(branch=branch, held_on=day(held), made_at=timezone.now(), **values | fields)
    hours = session.hours_hundredths if came else None
    for one in people:
        Attendance.objects.create(session=session, employee=one, attended=came, hours_hundredths=hours)
    if came is not None:
        session.noted_by, session.noted_at = maker, timezone.now()
        session.save(update_fields=["noted_by", "noted_at"])
    return session


def make_inspection(manager: Employee, planned: str = "2026-10-15", **fields: Any) -> Inspection:
    """A planned inspection; `done=True` with findings, `follow_up` with a day to mend it by."""
    values: dict[str, Any] = {"subject": "Loans granted", "made_by": make_employee(manager.branch)}
    if fields.pop("done", False) or "follow_up" in fields:
        values |= {"inspected_on": day(planned), "inspector": values["made_by"], "findings": "Two visits have no note."}
    if "follow_up" in fields:
        values["follow_up_by"] = dt.date(2026, 11, 30)
    return Inspection.objects.create(
        branch=manager.branch, employee=manager, planned_on=day(planned), made_at=timezone.now(), **values | fields
    )


def make_honour(employee: Employee, awarded: str = "2026-01-20", **fields: Any) -> Honour:
    values = {"title": "Best account manager", "issuer": "县联社", "made_by": make_employee(employee.branch)}
    return Honour.objects.create(
        branch=employee.branch, employee=employee, awarded_on=day(awarded), made_at=timezone.now(), **values | fields
    )


def make_penalty(employee: Employee, first: str = "2026-01-01", last: str | None = None, **fields: Any) -> Penalty:
    values = {"kind": "warning", "reason": "absent", "issuer": "县联社", "made_by": make_employee(employee.branch)}
    return Penalty.objects.create(
        branch=employee.branch,
        employee=employee,
        first_day=day(first),
        last_day=day(last),
        made_at=timezone.now(),
        **values | fields,
    )


def make_letter(manager: Employee, no: str = "", *, last: str | None = None, **fields: Any) -> AuthorisationLetter:
    values = {"scope": "Small loans to farm households", "limit_fen": 5_000_000, "first_day": dt.date(2026, 1, 1)}
    return AuthorisationLetter.objects.create(
        branch=manager.branch,
        employee=manager,
        letter_no=no or f"{manager.employee_no}-1",
        last_day=day(last),
        issued_by=make_employee(manager.branch),
        issued_at=timezone.now(),
        **values | fields,
    )


def make_report(
    manager: Employee, kind: str = "weekly", first: str = "2026-10-12", state: str = "sent", **fields: Any
) -> WorkReport:
    """A report with its texts; sent unless another state is named."""
    now = timezone.now()
    values: dict[str, Any] = {"done": "Visited eleven households.", "changed_at": now}
    if state != "draft":
        values["sent_at"] = now
    if state == "replied":
        values |= {"reply": "Well done.", "replied_by": make_employee(manager.branch), "replied_at": now}
    return WorkReport.objects.create(
        branch=manager.branch, employee=manager, kind=kind, period_first_day=day(first), state=state, **values | fields
    )


def make_late_report(
    manager: Employee, kind: str = "monthly", first: str = "2026-09-01", due: str = "2026-10-10", **fields: Any
) -> LateReport:
    """A late report that the turn of the day has proposed."""
    return LateReport.objects.create(
        branch=manager.branch,
        employee=manager,
        kind=kind,
        period_first_day=day(first),
        due_on=day(due),
        proposed_at=timezone.now(),
        **fields,
    )
