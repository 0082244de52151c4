"""Inspections of managers' work: planned, held with findings, what they ask for mended and accepted (article 14)."""

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
from managers.models import Appointment, Inspection
from organization.actions.notifications import notify
from organization.actions.trail import record
from organization.models import Branch, Employee, Role
from organization.rules import Actor

INSPECTORS = (Role.CLERK, Role.DIRECTOR, Role.SUPERVISOR)


def plan_inspections(
    *, actor: Actor, branch: Branch, people: Collection[Employee], planned_on: dt.date, subject: str
) -> list[Inspection]:
    """Plans an inspection of each manager's work on a day. Shape: in the order of people.

    Raises: RuleError without the right; BadInput without people or a subject, or for one who is no manager there.
    Source: article 14 (inspects regularly).
    """
    _refuse_others(actor, branch)
    if not people:
        raise BadInput(_("Choose at least one account manager."), field="people")
    if not subject.strip():
        raise BadInput(_("Say what is inspected."), field="subject")
    in_office = set(Appointment.objects.filter(branch=branch).in_force(planned_on).values_list("employee", flat=True))
    for one in people:
        if one.pk not in in_office:
            raise BadInput(
                _("%(name)s is no account manager of %(branch)s on %(day)s.")
                % {"name": one.name, "branch": branch.name, "day": planned_on},
                field="people",
            )
    with obeying_laws(), transaction.atomic():
        now = timezone.now()
        planned = [
            Inspection(
                branch=branch,
                employee=one,
                planned_on=planned_on,
                subject=subject.strip()[:150],
                made_by_id=actor.employee_id,  # type: ignore[misc] # whoever holds a right is a person
                made_at=now,
            )
            for one in people
        ]
        Inspection.objects.bulk_create(planned)
        record(
            actor=actor,
            action="plan_inspections",
            subject="managers.inspection",
            subject_key=", ".join(str(one.pk) for one in planned)[:200],
            branch_id=branch.pk,
            changes={
                "planned_on": [None, planned_on],
                "subject": [None, subject.strip()],
                "people": [None, [one.employee_no for one in people]],
            },
        )
    return planned


def hold_inspection(
    *,
    actor: Actor,
    inspection: Inspection,
    inspected_on: dt.date,
    findings: str,
    follow_up: str = "",
    follow_up_by: dt.date | None = None,
) -> None:
    """Writes down what an inspection has found, and what is to be mended by which day; from then on it stays.

    Raises: RuleError without the right, about oneself, or for a day to come; Conflict when somebody else has done so.
    """
    _refuse_others(actor, inspection.branch)
    if actor.employee_id == inspection.employee_id:
        raise RuleError(_("Nobody inspects his or her own work."))
    if inspected_on > timezone.localdate():
        raise BadInput(_("This day is still to come."), field="inspected_on")
    if not findings.strip():
        raise BadInput(_("Write down who inspected and what was found."), field="findings")
    if follow_up.strip() and follow_up_by is None:
        raise BadInput(_("Say by which day it is to be mended."), field="follow_up_by")
    with obeying_laws(), transaction.atomic():
        row = _locked(inspection)
        if row.inspected_on is not None or row.cancelled_at is not None:
            raise _done_already(row)
        fields = {
            "inspected_on": inspected_on,
            "inspector_id": actor.employee_id,
            "findings": findings.strip(),
            "follow_up": follow_up.strip(),
            "follow_up_by": follow_up_by if follow_up.strip() else None,
        }
        _change(actor, "hold_inspection", row, fields)
        if row.follow_up:
            _tell([row.employee_id], row, gettext_noop("An inspection asks you to mend something by %(day)s."))
        else:
            _tell([row.employee_id], row, gettext_noop("Your work was inspected. Read what was found."))


def mend_inspection(*, actor: Actor, inspection: Inspection, words: str) -> None:
    """The manager says how it was mended; the words may be made better until they are accepted.

    Raises: RuleError for somebody else, and where nothing is to be mended; BadInput without words.
    """
    if actor.employee_id != inspection.employee_id:
        raise RuleError(_("Only %(name)s says how it was mended.") % {"name": inspection.employee.name})
    if not words.strip():
        raise BadInput(_("Say how it was mended."), field="words")
    with obeying_laws(), transaction.atomic():
        row = _locked(inspection)
        if not row.follow_up:
            raise RuleError(_("There is nothing to be mended."))
        if row.accepted_at is not None:
            raise _accepted_already(row)
        _change(
            actor,
            "mend_inspection",
            row,
            {"mended_on": timezone.localdate(), "mended_words": words.strip()[:1000]},
        )
        _tell([row.inspector_id], row, gettext_noop("%(name)s says how it was mended. Look at it and accept it."))


def accept_mending(*, actor: Actor, inspection: Inspection) -> None:
    """The inspector or the director has looked at what was mended: the inspection is over.

    Raises: RuleError without the right, about oneself, or when nothing was mended; Conflict when it is accepted.
    """
    _refuse_to_look(actor, inspection)
    with obeying_laws(), transaction.atomic():
        row = _mended(inspection)
        _change(actor, "accept_mending", row, {"accepted_by_id": actor.employee_id, "accepted_at": timezone.now()})
        _tell([row.employee_id], row, gettext_noop("What you mended is accepted."))


def return_mending(*, actor: Actor, inspection: Inspection, reason: str) -> None:
    """It is not mended yet: the manager is told what is missing; the words that were written stay in the form.

    Raises: as accept_mending; BadInput without a reason.
    """
    _refuse_to_look(actor, inspection)
    if not reason.strip():
        raise BadInput(_("Say what is missing."), field="reason")
    with obeying_laws(), transaction.atomic():
        row = _mended(inspection)
        _change(actor, "return_mending", row, {"mended_on": None}, reason=reason.strip())
        said = gettext_noop("It is not mended yet: %(reason)s")
        _tell([row.employee_id], row, said, reason=reason.strip()[:500])


def cancel_inspection(*, actor: Actor, inspection: Inspection, reason: str) -> None:
    """Takes a planned inspection back. Raises: RuleError without the right; BadInput without a reason; Conflict."""
    _refuse_others(actor, inspection.branch)
    if actor.employee_id == inspection.employee_id:
        raise RuleError(_("Nobody decides about himself or herself. Ask another person."))
    if not reason.strip():
        raise BadInput(_("Say why."), field="reason")
    with obeying_laws(), transaction.atomic():
        row = _locked(inspection)
        if row.inspected_on is not None or row.cancelled_at is not None:
            raise _done_already(row)
        fields = {
            "cancelled_by_id": actor.employee_id,
            "cancelled_at": timezone.now(),
            "cancel_reason": reason.strip()[:300],
        }
        _change(actor, "cancel_inspection", row, fields)


def _refuse_others(actor: Actor, branch: Branch) -> None:
    if not actor.holds(branch.pk, *INSPECTORS):
        raise RuleError(
            _("Only a clerk, the director or a supervisor of %(branch)s inspects there.") % {"branch": branch.name},
            article=14,
        )


def _refuse_to_look(actor: Actor, inspection: Inspection) -> None:
    if actor.employee_id == inspection.employee_id:
        raise RuleError(_("Nobody accepts his or her own mending. Ask another person."))
    if actor.employee_id != inspection.inspector_id and not actor.holds(inspection.branch_id, Role.DIRECTOR):
        raise RuleError(
            _("Only the inspector or the director of %(branch)s looks at what was mended.")
            % {"branch": inspection.branch.name}
        )


def _locked(inspection: Inspection) -> Inspection:
    rows = Inspection.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("employee", "branch", "inspector", "accepted_by", "cancelled_by").get(pk=inspection.pk)


def _mended(inspection: Inspection) -> Inspection:
    row = _locked(inspection)
    if row.accepted_at is not None:
        raise _accepted_already(row)
    if row.mended_on is None:
        raise RuleError(_("It is not mended yet."))
    return row


def _done_already(row: Inspection) -> Conflict:
    if row.cancelled_by is not None:
        return Conflict(_("%(name)s has cancelled this inspection.") % {"name": row.cancelled_by.name})
    values = {"name": row.inspector.name if row.inspector else "", "day": row.inspected_on}
    return Conflict(_("%(name)s has held this inspection on %(day)s. What it found stays.") % values)


def _accepted_already(row: Inspection) -> Conflict:
    return Conflict(
        _("%(name)s has accepted this at %(time)s.")
        % {
            "name": row.accepted_by.name if row.accepted_by else "",
            "time": f"{timezone.localtime(row.accepted_at):%Y-%m-%d %H:%M}",
        }
    )


def _change(actor: Actor, action: str, row: Inspection, fields: Mapping[str, object], reason: str = "") -> None:
    changes = {name: [getattr(row, name), value] for name, value in fields.items()}
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
    record(
        actor=actor,
        action=action,
        subject="managers.inspection",
        subject_key=str(row.pk),
        branch_id=row.branch_id,
        changes={"employee": row.employee.employee_no, **changes} | ({"reason": [None, reason]} if reason else {}),
    )


def _tell(people: list[int | None], row: Inspection, sentence: str, **values: str) -> None:
    notify(
        employee_ids=people,
        sentence=sentence,
        values={"name": row.employee.name, "day": str(row.follow_up_by), **values},
        address=reverse("managers:inspection_detail", args=[row.pk]),
    )
