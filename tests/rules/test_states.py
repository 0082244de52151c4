"""The steps of sales and of service requests: every pair of states, those that are allowed and those that are not."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import pytest

from customers.models import Sale, ServiceRequest
from customers.rules.states import SALE_STEPS, SERVICE_REQUEST_STEPS
from organization.rules import may_step

ALLOWED = {
    # A sale counts once a second person has confirmed it, and what was rejected stays so.
    "sale": "draft>confirmed draft>rejected confirmed>rejected",
    # There is one answer, and it stays.
    "request": "received>answered received>cancelled",
}


@pytest.mark.parametrize(
    ("noun", "steps", "states"),
    [("sale", SALE_STEPS, Sale.State.values), ("request", SERVICE_REQUEST_STEPS, ServiceRequest.State.values)],
)
def test_these_steps_and_no_others(noun: str, steps: Mapping[str, frozenset[str]], states: list[str]) -> None:
    assert set(steps) == set(states)
    for state, to in itertools.product(states, repeat=2):
        assert may_step(steps, state, to) == (f"{state}>{to}" in ALLOWED[noun].split()), (state, to)
