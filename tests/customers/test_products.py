"""The catalogue of service products: who keeps it, what is offered where, how points change and how a product ends."""

from __future__ import annotations

import datetime as dt
import json
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
from tests.files import rows_of
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


def test_a_code_is_one_product_from_the_union_down_to_a_branch(cast: Cast) -> None:
    added(cast, "chen", code="A", last_day=dt.date(2026, 11, 30))
    added(cast, "sun", code="A", branch=cast.north)  # beside it, not below
    with pytest.raises(RuleError, match="城北信用社 has a product with the code A"):
        added(cast, "wu", branch=cast.union, code="A", first_day=dt.date(2026, 12, 1))
    everywhere = added(cast, "wu", branch=cast.union, code="B", last_day=dt.date(2026, 11, 9))
    added(cast, "chen", code="B", first_day=dt.date(2026, 11, 10))
    # Not by lengthening the days of a row either.
    with pytest.raises(RuleError, match="A branch above or below has a product with this code"):
        end_product(actor=cast.actor("wu"), product=everywhere, last_day=dt.date(2026, 11, 10))


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
    page = clerk.post(reverse("customers:product_new"), given | {"points_hundredths": "0.3"}).content.decode()
    assert "in the catalogue on some of these days already" in page and "收款码" in page
    # Not at the union, whatever is sent: that catalogue is not among the choices.
    clerk.post(reverse("customers:product_new"), given | {"branch": "UNION", "code": "A", "points_hundredths": "1"})
    assert ServiceProduct.objects.count() == 1


def test_what_the_trail_says_of_a_new_product_is_all_of_it(cast: Cast) -> None:
    added(cast, "chen", last_day=dt.date(2026, 11, 30))
    changes = json.loads(TrailEntry.objects.get().body)["changes"]
    assert changes == {
        "code": [None, "QR"], "name": [None, "收款码"], "kind": [None, "settlement"], "unit": [None, "户"],
        "points_hundredths": [None, 30], "first_day": [None, "2026-11-01"], "last_day": [None, "2026-11-30"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("step", "given", "field"),
    [
        ("points", {"points_hundredths": "1001", "first_day": "2026-11-02"}, "points_hundredths"),
        ("points", {"points_hundredths": "0.55", "first_day": "2019-12-31"}, "first_day"),
        ("mend", {"name": " ", "kind": "card"}, "name"),
        ("end", {"last_day": "tomorrow"}, "last_day"),
        ("end", {"last_day": "2019-12-31"}, None),
    ],
)
def test_a_step_that_cannot_be_taken_is_said_beside_its_field_and_what_was_typed_stays(
    cast: Cast, step: str, given: dict[str, str], field: str | None
) -> None:
    product = make_product(cast.south, "QR")
    page = browser(cast.chen).post(reverse(f"customers:product_{step}", args=[product.pk]), given).content.decode()
    assert (f'id="error_1_id_{field}"' if field else "The last day lies before the first.") in page
    assert all(f'value="{value}"' in page for value in given.values() if value.strip() and value != "card")
    assert ServiceProduct.objects.values_list("points_hundredths", "name", "last_day").get() == (1_00, "QR", None)


def test_steps_are_taken_on_its_page_by_its_keepers_and_others_read_why_not(cast: Cast) -> None:
    product, of_union = make_product(cast.south, "QR"), make_product(cast.union, "KA")
    clerk, manager = browser(cast.chen), browser(cast.wang)
    mended = {"name": "收款二维码", "kind": "card"}
    clerk.post(reverse("customers:product_mend", args=[product.pk]), mended)
    clerk.post(reverse("customers:product_end", args=[product.pk]), {"last_day": "2026-12-31"})
    product.refresh_from_db()
    assert (product.name, product.kind, product.last_day) == ("收款二维码", "card", dt.date(2026, 12, 31))

    said = "Only the director and the clerks of 城南信用社"
    for client, one, sentence in ((clerk, of_union, "Only the supervisor keeps"), (manager, product, said)):
        page = client.get(reverse("customers:product_detail", args=[one.pk])).content.decode()
        assert "form-sheet" not in page
        for step, given in (
            ("mend", {"name": "Typed name", "kind": "card"}),
            ("points", {"points_hundredths": "7.77", "first_day": "2026-12-01"}),
            ("end", {"last_day": "2027-01-31"}),
        ):
            page = client.post(reverse(f"customers:product_{step}", args=[one.pk]), given).content.decode()
            assert sentence in page and f'value="{next(iter(given.values()))}"' in page
    assert not ServiceProduct.objects.filter(name="Typed name").exists()


def test_what_is_not_offered_at_ones_branches_is_not_there(cast: Cast) -> None:
    product = make_product(cast.south, "QR", name="收款码")
    for person in (cast.sun, cast.zhao, cast.song, cast.he):
        client = browser(person)
        assert client.get(reverse("customers:product_detail", args=[product.pk])).status_code == 404
        place = reverse("customers:product_mend", args=[product.pk])
        assert client.post(place, {"name": "x", "kind": "card"}).status_code == 404
        assert "收款码" not in client.get(reverse("customers:product_list")).content.decode()
    for person in (cast.wang, cast.zhou, cast.wu, cast.qian):
        client = browser(person)
        assert "收款码" in client.get(reverse("customers:product_detail", args=[product.pk])).content.decode()


def test_an_empty_catalogue_says_who_fills_it(cast: Cast) -> None:
    address, new = reverse("customers:product_list"), reverse("customers:product_new")
    keeper, reader = browser(cast.wu), browser(cast.wang)
    page = keeper.get(address).content.decode()
    assert "The catalogue is empty." in page and new in page
    page = reader.get(address).content.decode()
    assert "The catalogue is empty." in page and new not in page
    assert reader.get(new).status_code == 404


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
    # What is offered today comes first, in the file as on the page.
    rows = rows_of(clerk.post(reverse("customers:product_export", args=["xlsx"])))
    assert [row[1] for row in rows[2:]] == ["借记卡", "收款码"]
