"""import_data and import_folder, for scripts and schedulers (formats.md, Commands)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from openpyxl import load_workbook

from config.env import PROJECT_DIR
from customers.models import Customer
from deposits.models import DepositAccount, Posting
from organization.models import Branch, ImportBatch, MonthClose
from tests.cast import Cast
from tests.english import english
from tests.make import make_account

__all__ = ["english"]

POSTINGS = "流水号,账号,交易日期,发生额\nT1,A1,2026-10-05,1.00\n{}"
GOOD = "T2,A1,2026-10-06,2.00\n"
BAD = "T2,A9,2026-10-06,2.00\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "day.csv"


def written(file: Path, text: str) -> str:
    file.write_text(text, encoding="gb18030")
    return str(file)


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_the_summary_has_seven_figures_and_the_batch_is_one_of_them(cast: Cast, file: Path) -> None:
    make_account(cast.south, "A1")
    done = json.loads(run("import_data", "deposit_transactions", written(file, POSTINGS.format(GOOD)), "--json"))
    batch = ImportBatch.objects.get()
    assert done == {
        "read": 2,
        "created": 2,
        "changed": 0,
        "unchanged": 0,
        "held_over": 0,
        "rejected": 0,
        "batch": batch.pk,
    }
    assert list(done) == ["read", "created", "changed", "unchanged", "held_over", "rejected", "batch"]
    assert (batch.state, batch.uploaded_by) == ("applied", None)


def test_a_person_may_be_named_who_brings_the_file_in(cast: Cast, file: Path) -> None:
    make_account(cast.south, "A1")
    run("import_data", "deposit_transactions", written(file, POSTINGS.format(GOOD)), "--as", "S002")
    assert ImportBatch.objects.get().applied_by == cast.chen


def test_the_same_file_again_says_that_nothing_changes(cast: Cast, file: Path) -> None:
    make_account(cast.south, "A1")
    words = ("import_data", "deposit_transactions", written(file, POSTINGS.format(GOOD)))
    run(*words)
    assert "nothing changes" in run(*words)


def test_a_dry_run_writes_nothing_but_the_summary(cast: Cast, file: Path) -> None:
    make_account(cast.south, "A1")
    path = written(file, POSTINGS.format(GOOD))
    done = json.loads(run("import_data", "deposit_transactions", path, "--dry-run", "--json"))
    assert (done["read"], done["created"]) == (2, 2)
    assert not Posting.objects.exists() and not MonthClose.objects.exists()
    assert ImportBatch.objects.get().state == "discarded"


def test_refused_rows_keep_the_file_out_and_are_written_to_be_mended(cast: Cast, file: Path, tmp_path: Path) -> None:
    make_account(cast.south, "A1")
    rejected = tmp_path / "rejected.xlsx"
    words = ("import_data", "deposit_transactions", written(file, POSTINGS.format(BAD)), "--rejected", str(rejected))
    with pytest.raises(CommandError, match="row 3, 账号 “A9”: There is no account A9"):
        run(*words)
    assert not Posting.objects.exists()
    rows = list(load_workbook(rejected).active.values)
    assert rows[0][2:] == ("流水号", "账号", "交易日期", "发生额")
    assert rows[1][0] == 3 and rows[1][2:] == ("T2", "A9", "2026-10-06", "2.00")
    make_account(cast.south, "A9")
    run("import_data", "deposit_transactions", written(file, POSTINGS.format("")))
    run("import_data", "deposit_transactions", str(rejected))
    assert Posting.objects.count() == 2


def test_the_good_rows_come_in_when_they_are_accepted(cast: Cast, file: Path) -> None:
    make_account(cast.south, "A1")
    path = written(file, POSTINGS.format(BAD))
    done = json.loads(run("import_data", "deposit_transactions", path, "--accept-good-rows", "--json"))
    assert (done["created"], done["rejected"]) == (1, 1) and Posting.objects.count() == 1


def test_each_way_out_has_its_exit_code(own_database: str, file: Path, tmp_path: Path) -> None:
    """In processes of their own: 0 done, 1 refused, 2 a command line that is wrong."""
    header = "机构号,机构名称,类型,上级机构号,员工人数\n"
    good, bad = written(file, f"{header}01,县联社,联社,,120\n"), tmp_path / "bad.csv"
    bad.write_text(f"{header}02,城南,商店,,1\n", encoding="utf-8-sig")
    (tmp_path / "picture.csv").write_bytes(b"\xff\xd8\xff\xe0 no table")
    found = [
        manage("import_data", *words)
        for words in (
            ("branches", good, "--json"),
            ("branches", str(bad), "--json"),
            ("branches", str(tmp_path / "picture.csv")),
            ("branches", good, "--as", "nobody"),
            ("nothing", good),
            ("branches", str(tmp_path / "none.csv")),
        )
    ]
    assert [done.returncode for done in found] == [0, 1, 1, 1, 2, 2]
    assert all("Traceback" not in done.stderr for done in found)
    assert json.loads(found[0].stdout)["created"] == 1 and found[0].stderr == ""
    assert json.loads(found[1].stdout)["rejected"] == 1 and "row 2" in found[1].stderr
    assert all(done.stderr for done in found[1:])
    assert Branch.objects.count() == 1


def manage(*arguments: str) -> subprocess.CompletedProcess[str]:
    connections.close_all()
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "LANGUAGE_CODE": "en"},
        capture_output=True,
        text=True,
        timeout=120,
    )


# --- folders ---------------------------------------------------------------------------------------------------------


def fill(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text.replace(" ", ""), encoding="utf-8")
    return folder


def test_a_folder_comes_in_in_the_order_in_which_its_files_need_each_other(cast: Cast, tmp_path: Path) -> None:
    """Whatever the files are called: each is known by its header."""
    folder = fill(
        tmp_path,
        a="流水号,账号,交易日期,发生额\nT1,A1,2026-10-05,1.00",
        b="账号,客户经理工号,起始日\nA1,S101,2026-10-01",
        c="账号,客户号,产品,机构号,开户日期\nA1,K1,活期,S01,2026-01-05",
        d="客户号,客户名称,客户类型,机构号\nK1,张三,个人,S01",
    )
    (folder / "README.md").write_text("Notes, that are no table.", encoding="utf-8")
    (folder / "sub").mkdir()
    done = json.loads(run("import_folder", str(folder), "--json"))
    assert list(done["files"]) == ["d.csv", "c.csv", "a.csv", "b.csv"]
    assert done["ignored"] == ["README.md"]
    assert {one["created"] for one in done["files"].values()} == {1}
    assert "README.md" in run("import_folder", str(folder))


def test_a_refused_file_stops_a_folder_and_what_came_before_stays(cast: Cast, tmp_path: Path) -> None:
    folder = fill(
        tmp_path,
        accounts="账号,客户号,产品,机构号,开户日期\nA1,K9,活期,S01,2026-01-05",
        customers="客户号,客户名称,客户类型,机构号\nK1,张三,个人,S01",
        postings="流水号,账号,交易日期,发生额\nT1,A1,2026-10-05,1.00",
    )
    with pytest.raises(CommandError, match="There is no customer K9"):
        run("import_folder", str(folder))
    assert Customer.objects.filter(customer_no="K1").exists()
    assert not DepositAccount.objects.exists()
    assert {batch.kind for batch in ImportBatch.objects.all()} == {"customers", "deposit_accounts"}


def test_a_folder_with_a_file_of_two_possible_kinds_brings_nothing_in(cast: Cast, tmp_path: Path) -> None:
    folder = fill(
        tmp_path,
        customers="客户号,客户名称,客户类型,机构号\nK1,张三,个人,S01",
        export="账号,日期,余额\nA1,2026-10-05,1.00",
    )
    with pytest.raises(CommandError, match="deposit_daily_balances, deposit_balances"):
        run("import_folder", str(folder))
    assert not ImportBatch.objects.exists()
    (folder / "export.csv").rename(folder / "deposit_daily_balances.csv")
    (folder / "accounts.csv").write_text(
        "账号,客户号,产品,机构号,开户日期\nA1,K1,活期,S01,2026-01-05", encoding="utf-8"
    )
    run("import_folder", str(folder))
    assert Posting.objects.count() == 1
