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


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row as it stands in its file: header and cell, personal numbers masked; whole = the person sees the whole batch."""

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
    return None if cells is None else ReadRow(batch, _masked(batch, cells), whole)


def _masked(batch: ImportBatch, cells: list[tuple[str, str]]) -> list[tuple[str, str]]:
    if not batch.kind:
        return cells
    columns = {
        fold_header(words): column.name
        for column in kind_named(batch.kind).columns
        for words in (column.name, column.header, *column.aliases)
    }
    columns |= {
        fold_header(header): column for header, column in header_mappings(batch.branch_id).get(batch.kind, {}).items()
    }
    masks = [_MASKED.get(columns.get(fold_header(header), ""), str) for header, _cell in cells]
    return [(header, mask(cell)) for mask, (header, cell) in zip(masks, cells, strict=True)]
