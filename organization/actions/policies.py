"""What a branch decides for itself: figures of the regulation, and its calendar."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import BadInput, RuleError
from common.laws import obeying_laws
from organization.actions.trail import record
from organization.models import Branch, Holiday, Policy, Role
from organization.queries import policies_of
from organization.rules import Actor


def set_policy(*, actor: Actor, branch: Branch, name: str, value: int, first_day: dt.date, reason: str) -> Policy:
    """Decides a figure of the regulation for a branch and the branches below it, from a day on.

    Raises: RuleError without the right, outside the policy's limits, for a day that is over, without a reason.
    """
    policy = settings.POLICIES.get(name)
    if policy is None:
        raise BadInput(_("There is no policy “%(name)s”.") % {"name": name}, field="name")
    if not actor.holds(branch.pk, *policy.roles):
        raise RuleError(_("Your roles do not decide about this policy of %(branch)s.") % {"branch": branch.name})
    if not policy.lowest <= value <= policy.highest:
        raise BadInput(
            _("Give a value from %(lowest)s to %(highest)s.") % {"lowest": policy.lowest, "highest": policy.highest},
            field="value",
        )
    if first_day < timezone.localdate():
        raise RuleError(_("A policy holds from today or a later day on."), field="first_day")
    if not reason.strip():
        raise BadInput(_("Say why."), field="reason")
    before = policies_of(branch, first_day)[name]
    with obeying_laws(), transaction.atomic():
        made = Policy.objects.create(
            branch=branch,
            name=name,
            value=value,
            first_day=first_day,
            reason=reason.strip(),
            made_by_id=actor.employee_id,
            made_at=timezone.now(),
        )
        record(
            actor=actor,
            action="set_policy",
            subject="organization.policy",
            subject_key=f"{branch.branch_code} {name} {first_day}",
            branch_id=branch.pk,
            changes={"value": [before, value], "reason": [None, made.reason]},
        )
    return made


def mark_day(*, actor: Actor, branch: Branch, day: dt.date, is_working_day: bool, name: str) -> Holiday:
    """Marks a day on which the branch differs from the public calendar. Raises: RuleError without the right or twice."""
    _refuse_without_right(actor, branch)
    if not name.strip():
        raise BadInput(_("Give the day a name."), field="name")
    with obeying_laws(), transaction.atomic():
        holiday = Holiday.objects.create(branch=branch, day=day, is_working_day=is_working_day, name=name.strip())
        _record_day(actor, holiday, "mark_day", [None, is_working_day])
    return holiday


@transaction.atomic
def unmark_day(*, actor: Actor, holiday: Holiday) -> None:
    """Takes a day out of the branch's calendar: the public calendar holds again. Raises: RuleError without the right."""
    _refuse_without_right(actor, holiday.branch)
    _record_day(actor, holiday, "unmark_day", [holiday.is_working_day, None])
    holiday.delete()


def _record_day(actor: Actor, holiday: Holiday, action: str, change: list[bool | None]) -> None:
    record(
        actor=actor,
        action=action,
        subject="organization.holiday",
        subject_key=f"{holiday.branch.branch_code} {holiday.day}",
        branch_id=holiday.branch_id,
        changes={"is_working_day": change, "name": [None, holiday.name]},
    )


def _refuse_without_right(actor: Actor, branch: Branch) -> None:
    if not actor.holds(branch.pk, Role.CLERK, Role.DIRECTOR, Role.SUPERVISOR):
        raise RuleError(_("Only people of %(branch)s edit its calendar.") % {"branch": branch.name})
