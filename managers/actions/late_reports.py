"""Late reports: proposed by the turn of the day, confirmed as an entry about conduct or dismissed by a person (articles 9(8)
and 18(4))."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from managers.actions.entries import confirm_entry, enter_entry
from managers.models import ConductEntry, Indicator, LateReport
from managers.queries.late_reports import reports_to_propose
from organization.actions.trail import record
from organization.models import Role
from organization.rules import SYSTEM, Actor

State = LateReport.State


def propose_late_reports(day: dt.date) -> int:
    """Proposes what was not reported in time, each report once; it takes no points from anybody.

    Shape: returns how many were new; doing it again proposes none of them again.
    """
    new = 0
    for one in reports_to_propose(day):
        with obeying_laws(), transaction.atomic():
            row, made = LateReport.objects.get_or_create(
                employee_id=one.employee_id,
                kind=one.kind,
                period_first_day=one.first_day,
                defaults={"branch_id": one.branch_id, "due_on": one.due_on, "proposed_at": timezone.now()},
            )
            if made:
                _record(SYSTEM, "propose_late_report", row, {"state": [None, row.state], "due_on": [None, one.due_on]})
        new += made
    return new


def confirm_late_report(*, actor: Actor, late: LateReport, points_hundredths: int, reason: str) -> ConductEntry:
    """Confirms a late report: it becomes an entry about conduct that the system has made and this person confirms.

    Raises: RuleError for others than the branch's director and about oneself, for points above zero, and when the person
    was no manager on the day; Conflict when it is decided.
    """
    _refuse_unless_decides(actor, late)
    with obeying_laws(), transaction.atomic():
        row = _locked(late)
        entry = enter_entry(
            actor=SYSTEM,
            manager=row.employee,
            happened_on=row.due_on,
            indicator=Indicator.CONDUCT,
            points_hundredths=points_hundredths,
            reason=reason,
            entry_no=f"report {row.kind} {row.period_first_day}",
        )
        confirm_entry(actor=actor, entry=entry)
        _decide(actor, row, State.CONFIRMED, entry=entry)
    return entry


def dismiss_late_report(*, actor: Actor, late: LateReport, reason: str) -> None:
    """Dismisses a late report: it takes no points, stays on record with the reason, and is not proposed again.

    Raises: RuleError as confirm_late_report; BadInput without a reason; Conflict when it is decided.
    """
    _refuse_unless_decides(actor, late)
    if not reason.strip():
        raise BadInput(_("Say why."), field="reason")
    with obeying_laws(), transaction.atomic():
        _decide(actor, _locked(late), State.DISMISSED, dismiss_reason=reason.strip())


def _refuse_unless_decides(actor: Actor, late: LateReport) -> None:
    if not actor.holds(late.branch_id, Role.DIRECTOR):
        raise RuleError(_("Only the director of %(branch)s decides about entries.") % {"branch": late.branch.name})
    if actor.employee_id == late.employee_id:
        raise RuleError(_("Nobody decides about himself or herself. Ask another person."))


def _locked(late: LateReport) -> LateReport:
    """The row, nobody else deciding about it. Raises: Conflict when somebody has."""
    rows = LateReport.objects.select_for_update(no_key=True, of=("self",))
    row = rows.select_related("employee", "branch", "decided_by").get(pk=late.pk)
    if row.state != State.PROPOSED:
        values = {
            "name": row.decided_by.name if row.decided_by else "",
            "time": f"{timezone.localtime(row.decided_at):%Y-%m-%d %H:%M}",
        }
        raise Conflict(_("%(name)s has decided about this at %(time)s.") % values)
    return row


def _decide(actor: Actor, row: LateReport, state: str, **fields: Any) -> None:
    row.state, row.decided_by_id, row.decided_at = state, actor.employee_id, timezone.now()
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=["state", "decided_by", "decided_at", *fields])
    said = {"reason": [None, row.dismiss_reason]} if row.dismiss_reason else {}
    _record(
        actor,
        f"{'confirm' if state == State.CONFIRMED else 'dismiss'}_late_report",
        row,
        {
            "state": [State.PROPOSED, state],
            **said,
        },
    )


def _record(actor: Actor, action: str, row: LateReport, changes: dict[str, Any]) -> None:
    record(
        actor=actor,
        action=action,
        subject="managers.latereport",
        subject_key=f"{row.employee.employee_no} {row.kind} {row.period_first_day}",
        branch_id=row.branch_id,
        changes=changes,
    )
