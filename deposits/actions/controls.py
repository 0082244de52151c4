"""Accepted differences from the general ledger."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Conflict, RuleError
from common.laws import obeying_laws
from common.months import Month
from deposits.models import ControlTotal
from deposits.queries import exceptions
from organization.actions.trail import record
from organization.models import Role
from organization.rules import Actor


def accept_control_difference(*, actor: Actor, control: ControlTotal, explanation: str) -> None:
    """A second person accepts with a reason that the ledger differs from the general ledger's total of a day.

    Raises: RuleError without the right, for who brought the total in, without a reason, or where nothing differs;
    Conflict when somebody was faster.
    Source: roles.md, Four eyes.
    """
    branch = control.branch
    if not actor.holds(branch.pk, Role.DIRECTOR):
        raise RuleError(
            _("Only the director of %(branch)s accepts a difference from the general ledger.") % {"branch": branch.name}
        )
    if control.brought_by_id == actor.employee_id:
        raise RuleError(_("Who brought the control total in does not accept its difference. Ask another person."))
    if not explanation.strip():
        raise RuleError(_("Say why the difference is accepted."), field="explanation")
    found = next(
        (one for one in exceptions.control_days(branch, Month.of(control.day)) if one.day == control.day), None
    )
    if found is None or not found.differs:
        raise RuleError(_("The ledger agrees with this control total. There is nothing to accept."))
    with obeying_laws(), transaction.atomic():
        accepted = ControlTotal.objects.filter(pk=control.pk, accepted_by__isnull=True).update(
            explanation=explanation.strip(), accepted_by=actor.employee_id, accepted_at=timezone.now()
        )
        if accepted != 1:
            raise Conflict(_("Somebody else has accepted this difference a moment ago. Look at it again."))
        record(
            actor=actor,
            action="accept_control_difference",
            subject="deposits.controltotal",
            subject_key=f"{branch.branch_code} {control.day}",
            branch_id=branch.pk,
            changes={
                "balance_fen": [control.balance_fen, found.ledger_fen],
                "accounts": [control.accounts, found.ledger_accounts],
                "explanation": ["", explanation.strip()],
            },
        )
