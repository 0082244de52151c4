"""Hostile and broken files, made here: each name says what it is. Nothing is fetched."""

from __future__ import annotations

import datetime
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

from tests.common.tables_of_bytes import HEADER, ROW, compound_file, csv_bytes, xls_bytes, xlsx_bytes

Rows = tuple[tuple[str, ...], ...]

TABLE: Rows = (HEADER, ROW, ("006228002", "2026-10-31", "0.00"))
NAMED: Rows = (
    ("账号", "日期", "余额", "备注"),
    (*ROW, "城南信用社王小明"),
    ("006228002", "2026-10-31", "0.00", "李某"),
)


def _rewritten(
    book: bytes, change: Callable[[str, bytes], bytes | None], more: dict[str, bytes] | None = None
) -> bytes:
    """The archive with its parts changed, left out or added to."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            data = change(part, old.read(part))
            if data is not None:
                new.writestr(part, data)
        for part, data in (more or {}).items():
            new.writestr(part, data)
    return made.getvalue()


def with_sheet(book: bytes, old: bytes, new: bytes) -> bytes:
    """The workbook with a piece of its first sheet's markup replaced."""

    def change(part: str, data: bytes) -> bytes:
        if part == "xl/worksheets/sheet1.xml":
            assert old in data
            return data.replace(old, new, 1)
        return data

    return _rewritten(book, change)


def _same(_part: str, data: bytes) -> bytes:
    return data


def lying_archive(claimed: int, real: int) -> bytes:
    """An .xlsx whose first sheet declares one size and unpacks to another."""
    book = _rewritten(xlsx_bytes(TABLE), lambda part, data: None if part == "xl/worksheets/sheet1.xml" else data)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    begin = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    packed = packer.compress(begin)
    block = b" " * 2**20
    for _piece in range(real // 2**20):
        packed += packer.compress(block)
    packed += packer.compress(b"</sheetData></worksheet>") + packer.flush()
    made = io.BytesIO(book)
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"")
    data = made.getvalue()
    # The part, stored empty at the end, is replaced by packed bytes with the claimed size.
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
        start = info.header_offset
        directory = archive.start_dir
    name = b"xl/worksheets/sheet1.xml"
    header = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 0, 0, len(packed), claimed, len(name), 0) + name
    entries = data[directory:]
    place = entries.rindex(name) - 46
    entry = bytearray(entries)
    struct.pack_into("<H", entry, place + 10, 8)
    struct.pack_into("<III", entry, place + 16, 0, len(packed), claimed)
    body = data[:start] + header + packed
    struct.pack_into("<I", entry, bytes(entry).rindex(b"PK\x05\x06") + 16, len(body))
    return body + bytes(entry)


def encrypted_flag(book: bytes) -> bytes:
    """Every part marked as encrypted."""
    data = bytearray(book)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            data[place + offset] |= 1
            place = data.find(mark, place + 4)
    return bytes(data)


def _zip(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
    return made.getvalue()


def readable() -> Iterator[tuple[str, bytes]]:
    """Odd files that hold the two rows of TABLE, exactly."""
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        for mark in ",;\t":
            yield f"{encoding}-{ord(mark)}.csv", csv_bytes(TABLE, encoding, mark)
    yield "wrong-name.jpg", csv_bytes(TABLE)
    yield "text-named.xls", csv_bytes(TABLE, "gb18030", "\t")
    yield "workbook-named.csv", xlsx_bytes(TABLE)
    yield "xlsx.xlsx", xlsx_bytes(TABLE)
    yield "xls.xls", xls_bytes(TABLE)
    yield "old-macintosh-lines.csv", csv_bytes(TABLE).replace(b"\r\n", b"\r")
    yield "unix-lines-no-last-one.csv", csv_bytes(TABLE).replace(b"\r\n", b"\n").rstrip()
    yield "blank-lines.csv", csv_bytes((HEADER, ("",), TABLE[1], ("", "", ""), TABLE[2], ("",)))
    title: Rows = (("城南信用社存款余额表",), ("2026年10月", "单位：元"), ())
    yield "title-rows.csv", csv_bytes((*title, *TABLE))
    yield "title-rows.xlsx", xlsx_bytes((*title, *TABLE))
    yield "footer.csv", csv_bytes((*TABLE, ("合 计", "", "1,234.50"), ("总计", "", "1,234.50")))
    yield "footer-in-second-column.xlsx", xlsx_bytes((*TABLE, ("", "小计：", "1,234.50")))
    english: Rows = (("ACCOUNT_NO", "date", "Balance"), *TABLE[1:])
    yield "other-order-english.csv", csv_bytes([(row[2], row[0], row[1]) for row in english])
    yield (
        "full-width.csv",
        csv_bytes((HEADER, ("００６２２８００１", "２０２６－１０－３１", "１，２３４．５０"), TABLE[2])),
    )
    yield "spaces.csv", csv_bytes([tuple(f" \t{cell}\u3000" for cell in row) for row in TABLE], separator=";")
    yield "a-tab-after-every-cell.csv", csv_bytes([tuple(f"{cell}\t" for cell in row) for row in TABLE])
    yield (
        "excel-text-trick.csv",
        csv_bytes((HEADER, ('="006228001"', "2026/10/31", "1234.5"), ("006228002\t", "2026年10月31日", "0"))),
    )
    yield "unknown-columns.csv", csv_bytes([(*row, "x") for row in TABLE]).replace(b",x", ",备注".encode(), 1)
    yield "trailing-empty-cells.csv", csv_bytes([(*row, "", "") for row in TABLE])
    yield (
        "brackets.csv",
        csv_bytes((HEADER, ("006228001", "20261031", "1234.5"), ("006228002", "2026-10-31 00:00:00", "(0.00)"))),
    )
    day = datetime.date(2026, 10, 31)
    numbers = (HEADER, ("006228001", day, 1234.5), ("006228002", (day, "yyyy/m/d"), (0, "#,##0.00")))
    yield "real-dates-and-numbers.xlsx", xlsx_bytes(numbers)
    yield "dates-from-1904.xlsx", xlsx_bytes(numbers, date_1904=True)
    yield "numbers-as-text.xlsx", xlsx_bytes((HEADER, ROW, ("006228002", "20261031", "0.00")))
    yield "macros.xlsm", _rewritten(xlsx_bytes(TABLE), _same, {"xl/vbaProject.bin": compound_file("VBA", b"Auto_Open")})
    yield (
        "external-link.xlsx",
        _rewritten(
            xlsx_bytes(TABLE),
            _same,
            {
                "xl/externalLinks/externalLink1.xml": b'<externalLink xmlns="http://schemas.openxmlformats.org/'
                b'spreadsheetml/2006/main"><externalBook/></externalLink>',
                "xl/externalLinks/_rels/externalLink1.xml.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/'
                b'package/2006/relationships"><Relationship Id="rId1" Type="x" Target="file:///etc/passwd" '
                b'TargetMode="External"/></Relationships>',
            },
        ),
    )
    yield (
        "workbook-inside-a-workbook.xlsx",
        _rewritten(xlsx_bytes(TABLE), _same, {"xl/embeddings/a.xlsx": xlsx_bytes(TABLE)}),
    )


def refused() -> Iterator[tuple[str, bytes, str]]:
    """Files that end in one sentence, and a word of it."""
    yield "empty.csv", b"", "empty"
    yield "blank.csv", b"\r\n\r\n", "no header"
    yield "no-header.csv", csv_bytes(TABLE[1:]), "no header"
    yield "header-in-row-11.csv", csv_bytes((*((("标题",),) * 10), *TABLE)), "no header"
    yield "lacks-a-column.csv", csv_bytes([row[:2] for row in TABLE]), "lacks"
    yield "duplicate-header.csv", csv_bytes([(*row, row[2]) for row in TABLE]), "twice"
    yield (
        "duplicate-header-in-two-languages.csv",
        csv_bytes([("账号", "date", "日期", "余额"), ("1", "2", "3", "4")]),
        "twice",
    )
    yield "nul.csv", csv_bytes(TABLE).replace(b"006228002", b"0062\x0028002"), "Line 3 holds a NUL"
    yield "utf-16-without-mark.csv", csv_bytes(TABLE, "utf-16-le"), "NUL"
    yield "utf-32.csv", csv_bytes(TABLE, "utf-32"), "UTF-32"
    yield "mixed-encodings.csv", csv_bytes(NAMED) + csv_bytes(NAMED[1:], "gb18030"), "Line 4 is written in another"
    yield "neither-encoding.csv", csv_bytes(TABLE, "gb18030") + b"\xff\xff\xff\r\n", "Line 4"
    yield "cut-in-a-character.csv", csv_bytes(NAMED)[:-3], "cut off"
    # The last four bytes would be two characters of GB18030.
    one = "account_no,date,balance,remark\r\n1,2026-10-31,1.00,王".encode()
    yield "cut-in-the-second-character.csv", one + "小".encode()[:1], "cut off"
    yield "open-quotation.csv", csv_bytes(TABLE) + b'"006228003,2026-10-31,1.00\r\n', "never closed"
    yield "open-quotation-huge.csv", csv_bytes(TABLE) + b'"' + b"1,2,3\r\n" * 400_000, "too long"
    yield "stray-quotation.csv", csv_bytes(TABLE) + b'"006"228003,2026-10-31,1.00\r\n', "quotation mark"
    yield "endless-record.csv", csv_bytes(TABLE) + b'"\n",' * 2_000_000, "too long"
    yield "one-line-of-8-mb.csv", b"a," * 2**22, "too long"
    yield "ten-thousand-columns.csv", csv_bytes([tuple(f"c{n}" for n in range(10_000)), ("1",) * 10_000]), "columns"
    yield "ten-thousand-columns.xlsx", xlsx_bytes([tuple(f"c{n}" for n in range(10_000))]), "columns"
    yield "empty-sheet.xlsx", xlsx_bytes(()), "empty"
    yield "picture.xlsx", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(range(256)) * 40, "picture"
    yield "picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(100), "picture"
    yield "document.pdf", b"%PDF-1.7\n1 0 obj\n", "PDF"
    yield "page.xls", "<html><table><tr><td>账号</td></tr></table></html>".encode("gb18030"), "web page"
    yield (
        "xml-of-2003.xls",
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "web page",
    )
    yield "gzip.csv", b"\x1f\x8b\x08\x00" + bytes(40), "archive"
    yield "archive.zip", _zip({"余额.csv": csv_bytes(TABLE)}), "archive"
    yield "nested.zip", _zip({"a.zip": _zip({"b.xlsx": xlsx_bytes(TABLE)})}), "archive"
    yield "empty.zip", _zip({}), "archive"
    yield "document.docx", _zip({"[Content_Types].xml": b"", "word/document.xml": b""}), "not a table"
    yield "binary.xlsb", _zip({"[Content_Types].xml": b"", "xl/workbook.bin": b""}), "xlsb"
    yield "open-document.ods", _zip({"mimetype": b"", "content.xml": b""}), "OpenDocument"
    yield "encrypted.zip.xlsx", encrypted_flag(xlsx_bytes(TABLE)), "encrypted"
    yield "encrypted.xlsx", compound_file("EncryptedPackage", bytes(5000)), "encrypted"
    yield "encrypted.xls", xls_bytes(TABLE, encrypted=True), "encrypted"
    yield "a-document.xls", compound_file("WordDocument", bytes(5000)), "damaged"
    yield "claims-2-gb.xlsx", lying_archive(2**31 - 1, 0), "larger than"
    yield "claims-2-kb-holds-2-gb.xlsx", lying_archive(2_000, 2**31), "larger than"
    yield "claims-less-than-it-holds.xlsx", lying_archive(2_000, 2**20), "damaged"
    bomb = b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    yield "entities.xlsx", with_sheet(xlsx_bytes(TABLE), b"<worksheet", bomb + b"<worksheet"), "entities"
    yield (
        "entities-in-strings.xlsx",
        _rewritten(xlsx_bytes(TABLE), lambda part, data: bomb + data if part == "xl/sharedStrings.xml" else data),
        "entities",
    )
    yield (
        "sheet-in-utf-16.xlsx",
        _rewritten(
            xlsx_bytes(TABLE),
            lambda part, data: data.decode().encode("utf-16") if part == "xl/worksheets/sheet1.xml" else data,
        ),
        "unusual",
    )
    yield (
        "no-sheet.xlsx",
        _rewritten(xlsx_bytes(TABLE), lambda part, data: None if part == "xl/worksheets/sheet1.xml" else data),
        "damaged",
    )
    yield (
        "last-cell-of-the-sheet.xlsx",
        with_sheet(
            xlsx_bytes(TABLE), b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        ),
        "too large",
    )
    far = b'<row r="400000"><c r="CV400000"><v>1</v></c></row></sheetData>'
    yield "a-far-cell.xlsx", with_sheet(xlsx_bytes(TABLE), b"</sheetData>", far), "too large"
    yield (
        "cell-beyond-the-sheet.xlsx",
        with_sheet(
            xlsx_bytes(TABLE), b"</sheetData>", b'<row r="4294967295"><c r="A4294967295"><v>1</v></c></row></sheetData>'
        ),
        "",
    )
    yield (
        "error-cell.xlsx",
        with_sheet(
            xlsx_bytes(TABLE), b"</sheetData>", b'<row r="9"><c r="B9" s="1" t="e"><v>#N/A</v></c></row></sheetData>'
        ),
        "Cell B9 shows an error",
    )
    yield (
        "formula-without-result.xlsx",
        with_sheet(xlsx_bytes(TABLE), b"</sheetData>", b'<row r="9"><c r="C9"><f>SUM(C2:C3)</f></c></row></sheetData>'),
        "Cell C9 holds a formula",
    )
    yield (
        "formula-without-result-of-another-program.xlsx",
        with_sheet(
            xlsx_bytes(TABLE), b"</sheetData>", b'<row r="9"><c r="C9"><f>SUM(C2:C3)</f><v></v></c></row></sheetData>'
        ),
        "Cell C9 holds a formula",
    )


def bad_cells() -> Iterator[tuple[str, tuple[object, object, object], str, str]]:
    """Rows with one bad cell, its column, and a word of the reason; each is tried in CSV and, where it can be, .xlsx."""
    account, day, balance = ROW
    yield "damaged-by-excel", ("6.2E+18", day, balance), "账号", "Excel has turned"
    yield "damaged-by-excel-in-full-width", ("６．２E+18", day, balance), "账号", "Excel has turned"
    yield "damaged-number-cell", (6.2e18, day, balance), "账号", "Excel has turned"
    yield "fraction-as-account", (12.5, day, balance), "账号", "no number or code"
    yield "truth-as-account", (True, day, balance), "账号", "no number or code"
    yield "right-to-left-mark", ("0062\u202e28001", day, balance), "账号", "U+202E"
    yield "zero-width-space", ("0062\u200b28001", day, balance), "账号", "U+200B"
    yield "control-character", ("0062\x0728001", day, balance), "账号", "U+0007"
    yield "superscript", ("006228²", day, balance), "账号", "does not belong"
    yield "space-inside", ("0062 28001", day, balance), "账号", "does not belong"
    yield "formula-as-account", ("=1+1", day, balance), "账号", "does not belong"
    yield "long-account", ("1" * 500, day, balance), "账号", "500 characters"
    yield "no-account", ("", day, balance), "账号", "empty"
    yield "no-such-day", (account, "2026-02-30", balance), "日期", "no day"
    yield "american-day", (account, "10/31/2026", balance), "日期", "not a day"
    yield "day-as-number", (account, 46326.0, balance), "日期", "not a day"
    yield "day-with-a-time", (account, "2026-10-31 13:45", balance), "日期", "not a day"
    yield "day-before-1900", (account, "1899-12-31", balance), "日期", "no day"
    yield "three-decimals", (account, day, "1.234"), "余额", "more than 2 decimals"
    yield "three-decimals-in-a-number-cell", (account, day, 1.234), "余额", "more than 2 decimals"
    yield "exponent", (account, day, "1e5"), "余额", "exponent"
    yield "not-a-number", (account, day, "NaN"), "余额", "not a figure"
    yield "two-to-the-63", (account, day, "92233720368547758.08"), "余额", "larger"
    yield "below-minus-two-to-the-63", (account, day, "-92233720368547758.09"), "余额", "larger"
    yield "huge-number-cell", (account, day, 1e300), "余额", "too large"
