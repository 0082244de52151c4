"""Changes of an office: who proposes, who decides, what they make so; the laws behind them; the turn of the day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from common.errors import BadInput, Conflict, RuleError
from deposits.actions import assign_account
from desk.actions.handovers import approve_change
from managers.actions.changes import propose_change, reject_change, withdraw_change
from managers.actions.turns import turn_of_day
from managers.models import Appointment, AppointmentChange, Suspension
from managers.queries.inbox import appointments_ending
from managers.queries.offices import changes_to_decide
from managers.tasks import turn_of_day as task
from organization.actions.months import check_laws_now
from organization.models import Employee, Notification, Role, RoleGrant, TrailEntry
from organization.queries import actor_of
from tests.cast import Cast
from tests.ledgers import close, compute
from tests.make import (
    OCTOBER,
    grant,
    make_account,
    make_application,
    make_attribution,
    make_employee,
    make_manager,
    make_posting,
)

DAY = dt.date(2026, 10, 5)
LAST = dt.date(2026, 10, 15)
ONE = dt.timedelta(1)


def office_of(employee: Employee) -> Appointment:
    return Appointment.objects.filter(employee=employee).latest("first_day")


def propose(cast: Cast, by: str = "chen", **wanted: Any) -> AppointmentChange:
    asked: dict[str, Any] = {"kind": "dismissal", "last_day": LAST, "reason": "失职"} | wanted
    return propose_change(actor=cast.actor(by), appointment=asked.pop("office", office_of(cast.wang)), **asked)


def carried_out(cast: Cast, **wanted: Any) -> AppointmentChange:
    change = propose(cast, **wanted)
    assert approve_change(actor=cast.actor("zhou"), change=change) is None
    change.refresh_from_db()
    return change


def grants(employee: Employee) -> list[tuple[dt.date, dt.date | None]]:
    found = RoleGrant.objects.filter(employee=employee, role=Role.ACCOUNT_MANAGER).order_by("first_day")
    return list(found.values_list("first_day", "last_day"))


def write(statement: str, *values: object) -> None:
    """Raw SQL in a transaction of its own, with the deferred laws looked at before it ends."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        check_laws_now()


def refused(statement: str, said: str, *values: object) -> None:
    with pytest.raises(IntegrityError, match=said):
        write(statement, *values)


@pytest.mark.parametrize("name", ["li", "sun", "zhao", "qian", "he", "song"])
def test_nobody_else_proposes_a_change(cast: Cast, name: str) -> None:
    with pytest.raises(RuleError):
        propose(cast, by=name)


def test_a_manager_resigns_in_person_and_proposes_nothing_else_about_himself(cast: Cast) -> None:
    with pytest.raises(RuleError, match="himself"):
        propose(cast, by="wang", kind="transfer", to_branch=cast.north)
    change = propose(cast, by="wang", kind="resignation")
    assert list(Notification.objects.values_list("employee", flat=True)) == [cast.zhou.pk]
    assert list(changes_to_decide(cast.actor("zhou"))) == [change]


def test_who_proposes_does_not_decide_by_rule_by_law_and_with_a_sentence(cast: Cast) -> None:
    change = propose(cast, by="zhou")
    with pytest.raises(RuleError, match="proposes a change"):
        approve_change(actor=cast.actor("zhou"), change=change)
    with pytest.raises(RuleError, match="Only the director"):
        approve_change(actor=cast.actor("chen"), change=change)
    decided = "UPDATE managers_appointmentchange SET state = 'approved', decided_at = now(), decided_by_id = %s"
    refused(decided, "change_not_decided_by_proposer", cast.zhou.pk)
    refused(decided, "change_not_decided_by_the_person", cast.wang.pk)


def test_a_director_who_is_a_manager_does_not_decide_about_himself(cast: Cast) -> None:
    grant(cast.wang, "director")
    with pytest.raises(RuleError, match="himself"):
        approve_change(actor=actor_of(cast.wang), change=propose(cast))


def test_a_change_is_decided_once_and_stays_as_it_was_decided(cast: Cast) -> None:
    change = propose(cast)
    with pytest.raises(RuleError, match="under way"):
        propose(cast, kind="resignation")
    with pytest.raises(BadInput, match="Say why"):
        reject_change(actor=cast.actor("zhou"), change=change, reason=" ")
    reject_change(actor=cast.actor("zhou"), change=change, reason="理由不足")
    with pytest.raises(Conflict, match="周建国 has decided"):
        approve_change(actor=cast.actor("zhou"), change=change)
    assert office_of(cast.wang).last_day is None
    refused("UPDATE managers_appointmentchange SET reason = 'x'", "stays as it is")
    refused("UPDATE managers_appointmentchange SET state = 'proposed'", "no step leads")
    refused("DELETE FROM managers_appointmentchange", "stays as it is")
    refused(
        "INSERT INTO managers_appointmentchange (appointment_id, employee_id, branch_id, kind, last_day, reason,"
        " proposed_by_id, proposed_at, state, decision_reason) SELECT id, %s, branch_id, 'dismissal', '2026-10-15', 'x',"
        " %s, now(), 'proposed', '' FROM managers_appointment WHERE employee_id = %s",
        "person and branch",
        cast.li.pk,
        cast.chen.pk,
        cast.wang.pk,
    )


def test_a_proposal_is_taken_back_by_its_proposer(cast: Cast) -> None:
    change = propose(cast)
    with pytest.raises(RuleError, match="takes it back"):
        withdraw_change(actor=cast.actor("li"), change=change, reason="x")
    withdraw_change(actor=cast.actor("chen"), change=change, reason="另议")
    propose(cast)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"last_day": dt.date(2019, 1, 1)}, "inside the term"),
        ({"last_day": None}, "Name the day"),
        ({"kind": "suspension", "first_day": None}, "Name the day"),
        ({"kind": "suspension", "first_day": LAST, "last_day": DAY}, "before the first"),
        ({"kind": "suspension", "first_day": dt.date(2019, 1, 1)}, "inside the appointment"),
        ({"kind": "lifting"}, "No suspension"),
        ({"kind": "extension"}, "no last day"),
        ({"kind": "transfer"}, "another branch"),
        ({"kind": "holiday"}, "no such change"),
        ({"reason": " "}, "Say why"),
    ],
)
def test_days_that_do_not_fit_are_refused_with_a_sentence(cast: Cast, wanted: dict[str, Any], said: str) -> None:
    with pytest.raises(RuleError, match=said):
        propose(cast, **wanted)


def test_a_manager_goes_only_where_the_system_runs(cast: Cast) -> None:
    with pytest.raises(RuleError, match="not switched on") as refusal:
        propose(cast, kind="transfer", to_branch=cast.lake)
    assert refusal.value.article == "4"


def test_a_transfer_ends_here_begins_there_and_the_person_follows_when_the_day_has_come(cast: Cast) -> None:
    last = timezone.localdate() + dt.timedelta(30)
    change = carried_out(cast, kind="transfer", to_branch=cast.north, last_day=last)
    old, new = Appointment.objects.filter(employee=cast.wang).order_by("first_day")
    assert (old.branch, old.last_day, old.end) == (cast.south, last, "transfer")
    assert (new.branch, new.first_day, new.last_day) == (cast.north, last + ONE, None)
    assert (new.appointed_by, change.state, change.moved_at) == (cast.zhou, "done", None)
    assert grants(cast.wang) == [(dt.date(2020, 1, 1), last), (last + ONE, None)]
    turn_of_day(last)
    assert Employee.objects.get(pk=cast.wang.pk).branch == cast.south
    assert turn_of_day(last + ONE) >= 1
    assert Employee.objects.get(pk=cast.wang.pk).branch == cast.north
    assert TrailEntry.objects.filter(action="move_person", branch_key=cast.north.pk).exists()
    assert turn_of_day(last + ONE) == 0


def test_a_suspended_manager_is_not_in_office_and_holds_no_role_until_it_is_ended(cast: Cast) -> None:
    carried_out(cast, kind="suspension", first_day=DAY, last_day=None)
    assert grants(cast.wang) == [(dt.date(2020, 1, 1), DAY - ONE)]
    account = make_account(cast.south)
    with pytest.raises(RuleError, match="2026-10-05"):
        assign_account(actor=cast.actor("chen"), account=account, manager=cast.wang, first_day=dt.date(2026, 9, 1))
    carried_out(cast, kind="lifting", last_day=LAST, reason="查清无过错")
    assert grants(cast.wang) == [(dt.date(2020, 1, 1), DAY - ONE), (LAST + ONE, None)]
    lifted = Suspension.objects.get()
    assert (lifted.last_day, lifted.lifted_by) == (LAST, cast.zhou)
    assign_account(actor=cast.actor("chen"), account=account, manager=cast.wang, first_day=LAST + ONE)


def test_an_attribution_and_a_suspension_exclude_each_other_by_raw_sql(cast: Cast) -> None:
    make_attribution(make_account(cast.south), cast.wang, "2026-10-01", "2026-10-10")
    suspend = (
        "INSERT INTO managers_suspension (appointment_id, first_day, last_day, reason, made_by_id, made_at)"
        " SELECT id, %s, %s, 'x', %s, now() FROM managers_appointment WHERE employee_id = %s"
    )
    refused(suspend, "outside the days in office", DAY, None, cast.zhou.pk, cast.wang.pk)
    Suspension.objects.create(
        appointment=office_of(cast.wang),
        first_day=dt.date(2026, 10, 11),
        last_day=dt.date(2026, 10, 20),
        reason="x",
        made_by=cast.zhou,
        made_at=timezone.now(),
    )
    check_laws_now()
    make_attribution(make_account(cast.south), cast.wang, "2026-10-21")
    check_laws_now()
    refused("UPDATE managers_suspension SET last_day = '2026-10-21'", "outside the days in office")
    refused(
        "UPDATE deposits_attribution SET last_day = '2026-10-11' WHERE last_day IS NOT NULL",
        "outside the days in office",
    )


def test_a_suspension_lies_inside_its_appointment_by_raw_sql(cast: Cast) -> None:
    leaving = make_manager(cast.south, "S105", first="2026-01-01", last="2026-10-20")
    suspension = Suspension.objects.create(
        appointment=office_of(leaving),
        first_day=DAY,
        last_day=LAST,
        reason="x",
        made_by=cast.zhou,
        made_at=timezone.now(),
    )
    check_laws_now()
    refused("UPDATE managers_suspension SET last_day = '2026-10-21'", "outside its appointment")
    refused("UPDATE managers_suspension SET first_day = '2025-12-31'", "outside its appointment")
    refused(
        "UPDATE managers_appointment SET last_day = '2026-10-14' WHERE id = %s", "outside its appointment|signed contract",
        suspension.appointment_id,
    )  # fmt: skip


def test_an_appointment_with_a_signed_contract_keeps_person_branch_and_first_day(cast: Cast) -> None:
    for change in (f"branch_id = {cast.north.pk}", f"employee_id = {cast.song.pk}", "first_day = '2020-01-02'"):
        refused(f"UPDATE managers_appointment SET {change} WHERE employee_id = {cast.wang.pk}", "signed contract")


def test_who_was_in_office_in_a_closed_month_stays(cast: Cast) -> None:
    make_posting(make_account(cast.south), "5th", "1.00")
    compute(cast.south, OCTOBER)
    close(cast.south, OCTOBER)
    with pytest.raises(RuleError, match="2026-11-01"):
        propose(cast)
    refused(
        "UPDATE managers_appointment SET last_day = '2026-10-30' WHERE employee_id = %s",
        "month is closed",
        cast.wang.pk,
    )
    refused(
        "INSERT INTO managers_suspension (appointment_id, first_day, reason, made_by_id, made_at)"
        " SELECT id, '2026-10-31', 'x', %s, now() FROM managers_appointment WHERE employee_id = %s",
        "month is closed",
        cast.zhou.pk,
        cast.wang.pk,
    )
    carried_out(cast, last_day=OCTOBER.last_day)


def test_an_office_that_was_ended_by_a_decision_keeps_its_end(cast: Cast) -> None:
    carried_out(cast)
    for change in ("last_day = NULL", "\"end\" = 'expiry'", "last_day = '2026-10-14'"):
        refused(f"UPDATE managers_appointment SET {change} WHERE employee_id = {cast.wang.pk}", "keeps its end")


def test_a_term_that_ends_soon_is_warned_of_and_only_to_those_whom_it_concerns(cast: Cast) -> None:
    today = timezone.localdate()
    soon = make_manager(cast.south, "S105", last=str(today + dt.timedelta(60)))
    make_manager(cast.south, "S106", last=str(today + dt.timedelta(61)))
    make_manager(cast.north, "N105", last=str(today))
    assert [one.employee for one in appointments_ending(cast.actor("zhou"), today)] == [soon]
    assert [one.employee.employee_no for one in appointments_ending(cast.actor("sun"), today)] == ["N105"]
    assert list(appointments_ending(cast.actor("li"), today)) == []
    assert [one.employee for one in appointments_ending(actor_of(soon), today)] == [soon]


def test_a_longer_term_is_at_most_as_long_as_the_policy_says(cast: Cast) -> None:
    last = timezone.localdate() + dt.timedelta(10)
    office = office_of(make_manager(cast.south, "S105", last=str(last)))
    with pytest.raises(RuleError, match="2 years") as refusal:
        propose(cast, office=office, kind="extension", last_day=last.replace(year=last.year + 2) + dt.timedelta(2))
    assert refusal.value.article == "3"
    longer = last + dt.timedelta(365)
    carried_out(cast, office=office, kind="extension", last_day=longer, reason="续任")
    office.refresh_from_db()
    assert office.last_day == longer
    assert grants(office.employee) == [(dt.date(2020, 1, 1), longer)]


def test_the_turn_of_the_day_lets_offices_begin_and_end_by_their_days_once(cast: Cast) -> None:
    today = timezone.localdate()
    term = {"first": str(today + dt.timedelta(2)), "last": str(today + dt.timedelta(3))}
    application = make_application(make_employee(cast.south), "contracted", **term)
    stages = []
    for days in range(6):
        turn_of_day(today + dt.timedelta(days))
        assert turn_of_day(today + dt.timedelta(days)) == 0, "a day turns once"
        application.refresh_from_db()
        stages.append((application.state, Appointment.objects.get(employee=application.candidate).end))
    begun = [("contracted", "")] * 2 + [("in_office", "")] * 2 + [("ended", "expiry")] * 2
    assert stages == begun
    assert TrailEntry.objects.filter(action="expire").count() == 1
    task()
