"""What is kept in a manager's dossier beside work: honours, penalties, letters of authority (articles 9(4), 14 and 17)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from managers.models import Appointment, AuthorisationLetter, Honour, Penalty
from organization.actions.notifications import notify
from organization.actions.trail import record
from organization.models import Branch, Employee, Role
from organization.rules import Actor

DECIDERS = (Role.DIRECTOR, Role.SUPERVISOR)


def award_honour(
    *, actor: Actor, branch: Branch, employee: Employee, awarded_on: dt.date, title: str, issuer: str
) -> Honour:
    """Enters an honour of an employee (article 17). Raises: RuleError without the right or about oneself."""
    _refuse(actor, branch, employee)
    with obeying_laws(), transaction.atomic():
        honour = Honour.objects.create(
            branch=branch,
            employee=employee,
            awarded_on=awarded_on,
            title=title.strip(),
            issuer=issuer.strip(),
            made_by_id=actor.employee_id,  # type: ignore[misc] # whoever holds a right is a person
            made_at=timezone.now(),
        )
        _tell(employee, gettext_noop("The honour “%(title)s” is in your dossier."), title=honour.title)
        _record(actor, "award_honour", honour, {"title": [None, honour.title], "awarded_on": [None, awarded_on]})
    return honour


def enter_penalty(
    *,
    actor: Actor,
    branch: Branch,
    employee: Employee,
    kind: str,
    first_day: dt.date,
    last_day: dt.date | None,
    reason: str,
    issuer: str,
) -> Penalty:
    """Enters a penalty with its days in force; while it is in force the person cannot become a manager (article 6).

    Raises: RuleError without the right, about oneself, or when it ends before it begins.
    """
    _refuse(actor, branch, employee)
    if not reason.strip():
        raise BadInput(_("Say why."), field="reason")
    with obeying_laws(), transaction.atomic():
        penalty = Penalty.objects.create(
            branch=branch,
            employee=employee,
            kind=kind,
            first_day=first_day,
            last_day=last_day,
            reason=reason.strip(),
            issuer=issuer.strip(),
            made_by_id=actor.employee_id,  # type: ignore[misc] # whoever holds a right is a person
            made_at=timezone.now(),
        )
        _tell(employee, gettext_noop("A penalty from %(day)s is in your dossier."), day=str(first_day))
        days = {"first_day": [None, first_day], "last_day": [None, last_day]}
        _record(actor, "enter_penalty", penalty, {"kind": [None, kind], "reason": [None, penalty.reason], **days})
    return penalty


def lift_penalty(*, actor: Actor, penalty: Penalty, reason: str) -> None:
    """Lifts a penalty from now on, with a reason; it stays on record.

    Raises: RuleError without the right or about oneself; BadInput without a reason; Conflict when it is lifted.
    """
    _refuse(actor, penalty.branch, penalty.employee)
    if not reason.strip():
        raise BadInput(_("Say why."), field="reason")
    with obeying_laws(), transaction.atomic():
        rows = Penalty.objects.select_for_update(no_key=True, of=("self",)).select_related("lifted_by", "employee")
        row = rows.get(pk=penalty.pk)
        if row.lifted_by is not None:
            raise Conflict(
                _("%(name)s has lifted this penalty at %(time)s.")
                % {"name": row.lifted_by.name, "time": f"{timezone.localtime(row.lifted_at):%Y-%m-%d %H:%M}"}
            )
        row.lifted_by_id, row.lifted_at = actor.employee_id, timezone.now()
        row.lift_reason = reason.strip()[:300]
        row.save(update_fields=["lifted_by", "lifted_at", "lift_reason"])
        _tell(row.employee, gettext_noop("The penalty from %(day)s is lifted."), day=str(row.first_day))
        _record(actor, "lift_penalty", row, {"lifted": [False, True], "reason": [None, row.lift_reason]})


def issue_letter(
    *,
    actor: Actor,
    branch: Branch,
    employee: Employee,
    letter_no: str,
    scope: str,
    limit_fen: int | None,
    first_day: dt.date,
    last_day: dt.date | None,
) -> AuthorisationLetter:
    """Issues a letter of authority to a manager of the branch: what for, up to which amount, from when to when.

    Raises: RuleError for others than the director, about oneself, or when the person is no manager of the branch on the
    first day.
    Source: articles 3 (authorised) and 9(4).
    """
    if not actor.holds(branch.pk, Role.DIRECTOR):
        raise RuleError(_("Only the director of %(branch)s issues letters of authority.") % {"branch": branch.name})
    if actor.employee_id == employee.pk:
        raise RuleError(_("Nobody decides about himself or herself. Ask another person."))
    if not Appointment.objects.filter(branch=branch, employee=employee).in_force(first_day).exists():
        raise RuleError(
            _("%(name)s is no account manager of %(branch)s on %(day)s.")
            % {"name": employee.name, "branch": branch.name, "day": first_day},
            article=3,
            field="employee",
        )
    if not scope.strip():
        raise BadInput(_("Say what the letter is for."), field="scope")
    with obeying_laws(), transaction.atomic():
        letter = AuthorisationLetter.objects.create(
            branch=branch,
            employee=employee,
            letter_no=letter_no.strip(),
            scope=scope.strip(),
            limit_fen=limit_fen,
            first_day=first_day,
            last_day=last_day,
            issued_by_id=actor.employee_id,  # type: ignore[misc] # whoever holds a right is a person
            issued_at=timezone.now(),
        )
        _tell(
            employee,
            gettext_noop("Letter of authority %(no)s is issued to you."),
            reverse("managers:letter_detail", args=[letter.pk]),
            no=letter.letter_no,
        )
        _record(actor, "issue_letter", letter, {"letter_no": [None, letter.letter_no], "limit_fen": [None, limit_fen]})
    return letter


def revoke_letter(*, actor: Actor, letter: AuthorisationLetter, reason: str) -> None:
    """Revokes a letter of authority from today on, with a reason.

    Raises: RuleError for others than the director, or about oneself; BadInput without a reason; Conflict when revoked.
    """
    if not actor.holds(letter.branch_id, Role.DIRECTOR):
        raise RuleError(
            _("Only the director of %(branch)s revokes letters of authority.") % {"branch": letter.branch.name}
        )
    if actor.employee_id == letter.employee_id:
        raise RuleError(_("Nobody decides about himself or herself. Ask another person."))
    if not reason.strip():
        raise BadInput(_("Say why."), field="reason")
    with obeying_laws(), transaction.atomic():
        rows = AuthorisationLetter.objects.select_for_update(no_key=True, of=("self",))
        row = rows.select_related("revoked_by", "employee").get(pk=letter.pk)
        if row.revoked_by is not None:
            raise Conflict(
                _("%(name)s has revoked this letter on %(day)s.") % {"name": row.revoked_by.name, "day": row.revoked_on}
            )
        row.revoked_by_id, row.revoked_on = actor.employee_id, timezone.localdate()
        row.revoke_reason = reason.strip()[:300]
        row.save(update_fields=["revoked_by", "revoked_on", "revoke_reason"])
        _tell(
            row.employee,
            gettext_noop("Letter of authority %(no)s is revoked: %(reason)s"),
            reverse("managers:letter_detail", args=[row.pk]),
            no=row.letter_no,
            reason=row.revoke_reason,
        )
        _record(
            actor, "revoke_letter", row, {"revoked_on": [None, row.revoked_on], "reason": [None, row.revoke_reason]}
        )


def _refuse(actor: Actor, branch: Branch, employee: Employee) -> None:
    if not actor.holds(branch.pk, *DECIDERS):
        raise RuleError(
            _("Only the director or a supervisor of %(branch)s enters honours and penalties.") % {"branch": branch.name}
        )
    if actor.employee_id == employee.pk:
        raise RuleError(_("Nobody decides about himself or herself. Ask another person."))
    if employee.branch_id != branch.pk:
        raise RuleError(
            _("%(name)s does not belong to %(branch)s.") % {"name": employee.name, "branch": branch.name},
            field="employee",
        )


def _tell(employee: Employee, sentence: str, address: str = "", **values: str) -> None:
    notify(employee_ids=[employee.pk], sentence=sentence, values=values, address=address)


def _record(actor: Actor, action: str, row: Honour | Penalty | AuthorisationLetter, changes: dict[str, object]) -> None:
    record(
        actor=actor,
        action=action,
        subject=row._meta.label_lower,
        subject_key=str(row.pk),
        branch_id=row.branch_id,
        changes={"employee": row.employee.employee_no, **changes},
    )
