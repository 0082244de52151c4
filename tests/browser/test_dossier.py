"""Two people at one section of a dossier at once, in real browsers: nobody's words are lost."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Page, expect

from customers.models import BasicFacts, Customer, DossierChange
from organization.models import Employee
from tests.browser.conftest import PHONE, words
from tests.cast import Cast
from tests.make import PASSWORD, make_assignment, make_basics, make_customer

SECTION = "#section-basics"


def _sign_in_again(page: Page, employee: Employee) -> Page:
    """The same person at a second machine: a browser of its own."""
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context(base_url=page.url.split("/", 3)[0] + "//" + page.url.split("/")[2], viewport=PHONE)
    second = context.new_page()
    second.set_default_timeout(20_000)
    second.goto("/")
    _say_who(second, employee)
    second.wait_for_selector("nav.rail", state="attached")
    return second


def _say_who(page: Page, employee: Employee) -> None:
    page.fill("input[name=employee_no]", employee.employee_no)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")


def _edit(page: Page) -> None:
    page.locator(f"{SECTION} .sheet-head a.btn").click()
    expect(page.locator(f"{SECTION} form.dossier-form")).to_be_visible()


def _save(page: Page) -> None:
    page.locator(f"{SECTION} form.dossier-form .btn-primary").click()


def test_two_who_edit_one_section_at_once_lose_nothing(own_cast: Cast, signed_in: Callable[[Employee], Page]) -> None:
    customer = make_customer(own_cast.south, "C100", name="柴湖米业", kind="unit")
    make_assignment(customer, own_cast.wang)
    make_basics(customer, short_name="旧名", premises="老厂")
    desk = signed_in(own_cast.wang)
    phone = _sign_in_again(desk, own_cast.wang)
    for page in (desk, phone):
        page.goto("/customers/of/C100/")
        _edit(page)

    # Both type; the one at the desk saves first, and the section comes back with what has changed.
    desk.fill(f"{SECTION} [name=short_name]", "米业公司")
    desk.fill(f"{SECTION} [name=premises]", "新厂")
    phone.fill(f"{SECTION} [name=short_name]", "柴湖米业")
    phone.fill(f"{SECTION} [name=remarks]", "秋收前资金最紧。")
    _save(desk)
    expect(desk.locator(f"{SECTION} .note.saved")).to_contain_text("米业公司")
    expect(desk.locator(f"{SECTION} form.dossier-form")).to_have_count(0)

    # The one in the village sees both versions; only the field that both have changed asks for a choice.
    _save(phone)
    clash = phone.locator(f"{SECTION} fieldset.versus")
    expect(clash).to_have_count(1)
    expect(clash).to_contain_text("米业公司")
    expect(clash.locator("[name=short_name]")).to_have_value("柴湖米业")
    expect(phone.locator(f"{SECTION} [name=premises]")).to_have_value("新厂")
    expect(phone.locator(f"{SECTION} [name=remarks]")).to_have_value("秋收前资金最紧。")
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    _save(phone)
    expect(phone.locator(f"{SECTION} .error-summary")).to_be_visible()
    phone.locator("input[name=take_short_name][value=typed]").check()
    _save(phone)
    expect(phone.locator(f"{SECTION} .note.saved")).to_contain_text("秋收前资金最紧。")
    facts = BasicFacts.objects.get()
    assert (facts.short_name, facts.premises, facts.remarks, facts.version) == (
        "柴湖米业",
        "新厂",
        "秋收前资金最紧。",
        3,
    )

    # The history tells all of it.
    desk.goto("/customers/of/C100/")
    history = desk.locator("#part-history")
    for told in ("旧名", "米业公司", "柴湖米业", "新厂", "秋收前资金最紧。"):
        expect(history).to_contain_text(told)
    assert DossierChange.objects.filter(customer=customer).count() == 3
    phone.context.close()


def test_what_is_typed_outlives_a_lost_connection_and_an_ended_session(
    own_cast: Cast, signed_in: Callable[[Employee], Page]
) -> None:
    customer = make_customer(own_cast.south, "C100", name="柴湖米业", kind="unit")
    make_assignment(customer, own_cast.wang, first=timezone.localdate())
    page = signed_in(own_cast.wang)
    page.goto("/customers/of/C100/")
    _edit(page)
    text = "村里没有信号，先写在这里：明年扩建，想贷款三十万元。"
    page.fill(f"{SECTION} [name=remarks]", text)
    page.context.set_offline(True)
    _save(page)
    expect(page.locator(f"{SECTION} [data-not-sent]")).to_be_visible()
    expect(page.locator(f"{SECTION} [name=remarks]")).to_have_value(text)
    page.context.set_offline(False)

    # Meanwhile the session has ended: one signs in, sends it again, and is back at the customer.
    page.context.clear_cookies(name="sessionid")
    _save(page)
    page.wait_for_selector("input[name=employee_no]")
    _say_who(page, own_cast.wang)
    expect(page.locator("textarea[readonly]")).to_have_value(text)
    page.get_by_role("button", name=words("Send it again")).click()
    page.wait_for_url("**/customers/of/C100/**")
    expect(page.locator(SECTION)).to_contain_text(text)
    assert BasicFacts.objects.get().remarks == text
    assert Customer.objects.count() == DossierChange.objects.count() == 1
