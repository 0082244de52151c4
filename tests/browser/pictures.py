"""The pictures of the README's tour, taken of a demonstration that runs.

    .venv/bin/python -m tests.browser.pictures http://127.0.0.1:8000 PASSWORD

Ends with the pages in docs/pictures/. The demonstration's month is the one before this, or the one that `manage.py demo
--month` was given; the address of each page is found by following links, as a visitor would.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from desk.demo import CLERK, DIRECTOR, MANAGERS, SOUTH

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"


def take(address: str, password: str) -> None:
    """Signs in as the director and the clerk of the south, and takes what the README shows."""
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)

        def visit(employee_no: str, width: int = 1366, height: int = 768) -> Page:
            viewport = {"width": width, "height": height}
            page = browser.new_context(base_url=address, viewport=viewport, locale="zh-CN").new_page()
            page.goto("/")
            page.fill("input[name=employee_no]", employee_no)
            page.fill("input[name=password]", password)
            page.press("input[name=password]", "Enter")
            page.wait_for_selector("nav.rail", state="attached")
            return page

        def keep(page: Page, name: str) -> None:
            page.wait_for_load_state("networkidle")
            page.screenshot(path=FOLDER / f"{name}.png")

        manager = MANAGERS[SOUTH][0]
        page = visit(DIRECTOR)
        keep(page, "home")
        page.click(f"main a[href*='/appraisal/{SOUTH}/']")
        keep(page, "month")
        month = page.url
        page.goto(f"{month}ranking/")
        keep(page, "ranking")
        page.goto(f"{month}cards/{manager}/")
        keep(page, "score-card")
        page.click("a[href*='/lines/deposit_accumulated/']")
        keep(page, "score-line")
        page.click("main tbody a[href*='/accounts/']")
        keep(page, "score-account")
        number = page.url.rstrip("/").rsplit("/", 1)[-1]
        page.goto(f"/deposits/of/{number}/")
        keep(page, "account")
        page.goto("/managers/applications/?state=on_notice")
        page.click("main tbody tr:last-child a")
        page.click("main a[href*='/decisions/']")
        keep(page, "decision")
        page.goto("/managers/notices/")
        page.click("main tbody a, main .sheet a[href*='/notices/']")
        keep(page, "notice")
        page.goto(f"/managers/of/{manager}/")
        keep(page, "dossier")
        page.goto("/managers/hand-overs/")
        page.click("main tbody a")
        keep(page, "hand-over")
        page = visit(CLERK)
        page.goto("/imports/")
        keep(page, "import")
        page = visit(manager)
        page.goto("/customers/?kind=farm_household&q=C000165")
        page.click("main tbody a")
        customer = page.url
        keep(page, "customer")
        page.goto("/customers/week/")
        keep(page, "week")
        page.goto("/customers/prospects/board/")
        keep(page, "prospects")
        page = visit(manager, width=390, height=844)
        keep(page, "phone")
        page.goto(customer)
        keep(page, "phone-customer")
        page.goto("/customers/visits/new/")
        keep(page, "phone-visit")
        browser.close()


if __name__ == "__main__":
    take(*sys.argv[1:3])
