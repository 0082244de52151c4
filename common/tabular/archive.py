"""Looking into an .xlsx before anything reads it: how large it really is, and what it brings along."""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]
from django.utils.translation import gettext as _

from common.errors import BadInput

if TYPE_CHECKING:
    from common.tabular.table import Limits

__all__ = ["check_archive", "unreadable_cell"]

_PIECE: Final = 2**16
_MAX_PARTS: Final = 2_000
_LOCAL_HEADER: Final = 30


def check_archive(path: Path, limits: Limits) -> None:
    """Refuses an archive that is no .xlsx, is encrypted, damaged or too large, or whose XML declares entities.

    Every part is really unpacked, without keeping it: a directory that declares 2 KB may stand before 2 GB.
    Raises: BadInput.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _check_contents(archive, parts)
            if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > limits.unpacked_bytes:
                raise _too_large(limits)
            room = limits.unpacked_bytes
            for part in parts:
                room = _check_part(path, part, room, limits)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, NotImplementedError, ValueError, EOFError) as error:
        raise _damaged() from error


def _check_contents(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    names = {part.filename.replace("\\", "/").lower() for part in parts}
    if any(part.flag_bits & 0x1 for part in parts):
        raise BadInput(_("The file is encrypted. Remove its password and send it again."))
    if len(names) != len(parts):
        raise _damaged()
    if "xl/workbook.xml" not in names:
        if "xl/workbook.bin" in names:
            raise BadInput(_("This is an .xlsb file. Save it as .xlsx."))
        if "content.xml" in names and "mimetype" in names:
            raise BadInput(_("This is an OpenDocument file. Save it as .xlsx."))
        if "word/document.xml" in names or "ppt/presentation.xml" in names:
            raise BadInput(_("This is a document, not a table. Export the table as CSV or .xlsx."))
        if "[content_types].xml" in names:
            raise _damaged()
        raise BadInput(_("This is an archive. Unpack it and send the table inside."))


def _check_part(path: Path, part: zipfile.ZipInfo, room: int, limits: Limits) -> int:
    """The room that is left after this part."""
    is_markup = part.filename.lower().endswith((".xml", ".rels", ".vml"))
    size = 0
    tail = b""
    with path.open("rb") as file:
        for piece in _unpacked(file, part):
            size += len(piece)
            if size > room:
                raise _too_large(limits)
            if is_markup:
                if b"<!DOCTYPE" in (seen := tail + piece) or b"<!ENTITY" in seen:
                    raise BadInput(
                        _("The file declares XML entities, which no spreadsheet program writes. It is refused.")
                    )
                if size == len(piece) and piece[:2] in (b"\xff\xfe", b"\xfe\xff"):
                    raise BadInput(
                        _("The file is written in an unusual way. Open it in Excel or WPS and save it again.")
                    )
                tail = piece[-16:]
    if size != part.file_size:
        raise _damaged()
    return room - size


def _unpacked(file: IO[bytes], part: zipfile.ZipInfo) -> Iterator[bytes]:
    """What the part's own bytes unpack to, whatever sizes the directory declares."""
    file.seek(part.header_offset)
    header = file.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or not header.startswith(b"PK\x03\x04"):
        raise zipfile.BadZipFile
    if int.from_bytes(header[6:8], "little") & 0x1:
        raise BadInput(_("The file is encrypted. Remove its password and send it again."))
    method = int.from_bytes(header[8:10], "little")
    if method != part.compress_type:
        raise zipfile.BadZipFile
    file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    left = part.compress_size
    if method == zipfile.ZIP_STORED:
        while left and (piece := file.read(min(_PIECE, left))):
            left -= len(piece)
            yield piece
        return
    if method != zipfile.ZIP_DEFLATED:
        raise NotImplementedError
    inflater = zlib.decompressobj(-15)
    while not inflater.eof:
        packed = inflater.unconsumed_tail
        if not packed and left:
            packed = file.read(min(_PIECE, left))
            left -= len(packed)
        piece = inflater.decompress(packed, 16 * _PIECE)
        if not piece and not packed:
            raise zipfile.BadZipFile
        yield piece


# A cell that shows an error, or a formula whose result was never stored: both would be read as an empty cell.
_ERROR_CELL: Final = re.compile(rb"""<c\s(?=[^>]*?\bt=["']e["'])(?:[^>]*?\br=["']([A-Z]+[0-9]+)["'])?""")
_FORMULA_CELL: Final = re.compile(rb"""<c\s([^>]*)>\s*<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>""")
_REFERENCE: Final = re.compile(rb"""\br=["']([A-Z]+[0-9]+)["']""")
_OVERLAP: Final = 4096


def unreadable_cell(path: Path, sheet: str) -> BadInput | None:
    """The refusal of the first cell of a sheet that has no value of its own, if there is one."""
    try:
        with zipfile.ZipFile(path) as archive:
            target = _sheet_part(archive, sheet)
            if target is None:
                return None
            with archive.open(target) as file:
                tail = b""
                while piece := file.read(16 * _PIECE):
                    seen = tail + piece
                    if refusal := _error_cell(seen) or _bare_formula(seen):
                        return refusal
                    tail = seen[-_OVERLAP:]
    except (KeyError, zipfile.BadZipFile, ParseError, DefusedXmlException, zlib.error):
        return _damaged()
    return None


def _error_cell(markup: bytes) -> BadInput | None:
    if b't="e"' not in markup and b"t='e'" not in markup:
        return None
    found = _ERROR_CELL.search(markup)
    if not found:
        return None
    cell = (found[1] or b"?").decode()
    return BadInput(_("Cell %(cell)s shows an error such as #N/A. Mend it and send the file again.") % {"cell": cell})


def _bare_formula(markup: bytes) -> BadInput | None:
    if b"<f" not in markup:
        return None
    for found in _FORMULA_CELL.finditer(markup):
        # An empty text is a result, and the only one that is stored as nothing.
        if b't="str"' not in found[1]:
            reference = _REFERENCE.search(found[1])
            cell = reference[1].decode() if reference else "?"
            return BadInput(
                _("Cell %(cell)s holds a formula without a result. Open the file in Excel or WPS and save it.")
                % {"cell": cell}
            )
    return None


def _sheet_part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The part that holds the sheet of that name."""
    relation = None
    for element in fromstring(archive.read("xl/workbook.xml")).iter():
        if element.tag.rpartition("}")[2] == "sheet" and element.get("name") == sheet:
            relation = next((value for key, value in element.items() if key.endswith("}id")), None)
            break
    for element in fromstring(archive.read("xl/_rels/workbook.xml.rels")).iter():
        if element.get("Id") == relation and relation is not None:
            target = str(element.get("Target", ""))
            return target[1:] if target.startswith("/") else posixpath.normpath(f"xl/{target}")
    return None


def _too_large(limits: Limits) -> BadInput:
    return BadInput(
        _("Unpacked, the file is larger than the %(limit)d MB that are allowed. Save the table alone as CSV.")
        % {"limit": limits.unpacked_bytes // 2**20}
    )


def _damaged() -> BadInput:
    return BadInput(_("The file is damaged or cut off. Open it in Excel or WPS and save it again, or export it again."))
