"""A real Chromium before the real web server and worker, over a database of the test's own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from organization.models import Employee
from tests.make import PASSWORD, make_user
from tests.programs import Program, WebServer

DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Headless Chromium that talks to the loopback address alone."""
    # Playwright's loop runs in this thread, in which the tests look into the database themselves.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def signed_in(
    browser: Browser, live_app: WebServer, celery_worker_process: Program
) -> Iterator[Callable[[Employee], Page]]:
    """Signs an employee in, each in a browser of his or her own; returns the page."""
    contexts: list[BrowserContext] = []

    def sign_in(employee: Employee) -> Page:
        user = make_user(employee)
        user.password = make_password(PASSWORD, hasher="pbkdf2_sha256")
        user.save(update_fields=["password"])
        context = browser.new_context(base_url=live_app.url, viewport=DESK, locale="zh-CN", accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.goto("/")
        page.fill("input[name=employee_no]", employee.employee_no)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_selector("nav.rail")
        return page

    yield sign_in
    for context in contexts:
        context.close()


def words(message: str) -> str:
    """What the page says for it: the Chinese translation."""
    with translation.override("zh-hans"):
        return translation.gettext(message)
