"""Files of branches and employees, and what the import engine promises of every kind (formats.md, Common rules)."""

from __future__ import annotations

import io
import json

import pytest
from openpyxl import load_workbook

from common.errors import BadInput, Conflict, RuleError
from common.spreadsheet import write_refused
from customers.models import Customer
from deposits.models import Posting
from desk.queries import refused_lines
from organization.actions.batches import (
    apply_batch,
    choose_kind,
    discard_batch,
    preview_batch,
    save_header_mapping,
    undo_batch,
    upload_file,
)
from organization.importing import import_kinds
from organization.models import Branch, Employee, ImportBatch, MonthClose, StoredFile, TrailEntry
from organization.queries import broken_chains, file_pieces
from organization.rules import SYSTEM
from tests.cast import Cast
from tests.english import english
from tests.files import bring, preview, reasons
from tests.make import make_account, make_customer

__all__ = ["english"]

BRANCHES = "机构号,机构名称,类型,上级机构号,员工人数"
EMPLOYEES = "工号,姓名,机构号,用工性质,入职日期"
POSTINGS = "流水号,账号,交易日期,发生额"


# --- branches --------------------------------------------------------------------------------------------------------


def test_a_tree_of_branches_comes_in_whatever_the_order_of_its_rows(db: None) -> None:
    bring(
        "branches",
        f"""{BRANCHES}
        0102,城北信用社,城区,01,20
        0103,柴湖信用社,乡镇,01,14
        01,县联社,联社,,120""",
    )
    found = Branch.objects.order_by("branch_code").values_list(
        "branch_code", "kind", "parent__branch_code", "headcount"
    )
    assert list(found) == [
        ("01", "head_office", None, 120),
        ("0102", "urban", "01", 20),
        ("0103", "rural", "01", 14),
    ]


def test_a_branch_below_one_that_does_not_exist_is_refused(cast: Cast) -> None:
    batch = preview("branches", f"{BRANCHES}\nS09,城东信用社,城区,NONE,10")
    assert reasons(batch) == [(2, "上级机构号", "There is no branch NONE.")]


@pytest.mark.parametrize(
    "rows", ["S01,城南信用社,城区,S01,36", "S01,城南信用社,城区,N01,36\n        N01,城北信用社,城区,S01,28"]
)
def test_a_branch_that_would_stand_below_itself_is_refused(cast: Cast, rows: str) -> None:
    batch = preview("branches", f"{BRANCHES}\n{rows}")
    assert batch.refused_count == rows.count("\n") + 1
    assert all("below itself" in reason for _row, _column, reason in reasons(batch))


def test_another_parent_is_a_change_and_undoing_gives_the_former_parent_back(cast: Cast) -> None:
    batch = bring("branches", f"{BRANCHES}\nL01,柴湖信用社,乡镇,S01,15")
    lake = Branch.objects.get(branch_code="L01")
    assert (batch.changed_count, lake.parent, lake.headcount) == (1, cast.south, 15)
    undo_batch(actor=SYSTEM, batch=batch, reason="wrong parent")
    lake.refresh_from_db()
    assert (lake.parent, lake.headcount) == (cast.union, 14)


# --- employees -------------------------------------------------------------------------------------------------------


def test_employees_come_in_with_the_initials_of_their_names(cast: Cast) -> None:
    bring("employees", f'{EMPLOYEES},月工资\nS201,重阳,S01,正式,2015-03-04,"5,230.00"\nS202,Anna Li,S01,派遣,2015/3/4,')
    found = Employee.objects.filter(employee_no__startswith="S20").order_by("employee_no")
    assert [each.initials for each in found] == ["cy", "annali"]
    assert [(each.employment, each.monthly_wage_fen) for each in found] == [("formal", 523_000), ("agency", None)]


def test_a_new_name_changes_the_initials_and_what_the_file_does_not_say_stays(cast: Cast) -> None:
    Employee.objects.filter(pk=cast.song.pk).update(phone="13800000000", initials="sp")
    batch = bring("employees", f"{EMPLOYEES}\nL001,王平,L01,合同,2015-03-04")
    song = Employee.objects.get(pk=cast.song.pk)
    assert (batch.changed_count, song.name, song.initials, song.phone) == (1, "王平", "wp", "13800000000")
    change = batch.row_changes.get()
    assert (change.before["name"], change.after["name"], "phone" in change.before) == ("宋平", "王平", False)


def test_the_same_employees_again_are_unchanged(cast: Cast) -> None:
    text = f"{EMPLOYEES}\nS201,张三,S01,正式,2015-03-04"
    bring("employees", text)
    again = bring("employees", text)
    assert (again.unchanged_count, again.created_count, again.changed_count) == (1, 0, 0)
    assert not again.row_changes.exists()


def test_an_employee_of_a_branch_that_does_not_exist_is_refused(cast: Cast) -> None:
    assert reasons(preview("employees", f"{EMPLOYEES}\nS201,张三,X9,正式,2015-03-04")) == [
        (2, "机构号", "There is no branch X9.")
    ]


# --- headers ---------------------------------------------------------------------------------------------------------


def test_english_and_chinese_headers_stand_in_any_order_and_unknown_ones_are_named(cast: Cast) -> None:
    batch = bring("employees", "hired_on,备注,姓名,employment,机构号,employee_no\n2015-03-04,x,张三,formal,S01,S201")
    assert batch.findings["unknown"] == ["备注"] and Employee.objects.filter(employee_no="S201").exists()


def test_a_missing_required_column_stops_the_file_before_a_row_is_read(cast: Cast) -> None:
    with pytest.raises(BadInput, match="用工性质"):
        preview("employees", "工号,姓名,机构号,入职日期\nS201,张三,S01,2015-03-04")


def test_a_branch_keeps_its_own_headers_and_another_branch_does_not_know_them(cast: Cast) -> None:
    make_account(cast.south, "A1"), make_account(cast.north, "N1")
    chen = cast.actor("chen")
    save_header_mapping(actor=chen, branch=cast.south, kind="deposit_transactions", mapping={"传票": "serial_no"})
    assert (
        bring("deposit_transactions", "传票,账号,交易日期,发生额\nT1,A1,2026-10-05,1.00", actor=chen).created_count == 1
    )
    with pytest.raises(BadInput):
        preview("deposit_transactions", "传票,账号,交易日期,发生额\nT1,N1,2026-10-05,1.00")
    save_header_mapping(actor=chen, branch=cast.south, kind="deposit_transactions", mapping={"传票": ""})
    with pytest.raises(BadInput):
        preview("deposit_transactions", "传票,账号,交易日期,发生额\nT2,A1,2026-10-05,1.00", actor=chen)
    assert TrailEntry.objects.filter(action="save_header_mapping").count() == 2


def test_headers_are_kept_by_a_clerk_of_the_branch_for_columns_that_exist(cast: Cast) -> None:
    with pytest.raises(RuleError, match="Only a clerk"):
        save_header_mapping(actor=cast.actor("chen"), branch=cast.north, kind="loans", mapping={"编号": "loan_no"})
    with pytest.raises(BadInput, match="no column"):
        save_header_mapping(actor=cast.actor("chen"), branch=cast.south, kind="loans", mapping={"编号": "number"})


# --- the engine ------------------------------------------------------------------------------------------------------


def test_refused_rows_are_downloaded_mended_and_sent_again(cast: Cast) -> None:
    """What the program has added to the file, row number and reason, does not stand in the way."""
    chen = cast.actor("chen")
    make_account(cast.south, "A1")
    text = f"{POSTINGS}\nT1,A1,2026-10-05,1.00\nT2,A1,2026-10-32,2.00\nT3,A9,2026-10-05,3.00"
    batch = bring("deposit_transactions", text, actor=chen, good_rows=True)
    assert (batch.created_count, batch.refused_count) == (1, 2)
    file = io.BytesIO()
    write_refused(file, batch.findings["header"], refused_lines(batch))
    book = load_workbook(file)
    sheet = book.active
    cells = {cell.value: cell for row in sheet.iter_rows() for cell in row}
    cells["2026-10-32"].value, cells["A9"].value = "2026-10-30", "A1"
    mended = io.BytesIO()
    book.save(mended)
    again = upload_file(actor=chen, name="mended.xlsx", content=[mended.getvalue()])
    assert again.kind == "deposit_transactions"
    again = apply_batch(actor=chen, batch=preview_batch(actor=chen, batch=again))
    assert (again.created_count, again.refused_count) == (2, 0)


def test_every_refused_cell_is_named_with_row_column_and_value(cast: Cast) -> None:
    make_account(cast.south, "A1")
    batch = preview("deposit_transactions", f"{POSTINGS}\nT1,A1,2026-13-05,1.005\nT2,A2,2026-10-05,1.00")
    first, second = batch.refused_rows.order_by("row_no")
    assert [(error["column"], error["value"]) for error in first.errors] == [
        ("交易日期", "2026-13-05"),
        ("发生额", "1.005"),
    ]
    assert [(error["column"], error["value"]) for error in second.errors] == [("账号", "A2")]
    assert second.cells == ["T2", "A2", "2026-10-05", "1.00"]


def test_a_preview_writes_no_business_data_and_opens_no_month(cast: Cast) -> None:
    make_account(cast.south, "A1")
    batch = preview("deposit_transactions", f"{POSTINGS}\nT1,A1,2026-10-05,1.00")
    assert (batch.state, batch.created_count) == ("previewed", 1)
    assert not Posting.objects.exists() and not MonthClose.objects.exists()
    assert not TrailEntry.objects.exists()


def test_an_applied_file_is_on_the_trail_with_the_digests_of_file_and_rows(cast: Cast) -> None:
    make_account(cast.south, "A1")
    batch = preview("deposit_transactions", f"{POSTINGS}\nT1,A1,2026-10-05,1.00", actor=cast.actor("chen"))
    rows = batch.checked_rows.sha256
    apply_batch(actor=cast.actor("chen"), batch=batch)
    entry = TrailEntry.objects.get(action="apply_batch")
    changes = json.loads(entry.body)["changes"]
    assert (entry.actor_no, entry.subject_key) == ("S002", str(batch.pk))
    assert (changes["sha256"], changes["rows_sha256"], changes["created_count"]) == (batch.sha256, rows, 1)
    assert broken_chains() == []


def test_the_file_stays_as_evidence_and_the_checked_rows_go_once_they_are_in(cast: Cast) -> None:
    text = f"{EMPLOYEES}\nS201,张三,S01,正式,2015-03-04"
    batch = bring("employees", text)
    batch.refresh_from_db()
    assert b"".join(file_pieces(batch.file)).decode() == text.replace("\n", "\r\n")
    assert batch.checked_rows is None and StoredFile.objects.count() == 1


def test_a_file_put_aside_brings_nothing_in_and_goes_no_further(cast: Cast) -> None:
    batch = discard_batch(actor=SYSTEM, batch=preview("employees", f"{EMPLOYEES}\nS201,张三,S01,正式,2015-03-04"))
    assert batch.state == "discarded" and batch.checked_rows is None
    with pytest.raises(Conflict):
        apply_batch(actor=SYSTEM, batch=batch)
    assert not Employee.objects.filter(employee_no="S201").exists()


def test_a_file_is_applied_once_and_the_second_reads_who_was_faster(cast: Cast) -> None:
    batch = bring("employees", f"{EMPLOYEES}\nS201,张三,S01,正式,2015-03-04", actor=cast.actor("wu"))
    with pytest.raises(Conflict, match="by 吴敏 on"):
        apply_batch(actor=cast.actor("wu"), batch=batch)
    assert apply_batch(actor=cast.actor("wu"), batch=batch, repeated=True).state == "applied"


def test_what_has_changed_since_the_preview_is_checked_again(cast: Cast) -> None:
    text = f"{EMPLOYEES}\nS201,张三,S01,正式,2015-03-04"
    first, second = preview("employees", text), preview("employees", text)
    apply_batch(actor=SYSTEM, batch=first)
    assert apply_batch(actor=SYSTEM, batch=second).unchanged_count == 1


def test_a_preview_may_be_repeated_and_replaces_the_former_one(cast: Cast) -> None:
    batch = preview("employees", f"{EMPLOYEES}\nS201,张三,S01,正式,2015-03-04\nS202,李四,X9,正式,2015-03-04")
    batch = preview_batch(actor=SYSTEM, batch=batch)
    assert (batch.read_count, batch.created_count, batch.refused_count) == (2, 1, 1)
    assert batch.refused_rows.count() == 1 and StoredFile.objects.count() == 2


def test_without_a_row_to_come_in_an_accepted_file_changes_nothing(cast: Cast) -> None:
    batch = bring("employees", f"{EMPLOYEES}\nS201,张三,X9,正式,2015-03-04", good_rows=True)
    assert (batch.state, batch.created_count, batch.refused_count) == ("applied", 0, 1)


def test_only_the_ledger_opens_months(cast: Cast) -> None:
    """What lies before the first month, such as loans granted long ago, leaves no month that would have to be closed."""
    assert {kind.name for kind in import_kinds() if kind.opens_months} == {
        "deposit_transactions",
        "deposit_daily_balances",
    }
    account = make_account(cast.south, "A1")
    bring("deposit_balances", "账号,日期,余额\nA1,2026-08-31,1.00")
    bring("attributions", "账号,客户经理工号,起始日\nA1,S101,2026-09-01")
    assert not MonthClose.objects.exists()
    bring("deposit_transactions", f"{POSTINGS}\nT1,A1,2026-10-05,1.00")
    assert [row.month.month for row in MonthClose.objects.filter(branch=account.branch)] == [10]


# --- undoing ---------------------------------------------------------------------------------------------------------


def test_undoing_needs_a_reason_and_keeps_it_with_the_person(cast: Cast) -> None:
    batch = bring("employees", f"{EMPLOYEES}\nS201,张三,S01,正式,2015-03-04", actor=cast.actor("wu"))
    with pytest.raises(BadInput, match="Say why"):
        undo_batch(actor=cast.actor("wu"), batch=batch, reason="  ")
    batch = undo_batch(actor=cast.actor("wu"), batch=batch, reason="wrong file")
    assert (batch.state, batch.undo_reason, batch.undone_by) == ("undone", "wrong file", cast.wu)
    assert not Employee.objects.filter(employee_no="S201").exists()
    assert json.loads(TrailEntry.objects.get(action="undo_batch").body)["changes"]["reason"] == "wrong file"


def test_rows_that_others_use_are_not_undone_and_the_first_is_named(cast: Cast) -> None:
    batch = bring("customers", "客户号,客户名称,客户类型,机构号\nK1,张三,个人,S01\nK2,李四,个人,S01")
    customer = Customer.objects.get(customer_no="K2")
    account = make_account(cast.south, "A1", customer=customer)
    with pytest.raises(RuleError, match="Row 3 of the file is used"):
        undo_batch(actor=SYSTEM, batch=batch, reason="wrong file")
    assert Customer.objects.count() == 2
    account.delete()
    undo_batch(actor=SYSTEM, batch=batch, reason="wrong file")
    assert not Customer.objects.exists()


def test_a_row_that_was_changed_again_keeps_the_earlier_change_from_being_undone(cast: Cast) -> None:
    first = bring("branches", f"{BRANCHES}\nL01,柴湖信用社,乡镇,UNION,15")
    second = bring("branches", f"{BRANCHES}\nL01,柴湖信用社,乡镇,UNION,16")
    with pytest.raises(RuleError, match="L01 has been changed again"):
        undo_batch(actor=SYSTEM, batch=first, reason="wrong count")
    for batch in (second, first):
        undo_batch(actor=SYSTEM, batch=batch, reason="wrong count")
    assert Branch.objects.get(branch_code="L01").headcount == 14


def test_a_new_row_that_was_changed_later_is_not_undone_before_the_change(cast: Cast) -> None:
    first = bring("employees", f"{EMPLOYEES}\nS201,张三,S01,正式,2015-03-04")
    second = bring("employees", f"{EMPLOYEES}\nS201,张山,S01,正式,2015-03-04")
    with pytest.raises(RuleError):
        undo_batch(actor=SYSTEM, batch=first, reason="wrong file")
    undo_batch(actor=SYSTEM, batch=second, reason="wrong file")
    undo_batch(actor=SYSTEM, batch=first, reason="wrong file")
    assert not Employee.objects.filter(employee_no="S201").exists()


# --- who -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["zhou", "wang", "qian", "he", "song"])
def test_who_is_no_clerk_brings_nothing_in(cast: Cast, person: str) -> None:
    make_account(cast.south, "A1")
    with pytest.raises(RuleError, match="You bring in no files"):
        preview("deposit_transactions", f"{POSTINGS}\nT1,A1,2026-10-05,1.00", actor=cast.actor(person))
    assert not ImportBatch.objects.exists()


def test_a_clerk_of_a_branch_brings_in_its_ledger_but_no_branches_or_employees(cast: Cast) -> None:
    make_account(cast.south, "A1")
    chen = cast.actor("chen")
    batch = bring("deposit_transactions", f"{POSTINGS}\nT1,A1,2026-10-05,1.00", actor=chen)
    assert (batch.branch, batch.applied_by) == (cast.south, cast.chen)
    for kind, text in (
        ("branches", f"{BRANCHES}\nS09,城东,城区,,1"),
        ("employees", f"{EMPLOYEES}\nS1,张,S01,正式,2015-03-04"),
    ):
        with pytest.raises(RuleError, match="You bring in no files"):
            preview(kind, text, actor=chen)
        with pytest.raises(RuleError, match="Ask the head office"):
            upload_file(actor=chen, name="file.csv", content=[text.encode()])


def test_the_number_of_another_branchs_customer_is_not_taken_over(cast: Cast) -> None:
    make_customer(cast.north, "K1", name="张三")
    batch = preview("customers", "客户号,客户名称,客户类型,机构号\nK1,李四,个人,S01", actor=cast.actor("chen"))
    assert reasons(batch) == [(2, "", "A record of another branch has this number. Ask the head office.")]


def test_a_batch_of_another_branch_does_not_exist(cast: Cast) -> None:
    make_account(cast.north, "N1")
    batch = upload_file(actor=SYSTEM, name="a.csv", content=[f"{POSTINGS}\n".encode()], branch=cast.north)
    for step in (preview_batch, apply_batch, discard_batch):
        with pytest.raises(RuleError, match="There is no such import"):
            step(actor=cast.actor("chen"), batch=batch)


@pytest.mark.parametrize("person", ["zhou", "wu", "qian"])
def test_who_reads_a_batch_and_is_no_clerk_moves_it_nowhere(cast: Cast, person: str) -> None:
    make_account(cast.south, "A1")
    batch = preview(
        "deposit_transactions", "流水号,账号,交易日期,发生额\nT1,A1,2026-10-05,1.00", actor=cast.actor("chen")
    )
    actor = cast.actor(person)
    assert ImportBatch.objects.visible_to(actor).filter(pk=batch.pk).exists()
    for step in (preview_batch, apply_batch, discard_batch):
        with pytest.raises(RuleError, match="You bring in no files of this kind"):
            step(actor=actor, batch=batch)
    apply_batch(actor=cast.actor("chen"), batch=batch)
    with pytest.raises(RuleError, match="You bring in no files of this kind"):
        undo_batch(actor=actor, batch=batch, reason="wrong file")
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.APPLIED


# --- what kind -------------------------------------------------------------------------------------------------------


def test_a_file_whose_header_says_no_kind_waits_until_somebody_says_which(cast: Cast) -> None:
    make_account(cast.south, "A1")
    text = "账号,日期,余额\nA1,2026-09-30,100.00"
    chen = cast.actor("chen")
    batch = upload_file(actor=chen, name="export.csv", content=[text.encode()])
    assert batch.kind == ""
    assert set(batch.findings["candidates"]) == {"deposit_balances", "deposit_daily_balances"}
    with pytest.raises(RuleError, match="Say first what kind"):
        preview_batch(actor=chen, batch=batch)
    batch = choose_kind(actor=chen, batch=batch, kind="deposit_balances")
    assert apply_batch(actor=chen, batch=preview_batch(actor=chen, batch=batch)).created_count == 1


def test_a_kind_that_the_person_may_not_bring_in_is_not_chosen(cast: Cast) -> None:
    batch = upload_file(actor=cast.actor("chen"), name="x.csv", content=["甲,乙\n1,2".encode()])
    with pytest.raises(RuleError, match="Ask the head office"):
        choose_kind(actor=cast.actor("chen"), batch=batch, kind="branches")
    with pytest.raises(RuleError, match="There is no import of the kind"):
        choose_kind(actor=cast.actor("chen"), batch=batch, kind="nothing")
