"""Sales of service products: entered for an own customer, decided by a second person, counted in an open month."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from appraisal.actions.months import approve_month
from common.errors import BadInput, Conflict, RuleError
from common.months import Month
from customers.actions.archiving import archive_customer
from customers.actions.products import change_points
from customers.actions.sales import confirm_sales, decides, enter_sale, reject_sale
from customers.models import Customer, Sale, ServiceProduct
from customers.queries.sales import confirmed_sales, sale_totals, sales, sales_to_confirm
from customers.rules.states import SALE_STEPS, SERVICE_REQUEST_STEPS
from organization.models import Employee, MonthClose, Notification, TrailEntry
from tests.appraisal.stages import SEPTEMBER, close, compute, play_the_example, retire
from tests.cast import Cast
from tests.files import rows_of
from tests.make import grant, make_assignment, make_customer, make_manager, make_product, make_sale, make_user

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def browser(person: Employee) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(make_user(person))
    return client


@pytest.fixture
def liu(cast: Cast) -> Customer:
    """A customer of Wang's."""
    customer = make_customer(cast.south, "C-1", name="刘伟")
    make_assignment(customer, cast.wang)
    return customer


@pytest.fixture
def code(cast: Cast) -> ServiceProduct:
    """A product of the union's: 1.50 points a unit."""
    return make_product(cast.union, "QR", name="收款码", points="1.50")


def entered(cast: Cast, liu: Customer, code: ServiceProduct, person: str = "wang", **changed: Any) -> Sale:
    values: dict[str, Any] = {"sold_on": TODAY, "quantity_hundredths": 2_00} | changed
    return enter_sale(actor=cast.actor(person), customer=liu, product=code, **values)


def test_the_own_manager_or_a_clerk_of_the_branch_enters_it(cast: Cast, liu: Customer, code: ServiceProduct) -> None:
    for person in ("wang", "chen"):
        sale = entered(cast, liu, code, person)
        assert (sale.manager, sale.state, sale.points_hundredths) == (cast.wang, "draft", 3_00)
    for person in ("li", "zhou", "sun", "wu", "he", "song"):
        with pytest.raises(RuleError, match="刘伟 is not assigned to you"):
            entered(cast, liu, code, person)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"sold_on": TODAY + dt.timedelta(days=1)}, "This day is still to come"),
        ({"quantity_hundredths": 0}, "Write a quantity above zero"),
        ({"amount_fen": -1}, "An amount is not below zero"),
        ({"sold_on": dt.date(2019, 12, 31)}, "was not in office at this branch"),
    ],
)
def test_what_is_no_sale_is_refused(
    cast: Cast, liu: Customer, code: ServiceProduct, changed: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(RuleError, match=sentence):
        entered(cast, liu, code, **changed)
    assert not Sale.objects.exists()


def test_only_what_is_offered_at_the_branch_on_that_day_is_sold(cast: Cast, liu: Customer) -> None:
    elsewhere, ended = make_product(cast.north), make_product(cast.south, last_day=TODAY - dt.timedelta(days=1))
    for product in (elsewhere, ended):
        with pytest.raises(RuleError, match="is not in the catalogue of 城南信用社"):
            entered(cast, liu, product)
    assert entered(cast, liu, ended, sold_on=TODAY - dt.timedelta(days=1)).product == ended


def test_a_page_that_is_sent_twice_is_one_sale_and_nobody_elses(
    cast: Cast, liu: Customer, code: ServiceProduct
) -> None:
    token = uuid.uuid4()
    assert entered(cast, liu, code, token=token) == entered(cast, liu, code, token=token)
    with pytest.raises(Conflict, match="sent by somebody else"):
        entered(cast, liu, code, "chen", token=token)


@pytest.mark.parametrize("changed", [{}, {"quantity_hundredths": 3_00}, {"remarks": "Another"}, {"amount_fen": 1}])
def test_a_page_that_says_something_else_when_it_is_sent_again_is_no_second_sending(
    cast: Cast, liu: Customer, code: ServiceProduct, changed: dict[str, Any]
) -> None:
    """Somebody goes back in the browser and enters the next sale: it is not to be lost with words of thanks."""
    token, other = uuid.uuid4(), make_customer(cast.south, "C-2")
    make_assignment(other, cast.wang)
    entered(cast, liu, code, token=token)
    with pytest.raises(Conflict, match="said something else then"):
        entered(cast, liu if changed else other, code, token=token, **changed)


def test_it_counts_by_the_points_of_now_whatever_the_page_showed(
    cast: Cast, liu: Customer, code: ServiceProduct
) -> None:
    shown = ServiceProduct.objects.get(pk=code.pk)
    change_points(actor=cast.actor("wu"), product=code, points_hundredths=2_00, first_day=code.first_day)
    assert entered(cast, liu, shown).points_hundredths == 4_00


def test_nothing_is_sold_to_a_customer_who_was_put_aside_meanwhile(
    cast: Cast, liu: Customer, code: ServiceProduct
) -> None:
    liu.assignments.update(last_day=TODAY)
    archive_customer(actor=cast.actor("chen"), customer=Customer.objects.get(pk=liu.pk), reason="Moved away.")
    for person in ("wang", "chen"):
        with pytest.raises(RuleError, match="刘伟 is put aside"):
            entered(cast, liu, code, person)


def test_neither_who_sells_nor_who_enters_confirms(cast: Cast, liu: Customer, code: ServiceProduct) -> None:
    of_manager, of_clerk = entered(cast, liu, code), entered(cast, liu, code, "chen")
    grant(cast.wang, "clerk")  # even where the manager is a clerk as well
    for person, sale in (
        ("wang", of_manager),
        ("wang", of_clerk),
        ("chen", of_clerk),
        ("li", of_manager),
        ("sun", of_manager),
    ):
        assert not decides(cast.actor(person), sale)
        with pytest.raises(RuleError):
            confirm_sales(actor=cast.actor(person), sales=[sale])
    assert list(sales_to_confirm(cast.actor("chen"), TODAY)) == [of_manager]
    done = confirm_sales(actor=cast.actor("chen"), sales=[of_manager, of_clerk])
    assert (done.sales, len(done.refused)) == ([of_manager], 1)
    assert list(confirmed_sales(cast.south, Month.of(TODAY))) == [of_manager]
    with pytest.raises(Conflict, match="陈静 has confirmed"):
        confirm_sales(actor=cast.actor("zhou"), sales=[of_manager])


def test_a_rejected_sale_counts_nothing_and_its_manager_is_told_why(
    cast: Cast, liu: Customer, code: ServiceProduct
) -> None:
    sale = entered(cast, liu, code)
    with pytest.raises(BadInput, match="Say why the sale is rejected"):
        reject_sale(actor=cast.actor("chen"), sale=sale, reason=" ")
    reject_sale(actor=cast.actor("chen"), sale=sale, reason="The code is not in use.")
    assert "The code is not in use." in Notification.objects.get(employee=cast.wang).words
    sale.refresh_from_db()
    with pytest.raises(Conflict):
        reject_sale(actor=cast.actor("zhou"), sale=sale, reason="Again")
    with pytest.raises(Conflict):
        confirm_sales(actor=cast.actor("zhou"), sales=[sale])
    assert not confirmed_sales(cast.south, Month.of(TODAY)).exists()
    steps = TrailEntry.objects.filter(subject="customers.sale").order_by("pk")
    assert [one.action for one in steps] == ["enter_sale", "reject_sale"]


@pytest.fixture
def september(cast: Cast) -> None:
    """The south's September with its figures; October is open."""
    retire(cast.li)
    play_the_example(cast)


@pytest.mark.usefixtures("september")
def test_a_confirmed_sale_is_taken_back_by_the_director_until_its_month_is_closed(
    cast: Cast, liu: Customer, code: ServiceProduct
) -> None:
    first, second = (make_sale(cast.wang, liu, code, "2026-09-20") for _time in range(2))
    confirm_sales(actor=cast.actor("chen"), sales=[first, second])
    compute(cast)
    first.refresh_from_db()
    with pytest.raises(RuleError, match="Only the director of 城南信用社 takes a confirmed sale back"):
        reject_sale(actor=cast.actor("chen"), sale=first, reason="Twice")
    reject_sale(actor=cast.actor("zhou"), sale=first, reason="Twice")
    # What was computed with it is to be computed again.
    assert MonthClose.objects.get(branch=cast.south, month=SEPTEMBER.first_day).stale
    compute(cast)
    close(cast.actor("zhou"), cast.south)
    second.refresh_from_db()
    with pytest.raises(RuleError, match="closed"):
        reject_sale(actor=cast.actor("zhou"), sale=second, reason="Late")
    second.refresh_from_db()
    assert second.state == "confirmed"


@pytest.mark.usefixtures("september")
def test_a_sale_of_a_closed_month_counts_in_the_earliest_open_one(
    cast: Cast, liu: Customer, code: ServiceProduct
) -> None:
    draft = make_sale(cast.wang, liu, code, "2026-09-20")
    compute(cast)
    close(cast.actor("zhou"), cast.south)
    late = entered(cast, liu, code, sold_on=dt.date(2026, 9, 21))
    confirm_sales(actor=cast.actor("chen"), sales=[draft, late])
    assert not confirmed_sales(cast.south, SEPTEMBER).exists()
    counted = confirmed_sales(cast.south, Month(2026, 10)).order_by("pk").values_list("sold_on", "entered_on")
    assert list(counted) == [
        (dt.date(2026, 9, 20), dt.date(2026, 10, 1)),
        (dt.date(2026, 9, 21), dt.date(2026, 10, 1)),
    ]


@pytest.mark.usefixtures("september")
def test_a_month_with_a_sale_confirmed_since_its_computation_is_not_approved(
    cast: Cast, liu: Customer, code: ServiceProduct
) -> None:
    sale = make_sale(cast.wang, liu, code, "2026-09-20")
    compute(cast)
    confirm_sales(actor=cast.actor("chen"), sales=[sale])
    with pytest.raises(RuleError, match="changed since"):
        approve_month(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER)


def test_each_sees_the_own_sales_or_the_branchs_and_sums_them(cast: Cast, liu: Customer, code: ServiceProduct) -> None:
    make_sale(cast.wang, liu, code, "5th", "2.00", confirmed_by=cast.chen, amount_fen=300_00)
    make_sale(cast.wang, liu, code, "6th")
    make_sale(cast.li, make_customer(cast.south, name="马超"), code, "7th")
    north = make_manager(cast.north, "N102")
    make_sale(north, make_customer(cast.north, name="孙策"), code, "8th")
    numbers = {
        person: sales(cast.actor(person)).count() for person in ("wang", "li", "chen", "zhou", "sun", "wu", "he")
    }
    assert numbers == {"wang": 2, "li": 1, "chen": 3, "zhou": 3, "sun": 1, "wu": 4, "he": 0}
    assert sale_totals(sales(cast.actor("wang"))) == {
        "sales": 2, "waiting": 1, "quantity_hundredths": 3_00, "points_hundredths": 4_50, "amount_fen": 300_00,
    }  # fmt: skip
    clerk, address = browser(cast.chen), reverse("customers:sale_list")
    shown = [
        [name for name in ("刘伟", "马超", "孙策") if name in clerk.get(f"{address}{asked}").content.decode()]
        for asked in ("", "?state=confirmed", "?q=马", "?manager=S102")
    ]
    assert shown == [["刘伟", "马超"], ["刘伟"], ["马超"], ["马超"]]
    file = clerk.post(reverse("customers:sale_export", args=["csv"]) + "?state=confirmed")
    text = (b"".join(file.streaming_content) if file.streaming else file.content).decode("utf-8-sig")  # type: ignore[arg-type]
    assert "刘伟" in text and "300.00" in text and "马超" not in text


def test_a_mistake_is_said_beside_the_field_and_nothing_is_lost(
    cast: Cast, liu: Customer, code: ServiceProduct
) -> None:
    given = {
        "customer": "C-1",
        "product": code.pk,
        "quantity": "two",
        "sold_on": "2026-10-05",
        "remarks": "At the market.",
    }
    page = browser(cast.wang).post(reverse("customers:sale_new"), given).content.decode()
    assert 'id="error_1_id_quantity"' in page
    assert "At the market." in page and 'value="C-1"' in page
    assert not Sale.objects.exists()


def test_the_ticked_ones_are_confirmed_and_the_others_told_about(
    cast: Cast, liu: Customer, code: ServiceProduct
) -> None:
    of_manager, of_clerk = entered(cast, liu, code), entered(cast, liu, code, "chen")
    clerk = browser(cast.chen)
    page = clerk.post(
        reverse("customers:sale_confirm"), {"sale": [of_manager.pk, of_clerk.pk], "back": "state=draft"}, follow=True
    )
    assert page.redirect_chain[-1][0].endswith("?state=draft")
    said = page.content.decode()
    assert "1 sale is confirmed." in said and "Ask another person" in said
    nothing = clerk.post(reverse("customers:sale_confirm"), {}, follow=True).content.decode()
    assert "Tick the sales that you confirm." in nothing


def test_a_refusal_is_read_on_the_page_and_the_reason_stays(cast: Cast, liu: Customer, code: ServiceProduct) -> None:
    sale = entered(cast, liu, code)
    place = reverse("customers:sale_reject", args=[sale.pk])
    for person, words in (("wang", "decides about its sales"), ("qian", "decides about its sales")):
        page = browser(getattr(cast, person)).post(place, {"reason": "My reason"}).content.decode()
        assert words in page and "My reason" in page
    empty = browser(cast.chen).post(place, {"reason": " "}).content.decode()
    assert 'id="error_1_id_reason"' in empty
    sale.refresh_from_db()
    assert sale.state == "draft"


def test_who_rejects_a_draft_takes_no_sale_back_that_was_confirmed_meanwhile(
    cast: Cast, liu: Customer, code: ServiceProduct
) -> None:
    sale = entered(cast, liu, code)
    director, place = browser(cast.zhou), reverse("customers:sale_reject", args=[sale.pk])
    seen = 'name="seen" value="draft"'
    assert seen in director.get(reverse("customers:sale_detail", args=[sale.pk])).content.decode()
    confirm_sales(actor=cast.actor("chen"), sales=[sale])
    page = director.post(place, {"reason": "No such code.", "seen": "draft"}).content.decode()
    assert "陈静 has confirmed the sale of 收款码" in page
    assert "No such code." in page and "Take it back" in page and seen not in page
    director.post(place, {"reason": "No such code.", "seen": "confirmed"})
    sale.refresh_from_db()
    assert (sale.state, sale.decided_by) == ("rejected", cast.zhou)


@pytest.mark.parametrize("person", ["sun", "zhao", "li", "song", "he"])
def test_a_sale_of_others_is_not_there(cast: Cast, liu: Customer, code: ServiceProduct, person: str) -> None:
    sale = entered(cast, liu, code)
    client = browser(getattr(cast, person))
    assert client.get(reverse("customers:sale_detail", args=[sale.pk])).status_code == 404
    assert client.post(reverse("customers:sale_reject", args=[sale.pk]), {"reason": "No"}).status_code == 404
    page = client.post(reverse("customers:sale_confirm"), {"sale": sale.pk}, follow=True).content.decode()
    assert "Tick the sales that you confirm." in page and "刘伟" not in page
    sale.refresh_from_db()
    assert sale.state == "draft"


def test_the_page_that_is_sent_twice_enters_one_sale_and_another_begins_anew(
    cast: Cast, liu: Customer, code: ServiceProduct
) -> None:
    manager, place = browser(cast.wang), reverse("customers:sale_new")
    page = manager.get(f"{place}?customer=C-1").content.decode()
    assert 'value="C-1"' in page
    token = page.split('name="token" value="')[1].split('"')[0]
    given = {"customer": "刘伟", "product": code.pk, "quantity": "2", "sold_on": TODAY.isoformat(), "token": token}
    first, second = (manager.post(place, given) for _time in range(2))
    sale = Sale.objects.get()
    assert first["Location"] == second["Location"] == reverse("customers:sale_detail", args=[sale.pk])
    other = manager.post(place, given | {"quantity": "3"}).content.decode()
    assert "said something else then" in other and 'value="3"' in other
    again = manager.post(place, given | {"quantity": "3", "token": str(uuid.uuid4()), "another": "yes"})
    assert again["Location"] == place
    assert Sale.objects.count() == 2


def test_pages_without_a_sale_say_what_to_do(cast: Cast) -> None:
    address, new = reverse("customers:sale_list"), reverse("customers:sale_new")
    manager, auditor = browser(cast.wang), browser(cast.qian)
    page = manager.get(address).content.decode()
    assert "There is no sale yet." in page and new in page
    assert "The catalogue is empty." in manager.get(new).content.decode()
    page = auditor.get(address).content.decode()
    assert "There is no sale yet." in page and new not in page
    assert auditor.get(new).status_code == 404


def test_the_list_is_sorted_by_day_and_goes_into_a_workbook(cast: Cast, liu: Customer, code: ServiceProduct) -> None:
    make_sale(cast.wang, liu, code, "2026-10-05")
    make_sale(cast.wang, liu, code, "2026-11-05", confirmed_by=cast.chen)
    clerk, address = browser(cast.chen), reverse("customers:sale_list")
    for sort, days in (
        ("", ["11-05", "10-05"]),
        ("?sort=sold_on", ["10-05", "11-05"]),
        ("?sort=-sold_on", ["11-05", "10-05"]),
    ):
        page = clerk.get(address + sort).content.decode()
        assert sorted(days, key=lambda day: page.index(f"2026-{day}")) == days
    assert "1 sale waits for you." in page
    shown = [clerk.get(address + asked).content.decode().count('data-href="') for asked in (
        "", "?product=QR", "?product=XX", "?first_day=2026-11-01", "?last_day=2026-10-31", "?manager=S102"
    )]  # fmt: skip
    assert shown == [2, 2, 2, 1, 1, 0]
    rows = rows_of(clerk.post(reverse("customers:sale_export", args=["xlsx"])))
    assert len(rows) == 4 and {"刘伟", "收款码"} <= set(rows[-1])


def test_the_customers_page_shows_what_was_sold(cast: Cast, liu: Customer, code: ServiceProduct) -> None:
    part = reverse("customers:customer_sales", args=["C-1"])
    offer = reverse("customers:sale_new") + "?customer=C-1"
    make_sale(cast.wang, liu, code, "5th")
    page = browser(cast.wang).get(part).content.decode()
    assert "收款码" in page and offer in page
    page = browser(cast.qian).get(part).content.decode()
    assert "收款码" in page and offer not in page
    assert browser(cast.sun).get(part).status_code == 404


@pytest.mark.parametrize(
    ("table", "law", "steps"),
    [
        ("customers_sale", "sale_state_law", SALE_STEPS),
        ("customers_servicerequest", "request_state_law", SERVICE_REQUEST_STEPS),
    ],
)
def test_the_steps_are_those_of_the_database(
    db: None, table: str, law: str, steps: Mapping[str, frozenset[str]]
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT encode(tgargs, 'escape') FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname = %s", [table, law]
        )
        (words,) = cursor.fetchone()
    assert set(words.split("\\000")[:-1]) == {f"{state}>{to}" for state, goals in steps.items() for to in goals}
