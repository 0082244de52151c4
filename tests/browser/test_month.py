"""A month as its people live it: files in, month end, a point followed to a row, approved, closed; then a late row."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from deposits.models import AccountMonth, Posting
from organization.models import Employee, ImportBatch, MonthClose, TrailEntry
from tests.browser.conftest import words
from tests.cast import Cast

SEPTEMBER = "2026-09"


def _file(folder: Path, name: str, *rows: str) -> Path:
    path = folder / name
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(row.split(",") for row in rows)
    return path


def _september(folder: Path) -> list[Path]:
    return [
        _file(folder, "客户.csv", "客户号,客户名称,客户类型,机构号", "C1,张三,个人,S01", "C2,柳林村合作社,单位,S01"),
        _file(
            folder,
            "账户.csv",
            "账号,客户号,产品,机构号,开户日期",
            "62000000001,C1,活期储蓄,S01,2026-01-05",
            "62000000002,C2,单位活期,S01,2026-02-06",
        ),
        _file(
            folder,
            "流水.csv",
            "城南信用社 2026年9月 存款流水",
            "流水号,账号,交易日期,发生额",
            "T1,62000000001,2026-09-01,10000.00",
            "T2,62000000001,2026-09-05,2500.50",
            "T3,62000000002,2026-09-16,800000.00",
            "合计,,,812500.50",
        ),
        _file(
            folder,
            "归属.csv",
            "账号,客户经理工号,起始日,份额",
            "62000000001,S101,2026-09-01,100",
            "62000000002,S101,2026-09-01,60",
            "62000000002,S102,2026-09-01,40",
        ),
        _file(
            folder,
            "目标.csv",
            "客户经理工号,月份,指标,目标",
            *(
                f"{manager},{SEPTEMBER},{indicator},{target}"
                for manager in ("S101", "S102")
                for indicator, target in (
                    ("月均余额", "700000.00"),
                    ("积数", "15000000.00"),
                    ("贷款发放额", "200000.00"),
                    ("利息实收", "5230.00"),
                )
            ),
        ),
    ]


def _bring_in(page: Page, path: Path) -> None:
    """Uploads one file, looks at the preview, applies it."""
    page.goto("/imports/")
    page.set_input_files("input[type=file]", path)
    page.wait_for_url("**/imports/*/")
    page.get_by_role("button", name=words("Apply"), exact=True).click()
    expect(page.locator(".page-sub .state-done")).to_be_visible()


def test_a_month_from_files_to_closing_and_a_late_row(
    own_cast: Cast, signed_in: Callable[[Employee], Page], tmp_path: Path
) -> None:
    clerk = signed_in(own_cast.chen)
    for path in _september(tmp_path):
        _bring_in(clerk, path)
    assert Posting.objects.count() == 3

    # The clerk runs the month end and watches it.
    clerk.goto(f"/appraisal/S01/{SEPTEMBER}/")
    clerk.locator("form[action$='/run/'] button").first.click()
    expect(clerk.get_by_text(words("computed")).first).to_be_visible()
    month = MonthClose.objects.get(branch=own_cast.south, month="2026-09-01")
    assert month.state == "computed"
    assert clerk.locator("form[action$='/approve/']").count() == 0

    # The director opens a card, prints it, which is noted, and follows one point down to a row of a file.
    director = signed_in(own_cast.zhou)
    director.goto(f"/appraisal/S01/{SEPTEMBER}/cards/S101/")
    with director.expect_response("**/organization/print/") as noted:
        director.pdf(path=tmp_path / "card.pdf")
    assert noted.value.status == 204
    assert TrailEntry.objects.get(action="print").subject == "appraisal:score_card"
    director.locator("a[href*='/lines/deposit_accumulated/']").first.click()
    director.wait_for_url("**/lines/deposit_accumulated/**")
    director.locator("a[href*='/accounts/62000000001']").first.click()
    director.wait_for_url("**/accounts/62000000001/")
    expect(director.get_by_text("流水.csv").first).to_be_visible()
    director.locator("a[href*='/rows/4/']").first.click()
    director.wait_for_url("**/rows/4/")
    expect(director.get_by_text("2500.50")).to_be_visible()

    # The workbook is made by a worker and downloaded.
    director.goto(f"/appraisal/S01/{SEPTEMBER}/")
    director.locator("form[action$='/workbook/'] button").click()
    link = director.locator("a[href*='/appraisal/workbooks/']").first
    expect(link).to_be_visible()
    with director.expect_download() as download:
        link.click()
    download.value.save_as(tmp_path / "考核.xlsx")
    book = load_workbook(tmp_path / "考核.xlsx")
    assert {"考核汇总", "存款明细", "核对"} <= set(book.sheetnames)

    # Approved and closed by the director, who did not compute it.
    director.on("dialog", lambda dialog: dialog.accept())
    director.goto(f"/appraisal/S01/{SEPTEMBER}/")
    director.locator("form[action$='/approve/'] button").click()
    expect(director.locator("form[action$='/close/'] button")).to_be_enabled()
    director.locator("form[action$='/close/'] button").click()
    director.wait_for_load_state()
    expect(director.locator("form[action$='/close/'] button")).to_have_count(0)
    month.refresh_from_db()
    assert month.state == "closed" and len(month.digest) == 64

    # A row for the closed month comes in: told in the preview, entered on the first of October, with its adjustment.
    late = _file(tmp_path, "补记.csv", "流水号,账号,交易日期,发生额", "T9,62000000001,2026-09-29,1000.00")
    clerk.goto("/imports/")
    clerk.set_input_files("input[type=file]", late)
    clerk.wait_for_url("**/imports/*/")
    expect(clerk.locator(".note.wait", has_text="2026-10-01")).to_be_visible()
    clerk.get_by_role("button", name=words("Apply"), exact=True).click()
    expect(clerk.locator(".page-sub .state-done")).to_be_visible()
    assert ImportBatch.objects.get(file_name="补记.csv").held_over_count == 1
    clerk.goto("/appraisal/S01/2026-10/")
    clerk.locator("form[action$='/run/'] button").first.click()
    expect(clerk.get_by_text(words("computed")).first).to_be_visible()
    figures = AccountMonth.objects.get(account__account_no="62000000001", month="2026-10-01")
    # 1,000.00 yuan two days late: entered on the 1st, worth two days more.
    assert figures.adjustment_fen_days == 2 * 100_000
    assert figures.closing_fen == 1_350_050
    assert figures.accumulated_fen_days == 31 * 1_350_050 + 2 * 100_000
    clerk.goto("/deposits/of/62000000001/?month=2026-10")
    expect(clerk.get_by_text("补记.csv").first).to_be_visible()
