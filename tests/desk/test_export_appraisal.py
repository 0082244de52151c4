"""export_appraisal in a process of its own, as in scripts."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from appraisal.models import Workbook
from tests.appraisal.stages import compute, play_the_example, retire
from tests.cast import Cast, assemble
from tests.desk.test_month_commands import manage


@pytest.fixture
def cast(own_database: str) -> Cast:
    cast = assemble()
    retire(cast.li)
    play_the_example(cast)
    return cast


def test_the_workbook_is_written_and_kept(cast: Cast, tmp_path: Path) -> None:
    compute(cast)
    path = tmp_path / "appraisal.xlsx"
    done = manage("export_appraisal", "2026-09", str(path), "--branch", "S01", "--as", "S002", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    summary = json.loads(done.stdout)
    workbook = Workbook.objects.get()
    assert summary["sha256"] == workbook.file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (summary["managers"], summary["branches"], summary["state"]) == (1, ["S01"], "computed")
    assert workbook.made_by == cast.chen
    assert load_workbook(path).sheetnames[:2] == ["考核汇总", "S101 王小明"]


def test_without_a_branch_it_holds_every_computed_branch(cast: Cast, tmp_path: Path) -> None:
    assert manage("month_end", "2026-09").returncode == 0
    path = tmp_path / "appraisal.xlsx"
    done = manage("export_appraisal", "2026-09", str(path))
    assert (done.returncode, done.stderr) == (0, "")
    assert "2026-09: 2 score cards in" in done.stdout
    assert Workbook.objects.get().branch == cast.union
    assert {"S101 王小明", "N101 赵强"} <= set(load_workbook(path).sheetnames)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--branch", "S01"), "2026-09 is not computed yet."),
        (("--branch", "X99"), "There is no branch X99."),
        (("--branch", "S01", "--as", "N001"), "There is no branch S01."),
        (("--as", "L001"), "You do not have the right"),
    ],
)
def test_it_is_refused_with_a_sentence_and_code_1(
    cast: Cast, tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    path = tmp_path / "appraisal.xlsx"
    done = manage("export_appraisal", "2026-09", str(path), *words)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert not path.exists() and not Workbook.objects.exists()
