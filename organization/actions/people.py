"""People and their roles: grants, sign-ins, the first administrator; what leaves the house in somebody's hands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import BadInput, RuleError
from common.laws import obeying_laws
from organization.actions.trail import record
from organization.models import Branch, Employee, Role, RoleGrant, User
from organization.rules import SYSTEM, Actor


@transaction.atomic
def change_password(*, actor: Actor, user: User, password: str) -> None:
    """Sets the person's own password. The trail says that it changed, never to what."""
    user.set_password(password)
    user.save(update_fields=["password"])
    record(
        actor=actor,
        action="change_password",
        subject="organization.User",
        subject_key=user.employee_no,
        branch_id=user.employee.branch_id,
    )


@transaction.atomic
def note_export(*, actor: Actor, subject: str, kind: str, query: str) -> None:
    """Writes into the trail that somebody takes a list away: which, as what, filtered by what."""
    record(
        actor=actor,
        action="export",
        subject=subject,
        subject_key=kind,
        branch_id=actor.branch_id,
        changes={"filter": query, "kind": kind},
    )


@transaction.atomic
def note_print(*, actor: Actor, page: str, address: str, month: str) -> None:
    """Writes into the trail that somebody prints a page: which, at which address, of which month."""
    record(
        actor=actor,
        action="print",
        subject=page,
        subject_key=address[:200],
        branch_id=actor.branch_id,
        changes={"address": address, "month": month},
    )


def confirm_person(*, user: User, password: str) -> None:
    """Makes sure that the person at the keyboard is the one who signed in, before a decision or a signature.

    Raises: BadInput when the password is not the person's.
    """
    if not check_password(password, user.password):
        raise BadInput(_("This is not your password. Type it once more."), field="password")


def grant_role(
    *,
    actor: Actor,
    employee: Employee,
    role: str,
    branch: Branch,
    first_day: dt.date,
    last_day: dt.date | None = None,
) -> RoleGrant:
    """Grants a role for a branch and the branches below it, from a first to a last day.

    Raises: RuleError without the right, to oneself, or when the role is granted from that day already.
    """
    _refuse_without_administrator(actor, branch)
    if actor.employee_id == employee.pk:
        raise RuleError(_("Nobody grants a role to himself or herself. Ask another administrator."))
    if role not in Role.values:
        raise BadInput(_("There is no role “%(role)s”.") % {"role": role}, field="role")
    with obeying_laws(), transaction.atomic():
        grant = RoleGrant.objects.create(
            employee=employee,
            role=role,
            branch=branch,
            first_day=first_day,
            last_day=last_day,
            granted_by_id=actor.employee_id,
        )
        _record_grant(actor, "grant_role", grant, {"first_day": [None, first_day], "last_day": [None, last_day]})
    return grant


def end_grant(*, actor: Actor, grant: RoleGrant, last_day: dt.date) -> None:
    """Ends a role with a last day; the grant stays on record.

    Raises: RuleError without the right, one's own, or before it began.
    """
    _refuse_without_administrator(actor, grant.branch)
    if actor.employee_id == grant.employee_id:
        raise RuleError(_("Nobody changes his or her own roles. Ask another administrator."))
    with obeying_laws(), transaction.atomic():
        locked = RoleGrant.objects.select_for_update(no_key=True).get(pk=grant.pk)
        before, locked.last_day = locked.last_day, last_day
        locked.save(update_fields=["last_day"])
        _record_grant(actor, "end_grant", locked, {"last_day": [before, last_day]})


def set_password(*, actor: Actor, employee: Employee, password: str) -> User:
    """Gives an employee a sign-in, or a sign-in another password. The trail says that it changed, never to what.

    Raises: RuleError without the right; BadInput for a password that is too easy, with every reason.
    """
    _refuse_without_administrator(actor, employee.branch)
    with transaction.atomic():
        user = User.objects.select_for_update().filter(employee=employee).first()
        user = user or User(employee=employee, employee_no=employee.employee_no)
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise BadInput(" ".join(error.messages), field="password") from error
        user.set_password(password)
        user.save()
        record(
            actor=actor,
            action="set_password",
            subject="organization.User",
            subject_key=user.employee_no,
            branch_id=employee.branch_id,
        )
    return user


def first_admin(
    *, employee_no: str, password: str, name: str = "", branch_code: str = "", branch_name: str = ""
) -> Employee:
    """Makes the first administrator: of every root branch that has none, as the system, from the machine itself.

    Shape: an employee who is not on record yet is made at the root branch; in an empty system that branch too, with the
    code and name given. A root branch that comes in later has no administrator and gets its first one this way.
    Raises: RuleError when every root branch has an administrator; BadInput for a password that is too easy.
    """
    today = timezone.localdate()
    with obeying_laws(), transaction.atomic():
        roots = _roots_without_administrator(today)
        if not roots and Branch.objects.exists():
            raise RuleError(_("There is an administrator already. Administrators make other ones."))
        roots = roots or [_first_branch(branch_code, branch_name)]
        employee = Employee.objects.filter(employee_no=employee_no).first()
        if employee is None:
            employee = Employee.objects.create(
                employee_no=employee_no,
                name=name or employee_no,
                branch=roots[0],
                employment=Employee.Employment.FORMAL,
                hired_on=today,
            )
            _record_employee(employee)
        set_password(actor=SYSTEM, employee=employee, password=password)
        for root in roots:
            grant_role(actor=SYSTEM, employee=employee, role=Role.ADMINISTRATOR, branch=root, first_day=today)
    return employee


def _roots_without_administrator(today: dt.date) -> Sequence[Branch]:
    """Locks the root branches, so that two first administrators at once are one."""
    roots = Branch.objects.select_for_update(no_key=True).filter(parent__isnull=True).order_by("branch_code")
    taken = RoleGrant.objects.in_force(today).filter(
        role=Role.ADMINISTRATOR, employee__user__is_active=True, branch__parent__isnull=True
    )
    governed = set(taken.values_list("branch_id", flat=True))
    return [root for root in roots if root.pk not in governed]


def _first_branch(branch_code: str, branch_name: str) -> Branch:
    branch = Branch.objects.create(
        branch_code=branch_code or "UNION",
        name=branch_name or _("County union"),
        kind=Branch.Kind.HEAD_OFFICE,
        headcount=0,
    )
    record(
        actor=SYSTEM,
        action="first_admin",
        subject="organization.branch",
        subject_key=branch.branch_code,
        branch_id=branch.pk,
        changes={"name": [None, branch.name]},
    )
    return branch


def _record_employee(employee: Employee) -> None:
    record(
        actor=SYSTEM,
        action="first_admin",
        subject="organization.employee",
        subject_key=employee.employee_no,
        branch_id=employee.branch_id,
        changes={"name": [None, employee.name]},
    )


def _record_grant(actor: Actor, action: str, grant: RoleGrant, changes: dict[str, list[object]]) -> None:
    record(
        actor=actor,
        action=action,
        subject="organization.rolegrant",
        subject_key=f"{grant.employee.employee_no} {grant.role} {grant.branch.branch_code}",
        branch_id=grant.branch_id,
        changes=changes,
    )


def _refuse_without_administrator(actor: Actor, branch: Branch) -> None:
    if not (actor.is_system or actor.holds(branch.pk, Role.ADMINISTRATOR)):
        raise RuleError(_("Only an administrator of %(branch)s does this.") % {"branch": branch.name})
