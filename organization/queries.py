"""What the ground floor is asked: the tree of branches, who acts, which months are open."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import holidays
from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import get_language

from common.months import Month
from organization.models import (
    Branch,
    Document,
    Employee,
    FilePiece,
    Holiday,
    Job,
    MonthClose,
    Policy,
    RoleGrant,
    StoredFile,
)
from organization.policies import PolicyKind
from organization.rules import Actor

_REACH = """
WITH RECURSIVE reach (root, id) AS (
    SELECT id, id FROM organization_branch WHERE id = ANY(%s)
    UNION
    SELECT reach.root, child.id FROM organization_branch AS child JOIN reach ON child.parent_id = reach.id
)
SELECT root, array_agg(id) FROM reach GROUP BY root
"""


def branches_below(branch_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Each branch's own id and those of all branches below it.

    Shape: {id: ids}, unknown ids left out. UNION ends the walk even in a broken tree.
    """
    with connection.cursor() as cursor:
        cursor.execute(_REACH, [list(branch_ids)])
        return {root: frozenset(ids) for root, ids in cursor.fetchall()}


# The role goes down the tree with the branch, so that what each role reaches is one statement.
_RIGHTS = """
WITH RECURSIVE reach (role, id) AS (
    SELECT role, branch_id FROM organization_rolegrant
    WHERE employee_id = %(employee)s AND first_day <= %(day)s AND (last_day IS NULL OR last_day >= %(day)s)
    UNION
    SELECT reach.role, child.id FROM organization_branch AS child JOIN reach ON child.parent_id = reach.id
)
SELECT role, array_agg(id) FROM reach GROUP BY role
"""


def actor_of(employee: Employee, *, day: dt.date | None = None, address: str = "") -> Actor:
    """The employee with the rights that role grants give on the day (today if none is named)."""
    with connection.cursor() as cursor:
        cursor.execute(_RIGHTS, {"employee": employee.pk, "day": day or timezone.localdate()})
        rights = {role: frozenset(ids) for role, ids in cursor.fetchall()}
    return Actor(
        employee_id=employee.pk,
        employee_no=employee.employee_no,
        name=employee.name,
        branch_id=employee.branch_id,
        grants=rights,
        address=address,
    )


def earliest_open_months(branch_ids: Iterable[int]) -> Mapping[int, Month]:
    """For each branch with a closed month, the month after the latest closed one: the earliest that takes late rows.

    Shape: branches that never closed a month are left out: every day of theirs is open.
    """
    closed = (
        MonthClose.objects.filter(branch_id__in=list(branch_ids), state=MonthClose.State.CLOSED)
        .order_by("branch_id", "-month")
        .distinct("branch_id")
        .values_list("branch_id", "month")
    )
    return {branch_id: Month.of(month).next for branch_id, month in closed}


def latest_month(actor: Actor) -> Month:
    """The month that pages begin with: the latest with figures, else the latest that rows have entered, else today's.

    Schedules of loans open months far ahead, which are nobody's concern yet.
    """
    months = MonthClose.objects.filter(branch__in=actor.all_branches, month__lte=timezone.localdate())
    found = months.aggregate(computed=Max("month", filter=Q(computed_at__isnull=False)), entered=Max("month"))
    return Month.of(found["computed"] or found["entered"] or timezone.localdate())


def branches(actor: Actor) -> QuerySet[Branch]:
    """The branches that the person's roles reach."""
    return Branch.objects.visible_to(actor).select_related("parent")


def branch_totals(found: QuerySet[Branch]) -> dict[str, int]:
    """How many branches, and the employees of all of them together."""
    return found.aggregate(branches=Count("pk"), headcount=Coalesce(Sum("headcount"), 0))


def branch_facts(actor: Actor, branch: Branch) -> dict[str, Any]:
    """What a branch's page shows beside its own row: the branches directly below, and who holds which role there."""
    people = Employee.objects.visible_to(actor).filter(branch=branch)
    grants = RoleGrant.objects.in_force(timezone.localdate()).filter(branch=branch, employee__in=people)
    return {
        "below": list(Branch.objects.visible_to(actor).filter(parent=branch)),
        "grants": list(grants.select_related("employee").order_by("role", "employee__employee_no")),
        "people_count": people.count(),
    }


def employees(actor: Actor) -> QuerySet[Employee]:
    """The people whom the person may see."""
    return Employee.objects.visible_to(actor).select_related("branch")


def grants_of(employee: Employee) -> list[RoleGrant]:
    """Every role that the person holds, held or will hold, the latest first."""
    grants = RoleGrant.objects.filter(employee=employee).select_related("branch", "granted_by")
    return list(grants.order_by("-first_day", "role"))


def latest_jobs(actor: Actor, number: int = 20) -> list[Job]:
    """What the system has been busy with, as far as the person may see it."""
    return list(
        Job.objects.visible_to(actor).filter(parent__isnull=True).select_related("branch", "requested_by")[:number]
    )


def parts_of_job(job: Job) -> list[Job]:
    """What a job of several branches consists of, by branch."""
    return list(job.children.select_related("branch").order_by("branch__branch_code", "pk"))


def file_of_job(actor: Actor, job: Job) -> StoredFile | None:
    """The file that a job has made of a list, for the person who asked for it and still holds the rights it was made with.

    Shape: none also when it is no longer kept.
    """
    held = all(actor.grants.get(role, frozenset()) >= set(ids) for role, ids in job.result.get("seen_as", {}).items())
    if actor.employee_id is None or job.requested_by_id != actor.employee_id or not held:
        return None
    return StoredFile.objects.filter(pk=job.result.get("file")).first()


def file_pieces(file: StoredFile) -> Iterator[bytes]:
    """The content of a stored file, a piece at a time."""
    for position in FilePiece.objects.filter(file=file).order_by("position").values_list("position", flat=True):
        yield bytes(FilePiece.objects.values_list("content", flat=True).get(file=file, position=position))


# A chain is whole when each entry follows the one before it, its hash is the hash of what it says, its columns say what
# its body says, and the head knows its last entry: then nothing was changed, taken out or cut off.
_BROKEN_ENTRIES = """
WITH chain AS (
    SELECT e.*, row_number() OVER one AS expected_seq, lag(e.hash, 1, repeat('0', 64)) OVER one AS expected_hash
    FROM organization_trailentry AS e WINDOW one AS (PARTITION BY branch_key ORDER BY seq)
),
entries AS (
    SELECT branch_key, seq FROM chain
    WHERE seq <> expected_seq OR previous_hash <> expected_hash
        OR hash <> encode(sha256(convert_to(previous_hash || body, 'UTF8')), 'hex')
        OR (branch_key::text, seq::text, actor_no, action, subject, subject_key, at)
            IS DISTINCT FROM (body::jsonb ->> 'branch', body::jsonb ->> 'seq', body::jsonb ->> 'actor',
                body::jsonb ->> 'action', body::jsonb ->> 'subject', body::jsonb ->> 'key',
                (body::jsonb ->> 'at')::timestamptz)
),
heads AS (
    SELECT branch_key, coalesce(last.seq, 0) + 1 AS seq
    FROM organization_trailhead AS head
    FULL JOIN (SELECT DISTINCT ON (branch_key) branch_key, seq, hash FROM organization_trailentry
               ORDER BY branch_key, seq DESC) AS last USING (branch_key)
    WHERE (head.last_seq, head.last_hash) IS DISTINCT FROM (coalesce(last.seq, 0), coalesce(last.hash, repeat('0', 64)))
)
SELECT branch_key, min(seq) FROM (SELECT * FROM entries UNION ALL SELECT * FROM heads) AS broken
GROUP BY branch_key ORDER BY branch_key
"""


def broken_chains() -> list[tuple[int, int]]:
    """Every chain of the trail that does not hold, by branch, with the number of its first broken entry.

    Shape: (branch id, or 0 for the union as a whole; number); a number beyond the last entry says that the end is
    missing. Empty when all chains hold.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BROKEN_ENTRIES)
        return [(branch_key, seq) for branch_key, seq in cursor.fetchall()]


def trail_size() -> tuple[int, int]:
    """How many chains the trail has, and how many entries."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT branch_key), count(*) FROM organization_trailentry")
        chains, entries = cursor.fetchone()
    return chains, entries


# The words of the public calendar, by ours.
_CALENDAR_LANGUAGES = {"zh-hans": "zh_CN", "en": "en_US"}

# --- what a branch has decided for itself ---------------------------------------------------------------------------

_ABOVE = """
WITH RECURSIVE above (id, parent_id, height) AS (
    SELECT id, parent_id, 0 FROM organization_branch WHERE id = %s
    UNION ALL
    SELECT b.id, b.parent_id, above.height + 1 FROM organization_branch AS b JOIN above ON b.id = above.parent_id
    WHERE above.height < 20
)
SELECT id FROM above ORDER BY height
"""


def branches_above(branch: Branch) -> list[int]:
    """The ids of a branch and of those above it, nearest first."""
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, [branch.pk])
        return [pk for (pk,) in cursor.fetchall()]


def policies_of(branch: Branch, day: dt.date | None = None) -> dict[str, int]:
    """Every policy's value at the branch on a day (today if none is named): its own, else the nearest above, else the
    default of settings.POLICIES."""
    above = branches_above(branch)
    values = {name: kind.default for name, kind in settings.POLICIES.items()}
    rows = Policy.objects.filter(branch__in=above, first_day__lte=day or timezone.localdate()).order_by("first_day")
    nearest: dict[str, int] = {}
    for name, value, branch_id in rows.values_list("name", "value", "branch"):
        height = above.index(branch_id)
        if name in values and height <= nearest.get(name, height):
            values[name], nearest[name] = value, height
    return values


_POLICY_OF_EACH = """
WITH RECURSIVE above (root, id, parent_id, height) AS (
    SELECT id, id, parent_id, 0 FROM organization_branch WHERE id = ANY(%(branches)s)
    UNION ALL
    SELECT above.root, b.id, b.parent_id, above.height + 1
    FROM organization_branch AS b JOIN above ON b.id = above.parent_id WHERE above.height < 20
)
SELECT DISTINCT ON (root) root, p.value
FROM above JOIN organization_policy AS p ON p.branch_id = above.id AND p.name = %(name)s AND p.first_day <= %(day)s
ORDER BY root, height, p.first_day DESC
"""


def policy_of_each(branch_ids: Iterable[int], name: str, day: dt.date) -> dict[int, int]:
    """One policy's value on a day at each of the branches. Shape: every id has a value."""
    wanted = list(branch_ids)
    with connection.cursor() as cursor:
        cursor.execute(_POLICY_OF_EACH, {"branches": wanted, "name": name, "day": day})
        return dict.fromkeys(wanted, settings.POLICIES[name].default) | dict(cursor.fetchall())


_ABOVE_EACH = """
WITH RECURSIVE above (root, id, parent_id, height) AS (
    SELECT id, id, parent_id, 0 FROM organization_branch WHERE id = ANY(%s)
    UNION ALL
    SELECT above.root, b.id, b.parent_id, above.height + 1
    FROM organization_branch AS b JOIN above ON b.id = above.parent_id WHERE above.height < 20
)
SELECT root, id FROM above ORDER BY root, height DESC
"""


def working_days_of(branch: Branch) -> Callable[[dt.date], bool]:
    """Whether a day is a working day at the branch: its own calendar, else the nearest above, else the public one."""
    return working_days_of_each([branch.pk])[branch.pk]


def working_days_of_each(branch_ids: Iterable[int]) -> dict[int, Callable[[dt.date], bool]]:
    """For each of the branches, whether a day is a working day there. Shape: every id has an answer; two queries."""
    wanted = list(branch_ids)
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE_EACH, [wanted])
        above = cursor.fetchall()  # the farthest first, so that the nearest has the last word
    of_branch: dict[int, dict[dt.date, bool]] = defaultdict(dict)
    rows = Holiday.objects.filter(branch__in={branch_id for _root, branch_id in above})
    for branch_id, day, is_working_day in rows.values_list("branch", "day", "is_working_day"):
        of_branch[branch_id][day] = is_working_day
    marked: dict[int, dict[dt.date, bool]] = {pk: {} for pk in wanted}
    for root, branch_id in above:
        marked[root].update(of_branch.get(branch_id, {}))
    public = public_holidays()

    def answering(days: Mapping[dt.date, bool]) -> Callable[[dt.date], bool]:
        def is_working(day: dt.date) -> bool:
            found = days.get(day)
            return bool(public.is_working_day(day)) if found is None else found

        return is_working

    return {pk: answering(days) for pk, days in marked.items()}


def public_holidays() -> holidays.HolidayBase:
    """The public calendar: holidays with their names, and whether a day is a working day, shifted ones included."""
    return holidays.country_holidays(settings.HOLIDAY_COUNTRY, language=_CALENDAR_LANGUAGES.get(get_language() or ""))


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """A policy's value at a branch and where it comes from.

    Shape: no row = the default of the settings; a row of another branch = decided above; `coming` is the branch's own next
    value, decided for a later day.
    """

    name: str
    kind: PolicyKind
    value: int
    row: Policy | None
    coming: Policy | None

    @property
    def words(self) -> str:
        return self.kind.words(self.value)

    @property
    def coming_words(self) -> str:
        return "" if self.coming is None else self.kind.words(self.coming.value)


def policies_in_force(branch: Branch, day: dt.date) -> list[PolicyInForce]:
    """Every policy at the branch on a day, in the order of the settings."""
    above = branches_above(branch)
    rows = list(Policy.objects.filter(branch__in=above).select_related("branch", "made_by").order_by("first_day"))
    found = []
    for name, kind in settings.POLICIES.items():
        own = [row for row in rows if row.name == name]
        # The latest of the nearest branch that has decided.
        begun = [row for row in own if row.first_day <= day]
        row = min(reversed(begun), key=lambda one: above.index(one.branch_id), default=None)
        coming = next((one for one in own if one.first_day > day and one.branch_id == branch.pk), None)
        found.append(PolicyInForce(name, kind, kind.default if row is None else row.value, row, coming))
    return found


def policy_history(branch: Branch, name: str) -> list[Policy]:
    """Every value that the branch and those above it have decided, the latest first."""
    rows = Policy.objects.filter(branch__in=branches_above(branch), name=name).select_related("branch", "made_by")
    return list(rows.order_by("-first_day", "-pk"))


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of a branch's calendar: whether it is worked, what it is called, and who says so.

    Shape: `mark` is what the branch or one above has decided, `moved` says that the public calendar has made a free day of
    a working day or the other way round.
    """

    day: dt.date
    is_working: bool
    name: str
    mark: Holiday | None
    moved: bool


def calendar_of(branch: Branch, year: int) -> list[CalendarDay]:
    """Every day of a year at the branch, in order."""
    above = branches_above(branch)
    first_day, last_day = dt.date(year, 1, 1), dt.date(year, 12, 31)
    rows = Holiday.objects.filter(branch__in=above).between(first_day, last_day).select_related("branch")
    # The farthest first, so that the nearest has the last word.
    marks = {row.day: row for row in sorted(rows, key=lambda row: -above.index(row.branch_id))}
    public = public_holidays()
    found = []
    for offset in range((last_day - first_day).days + 1):
        day = first_day + dt.timedelta(days=offset)
        mark, name, is_working = marks.get(day), public.get(day) or "", bool(public.is_working_day(day))
        moved = is_working != (day.weekday() < 5)
        if mark is not None:
            is_working, name = mark.is_working_day, mark.name
        found.append(CalendarDay(day, is_working, name, mark, moved))
    return found


def holders_of(branch_id: int, *roles: str) -> list[int]:
    """The employees who hold one of the roles at a branch today, there or from above, in order: whom to tell."""
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, [branch_id])
        above = [pk for (pk,) in cursor.fetchall()]
    grants = RoleGrant.objects.in_force(timezone.localdate()).filter(branch__in=above, role__in=roles)
    return sorted(set(grants.values_list("employee", flat=True)))


_WHOLE_TREE = """
WITH RECURSIVE above (id, parent_id, height) AS (
    SELECT id, parent_id, 0 FROM organization_branch WHERE id = %s
    UNION ALL
    SELECT b.id, b.parent_id, above.height + 1 FROM organization_branch AS b JOIN above ON b.id = above.parent_id
    WHERE above.height < 20
),
tree (id) AS (
    (SELECT id FROM above ORDER BY height DESC LIMIT 1)
    UNION
    SELECT child.id FROM organization_branch AS child JOIN tree ON child.parent_id = tree.id
)
SELECT id FROM tree
"""


def union_of(actor: Actor) -> frozenset[int]:
    """The ids of every branch of the person's union: the whole tree around the own branch."""
    with connection.cursor() as cursor:
        cursor.execute(_WHOLE_TREE, [actor.branch_id])
        return frozenset(pk for (pk,) in cursor.fetchall())


def documents_of(subject: str, keys: Iterable[str]) -> list[Document]:
    """The documents of things of one kind, oldest first, without those put aside."""
    return list(
        Document.objects.filter(subject=subject, subject_key__in=list(keys), removed_at__isnull=True)
        .select_related("file", "added_by")
        .order_by("pk")
    )
