"""The workbook of the real data's last month, all branches in one, as LibreOffice computes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import translation
from openpyxl import load_workbook

from appraisal.actions.months import run_month_end
from appraisal.actions.workbooks import make_workbook
from appraisal.models import ScoreCard
from common.months import Month
from organization.queries import file_pieces
from organization.rules import SYSTEM
from tests.appraisal.test_real_data import store_targets_and_entries
from tests.golden.recalculation import recalculated
from tests.ledgers import store
from tests.oracle import ledger as oracle
from tests.oracle.real_data import berka_folder
from tests.oracle.score import composite_cards

MONTH = Month(1993, 9)


@pytest.mark.django_db
def test_the_real_month_recalculates_to_the_oracles_points(soffice: str, tmp_path: Path) -> None:
    facts = oracle.load_folder(berka_folder())
    stored = store(facts)
    store_targets_and_entries(facts, stored)
    branches = list(stored.branches.values())
    for branch in branches:
        run_month_end(actor=SYSTEM, branch=branch, month=MONTH)
    path = tmp_path / "1993-09.xlsx"
    path.write_bytes(b"".join(file_pieces(make_workbook(actor=SYSTEM, branches=branches, month=MONTH).file)))
    book = recalculated(soffice, path, tmp_path)
    wanted = composite_cards(facts, MONTH)
    rows = list(book["考核汇总"].iter_rows(min_row=2, values_only=True))
    head = rows[0]
    found = {
        row[head.index("工号")]: round(row[head.index("总分")] * 100)
        for row in rows[1:]
        if isinstance(row[0], (int, float))
    }
    assert found == {no: card.total for no, card in wanted.items()}
    assert len(found) == ScoreCard.objects.count()
    with translation.override("zh-hans"):
        for card in ScoreCard.objects.prefetch_related("lines").select_related("manager"):
            sheet = book[f"{card.manager.employee_no} {card.manager.name}"]
            points = {row[0]: row[6] for row in sheet.iter_rows(min_row=7, values_only=True)}
            for line in card.lines.all():
                assert points[line.get_indicator_display()] == line.points_hundredths / 100
    for values in (book, load_workbook(path, data_only=True)):
        verdicts = [row[6] for row in values["核对"].iter_rows(values_only=True) if row[6] in ("一致", "不一致")]
        assert set(verdicts) == {"一致"}
        # Nothing is lost: each branch's parts and what is nobody's make up its accounts.
        wholes = [row for row in values["核对"].iter_rows(values_only=True) if row[2] == "各人之和＋未归属＝全部账户"]
        assert len(wholes) == 3 * len(branches)
        assert round(sum(row[4] for row in wholes if row[3] == "积数"), 2) == 760_227_548.80
