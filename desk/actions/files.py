"""Files on the command line: previewed and applied in one go, alone or a folder at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from common.errors import BadInput, RuleError
from common.spreadsheet import write_refused, write_refused_csv
from desk.queries import refused_lines
from organization.actions.batches import apply_batch, discard_batch, preview_batch, recognise_file, upload_file
from organization.importing import import_kinds
from organization.models import ImportBatch
from organization.rules import Actor

# So many refused rows are said on standard error; all of them are kept with the batch.
SHOWN_REFUSALS = 20


@dataclass(frozen=True)
class Brought:
    """What became of a file on the command line."""

    batch: ImportBatch
    figures: dict[str, int]  # as --json prints them
    line: str
    notes: list[str]
    errors: list[str]
    refused: bool


def import_file(
    *, actor: Actor, path: Path, kind: str, accept_good_rows: bool = False, dry_run: bool = False
) -> Brought:
    """Previews a file and, unless only a preview is wanted or rows are refused, applies it.

    Raises: BadInput when the file as a whole cannot be read, RuleError when the actor may not.
    """
    batch = upload_file(actor=actor, name=path.name, content=_pieces(path), kind=kind)
    try:
        batch = preview_batch(actor=actor, batch=batch)
    except RuleError:
        discard_batch(actor=actor, batch=batch)
        raise
    refused = batch.refused_count > 0 and not accept_good_rows
    if dry_run or refused:
        discard_batch(actor=actor, batch=batch)
    else:
        batch = apply_batch(actor=actor, batch=batch, accept_good_rows=accept_good_rows)
    return Brought(
        batch=batch,
        figures={
            "read": batch.read_count,
            "created": batch.created_count,
            "changed": batch.changed_count,
            "unchanged": batch.unchanged_count,
            "held_over": batch.held_over_count,
            "rejected": batch.refused_count,
            "batch": batch.pk,
        },
        line=_said(batch),
        notes=list(batch.findings.get("notes", [])),
        errors=_refusals(batch) if refused else [],
        refused=refused,
    )


def write_refused_rows(batch: ImportBatch, path: Path) -> None:
    """The refused rows, to be mended and sent again: as CSV where the path says so, otherwise as .xlsx."""
    write = write_refused_csv if path.suffix.lower() == ".csv" else write_refused
    with path.open("wb") as file:
        write(file, batch.findings.get("header", []), refused_lines(batch))


def known_files(folder: Path) -> tuple[list[tuple[str, Path]], list[Path]]:
    """The files of a folder as (kind, path) in the order in which they need each other, and those of no known kind.

    A kind that has several files takes them by name. Raises: BadInput for a file whose kind nothing tells.
    """
    order = [kind.name for kind in import_kinds()]
    known: list[tuple[str, Path]] = []
    unknown: list[Path] = []
    for path in sorted(each for each in folder.iterdir() if each.is_file()):
        try:
            found = recognise_file(path, name=path.name)
        except BadInput:
            unknown.append(path)
            continue
        if found.kind is not None:
            known.append((found.kind.name, path))
        elif found.candidates:
            kinds = ", ".join(each.name for each in found.candidates)
            sentence = _(
                "%(file)s may be any of %(kinds)s. Name the kind in the file’s name, or import it by its kind."
            )
            raise BadInput(sentence % {"file": path.name, "kinds": kinds})
        else:
            unknown.append(path)
    return sorted(known, key=lambda each: (order.index(each[0]), each[1].name)), unknown


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from iter(lambda: file.read(2**20), b"")


def _said(batch: ImportBatch) -> str:
    if batch.state == ImportBatch.State.APPLIED and not batch.created_count + batch.changed_count:
        return _("%(file)s: all %(read)d rows are already here, nothing changes.") % {
            "file": batch.file_name,
            "read": batch.read_count,
        }
    sentence = _(
        "%(file)s: %(read)d rows read, %(created)d new, %(changed)d changed, %(unchanged)d unchanged,"
        " %(held_over)d held over, %(refused)d refused."
    )
    return sentence % {
        "file": batch.file_name,
        "read": batch.read_count,
        "created": batch.created_count,
        "changed": batch.changed_count,
        "unchanged": batch.unchanged_count,
        "held_over": batch.held_over_count,
        "refused": batch.refused_count,
    }


def _refusals(batch: ImportBatch) -> list[str]:
    lines = [
        _("%(file)s, row %(row)d, %(column)s “%(value)s”: %(reason)s")
        % {"file": batch.file_name, "row": row.row_no, **error}
        for row in batch.refused_rows.order_by("row_no")[:SHOWN_REFUSALS]
        for error in row.errors
    ]
    if batch.refused_count > SHOWN_REFUSALS:
        lines.append(_("… and %(count)d more rows.") % {"count": batch.refused_count - SHOWN_REFUSALS})
    return [
        *lines,
        _("Nothing of %(file)s has come in. Mend the rows, or accept the good ones.") % {"file": batch.file_name},
    ]
