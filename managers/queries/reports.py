"""Work reports: what was written, and what is owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection
from django.db.models import BooleanField, Case, QuerySet, Value, When

from managers.models import WorkReport
from managers.rules.reports import report_due_on
from organization.models import Branch, Employee, Role, RoleGrant
from organization.queries import branches_above, policy_of_each, working_days_of_each

if TYPE_CHECKING:
    from organization.rules import Actor

# Reports of longer ago are not asked for any more.
OWED_DAYS = 92


def reports(actor: Actor) -> QuerySet[WorkReport]:
    """The reports that the person may see, each with whether it waits to be read."""
    waits = Case(When(state=WorkReport.State.SENT, then=True), default=Value(False), output_field=BooleanField())
    found = WorkReport.objects.visible_to(actor).annotate(waits=waits)
    return found.select_related("employee", "branch", "read_by", "replied_by")


def own_report(actor: Actor, kind: str, first_day: dt.date) -> WorkReport | None:
    """The person's own report of a period, whatever became of it."""
    return WorkReport.objects.filter(employee=actor.employee_id, kind=kind, period_first_day=first_day).first()


def directors_of(branch: Branch, day: dt.date) -> set[int]:
    """Ids of the people who are director of a branch on a day: of its own, else of the nearest above."""
    above = branches_above(branch)
    grants = RoleGrant.objects.in_force(day).filter(role=Role.DIRECTOR, branch__in=above)
    held = list(grants.values_list("branch", "employee"))
    nearest = min((above.index(pk) for pk, _ in held), default=None)
    return {employee for pk, employee in held if above.index(pk) == nearest}


@dataclass(frozen=True, slots=True)
class OwedReport:
    """A report that a manager owes. Shape: days inclusive; late from the day after due_on."""

    employee: Employee
    branch: Branch
    kind: str
    first_day: dt.date
    last_day: dt.date
    due_on: dt.date
    late: bool

    @property
    def kind_name(self) -> Any:
        return WorkReport.Kind(self.kind).label


# A period is due when it is over, when the branch asked for its kind on its last day, and the manager was in office that
# day. (managers.rules.reports.reports_due says the same of one manager.)
_DUE = """
WITH RECURSIVE wanted AS (
    SELECT DISTINCT branch_id FROM managers_appointment
    WHERE branch_id = ANY(%(branches)s) OR employee_id = %(employee)s
),
above (root, id, parent_id, height) AS (
    SELECT id, id, parent_id, 0 FROM organization_branch WHERE id IN (SELECT branch_id FROM wanted)
    UNION ALL
    SELECT above.root, b.id, b.parent_id, above.height + 1
    FROM organization_branch AS b JOIN above ON b.id = above.parent_id WHERE above.height < 20
),
periods AS (
    SELECT 'weekly' AS kind, d::date - 6 AS first_day, d::date AS last_day
    FROM generate_series(%(since)s::date, %(today)s::date - 1, interval '1 day') AS d WHERE extract(isodow FROM d) = 7
    UNION ALL
    SELECT 'monthly', date_trunc('month', d)::date, d::date
    FROM generate_series(%(since)s::date, %(today)s::date - 1, interval '1 day') AS d
    WHERE extract(day FROM d + interval '1 day') = 1
)
SELECT a.employee_id, a.branch_id, p.kind, p.first_day, p.last_day
FROM periods AS p
JOIN managers_appointment AS a ON a.first_day <= p.last_day AND (a.last_day IS NULL OR a.last_day >= p.last_day)
WHERE (a.branch_id = ANY(%(branches)s) OR a.employee_id = %(employee)s)
  AND NOT EXISTS (SELECT 1 FROM managers_suspension AS s WHERE s.appointment_id = a.id
      AND s.first_day <= p.last_day AND (s.last_day IS NULL OR s.last_day >= p.last_day))
  AND NOT EXISTS (SELECT 1 FROM {done} AS w WHERE w.employee_id = a.employee_id AND w.kind = p.kind
      AND w.period_first_day = p.first_day AND w.state <> 'draft')
  AND coalesce((SELECT o.value FROM above JOIN organization_policy AS o ON o.branch_id = above.id
          AND o.name = p.kind || '_reports' AND o.first_day <= p.last_day
          WHERE above.root = a.branch_id ORDER BY above.height, o.first_day DESC LIMIT 1),
      CASE p.kind WHEN 'weekly' THEN %(weekly)s ELSE %(monthly)s END) = 1
"""
# It is owed as long as nothing was sent; it may be proposed as late as long as it was not.
OWED = _DUE.format(done="managers_workreport")
UNPROPOSED = _DUE.format(done="managers_latereport")


def owed_parameters(
    today: dt.date, *, branch_ids: Collection[int] = (), employee_id: int | None = None
) -> dict[str, Any]:
    """What OWED is asked with: the managers of some branches, or one person."""
    return {
        "branches": list(branch_ids),
        "employee": employee_id,
        "since": today - dt.timedelta(days=OWED_DAYS),
        "today": today,
        "weekly": settings.POLICIES["weekly_reports"].default,
        "monthly": settings.POLICIES["monthly_reports"].default,
    }


def owed_reports(
    today: dt.date, *, branch_ids: Collection[int] = (), employee_id: int | None = None
) -> list[OwedReport]:
    """The weekly and monthly reports that are owed today, of the managers of some branches or of one person.

    Shape: the longest owed first, then by number; of the last 92 days. Source: article 9(8).
    """
    asked = owed_parameters(today, branch_ids=branch_ids, employee_id=employee_id)
    with connection.cursor() as cursor:
        cursor.execute(OWED + " ORDER BY p.last_day, a.employee_id, p.kind", asked)
        rows = cursor.fetchall()
    people = Employee.objects.in_bulk({row[0] for row in rows})
    branches = Branch.objects.in_bulk({row[1] for row in rows})
    days = policy_of_each(branches, "report_due_working_days", today)
    calendars = working_days_of_each(branches)
    found = []
    for employee, branch, kind, first_day, last_day in rows:
        due_on = report_due_on(last_day, days[branch], calendars[branch])
        found.append(
            OwedReport(people[employee], branches[branch], kind, first_day, last_day, due_on, late=today > due_on)
        )
    return sorted(found, key=lambda one: (one.last_day, one.employee.employee_no, one.kind))
