"""Small files made by hand for tests: CSV in any encoding, .xlsx, and the .xls of the nineties."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

HEADER = ("账号", "日期", "余额")
ROW = ("006228001", "2026-10-31", "1,234.50")


def csv_bytes(rows: Sequence[Sequence[str]], encoding: str = "utf-8", separator: str = ",") -> bytes:
    def quoted(cell: str) -> str:
        return (
            '"' + cell.replace('"', '""') + '"' if any(mark in cell for mark in (separator, '"', "\n", "\r")) else cell
        )

    return "".join(separator.join(map(quoted, row)) + "\r\n" for row in rows).encode(encoding)


def xlsx_bytes(rows: Sequence[Sequence[Any]], *, sheet: str = "数据", **options: Any) -> bytes:
    """A sheet with strings as strings, numbers as numbers and days as days; a tuple is (value, number format)."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, **options}) as book:
        page = book.add_worksheet(sheet)
        for row_no, row in enumerate(rows):
            for position, cell in enumerate(row):
                value, style = cell if isinstance(cell, tuple) else (cell, None)
                if hasattr(value, "isoformat"):
                    style = style or "yyyy-mm-dd"
                page.write(row_no, position, value, book.add_format({"num_format": style}) if style else None)
    return file.getvalue()


def xls_bytes(rows: Sequence[Sequence[str | float]], *, sheet: str = "Sheet1", encrypted: bool = False) -> bytes:
    """A workbook in the binary format of Excel 97 (BIFF8 inside a compound file)."""

    def record(kind: int, data: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def text(value: str, length: str) -> bytes:
        return struct.pack(length, len(value)) + b"\x01" + value.encode("utf-16-le")

    cells = b""
    for row_no, row in enumerate(rows):
        for position, cell in enumerate(row):
            place = struct.pack("<HHH", row_no, position, 0)
            if isinstance(cell, str):
                cells += record(0x0204, place + text(cell, "<H"))
            else:
                cells += record(0x0203, place + struct.pack("<d", cell))
    end = record(0x000A)
    start = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    if encrypted:
        start += record(0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(48))
    name = text(sheet, "<B")
    offset = len(start) + 4 + 6 + len(name) + len(end)
    stream = start + record(0x0085, struct.pack("<IH", offset, 0) + name) + end
    stream += record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6)) + cells + end
    return compound_file("Workbook", stream)


def compound_file(name: str, stream: bytes) -> bytes:
    """A compound file with one stream: the header, one sector table, one directory, the stream."""
    stream = stream.ljust(4096, b"\0")
    stream += bytes(-len(stream) % 512)
    sectors = len(stream) // 512
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    chain = [table, end, *range(3, sectors + 2), end]
    assert len(chain) <= 128
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<I", 0)
    header += struct.pack("<I", free) * 108

    def entry(label: str, kind: int, child: int, first: int, size: int) -> bytes:
        encoded = label.encode("utf-16-le") + b"\0\0"
        data = encoded.ljust(64, b"\0") + struct.pack(
            "<HBBIII", len(encoded) if label else 0, kind, 1, free, free, child
        )
        return data + bytes(36) + struct.pack("<IQ", first, size)

    directory = entry("Root Entry", 5, 1, end, 0) + entry(name, 2, free, 2, len(stream)) + entry("", 0, free, 0, 0) * 2
    sector_table = b"".join(struct.pack("<I", place) for place in chain).ljust(512, b"\xff")
    return header.ljust(512, b"\0") + sector_table + directory + stream
