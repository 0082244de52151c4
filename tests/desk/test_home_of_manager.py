"""The first page of a manager and of a director: what the work with customers holds today, and the six businesses."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.months import Month
from customers.models import (
    Customer,
    FamilyMember,
    Leader,
    MarketInformation,
    Prospect,
    Sale,
    ServiceProduct,
    ServiceRequest,
    Visit,
)
from customers.queries.birthdays import birthdays
from customers.rules.birthdays import birthday_in
from desk.queries.work import day_of, six_businesses, work_of_managers
from organization.models import Employee
from tests.cast import Cast
from tests.make import make_assignment, make_basics, make_customer, make_loan, make_manager, make_user

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TODAY = timezone.localdate()
MONTH = Month.of(TODAY)


def days(number: int) -> dt.date:
    return TODAY + dt.timedelta(days=number)


def born(number: int) -> dt.date:
    """The day of birth of somebody whose birthday comes in so many days."""
    day = days(number)
    return birthday_in(1980, day) if (day.month, day.day) == (2, 29) else day.replace(year=1980)


def own(cast: Cast, manager: Employee, name: str, **fields: Any) -> Customer:
    customer = make_customer(manager.branch, name=name, **fields)
    make_assignment(customer, manager)
    return customer


def make_visit(manager: Employee, customer: Customer, on: dt.date = TODAY, **fields: Any) -> Visit:
    values = {"purpose": "deposits", "said": "words", "made_at": NOW}
    return Visit.objects.create(branch=manager.branch, manager=manager, customer=customer, day=on, **values | fields)


def make_request(manager: Employee, customer: Customer, deadline: dt.date, **fields: Any) -> ServiceRequest:
    values = {"kind": "card", "words": "a new card", "received_on": days(-10), "made_at": NOW, "made_by": manager}
    return ServiceRequest.objects.create(
        branch=manager.branch, manager=manager, customer=customer, deadline=deadline, **values | fields
    )


@pytest.fixture
def zhang(cast: Cast) -> Customer:
    return own(cast, cast.wang, "张三")


def browser(person: Employee) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(make_user(person))
    return client


def test_a_managers_day_holds_what_is_due_within_the_week(cast: Cast, zhang: Customer) -> None:
    make_visit(cast.wang, zhang, days(2), state="planned", said="")
    make_visit(cast.wang, zhang, days(9), state="planned", said="")
    promised = make_visit(cast.wang, zhang, days(-5), next_step="bring the form", next_on=days(-1))
    make_visit(cast.wang, zhang, days(-5), next_step="kept", next_on=days(-1), next_done_on=TODAY)
    make_request(cast.wang, zhang, days(1))
    make_request(cast.wang, zhang, days(1), state="answered", answer="Sent.", answered_on=TODAY, answered_by=cast.wang)
    make_request(cast.li, own(cast, cast.li, "李四"), days(1))
    day = day_of(cast.actor("wang"))
    assert [row.day for row in day.visits.rows] == [days(2)]
    assert day.promises.rows == [promised] and not day.empty
    assert len(day.requests.rows) == 1 and not day.requests.more
    assert day_of(cast.actor("zhao")).empty


def test_dossiers_to_look_through_are_on_the_page_the_longest_due_first_and_lead_to_their_list(cast: Cast) -> None:
    for number in range(5):
        customer = make_customer(cast.south, name=f"old {number}")
        make_assignment(customer, cast.wang, TODAY - dt.timedelta(days=900 - number))
    fresh = make_customer(cast.south, name="fresh")
    make_assignment(fresh, cast.wang, TODAY)
    others = make_customer(cast.south, name="another's")
    make_assignment(others, cast.li, TODAY - dt.timedelta(days=2000))
    due = day_of(cast.actor("wang")).reviews
    assert [one.name for one in due.rows] == ["old 0", "old 1", "old 2"] and due.more
    page = browser(cast.wang).get(reverse("desk:home_day")).content.decode()
    assert "never reviewed yet" in page
    assert f"{reverse('customers:review_list')}?state=due" in page


def test_principals_have_birthdays(cast: Cast) -> None:
    def number(day: dt.date) -> str:
        body = f"429900{day:%Y%m%d}001"
        weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
        return body + "10X98765432"[sum(w * int(d) for w, d in zip(weights, body, strict=True)) % 11]

    own(cast, cast.wang, "by number", id_number=number(born(3)))
    own(cast, cast.wang, "wrong number", id_number=number(born(3))[:-1] + "?")
    own(cast, cast.wang, "an old number", id_number=f"429900{born(4):%y%m%d}001")
    typed = own(cast, cast.wang, "as typed", id_number=number(born(30)))
    make_basics(typed, born_on=born(0))
    unit = own(cast, cast.wang, "unit", kind="unit")
    Leader.objects.create(customer=unit, name="leader", position="manager", born_on=born(14))
    Leader.objects.create(customer=unit, name="gone", position="manager", born_on=born(14), removed_at=NOW)
    farm = own(cast, cast.wang, "farm", kind="farm_household", id_number=number(born(1)))
    FamilyMember.objects.create(customer=farm, name="head", relation="head", born_on=born(5))
    FamilyMember.objects.create(customer=farm, name="child", relation="child", born_on=born(5))
    own(cast, cast.wang, "farm by number", kind="farm_household", id_number=number(born(1)))
    own(cast, cast.wang, "too late", id_number=number(born(15)))
    own(cast, cast.li, "another's", id_number=number(born(3)))
    found = [(one.name, (one.on - TODAY).days) for one in birthdays(cast.actor("wang"), TODAY)]
    assert found == [
        ("as typed", 0),
        ("farm by number", 1),
        ("by number", 3),
        ("an old number", 4),
        ("head", 5),
        ("leader", 14),
    ]
    page = browser(cast.wang).get(reverse("desk:home_day")).content.decode()
    assert "by number" in page and "leader" in page and "too late" not in page


def test_the_six_businesses_of_article_8_are_on_the_page(cast: Cast, zhang: Customer) -> None:
    make_loan(cast.wang, "30000", customer=zhang, granted=str(MONTH.first_day), due=f"{MONTH.year}-12-31")
    kinds = ("settlement", "agency", "education_savings")
    for number, kind in enumerate(kinds):
        product = ServiceProduct.objects.create(
            branch=cast.union, code=kind, name=kind, kind=kind, unit="1", points_hundredths=50, first_day=days(-400)
        )
        Sale.objects.create(
            branch=cast.south, manager=cast.wang, customer=zhang, product=product, sold_on=MONTH.first_day,
            entered_on=MONTH.first_day, quantity_hundredths=100, amount_fen=100 * number, points_hundredths=50,
            made_by=cast.wang, made_at=NOW,
        )  # fmt: skip
    MarketInformation.objects.create(
        branch=cast.south, manager=cast.wang, kind="government", title="a road", words="A road.", source="the office",
        heard_on=MONTH.first_day, reader=cast.zhou, state="sent", sent_at=NOW, made_at=NOW,
    )  # fmt: skip
    make_visit(cast.wang, zhang, MONTH.first_day, kind="advice")
    six = six_businesses(cast.actor("wang"), MONTH)
    assert (six.customers, six.loans, six.settlement, six.intermediary, six.intermediary_fen) == (1, 1, 1, 1, 100)
    assert (six.reported, six.replied, six.advised, six.advised_customers) == (1, 0, 1, 1)
    nobody = six_businesses(cast.actor("li"), MONTH)
    assert (nobody.customers, nobody.loans, nobody.settlement, nobody.reported, nobody.advised) == (0, 0, 0, 0, 0)
    page = browser(cast.wang).get(reverse("desk:home_business"), {"month": str(MONTH)}).content.decode()
    for word in ("Deposits", "Loans", "Settlement", "Intermediary business", "Information", "Financial advice"):
        assert word in page


def test_the_director_sees_the_work_of_the_managers_side_by_side(cast: Cast, zhang: Customer) -> None:
    make_visit(cast.wang, zhang, TODAY, next_step="bring the form", next_on=days(-1))
    make_visit(cast.wang, zhang, TODAY)
    make_request(cast.wang, zhang, days(-1))
    Prospect.objects.create(
        name="won", kind="unit", branch=cast.south, manager=cast.li, stage="won", customer=zhang, made_at=NOW, changed_at=NOW
    )  # fmt: skip
    rows = {row.manager.name: row for row in work_of_managers(cast.actor("zhou"), MONTH)}
    assert set(rows) == {"王小明", "李华"}
    wang = rows["王小明"]
    assert (wang.visits, wang.visited, wang.won, wang.promises_overdue, wang.requests_overdue) == (2, 1, 0, 1, 1)
    assert rows["李华"].won == 1
    page = browser(cast.zhou).get(reverse("desk:home_work"), {"month": str(MONTH)}).content.decode()
    assert "王小明" in page and "赵强" not in page
    assert work_of_managers(cast.actor("wang"), MONTH) == []


def test_the_first_page_has_the_parts_of_each_role_and_the_deed_on_top(cast: Cast) -> None:
    parts = {name: reverse(f"desk:{name}") for name in ("home_day", "home_business", "home_work")}
    page = browser(cast.wang).get(reverse("desk:home")).content.decode()
    assert parts["home_day"] in page and parts["home_business"] in page and parts["home_work"] not in page
    page = browser(cast.zhou).get(reverse("desk:home")).content.decode()
    assert parts["home_work"] in page and parts["home_day"] not in page
    newcomer = make_manager(cast.south, "S103", name="新来")
    empty = browser(newcomer).get(parts["home_day"], headers={"HX-Request": "true"}).content.decode()
    assert "Nothing is due in the next seven days." in empty and "<html" not in empty
