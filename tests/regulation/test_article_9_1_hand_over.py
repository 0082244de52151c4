"""Article 9(1): existing customers (存量) are handed over to a manager, in the browser, with their accounts."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from customers.models import Assignment, Customer, CustomerHandOver
from customers.rules.places import place_of
from deposits.models import Attribution, AttributionHandOver
from managers.models import Appointment, AppointmentChange, HandOver
from tests.cast import Cast
from tests.make import PASSWORD, grant, make_account, make_assignment, make_attribution, make_customer, make_posting
from tests.regulation.test_article_17 import client, page, post

TODAY = timezone.localdate


def make_customers(cast: Cast, first: int, last: int, village: str = "清河县柳林村3组") -> None:
    """Customers of Wang, each with an account of his and 100 yuan."""
    for number in range(first, last + 1):
        customer = make_customer(cast.south, f"K{number:02d}", name=f"客户{number}", address=village)
        make_assignment(customer, cast.wang)
        account = make_account(cast.south, f"A{number:02d}", customer=customer)
        make_attribution(account, cast.wang)
        make_posting(account, "5th", "100.00")


def office(cast: Cast) -> Appointment:
    return Appointment.objects.get(employee=cast.wang)


def opened(cast: Cast, query: str = "") -> tuple[HandOver, str]:
    """A sheet of Wang's that the clerk begins in the browser, for tomorrow; and the page that answers."""
    address = reverse("desk:hand_over_new", args=[office(cast).pk]) + query
    asked = {"first_day": str(TODAY() + dt.timedelta(1)), "witness": "U001"}
    answer = client(cast, "chen").post(address, asked, follow=True)
    return HandOver.objects.latest("pk"), answer.content.decode()


def decide(cast: Cast, sheet: HandOver, of: str, scope: str, **more: object) -> str:
    return post(cast, "chen", "desk:hand_over_lines", sheet.pk, of=of, scope=scope, **more)


def given(model: type[CustomerHandOver] | type[AttributionHandOver]) -> dict[str, str | None]:
    return {line.number: line.taker.employee_no if line.taker else None for line in model.objects.all()}


def test_customers_and_their_accounts_go_over_in_the_browser_by_one_sheet(cast: Cast) -> None:
    make_customers(cast, 1, 2)
    sheet, shown = opened(cast)
    assert "客户1" in shown and "清河县柳林村" in shown and "4 lines have no taker" in shown
    assert "2 lines are decided" in decide(cast, sheet, "customers", "all", taker="S102")
    assert "go to whoever takes over" in post(cast, "chen", "desk:hand_over_follow", sheet.pk)
    assert given(CustomerHandOver) == {"K01": "S102", "K02": "S102"}
    assert given(AttributionHandOver) == {"A01": "S102", "A02": "S102"}
    summed = page(cast, "chen", "desk:hand_over_detail", sheet.pk)
    assert '李华</td><td class="figure">2</td><td class="figure">2</td><td class="figure">200.00' in summed
    post(cast, "chen", "desk:hand_over_send", sheet.pk)
    digest = HandOver.objects.get().digest
    for name in ("wang", "li", "wu"):
        post(cast, name, "desk:hand_over_sign", sheet.pk, digest=digest, password=PASSWORD)
    tomorrow = TODAY() + dt.timedelta(1)
    assert {one.manager for one in Assignment.objects.in_force(tomorrow)} == {cast.li}
    assert {one.manager for one in Attribution.objects.in_force(tomorrow)} == {cast.li}
    done = page(cast, "li", "desk:hand_over_detail", sheet.pk)
    assert "客户1" in done and "A01" in done and "desk:hand_over_follow" not in done


def test_customers_are_chosen_by_tick_by_village_or_as_those_still_open(cast: Cast) -> None:
    make_customers(cast, 1, 2)
    make_customers(cast, 3, 3, "清河县石桥村1组")
    sheet, _shown = opened(cast)
    line = CustomerHandOver.objects.get(customer__customer_no="K01")
    assert "1 lines are decided" in decide(cast, sheet, "customers", "ticked", line=line.pk, taker="S102")
    assert "1 lines are decided" in decide(cast, sheet, "customers", "place:清河县石桥村", kept_reason="无人接手")
    assert "1 lines are decided" in decide(cast, sheet, "customers", "open", taker="S102")
    assert given(CustomerHandOver) == {"K01": "S102", "K02": "S102", "K03": None}
    assert "Choose at least one line" in decide(cast, sheet, "customers", "nothing", taker="S102")
    # The accounts of those whom Li takes over, whatever was decided about them before.
    decide(cast, sheet, "accounts", "all", kept_reason="先不动")
    assert "2 lines are decided" in decide(cast, sheet, "accounts", "customers", taker="S102")
    assert given(AttributionHandOver) == {"A01": "S102", "A02": "S102", "A03": None}


def test_who_only_reads_a_sheet_finds_no_box_and_decides_nothing(cast: Cast) -> None:
    make_customers(cast, 1, 1)
    sheet, shown = opened(cast)
    assert 'name="line"' in shown
    for name in ("wang", "qian"):
        shown = page(cast, name, "desk:hand_over_detail", sheet.pk)
        assert "客户1" in shown and 'name="line"' not in shown
        for address in ("desk:hand_over_lines", "desk:hand_over_follow"):
            answer = post(cast, name, address, sheet.pk, of="customers", scope="all", kept_reason="x")
            assert "You do not have the right" in answer
    assert given(CustomerHandOver) == {"K01": None}


def test_the_page_of_a_customer_and_the_list_lead_to_a_sheet_with_that_customer_ticked(cast: Cast) -> None:
    make_customers(cast, 1, 2)
    way = f"{reverse('desk:hand_over_new', args=[office(cast).pk])}?customer=K02"
    assert way in page(cast, "chen", "customers:customer_assignment", "K02")
    listed = reverse("customers:assignment_list")
    new_sheet = reverse("desk:hand_over_new", args=[office(cast).pk])
    assert new_sheet in client(cast, "chen").get(f"{listed}?manager=S101").content.decode()
    assert new_sheet not in client(cast, "chen").get(listed).content.decode()
    grant(cast.wang, "clerk")
    for name in ("qian", "wang"):  # who only reads, and the manager about his own
        assert new_sheet not in client(cast, name).get(f"{listed}?manager=S101").content.decode()
    form = client(cast, "chen").get(way).content.decode().partition("form-apart")[2].partition("<form")[2]
    assert "action=" not in form.partition(">")[0], "the form goes back to its own address, with the customer in it"
    _sheet, shown = opened(cast, "?customer=K02")
    assert 'aria-label="K02" checked' in shown and 'aria-label="K01" checked' not in shown


def test_a_change_of_who_has_customers_alone_says_how_many_and_asks_for_a_witness(cast: Cast) -> None:
    for number in ("K1", "K2"):
        make_assignment(make_customer(cast.south, number), cast.wang)
    last = str(TODAY() + dt.timedelta(30))
    post(cast, "chen", "managers:appointment_propose", office(cast).pk, "resignation", last_day=last, reason="回乡")
    change = AppointmentChange.objects.get()
    shown = page(cast, "zhou", "desk:change_detail", change.pk)
    assert "Customers to hand over</dt><dd>2<" in shown and 'name="witness"' in shown
    decision = {"decision": "approve", "witness": "U001", "reason": "同意", "password": PASSWORD}
    answer = post(cast, "zhou", "desk:change_detail", change.pk, **decision)
    assert "2 lines are still open" in answer
    assert HandOver.objects.get().occasion == "end"
    assert "Customers looked after</dt><dd>2<" in page(cast, "zhou", "desk:manager_detail", "S101")


def test_the_queries_of_a_sheet_do_not_grow_with_its_lines(cast: Cast) -> None:
    make_customers(cast, 1, 2)
    sheet, _shown = opened(cast)
    decide(cast, sheet, "customers", "all", taker="S102")

    def queries() -> list[int]:
        browser, found = client(cast, "chen"), []
        sent = {"of": "customers", "scope": "all", "taker": "S102"}
        for send in (
            lambda: browser.get(reverse("desk:hand_over_detail", args=[sheet.pk])),
            lambda: browser.post(reverse("desk:hand_over_draw_up", args=[sheet.pk])),
            lambda: browser.post(reverse("desk:hand_over_lines", args=[sheet.pk]), sent),
            lambda: browser.post(reverse("desk:hand_over_follow", args=[sheet.pk])),
        ):
            with CaptureQueriesContext(connection) as captured:
                send()
            found.append(len(captured))
        return found

    few = queries()
    make_customers(cast, 3, 30)
    post(cast, "chen", "desk:hand_over_draw_up", sheet.pk)
    AttributionHandOver.objects.update(taker=None)
    assert queries() == few
    assert Customer.objects.filter(customer_no__startswith="K").count() == 30


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("清河县柳林村3组", "清河县柳林村"),
        ("湖北省钟祥市中村镇石桥村5组12号", "湖北省钟祥市中村镇石桥村"),
        ("钟祥市郢中街道元佑社区8号", "钟祥市郢中街道元佑社区"),
        ("钟祥市洋梓镇长寿路6号", "钟祥市洋梓镇"),
        ("人民路 6 号", ""),
        ("", ""),
    ],
)
def test_customers_of_a_village_or_community_are_looked_after_together(address: str, place: str) -> None:
    assert place_of(address) == place
