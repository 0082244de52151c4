"""Work reports to the branch's director: drafted, sent, read and replied to (article 9(8))."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from managers.models import Appointment, WorkReport
from managers.queries.reports import directors_of
from managers.queries.work import kept, work_done
from managers.rules.reports import report_period
from managers.rules.states import WORK_REPORT_STEPS
from organization.actions.notifications import notify
from organization.actions.trail import record
from organization.models import Role
from organization.rules import Actor, may_step


def save_report(
    *,
    actor: Actor,
    kind: str,
    day: dt.date,
    done: str,
    plans: str = "",
    needs: str = "",
    version: int = 0,
    send: bool = False,
) -> WorkReport:
    """Keeps the person's own report of the period that the day lies in as a draft, or sends it to the director.

    Shape: version is the one that was opened, 0 for a report that was not there.
    Raises: RuleError for whoever is no account manager in that period, and before it begins; BadInput for an empty report
    that is to be sent; Conflict when the draft was changed or sent meanwhile.
    Source: article 9(8).
    """
    first_day, last_day = report_period(kind, day)
    if first_day > timezone.localdate():
        raise RuleError(_("This period has not begun yet."), article="9(8)")
    if send and not done.strip():
        raise BadInput(_("Write what was done."), field="done")
    offices = Appointment.objects.filter(employee=actor.employee_id).in_force_between(first_day, last_day)
    office = offices.select_related("branch", "employee").order_by("-first_day").first()
    if office is None:
        raise RuleError(_("You were no account manager in this period. Reports are theirs."), article="9(8)")
    texts = {"done": done.strip(), "plans": plans.strip(), "needs": needs.strip()}
    with obeying_laws(), transaction.atomic():
        rows = WorkReport.objects.select_for_update(no_key=True)
        row = rows.filter(employee=actor.employee_id, kind=kind, period_first_day=first_day).first()
        if row is None:
            row = WorkReport(employee=office.employee, branch=office.branch, kind=kind, period_first_day=first_day)
            row.version = 0
        elif row.version != version or row.state != WorkReport.State.DRAFT:
            raise _changed_since(row)
        before = row.state if row.pk else None
        for name, text in texts.items():
            setattr(row, name, text)
        row.version, row.changed_at = row.version + 1, timezone.now()
        if send:
            row.state, row.sent_at = WorkReport.State.SENT, row.changed_at
            # The records go on changing; the report keeps what they said when it was sent.
            row.work = kept(work_done(office.employee_id, first_day, last_day))
        row.save(
            update_fields=None if before is None else [*texts, "version", "changed_at", "state", "sent_at", "work"]
        )
        if send:
            _tell(
                directors_of(office.branch, timezone.localdate()) - {actor.employee_id},
                row,
                gettext_noop("%(name)s has sent a report of %(day)s."),
                name=actor.name,
            )
        _record(actor, "send_report" if send else "save_report", row, {"state": [before, row.state]})
    return row


def read_report(*, actor: Actor, report: WorkReport) -> None:
    """Marks a sent report as read when the branch's director opens it first; of anybody else it changes nothing."""
    if report.state != WorkReport.State.SENT or not _replies(actor, report):
        return
    with transaction.atomic():
        unread = WorkReport.objects.filter(pk=report.pk, state=WorkReport.State.SENT)
        if unread.update(state=WorkReport.State.READ, read_by=actor.employee_id, read_at=timezone.now()):
            report.refresh_from_db(fields=["state", "read_by", "read_at"])
            _record(actor, "read_report", report, {"state": [WorkReport.State.SENT, report.state]})


def reply_report(*, actor: Actor, report: WorkReport, reply: str) -> None:
    """The director's reply, once; the manager is told.

    Raises: RuleError for others than the branch's director and about one's own; BadInput without words; Conflict when
    it is replied to already.
    """
    if actor.employee_id == report.employee_id:
        raise RuleError(_("Nobody replies to his or her own report."))
    if not _replies(actor, report):
        raise RuleError(_("Only the director of %(branch)s replies to reports.") % {"branch": report.branch.name})
    if not reply.strip():
        raise BadInput(_("Write a reply."), field="reply")
    with obeying_laws(), transaction.atomic():
        rows = WorkReport.objects.select_for_update(no_key=True, of=("self",))
        row = rows.select_related("replied_by", "employee", "branch").get(pk=report.pk)
        before = row.state
        if not may_step(WORK_REPORT_STEPS, before, WorkReport.State.REPLIED):
            raise _changed_since(row)
        now = timezone.now()
        row.state, row.reply, row.version = WorkReport.State.REPLIED, reply.strip(), row.version + 1
        row.replied_by_id, row.replied_at = actor.employee_id, now
        row.read_by_id, row.read_at = row.read_by_id or actor.employee_id, row.read_at or now
        row.save(update_fields=["state", "reply", "version", "replied_by", "replied_at", "read_by", "read_at"])
        _tell({row.employee_id}, row, gettext_noop("%(name)s has replied to your report of %(day)s."), name=actor.name)
        _record(actor, "reply_report", row, {"state": [before, row.state]})


def _replies(actor: Actor, report: WorkReport) -> bool:
    return actor.holds(report.branch_id, Role.DIRECTOR) and actor.employee_id != report.employee_id


def _changed_since(row: WorkReport) -> Conflict:
    if row.replied_by is not None:
        return Conflict(
            _("%(name)s has replied to this report at %(time)s.")
            % {"name": row.replied_by.name, "time": f"{timezone.localtime(row.replied_at):%Y-%m-%d %H:%M}"}
        )
    if row.state != WorkReport.State.DRAFT:
        return Conflict(
            _("This report was sent at %(time)s. It stays as it is.")
            % {"time": f"{timezone.localtime(row.sent_at):%Y-%m-%d %H:%M}"}
        )
    return Conflict(
        _("This report was changed at %(time)s in another window. Both texts stand below: take over what you need.")
        % {"time": f"{timezone.localtime(row.changed_at):%Y-%m-%d %H:%M}"}
    )


def _tell(people: set[int], row: WorkReport, sentence: str, *, name: str) -> None:
    notify(
        employee_ids=people,
        sentence=sentence,
        values={"name": name, "day": str(row.period_first_day)},
        address=reverse("managers:report_detail", args=[row.pk]),
    )


def _record(actor: Actor, action: str, row: WorkReport, changes: dict[str, object]) -> None:
    record(
        actor=actor,
        action=action,
        subject="managers.workreport",
        subject_key=str(row.pk),
        branch_id=row.branch_id,
        changes={"kind": row.kind, "period": str(row.period_first_day), **changes},
    )
