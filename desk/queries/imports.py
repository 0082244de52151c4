"""What the import centre asks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django.db.models import Q, QuerySet

from common.errors import CellError
from common.spreadsheet import reason_text
from common.tabular import open_table, shown
from common.tabular.header import fold_header
from organization.actions.checking import file_limits
from organization.importing import ImportKind, import_kinds, kind_named
from organization.models import Branch, ImportBatch, Job, RefusedRow
from organization.queries import file_pieces
from organization.rules import Actor
from organization.staging import spooled

PREVIEWED_ROWS = 20


def import_batches(actor: Actor) -> QuerySet[ImportBatch]:
    """The imports that the person may see, newest first."""
    return ImportBatch.objects.visible_to(actor).select_related("branch", "uploaded_by")


def kinds_for(actor: Actor) -> list[type[ImportKind]]:
    """The kinds of files that the person brings in, in the order in which a month needs them."""
    heads = set(Branch.objects.filter(parent__isnull=True).values_list("pk", flat=True))
    reached = {kind: actor.branches_of(*kind.roles) for kind in import_kinds()}
    return [kind for kind, branches in reached.items() if (branches & heads if kind.for_union else branches)]


def batch_job(batch: ImportBatch) -> Job | None:
    """The latest job about the batch."""
    return Job.objects.filter(arguments__batch=batch.pk).order_by("-pk").first()


def first_refused(batch: ImportBatch) -> list[RefusedRow]:
    """The first refused rows, for the preview."""
    return list(batch.refused_rows.order_by("row_no")[:PREVIEWED_ROWS])


def refused_lines(batch: ImportBatch) -> Iterator[tuple[int, list[str], str]]:
    """All refused rows in the order of the file: row number, cells, reasons."""
    for row in batch.refused_rows.order_by("row_no").iterator():
        errors = [CellError(row.row_no, each["column"], each["value"] or "", each["reason"]) for each in row.errors]
        yield row.row_no, row.cells, reason_text(errors)


def touched_months(batch: ImportBatch) -> list[tuple[Branch, list[str]]]:
    """The months whose figures the batch touches, by branch; of a long list the first and the last."""
    months = batch.findings.get("months", {})
    branches = Branch.objects.in_bulk([int(key) for key in months])
    found = [(branches[int(key)], names) for key, names in months.items() if int(key) in branches]
    return [(branch, names if len(names) <= 6 else [names[0], "…", names[-1]]) for branch, names in found]


def column_choices(batch: ImportBatch) -> list[tuple[str, str]]:
    """The columns that a header of the file may be matched with: name and Chinese header of those it lacks."""
    known = {fold_header(text) for text in batch.findings.get("header", [])}
    columns = kind_named(batch.kind).columns if batch.kind else ()
    missing = [c for c in columns if not {fold_header(c.header), fold_header(c.name)} & known]
    return [(column.name, column.header) for column in missing]


def row_of_file(batch: ImportBatch, row_no: int) -> list[tuple[str, str]] | None:
    """One row of a file as it came in: header and cell, in the order of the file; none where the file is shorter."""
    if batch.file is None:
        return None
    with spooled(file_pieces(batch.file)) as path:
        table = open_table(path, name=batch.file_name, sheet=batch.sheet or None, limits=file_limits())
        number, row = next(islice(table.rows(row_no - 1), 1), (0, []))
    if number != row_no:
        return None
    headers = [str(text) for text in batch.findings.get("header", [])]
    headers += [""] * (len(row) - len(headers))
    return [(header, shown(cell)) for header, cell in zip(headers, row, strict=False)]


def imports_of_month(actor: Actor, branch: Branch, first_day: object, last_day: object) -> QuerySet[ImportBatch]:
    """The applied files with rows entered in a branch's month."""
    entered = Q(first_entered_on__lte=last_day, last_entered_on__gte=first_day)
    return import_batches(actor).filter(entered, branch=branch, state=ImportBatch.State.APPLIED)
