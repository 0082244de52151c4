"""Every file ends in its rows, or in a sentence with file, row and column (quality.md, Hostile or broken input)."""

from __future__ import annotations

import resource
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from common.errors import BadInput
from common.money import MAX_BIGINT, MIN_BIGINT
from common.tabular import Column, Limits, Record, amount, day, find_header, identifier, open_table, read_tuples, text
from common.tabular.archive import check_archive
from tests.common.tables_of_bytes import HEADER, ROW, csv_bytes, xls_bytes, xlsx_bytes
from tests.hostile import corpus

COLUMNS = (
    Column("account_no", "账号", identifier(), required=True),
    Column("date", "日期", day(), required=True),
    Column("balance", "余额", amount(), required=True),
    Column("remark", "附言", text()),
)
LIMITS = Limits(unpacked_bytes=256 * 2**20, rows=100_000)


def read(path: Path) -> tuple[list[tuple[Any, ...]], list[Record]]:
    table = open_table(path, limits=LIMITS)
    refused: list[Record] = []
    header = find_header(table, COLUMNS)
    return [values for _row_no, values in read_tuples(table, header, COLUMNS, on_refused=refused.append)], refused


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


READABLE = dict(corpus.readable())
REFUSED = {name: (data, says) for name, data, says in corpus.refused()}
BAD_CELLS = {name: rest for name, *rest in corpus.bad_cells()}


@pytest.mark.parametrize("name", READABLE)
def test_an_odd_file_gives_exactly_its_rows(name: str, tmp_path: Path) -> None:
    rows, refused = read(written(tmp_path, name, READABLE[name]))
    assert refused == []
    assert rows == [
        ("006228001", date(2026, 10, 31), 123450, None),
        ("006228002", date(2026, 10, 31), 0, None),
    ]


@pytest.mark.parametrize("name", REFUSED)
def test_a_broken_file_ends_in_one_sentence_that_names_it(name: str, tmp_path: Path) -> None:
    data, says = REFUSED[name]
    with pytest.raises(BadInput) as caught:
        read(written(tmp_path, name, data))
    sentence = str(caught.value)
    assert sentence.startswith(f"{name}: ")
    assert says in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("name", BAD_CELLS)
def test_a_bad_cell_is_named_with_row_column_and_reason(name: str, kind: str, tmp_path: Path) -> None:
    cells, column, says = BAD_CELLS[name]
    if kind == "csv":
        if any(not isinstance(cell, str) for cell in cells):
            return  # only a workbook has number cells
        data = csv_bytes((HEADER, ROW, cells, ROW))
    else:
        data = xlsx_bytes((HEADER, ROW, cells, ROW))
    rows, refused = read(written(tmp_path, f"file.{kind}", data))
    assert len(rows) == 2
    [record] = refused
    [error] = record.errors
    assert (error.row, error.column) == (3, column)
    assert says in str(error.reason)


def test_a_part_that_unpacks_to_another_size_than_it_declares_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="damaged"):
        check_archive(written(tmp_path, "a.xlsx", corpus.lying_archive(2_000, 2**20)), LIMITS)


@pytest.mark.parametrize("fen", [MAX_BIGINT, MIN_BIGINT])
def test_amounts_at_the_bounds_of_64_bits_are_read_exactly(fen: int, tmp_path: Path) -> None:
    sign = "-" if fen < 0 else ""
    yuan = f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"
    rows, _refused = read(written(tmp_path, "a.csv", csv_bytes((HEADER, ("1", "2026-10-31", yuan)))))
    assert rows[0][2] == fen


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_text_cut_anywhere_gives_a_beginning_of_its_rows_or_a_sentence(encoding: str, tmp_path: Path) -> None:
    rows = [(f"{number:08d}", "2026-10-31", f"{number}.50", "王小明的存款") for number in range(40)]
    whole = csv_bytes((("账号", "日期", "余额", "附言"), *rows), encoding)
    expected = [(account, date(2026, 10, 31), int(yuan.replace(".", "")), name) for account, _day, yuan, name in rows]
    for length in range(0, len(whole), 10):
        path = written(tmp_path, "cut.csv", whole[:length])
        try:
            got, _refused = read(path)
        except BadInput:
            continue
        # Only the last row may be shorter than it was, and only in its last cell, which nothing can tell.
        assert got[:-1] == expected[: max(0, len(got) - 1)]
        if got:
            assert got[-1][:3] == expected[len(got) - 1][:3]


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_a_workbook_cut_anywhere_gives_its_rows_or_a_sentence(kind: str, tmp_path: Path) -> None:
    made = xlsx_bytes if kind == "xlsx" else xls_bytes
    whole = made((HEADER, *[ROW] * 20))
    # Each piece starts a process when it gets past the first look, so the steps are wider here than in a text.
    step = 10 if kind == "xlsx" else 500
    for length in range(0, len(whole), step):
        path = written(tmp_path, f"cut.{kind}", whole[:length])
        try:
            rows, refused = read(path)
        except BadInput as error:
            assert str(error).startswith(f"cut.{kind}: ")  # noqa: PT017 - one of many
        else:
            assert (len(rows), refused) == (20, [])


def test_a_row_with_too_few_or_too_many_cells_is_refused_and_never_shifted(tmp_path: Path) -> None:
    data = csv_bytes((HEADER, ROW)) + b"1,2026-10-31\r\n2,2026-10-31,1,234.50\r\n"
    rows, refused = read(written(tmp_path, "a.csv", data))
    assert len(rows) == 1
    assert [record.row_no for record in refused] == [3, 4]
    assert "cut off" in str(refused[0].errors[0].reason)
    assert "separator" in str(refused[1].errors[0].reason)


def test_row_numbers_are_those_a_spreadsheet_shows(tmp_path: Path) -> None:
    rows = (("标题",), (), HEADER, ROW, (), ("", "", ""), ("x y", "2026-10-31", "1"))
    for name, data in (("a.csv", csv_bytes(rows)), ("a.xlsx", xlsx_bytes(rows))):
        _rows, refused = read(written(tmp_path, name, data))
        assert [record.row_no for record in refused] == [7]


def test_a_line_break_inside_quotation_marks_stays_in_its_cell(tmp_path: Path) -> None:
    data = csv_bytes((("账号", "日期", "余额", "附言"), (*ROW, "第一行\r\n第二行"), ("a b", *ROW[1:], "")))
    rows, refused = read(written(tmp_path, "a.csv", data))
    assert rows[0][3] == "第一行 第二行"
    assert refused[0].row_no == 3


def test_merged_cells_count_where_they_begin(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.merge_range(0, 0, 0, 2, "城南信用社")
        page.write_row(1, 0, HEADER)
        page.write_row(2, 0, ROW)
        page.merge_range(3, 0, 3, 1, "合计")
    rows, refused = read(path)
    assert (len(rows), refused) == (1, [])


def test_a_formula_counts_by_its_stored_result_also_an_empty_text(tmp_path: Path) -> None:
    cells = b'<c r="C2"><f>1000+234.5</f><v>1234.5</v></c><c r="D2" t="str"><f>""</f><v></v></c></row></sheetData>'
    book = xlsx_bytes(((*HEADER, "附言"), ROW[:2]))
    data = corpus.with_sheet(book, b"</row></sheetData>", cells)
    assert read(written(tmp_path, "a.xlsx", data)) == ([("006228001", date(2026, 10, 31), 123450, None)], [])


def test_no_file_of_the_corpus_takes_more_than_500_mb() -> None:
    # The largest of all processes that the tests above have started, and this one.
    for whose in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF):
        assert resource.getrusage(whose).ru_maxrss < 500 * 1024
