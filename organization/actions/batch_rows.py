"""What a batch does to the tables: its checked rows come in, or what it brought goes and is as it was (formats.md, Common rules).

Steps of actions of batches.py, inside their transaction: rights, states, locks and trail are theirs.
"""

from __future__ import annotations

from django.db.backends.utils import CursorWrapper
from django.db.models import ForeignObjectRel
from django.utils.translation import gettext as _

from common.errors import Conflict, RuleError
from common.months import Month
from organization.importing import ImportKind, same_in_key
from organization.models import ImportBatch, MonthClose, StoredFile
from organization.queries import file_pieces
from organization.staging import ROWS, copy_in, line_columns, load_rows, pieces_of, spooled

State = ImportBatch.State

# --- bringing in -----------------------------------------------------------------------------------------------------


def bring_in(cursor: CursorWrapper, kind: ImportKind, batch: ImportBatch) -> str:
    """The checked rows, into their table; their SHA-256."""
    rows = batch.checked_rows
    if rows is None:
        return ""
    digest = rows.sha256
    table = kind.model._meta.db_table
    # Read to the end first: the pieces come over the connection that COPY will occupy.
    with spooled(file_pieces(rows)) as path, path.open("rb") as lines:
        if kind.changes:
            load_rows(cursor, kind, pieces_of(lines))
        else:
            _check_count(copy_in(cursor, table, line_columns(kind), pieces_of(lines)), batch.created_count)
    if kind.changes:
        kind.prepare(cursor, batch)
        columns = ", ".join([*_own_columns(kind), "batch_id", "row_no"])
        cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {ROWS} WHERE is_new ORDER BY row_no")  # noqa: S608
        _keep_changes(cursor, kind, batch)
        _change(cursor, kind, batch)
        kind.insert(cursor, batch)
        kind.update(cursor, batch)
    else:
        kind.insert(cursor, batch)
    drop_checked_rows(batch)
    return digest


def _own_columns(kind: ImportKind) -> list[str]:
    return [each.name for each in kind.fields if each.sql is None]


def _changing(kind: ImportKind) -> list[str]:
    """The columns of the table that a change may touch: all but the key."""
    return [name for name in _own_columns(kind) if name not in kind.names[: kind.key_length]]


def _same_key(kind: ImportKind) -> str:
    return " AND ".join(same_in_key(kind, name, f"s.{name}") for name in kind.names[: kind.key_length])


def _keep_changes(cursor: CursorWrapper, kind: ImportKind, batch: ImportBatch) -> None:
    """Before and after of what changes: the changed columns, and the row's id so that undoing finds it."""
    key = ", ".join(f"s.{name}" for name in kind.names[: kind.key_length])
    stored = ", ".join(f"'{each.name}', {each.sql or f't.{each.name}'}" for each in kind.fields)
    cursor.execute(
        "INSERT INTO organization_rowchange (batch_id, row_no, key, before, after)"  # noqa: S608
        " SELECT %s, row_no, key, jsonb_object_agg(old.key_, old.value) FILTER (WHERE old.value IS DISTINCT FROM new.value"
        " OR old.key_ = 'id'), jsonb_object_agg(old.key_, new.value) FILTER (WHERE old.value IS DISTINCT FROM new.value"
        f" OR old.key_ = 'id') FROM (SELECT s.row_no, concat_ws(' ', {key}) AS key, jsonb_build_object('id', t.id,"
        f" {stored}) AS old_row, to_jsonb(s) || jsonb_build_object('id', t.id) AS new_row FROM {ROWS} AS s"
        f" JOIN {kind.model._meta.db_table} AS t ON {_same_key(kind)} {kind.joins} WHERE NOT s.is_new) AS pair,"
        " jsonb_each(old_row) AS old (key_, value) CROSS JOIN LATERAL (SELECT new_row -> old.key_ AS value) AS new"
        " GROUP BY row_no, key",
        [batch.pk],
    )


def _change(cursor: CursorWrapper, kind: ImportKind, batch: ImportBatch) -> None:
    sets = ", ".join(f"{name} = s.{name}" for name in _changing(kind))
    cursor.execute(
        f"UPDATE {kind.model._meta.db_table} AS t SET {sets} FROM {ROWS} AS s WHERE {_same_key(kind)} AND NOT s.is_new"  # noqa: S608
    )
    _check_count(cursor.rowcount, batch.changed_count)


def _check_count(rows: int, expected: int) -> None:
    if rows != expected:
        raise Conflict(_("Somebody else has changed the same rows a moment ago. Preview the file again."))


def drop_checked_rows(batch: ImportBatch) -> None:
    """Once they are in or given up, the checked rows have said what they had to; the file itself stays."""
    if batch.checked_rows_id is not None:
        StoredFile.objects.filter(pk=batch.checked_rows_id).delete()
        batch.checked_rows = None


# --- undoing ---------------------------------------------------------------------------------------------------------


def refuse_closed(cursor: CursorWrapper, kind: ImportKind, batch: ImportBatch) -> None:
    if kind.counts_from is None:
        return
    cursor.execute(
        f"SELECT b.name, min(t.{kind.counts_from}) FROM {kind.model._meta.db_table} AS t"  # noqa: S608
        " JOIN organization_branch AS b ON b.id = t.branch_id WHERE t.batch_id = %s"
        f" AND t.{kind.counts_from} <= organization_closed_until(t.branch_id) GROUP BY b.name ORDER BY 1 LIMIT 1",
        [batch.pk],
    )
    if found := cursor.fetchone():
        raise RuleError(
            _("Rows of this file count in %(month)s of %(branch)s, which is closed. Correct them by further rows.")
            % {"branch": found[0], "month": Month.of(found[1])}
        )


def refuse_dependent(cursor: CursorWrapper, kind: ImportKind, batch: ImportBatch) -> None:
    """Names the first row of another table that points at one of the batch."""
    target = kind.model._meta.db_table
    for relation in kind.model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel):
            continue
        other = relation.related_model
        table, column = other._meta.db_table, relation.field.column
        if table in kind.depends_not:
            continue
        beyond = "AND o.batch_id IS DISTINCT FROM t.batch_id" if table == target else ""
        cursor.execute(
            f"SELECT t.row_no FROM {target} AS t JOIN {table} AS o ON o.{column} = t.id"  # noqa: S608
            f" WHERE t.batch_id = %s {beyond} ORDER BY t.row_no LIMIT 1",
            [batch.pk],
        )
        if found := cursor.fetchone():
            raise RuleError(
                _("Row %(row)d of the file is used by others (%(what)s). Undo what depends on it first.")
                % {"row": found[0], "what": other._meta.verbose_name}
            )


def refuse_changed_since(cursor: CursorWrapper, kind: ImportKind, batch: ImportBatch) -> None:
    """Names the first row of the batch, new or changed by it, that has been changed again."""
    if not kind.changes:
        return
    table = kind.model._meta.db_table
    cursor.execute(
        f"SELECT c.key FROM organization_rowchange AS c LEFT JOIN {table} AS t ON t.id = (c.after ->> 'id')::bigint"  # noqa: S608
        " WHERE c.batch_id = %s AND (t.id IS NULL OR EXISTS (SELECT 1 FROM jsonb_each(c.after) AS a (name, value)"
        " WHERE a.name = ANY(%s) AND a.value IS DISTINCT FROM to_jsonb(t) -> a.name))"
        " UNION ALL SELECT c.key FROM organization_rowchange AS c"
        " JOIN organization_importbatch AS b ON b.id = c.batch_id"
        f" JOIN {table} AS t ON t.id = (c.after ->> 'id')::bigint"
        " WHERE b.kind = %s AND b.state = %s AND t.batch_id = %s LIMIT 1",
        [batch.pk, _changing(kind), batch.kind, State.APPLIED, batch.pk],
    )
    if found := cursor.fetchone():
        raise RuleError(_("%(key)s has been changed again since. Undo the later change first.") % {"key": found[0]})


def restore_changed(cursor: CursorWrapper, kind: ImportKind, batch: ImportBatch) -> None:
    """Gives changed rows their former content."""
    names = ", ".join(_changing(kind))
    if not names or not kind.changes:
        return
    cursor.execute(
        f"UPDATE {kind.model._meta.db_table} AS t SET ({names}) ="  # noqa: S608
        f" (SELECT {names} FROM jsonb_populate_record(t, c.before))"
        " FROM organization_rowchange AS c WHERE c.batch_id = %s AND t.id = (c.before ->> 'id')::bigint",
        [batch.pk],
    )


def close_again(batch: ImportBatch) -> None:
    """Months that were opened for the batch and that no other applied batch has entered are no months of the branch.

    A row with a mistyped year would otherwise leave a month behind that has to be closed before all others.
    """
    others = ImportBatch.objects.filter(state=State.APPLIED).exclude(pk=batch.pk)
    for branch_id, months in batch.findings.get("months", {}).items():
        entered = others.filter(**{f"findings__months__{branch_id}__isnull": False})
        in_use = {
            month for found in entered.values_list(f"findings__months__{branch_id}", flat=True) for month in found
        }
        idle = [Month.parse(month).first_day for month in months if month not in in_use]
        open_rows = MonthClose.objects.filter(branch_id=int(branch_id), month__in=idle, state=MonthClose.State.OPEN)
        open_rows.filter(computed_at__isnull=True).delete()
