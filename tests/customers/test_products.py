"""The catalogue of service products: who keeps it, what is offered where, how points change and how a product ends."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common.errors import RuleError
from customers.actions.products import add_product, change_points, end_product, mend_product
from customers.models import ServiceProduct
from customers.queries.products import offered
from organization.models import Employee, TrailEntry
from tests.cast import Cast
from tests.make import make_customer, make_product, make_sale, make_user

pytestmark = pytest.mark.django_db

NOVEMBER = dt.date(2026, 11, 1)


def browser(person: Employee) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(make_user(person))
    return client


def added(cast: Cast, person: str, **changed: Any) -> ServiceProduct:
    values = {"code": "QR", "name": "收款码", "kind": "settlement", "unit": "户", "points_hundredths": 30}
    values |= {"branch": cast.south, "first_day": NOVEMBER}
    return add_product(actor=cast.actor(person), **values | changed)


def test_the_unions_catalogue_is_the_supervisors_and_a_branchs_its_directors_and_clerks(cast: Cast) -> None:
    with pytest.raises(RuleError, match="Only the supervisor keeps the catalogue of 县联社"):
        added(cast, "zhou", branch=cast.union)
    for person in ("wang", "sun", "wu", "he", "song"):
        with pytest.raises(RuleError, match="Only the director and the clerks of 城南信用社"):
            added(cast, person)
    everywhere, own = added(cast, "wu", branch=cast.union, code="A"), added(cast, "chen")
    assert list(offered(cast.south, NOVEMBER)) == [everywhere, own]
    assert list(offered(cast.north, NOVEMBER)) == [everywhere]
    assert not offered(cast.south, NOVEMBER - dt.timedelta(days=1)).exists()
    with pytest.raises(RuleError, match="县联社 has a product with the code A"):
        added(cast, "chen", code="A")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"code": " "}, "Fill this in"),
        ({"points_hundredths": -1}, "A unit has from 0 to 1000 points"),
        ({"points_hundredths": 1_000_01}, "A unit has from 0 to 1000 points"),
        ({"last_day": dt.date(2026, 10, 31)}, "The last day lies before the first"),
    ],
)
def test_what_is_no_product_is_refused(cast: Cast, changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RuleError, match=sentence):
        added(cast, "chen", **changed)


def test_a_code_is_one_product_on_a_day(cast: Cast) -> None:
    added(cast, "chen", last_day=dt.date(2026, 11, 30))
    with pytest.raises(RuleError, match="in the catalogue on some of these days already"):
        added(cast, "chen", first_day=dt.date(2026, 11, 30))
    added(cast, "chen", first_day=dt.date(2026, 12, 1))


def test_what_was_sold_keeps_its_points_and_its_days(cast: Cast) -> None:
    product = make_product(cast.south, "QR", points="0.30")
    make_sale(cast.wang, make_customer(cast.south), product, "2026-11-10")
    clerk = cast.actor("chen")
    with pytest.raises(RuleError):
        change_points(actor=clerk, product=product, points_hundredths=50, first_day=dt.date(2026, 11, 10))
    with pytest.raises(RuleError):
        change_points(actor=clerk, product=product, points_hundredths=50, first_day=product.first_day)
    with pytest.raises(RuleError):
        end_product(actor=clerk, product=product, last_day=dt.date(2026, 11, 9))
    later = change_points(actor=clerk, product=product, points_hundredths=50, first_day=dt.date(2026, 11, 11))
    mend_product(actor=clerk, product=product, name="收款二维码", kind="e_banking")
    end_product(actor=clerk, product=later, last_day=dt.date(2026, 12, 31))
    rows = ServiceProduct.objects.filter(code="QR").values_list("name", "points_hundredths", "first_day", "last_day")
    assert list(rows) == [
        ("收款二维码", 30, product.first_day, dt.date(2026, 11, 10)),
        ("QR", 50, dt.date(2026, 11, 11), dt.date(2026, 12, 31)),
    ]
    steps = TrailEntry.objects.filter(subject="customers.serviceproduct").order_by("pk")
    assert [one.action for one in steps] == ["change_points", "mend_product", "end_product"]


def test_the_page_says_a_mistake_beside_the_field_and_keeps_what_was_typed(cast: Cast) -> None:
    clerk = browser(cast.chen)
    given = {
        "branch": "S01",
        "code": "QR",
        "name": "收款码",
        "kind": "settlement",
        "unit": "户",
        "first_day": "2026-11-01",
    }
    page = clerk.post(reverse("customers:product_new"), given | {"points_hundredths": "many"}).content.decode()
    assert "收款码" in page
    assert 'id="error_1_id_points_hundredths"' in page
    clerk.post(reverse("customers:product_new"), given | {"points_hundredths": "0.3"})
    assert ServiceProduct.objects.get().points_hundredths == 30


def test_the_list_narrows_to_a_kind_and_to_what_is_offered_and_goes_into_a_file(cast: Cast) -> None:
    make_product(cast.union, "KA", name="借记卡", kind="card")
    make_product(cast.south, "QR", name="收款码", last_day="2021-01-01")
    clerk, address = browser(cast.chen), reverse("customers:product_list")
    shown = [
        [code for code in ("借记卡", "收款码") if code in clerk.get(f"{address}{asked}").content.decode()]
        for asked in ("", "?kind=card", "?in_force=true", "?in_force=false", "?q=K", "?q=收款")
    ]
    assert shown == [["借记卡", "收款码"], ["借记卡"], ["借记卡"], ["收款码"], ["借记卡"], ["收款码"]]
    file = clerk.post(reverse("customers:product_export", args=["csv"]) + "?in_force=true")
    text = b"".join(file.streaming_content) if file.streaming else file.content  # type: ignore[arg-type]
    assert "借记卡" in text.decode("utf-8-sig") and "收款码" not in text.decode("utf-8-sig")
