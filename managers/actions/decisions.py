"""The director's decision about a candidate (article 7): approve for a term, return to be mended, or not approve."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import BadInput, RuleError
from common.laws import obeying_laws
from managers.actions.notices import take_down
from managers.actions.steps import lock_application, step_application
from managers.models import Application
from managers.queries.decisions import obstacles
from organization.actions.notifications import notify
from organization.models import Role
from organization.rules import Actor


def approve(
    *, actor: Actor, application: Application, version: int, term_first_day: dt.date, term_last_day: dt.date
) -> None:
    """Approves a candidate for a term. The office begins with the contract that both sign afterwards.

    Raises: RuleError without the right, for the candidate's or the proposer's own hand, while a hard condition fails, the
    notice runs or an objection stands; Conflict when somebody else was faster.
    Source: articles 4, 6 and 7.
    """
    today = timezone.localdate()
    if term_first_day < today:
        raise BadInput(_("A term begins today or later."), field="term_first_day")
    if term_last_day < term_first_day:
        raise BadInput(_("The last day lies before the first."), field="term_last_day")
    with obeying_laws(), transaction.atomic():
        row = _deciding(actor, application, version)
        for obstacle in obstacles(row, today):
            raise RuleError(obstacle.sentence, article=obstacle.article)
        _step(
            actor,
            row,
            Application.State.APPROVED,
            "approve",
            term_first_day=term_first_day,
            term_last_day=term_last_day,
        )


def return_to_candidate(*, actor: Actor, application: Application, version: int, reason: str) -> None:
    """Returns an application to be mended; it comes through qualification, assessment and notice again.

    Raises: as approve; BadInput without a reason.
    """
    with obeying_laws(), transaction.atomic():
        row = _deciding(actor, application, version)
        _step(actor, row, Application.State.RETURNED, "return_to_candidate", reason=_given(reason))


def reject(*, actor: Actor, application: Application, version: int, reason: str) -> None:
    """Does not approve a candidate. Raises: as approve; BadInput without a reason."""
    with obeying_laws(), transaction.atomic():
        row = _deciding(actor, application, version)
        _step(actor, row, Application.State.REJECTED, "reject", reason=_given(reason))


def _deciding(actor: Actor, application: Application, version: int) -> Application:
    """The locked application, when this person may decide about it."""
    row = lock_application(application, version=version)
    if not actor.holds(row.branch_id, Role.DIRECTOR):
        raise RuleError(_("Only the director of %(branch)s decides about appointments.") % {"branch": row.branch.name})
    if actor.employee_id == row.candidate_id:
        raise RuleError(_("Nobody decides about himself or herself. Ask another person."), article=7)
    if actor.employee_id == row.proposer_id:
        raise RuleError(_("Who puts a candidate forward does not decide. Ask another person."), article=7)
    return row


def _given(reason: str) -> str:
    if not reason.strip():
        raise BadInput(_("Say why."), field="reason")
    return reason.strip()


_TOLD = {
    Application.State.APPROVED: gettext_noop("Your application %(number)s is approved. The contract comes next."),
    Application.State.RETURNED: gettext_noop("Your application %(number)s is returned to be mended: %(reason)s"),
    Application.State.REJECTED: gettext_noop("Your application %(number)s is not approved: %(reason)s"),
}


def _step(
    actor: Actor, row: Application, to: Application.State, action: str, *, reason: str = "", **term: dt.date
) -> None:
    fields = {"decided_by_id": actor.employee_id, "decided_at": timezone.now(), **term}
    if to == Application.State.RETURNED:
        # Returned is no decision: the next time somebody decides anew.
        fields = {}
    step_application(actor=actor, row=row, to=to, action=action, reason=reason, **fields)
    take_down(row)
    notify(
        employee_ids=[row.candidate_id, row.proposer_id],
        sentence=_TOLD[to],
        values={"number": row.application_no, "reason": reason[:150]},
        address=reverse("managers:application_detail", args=[row.pk]),
    )
