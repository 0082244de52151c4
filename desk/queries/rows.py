"""Rows of a file that came in, for the people of the branches they belong to.

A file of the whole union belongs to the union's clerk, and its counts, its refused rows and its other rows are nobody
else's. What it brought to a branch is open to that branch: those rows, and no number that says how many others there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from common.masking import mask_identity, mask_phone
from common.tabular.header import fold_header
from desk.queries.imports import import_batches, row_of_file
from organization.actions.checking import header_mappings
from organization.importing import kind_named
from organization.models import BUSINESS_ROLES, Branch, ImportBatch
from organization.rules import Actor

# What is masked wherever it is shown (roles.md, Trail), by the column of the file.
_MASKED = {"id_number": mask_identity, "phone": mask_phone}
# What nobody reads but whoever has the file.
_OF_THE_FILE = frozenset({"monthly_wage", "wage"})


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row as it stands in its file: header and cell, personal numbers masked; whole = the person sees the whole batch.

    Shape: for others only columns that the kind knows, and no wage.
    """

    batch: ImportBatch
    cells: list[tuple[str, str]]
    whole: bool


def own_rows(actor: Actor, batch: ImportBatch) -> QuerySet[Any]:
    """What the batch has brought to the branches whose business the person reads, as it stands in its table."""
    if not batch.kind:
        return ImportBatch.objects.none()
    model = kind_named(batch.kind).model
    branch = "pk__in" if model is Branch else "branch__in"
    return model._default_manager.filter(batch=batch, **{branch: actor.branches_of(*BUSINESS_ROLES)})


def batch_with_own_rows(actor: Actor, pk: int) -> ImportBatch | None:
    """A batch of somebody else's that has brought rows to the person's branches; none where it has brought none."""
    batch = ImportBatch.objects.filter(pk=pk).first()
    return batch if batch is not None and own_rows(actor, batch).exists() else None


def row_as_read(actor: Actor, pk: int, row_no: int) -> ReadRow | None:
    """One row of a file, if the person sees the whole batch or the row is one of his or her branch's."""
    batch = import_batches(actor).filter(pk=pk).first()
    whole = batch is not None
    batch = batch or ImportBatch.objects.filter(pk=pk).first()
    if batch is None or not (whole or own_rows(actor, batch).filter(row_no=row_no).exists()):
        return None
    cells = row_of_file(batch, row_no)
    return None if cells is None else ReadRow(batch, _masked(batch, cells, whole), whole)


def _masked(batch: ImportBatch, cells: list[tuple[str, str]], whole: bool) -> list[tuple[str, str]]:
    known = _columns_by_header(batch)
    named = [(known.get(fold_header(header), ""), header, cell) for header, cell in cells]
    shown = [each for each in named if whole or (each[0] and each[0] not in _OF_THE_FILE)]
    return [(header, _MASKED.get(column, str)(cell)) for column, header, cell in shown]


def _columns_by_header(batch: ImportBatch) -> dict[str, str]:
    """The names of the kind's columns by what stands over them in files, the branch's own headers among it."""
    columns = kind_named(batch.kind).columns if batch.kind else ()
    own = header_mappings(batch.branch_id).get(batch.kind, {})
    return {
        **{fold_header(words): each.name for each in columns for words in (each.name, each.header, *each.aliases)},
        **{fold_header(header): column for header, column in own.items()},
    }
