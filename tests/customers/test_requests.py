"""Service requests: taken once, answered or cancelled once, listed by what runs out of time."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.errors import BadInput, Conflict, RuleError
from customers.actions.archiving import archive_customer
from customers.actions.requests import answer_request, cancel_request, enter_request
from customers.models import Customer, ServiceRequest
from customers.queries.requests import request_totals, requests, requests_due
from organization.models import Employee, Notification, TrailEntry
from tests.cast import Cast
from tests.files import rows_of
from tests.make import make_assignment, make_customer, make_request, make_user

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


def taken(cast: Cast, customer: Customer, person: str = "wang", **changed: Any) -> ServiceRequest:
    values: dict[str, Any] = {"kind": "card", "words": "A card for the son."} | changed
    return enter_request(actor=cast.actor(person), customer=customer, **values)


def test_the_own_manager_or_a_helper_of_the_branch_takes_it_for_the_customers_manager(
    cast: Cast, liu: Customer
) -> None:
    for person in ("wang", "chen", "zhou"):
        assert taken(cast, liu, person).manager == cast.wang
    # Who takes it oneself is not told.
    assert Notification.objects.filter(employee=cast.wang).count() == 2
    for person in ("li", "sun", "wu", "he", "song"):
        with pytest.raises(RuleError, match="刘伟 is not assigned to you"):
            taken(cast, liu, person)
    with pytest.raises(RuleError, match="Nobody looks after 张三"):
        taken(cast, make_customer(cast.south, name="张三"), "chen")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"words": " "}, "Write what the customer asks for"),
        ({"kind": "loan"}, "Say how much the customer wants to borrow"),
        ({"amount_fen": 0}, "An amount is above zero"),
        ({"received_on": TODAY + dt.timedelta(days=1)}, "This day is still to come"),
        ({"deadline": TODAY - dt.timedelta(days=1)}, "The deadline lies before the day of receipt"),
    ],
)
def test_what_is_no_request_is_refused(cast: Cast, liu: Customer, changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        taken(cast, liu, **changed)
    assert not ServiceRequest.objects.exists()


def test_a_page_that_is_sent_twice_is_one_request_and_nobody_elses(cast: Cast, liu: Customer) -> None:
    token = uuid.uuid4()
    assert taken(cast, liu, token=token) == taken(cast, liu, token=token)
    with pytest.raises(Conflict, match="sent by somebody else"):
        taken(cast, liu, "chen", token=token)
    other = make_customer(cast.south, "C-2")
    make_assignment(other, cast.wang)
    for customer, changed in ((other, {}), (liu, {"words": "A card for the daughter."}), (liu, {"kind": "other"})):
        with pytest.raises(Conflict, match="said something else then"):
            taken(cast, customer, token=token, **changed)


def test_nothing_is_taken_from_a_customer_who_was_put_aside_meanwhile(cast: Cast, liu: Customer) -> None:
    liu.assignments.update(last_day=TODAY)
    archive_customer(actor=cast.actor("chen"), customer=Customer.objects.get(pk=liu.pk), reason="Moved away.")
    for person in ("wang", "chen"):
        with pytest.raises(RuleError, match="刘伟 is put aside"):
            taken(cast, liu, person)


def test_it_is_closed_once_and_the_second_reads_who_was_faster(cast: Cast, liu: Customer) -> None:
    answered, cancelled = taken(cast, liu), taken(cast, liu)
    with pytest.raises(BadInput, match="Write the answer"):
        answer_request(actor=cast.actor("wang"), request=answered, answer=" ")
    with pytest.raises(BadInput, match="Say why the request is cancelled"):
        cancel_request(actor=cast.actor("wang"), request=cancelled, reason="")
    with pytest.raises(RuleError, match="answers this request"):
        answer_request(actor=cast.actor("li"), request=answered, answer="Yes.")
    answer_request(actor=cast.actor("zhou"), request=answered, answer="Yes.")
    cancel_request(actor=cast.actor("wang"), request=cancelled, reason="He changed his mind.")
    with pytest.raises(Conflict, match="周建国 has answered this request"):
        cancel_request(actor=cast.actor("wang"), request=answered, reason="No.")
    with pytest.raises(Conflict, match="王小明 has cancelled this request"):
        answer_request(actor=cast.actor("zhou"), request=cancelled, answer="Yes.")
    assert "周建国" in Notification.objects.get(employee=cast.wang).words
    steps = TrailEntry.objects.filter(subject="customers.servicerequest").order_by("pk")
    assert [one.action for one in steps] == ["enter_request", "enter_request", "answer_request", "cancel_request"]


def test_the_list_begins_with_what_runs_out_of_time_and_counts_it(cast: Cast, liu: Customer) -> None:
    late = make_request(cast.wang, liu, received="2026-10-05", deadline="2026-10-09")
    soon = make_request(cast.wang, liu, received=TODAY, deadline=TODAY)
    over = make_request(cast.wang, liu, received="2026-09-01", deadline="2026-09-03")
    answer_request(actor=cast.actor("wang"), request=over, answer="Yes.")
    other = make_customer(cast.south, "C-2", name="马超")
    make_assignment(other, cast.li)
    make_request(cast.li, other, "complaint", received=TODAY, deadline=TODAY + dt.timedelta(days=3))
    seen = requests(cast.actor("wang"))
    assert list(seen.order_by("due", "pk")) == [late, soon, over]
    assert request_totals(seen, TODAY) == {"all": 3, "waiting": 2, "overdue": 1, "answered": 1}
    assert list(requests_due(cast.actor("wang"), TODAY)) == [late, soon]
    clerk, address = browser(cast.chen), reverse("customers:request_list")
    page = clerk.get(address).content.decode()
    assert page.index("2026-10-09") < page.index("马超") and "overdue" in page
    assert "马超" not in clerk.get(f"{address}?state=answered").content.decode()
    assert "刘伟" not in clerk.get(f"{address}?kind=complaint").content.decode()
    file = clerk.post(reverse("customers:request_export", args=["csv"]) + "?kind=complaint")
    text = b"".join(file.streaming_content) if file.streaming else file.content  # type: ignore[arg-type]
    assert "马超" in text.decode("utf-8-sig") and "刘伟" not in text.decode("utf-8-sig")


def test_whoever_looks_after_the_customer_today_is_told_what_became_of_a_request(cast: Cast, liu: Customer) -> None:
    answered, cancelled = make_request(cast.wang, liu), make_request(cast.wang, liu)
    liu.assignments.update(last_day=TODAY - dt.timedelta(days=1))
    make_assignment(liu, cast.li, TODAY)
    answer_request(actor=cast.actor("chen"), request=answered, answer="Yes.")
    cancel_request(actor=cast.actor("li"), request=cancelled, reason="He changed his mind.")
    # Who has passed the customer on is not told, nor who does it oneself.
    assert [(one.employee, "陈静" in one.words) for one in Notification.objects.all()] == [(cast.li, True)]


def test_a_refusal_is_read_on_the_page_and_what_was_typed_stays(cast: Cast, liu: Customer) -> None:
    row, manager = make_request(cast.wang, liu), browser(cast.wang)
    answer, cancel = (reverse(f"customers:request_{step}", args=[row.pk]) for step in ("answer", "cancel"))
    page = manager.post(answer, {"answer": " "}).content.decode()
    assert 'id="error_1_id_answer"' in page
    page = manager.post(cancel, {"reason": "x" * 301}).content.decode()
    assert 'id="error_1_id_reason"' in page and "x" * 301 in page
    page = browser(cast.qian).post(answer, {"answer": "My answer"}).content.decode()
    assert "answers this request" in page and "My answer" in page
    manager.post(cancel, {"reason": "He changed his mind."})
    page = manager.post(answer, {"answer": "My answer"}).content.decode()
    assert "王小明 has cancelled this request" in page and "My answer" in page
    row.refresh_from_db()
    assert (row.state, row.answer) == ("cancelled", "")


@pytest.mark.parametrize("person", ["sun", "zhao", "li", "song", "he"])
def test_a_request_of_others_is_not_there(cast: Cast, liu: Customer, person: str) -> None:
    row, client = make_request(cast.wang, liu), browser(getattr(cast, person))
    assert client.get(reverse("customers:request_detail", args=[row.pk])).status_code == 404
    assert client.post(reverse("customers:request_cancel", args=[row.pk]), {"reason": "No"}).status_code == 404
    assert "刘伟" not in client.get(reverse("customers:request_list")).content.decode()


def test_the_page_that_is_sent_twice_takes_one_request(cast: Cast, liu: Customer) -> None:
    manager, place = browser(cast.wang), reverse("customers:request_new")
    page = manager.get(f"{place}?customer=C-1").content.decode()
    token = page.split('name="token" value="')[1].split('"')[0]
    given = {"customer": "C-1", "kind": "card", "words": "A card.", "received_on": TODAY.isoformat(), "token": token}
    first, second = (manager.post(place, given) for _time in range(2))
    row = ServiceRequest.objects.get()
    assert first["Location"] == second["Location"] == reverse("customers:request_detail", args=[row.pk])
    page = manager.post(place, given | {"words": "Two cards."}).content.decode()
    assert "said something else then" in page and "Two cards." in page


def test_a_name_that_is_nobodys_or_of_several_is_said_beside_the_field(cast: Cast, liu: Customer) -> None:
    make_assignment(make_customer(cast.south, "C-2", name="刘伟"), cast.wang)
    make_customer(cast.south, "C-3", name="马超")  # nobody's
    given = {"kind": "card", "words": "A card.", "received_on": TODAY.isoformat()}
    manager, place = browser(cast.wang), reverse("customers:request_new")
    for typed, sentence in (
        ("刘伟", "Several are called “刘伟”"),
        ("马超", "none of the customers"),
        ("C-3", "none of"),
    ):
        page = manager.post(place, given | {"customer": typed}).content.decode()
        assert sentence in page and f'value="{typed}"' in page and "A card." in page
    assert not ServiceRequest.objects.exists()


def test_pages_without_a_request_say_what_to_do(cast: Cast) -> None:
    address, new = reverse("customers:request_list"), reverse("customers:request_new")
    manager, auditor = browser(cast.wang), browser(cast.qian)
    page = manager.get(address).content.decode()
    assert "There is no request yet." in page and new in page
    page = auditor.get(address).content.decode()
    assert "There is no request yet." in page and new not in page
    assert auditor.get(new).status_code == 404


def test_the_list_narrows_to_what_is_overdue_and_to_a_manager_and_goes_into_a_workbook(
    cast: Cast, liu: Customer
) -> None:
    make_request(cast.wang, liu, amount_fen=5_000_00)
    other = make_customer(cast.south, "C-2", name="马超")
    make_assignment(other, cast.li)
    make_request(cast.li, other, received=TODAY, deadline=TODAY)
    clerk, address = browser(cast.chen), reverse("customers:request_list")
    shown = [
        [name for name in ("刘伟", "马超") if name in clerk.get(f"{address}{asked}").content.decode()]
        for asked in ("", "?overdue=yes", "?manager=S102", "?q=C-1", "?q=马")
    ]
    assert shown == [["刘伟", "马超"], ["刘伟"], ["马超"], ["刘伟"], ["马超"]]
    rows = rows_of(clerk.post(reverse("customers:request_export", args=["xlsx"]) + "?overdue=yes"))
    assert len(rows) == 3 and "刘伟" in rows[2] and 5_000 in rows[2]


def test_the_customers_page_shows_them_and_offers_to_take_one_to_whoever_may(cast: Cast, liu: Customer) -> None:
    part = reverse("customers:customer_requests", args=["C-1"])
    offer = reverse("customers:request_new") + "?customer=C-1"
    page = browser(cast.wang).get(part).content.decode()
    assert offer in page and "This customer has asked for nothing yet." in page
    make_request(cast.wang, liu, words="Money for seedlings.")
    page = browser(cast.qian).get(part).content.decode()
    assert offer not in page and "Money for seedlings." in page
    assert browser(cast.sun).get(part).status_code == 404
