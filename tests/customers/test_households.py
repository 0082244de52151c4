"""Households: members joining and leaving by day, the head, one household at a time (article 10 counts by household)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.errors import BadInput, RuleError
from common.laws import obeying_laws
from customers.actions.households import join_household, leave_household, set_head
from customers.models import Customer, Household, HouseholdMember
from customers.queries.households import household_numbered
from organization.models import Employee, TrailEntry
from tests.cast import Cast
from tests.english import english
from tests.files import bring
from tests.make import make_assignment, make_customer, make_household, make_user

__all__ = ["english"]

OCTOBER_5 = dt.date(2026, 10, 5)


def browser(person: Employee) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(make_user(person))
    return client


def memberships(customer: Customer) -> list[tuple[str, dt.date | None, dt.date | None]]:
    rows = HouseholdMember.objects.filter(customer=customer).order_by("pk")
    return [(one.household.household_no, one.first_day, one.last_day) for one in rows.select_related("household")]


def test_who_joins_a_household_leaves_the_former_the_day_before(cast: Cast) -> None:
    customer = make_customer(cast.south, "K1")
    make_household(customer, no="H1")
    second = make_household(make_customer(cast.south), no="H2")
    join_household(actor=cast.actor("chen"), customer=customer, household=second, first_day=OCTOBER_5)
    assert memberships(customer) == [("H1", None, dt.date(2026, 10, 4)), ("H2", OCTOBER_5, None)]
    with pytest.raises(RuleError, match="belongs to household H2 already"):
        join_household(actor=cast.actor("chen"), customer=customer, household=second, first_day=OCTOBER_5)
    with pytest.raises(BadInput, match="still to come"):
        join_household(
            actor=cast.actor("chen"),
            customer=customer,
            household=second,
            first_day=timezone.localdate() + dt.timedelta(days=1),
        )
    entry = TrailEntry.objects.get(action="join_household", subject_key="K1")
    assert '"household":["H1","H2"]' in entry.body


def test_who_leaves_belongs_to_it_until_the_last_day(cast: Cast) -> None:
    customer = make_customer(cast.south)
    with pytest.raises(RuleError, match="belongs to no household"):
        leave_household(actor=cast.actor("chen"), customer=customer, last_day=OCTOBER_5)
    home = make_household(make_customer(cast.south), no="H1")
    join_household(actor=cast.actor("chen"), customer=customer, household=home, first_day=OCTOBER_5)
    with pytest.raises(BadInput, match="lies before the first"):
        leave_household(actor=cast.actor("chen"), customer=customer, last_day=dt.date(2026, 10, 4))
    leave_household(actor=cast.actor("chen"), customer=customer, last_day=dt.date(2026, 10, 9))
    assert memberships(customer) == [("H1", OCTOBER_5, dt.date(2026, 10, 9))]


def test_nobody_belongs_to_two_households_on_a_day(cast: Cast) -> None:
    customer = make_customer(cast.south)
    home = make_household(make_customer(cast.south), no="H1")
    second = make_household(make_customer(cast.south), no="H2")
    join_household(actor=cast.actor("chen"), customer=customer, household=home, first_day=dt.date(2026, 9, 1))
    leave_household(actor=cast.actor("chen"), customer=customer, last_day=OCTOBER_5)
    with pytest.raises(RuleError, match="belongs to one household at a time"):
        join_household(actor=cast.actor("chen"), customer=customer, household=second, first_day=OCTOBER_5)


def test_a_household_has_one_head_who_is_a_member(cast: Cast) -> None:
    first, second = make_customer(cast.south), make_customer(cast.south)
    home = make_household(first, second, head=first)
    set_head(actor=cast.actor("chen"), customer=second)
    set_head(actor=cast.actor("chen"), customer=second)
    assert [one.customer for one in HouseholdMember.objects.filter(household=home, is_head=True)] == [second]
    assert TrailEntry.objects.filter(action="set_head").count() == 1
    with pytest.raises(RuleError, match="A household has one head"), obeying_laws(), transaction.atomic():
        HouseholdMember.objects.filter(household=home).update(is_head=True)
    third = make_customer(cast.south)
    with pytest.raises(RuleError, match="A household has one head"):
        join_household(actor=cast.actor("chen"), customer=third, household=home, first_day=OCTOBER_5, is_head=True)
    assert not memberships(third)
    with pytest.raises(RuleError, match="belongs to no household"):
        set_head(actor=cast.actor("chen"), customer=third)


def test_clerk_director_and_the_own_manager_change_households_and_nobody_else(cast: Cast) -> None:
    customer = make_customer(cast.south)
    home = make_household(make_customer(cast.south))
    for person in ("wang", "wu", "sun", "qian"):
        with pytest.raises(RuleError, match="You do not have the right"):
            join_household(actor=cast.actor(person), customer=customer, household=home, first_day=OCTOBER_5)
    make_assignment(customer, cast.wang)
    join_household(actor=cast.actor("wang"), customer=customer, household=home, first_day=OCTOBER_5)
    leave_household(actor=cast.actor("zhou"), customer=customer, last_day=dt.date(2026, 10, 6))


def test_the_next_file_corrects_the_household_also_of_a_head_and_of_who_has_left(cast: Cast) -> None:
    header = "客户号,客户名称,客户类型,户号,机构号"
    bring("customers", f"{header}\nK1,张三,农户,H1,S01\nK2,李四,农户,H1,S01\nK3,王五,农户,H2,S01")
    one, two, three = (Customer.objects.get(customer_no=number) for number in ("K1", "K2", "K3"))
    set_head(actor=cast.actor("chen"), customer=one)
    set_head(actor=cast.actor("chen"), customer=three)
    leave_household(actor=cast.actor("chen"), customer=two, last_day=OCTOBER_5)
    text = f"{header}\nK1,张三,农户,H2,S01\nK2,李四,农户,H1,S01\nK3,王五,农户,H2,S01"
    assert bring("customers", text).changed_count == 2
    assert memberships(one) == [("H2", None, None)]
    assert memberships(two) == [("H1", None, OCTOBER_5), ("H1", dt.date(2026, 10, 6), None)]
    assert [row.customer for row in HouseholdMember.objects.filter(is_head=True)] == [three]
    assert bring("customers", text).unchanged_count == 3


def test_the_page_of_a_household_shows_the_members_whom_one_may_see(cast: Cast) -> None:
    south, north = make_customer(cast.south, name="张三"), make_customer(cast.north, name="李四")
    make_household(south, north, no="H1", head=south)
    url = reverse("customers:household_detail", args=["H1"])
    page = browser(cast.chen).get(url).content.decode()
    assert "张三" in page and "李四" not in page and "head of the household" in page
    assert "李四" in browser(cast.wu).get(url).content.decode()
    assert browser(cast.wang).get(url).status_code == 404
    Household.objects.create(household_no="@K9")
    assert household_numbered(cast.actor("chen"), "@K9") is None


def test_the_household_is_changed_on_the_customers_page_and_what_was_typed_stays(cast: Cast) -> None:
    customer = make_customer(cast.south, "K1")
    make_household(make_customer(cast.south), no="H1")
    make_household(make_customer(cast.north), no="H2")
    client = browser(cast.chen)
    join = reverse("customers:household_join", args=["K1"])
    page = client.post(join, {"household": "H2", "first_day": "2026-10-05"}).content.decode()
    assert "There is no such household." in page and 'value="H2"' in page
    client.post(join, {"household": "H1", "first_day": "2026-10-05", "is_head": "on"})
    part = client.get(reverse("customers:customer_identity", args=["K1"])).content.decode()
    assert "H1" in part and "head of the household" in part
    leave = reverse("customers:household_leave", args=["K1"])
    assert "Name the day." in client.post(leave, {"last_day": "x"}, follow=True).content.decode()
    client.post(leave, {"last_day": "2026-10-09"})
    assert memberships(customer) == [("H1", OCTOBER_5, dt.date(2026, 10, 9))]
    refused = browser(cast.qian).post(reverse("customers:household_head", args=["K1"]), follow=True).content.decode()
    assert "You do not have the right" in refused
