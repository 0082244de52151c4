"""A signed hand-over and a decided change, carried out by several people at the same moment: once."""

from __future__ import annotations

import datetime as dt

from common.errors import Conflict, RuleError
from customers.actions.assignments import end_assignment
from customers.models import Assignment, CustomerHandOver
from deposits.models import Attribution, AttributionHandOver
from desk.actions import handovers as actions
from managers.actions import handovers as sheets
from managers.actions.changes import propose_change
from managers.actions.hand_over_lines import decide_lines
from managers.models import Appointment, HandOver
from organization.queries import actor_of
from tests.cast import Cast
from tests.concurrency.test_ledger_laws import all_at_once
from tests.make import (
    PASSWORD,
    grant,
    make_account,
    make_assignment,
    make_attribution,
    make_customer,
    make_employee,
    make_user,
)

LAST = dt.date(2026, 10, 15)


def test_a_sheet_that_several_complete_at_once_moves_once(own_cast: Cast) -> None:
    cast = own_cast
    for number in range(20):
        customer = make_customer(cast.south, f"K{number:02d}")
        make_assignment(customer, cast.wang)
        make_attribution(make_account(cast.south, f"A{number:02d}", customer=customer), cast.wang)
    office = Appointment.objects.get(employee=cast.wang)
    clerk = cast.actor("chen")
    change = propose_change(actor=clerk, appointment=office, kind="dismissal", last_day=LAST, reason="失职")
    sheet = actions.approve_change(actor=cast.actor("zhou"), change=change, witness=cast.wu)
    assert sheet is not None
    for model in (CustomerHandOver, AttributionHandOver):
        decide_lines(actor=clerk, sheet=sheet, lines=model.objects.filter(hand_over=sheet), taker=cast.li)
    actions.send_round(actor=clerk, sheet=sheet)
    sheet.refresh_from_db()
    for person in (cast.wang, cast.li, cast.wu):
        # Only signed: who completes it is what is tried here.
        sheets.sign_hand_over(
            actor=actor_of(person), user=make_user(person), sheet=sheet, password=PASSWORD, digest=sheet.digest
        )

    def complete(piece: int) -> str:
        actions.complete_hand_over(actor=clerk, sheet=HandOver.objects.select_related("branch").get(pk=sheet.pk))
        return "done"

    results = all_at_once(complete, 6)
    assert results.count("done") == 1
    assert all(isinstance(one, Conflict) for one in results if one != "done")
    begun = Attribution.objects.filter(manager=cast.li, first_day=LAST + dt.timedelta(1))
    assert begun.count() == 20
    assert Assignment.objects.filter(manager=cast.li, first_day=LAST + dt.timedelta(1)).count() == 20
    office.refresh_from_db()
    assert office.last_day == LAST


def test_of_two_directors_who_decide_at_the_same_moment_one_wins_and_the_other_hears_who_did(own_cast: Cast) -> None:
    cast = own_cast
    second = make_employee(cast.south, "S009", name="郑红")
    grant(second, "director")
    directors = [cast.actor("zhou"), actor_of(second)]
    office = Appointment.objects.get(employee=cast.wang)
    change = propose_change(
        actor=cast.actor("chen"), appointment=office, kind="resignation", last_day=LAST, reason="回乡"
    )
    results = all_at_once(lambda piece: actions.approve_change(actor=directors[piece], change=change), 2)
    assert results.count(None) == 1
    loser = next(one for one in results if one is not None)
    assert isinstance(loser, RuleError)
    # In the language of its thread, which is the installation's.
    assert any(name in str(loser) for name in ("周建国", "郑红"))


def test_a_customer_whose_assignment_is_ended_while_the_sheet_is_carried_out_is_ended_or_handed_over(
    own_cast: Cast,
) -> None:
    cast = own_cast
    assignment = make_assignment(make_customer(cast.south, "K1"), cast.wang)
    office, clerk = Appointment.objects.get(employee=cast.wang), cast.actor("chen")
    first_day = LAST + dt.timedelta(1)
    sheet = actions.open_hand_over(actor=clerk, appointment=office, witness=cast.wu, first_day=first_day)
    decide_lines(actor=clerk, sheet=sheet, lines=CustomerHandOver.objects.filter(hand_over=sheet), taker=cast.li)
    actions.send_round(actor=clerk, sheet=sheet)
    sheet.refresh_from_db()
    for person in (cast.wang, cast.li, cast.wu):
        sheets.sign_hand_over(
            actor=actor_of(person), user=make_user(person), sheet=sheet, password=PASSWORD, digest=sheet.digest
        )

    def either(piece: int) -> str:
        if piece == 0:
            actions.complete_hand_over(actor=clerk, sheet=HandOver.objects.select_related("branch").get(pk=sheet.pk))
            return "handed over"
        mine = Assignment.objects.select_related("manager", "branch", "customer").get(pk=assignment.pk)
        end_assignment(actor=clerk, assignment=mine, last_day=dt.date(2027, 1, 31), reason="迁出")
        return "ended"

    results = all_at_once(either, 2)
    done = [one for one in results if isinstance(one, str)]
    assert len(done) == 1 and all(isinstance(one, RuleError) for one in results if one not in done), results
    taken = [one.first_day for one in Assignment.objects.filter(manager=cast.li)]
    assert taken == ([first_day] if done == ["handed over"] else [])
