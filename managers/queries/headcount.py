"""The head-count ratio (article 5), on any day, and where the account-manager system runs (article 4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import connection

from common.money import round_half_up
from common.months import Month
from managers.rules.headcount import required_managers
from organization.models import Branch


@dataclass(frozen=True, slots=True)
class HeadCount:
    """Managers in office against the employees under a branch and the branches below it.

    Shape: employees is the branches' own head-count, on_record how many employees are on record for them; applying, how
    many applications wait for the director.
    """

    branch: Branch
    day: dt.date
    employees: int
    on_record: int
    managers: int
    applying: int
    percent: int
    runs_scheme: bool

    @property
    def required(self) -> int:
        return required_managers(self.employees, self.percent)

    @property
    def shortfall(self) -> int:
        return max(self.required - self.managers, 0)

    @property
    def ratio(self) -> tuple[int, int]:
        return self.managers, self.employees

    @property
    def ratio_bp(self) -> int | None:
        """In hundredths of a percent, rounded half up; none without employees."""
        return round_half_up(self.managers * 10_000, self.employees) if self.employees else None

    @property
    def after_approval(self) -> HeadCount:
        """As it would be with one manager more."""
        return replace(self, managers=self.managers + 1)


# A branch's head-count on a past day is what its first change after that day found. A suspended manager is not in office.
_HEAD_COUNTS = """
WITH RECURSIVE reach (root, id) AS (
    SELECT id, id FROM organization_branch WHERE id = ANY(%(branches)s)
    UNION
    SELECT reach.root, child.id FROM organization_branch AS child JOIN reach ON child.parent_id = reach.id
),
above (root, id, parent_id, height) AS (
    SELECT id, id, parent_id, 0 FROM organization_branch WHERE id = ANY(%(branches)s)
    UNION ALL
    SELECT above.root, b.id, b.parent_id, above.height + 1
    FROM organization_branch AS b JOIN above ON b.id = above.parent_id WHERE above.height < 20
),
days AS (SELECT unnest(%(days)s::date[]) AS day),
changed AS (
    SELECT (c.before ->> 'id')::bigint AS branch_id, (c.before ->> 'headcount')::bigint AS headcount,
           (b.applied_at AT TIME ZONE %(zone)s)::date AS changed_on, c.id
    FROM organization_rowchange AS c JOIN organization_importbatch AS b ON b.id = c.batch_id
    WHERE b.kind = 'branches' AND b.state = 'applied' AND c.before ? 'headcount'
),
counted AS (
    SELECT r.root, d.day,
        sum(coalesce((SELECT c.headcount FROM changed AS c WHERE c.branch_id = b.id AND c.changed_on > d.day
                      ORDER BY c.changed_on, c.id LIMIT 1), b.headcount))::bigint AS employees,
        sum((SELECT count(*) FROM organization_employee AS e
             WHERE e.branch_id = b.id AND e.hired_on <= d.day))::bigint AS on_record,
        sum((SELECT count(*) FROM managers_appointment AS a
             WHERE a.branch_id = b.id AND a.first_day <= d.day AND (a.last_day IS NULL OR a.last_day >= d.day)
               AND NOT EXISTS (SELECT 1 FROM managers_suspension AS s WHERE s.appointment_id = a.id
                   AND s.first_day <= d.day AND (s.last_day IS NULL OR s.last_day >= d.day))))::bigint AS managers,
        sum((SELECT count(*) FROM managers_application AS p
             WHERE p.branch_id = b.id AND p.state = 'on_notice'))::bigint AS applying
    FROM reach AS r JOIN organization_branch AS b ON b.id = r.id CROSS JOIN days AS d
    GROUP BY r.root, d.day
),
decided AS (
    SELECT DISTINCT ON (a.root, d.day, p.name) a.root, d.day, p.name, p.value
    FROM above AS a CROSS JOIN days AS d
    JOIN organization_policy AS p ON p.branch_id = a.id AND p.first_day <= d.day
        AND p.name IN ('headcount_ratio_percent', 'runs_scheme')
    ORDER BY a.root, d.day, p.name, a.height, p.first_day DESC
)
SELECT c.root, c.day, c.employees, c.on_record, c.managers, c.applying, ratio.value, runs.value
FROM counted AS c
LEFT JOIN decided AS ratio ON ratio.root = c.root AND ratio.day = c.day AND ratio.name = 'headcount_ratio_percent'
LEFT JOIN decided AS runs ON runs.root = c.root AND runs.day = c.day AND runs.name = 'runs_scheme'
"""


def head_counts(branches: Sequence[Branch], day: dt.date) -> list[HeadCount]:
    """The head-count ratio of each branch on a day. Shape: in the order of the branches; one statement."""
    found = _head_counts(branches, [day])
    return [found[branch.pk, day] for branch in branches]


def head_count_history(branch: Branch, months: Sequence[Month], today: dt.date) -> list[tuple[Month, HeadCount]]:
    """The head-count ratio at the end of each month, or today in one that is not over. Shape: in the given order."""
    days = {month: min(month.last_day, today) for month in months}
    found = _head_counts([branch], days.values())
    return [(month, found[branch.pk, day]) for month, day in days.items()]


def _head_counts(branches: Sequence[Branch], days: Iterable[dt.date]) -> dict[tuple[int, dt.date], HeadCount]:
    named = {branch.pk: branch for branch in branches}
    percent = settings.POLICIES["headcount_ratio_percent"].default
    with connection.cursor() as cursor:
        cursor.execute(_HEAD_COUNTS, {"branches": list(named), "days": sorted(set(days)), "zone": settings.TIME_ZONE})
        rows = cursor.fetchall()
    found = {}
    for root, day, employees, on_record, managers, applying, ratio, runs in rows:
        branch = named[root]
        found[root, day] = HeadCount(
            branch=branch,
            day=day,
            employees=employees,
            on_record=on_record,
            managers=managers,
            applying=applying,
            percent=percent if ratio is None else ratio,
            # Urban branches run it; others where head office has switched it on (article 4).
            runs_scheme=branch.kind == Branch.Kind.URBAN or bool(runs),
        )
    return found


def runs_scheme(branch: Branch, day: dt.date) -> bool:
    """Whether the account-manager system runs at a branch on a day (article 4)."""
    return head_counts([branch], day)[0].runs_scheme
