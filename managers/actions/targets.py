"""Targets of a month: set by the director, accepted by the manager (article 11)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from common.months import Month
from managers.models import Appointment, Indicator, Target, TargetAcceptance
from managers.queries import managers_in_office, targets_of_month
from managers.queries.targets import figures_to_accept
from managers.rules import ENTRIES, INDICATOR_KINDS
from organization.actions.months import check_laws_now, mark_stale
from organization.actions.trail import record
from organization.models import Branch, Employee, MonthClose, Role
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
            target.plan = None
            target.save(update_fields=["target_hundredths", "batch", "row_no", "plan"])
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


def accept_targets(*, actor: Actor, branch: Branch, month: Month, figures: dict[str, int | None]) -> TargetAcceptance:
    """The manager's word on the own targets of a month, with the figures as they stand: another figure asks again.

    Shape: figures = those that the page showed (queries.targets.figures_to_accept).
    Raises: RuleError for somebody who is no manager of the branch in the month, without targets, for a closed month;
    Conflict when a figure has changed meanwhile.
    Source: article 11; arithmetic.md, Targets.
    """
    managers = [one for one in managers_in_office(branch, month) if one.employee_id == actor.employee_id]
    if not managers or actor.employee_id is None:
        raise RuleError(_("Only the manager accepts the own targets."), article=11)
    if MonthClose.objects.filter(branch=branch, month=month.first_day, state=MonthClose.State.CLOSED).exists():
        raise RuleError(_("The month %(month)s is closed; its targets are as they were.") % {"month": month})
    with obeying_laws(), transaction.atomic():
        # What a plan or a director changes at this moment waits, or this word waits for it.
        Branch.objects.select_for_update(no_key=True).get(pk=branch.pk)
        now = figures_to_accept(targets_of_month(branch, month, managers)[actor.employee_id])
        if not now:
            raise RuleError(_("No targets are set for you in %(month)s yet. Ask the director.") % {"month": month})
        if now != figures:
            raise Conflict(_("A target has changed since you opened the page. Look at the figures again."))
        before = TargetAcceptance.objects.filter(
            employee=actor.employee_id, branch=branch, month=month.first_day
        ).first()
        acceptance, _made = TargetAcceptance.objects.update_or_create(
            employee_id=actor.employee_id,
            branch=branch,
            month=month.first_day,
            defaults={"accepted": now, "accepted_at": timezone.now()},
        )
        record(
            actor=actor,
            action="accept_targets",
            subject="managers.targetacceptance",
            subject_key=f"{actor.employee_no} {month}",
            branch_id=branch.pk,
            changes={"accepted": [before.accepted if before else None, now]},
        )
    return acceptance
