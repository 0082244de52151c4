"""import_data and import_folder, called as in scripts: summaries, exit codes, who acts, refused rows in a file."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections
from openpyxl import load_workbook

from config.env import PROJECT_DIR
from customers.models import Customer
from deposits.models import Attribution, DepositAccount, Posting
from loans.models import Instalment, Loan, Repayment
from managers.models import Appointment, ConductEntry, Target
from organization.models import Branch, Employee, ImportBatch, RoleGrant
from tests.cast import Cast
from tests.make import make_account
from tests.oracle.real_data import berka_folder

CUSTOMERS = "customer_no,name,kind,branch_code\n"


def called(*words: str) -> Any:
    """What a command prints with --json."""
    out = io.StringIO()
    call_command(*words, "--json", stdout=out)
    return json.loads(out.getvalue())


def refused(*words: str) -> CommandError:
    with pytest.raises(CommandError) as caught:
        call_command(*words, stdout=io.StringIO())
    return caught.value


@pytest.fixture
def customers(cast: Cast, tmp_path: Path) -> Path:
    path = tmp_path / "customers.csv"
    path.write_text(f"{CUSTOMERS}K1,张三,农户,S01\nK2,李四,个人,S01\n", encoding="gb18030")
    return path


def test_a_folder_of_real_data_comes_in_whole_and_the_second_time_nothing_changes(db: None) -> None:
    folder = str(berka_folder())
    first = called("import_folder", folder)
    assert first["ignored"] == ["README.md"]
    assert [each["rejected"] for each in first["files"].values()] == [0] * 12
    models = (Branch, Employee, Appointment, Target, ConductEntry, Customer, DepositAccount, Posting, Attribution)
    counts = [model.objects.count() for model in (*models, Loan, Instalment, Repayment)]
    assert counts == [78, 231, 231, 10_395, 39, 858, 858, 14_125, 1_168, 8, 264, 8]
    assert RoleGrant.objects.count() == 231
    again = called("import_folder", folder)
    for figures in again["files"].values():
        assert (figures["created"], figures["changed"], figures["rejected"]) == (0, 0, 0)
        assert figures["unchanged"] == figures["read"]
    assert [model.objects.count() for model in (*models, Loan, Instalment, Repayment)] == counts


def test_the_summary_of_a_file_has_the_keys_of_the_contract(customers: Path) -> None:
    figures = called("import_data", "customers", str(customers))
    batch = ImportBatch.objects.get()
    assert figures == {
        "read": 2,
        "created": 2,
        "changed": 0,
        "unchanged": 0,
        "held_over": 0,
        "rejected": 0,
        "batch": batch.pk,
    }
    assert (batch.uploaded_by, batch.branch, batch.file_name) == (None, None, "customers.csv")


def test_a_dry_run_counts_and_brings_nothing_in(customers: Path) -> None:
    assert called("import_data", "customers", str(customers), "--dry-run")["created"] == 2
    assert not Customer.objects.exists()
    assert ImportBatch.objects.get().state == ImportBatch.State.DISCARDED


def test_refused_rows_end_with_1_are_said_and_can_be_mended_and_sent_again(customers: Path, tmp_path: Path) -> None:
    customers.write_text(f"{CUSTOMERS}K1,张三,农户,S01\nK2,李四,个人,NOWHERE\n", encoding="utf-8")
    rejected = tmp_path / "rejected.xlsx"
    error = refused("import_data", "customers", str(customers), "--rejected", str(rejected))
    assert error.returncode == 1
    assert "3" in str(error)
    assert "NOWHERE" in str(error)
    assert not Customer.objects.exists()
    book = load_workbook(rejected)
    sheet = book.active
    row = next(number for number in range(1, 6) if "NOWHERE" in [cell.value for cell in sheet[number]])
    column = next(cell.column for cell in sheet[row] if cell.value == "NOWHERE")
    sheet.cell(row, column).value = "S01"
    book.save(rejected)
    figures = called("import_data", "customers", str(rejected))
    assert (figures["read"], figures["created"], Customer.objects.get().customer_no) == (1, 1, "K2")


def test_refused_rows_in_a_csv_keep_their_figures_and_no_text_becomes_a_formula(cast: Cast, tmp_path: Path) -> None:
    path, rejected = tmp_path / "postings.csv", tmp_path / "rejected.csv"
    path.write_text('流水号,账号,交易日期,发生额,备注\nT1,A9,2026-10-01,-5.00,"=1+1"\n', encoding="utf-8")
    refused("import_data", "deposit_transactions", str(path), "--rejected", str(rejected))
    head, row = rejected.read_text(encoding="utf-8-sig").splitlines()
    assert head == "行号,原因,流水号,账号,交易日期,发生额,备注"
    assert row.startswith("2,")
    assert row.endswith("T1,A9,2026-10-01,-5.00,'=1+1")
    make_account(cast.south, "A9")
    assert called("import_data", "deposit_transactions", str(rejected))["created"] == 1


def test_the_good_rows_come_in_when_that_is_asked_for(customers: Path) -> None:
    customers.write_text(f"{CUSTOMERS}K1,张三,农户,S01\nK2,李四,个人,NOWHERE\n", encoding="utf-8")
    figures = called("import_data", "customers", str(customers), "--accept-good-rows")
    assert (figures["created"], figures["rejected"]) == (1, 1)
    assert Customer.objects.get().customer_no == "K1"


def test_a_person_brings_in_what_is_his_or_hers_and_no_more(cast: Cast, customers: Path) -> None:
    assert called("import_data", "customers", str(customers), "--as", "S002")["created"] == 2
    assert ImportBatch.objects.get().uploaded_by == cast.chen
    customers.write_text(f"{CUSTOMERS}K9,王五,农户,N01\n", encoding="utf-8")
    assert "N01" in str(refused("import_data", "customers", str(customers), "--as", "S002"))
    assert refused("import_data", "customers", str(customers), "--as", "S101").returncode == 1
    assert refused("import_data", "customers", str(customers), "--as", "NOBODY").returncode == 1


def test_a_folder_stops_at_the_first_file_with_refused_rows_and_keeps_what_came_before(
    cast: Cast, tmp_path: Path
) -> None:
    make_account(cast.south, "A1")
    (tmp_path / "1-postings.csv").write_text("流水号,账号,交易日期,发生额\nT1,A9,2026-10-01,5.00\n", encoding="utf-8")
    (tmp_path / "2-customers.csv").write_text(f"{CUSTOMERS}K1,张三,农户,S01\n", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("nothing to read here", encoding="utf-8")
    error = refused("import_folder", str(tmp_path))
    assert (error.returncode, Posting.objects.count()) == (1, 0)
    assert Customer.objects.filter(customer_no="K1").exists()


def test_a_wrong_command_line_ends_with_2_a_refusal_with_1_in_a_process_of_its_own(
    own_cast: Cast, tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.xlsx"
    damaged.write_bytes(b"PK\x03\x04 and no more")

    def manage(*words: str) -> subprocess.CompletedProcess[str]:
        connections.close_all()
        environ = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "LANGUAGE_CODE": "en"}
        command = [sys.executable, "manage.py", *words]
        return subprocess.run(command, cwd=PROJECT_DIR, env=environ, capture_output=True, text=True, timeout=120)

    for words in (
        ("import_data", "customers"),
        ("import_data", "nothing", str(damaged)),
        ("import_data", "customers", str(tmp_path / "none.csv")),
        ("import_folder", str(tmp_path / "none")),
    ):
        done = manage(*words)
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        assert done.stderr
        assert "Traceback" not in done.stderr
    done = manage("import_data", "customers", str(damaged), "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("damaged.xlsx: ")
    assert "Traceback" not in done.stderr
