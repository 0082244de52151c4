"""Late reports: which to propose for an entry about conduct, and what a director decides by (articles 9(8) and 18(4))."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from managers.models import Appointment, LateReport, Suspension, WorkReport
from managers.queries.reports import UNPROPOSED, owed_parameters
from managers.rules.offices import Term, in_office_on
from managers.rules.reports import report_due_on, working_days_late
from organization.models import Branch, Role
from organization.queries import policies_of, policy_of_each, working_days_of, working_days_of_each

if TYPE_CHECKING:
    from organization.rules import Actor

POINTS = "late_report_points_hundredths"
# Reports that were due longer ago are not proposed any more: a branch that begins with the system begins anew.
PROPOSED_DAYS = 31


def late_reports(actor: Actor) -> QuerySet[LateReport]:
    """The late reports that the person may see, with the people in them."""
    found = LateReport.objects.visible_to(actor)
    return found.select_related("employee", "branch", "decided_by", "entry")


def late_reports_waiting(actor: Actor) -> QuerySet[LateReport]:
    """Those of the person's branches that nobody has decided about."""
    return late_reports(actor).filter(state=LateReport.State.PROPOSED)


@dataclass(frozen=True, slots=True)
class Late:
    """A report that is to be proposed. Shape: days inclusive."""

    employee_id: int
    branch_id: int
    kind: str
    first_day: dt.date
    due_on: dt.date


def reports_to_propose(day: dt.date) -> list[Late]:
    """The reports of all branches that were not sent in time and are not proposed yet: late by a working day at least.

    Shape: by due day, person and kind. Left out are those who were away, on the last day of the period or on the day on which
    it was due, and branches that take no points for it.
    """
    branches = list(Branch.objects.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(UNPROPOSED, owed_parameters(day, branch_ids=branches))
        rows = cursor.fetchall()
    people = {row[0] for row in rows}
    days = policy_of_each(branches, "report_due_working_days", day)
    points = policy_of_each(branches, POINTS, day)
    calendars = working_days_of_each(branches)
    sent = _sent_on(people)
    away = _excused(people)
    found = []
    for employee, branch, kind, first_day, last_day in rows:
        due_on = report_due_on(last_day, days[branch], calendars[branch])
        came = sent.get((employee, kind, first_day), day)
        late = working_days_late(due_on, came, calendars[branch])
        if late and points[branch] and (day - due_on).days <= PROPOSED_DAYS and not away(employee, branch, due_on):
            found.append(Late(employee, branch, kind, first_day, due_on))
    return sorted(found, key=lambda one: (one.due_on, one.employee_id, one.kind))


def _sent_on(people: Iterable[int]) -> dict[tuple[int, str, dt.date], dt.date]:
    """The day on which each report of these people was sent."""
    rows = WorkReport.objects.filter(employee__in=list(people), sent_at__isnull=False)
    return {
        (employee, kind, first_day): timezone.localdate(sent_at)
        for employee, kind, first_day, sent_at in rows.values_list("employee", "kind", "period_first_day", "sent_at")
    }


def _excused(people: Iterable[int]) -> Callable[[int, int, dt.date], bool]:
    """Says of a person, a branch and a day whether the person was not in office there, or suspended."""
    ids = list(people)
    terms: dict[tuple[int, int], list[Term]] = defaultdict(list)
    away: dict[tuple[int, int], list[Term]] = defaultdict(list)
    offices = Appointment.objects.filter(employee__in=ids)
    for employee, branch, first, last in offices.values_list("employee", "branch", "first_day", "last_day"):
        terms[employee, branch].append(Term(first, last))
    suspensions = Suspension.objects.filter(appointment__employee__in=ids)
    for employee, branch, first, last in suspensions.values_list(
        "appointment__employee", "appointment__branch", "first_day", "last_day"
    ):
        away[employee, branch].append(Term(first, last))
    return lambda employee, branch, day: not in_office_on(day, terms[employee, branch], away[employee, branch])


@dataclass(frozen=True, slots=True)
class LateReportPage:
    """What a director decides by. Shape: report is none and sent_on too as long as nothing was sent; days_late are working
    days, until the sending or until today."""

    late: LateReport
    report: WorkReport | None
    sent_on: dt.date | None
    days_late: int
    points_hundredths: int
    decides: bool

    @property
    def words(self) -> str:
        """What happened, as the reason of an entry."""
        values: dict[str, Any] = {
            "kind": self.late.get_kind_display(),
            "first": self.late.period_first_day,
            "last": self.late.period_last_day,
            "due": self.late.due_on,
            "sent": self.sent_on,
            "days": self.days_late,
        }
        if self.sent_on is None:
            return _("The %(kind)s of %(first)s … %(last)s was due on %(due)s and was not sent.") % values
        return (
            _(
                "The %(kind)s of %(first)s … %(last)s was due on %(due)s and came on %(sent)s, working days late: %(days)s."
            )
            % values
        )


def late_report_page(actor: Actor, late: LateReport, today: dt.date) -> LateReportPage:
    """One late report, with what was sent since."""
    sent = WorkReport.objects.filter(
        employee=late.employee_id, kind=late.kind, period_first_day=late.period_first_day, sent_at__isnull=False
    ).first()
    sent_on = timezone.localdate(sent.sent_at) if sent else None
    decides = (
        late.state == LateReport.State.PROPOSED
        and actor.holds(late.branch_id, Role.DIRECTOR)
        and actor.employee_id != late.employee_id
    )
    return LateReportPage(
        late=late,
        report=sent,
        sent_on=sent_on,
        days_late=working_days_late(late.due_on, sent_on or today, working_days_of(late.branch)),
        points_hundredths=-policies_of(late.branch, today)[POINTS],
        decides=decides,
    )
