"""Headers are found, kinds recognised and rows read as formats.md says."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from common.errors import BadInput
from common.months import Month
from common.tabular import (
    Column,
    Limits,
    Record,
    TableKind,
    amount,
    choice,
    day,
    find_header,
    hundredths,
    identifier,
    integer,
    month,
    open_table,
    percent,
    read_records,
    read_tuples,
    recognise,
    scaled,
    text,
)
from tests.common.tables_of_bytes import HEADER, ROW, csv_bytes, xlsx_bytes

BALANCES = (
    Column("account_no", "账号", identifier(), required=True),
    Column("date", "日期", day(), required=True),
    Column("balance", "余额", amount(), required=True),
)
TRANSACTIONS = (
    Column("serial_no", "流水号", identifier(), required=True),
    *BALANCES[:1],
    Column("date", "交易日期", day(), required=True),
    Column("amount", "发生额", amount()),
    Column("credit", "贷方发生额", amount()),
    Column("debit", "借方发生额", amount()),
    Column("balance", "余额", amount()),
    Column("line", "序号", integer(minimum=1), default=1),
)
KINDS = (
    TableKind("deposit_balances", "存款余额", BALANCES),
    TableKind("deposit_daily_balances", "存款每日余额", BALANCES),
    TableKind("deposit_transactions", "存款流水", TRANSACTIONS, (("amount",), ("credit", "debit"))),
)


def table_of(folder: Path, rows: Any, name: str = "a.csv", sheet: str = "Sheet1") -> Any:
    path = folder / name
    path.write_bytes(xlsx_bytes(rows, sheet=sheet) if name.endswith("xlsx") else csv_bytes(rows))
    return open_table(path)


@pytest.mark.parametrize("written", ["账号", "account_no", " Account_No ", "帐户", "账\n号", "*账号", "账号（必填）"])
def test_a_column_is_known_by_either_name_its_aliases_and_in_any_case(written: str, tmp_path: Path) -> None:
    columns = (Column("account_no", "账号", identifier(), required=True, aliases=("帐户",)), *BALANCES[1:])
    header = find_header(table_of(tmp_path, ((written, *HEADER[1:]), ROW), "a.xlsx"), columns)
    assert header.positions == {"account_no": 0, "date": 1, "balance": 2}


def test_a_branch_s_own_headers_go_before_those_of_the_kind(tmp_path: Path) -> None:
    table = table_of(tmp_path, (("卡号", "日期", "记账日", "余额"), ("1", "x", "2026-10-31", "5")))
    header = find_header(table, BALANCES, {"卡号": "account_no", "记账日": "date"})
    assert header.positions == {"account_no": 0, "date": 2, "balance": 3}
    assert header.unknown == ("日期",)


def test_unknown_columns_are_named_and_those_of_the_program_are_not(tmp_path: Path) -> None:
    rows = (("行号", "原因", *HEADER, "客户经理"), ("7", "…", *ROW, "王小明"))
    header = find_header(table_of(tmp_path, rows), BALANCES)
    assert header.unknown == ("客户经理",)


def test_a_required_column_that_lacks_stops_the_import_before_a_row_is_read(tmp_path: Path) -> None:
    table = table_of(tmp_path, (("账号", "余额"), ("1", "5")))
    header = find_header(table, BALANCES)
    assert [column.name for column in header.missing] == ["date"]
    with pytest.raises(BadInput, match="row 1 lacks: 日期"):
        next(read_tuples(table, header, BALANCES, on_refused=[].append))


def test_one_of_several_ways_to_write_an_amount_must_be_there(tmp_path: Path) -> None:
    rows = (("流水号", "账号", "交易日期", "贷方发生额"), ("1", "2", "2026-10-31", "5"))
    table = table_of(tmp_path, rows)
    header = find_header(table, TRANSACTIONS, alternatives=KINDS[2].alternatives)
    assert not header.is_complete
    with pytest.raises(BadInput, match="发生额 or 贷方发生额, 借方发生额"):
        list(read_records(table, header, TRANSACTIONS))


def test_the_kind_that_names_most_columns_is_recognised(tmp_path: Path) -> None:
    rows = (("流水号", "账号", "日期", "余额", "发生额"), ("1", "2", "2026-10-31", "5", "5"))
    columns = (Column("date", "日期", day(), required=True),)
    kind = TableKind(
        "deposit_transactions", "存款流水", (*TRANSACTIONS[:2], *columns, *TRANSACTIONS[3:]), (("amount",),)
    )
    found = recognise(table_of(tmp_path, rows), (*KINDS[:2], kind))
    assert found.kind is kind


@pytest.mark.parametrize(
    ("name", "title", "sheet", "expected"),
    [
        ("deposit_balances_2026-10.csv", "", "", "deposit_balances"),
        ("DEPOSIT_DAILY_BALANCES.csv", "", "", "deposit_daily_balances"),
        ("存款每日余额.csv", "", "", "deposit_daily_balances"),
        ("10月.csv", "城南信用社存款余额表", "", "deposit_balances"),
        ("10月.xlsx", "", "存款每日余额", "deposit_daily_balances"),
        ("10月.csv", "", "", None),
    ],
)
def test_kinds_with_the_same_columns_are_told_by_words_or_by_a_person(
    name: str, title: str, sheet: str, expected: str | None, tmp_path: Path
) -> None:
    rows = ((title,), HEADER, ROW) if title else (HEADER, ROW)
    found = recognise(table_of(tmp_path, rows, name, sheet or "Sheet1"), KINDS)
    if expected:
        assert found.kind is not None
        assert found.kind.name == expected
        assert found.header is not None
        assert found.header.is_complete
    else:
        assert found.kind is None
        assert [kind.name for kind in found.candidates] == ["deposit_balances", "deposit_daily_balances"]


def test_a_table_of_no_kind_has_no_candidates(tmp_path: Path) -> None:
    assert recognise(table_of(tmp_path, (("甲", "乙"), ("1", "2"))), KINDS).candidates == ()


def test_footers_are_skipped_and_named_with_their_rows(tmp_path: Path) -> None:
    footers = (("合 计", "", "5"), ("", "", ""), ("", "总计：", "5"), ("本页小计", "", "5"), ("合计123.00元", "", ""))
    table = table_of(tmp_path, (HEADER, ROW, *footers, ROW))
    header = find_header(table, BALANCES)
    refused: list[Record] = []
    assert [row_no for row_no, _values in read_tuples(table, header, BALANCES, on_refused=refused.append)] == [2, 8]
    assert refused == []
    assert [footer.row_no for footer in table.footers] == [3, 5, 6, 7]
    assert table.footers[0].text == "合 计 5"


def test_a_name_that_begins_like_a_footer_is_no_footer(tmp_path: Path) -> None:
    columns = (Column("name", "客户名称", text(), required=True), Column("balance", "余额", amount()))
    table = table_of(tmp_path, (("客户名称", "余额"), ("合计机电有限公司", "5"), ("合计", "5")))
    header = find_header(table, columns)
    assert [values for _no, values in read_tuples(table, header, columns, on_refused=[].append)] == [
        ("合计机电有限公司", 500)
    ]
    assert [footer.row_no for footer in table.footers] == [3]


def test_the_fast_and_the_careful_reading_agree(tmp_path: Path) -> None:
    rows = [
        (f"S{number}", f"00{number}", "2026-10-31", f"{number}.5" if number % 3 else "1.234", "", "", " ", "")
        for number in range(50)
    ]
    header_row = tuple(column.header for column in TRANSACTIONS)
    table = table_of(tmp_path, (header_row, *rows, ("合计",) + ("",) * 7))
    header = find_header(table, TRANSACTIONS)
    refused: list[Record] = []
    fast = dict(read_tuples(table, header, TRANSACTIONS, on_refused=refused.append))
    careful = list(read_records(table, header, TRANSACTIONS))
    assert fast == {record.row_no: record.values for record in careful if not record.errors}
    assert refused == [record for record in careful if record.errors]
    assert len(refused) == 17
    assert fast[3] == ("S1", "001", date(2026, 10, 31), 150, None, None, None, 1)


def test_more_rows_than_allowed_end_the_reading_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(csv_bytes((HEADER, *[ROW] * 20)))
    table = open_table(path, limits=Limits(rows=10))
    header = find_header(table, BALANCES)
    with pytest.raises(BadInput, match="more than 10 rows"):
        list(read_records(table, header, BALANCES))


def test_a_named_sheet_is_read_and_one_that_is_not_there_is_refused_with_the_names(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx_bytes((HEADER, ROW), sheet="十月"))
    assert open_table(path, sheet="十月").sheet == "十月"
    with pytest.raises(BadInput, match=r"no sheet “九月”\. The workbook has: 十月"):
        open_table(path, sheet="九月")


def test_a_file_beyond_the_size_allowed_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"x" * 2**21)
    with pytest.raises(BadInput, match="2 MB, more than the 1 MB"):
        open_table(path, limits=Limits(compressed_bytes=2**20))


@pytest.mark.parametrize(
    "written", ["2026-10-31", "2026/10/31", "20261031", "2026年10月31日", "２０２６－１０－３１", 20261031.0]
)
def test_a_day_is_read_in_every_form_of_the_formats(written: Any) -> None:
    assert day()(written) == date(2026, 10, 31)


def test_a_day_without_leading_zeros_is_read_as_spreadsheets_write_it() -> None:
    assert day()("2026/1/5") == day()("2026年1月5日") == date(2026, 1, 5)


@pytest.mark.parametrize("written", ["2026-10", "2026年10月", "202610", 202610.0, "2026-10-01"])
def test_a_month_is_read_in_every_form(written: Any) -> None:
    assert month()(written) == Month(2026, 10)


@pytest.mark.parametrize("written", ["2026-10-02", "2026-13", "10-2026"])
def test_what_is_no_month_is_refused(written: str) -> None:
    with pytest.raises(BadInput, match="not a month"):
        month()(written)


@pytest.mark.parametrize(
    ("cell", "bp"), [("33.33", 3333), ("33.33%", 3333), ("100", 10000), (100.0, 10000), (33.33, 3333)]
)
def test_a_share_is_read_as_percent(cell: Any, bp: int) -> None:
    assert percent(minimum=1, maximum=10_000)(cell) == bp


@pytest.mark.parametrize("cell", [1.0, 0.3333, 0.5])
def test_a_percent_cell_that_may_be_a_fraction_of_one_is_refused(cell: float) -> None:
    with pytest.raises(BadInput, match="may mean"):
        percent()(cell)


@pytest.mark.parametrize(("cell", "says"), [("0", "least"), ("100.01", "most"), ("33.333", "decimals")])
def test_a_share_outside_its_bounds_is_refused(cell: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        percent(minimum=1, maximum=10_000)(cell)


@pytest.mark.parametrize("written", ["贷", "C", "c", "Ｃ", " 贷 "])
def test_a_choice_is_known_in_both_languages_width_and_case(written: str) -> None:
    assert choice({"C": "贷", "D": "借"})(written) == "C"


def test_an_unknown_choice_is_refused_with_the_list() -> None:
    with pytest.raises(BadInput, match="not one of: 贷, 借"):
        choice({"C": "贷", "D": "借"})("转")


def test_points_coefficients_and_counts_are_read_exactly() -> None:
    assert hundredths(maximum=0)("-1.5") == -150
    assert scaled(4)("0.3") == 3000
    assert integer()("1,234") == 1234
    assert integer()(36.0) == 36
    with pytest.raises(BadInput):
        integer()("36.5")


@pytest.mark.parametrize(
    ("cell", "number"), [(6228001.0, "6228001"), (999_999_999_999_999.0, "999999999999999"), ("ＡＢ－１", "AB-1")]
)
def test_a_number_cell_of_up_to_15_digits_is_its_digits(cell: Any, number: str) -> None:
    assert identifier()(cell) == number


@pytest.mark.parametrize("code", ["1E18", "E10", "2026-014", "A_1/2.b#:c", "0"])
def test_a_code_with_letters_and_marks_stays_as_it_is(code: str) -> None:
    assert identifier()(code) == code


def test_text_keeps_rare_characters_and_loses_only_width() -> None:
    assert text()("　龘䶮\ue000（公司）") == "龘䶮\ue000(公司)"
