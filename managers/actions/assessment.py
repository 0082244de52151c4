"""The assessment of a qualified candidate: assessors and their marks, results, and its closing (article 6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from managers.actions.steps import lock_application, step_application
from managers.models import LAWS, Application, Assessor, Criterion, ExamResult, Mark
from managers.queries.assessment import ASSESSOR_SUBJECT, assessment_of, people_to_ask, snapshot_of
from organization.actions.documents import add_document
from organization.actions.notifications import notify
from organization.actions.trail import record
from organization.models import Document, Employee, Role
from organization.queries import holders_of
from organization.rules import Actor

_NAMED = gettext_noop("You are named as an assessor of %(name)s. Give your marks.")
_ASSESSED = gettext_noop("%(name)s is assessed. Publish the notice.")


def name_assessor(*, actor: Actor, application: Application, employee: Employee) -> Assessor:
    """Names a person to judge a candidate on the criteria of article 6, and tells the person.

    Raises: RuleError without the right, for the candidate or the proposer, for the same person twice, and outside the
    assessment.
    """
    with obeying_laws(), transaction.atomic():
        row, me = open_assessment(actor, application)
        if employee.pk in (row.candidate_id, row.proposer_id):
            raise RuleError(_("Neither the candidate nor the proposer assesses. Name another person."), article=6)
        if not people_to_ask(row).filter(pk=employee.pk).exists():
            raise RuleError(
                _("%(name)s has no sign-in at %(branch)s or above it. Name another person.")
                % {"name": employee.name, "branch": row.branch.name}
            )
        assessor = Assessor.objects.create(application=row, employee=employee, named_by_id=me, named_at=timezone.now())
        notify(
            employee_ids=[employee.pk],
            sentence=_NAMED,
            values={"name": row.candidate.name},
            address=reverse("managers:assessment_marks", args=[row.pk]),
        )
        _record(actor, row, "name_assessor", {"assessor": [None, employee.employee_no]})
    return assessor


def remove_assessor(*, actor: Actor, assessor: Assessor) -> None:
    """Takes back the naming of an assessor who has given no marks. Raises: RuleError as name_assessor, or with marks."""
    with obeying_laws(), transaction.atomic():
        row, _me = open_assessment(actor, assessor.application)
        if Mark.objects.filter(assessor=assessor).exists():
            raise RuleError(_("%(name)s has given marks already. They stay.") % {"name": assessor.employee.name})
        Assessor.objects.filter(pk=assessor.pk).delete()
        _record(actor, row, "remove_assessor", {"assessor": [assessor.employee.employee_no, None]})


def give_marks(*, actor: Actor, application: Application, marks: Mapping[str, tuple[int, str]]) -> None:
    """Gives the assessor's own marks, 1 to 5, with a remark each; until the assessment is closed they may change.

    Shape: every criterion of article 6 has its mark; nobody sees those of others before everyone is done.
    Raises: RuleError for somebody who is no assessor, and outside the assessment; BadInput for a mark that is lacking.
    """
    missing = [one for one in Criterion if one.value not in marks]
    if missing:
        raise BadInput(
            _("Give a mark on “%(criterion)s”, too.") % {"criterion": missing[0].label}, field=missing[0].value
        )
    with obeying_laws(), transaction.atomic():
        row, assessor = _own_open_assessor(actor, application)
        held = {one.criterion: one for one in Mark.objects.filter(assessor=assessor)}
        changes: dict[str, Any] = {}
        for criterion in Criterion:
            mark, remark = marks[criterion.value]
            before = held.get(criterion)
            if before is None:
                Mark.objects.create(assessor=assessor, criterion=criterion, mark=mark, remark=remark.strip())
            elif (before.mark, before.remark) != (mark, remark.strip()):
                Mark.objects.filter(pk=before.pk).update(mark=mark, remark=remark.strip())
            else:
                continue
            changes[criterion.value] = [before and [before.mark, before.remark], [mark, remark.strip()]]
        if assessor.done_at is None:
            Assessor.objects.filter(pk=assessor.pk).update(done_at=timezone.now())
        if changes:
            _record(actor, row, "give_marks", changes)


def add_assessor_document(
    *, actor: Actor, application: Application, name: str, content: Iterable[bytes], title: str = ""
) -> Document:
    """Puts a file beside the assessor's own marks. Raises: as give_marks; BadInput for an unwelcome file."""
    with obeying_laws(), transaction.atomic():
        row, assessor = _own_open_assessor(actor, application)
        return add_document(
            actor=actor,
            subject=ASSESSOR_SUBJECT,
            subject_key=str(assessor.pk),
            branch=row.branch,
            name=name,
            content=content,
            title=title,
        )


def enter_result(
    *,
    actor: Actor,
    application: Application,
    kind: str,
    held_on: dt.date,
    result_hundredths: int,
    remark: str = "",
) -> ExamResult:
    """Enters the result of the written exam, of the skill test or of past performance; entered again, it replaces it.

    Unit: hundredths of a point, 0 to 10,000. Raises: RuleError without the right, for a day to come, outside 0 to 100 and
    outside the assessment.
    """
    if kind not in ExamResult.Kind.values:
        raise BadInput(_("Choose the exam, the skill test or past performance."), field="kind")
    if held_on > timezone.localdate():
        raise BadInput(_("A result comes from today or an earlier day."), field="held_on")
    if not 0 <= result_hundredths <= 100_00:
        raise BadInput(_("A result lies between 0 and 100."), field="result_hundredths")
    with obeying_laws(), transaction.atomic():
        row, me = open_assessment(actor, application)
        held = ExamResult.objects.filter(application=row, kind=kind).first()
        before = held and [held.result_hundredths, held.held_on, held.remark]
        result, _made = ExamResult.objects.update_or_create(
            application=row,
            kind=kind,
            defaults={
                "held_on": held_on,
                "result_hundredths": result_hundredths,
                "remark": remark.strip(),
                "made_by_id": me,
                "made_at": timezone.now(),
            },
        )
        _record(actor, row, "enter_result", {kind: [before, [result_hundredths, held_on, remark.strip()]]})
    return result


def close_assessment(*, actor: Actor, application: Application, version: int) -> None:
    """Closes the assessment: marks, results and the peer review stand, and the overall result is formed from them.

    Shape: what it came to, with the policies of this day, is kept with the application. A criterion that people judge too
    low does not keep it from being closed: it warns beside the decision.
    Raises: RuleError without the right, and with the first of what is lacking; Conflict when somebody else was faster.
    Source: article 6.
    """
    with obeying_laws(), transaction.atomic():
        row, _me = open_assessment(actor, application, version=version)
        found = assessment_of(row)
        for obstacle in found.obstacles:
            raise RuleError(obstacle, article=6)
        step_application(
            actor=actor,
            row=row,
            to=Application.State.ASSESSED,
            action="close_assessment",
            assessment=snapshot_of(found, row),
        )
        notify(
            employee_ids=set(holders_of(row.branch_id, Role.SUPERVISOR)) - {row.candidate_id},
            sentence=_ASSESSED,
            values={"name": row.candidate.name},
            address=reverse("managers:notice_publish", args=[row.pk]),
        )


def open_assessment(actor: Actor, application: Application, *, version: int | None = None) -> tuple[Application, int]:
    """The locked application, if its assessment is open and this person leads it, and the person's key.

    Raises: RuleError without the right, for the candidate's or the proposer's own hand; Conflict outside the assessment.
    """
    row = lock_application(application, version=version)
    me = actor.employee_id
    if me is None or not actor.holds(row.branch_id, Role.CLERK, Role.SUPERVISOR):
        raise RuleError(
            _("Only a clerk or supervisor of %(branch)s leads the assessment.") % {"branch": row.branch.name}
        )
    if me in (row.candidate_id, row.proposer_id):
        raise RuleError(_("Neither the candidate nor the proposer leads the assessment. Ask another person."))
    _refuse_unless_open(row)
    return row, me


def _own_open_assessor(actor: Actor, application: Application) -> tuple[Application, Assessor]:
    row = lock_application(application)
    assessor = Assessor.objects.filter(application=row, employee=actor.employee_id).first()
    if assessor is None or actor.employee_id is None:
        raise RuleError(_("Only those who are named as assessors give marks."), article=6)
    _refuse_unless_open(row)
    return row, assessor


def _refuse_unless_open(row: Application) -> None:
    if row.state != Application.State.QUALIFIED:
        raise Conflict(LAWS["assessment_closed_stays"], article=6)


def _record(actor: Actor, row: Application, action: str, changes: dict[str, Any]) -> None:
    record(
        actor=actor,
        action=action,
        subject="managers.application",
        subject_key=row.application_no,
        branch_id=row.branch_id,
        changes=changes,
    )
