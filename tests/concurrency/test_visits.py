"""A form of a visit that is sent twice at the same moment, and a card that two windows move at once: one of them does."""

from __future__ import annotations

import uuid

from django.utils import timezone

from common.errors import Conflict
from customers.actions.prospects import step_prospect
from customers.actions.visits import Recorded, record_visit
from customers.models import ProspectStep, Visit
from tests.cast import Cast
from tests.concurrency.test_month_states import at_once
from tests.make import make_assignment, make_customer, make_prospect


def test_what_is_sent_twice_at_once_is_one_note_and_a_card_moves_once(own_cast: Cast) -> None:
    customer, actor, token = make_customer(own_cast.south), own_cast.actor("wang"), uuid.uuid4()
    make_assignment(customer, own_cast.wang)
    given = {"kind": "visit", "purpose": "Deposits", "day": timezone.localdate(), "token": token}
    results = at_once(*[lambda: record_visit(actor=actor, whom=customer, **given) for _time in range(4)])  # type: ignore[arg-type]
    assert sorted(one.again for one in results if isinstance(one, Recorded)) == [False, True, True, True]
    assert Visit.objects.count() == 1

    prospect = make_prospect(own_cast.wang)
    moves = [
        lambda to=to: step_prospect(actor=actor, prospect=prospect, to=to, version=1) for to in ("visited", "promised")
    ]
    assert [isinstance(one, Conflict) for one in at_once(*moves)].count(True) == 1
    assert ProspectStep.objects.count() == 2
