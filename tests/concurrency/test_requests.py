"""A service request that is taken or closed by several at once, and one of a customer who is put aside at the moment."""

from __future__ import annotations

import uuid

from django.utils import timezone

from common.errors import Conflict
from customers.actions.archiving import archive_customer
from customers.actions.requests import answer_request, cancel_request, enter_request
from customers.models import ServiceRequest
from organization.models import TrailEntry
from tests.cast import Cast
from tests.concurrency.test_month_states import at_once
from tests.make import make_assignment, make_customer, make_request


def test_what_is_sent_four_times_at_once_is_one_request(own_cast: Cast) -> None:
    customer, actor, token = make_customer(own_cast.south), own_cast.actor("wang"), uuid.uuid4()
    make_assignment(customer, own_cast.wang)
    results = at_once(
        *[lambda: enter_request(actor=actor, customer=customer, kind="card", words="A card.", token=token)] * 4
    )
    assert set(results) == {ServiceRequest.objects.get()}
    assert TrailEntry.objects.filter(action="enter_request").count() == 1


def test_of_an_answer_and_a_cancellation_at_once_one_stands_and_the_other_reads_whose(own_cast: Cast) -> None:
    customer = make_customer(own_cast.south)
    make_assignment(customer, own_cast.wang)
    manager, director = own_cast.actor("wang"), own_cast.actor("zhou")
    for number in range(4):
        row = make_request(own_cast.wang, customer)
        results = at_once(
            lambda row=row: answer_request(actor=manager, request=row, answer="Yes."),  # type: ignore[misc]
            lambda row=row: cancel_request(actor=director, request=row, reason="He came no more."),  # type: ignore[misc]
        )
        assert [isinstance(one, Conflict) for one in results].count(True) == 1, (number, results)
        row.refresh_from_db()
        assert (row.state, row.version) == ("answered" if results[0] is None else "cancelled", 2)


def test_nothing_is_taken_from_a_customer_after_it_was_put_aside(own_cast: Cast) -> None:
    clerk, director = own_cast.actor("chen"), own_cast.actor("zhou")
    for number in range(6):
        customer = make_customer(own_cast.south)
        make_assignment(customer, own_cast.wang, "2020-01-01", timezone.localdate())
        at_once(
            lambda customer=customer: enter_request(  # type: ignore[misc]
                actor=clerk, customer=customer, kind="card", words="A card."
            ),
            lambda customer=customer: archive_customer(  # type: ignore[misc]
                actor=director, customer=customer, reason="Moved away."
            ),
        )
        steps = list(TrailEntry.objects.order_by("seq").values_list("action", flat=True))
        assert steps[-1] == "archive_customer", (number, steps)
