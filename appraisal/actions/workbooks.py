"""The appraisal workbook: asking for one, making it, keeping it for download."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from typing import IO

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter.exceptions import FileCreateError, FileSizeError

from appraisal.exports import ALL_BRANCHES, write_workbook
from appraisal.models import Workbook
from appraisal.queries.workbook import BookFacts, book_facts
from common.errors import RuleError
from common.months import Month
from organization.actions.files import store_file
from organization.actions.jobs import NO_PROGRESS, Progress, request_job
from organization.actions.trail import record
from organization.models import BUSINESS_ROLES, Branch, Job, MonthClose
from organization.queries import branches_below
from organization.rules import Actor

TASK = "appraisal.export_workbook"
_PIECE = 1024 * 1024

# From the first state to the last: a workbook of several branches is as far as the one that is furthest behind.
_STATES = [state.value for state in MonthClose.State if state != MonthClose.State.REOPENED]


def request_workbook(*, actor: Actor, branch: Branch, month: Month) -> Job:
    """Asks for the workbook of a branch's month. The caller rings the bell with the job's kind and number.

    Raises: RuleError for somebody who does not read the branch's business, and before the month is computed.
    """
    _refuse_without_business(actor, [branch])
    _refuse_uncomputed([branch], month)
    title = _("Workbook %(month)s · %(branch)s") % {"month": month, "branch": branch.name}
    return request_job(actor=actor, kind=TASK, title=title, branch=branch, arguments={"month": str(month)})


def do_workbook(*, actor: Actor, job: Job, progress: Progress) -> None:
    """Does a job that request_workbook has asked for. Repeated, it keeps the workbook that it has made."""
    if job.branch is None:
        raise RuleError(_("This job names no branch."))
    month = Month.parse(job.arguments["month"])
    make_workbook(actor=actor, branches=[job.branch], month=month, progress=progress, job=job)


def make_workbook(
    *,
    actor: Actor,
    branches: Sequence[Branch],
    month: Month,
    progress: Progress = NO_PROGRESS,
    job: Job | None = None,
) -> Workbook:
    """Makes the month's workbook of the branches and keeps it for download, with its digest.

    Shape: branches whose month is not computed are left out; drafts are written as drafts. All figures are of one moment.
    A workbook of several branches belongs to the lowest branch above them all, or to none, and then only the system sees it.
    Raises: RuleError for somebody who does not read the branches' business, when no month is computed, when the
    workbook would be too large, and when the disk is full.
    """
    if job is not None and (made := Workbook.objects.filter(job=job).first()) is not None:
        return made
    _refuse_without_business(actor, branches)
    _refuse_uncomputed(branches, month)
    above = _branch_above(branches)
    with tempfile.TemporaryFile() as file:
        with _one_moment():
            facts = book_facts(branches, month)
            title = above.name if above else ALL_BRANCHES
            prepared_by = "" if actor.is_system else actor.name
            _write(file, facts, title, prepared_by, progress)
        progress(facts.rows, facts.rows, _("keeping the file"))
        file.seek(0)
        return _keep(actor, file, facts, above, month, job)


def _keep(
    actor: Actor, file: IO[bytes], facts: BookFacts, above: Branch | None, month: Month, job: Job | None
) -> Workbook:
    months = [one.row for one in facts.branches]
    with transaction.atomic():
        name = f"{above.branch_code if above else 'ALL'}-{month}-考核.xlsx"
        stored = store_file(name=name, content=iter(lambda: file.read(_PIECE), b""))
        workbook = Workbook.objects.create(
            month=month.first_day,
            branch=above,
            month_state=min((row.state for row in months), key=_place_of_state),
            month_version=min(row.version for row in months),
            file=stored,
            made_by_id=actor.employee_id,
            made_at=timezone.now(),
            job=job,
        )
        record(
            actor=actor,
            action="make_workbook",
            subject="appraisal.workbook",
            subject_key=f"{above.branch_code if above else ''} {month}".strip(),
            branch_id=above.pk if above else None,
            changes={
                "branches": [row.branch.branch_code for row in months],
                "state": workbook.month_state,
                "file": stored.name,
                "sha256": stored.sha256,
            },
        )
    return workbook


def _write(file: IO[bytes], facts: BookFacts, title: str, prepared_by: str, progress: Progress) -> None:
    try:
        write_workbook(file, facts, title=title, prepared_by=prepared_by, progress=progress)
    except (OSError, FileCreateError) as error:
        raise RuleError(
            _("The workbook could not be written: %(reason)s. See that the disk has room, then try again.")
            % {"reason": getattr(error, "strerror", None) or error}
        ) from error
    except FileSizeError as error:
        raise RuleError(_("The workbook would be too large. Export one branch at a time.")) from error


@contextlib.contextmanager
def _one_moment() -> Iterator[None]:
    """One snapshot for all reads, so that no row of the workbook is older or newer than another; nobody waits for it.

    Inside a transaction of the caller's, what that sees.
    """
    alone = not connection.in_atomic_block
    with transaction.atomic():
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _refuse_without_business(actor: Actor, branches: Sequence[Branch]) -> None:
    for branch in branches:
        if not (actor.is_system or actor.holds(branch.pk, *BUSINESS_ROLES)):
            raise RuleError(
                _("Only who reads the business of %(branch)s exports its workbook.") % {"branch": branch.name}
            )


def _refuse_uncomputed(branches: Sequence[Branch], month: Month) -> None:
    computed = MonthClose.objects.filter(branch__in=branches, month=month.first_day, computed_at__isnull=False)
    if not computed.exists():
        raise RuleError(_("%(month)s is not computed yet. Run the month end first.") % {"month": month})


def _place_of_state(state: str) -> int:
    return _STATES.index(state) if state in _STATES else 0


def _branch_above(branches: Sequence[Branch]) -> Branch | None:
    """The branch itself, or the lowest one with all of them below it."""
    if len(branches) == 1:
        return branches[0]
    wanted = {branch.pk for branch in branches}
    reach = branches_below(Branch.objects.values_list("pk", flat=True))
    covering = [(len(below), pk) for pk, below in reach.items() if wanted <= below]
    return Branch.objects.get(pk=min(covering)[1]) if covering else None
