"""The appraisal workbook: live formulas that LibreOffice recalculates to the system's figures, to the fen and 0.01 point."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from openpyxl import Workbook as Book
from openpyxl import load_workbook

from appraisal.actions.months import run_month_end
from appraisal.actions.workbooks import make_workbook, request_workbook
from appraisal.models import ScoreCard, ScoreLine, Workbook
from appraisal.tasks import export_workbook
from common.errors import RuleError
from common.money import format_yuan
from managers.models import ConductEntry, ContractTarget
from organization.models import Branch, Employee, Job, TrailEntry
from organization.queries import file_pieces
from organization.rules import SYSTEM
from tests.appraisal.stages import SEPTEMBER, TARGETS, close, compute, play_the_example, retire
from tests.cast import Cast
from tests.golden.recalculation import CANARY
from tests.golden.recalculation import recalculated as recalculated_by_libreoffice
from tests.make import (
    make_account,
    make_attribution,
    make_customer,
    make_entry,
    make_loan,
    make_manager,
    make_posting,
    make_repayment,
    make_target,
)

LONG_SHEETS = ["存款明细", "贷款明细", "利息明细", "行为明细"]
# What a card's columns hold, from 0.
NAME, SCHEME_WEIGHT, WEIGHT, TARGET, ACTUAL, RATE, POINTS = range(7)


def keep(workbook: Workbook, folder: Path) -> Path:
    path = folder / "appraisal.xlsx"
    path.write_bytes(b"".join(file_pieces(workbook.file)))
    return path


def values(book: Book) -> Iterator[tuple[tuple[str, str], Any]]:
    """Each cell that holds something: (sheet, cell), value."""
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    yield (sheet.title, cell.coordinate), cell.value


def recalculated(soffice: str, path: Path, folder: Path) -> Book:
    """What LibreOffice computes from a copy whose cached values are all wrong: none of them is left."""
    book = recalculated_by_libreoffice(soffice, path, folder)
    assert CANARY not in {str(value) for _where, value in values(book)}
    return book


def exported(cast: Cast, folder: Path, *branches: Branch) -> Path:
    wanted = list(branches or [cast.south])
    return keep(make_workbook(actor=SYSTEM, branches=wanted, month=SEPTEMBER), folder)


def card_sheet(book: Book, manager: Employee) -> list[tuple[Any, ...]]:
    return list(book[f"{manager.employee_no} {manager.name}"].iter_rows(values_only=True))


def row_of(rows: list[tuple[Any, ...]], label: str) -> tuple[Any, ...]:
    return next(row for row in rows if str(row[0]).startswith(label))


def summary(book: Book) -> list[dict[str, Any]]:
    """The managers' rows of 考核汇总 by header."""
    rows = list(book["考核汇总"].iter_rows(min_row=2, values_only=True))
    found = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    return [row for row in found if isinstance(row["名次"], (int, float))]


def hundredths(value: Any) -> int:
    """The whole hundredths of a cell that shows two decimals, and holds no more."""
    assert isinstance(value, (int, float))
    whole = round(value * 100)
    assert value == whole / 100, f"{value!r} is not {format_yuan(whole)}"
    return whole


def shown(value: Fraction) -> int:
    """Half up, away from zero, as arithmetic.md has it."""
    sign = -1 if value < 0 else 1
    return sign * int(abs(value) + Fraction(1, 2))


def check_against_database(book: Book) -> int:
    """Compares every figure of every card, and the summary, with the stored cards. Returns how many figures it saw."""
    seen = 0
    ranking = {row["工号"]: row for row in summary(book)}
    for card in ScoreCard.objects.select_related("manager").prefetch_related("lines"):
        rows = card_sheet(book, card.manager)
        for line in card.lines.all():
            seen += check_line(row_of(rows, line.get_indicator_display()), line)
            if line.state == ScoreLine.State.SCORED:
                in_summary = ranking[card.manager.employee_no][line.get_indicator_display()]
                assert hundredths(in_summary) == line.points_hundredths
        assert hundredths(row_of(rows, "总分")[POINTS]) == card.total_hundredths
        assert row_of(rows, "名次")[POINTS] == card.rank
        assert row_of(rows, "等级")[POINTS] == (card.grade_name or "—")
        own = ranking[card.manager.employee_no]
        assert (own["名次"], hundredths(own["总分"])) == (card.rank, card.total_hundredths)
        assert own["等级"] == (card.grade_name or "—")
    assert len(ranking) == ScoreCard.objects.count()
    return seen


def check_line(row: tuple[Any, ...], line: ScoreLine) -> int:
    assert row[WEIGHT] == pytest.approx(line.weight_numerator / line.weight_denominator, rel=1e-14, abs=0)
    assert hundredths(row[POINTS]) == line.points_hundredths, line.indicator
    if line.rule == "deduction":
        taken = sum(ConductEntry.objects.filter(pk__in=line.entries).values_list("points_hundredths", flat=True))
        assert hundredths(row[ACTUAL]) == taken
        return 3
    assert line.actual_numerator is not None
    assert hundredths(row[ACTUAL]) == shown(Fraction(line.actual_numerator, line.actual_denominator))
    if line.state != ScoreLine.State.SCORED:
        return 3
    assert line.target_hundredths is not None
    assert hundredths(row[TARGET]) == line.target_hundredths
    rate = Fraction(int(line.rate_numerator or 0), int(line.rate_denominator or 1))
    assert row[RATE] == pytest.approx(float(rate), rel=1e-14, abs=0)
    return 5


def check_verdicts(book: Book) -> None:
    verdicts = [row[6] for row in book["核对"].iter_rows(values_only=True) if row[6] in ("一致", "不一致")]
    assert set(verdicts) == {"一致"}
    assert len(verdicts) > 8 * ScoreCard.objects.count()


def check_cached(cached: Book, again: Book) -> None:
    """Who does not recalculate sees what recalculating gives."""
    found = dict(values(again))
    for where, value in values(cached):
        other = found.get(where)
        if isinstance(value, float) and isinstance(other, (int, float)):
            assert other == pytest.approx(value, rel=1e-14, abs=1e-12), where
        elif value != "":
            assert other == value, where


@pytest.fixture
def chinese() -> Iterator[None]:
    """The labels that tests look for; the workbook itself is Chinese in any language."""
    with translation.override("zh-hans"):
        yield


pytestmark = pytest.mark.usefixtures("chinese")


def play_a_full_house(cast: Cast) -> None:
    """The example, a manager of half a month, one without anything, one with a part of an account, and what is nobody's."""
    play_the_example(cast)
    zhu = make_manager(cast.south, "S103", name="朱芳", first="2026-09-11", targets=dict(TARGETS))
    account = make_account(cast.south, "6210002", customer=make_customer(cast.south, name="城南粮油公司"))
    make_attribution(account, cast.wang, last="2026-09-10", share_bp=3_333)
    make_attribution(account, zhu, "2026-09-11", share_bp=6_667)
    make_posting(account, "2026-09-02", "1234567.89", month=SEPTEMBER)
    make_posting(account, "2026-09-19", "-200001.01", value="2026-08-28", month=SEPTEMBER)
    loan = make_loan(zhu, "333333.33", "L3", granted="2025-05-05", due="2026-09-28")
    make_repayment(loan, "2026-09-29", "111111.11", "1999.99")
    for indicator, target in TARGETS.items():
        make_target(cast.li, indicator, target, month=SEPTEMBER)
    nobodys = make_account(cast.south, "6210003")
    make_posting(nobodys, "2026-09-05", "0.07", month=SEPTEMBER)
    make_entry(zhu, "2026-09-12", -12_50, confirmed_by=cast.zhou, reason="工作日志三次未按时上报")
    compute(cast)


def test_recalculated_by_libreoffice_every_figure_is_the_systems(cast: Cast, soffice: str, tmp_path: Path) -> None:
    play_a_full_house(cast)
    path = exported(cast, tmp_path)
    again = recalculated(soffice, path, tmp_path)
    assert check_against_database(again) > 60
    check_verdicts(again)
    cached = load_workbook(path, data_only=True)
    check_against_database(cached)
    check_verdicts(cached)
    check_cached(cached, again)
    example = card_sheet(again, cast.wang)
    assert row_of(example, "合规")[POINTS] == 3.00
    assert row_of(example, "日常行为")[POINTS] == 8.50


def test_indicators_left_out_spread_their_weight_exactly(cast: Cast, soffice: str, tmp_path: Path) -> None:
    retire(cast.li)
    play_the_example(cast, loans_granted_not_applicable=True)
    compute(cast)
    again = recalculated(soffice, exported(cast, tmp_path), tmp_path)
    check_against_database(again)
    check_verdicts(again)
    rows = card_sheet(again, cast.wang)
    points = [
        row_of(rows, name)[POINTS] for name in ("月均余额", "积数", "到期贷款收回", "合规", "利息实收", "日常行为")
    ]
    assert points == [19.26, 22.22, 11.11, 3.56, 20.47, 9.61]
    assert row_of(rows, "总分")[POINTS] == 86.23


def test_growth_is_the_rows_less_the_baseline_and_developed_business_its_own_rows(
    cast: Cast, soffice: str, tmp_path: Path
) -> None:
    retire(cast.wang, cast.li)
    manager = make_manager(cast.south, "G1", first="2026-09-11", target_kind="deposits")
    below = make_manager(cast.south, "G2", target_kind="deposits")
    newly = make_manager(cast.south, "G3", target_kind="deposits")
    for indicator in ("deposit_average", "deposit_accumulated"):
        ContractTarget.objects.create(
            contract=newly.appointments.get().contracts.get(),
            indicator=indicator,
            target_hundredths=70_000_01,
            counts="developed",
        )
    for basis, amount in (("assigned", "70000.00"), ("developed", "30000.01")):
        account = make_account(cast.south)
        make_attribution(account, newly, basis=basis)
        make_posting(account, "2026-09-02", amount)
    for one in (manager, below):
        contract = one.appointments.get().contracts.get()
        for indicator in ("deposit_average", "deposit_accumulated"):
            ContractTarget.objects.create(
                contract=contract,
                indicator=indicator,
                target_hundredths=70_000_01,
                counts="growth",
                baseline_hundredths=50_000_01,
            )
        account = make_account(cast.south)
        make_attribution(account, one, "2026-09-11")
        make_posting(account, "2026-09-11", "130000.07" if one is manager else "3.33")
    compute(cast)
    again = recalculated(soffice, exported(cast, tmp_path), tmp_path)
    assert check_against_database(again) > 10
    check_verdicts(again)
    assert "计比基数增长" in row_of(card_sheet(again, manager), "月均余额")[7]
    assert row_of(card_sheet(again, newly), "积数")[ACTUAL] == pytest.approx(30_000.01 * 29)


# Target in fen; points × 200, odd: exactly between two hundredths; fen·days beside the tie; whether the other deposit
# indicator is not applicable, so that weights are spread.
TIES = [
    (target, doubled, beside, spread)
    for target in (6_000, 42_000 * 7_919, 60_000_000, 90_000_000_000)
    for doubled in (1, 201, 3_467, 5_555, 8_999)
    for beside in (-1, 0, 1)
    for spread in (False, True)
]


def fen_days_at_tie(target_fen: int, doubled: int, *, spread: bool) -> int:
    """The fen·days that bring exactly so many half hundredths of a point in a month of 30 days (45 of 100, or of 55)."""
    weight = Fraction(45 * 100, 55) if spread else Fraction(45)
    exact = Fraction(doubled, 200) / weight * target_fen * 30
    assert exact.denominator == 1
    return int(exact)


def test_exact_ties_are_rounded_up_and_their_neighbours_are_not(cast: Cast, soffice: str, tmp_path: Path) -> None:
    retire(cast.wang, cast.li)
    expected = {}
    for number, (target, doubled, beside, spread) in enumerate(TIES):
        other = None if spread else "100.00"
        targets = {"deposit_average": plain(target), "deposit_accumulated": other}
        manager = make_manager(cast.south, f"T{number:03d}", target_kind="deposits", targets=targets)
        fen_days = fen_days_at_tie(target, doubled, spread=spread) + beside
        account = make_account(cast.south)
        make_attribution(account, manager)
        make_posting(account, "2026-09-30", plain(fen_days), month=SEPTEMBER)
        expected[manager.employee_no] = (doubled + 1) // 2 if beside >= 0 else (doubled - 1) // 2
    compute(cast)
    again = recalculated(soffice, exported(cast, tmp_path), tmp_path)
    found = {row["工号"]: hundredths(row["月均余额"]) for row in summary(again)}
    assert found == expected
    check_against_database(again)
    check_verdicts(again)


def plain(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def test_a_negative_balance_and_one_far_above_the_target_score_floor_and_cap(
    cast: Cast, soffice: str, tmp_path: Path
) -> None:
    retire(cast.wang, cast.li)
    for number, amount in (("D1", "-500.05"), ("D2", "987654321987.65"), ("D3", "0.15"), ("D4", "-0.15")):
        manager = make_manager(
            cast.south,
            number,
            target_kind="deposits",
            targets={"deposit_average": "1.00", "deposit_accumulated": "1.00"},
        )
        account = make_account(cast.south)
        make_attribution(account, manager)
        make_posting(account, "2026-09-30", amount, month=SEPTEMBER)
    compute(cast)
    again = recalculated(soffice, exported(cast, tmp_path), tmp_path)
    check_against_database(again)
    check_verdicts(again)
    assert {row["工号"]: row["月均余额"] for row in summary(again)} == {"D1": 0, "D2": 45, "D3": 0.23, "D4": 0}


def test_text_that_looks_like_a_formula_stays_text(cast: Cast, tmp_path: Path) -> None:
    retire(cast.li)
    play_the_example(cast)
    bad = make_manager(cast.south, "=1+1", name="@SUM(A1:A9)", targets=dict(TARGETS))
    customer = make_customer(cast.south, "-C1", name='=HYPERLINK("http://example.org","打开")')
    account = make_account(cast.south, "+6210009", customer=customer)
    make_attribution(account, bad)
    make_posting(account, "2026-09-03", "10.00", month=SEPTEMBER)
    make_entry(bad, "2026-09-04", -1_00, confirmed_by=cast.zhou, reason="=cmd|'/C calc'!A0")
    compute(cast)
    book = load_workbook(exported(cast, tmp_path))
    texts = {"=1+1", "@SUM(A1:A9)", customer.name, "-C1", "+6210009", "=cmd|'/C calc'!A0"}
    found = {
        cell.value: cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value in texts
    }
    assert set(found) == texts
    # openpyxl calls a string that begins with "=" a formula when it reads it; what counts is how the file holds it.
    with zipfile.ZipFile(tmp_path / "appraisal.xlsx") as whole:
        parts = [whole.read(name).decode() for name in whole.namelist() if name.startswith("xl/worksheets/")]
    for part in parts:
        assert (
            "<f>1+1" not in part and "<f>HYPERLINK" not in part and "<f>SUM(A1:A9)" not in part and "<f>cmd" not in part
        )


def test_its_sheets_and_headers_are_those_of_the_contract(cast: Cast, tmp_path: Path) -> None:
    play_a_full_house(cast)
    book = load_workbook(exported(cast, tmp_path))
    cards = [
        f"{card.manager.employee_no} {card.manager.name}"
        for card in ScoreCard.objects.order_by("rank", "manager__employee_no")
    ]
    assert book.sheetnames == ["考核汇总", *cards, *LONG_SHEETS, "核对"]
    first = book["考核汇总"]
    title, head = (list(row) for row in first.iter_rows(min_row=1, max_row=2, values_only=True))
    assert all(word in title[0] for word in ("城南信用社", "2026年9月", "单位：元"))
    assert head[:5] == ["名次", "机构", "工号", "姓名", "考核方式"]
    assert head[-4:] == ["加分", "总分", "等级", "备注"]
    assert head[5:-4] == ["月均余额", "积数", "贷款发放额", "到期贷款收回", "利息实收", "合规", "日常行为"]
    words = " ".join(str(value) for (sheet, _cell), value in values(book) if sheet == "考核汇总")
    assert all(word in words for word in ("合计", "平均", "制表人", "复核人", "负责人", "未关账"))
    for sheet in book:
        assert (int(sheet.page_setup.paperSize), sheet.page_setup.fitToHeight) == (9, 0), sheet.title
        assert sheet.freeze_panes and sheet.print_title_rows, sheet.title
    assert first.page_setup.orientation == "landscape"


def test_a_closed_month_names_its_state_version_and_digest(cast: Cast, tmp_path: Path) -> None:
    retire(cast.li)
    play_the_example(cast)
    compute(cast)
    close(cast.actor("zhou"), cast.south)
    path = exported(cast, tmp_path)
    words = {str(value) for (sheet, _cell), value in values(load_workbook(path)) if sheet == "核对"}
    digest = cast.south.month_closes.get(month=SEPTEMBER.first_day).digest
    assert digest in words and any("已关账" in word or "关账" in word for word in words)
    assert any("第 1 版" in word for word in words)


def test_two_managers_of_long_and_equal_names_have_a_sheet_each(cast: Cast, tmp_path: Path) -> None:
    retire(cast.wang, cast.li)
    name = "欧阳" * 20 + "[甲]/乙:*?"
    for number in ("A/1", "A:1", "a?1"):
        make_manager(cast.south, number, name=name, target_kind="deposits")
    compute(cast)
    names = load_workbook(exported(cast, tmp_path)).sheetnames
    assert len(names) == len({one.casefold() for one in names}) == 3 + 6
    assert all(len(one) <= 31 and not set(one) & set("[]:*?/\\") for one in names)


def test_several_branches_rank_each_for_itself(cast: Cast, soffice: str, tmp_path: Path) -> None:
    play_a_full_house(cast)
    for indicator, target in TARGETS.items():
        make_target(cast.zhao, indicator, target, month=SEPTEMBER)
    run_month_end(actor=SYSTEM, branch=cast.north, month=SEPTEMBER)
    workbook = make_workbook(actor=SYSTEM, branches=[cast.south, cast.north], month=SEPTEMBER)
    again = recalculated(soffice, keep(workbook, tmp_path), tmp_path)
    check_against_database(again)
    check_verdicts(again)
    assert {row["工号"] for row in summary(again)} == {"S101", "S102", "S103", "N101"}
    assert workbook.branch == cast.union


def test_it_is_kept_for_those_who_read_the_branchs_business_and_written_into_the_trail(cast: Cast) -> None:
    retire(cast.li)
    play_the_example(cast)
    compute(cast)
    workbook = make_workbook(actor=cast.actor("zhou"), branches=[cast.south], month=SEPTEMBER)
    assert (workbook.made_by, workbook.month_state, workbook.month_version) == (cast.zhou, "computed", 1)
    assert workbook in Workbook.objects.visible_to(cast.actor("wu"))
    assert workbook not in Workbook.objects.visible_to(cast.actor("sun"))
    entry = TrailEntry.objects.get(subject="appraisal.workbook", action="make_workbook")
    assert workbook.file.sha256 in entry.body


@pytest.mark.parametrize("name", ["wang", "sun", "song", "he"])
def test_who_does_not_read_the_business_of_the_branch_makes_no_workbook(cast: Cast, name: str) -> None:
    retire(cast.li)
    play_the_example(cast)
    compute(cast)
    with pytest.raises(RuleError):
        make_workbook(actor=cast.actor(name), branches=[cast.south], month=SEPTEMBER)
    with pytest.raises(RuleError):
        request_workbook(actor=cast.actor(name), branch=cast.south, month=SEPTEMBER)


def test_a_month_that_is_not_computed_has_no_workbook(cast: Cast) -> None:
    with pytest.raises(RuleError):
        make_workbook(actor=SYSTEM, branches=[cast.south], month=SEPTEMBER)


def test_the_job_makes_one_workbook_however_often_it_is_delivered(own_cast: Cast) -> None:
    retire(own_cast.li)
    play_the_example(own_cast)
    compute(own_cast)
    job = request_workbook(actor=own_cast.actor("chen"), branch=own_cast.south, month=SEPTEMBER)
    assert job.kind == "appraisal.export_workbook"
    export_workbook(job.pk)
    export_workbook(job.pk)
    assert Job.objects.get(pk=job.pk).state == "done"
    workbook = Workbook.objects.get()
    assert (workbook.job_id, workbook.made_by) == (job.pk, own_cast.chen)
