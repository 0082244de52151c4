"""The check of the conditions that data decides (article 6): what it finds is frozen with the application."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import BadInput, RuleError
from common.laws import obeying_laws
from managers.actions.steps import lock_application, step_application
from managers.models import Application, Qualification, Recommendation
from managers.queries.applications import CHECKERS
from managers.queries.qualification import conditions_of
from managers.rules.qualification import unmet
from organization.actions.notifications import notify
from organization.rules import Actor

_TOLD = {
    Application.State.QUALIFIED: gettext_noop(
        "Application %(number)s of %(name)s meets the conditions. People judge next."
    ),
    Application.State.NOT_QUALIFIED: gettext_noop("Application %(number)s of %(name)s does not qualify: %(reason)s"),
    Application.State.RETURNED: gettext_noop("Application %(number)s of %(name)s is returned to be mended: %(reason)s"),
}


def check_application(*, actor: Actor, application: Application, version: int, state: str, reason: str = "") -> None:
    """Checks an application that was handed in: qualified, not qualified, or returned to be mended.

    Shape: `state` is one of the three; the last two need a reason. What the data says at this moment is kept with it.
    Raises: RuleError without the right, for the candidate, the proposer and who recommends, and for `qualified` while a
    hard condition fails: nobody can set it aside; Conflict when somebody else was faster.
    Source: article 6.
    """
    if state not in _TOLD:
        raise BadInput(_("Choose what the check comes to."), field="state")
    reason = reason.strip()
    if state != Application.State.QUALIFIED and not reason:
        raise BadInput(_("Say why."), field="reason")
    with obeying_laws(), transaction.atomic():
        row = lock_application(application, version=version)
        _refuse_without_right(actor, row)
        found = conditions_of(row)
        failing = [str(Qualification(one.condition).label) for one in unmet(found)]
        if state == Application.State.QUALIFIED and failing and row.state == Application.State.SUBMITTED:
            raise RuleError(
                _("The records do not show: %(conditions)s. Nobody can set this aside; have the records mended.")
                % {"conditions": _(", ").join(failing)},
                article=6,
                field="state",
            )
        step_application(
            actor=actor,
            row=row,
            to=state,
            action="check_application",
            reason=reason,
            qualification=[asdict(one) for one in found],
            checked_by_id=actor.employee_id,
            checked_at=timezone.now(),
        )
        notify(
            employee_ids={row.candidate_id, row.proposer_id},
            sentence=_TOLD[Application.State(state)],
            values={"number": row.application_no, "name": row.candidate.name, "reason": reason[:150]},
            address=row.get_absolute_url(),
        )


def _refuse_without_right(actor: Actor, row: Application) -> None:
    if not actor.holds(row.branch_id, *CHECKERS):
        raise RuleError(
            _("Only a clerk of %(branch)s or a supervisor checks applications.") % {"branch": row.branch.name}
        )
    if actor.employee_id == row.candidate_id:
        raise RuleError(_("Nobody decides about himself or herself. Ask another person."), article=7)
    if actor.employee_id == row.proposer_id:
        raise RuleError(_("Who puts a candidate forward does not check. Ask another person."), article=7)
    confirmed = row.recommendations.filter(state=Recommendation.State.CONFIRMED)
    if confirmed.filter(recommender=actor.employee_id).exists():
        raise RuleError(_("Who recommends a candidate does not check. Ask another person."), article=7)
