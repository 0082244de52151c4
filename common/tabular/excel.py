"""Rows of an .xlsx or .xls, read in a process of its own and kept in a temporary file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from common.errors import BadInput
from common.tabular.archive import check_archive, unreadable_cell
from common.tabular.sniff import FileType, file_type

if TYPE_CHECKING:
    from common.tabular.table import Limits

__all__ = ["Workbook", "open_book"]

_CHILD: Final = Path(__file__).with_name("excel_child.py")


class Spool:
    """A temporary file that is deleted with the last reference to it."""

    def __init__(self) -> None:
        handle, self.path = tempfile.mkstemp(prefix="table-", suffix=".rows")
        os.close(handle)
        weakref.finalize(self, Path(self.path).unlink, missing_ok=True)


@dataclass(frozen=True, slots=True)
class Workbook:
    sheet: str
    sheet_names: tuple[str, ...]
    spool: Spool

    def rows(self) -> Iterator[list[Any]]:
        with open(self.spool.path, encoding="utf-8") as file:
            next(file)
            for batch in file:
                yield from json.loads(batch)


def open_book(path: Path, sheet: str | None, limits: Limits) -> Workbook:
    """The named sheet of a workbook, or its first. Raises: BadInput."""
    is_archive = file_type(path) is FileType.ZIP
    if is_archive:
        check_archive(path, limits)
    elif _is_encrypted_package(path):
        raise BadInput(_("The file is encrypted. Remove its password and send it again."))
    spool = Spool()
    with open(spool.path, "wb") as output:
        reason, detail = _run(path, sheet, limits, output)
    names: tuple[str, ...] = ()
    if reason in ("", "other-sheet", "empty"):
        with open(spool.path, encoding="utf-8") as file:
            found, listed = json.loads(next(file))
        names = tuple(listed)
    if reason:
        raise _refusal(reason, detail, sheet, names, limits)
    if is_archive and (refusal := unreadable_cell(path, found)):
        raise refusal
    return Workbook(found, names, spool)


def _run(path: Path, sheet: str | None, limits: Limits, output: IO[bytes]) -> tuple[str, str]:
    """The word for what went wrong, or nothing; and the row it happened in, where that is known."""
    command = [sys.executable, "-I", str(_CHILD), str(path.resolve()), sheet or ""]
    figures = (
        limits.rows,
        limits.columns,
        limits.cell_chars,
        limits.workbook_bytes,
        limits.workbook_seconds,
    )
    # No address and no secret of this program is in the environment of a process that reads what a stranger wrote.
    environment = {"PYTHONUTF8": "1"} | {key: os.environ[key] for key in ("PATH", "SYSTEMROOT") if key in os.environ}
    try:
        done = subprocess.run(
            command + [str(figure) for figure in figures],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE,
            timeout=limits.workbook_seconds,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "time", ""
    words = done.stderr.decode("utf-8", "replace").split()
    if done.returncode == 0:
        return "", ""
    if done.returncode == 1 and words:
        return words[-1], words[-2] if len(words) > 1 else ""
    # Ended by a signal: an allocation beyond the limit aborts, too much time is killed.
    return "time" if done.returncode in (-9, -24) else "memory", ""


def _is_encrypted_package(path: Path) -> bool:
    """Whether it is an .xlsx that a password has wrapped into a container of the old format."""
    name = "EncryptedPackage".encode("utf-16-le")
    with path.open("rb") as file:
        tail = b""
        while piece := file.read(2**20):
            if name in tail + piece:
                return True
            tail = piece[-len(name) :]
    return False


def _refusal(reason: str, detail: str, sheet: str | None, names: tuple[str, ...], limits: Limits) -> BadInput:
    listed = _(", ").join(names)
    sentences = {
        "password": _("The file is encrypted. Remove its password and send it again."),
        "no-sheet": _("The workbook has no sheet with cells."),
        "other-sheet": _("There is no sheet “%(sheet)s”. The workbook has: %(names)s.")
        % {"sheet": sheet, "names": listed},
        "empty": _("The sheet is empty. The workbook has: %(names)s.") % {"names": listed},
        "rows": _("The table has more than %(rows)d rows. Split the file.") % {"rows": limits.rows},
        "columns": _("The table has more than %(columns)d columns. Delete those that are not needed.")
        % {"columns": limits.columns},
        "long": _("Row %(row)s holds a cell of more than %(chars)d characters.")
        % {"row": detail, "chars": limits.cell_chars},
        "memory": _("The sheet is too large to be read as a workbook. Save it as CSV and send that."),
        "time": _("The sheet takes too long to be read. Save it as CSV and send that."),
        "disk": _("There is no room on the disk to read the workbook. Tell the administrator."),
    }
    damaged = _("The file is damaged or cut off. Open it in Excel or WPS and save it again, or export it again.")
    return BadInput(sentences.get(reason, damaged))
