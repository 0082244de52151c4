"""The real data through the doors of the program: a folder in, nine month ends, all figures out, against the oracle."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from common.months import Month
from deposits.models import Posting
from managers.models import ConductEntry
from organization.models import ImportBatch, MonthClose
from tests.oracle import ledger as oracle
from tests.oracle.real_data import berka_folder

pytestmark = pytest.mark.django_db

MONTHS = [Month(1993, number) for number in range(1, 10)]

# Accounts, closing balances and 积数 as the data's own README says them, in fen.
TOTALS = {
    "1993-01": (96, 63_275_760, 960_253_060),
    "1993-03": (298, 577_776_990, 14_517_761_390),
    "1993-06": (554, 1_594_619_900, 47_175_222_690),
    "1993-09": (858, 2_567_612_350, 76_022_754_880),
}


def run(*words: str) -> dict[str, Any]:
    """What a command prints with --json."""
    out = StringIO()
    call_command(*words, "--json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def test_nine_months_of_real_data_equal_the_oracle_account_by_account_and_manager_by_manager(tmp_path: Path) -> None:
    folder = berka_folder()
    facts = oracle.load_folder(folder)
    brought = run("import_folder", str(folder))
    assert brought["ignored"] == ["README.md"]
    counted = {name: (done["read"], done["created"], done["rejected"]) for name, done in brought["files"].items()}
    lines = {path.name: len(path.read_text("utf-8-sig").splitlines()) - 1 for path in folder.glob("*.csv")}
    assert counted == {name: (rows, rows, 0) for name, rows in lines.items()}
    # Only the ledger opens months; loans, targets and appointments of other days do not.
    assert {row.month.strftime("%Y-%m") for row in MonthClose.objects.all()} <= {str(month) for month in MONTHS}
    assert ConductEntry.objects.exclude(state="draft").count() == 0

    for month in MONTHS:
        run("month_end", str(month))
        balances, attributed = tmp_path / f"{month}-balances.csv", tmp_path / f"{month}-attributed.csv"
        run("export_balances", str(month), str(balances))
        run("export_attributed", str(month), str(attributed))
        found = {row["account_no"]: (row["opening"], row["closing"], row["accumulated"]) for row in rows_of(balances)}
        wanted = oracle.month_figures(facts, month)
        assert found == {number: tuple(map(yuan, figures)) for number, figures in wanted.items()}, month
        shares = {
            (row["account_no"], row["manager_no"]): (row["closing"], row["accumulated"]) for row in rows_of(attributed)
        }
        parts = oracle.attributed_figures(facts, month)
        assert shares == {key: tuple(map(yuan, figures)) for key, figures in parts.items()}, month
        if str(month) in TOTALS:
            totals = (len(wanted), sum(one[1] for one in wanted.values()), sum(one[2] for one in wanted.values()))
            assert totals == TOTALS[str(month)]

    postings = Posting.objects.count()
    again = run("import_folder", str(folder))
    assert {(done["created"], done["changed"], done["rejected"]) for done in again["files"].values()} == {(0, 0, 0)}
    assert {name: done["unchanged"] for name, done in again["files"].items()} == lines
    assert Posting.objects.count() == postings
    assert not MonthClose.objects.filter(stale=True).exists()
    assert ImportBatch.objects.filter(state="applied").count() == 2 * len(lines)
