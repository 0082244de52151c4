"""Targets of a month (article 11)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import BadInput, RuleError
from common.laws import obeying_laws
from common.months import Month
from managers.models import Appointment, Indicator, Target
from managers.rules import ENTRIES, INDICATOR_KINDS
from organization.actions.months import check_laws_now, mark_stale
from organization.actions.trail import record
from organization.models import Branch, Employee, Role
from organization.rules import Actor


def set_target(
    *,
    actor: Actor,
    manager: Employee,
    branch: Branch,
    month: Month,
    indicator: str,
    target_hundredths: int,
    reason: str,
) -> Target:
    """Sets one manager's target of one month, before the contract's own; why, stays on the trail.

    Unit: hundredths of the indicator's unit, for the whole month: proration by days in office comes later.
    Raises: RuleError without the right, about oneself, at or below zero, or when the month is closed.
    Source: article 11.
    """
    if not actor.holds(branch.pk, Role.DIRECTOR):
        raise RuleError(_("Only the director of %(branch)s sets targets.") % {"branch": branch.name}, article=11)
    if actor.employee_id == manager.pk:
        raise RuleError(_("Nobody decides about himself or herself. Ask another person."))
    if INDICATOR_KINDS.get(indicator, ENTRIES) == ENTRIES:
        raise BadInput(_("This indicator has no target. It is scored by entries."), field="indicator")
    if target_hundredths <= 0:
        raise RuleError(_("A target is above zero."), article=11, field="target_hundredths")
    if not reason.strip():
        raise BadInput(_("Say why this month's target differs."), field="reason")
    in_office = Appointment.objects.in_force_between(month.first_day, month.last_day)
    if not in_office.filter(employee=manager, branch=branch).exists():
        raise RuleError(
            _("%(name)s was no account manager of %(branch)s in %(month)s.")
            % {"name": manager.name, "branch": branch.name, "month": month}
        )
    with obeying_laws(), transaction.atomic():
        mark_stale(first_days=[(branch.pk, month)])
        target = (
            Target.objects.select_for_update(no_key=True)
            .filter(manager=manager, month=month.first_day, indicator=indicator)
            .first()
        )
        before = target.target_hundredths if target else None
        if target is None:
            target = Target.objects.create(
                manager=manager,
                branch=branch,
                month=month.first_day,
                indicator=indicator,
                target_hundredths=target_hundredths,
            )
        else:
            if target.branch_id != branch.pk:
                raise RuleError(_("This target belongs to another branch of the manager's. Ask its director."))
            target.target_hundredths, target.batch, target.row_no = target_hundredths, None, None
            target.save(update_fields=["target_hundredths", "batch", "row_no"])
        record(
            actor=actor,
            action="set_target",
            subject="managers.target",
            subject_key=f"{manager.employee_no} {month} {Indicator(indicator).value}",
            branch_id=branch.pk,
            changes={"target_hundredths": [before, target_hundredths], "reason": [None, reason.strip()]},
        )
        check_laws_now()
    return target
