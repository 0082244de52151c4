"""What is written opens as it was meant: figures are numbers, text is text, refused rows come back in."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from common.spreadsheet import (
    ExportColumn,
    reason_text,
    safe_text,
    write_refused,
    write_table_csv,
    write_table_xlsx,
    write_template,
)
from common.tabular import (
    Column,
    Record,
    amount,
    choice,
    day,
    find_header,
    identifier,
    open_table,
    percent,
    read_tuples,
)
from tests.common.tables_of_bytes import csv_bytes

COLUMNS = (
    Column("account_no", "账号", identifier(), required=True),
    Column("from", "起始日", day(), required=True, help="客户经理在任期间。", example="2026-10-01"),
    Column("balance", "余额", amount()),
    Column("share", "份额", percent(), default=10_000),
    Column("basis", "来源", choice({"assigned": "存量", "developed": "新增"})),
)
EXPORT = (
    ExportColumn("账号", "identifier"),
    ExportColumn("户名"),
    ExportColumn("余额（元）", "amount"),
    ExportColumn("日期", "day"),
    ExportColumn("户数", "integer"),
)
HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", '=HYPERLINK("http://x")', "http://x", "{=1}", "123"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_a_formula_in_a_workbook(text: str) -> None:
    file = io.BytesIO()
    write_table_xlsx(file, "存款", EXPORT, [("001", text, 123450, date(2026, 10, 31), 1)])
    sheet = openpyxl.load_workbook(file).worksheets[0]
    assert sheet["B3"].data_type == "s"
    # A carriage return is stored escaped, and openpyxl shows it as stored.
    assert sheet["B3"].value.replace("_x000D_", "\r") == text
    with zipfile.ZipFile(file) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
        assert not any("rels" in name and "sheet1" in name for name in book.namelist())


@pytest.mark.parametrize("text", HOSTILE[:7])
def test_no_text_becomes_a_formula_in_a_csv(text: str) -> None:
    file = io.BytesIO()
    write_table_csv(file, EXPORT, [("001", text, -123450, date(2026, 10, 31), None)])
    data = file.getvalue()
    assert data.startswith(b"\xef\xbb\xbf")
    _header, row = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert row == ["001", f"'{text}", "-1234.50", "2026-10-31", ""]


def test_ordinary_text_is_left_alone() -> None:
    assert safe_text("城南信用社") == "城南信用社"
    assert safe_text("") == ""


def test_figures_are_numbers_in_yuan_and_days_are_days() -> None:
    file = io.BytesIO()
    assert write_table_xlsx(file, "a/b:c", EXPORT, [("001", "王", -123450, date(2026, 10, 31), 3)] * 2) == 2
    sheet = openpyxl.load_workbook(file).worksheets[0]
    assert [cell.value for cell in sheet[2]] == ["账号", "户名", "余额（元）", "日期", "户数"]
    account, _name, balance, on, count = sheet[3]
    assert (account.value, balance.value, on.value.date(), count.value) == ("001", -1234.5, date(2026, 10, 31), 3)
    assert balance.number_format == "#,##0.00"


def test_an_amount_beyond_15_digits_is_written_as_text_and_exact() -> None:
    file = io.BytesIO()
    write_table_xlsx(file, "a", EXPORT, [("001", "王", 2**63 - 1, None, None)])
    assert openpyxl.load_workbook(file).worksheets[0]["C3"].value == "92233720368547758.07"


def test_an_export_reads_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with path.open("wb") as file:
        write_table_xlsx(file, "余额", EXPORT, [("001", "王", 123450, date(2026, 10, 31), 3)])
    columns = (COLUMNS[0], Column("balance", "余额", amount()), Column("date", "日期", day()))
    table = open_table(path)
    header = find_header(table, columns)
    rows = list(read_tuples(table, header, columns, on_refused=[].append))
    assert rows == [(3, ("001", 123450, date(2026, 10, 31)))]


def test_a_template_has_headers_formats_lists_and_explanations_and_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "归属.xlsx"
    with path.open("wb") as file:
        write_template(file, "揽储归属", COLUMNS)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert [cell.value for cell in sheet[1]] == ["账号", "起始日", "余额", "份额", "来源"]
    assert sheet.max_row == 1
    assert sheet.freeze_panes == "A2"
    assert [sheet.column_dimensions[letter].number_format for letter in "ABCD"] == ["@", "yyyy-mm-dd", "#,##0.00", "@"]
    assert "account_no" in sheet["A1"].comment.text
    assert "2026-10-01" in sheet["B1"].comment.text
    [rule] = sheet.data_validations.dataValidation
    assert rule.formula1 == '"存量,新增"'
    table = open_table(path)
    header = find_header(table, COLUMNS)
    assert header.is_complete
    assert list(read_tuples(table, header, COLUMNS, on_refused=[].append)) == []


def test_refused_rows_are_mended_and_sent_again_as_they_are(tmp_path: Path) -> None:
    rows = (
        tuple(column.header for column in COLUMNS) + ("备注",),
        ("001", "2026-02-30", "1.234", "100", "存量", "=1+1"),
        ("002", "2026-10-31", "5.00", "100", "存量", ""),
    )
    sent = tmp_path / "sent.csv"
    sent.write_bytes(csv_bytes(rows))
    table = open_table(sent)
    header = find_header(table, COLUMNS)
    refused: list[Record] = []
    assert len(list(read_tuples(table, header, COLUMNS, on_refused=refused.append))) == 1
    back = tmp_path / "back.xlsx"
    with back.open("wb") as file:
        lines = ((record.row_no, record.raw, reason_text(record.errors)) for record in refused)
        assert write_refused(file, header.texts, lines) == 1

    book = openpyxl.load_workbook(back)
    sheet = book.worksheets[0]
    assert sheet["A2"].value == 2
    assert "起始日: There is no day" in sheet["B2"].value
    assert "余额: " in sheet["B2"].value
    sheet["D2"] = "2026-02-28"
    sheet["E2"] = "1.23"
    book.save(back)

    table = open_table(back)
    header = find_header(table, COLUMNS)
    assert header.unknown == ("备注",)
    assert list(read_tuples(table, header, COLUMNS, on_refused=[].append)) == [
        (2, ("001", date(2026, 2, 28), 123, 10_000, "assigned"))
    ]
