"""The public notice 公示 of a candidate, and the objections against it (article 7)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from managers.actions.steps import lock_application, step_application
from managers.models import Application, Objection, PublicNotice
from managers.queries.assessment import people_to_ask
from managers.queries.notices import OPEN, clock_of
from organization.actions.notifications import notify
from organization.actions.trail import record
from organization.models import Employee, Role
from organization.queries import holders_of, policies_of, union_of
from organization.rules import SYSTEM, Actor

_ON_NOTICE = gettext_noop("Your application %(number)s is on public notice from %(day)s.")
_OBJECTED = gettext_noop("An objection is raised against %(name)s. Name somebody to look into it.")
_TO_INVESTIGATE = gettext_noop("Look into an objection against %(name)s, and write down what you find.")
_FOUND = gettext_noop("The objection against %(name)s is looked into. Answer it.")
_UPHELD = gettext_noop("An objection against %(name)s is upheld.")
_DISMISSED = gettext_noop("An objection against %(name)s is dismissed.")


def publish_notice(
    *, actor: Actor, application: Application, version: int, text: str, contact: str, first_day: dt.date
) -> PublicNotice:
    """Puts an assessed candidate on public notice, for as many working days as the branch's policy says.

    Raises: RuleError without the right, for oneself, for a day that is over, without words; Conflict when somebody else
    was faster.
    Source: article 7.
    """
    if not text.strip():
        raise BadInput(_("Write what the notice says."), field="text")
    if first_day < timezone.localdate():
        raise BadInput(_("A notice begins today or later."), field="first_day")
    with obeying_laws(), transaction.atomic():
        row = lock_application(application, version=version)
        me = actor.employee_id
        if me is None or not actor.holds(row.branch_id, Role.SUPERVISOR):
            raise RuleError(_("Only a supervisor of %(branch)s publishes notices.") % {"branch": row.branch.name})
        if me == row.candidate_id:
            raise RuleError(_("Nobody decides about himself or herself. Ask another person."), article=7)
        working_days = policies_of(row.branch, first_day)["notice_working_days"]
        notice = PublicNotice.objects.create(
            application=row,
            text=text.strip(),
            contact=contact.strip(),
            first_day=first_day,
            working_days=working_days,
            published_by_id=me,
            published_at=timezone.now(),
        )
        step_application(actor=actor, row=row, to=Application.State.ON_NOTICE, action="publish_notice")
        notify(
            employee_ids=[row.candidate_id, row.proposer_id],
            sentence=_ON_NOTICE,
            values={"number": row.application_no, "day": str(first_day)},
            address=_address(notice),
        )
        _record(
            actor,
            row,
            "publish_notice",
            "managers.publicnotice",
            notice.pk,
            {"first_day": [None, first_day], "working_days": [None, working_days], "text": [None, notice.text]},
        )
    return notice


def take_down(application: Application) -> None:
    """Takes down the notice that hangs of an application, inside the step that leaves the notice. None hanging is fine."""
    PublicNotice.objects.filter(application=application, taken_down_at__isnull=True).update(
        taken_down_at=timezone.now()
    )


def raise_objection(*, actor: Actor, notice: PublicNotice, text: str, anonymously: bool) -> Objection:
    """Raises an objection against an appointment, while the notice runs. The notice's clock stops until it is answered.

    Shape: anonymously = neither the objection nor the trail says who, nor does any other row.
    Raises: RuleError for the candidate, before the notice begins and once it is over; BadInput without words.
    Source: article 7.
    """
    if not text.strip():
        raise BadInput(_("Say what speaks against the appointment."), field="text")
    if actor.employee_id is None or notice.application.branch_id not in union_of(actor):
        raise RuleError(_("Only people of the union raise objections."))
    today = timezone.localdate()
    with obeying_laws(), transaction.atomic():
        held = _locked_notice(notice)
        row = held.application
        if actor.employee_id == row.candidate_id:
            raise RuleError(_("Nobody objects to himself or herself. Withdraw the application instead."), article=7)
        clock = clock_of(held, today)
        if held.taken_down_at is not None or clock.is_over:
            raise Conflict(_("The notice is over and takes no further objections."), article=7)
        if not clock.has_begun:
            raise RuleError(_("The notice begins on %(day)s.") % {"day": held.first_day}, article=7)
        objection = Objection.objects.create(
            notice=held,
            raised_by_id=None if anonymously else actor.employee_id,
            raised_on=today,
            text=text.strip(),
        )
        notify(
            employee_ids=set(holders_of(row.branch_id, Role.SUPERVISOR)) - {row.candidate_id},
            sentence=_OBJECTED,
            values={"name": row.candidate.name},
            address=reverse("managers:objection_detail", args=[objection.pk]),
        )
        _record(
            SYSTEM if anonymously else actor,
            row,
            "raise_objection_anonymously" if anonymously else "raise_objection",
            "managers.objection",
            objection.pk,
            {"state": [None, objection.state], "text": [None, objection.text]},
        )
    return objection


def assign_investigator(*, actor: Actor, objection: Objection, investigator: Employee) -> None:
    """Names who looks into an objection; another name replaces the first until the findings are written.

    Raises: RuleError without the right, for the candidate and the objector; Conflict when it is answered.
    """
    with obeying_laws(), transaction.atomic():
        held = _handled(actor, objection)
        row = held.notice.application
        if investigator.pk in (row.candidate_id, held.raised_by_id):
            raise RuleError(_("Neither the candidate nor who objects looks into it. Name another person."), article=7)
        if not people_to_ask(row).filter(pk=investigator.pk).exists():
            raise RuleError(
                _(
                    "%(name)s cannot look into it: name somebody with a sign-in at %(branch)s or above it, not the proposer."
                )
                % {"name": investigator.name, "branch": row.branch.name}
            )
        if held.findings:
            raise Conflict(_("The findings are written already. Answer the objection."))
        before = held.investigator.employee_no if held.investigator else None
        held.state, held.investigator = Objection.State.INVESTIGATED, investigator
        held.save(update_fields=["state", "investigator"])
        notify(
            employee_ids=[investigator.pk],
            sentence=_TO_INVESTIGATE,
            values={"name": row.candidate.name},
            address=reverse("managers:objection_detail", args=[held.pk]),
        )
        change = {"investigator": [before, investigator.employee_no]}
        _record(actor, row, "assign_investigator", "managers.objection", held.pk, change)


def write_findings(*, actor: Actor, objection: Objection, findings: str) -> None:
    """Writes down what the investigator has found; until the answer it may be mended.

    Raises: RuleError for anybody else; BadInput without words; Conflict when it is answered.
    """
    if not findings.strip():
        raise BadInput(_("Write down what you have found."), field="findings")
    with obeying_laws(), transaction.atomic():
        held = _locked_objection(objection)
        if actor.employee_id is None or held.investigator_id != actor.employee_id:
            raise RuleError(_("Only the person who looks into the objection writes the findings."))
        row = held.notice.application
        before, held.findings = held.findings, findings.strip()
        held.save(update_fields=["findings"])
        notify(
            employee_ids=set(holders_of(row.branch_id, Role.SUPERVISOR)) - {row.candidate_id, held.raised_by_id},
            sentence=_FOUND,
            values={"name": row.candidate.name},
            address=reverse("managers:objection_detail", args=[held.pk]),
        )
        change = {"findings": [before, held.findings]}
        _record(actor, row, "write_findings", "managers.objection", held.pk, change)


def answer_objection(*, actor: Actor, objection: Objection, upheld: bool, answer: str) -> None:
    """Answers an objection: upheld, and the candidate is not approved; or dismissed, and the notice goes on.

    Raises: RuleError without the right, for the candidate and the objector, before somebody has looked into it; BadInput
    without words; Conflict when it is answered.
    Source: article 7; roles.md, Four eyes.
    """
    if not answer.strip():
        raise BadInput(_("Write the answer."), field="answer")
    with obeying_laws(), transaction.atomic():
        held = _handled(actor, objection)
        row = held.notice.application
        if not held.findings:
            raise RuleError(_("Somebody looks into an objection before it is answered. Name a person."), article=7)
        before = held.state
        held.state = Objection.State.UPHELD if upheld else Objection.State.DISMISSED
        held.answer, held.answered_by_id, held.answered_on = answer.strip(), actor.employee_id, timezone.localdate()
        held.save(update_fields=["state", "answer", "answered_by", "answered_on"])
        notify(
            employee_ids=[row.candidate_id, held.raised_by_id, *holders_of(row.branch_id, Role.DIRECTOR)],
            sentence=_UPHELD if upheld else _DISMISSED,
            values={"name": row.candidate.name},
            address=_address(held.notice),
        )
        change = {"state": [before, held.state], "answer": [None, held.answer]}
        _record(actor, row, "answer_objection", "managers.objection", held.pk, change)


def _handled(actor: Actor, objection: Objection) -> Objection:
    """The locked objection, if this supervisor may handle it and it has no answer yet."""
    held = _locked_objection(objection)
    row = held.notice.application
    if not actor.holds(row.branch_id, Role.SUPERVISOR):
        raise RuleError(_("Only a supervisor of %(branch)s handles objections.") % {"branch": row.branch.name})
    if actor.employee_id == row.candidate_id:
        raise RuleError(_("Nobody decides about himself or herself. Ask another person."), article=7)
    if actor.employee_id == held.raised_by_id:
        raise RuleError(_("Who raises an objection does not answer it. Ask another person."), article=7)
    return held


def _locked_objection(objection: Objection) -> Objection:
    _locked_notice(objection.notice)
    rows = Objection.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "notice__application__candidate", "notice__application__branch", "investigator", "answered_by"
    )
    held = rows.get(pk=objection.pk)
    if held.state not in OPEN:
        raise Conflict(
            _("%(name)s has answered this objection on %(day)s: %(state)s.")
            % {
                "name": held.answered_by.name if held.answered_by else "",
                "day": held.answered_on,
                "state": held.get_state_display(),
            }
        )
    return held


def _locked_notice(notice: PublicNotice) -> PublicNotice:
    """The notice before its objections, as whoever decides locks them."""
    rows = PublicNotice.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("application__candidate", "application__branch").get(pk=notice.pk)


def _address(notice: PublicNotice) -> str:
    return reverse("managers:notice_detail", args=[notice.pk])


def _record(actor: Actor, row: Application, action: str, subject: str, key: int, changes: dict[str, Any]) -> None:
    record(
        actor=actor,
        action=action,
        subject=subject,
        subject_key=f"{row.application_no} {key}",
        branch_id=row.branch_id,
        changes=changes,
    )
