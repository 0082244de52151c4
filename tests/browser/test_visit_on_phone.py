"""A manager in a village notes a visit with a photograph on a phone: six taps beside typing, and nothing lost without a
connection."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from customers.models import Visit
from organization.models import Document, Employee
from organization.queries import file_pieces
from tests.browser.conftest import PHONE, words
from tests.cast import Cast
from tests.make import make_assignment, make_customer

MOST_TAPS = 6


@dataclass
class Thumb:
    """Taps, and counts them."""

    taps: int = 0

    def tap(self, what: Locator) -> None:
        what.tap()
        self.taps += 1


@pytest.fixture
def phone(own_cast: Cast, browser: Browser, signed_in: Callable[[Employee], Page]) -> Iterator[Page]:
    """Wang's phone, signed in, with a customer of his; it knows where it is when it is asked."""
    make_assignment(make_customer(own_cast.south, "C-1", name="张三", kind="farm_household"), own_cast.wang)
    desk = signed_in(own_cast.wang)
    context = browser.new_context(
        base_url=desk.url,
        viewport=PHONE,
        has_touch=True,
        is_mobile=True,
        locale="zh-CN",
        storage_state=desk.context.storage_state(),
        permissions=["geolocation"],
        geolocation={"latitude": 31.167819, "longitude": 112.588321, "accuracy": 12},
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto("/")
    yield page
    context.close()


def _photograph() -> bytes:
    content = io.BytesIO()
    Image.effect_noise((3000, 2000), 60).convert("RGB").save(content, "JPEG", quality=95)
    return content.getvalue()


def _no_wider_than_the_phone(page: Page) -> None:
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


def test_a_visit_with_a_photograph_takes_at_most_six_taps_beside_typing(phone: Page) -> None:
    thumb = Thumb()
    thumb.tap(phone.locator("main a[href='/customers/visits/new/']").first)
    expect(phone.locator("form[data-entry]")).to_be_visible()
    _no_wider_than_the_phone(phone)
    thumb.tap(phone.locator("label.tap", has_text="张三"))
    thumb.tap(phone.locator("label.tap").filter(has=phone.locator("[name=purpose_tap]")).first)
    thumb.tap(phone.locator("[name=said]"))
    phone.keyboard.type("想添一台收割机，九月底定。")
    with phone.expect_file_chooser() as camera:
        thumb.tap(phone.locator("label.entry-photo"))
    camera.value.set_files({"name": "field.jpg", "mimeType": "image/jpeg", "buffer": _photograph()})
    expect(phone.locator("[data-photos] li")).to_have_count(1)
    with phone.expect_navigation(url="**/customers/visits/*/"):
        thumb.tap(phone.locator("[data-send]"))
    assert thumb.taps <= MOST_TAPS
    visit = Visit.objects.get()
    assert (visit.said, visit.state, visit.kind) == ("想添一台收割机，九月底定。", "done", "visit")
    photo = Document.objects.get(subject="customers.visit", subject_key=str(visit.pk))
    # The phone has made it smaller before sending it.
    assert max(Image.open(io.BytesIO(b"".join(file_pieces(photo.file)))).size) == 1600
    _no_wider_than_the_phone(phone)
    expect(phone.locator("main")).to_contain_text(words("Next visit"))


def test_without_a_connection_everything_typed_stays_and_is_sent_later(phone: Page, own_cast: Cast) -> None:
    for number in range(8):
        customer = make_customer(own_cast.south, f"D-{number}", name=f"李{number}", initials="l")
        make_assignment(customer, own_cast.wang)
    make_assignment(make_customer(own_cast.south, "C-9", name="周末", initials="zm"), own_cast.wang)
    phone.goto("/customers/visits/new/")
    expect(phone.locator("label.tap", has_text="周末")).to_have_count(0)
    phone.locator("[name=whom]").press_sequentially("zm")
    expect(phone.locator("input[name=key][value='c:C-9']")).to_be_checked()
    phone.locator("[name=purpose]").fill("看收割机")
    phone.locator("[name=said]").fill("谈了很久。")
    phone.locator("[data-position]").tap()
    expect(phone.locator("[data-position]")).to_contain_text("31.1678")
    phone.locator("label.tap").filter(has=phone.locator("[name=next_in][value=week]")).tap()
    phone.context.set_offline(True)
    phone.locator("[data-send]").tap()
    expect(phone.locator("[data-said]")).to_be_visible()
    expect(phone.locator("[name=said]")).to_have_value("谈了很久。")
    assert not Visit.objects.exists()
    phone.context.set_offline(False)
    with phone.expect_navigation(url="**/customers/visits/*/"):
        phone.locator("[data-send]").tap()
    visit = Visit.objects.get()
    assert (visit.latitude_millionths, visit.longitude_millionths, visit.accuracy_m) == (31_167_819, 112_588_321, 12)
    assert (visit.said, visit.next_step, str(visit.customer)) == ("谈了很久。", "看收割机", "周末")
