"""Article 9(4): managers take what customers ask for, of any kind, and answer in time."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import ServiceRequest
from customers.queries.requests import requests_due
from organization.models import Employee, Notification
from tests.cast import Cast
from tests.make import make_assignment, make_customer, make_request, make_user

pytestmark = pytest.mark.django_db


def browser(person: Employee) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(make_user(person))
    return client


def test_a_request_has_a_deadline_by_working_days_and_is_answered_once(cast: Cast) -> None:
    customer = make_customer(cast.south, "C-1", name="刘伟")
    make_assignment(customer, cast.wang)
    clerk, manager = browser(cast.chen), browser(cast.wang)
    clerk.post(
        reverse("customers:request_new"),
        {"customer": "C-1", "kind": "card", "words": "A card for the son.", "received_on": "2026-10-09"},
    )
    row = ServiceRequest.objects.get()
    # Three working days by the policy after a Friday: its Saturday was worked to make up for the week of the national day.
    assert (row.manager, row.deadline) == (cast.wang, dt.date(2026, 10, 13))
    assert "刘伟" in Notification.objects.get(employee=cast.wang).words
    assert list(requests_due(cast.actor("wang"), timezone.localdate())) == [row]
    place = reverse("customers:request_answer", args=[row.pk])
    manager.post(place, {"answer": "It lies at the counter."})
    again = clerk.post(place, {"answer": "Another answer."})
    row.refresh_from_db()
    assert (row.state, row.answer, row.answered_by) == ("answered", "It lies at the counter.", cast.wang)
    assert "王小明 has answered this request" in again.content.decode()
    assert "Another answer." in again.content.decode()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"kind": "loan"}, "Say how much the customer wants to borrow."),
        ({"received_on": "2099-01-01"}, "This day is still to come. Write the day of receipt."),
        ({"deadline": "2026-10-08"}, "The deadline lies before the day of receipt."),
    ],
)
def test_what_cannot_be_taken_is_said_beside_the_field_and_nothing_is_lost(
    cast: Cast, changed: dict[str, str], sentence: str
) -> None:
    make_assignment(make_customer(cast.south, "C-1"), cast.wang)
    given = {"customer": "C-1", "kind": "card", "words": "Money for seedlings.", "received_on": "2026-10-09"}
    page = browser(cast.wang).post(reverse("customers:request_new"), given | changed).content.decode()
    assert sentence in page
    assert "Money for seedlings." in page
    assert not ServiceRequest.objects.exists()


def test_a_customer_of_another_manager_is_nobody_elses_to_answer(cast: Cast) -> None:
    customer = make_customer(cast.south, "C-1")
    make_assignment(customer, cast.wang)
    row = make_request(cast.wang, customer)
    place = reverse("customers:request_answer", args=[row.pk])
    assert browser(cast.li).post(place, {"answer": "Yes."}).status_code == 404
    assert browser(cast.sun).post(place, {"answer": "Yes."}).status_code == 404
    browser(cast.zhou).post(place, {"answer": "Yes."})
    row.refresh_from_db()
    assert (row.state, row.answered_by) == ("answered", cast.zhou)
