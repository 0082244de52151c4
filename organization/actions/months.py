"""The months of a branch: opening them for rows, marking them stale, stepping through their states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from common.errors import Conflict
from common.months import Month
from organization.models import Branch, MonthClose
from organization.rules import MONTH_STEPS, may_step


def open_months(*, pairs: Iterable[tuple[int, Month]]) -> None:
    """Makes the rows of months that rows are about to enter, where there are none yet.

    Shape: pairs of branch id and month. A month after the latest closed one opens; one before it is refused by the
    trigger `month_close_in_order`, since months close in order and late rows enter the earliest open one.
    """
    rows = [MonthClose(branch_id=branch_id, month=month.first_day) for branch_id, month in sorted(set(pairs))]
    MonthClose.objects.bulk_create(rows, ignore_conflicts=True)


def mark_stale(*, first_days: Iterable[tuple[int, Month]]) -> None:
    """Marks the computed months of each branch, from the named one on, as no longer up to date.

    A month's closing balance opens the next, so everything later is stale too. Called before the rows change.
    Locks: the branches, then the rows of all these months, by branch and month, until the transaction ends; a month end
    of the same branch waits for it, and it for the month end. (The branch first, as whoever opens a month does: a month
    that is being made and computed this moment has no row yet that one could wait for.)
    """
    pairs = sorted(set(first_days))
    branches = Branch.objects.filter(pk__in={branch_id for branch_id, _month in pairs}).order_by("pk")
    list(branches.select_for_update(no_key=True).values_list("pk", flat=True))
    wanted = Q(pk__in=[])
    for branch_id, month in pairs:
        wanted |= Q(branch_id=branch_id, month__gte=month.first_day)
    months = MonthClose.objects.filter(wanted).exclude(state=MonthClose.State.CLOSED)
    locked = list(months.order_by("branch_id", "month").select_for_update(no_key=True).values_list("pk", flat=True))
    MonthClose.objects.filter(pk__in=locked, computed_at__isnull=False).update(stale=True)


def lock_month(*, branch_id: int, month: Month, closing: bool = False) -> MonthClose:
    """The month's row, locked until the transaction ends: FOR UPDATE to close it, FOR NO KEY UPDATE to compute it.

    Postings hold the same row FOR SHARE, so either they are in the figures or they wait.
    Locks: the branch, then the month, in the order of everyone who brings rows in.
    """
    Branch.objects.select_for_update(no_key=True).get(pk=branch_id)
    rows = MonthClose.objects.select_for_update(no_key=not closing)
    row = rows.filter(branch_id=branch_id, month=month.first_day).first()
    if row is None:
        open_months(pairs=[(branch_id, month)])
        row = rows.get(branch_id=branch_id, month=month.first_day)
    return row


def step_month(*, row: MonthClose, to: str, **fields: Any) -> None:
    """Changes the state of a locked month along the table of states, and only that row and those fields.

    Raises: Conflict when the state does not allow the step.
    """
    if not may_step(MONTH_STEPS, row.state, to):
        raise Conflict(
            _("The month %(month)s of %(branch)s is %(state)s; this step is not possible from there. Look at it again.")
            % {"month": Month.of(row.month), "branch": row.branch.name, "state": row.get_state_display()}
        )
    changed = MonthClose.objects.filter(pk=row.pk, state=row.state).update(state=to, **fields)
    if changed != 1:
        raise Conflict(_("Somebody else has changed this month a moment ago. Look at it again."))
    for name, value in {"state": to, **fields}.items():
        setattr(row, name, value)


def check_laws_now() -> None:
    """Has the deferred constraints of this transaction checked, so that a refusal gets its sentence here.

    The last line of an action whose change passes through states that a law forbids. Afterwards they wait again, for
    another action in the same transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def set_based() -> Iterator[None]:
    """Settings for statements over a whole branch: no jit, room to sort, and joins that cannot turn quadratic.

    Tables that were filled a moment ago have no statistics, and the planner then believes that a nested loop is cheap.
    Shape: inside a transaction; nested loops are back afterwards, the rest lasts until it ends.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('jit', 'off', true), set_config('work_mem', '128MB', true),"
            " set_config('enable_nestloop', 'off', true)"
        )
        yield
        cursor.execute("SELECT set_config('enable_nestloop', 'on', true)")
