"""Files that come in: uploaded, previewed, applied or discarded, undone (roles.md, The flows; formats.md, Common rules)."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from common.months import Month
from common.tabular import Recognition, open_table, recognise
from organization.actions.batch_rows import (
    bring_in,
    close_again,
    drop_checked_rows,
    refuse_changed_since,
    refuse_closed,
    refuse_dependent,
    restore_changed,
)
from organization.actions.checking import CHECKED_FIELDS, check_file, file_limits, header_mappings, state_stamp
from organization.actions.files import store_file
from organization.actions.jobs import NO_PROGRESS, Progress
from organization.actions.months import check_laws_now, mark_stale, open_months
from organization.actions.trail import record
from organization.importing import ImportKind, kind_named, table_kinds
from organization.models import Branch, HeaderMapping, ImportBatch, MonthClose
from organization.rules import IMPORT_STEPS, Actor, may_step
from organization.staging import spooled

__all__ = [
    "apply_batch",
    "choose_kind",
    "discard_batch",
    "may_import",
    "preview_batch",
    "recognise_file",
    "save_header_mapping",
    "undo_batch",
    "upload_file",
]

State = ImportBatch.State


def may_import(actor: Actor, kind: type[ImportKind] | None = None) -> bool:
    """Whether the actor may bring in files of the kind, or any at all."""
    if actor.is_system:
        return True
    if kind is None:
        return any(may_import(actor, each) for each in _all_kinds())
    reached = actor.branches_of(*kind.roles)
    if not kind.for_union:
        return bool(reached)
    return Branch.objects.filter(parent__isnull=True, pk__in=reached).exists()


def recognise_file(path: Path, *, name: str, branch_id: int | None = None, sheet: str = "") -> Recognition:
    """What kind of table a file is, by its header and the branch's own headers. Raises: BadInput when it is no table."""
    table = open_table(path, name=name, sheet=sheet or None, limits=file_limits())
    return recognise(table, table_kinds(), header_mappings(branch_id))


def upload_file(
    *,
    actor: Actor,
    name: str,
    content: Iterable[bytes],
    branch: Branch | None = None,
    kind: str = "",
    sheet: str = "",
) -> ImportBatch:
    """Keeps a file and a batch for it, of the kind that its header says unless one is named.

    Shape: a file whose kind nothing tells has kind "" and the possible ones in findings["candidates"]; see choose_kind.
    A batch without a branch belongs to the branch of the person; the system's own may belong to none.
    Raises: BadInput when the file is no table, RuleError when the actor brings in no such files.
    """
    if not may_import(actor, kind_named(kind) if kind else None):
        raise RuleError(_("You bring in no files of this kind. Ask a clerk of the branch."))
    branch_id = _home(actor, branch)
    with spooled(content) as path:
        found = recognise_file(path, name=name, branch_id=branch_id, sheet=sheet) if not kind else None
        if found is not None and found.kind is not None:
            kind = found.kind.name
            if not may_import(actor, kind_named(kind)):
                raise RuleError(_("You bring in no files of this kind. Ask the head office."))
        with transaction.atomic():
            with path.open("rb") as file:
                stored = store_file(name=name, content=iter(lambda: file.read(2**20), b""))
            candidates = [each.name for each in found.candidates] if found else []
            return ImportBatch.objects.create(
                kind=kind,
                branch_id=branch_id,
                file_name=name[-255:],
                sha256=stored.sha256,
                size_bytes=stored.size_bytes,
                file=stored,
                sheet=sheet,
                uploaded_by_id=actor.employee_id,
                uploaded_at=timezone.now(),
                findings={} if kind else {"candidates": candidates},
            )


def choose_kind(*, actor: Actor, batch: ImportBatch, kind: str, sheet: str = "") -> ImportBatch:
    """Says what a batch is where its header does not; an earlier preview is void."""
    with obeying_laws(), transaction.atomic():
        batch = _locked(actor, batch)
        _check_step(batch, State.PREVIEWED)
        if not may_import(actor, kind_named(kind)):
            raise RuleError(_("You bring in no files of this kind. Ask the head office."))
        batch.kind, batch.sheet, batch.state, batch.findings = kind, sheet, State.UPLOADED, {}
        batch.save(update_fields=["kind", "sheet", "state", "findings"])
        return batch


def save_header_mapping(*, actor: Actor, branch: Branch | None, kind: str, mapping: Mapping[str, str]) -> None:
    """Keeps a branch's own headers for a kind: header → column name; an empty column forgets one.

    Raises: RuleError for a column that the kind does not have, or when the actor is no clerk of the branch.
    """
    found = kind_named(kind)
    allowed = actor.is_system or (branch is not None and actor.holds(branch.pk, *found.roles))
    if not allowed:
        raise RuleError(_("Only a clerk of the branch keeps its headers."))
    names = {column.name for column in found.columns}
    with transaction.atomic():
        for header, column in mapping.items():
            if column and column not in names:
                raise BadInput(_("There is no column “%(column)s” in this kind of file.") % {"column": column[:40]})
            HeaderMapping.objects.filter(branch=branch, kind=kind, header=header).delete()
            if column:
                HeaderMapping.objects.create(
                    branch=branch, kind=kind, header=header[:100], column=column, made_by_id=actor.employee_id
                )
        record(
            actor=actor,
            action="save_header_mapping",
            subject="organization.HeaderMapping",
            subject_key=kind,
            branch_id=None if branch is None else branch.pk,
            changes=dict(mapping),
        )


def preview_batch(
    *, actor: Actor, batch: ImportBatch, progress: Progress = NO_PROGRESS, repeated: bool = False
) -> ImportBatch:
    """Checks every row and writes no business data: counts, findings and refused rows stand on the batch afterwards.

    Shape: repeated = a job that a worker has left behind; a batch that is already applied is then left as it is.
    Raises: BadInput when the file as a whole cannot be read, Conflict when the batch is no longer open.
    """
    with obeying_laws(), transaction.atomic():
        batch = _locked(actor, batch)
        if repeated and batch.state == State.APPLIED:
            return batch
        _check_step(batch, State.PREVIEWED)
        _kind_of(actor, batch)
        check_file(actor=actor, batch=batch, progress=progress)
        batch.state = State.PREVIEWED
        batch.save(update_fields=["state"])
        return batch


def apply_batch(
    *,
    actor: Actor,
    batch: ImportBatch,
    accept_good_rows: bool = False,
    progress: Progress = NO_PROGRESS,
    repeated: bool = False,
) -> ImportBatch:
    """Brings the checked rows in, all of them in one transaction, and marks what they touch as to be computed again.

    Law: what was checked is what comes in: where anything has changed since, the file is checked again first.
    Shape: repeated = a job that a worker has left behind; if its work is already done, that is the result.
    Raises: RuleError while rows are refused, unless the good ones are accepted; Conflict when someone was faster.
    Locks: the batch, then the months it touches, by branch and month; other kinds of master data wait for each other.
    """
    with obeying_laws(), transaction.atomic(), connection.cursor() as cursor:
        batch = _locked(actor, batch)
        if repeated and batch.state == State.APPLIED:
            return batch
        _check_step(batch, State.APPLIED)
        kind = _kind_of(actor, batch)
        _lock_for(cursor, kind, batch)
        if batch.findings.get("stamp") != state_stamp():
            refused_before = batch.refused_count
            check_file(actor=actor, batch=batch, progress=progress)
            _lock_for(cursor, kind, batch)
            if batch.refused_count > refused_before and not accept_good_rows:
                raise RuleError(
                    _(
                        "Something has changed since the preview: now %(count)d rows are refused. Preview the file again."
                    )
                    % {"count": batch.refused_count}
                )
        if batch.refused_count and not accept_good_rows:
            raise RuleError(
                _("%(count)d rows are refused, so nothing comes in. Mend them, or accept the good rows.")
                % {"count": batch.refused_count}
            )
        progress(batch.read_count, batch.read_count, _("Rows are brought in."))
        mark_stale(first_days=_touched_months(batch))
        digest = bring_in(cursor, kind, batch)
        if follow := settings.FOLLOWS_BATCH.get(kind.name):
            import_string(follow)(actor=actor, batch=batch)
        check_laws_now()
        batch.state, batch.accept_good_rows = State.APPLIED, accept_good_rows
        batch.applied_by_id, batch.applied_at = actor.employee_id, timezone.now()
        batch.save(update_fields=["state", "accept_good_rows", "applied_by", "applied_at"])
        record(
            actor=actor,
            action="apply_batch",
            subject="organization.ImportBatch",
            subject_key=str(batch.pk),
            branch_id=batch.branch_id,
            changes={**_described(batch), "rows_sha256": digest},
        )
        return batch


def discard_batch(*, actor: Actor, batch: ImportBatch) -> ImportBatch:
    """Puts a batch aside before it is applied; its file stays as evidence, its checked rows go.

    Raises: RuleError for who brings in no such files; Conflict when the batch is no longer open.
    """
    with obeying_laws(), transaction.atomic():
        batch = _locked(actor, batch)
        if not may_import(actor, kind_named(batch.kind) if batch.kind else None):
            raise RuleError(_("You bring in no files of this kind. Ask a clerk of the branch."))
        _check_step(batch, State.DISCARDED)
        drop_checked_rows(batch)
        batch.state = State.DISCARDED
        batch.save(update_fields=["state"])
        return batch


def undo_batch(*, actor: Actor, batch: ImportBatch, reason: str) -> ImportBatch:
    """Takes back what a batch has brought in: its rows go, what it changed is again as it was.

    Raises: RuleError when a row is entered in a closed month, when other rows depend on one, when a changed row has been
    changed again since, or without a reason.
    """
    reason = reason.strip()
    if not reason:
        raise BadInput(_("Say why the import is undone."), field="reason")
    with obeying_laws(), transaction.atomic(), connection.cursor() as cursor:
        batch = _locked(actor, batch)
        _check_step(batch, State.UNDONE)
        kind = _kind_of(actor, batch)
        _lock_for(cursor, kind, batch, opening=False)
        refuse_closed(cursor, kind, batch)
        refuse_changed_since(cursor, kind, batch)
        kind.refuse_undo(cursor, batch)
        mark_stale(first_days=_touched_months(batch))
        kind.undo_beside(cursor, batch)
        refuse_dependent(cursor, kind, batch)
        restore_changed(cursor, kind, batch)
        cursor.execute(f"DELETE FROM {kind.model._meta.db_table} WHERE batch_id = %s", [batch.pk])  # noqa: S608
        check_laws_now()
        batch.state, batch.undo_reason = State.UNDONE, reason
        batch.undone_by_id, batch.undone_at = actor.employee_id, timezone.now()
        batch.save(update_fields=["state", "undo_reason", "undone_by", "undone_at"])
        if kind.opens_months:
            close_again(batch)
        record(
            actor=actor,
            action="undo_batch",
            subject="organization.ImportBatch",
            subject_key=str(batch.pk),
            branch_id=batch.branch_id,
            changes={**_described(batch), "reason": reason},
        )
        return batch


# --- who and when ----------------------------------------------------------------------------------------------------


def _all_kinds() -> Iterable[type[ImportKind]]:
    return (kind_named(each.name) for each in table_kinds())


def _home(actor: Actor, branch: Branch | None) -> int | None:
    """The branch whose people see the batch. Raises: RuleError when it is not the actor's to name."""
    if actor.is_system:
        return None if branch is None else branch.pk
    reached = frozenset().union(*(actor.branches_of(*kind.roles) for kind in _all_kinds()))
    if branch is not None:
        if branch.pk not in reached:
            raise RuleError(_("You bring in no files of this branch."))
        return branch.pk
    return actor.branch_id if actor.branch_id in reached else min(reached)


def _locked(actor: Actor, batch: ImportBatch) -> ImportBatch:
    """The batch as it is now, held until the transaction ends. What the actor may not see does not exist."""
    found = ImportBatch.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=batch.pk).first()
    if found is None:
        raise RuleError(_("There is no such import."))
    return found


def _kind_of(actor: Actor, batch: ImportBatch) -> ImportKind:
    if not batch.kind:
        raise RuleError(_("Say first what kind of file this is."), field="kind")
    kind = kind_named(batch.kind)
    if not may_import(actor, kind):
        raise RuleError(_("You bring in no files of this kind. Ask a clerk of the branch."))
    return kind()


def _check_step(batch: ImportBatch, to: str) -> None:
    """Raises: Conflict that says who was faster, and when."""
    if may_step(IMPORT_STEPS, batch.state, to):
        return
    people = {State.APPLIED: (batch.applied_by, batch.applied_at), State.UNDONE: (batch.undone_by, batch.undone_at)}
    person, at = people.get(State(batch.state), (None, None))
    if at is None:
        raise Conflict(
            _("The file %(file)s is %(state)s; this step is not possible from there.")
            % {"file": batch.file_name, "state": batch.get_state_display()}
        )
    raise Conflict(
        _("The file %(file)s is already %(state)s, by %(person)s on %(time)s.")
        % {
            "file": batch.file_name,
            "state": batch.get_state_display(),
            "person": person.name if person else _("the system"),
            "time": f"{timezone.localtime(at):%Y-%m-%d %H:%M}",
        }
    )


def _touched_months(batch: ImportBatch) -> list[tuple[int, Month]]:
    """The earliest month of each branch whose figures the rows touch."""
    return [(int(branch_id), Month.parse(months[0])) for branch_id, months in batch.findings.get("months", {}).items()]


def _lock_for(cursor: CursorWrapper, kind: ImportKind, batch: ImportBatch, *, opening: bool = True) -> None:
    """Holds what the check has looked at: the months of ledger rows, or the kind as a whole."""
    if not kind.opens_months:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, zlib.crc32(kind.name.encode()) >> 1])
    months = batch.findings.get("months", {})
    if kind.opens_months and opening:
        pairs = [(int(branch_id), Month.parse(month)) for branch_id, found in months.items() for month in found]
        open_months(pairs=_not_closed(pairs))
    for branch_id, first in sorted(_touched_months(batch)):
        rows = MonthClose.objects.filter(branch_id=branch_id, month__gte=first.first_day).order_by("month")
        list(rows.select_for_update(no_key=True).values_list("pk"))


# Any number that no other advisory lock of the program uses.
LOCK_CLASS = 20_511


def _not_closed(pairs: list[tuple[int, Month]]) -> list[tuple[int, Month]]:
    """Months that may still open; one that closed since the check is found by the check that follows."""
    closed: dict[int, dt.date] = {}
    rows = MonthClose.objects.filter(
        state=MonthClose.State.CLOSED, branch_id__in={branch_id for branch_id, _m in pairs}
    )
    for branch_id, month in rows.values_list("branch_id", "month"):
        closed[branch_id] = max(month, closed.get(branch_id, month))
    return [(branch_id, month) for branch_id, month in pairs if month.first_day > closed.get(branch_id, dt.date.min)]


def _described(batch: ImportBatch) -> dict[str, Any]:
    names = ("kind", "file_name", "sha256", "read_count", *CHECKED_COUNTS)
    return {name: getattr(batch, name) for name in names}


CHECKED_COUNTS = [name for name in CHECKED_FIELDS if name.endswith("_count") and name != "read_count"]
