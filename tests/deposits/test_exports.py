"""The export commands: the public contract of formats.md, held against the oracle."""

from __future__ import annotations

import csv
import json
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from common.months import Month
from organization.actions.months import mark_stale
from organization.models import TrailEntry
from tests.cast import Cast
from tests.ledgers import compute, store
from tests.make import OCTOBER, make_account, make_attribution, make_posting
from tests.oracle import ledger as oracle
from tests.oracle.real_data import berka_folder


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def yuan(fen: int) -> str:
    return str((Decimal(fen) / 100).quantize(Decimal("0.01")))


@pytest.mark.usefixtures("db")
def test_exports_of_the_real_data_equal_the_oracle_to_the_fen(tmp_path: Path) -> None:
    facts = oracle.load_folder(berka_folder())
    month = Month(1993, 9)
    for branch in store(facts).branches.values():
        compute(branch, month)
    call_command("export_balances", "1993-09", str(tmp_path / "balances.csv"))
    call_command("export_attributed", "1993-09", str(tmp_path / "attributed.csv"))
    assert rows_of(tmp_path / "balances.csv") == [
        {
            "account_no": no,
            "branch_code": facts.accounts[no].branch_code,
            "days": "30",
            "opening": yuan(opening),
            "closing": yuan(closing),
            "accumulated": yuan(accumulated),
            "average": str((Decimal(accumulated) / 3000).quantize(Decimal("0.01"), ROUND_HALF_UP)),
        }
        for no, (opening, closing, accumulated) in sorted(oracle.month_figures(facts, month).items())
    ]
    assert rows_of(tmp_path / "attributed.csv") == [
        {"account_no": no, "manager_no": manager_no, "closing": yuan(closing), "accumulated": yuan(accumulated)}
        for (no, manager_no), (closing, accumulated) in sorted(oracle.attributed_figures(facts, month).items())
    ]


def exported(command: str, path: Path, **options: Any) -> list[dict[str, str]]:
    call_command(command, str(OCTOBER), str(path), **options)
    return rows_of(path)


def test_the_average_is_rounded_half_away_from_zero(cast: Cast, tmp_path: Path) -> None:
    for no, amount in (("A1", "0.15"), ("A2", "-0.15"), ("A3", "0.16")):
        make_posting(make_account(cast.south, no), "31st", amount)
    for no in ("A4", "A5"):
        make_posting(make_account(cast.south, no), "1st", "-90000000000.01" if no == "A5" else "90000000000.01")
    compute(cast.south, OCTOBER)
    averages = {row["account_no"]: row["average"] for row in exported("export_balances", tmp_path / "b.csv")}
    # 15 fen over 31 days is 0.48 fen; 16 fen is 0.52.
    assert averages == {"A1": "0.00", "A2": "0.00", "A3": "0.01", "A4": "90000000000.01", "A5": "-90000000000.01"}
    for no, amount in (("B1", "0.01"), ("B2", "-0.01")):
        make_posting(make_account(cast.north, no), "2026-02-15", amount)
    compute(cast.north, Month(2026, 2))
    call_command("export_balances", "2026-02", str(tmp_path / "february.csv"))
    # 14 of 28 days: exactly half a fen.
    assert [row["average"] for row in rows_of(tmp_path / "february.csv")] == ["0.01", "-0.01"]


def test_a_manager_has_a_row_for_every_day_held_and_nobody_only_for_a_figure(cast: Cast, tmp_path: Path) -> None:
    account = make_account(cast.south, "A1")
    make_posting(account, "20th", "100.00")
    make_attribution(account, cast.wang, "2026-10-01", "2026-10-02")
    make_attribution(account, cast.li, "2026-10-03")
    make_account(cast.south, "A2")
    compute(cast.south, OCTOBER)
    assert exported("export_attributed", tmp_path / "a.csv") == [
        {"account_no": "A1", "manager_no": "S101", "closing": "0.00", "accumulated": "0.00"},
        {"account_no": "A1", "manager_no": "S102", "closing": "100.00", "accumulated": "1200.00"},
    ]


def test_an_account_number_that_a_spreadsheet_would_compute_stays_text(cast: Cast, tmp_path: Path) -> None:
    for no in ("=1+1", "@SUM", "-5", "7"):
        make_account(cast.south, no)
    compute(cast.south, OCTOBER)
    found = {row["account_no"] for row in exported("export_balances", tmp_path / "b.csv")}
    assert found == {"'=1+1", "'@SUM", "'-5", "7"}


def test_who_acts_takes_away_what_that_person_reads_and_the_trail_says_so(cast: Cast, tmp_path: Path) -> None:
    for branch in (cast.south, cast.north):
        make_account(branch, f"A-{branch.branch_code}")
        compute(branch, OCTOBER)
    path = tmp_path / "b.csv"
    assert len(exported("export_balances", path)) == 2
    assert [row["account_no"] for row in exported("export_balances", path, acting="S002")] == ["A-S01"]
    entry = TrailEntry.objects.filter(action="export", actor_no="S002").get()
    assert json.loads(entry.body)["changes"]["filter"] == "month=2026-10&branch="
    for options in ({"acting": "S101"}, {"acting": "U003"}, {"acting": "L001"}, {"acting": "S002", "branch": "N01"}):
        with pytest.raises(CommandError):
            exported("export_balances", path, **options)


def test_a_month_that_is_not_computed_is_refused_and_a_stale_one_is_named(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "b.csv"
    with pytest.raises(CommandError):
        exported("export_balances", path)
    assert not path.exists()
    compute(cast.south, OCTOBER)
    mark_stale(first_days=[(cast.south.pk, OCTOBER)])
    exported("export_balances", path)
    assert "S01" in capsys.readouterr().out
    exported("export_balances", path, json=True)
    assert json.loads(capsys.readouterr().out)["stale"] == ["S01"]


def test_a_file_that_cannot_be_written_is_refused_and_leaves_nothing(cast: Cast, tmp_path: Path) -> None:
    compute(cast.south, OCTOBER)
    with pytest.raises(CommandError, match="missing"):
        exported("export_balances", tmp_path / "missing" / "b.csv")
    assert list(tmp_path.iterdir()) == []
