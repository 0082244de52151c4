"""Both sides of a contract at the same moment, and a change against a signature: what holds is what both have read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from common.errors import Conflict
from managers.actions.contracts import change_contract, sign_contract
from managers.actions.plans import approve_plan, set_parts
from managers.models import Appointment, Contract, Plan, Target
from managers.queries.contracts import contracts, text_of
from managers.rules.contracts import TargetTerms, digest_of
from organization.models import Employee
from organization.queries import actor_of
from tests.cast import Cast, assemble
from tests.concurrency.test_month_states import at_once
from tests.make import PASSWORD, grant, make_contract, make_employee, make_plan, make_user


@pytest.fixture
def cast(own_database: str) -> Cast:
    return assemble()


def signing(person: Employee, contract: Contract, digest: str) -> Callable[[], object]:
    actor, user = actor_of(person), make_user(person)
    read = contracts(actor).get(pk=contract.pk)
    return lambda: sign_contract(actor=actor, contract=read, user=user, password=PASSWORD, digest=digest)


def test_of_two_sides_that_sign_at_once_neither_makes_it_hold_unseen(cast: Cast) -> None:
    contract = make_contract(Appointment.objects.get(employee=cast.wang), cast.chen)
    digest = digest_of(text_of(contract))
    results = at_once(signing(cast.wang, contract, digest), signing(cast.zhou, contract, digest))
    contract.refresh_from_db()
    lost = [result for result in results if isinstance(result, Conflict)]
    # Either one came after the other and both have signed, or it looked before and is asked to open it again.
    assert len(lost) <= 1
    assert (contract.state == "draft") == bool(lost)
    assert bool(contract.signed_text) == (not lost)


def test_a_change_and_a_signature_at_once_leave_no_signature_of_another_text(cast: Cast) -> None:
    contract = make_contract(Appointment.objects.get(employee=cast.wang), cast.chen)
    digest = digest_of(text_of(contract))
    clerk = cast.actor("chen")
    at_once(
        signing(cast.wang, contract, digest),
        lambda: change_contract(
            actor=clerk, contract=contract, digest=digest, targets=[TargetTerms("deposit_average", 1_00)]
        ),
    )
    now = contracts(clerk).get(pk=contract.pk)
    assert now.manager_digest in ("", digest_of(text_of(now)))


def test_of_two_directors_who_approve_a_plan_at_once_one_does(cast: Cast) -> None:
    second = make_employee(cast.south, "S003", name="方正")
    grant(second, "director")
    plan = make_plan(cast.south, cast.chen, whole="1200.00")
    set_parts(actor=cast.actor("chen"), plan=plan, whole_hundredths=1_200_00, parts={cast.wang.pk: 1_200_00})
    actors = [cast.actor("zhou"), actor_of(second)]
    results = at_once(
        *(lambda actor=actor: approve_plan(actor=actor, plan=Plan.objects.get(pk=plan.pk)) for actor in actors)
    )
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "int"]
    assert Target.objects.filter(plan=plan).count() == 12
