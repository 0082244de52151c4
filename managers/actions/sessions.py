"""Training, study and exchange meetings: planned for many at once, then who came (articles 9(8) and 14)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from managers.models import Appointment, Attendance, Session
from organization.actions.notifications import notify
from organization.actions.trail import record
from organization.models import Branch, Employee, Role
from organization.rules import Actor


def plan_session(
    *,
    actor: Actor,
    branch: Branch,
    kind: str,
    title: str,
    held_on: dt.date,
    hours_hundredths: int,
    people: Collection[Employee],
    place: str = "",
    notes: str = "",
) -> Session:
    """Plans a session of the branch and asks its managers to it; one that was held already may be entered afterwards.

    Unit: hundredths of an hour. Raises: RuleError without the right; BadInput without people, or for one who is no
    manager of the branch on that day.
    Source: article 14 (trains, arranges exchange of experience).
    """
    _refuse_others(actor, branch)
    if not people:
        raise BadInput(_("Choose at least one account manager."), field="people")
    in_office = set(Appointment.objects.filter(branch=branch).in_force(held_on).values_list("employee", flat=True))
    for one in people:
        if one.pk not in in_office:
            raise BadInput(
                _("%(name)s is no account manager of %(branch)s on %(day)s.")
                % {"name": one.name, "branch": branch.name, "day": held_on},
                field="people",
            )
    with obeying_laws(), transaction.atomic():
        session = Session.objects.create(
            branch=branch,
            kind=kind,
            title=title.strip(),
            held_on=held_on,
            hours_hundredths=hours_hundredths,
            place=place.strip(),
            notes=notes.strip(),
            made_by_id=actor.employee_id,  # type: ignore[misc] # whoever holds a right is a person
            made_at=timezone.now(),
        )
        Attendance.objects.bulk_create(Attendance(session=session, employee=one) for one in people)
        if held_on >= timezone.localdate():
            _tell(session, actor, gettext_noop("You are asked to “%(title)s” on %(day)s."))
        _record(actor, "plan_session", session, {"title": [None, session.title], "people": [None, len(people)]})
    return session


def note_attendance(*, actor: Actor, session: Session, came: Mapping[int, int], remarks: Mapping[int, str]) -> None:
    """Writes down who came and for how long: once, when the session is over; whoever is not named did not come.

    Shape: came maps ids of employees who were asked to hundredths of an hour; remarks by id, for whom there is one.
    Raises: RuleError without the right or before the day; Conflict when it is written down or cancelled already.
    """
    _refuse_others(actor, session.branch)
    if session.held_on > timezone.localdate():
        raise RuleError(_("The session is on %(day)s. Write down who came when it is over.") % {"day": session.held_on})
    with obeying_laws(), transaction.atomic():
        locked = _locked(session)
        for row in Attendance.objects.filter(session=locked):
            row.attended = row.employee_id in came
            row.hours_hundredths = came.get(row.employee_id)
            row.remark = remarks.get(row.employee_id, "").strip()[:300]
            row.save(update_fields=["attended", "hours_hundredths", "remark"])
        locked.noted_by_id, locked.noted_at = actor.employee_id, timezone.now()
        locked.save(update_fields=["noted_by", "noted_at"])
        _record(actor, "note_attendance", locked, {"came": [None, len(came)], "hours": [None, sum(came.values())]})


def cancel_session(*, actor: Actor, session: Session, reason: str) -> None:
    """Calls a session off; those who were asked are told why.

    Raises: RuleError without the right; BadInput without a reason; Conflict when it was held or is cancelled already.
    """
    _refuse_others(actor, session.branch)
    if not reason.strip():
        raise BadInput(_("Say why."), field="reason")
    with obeying_laws(), transaction.atomic():
        locked = _locked(session)
        locked.cancelled_by_id, locked.cancelled_at = actor.employee_id, timezone.now()
        locked.cancel_reason = reason.strip()[:300]
        locked.save(update_fields=["cancelled_by", "cancelled_at", "cancel_reason"])
        _tell(locked, actor, gettext_noop("“%(title)s” on %(day)s is cancelled: %(reason)s"), reason=reason.strip())
        _record(actor, "cancel_session", locked, {"cancelled": [False, True], "reason": [None, reason.strip()]})


def _refuse_others(actor: Actor, branch: Branch) -> None:
    if not actor.holds(branch.pk, Role.CLERK, Role.DIRECTOR):
        raise RuleError(
            _("Only a clerk or the director of %(branch)s plans its sessions.") % {"branch": branch.name}, article=14
        )


def _locked(session: Session) -> Session:
    """The session as it stands, locked until the transaction ends. Raises: Conflict when it is over."""
    locked = Session.objects.select_for_update(no_key=True, of=("self",)).select_related("noted_by", "cancelled_by")
    row = locked.get(pk=session.pk)
    if row.noted_by is not None:
        raise Conflict(
            _("%(name)s has written down the attendance at %(time)s.")
            % {"name": row.noted_by.name, "time": f"{timezone.localtime(row.noted_at):%Y-%m-%d %H:%M}"}
        )
    if row.cancelled_by is not None:
        raise Conflict(
            _("%(name)s has cancelled this session at %(time)s.")
            % {"name": row.cancelled_by.name, "time": f"{timezone.localtime(row.cancelled_at):%Y-%m-%d %H:%M}"}
        )
    return row


def _tell(session: Session, actor: Actor, sentence: str, **values: str) -> None:
    asked = Attendance.objects.filter(session=session).exclude(employee=actor.employee_id)
    notify(
        employee_ids=asked.values_list("employee", flat=True),
        sentence=sentence,
        values={"title": session.title, "day": str(session.held_on), **values},
        address=reverse("managers:session_detail", args=[session.pk]),
    )


def _record(actor: Actor, action: str, session: Session, changes: dict[str, object]) -> None:
    record(
        actor=actor,
        action=action,
        subject="managers.session",
        subject_key=str(session.pk),
        branch_id=session.branch_id,
        changes={"held_on": str(session.held_on), **changes},
    )
