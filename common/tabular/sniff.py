"""What a file is, by its content: its type, and for text its encoding."""

from __future__ import annotations

import codecs
import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from common.errors import BadInput

__all__ = ["FileType", "TextFile", "examine_text", "file_type"]

CHUNK: Final = 2**20


class FileType(enum.Enum):
    TEXT = "text"
    ZIP = "zip"
    OLE = "ole"


_PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"RIFF")
_ARCHIVES: Final = (b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
# A workbook of the oldest Excel versions is a bare stream of records.
_BARE_BIFF: Final = (
    b"\x09\x00\x04\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x08\x08\x00",
    b"\x09\x08\x10\x00",
)
_MARKUP: Final = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|meta|table|\?xml|!--|style|div)", re.IGNORECASE
)


def file_type(path: Path) -> FileType:
    """What the first bytes say. Raises: BadInput for what is never a table."""
    with path.open("rb") as file:
        start = file.read(512)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return FileType.ZIP
    if start.startswith((b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", *_BARE_BIFF)):
        return FileType.OLE
    if start.startswith(_ARCHIVES):
        raise BadInput(_("This is an archive. Unpack it and send the table inside."))
    if start.startswith(b"%PDF"):
        raise BadInput(_("This is a PDF. Export the table as CSV or .xlsx."))
    # "BM" may also begin a text, but then no NUL follows within the first bytes.
    if start.startswith(_PICTURES) and (b"\0" in start or start[:1] in b"\xff\x89"):
        raise BadInput(_("This is a picture. Export the table as CSV or .xlsx."))
    if _MARKUP.match(start):
        raise BadInput(
            _("This is a web page or XML saved under another name. Open it in Excel or WPS and save it as .xlsx.")
        )
    return FileType.TEXT


@dataclass(frozen=True, slots=True)
class TextFile:
    encoding: str
    quoted: bool
    """Whether a quotation mark occurs at all; without one a record is a line."""


# Two Chinese characters that are right in UTF-8 do not happen by chance in GB18030.
_PROOF_OF_UTF8: Final = 2
_IDEOGRAPH: Final = re.compile("[\u4e00-\u9fff]")


def examine_text(path: Path) -> TextFile:
    """The encoding of a text, found by decoding all of it: UTF-8, UTF-16 with a mark, GB18030.

    Raises: BadInput with the line that cannot be decoded. A text that is UTF-8 at first and something else later is
    refused, not read as GB18030, which would accept nearly any bytes and garble the names.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise BadInput(_("The encoding is UTF-32. Save the file as UTF-8."))
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        failure = _try(path, "utf-16")
        if isinstance(failure, TextFile):
            return failure
        raise _undecodable(failure)
    utf8 = _try(path, "utf-8-sig")
    if isinstance(utf8, TextFile):
        return utf8
    if utf8.ideographs >= _PROOF_OF_UTF8 or (utf8.ideographs and utf8.at_the_end):
        raise _undecodable(utf8)
    gb = _try(path, "gb18030")
    if isinstance(gb, TextFile):
        return gb
    raise _undecodable(gb)


@dataclass(frozen=True, slots=True)
class _Failure:
    line: int
    ideographs: int
    at_the_end: bool


def _try(path: Path, encoding: str) -> TextFile | _Failure:
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 1
    ideographs = 0
    quoted = False
    for chunk in _chunks(path):
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode(encoding, "ignore")
            return _Failure(
                line=lines + before.count("\n"),
                ideographs=ideographs + len(_IDEOGRAPH.findall(before)),
                at_the_end=not chunk,
            )
        if "\0" in text:
            raise BadInput(
                _("Line %(line)d holds a NUL character: this is no text, or a damaged one. Export the file again.")
                % {"line": lines + text[: text.index("\0")].count("\n")}
            )
        if len(text) > CHUNK // 4 and "\n" not in text and "\r" not in text:
            raise BadInput(_("Line %(line)d is too long for a row of a table.") % {"line": lines})
        lines += text.count("\n")
        quoted = quoted or '"' in text
        if not ideographs and not text.isascii():
            ideographs = len(_IDEOGRAPH.findall(text))
    return TextFile(encoding, quoted)


def _chunks(path: Path) -> Iterator[bytes]:
    """The bytes of the file, and an empty piece at the end."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
    yield b""


def _undecodable(failure: _Failure) -> BadInput:
    if failure.at_the_end:
        return BadInput(
            _("The file ends in the middle of a character, on line %(line)d: it has been cut off. Export it again.")
            % {"line": failure.line}
        )
    return BadInput(
        _("Line %(line)d is written in another encoding than the rest, or is damaged. Save the file as UTF-8.")
        % {"line": failure.line}
    )
