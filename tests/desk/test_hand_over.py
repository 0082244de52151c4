"""The hand-over sheet: what a manager gives up from which day, on which lines, under which signatures (article 9(1))."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from common.errors import BadInput, Conflict, RuleError
from deposits.actions import change_shares
from deposits.models import Attribution, AttributionHandOver
from desk.actions import handovers as actions
from managers.actions import handovers as sheets
from managers.actions.changes import propose_change, withdraw_change
from managers.actions.hand_over_lines import decide_lines
from managers.models import Appointment, AppointmentChange, HandOver, Suspension
from organization.actions.months import check_laws_now
from organization.models import Employee, MonthClose, RoleGrant, TrailEntry, User
from organization.queries import actor_of
from tests.cast import Cast
from tests.ledgers import close, compute
from tests.make import OCTOBER, PASSWORD, make_account, make_attribution, make_manager, make_posting, make_user

LAST = dt.date(2026, 10, 15)
FIRST = dt.date(2026, 10, 16)


def office_of(employee: Employee) -> Appointment:
    return Appointment.objects.filter(employee=employee).latest("first_day")


def shares(day: str | dt.date) -> dict[str, dict[str, int]]:
    """Accounts with the shares that hold on a day."""
    found: dict[str, dict[str, int]] = {}
    held = Attribution.objects.in_force(dt.date.fromisoformat(str(day)))
    for account, manager, share in held.values_list("account__account_no", "manager__employee_no", "share_bp"):
        held_by = found.setdefault(account, {})
        held_by[manager] = held_by.get(manager, 0) + share
    return found


@pytest.fixture
def accounts(cast: Cast) -> Cast:
    """Wang has A1 whole, 60 % of A2 beside Li, and A3 from November on."""
    for number, share in (("A1", 10_000), ("A2", 6_000)):
        account = make_account(cast.south, number)
        make_attribution(account, cast.wang, share_bp=share, basis="developed")
        make_posting(account, "5th", "100.00")
    make_attribution(account, cast.li, share_bp=4_000)
    make_attribution(make_account(cast.south, "A3"), cast.wang, "2026-11-01")
    return cast


def dismissed(cast: Cast, **changes: Any) -> AppointmentChange:
    wanted: dict[str, Any] = {"kind": "dismissal", "last_day": LAST, "reason": "又一次失职"}
    return propose_change(actor=cast.actor("chen"), appointment=office_of(cast.wang), **wanted | changes)


def sheet_of(cast: Cast, change: AppointmentChange) -> HandOver:
    sheet = actions.approve_change(actor=cast.actor("zhou"), change=change, witness=cast.wu)
    assert sheet is not None
    return sheet


def lines(sheet: HandOver) -> QuerySet[AttributionHandOver]:
    return AttributionHandOver.objects.filter(hand_over=sheet)


def give(cast: Cast, sheet: HandOver, *accounts: str, **to: Any) -> None:
    wanted = AttributionHandOver.objects.filter(hand_over=sheet, account__account_no__in=accounts)
    decide_lines(actor=cast.actor("chen"), sheet=sheet, lines=wanted, **to)


def user_of(employee: Employee) -> User:
    return User.objects.filter(employee=employee).first() or make_user(employee)


def sign(cast: Cast, sheet: HandOver, *names: str, **more: Any) -> bool:
    done = False
    for name in names:
        person = getattr(cast, name)
        digest = HandOver.objects.get(pk=sheet.pk).digest
        done = actions.sign(
            actor=actor_of(person), user=user_of(person), sheet=sheet, password=PASSWORD, digest=digest, **more
        )
    return done


def test_an_end_hands_everything_over_and_then_the_office_is_over(accounts: Cast) -> None:
    cast = accounts
    compute(cast.south, OCTOBER)
    sheet = sheet_of(cast, dismissed(cast))
    assert office_of(cast.wang).last_day is None, "the office is not cut while accounts are open"
    give(cast, sheet, "A1", "A2", taker=cast.li)
    give(cast, sheet, "A3", kept_reason="客户已销户")
    actions.send_round(actor=cast.actor("chen"), sheet=sheet)
    assert sign(cast, sheet, "wang", "li", "wu") is True

    assert shares(LAST) == {"A1": {"S101": 10_000}, "A2": {"S101": 6_000, "S102": 4_000}}
    assert shares(FIRST) == {"A1": {"S102": 10_000}, "A2": {"S102": 10_000}}
    assert "A3" not in shares("2026-11-30")
    assert set(Attribution.objects.filter(first_day=FIRST).values_list("basis", flat=True)) == {"assigned"}

    office = office_of(cast.wang)
    assert (office.last_day, office.end, office.ended_by, office.end_reason) == (
        LAST,
        "dismissal",
        cast.zhou,
        "又一次失职",
    )
    assert office.contracts.get().last_day == LAST
    assert RoleGrant.objects.get(employee=cast.wang, role="account_manager").last_day == LAST
    sheet.refresh_from_db()
    assert sheet.state == "done"
    assert AppointmentChange.objects.get().state == "done"
    assert MonthClose.objects.get(branch=cast.south, month=OCTOBER.first_day).stale
    body = json.loads(TrailEntry.objects.get(action="complete_hand_over").body)
    assert len(body["changes"]["attributions"][1]) == 3


def test_nothing_to_hand_over_ends_the_office_at_once(cast: Cast) -> None:
    assert actions.approve_change(actor=cast.actor("zhou"), change=dismissed(cast, kind="resignation")) is None
    assert (office_of(cast.wang).last_day, office_of(cast.wang).end) == (LAST, "resignation")


def test_a_sheet_needs_a_witness_and_nothing_is_decided_without_one(accounts: Cast) -> None:
    change = dismissed(accounts)
    with pytest.raises(BadInput, match="witness"):
        actions.approve_change(actor=accounts.actor("zhou"), change=change)
    change.refresh_from_db()
    assert change.state == "proposed"


def test_a_witness_is_of_the_branch_or_the_one_above_and_no_administrator(accounts: Cast) -> None:
    change = dismissed(accounts)
    for witness, said in ((accounts.wang, "giver"), (accounts.he, "administrator"), (accounts.sun, "above it")):
        with pytest.raises(RuleError, match=said):
            actions.approve_change(actor=accounts.actor("zhou"), change=change, witness=witness)


def test_every_line_of_an_end_is_decided_before_it_goes_round(accounts: Cast) -> None:
    sheet = sheet_of(accounts, dismissed(accounts))
    give(accounts, sheet, "A1", taker=accounts.li)
    with pytest.raises(RuleError, match="2 lines"):
        actions.send_round(actor=accounts.actor("chen"), sheet=sheet)


def test_a_taker_is_in_office_and_neither_giver_nor_witness(accounts: Cast) -> None:
    sheet = sheet_of(accounts, dismissed(accounts))
    ended = make_manager(accounts.south, "S105", last="2026-10-10")
    for taker, said in (
        (accounts.wang, "giver"),
        (accounts.wu, "witness"),
        (accounts.zhao, "office"),
        (ended, "office"),
    ):
        with pytest.raises(RuleError, match=said):
            give(accounts, sheet, "A1", taker=taker)
    for taker in (accounts.wang, accounts.wu):
        with pytest.raises(IntegrityError, match="third person"), transaction.atomic():
            AttributionHandOver.objects.filter(hand_over=sheet).update(taker=taker)


def test_a_taker_whose_term_ends_has_the_account_until_then(accounts: Cast) -> None:
    sheet = sheet_of(accounts, dismissed(accounts))
    short = make_manager(accounts.south, "S105", last="2027-03-31")
    accounts_ = accounts
    give(accounts_, sheet, "A1", "A2", "A3", taker=short)
    actions.send_round(actor=accounts.actor("chen"), sheet=sheet)
    assert sign(accounts, sheet, "wang", "wu") is False
    actions.sign(
        actor=actor_of(short),
        user=make_user(short),
        sheet=sheet,
        password=PASSWORD,
        digest=HandOver.objects.get(pk=sheet.pk).digest,
    )
    taken = Attribution.objects.filter(manager=short).order_by("first_day")
    assert [(one.first_day, one.last_day) for one in taken] == [
        (FIRST, dt.date(2027, 3, 31)),
        (FIRST, dt.date(2027, 3, 31)),
        (dt.date(2026, 11, 1), dt.date(2027, 3, 31)),
    ]


def round_sent(cast: Cast) -> HandOver:
    sheet = sheet_of(cast, dismissed(cast))
    give(cast, sheet, "A1", "A2", "A3", taker=cast.li)
    actions.send_round(actor=cast.actor("chen"), sheet=sheet)
    return sheet


def test_signatures_are_of_those_asked_with_their_password_under_the_digest_that_was_read(accounts: Cast) -> None:
    sheet = round_sent(accounts)
    digest = HandOver.objects.get(pk=sheet.pk).digest
    signing: dict[str, Any] = {"actor": accounts.actor("li"), "user": user_of(accounts.li), "sheet": sheet}
    with pytest.raises(BadInput, match="password"):
        actions.sign(**signing, password="another", digest=digest)
    with pytest.raises(Conflict, match="changed"):
        actions.sign(**signing, password=PASSWORD, digest="0" * 64)
    with pytest.raises(RuleError, match="waits for your signature"):
        sign(accounts, sheet, "chen")
    assert sign(accounts, sheet, "li") is False
    with pytest.raises(RuleError, match="waits for your signature"):
        sign(accounts, sheet, "li")
    with pytest.raises(RuleError, match="Not everybody"):
        actions.complete_hand_over(actor=accounts.actor("chen"), sheet=sheet)


def test_the_witness_signs_in_the_stead_of_a_giver_who_refuses_and_says_why(accounts: Cast) -> None:
    sheet = round_sent(accounts)
    with pytest.raises(RuleError, match="Only the witness"):
        sign(accounts, sheet, "li", in_stead_reason="拒签")
    sign(accounts, sheet, "li")
    assert sign(accounts, sheet, "wu", in_stead_reason="本人拒绝签字") is True
    given = HandOver.objects.get(pk=sheet.pk).signatures.get(party="giver")
    assert (given.employee, given.in_stead_of, given.reason) == (accounts.wu, accounts.wang, "本人拒绝签字")
    assert json.loads(TrailEntry.objects.filter(action="sign_hand_over").last().body)["changes"][  # type: ignore[union-attr]
        "in_stead_of_the_giver"
    ] == [None, "本人拒绝签字"]


def test_a_change_after_a_signature_takes_the_sheet_back_and_everybody_signs_again(accounts: Cast) -> None:
    sheet = round_sent(accounts)
    sign(accounts, sheet, "li")
    with pytest.raises(Conflict, match="changed"):
        give(accounts, sheet, "A1", kept_reason="x")
    before = HandOver.objects.get(pk=sheet.pk).digest
    sheets.take_back(actor=accounts.actor("chen"), sheet=sheet, reason="A1 另给一人")
    assert not HandOver.objects.get(pk=sheet.pk).signatures.exists()
    give(accounts, sheet, "A1", kept_reason="无人接手")
    actions.send_round(actor=accounts.actor("chen"), sheet=sheet)
    assert HandOver.objects.get(pk=sheet.pk).digest != before
    assert sign(accounts, sheet, "wang", "li", "wu") is True
    assert "A1" not in shares(FIRST)


def test_what_is_no_longer_what_was_signed_does_not_move(accounts: Cast) -> None:
    sheet = round_sent(accounts)
    sign(accounts, sheet, "wang", "li")
    account = Attribution.objects.filter(account__account_no="A1").get().account
    change_shares(actor=accounts.actor("chen"), account=account, first_day=FIRST, shares=[(accounts.wang, 5_000)])
    with pytest.raises(Conflict, match="A1"):
        sign(accounts, sheet, "wu")
    sheet.refresh_from_db()
    assert sheet.state == "signing", "the last signature stands, nothing has moved"
    assert sheet.signatures.filter(signed_at__isnull=True).count() == 0
    sheets.take_back(actor=accounts.actor("chen"), sheet=sheet, reason="份额变了")
    actions.draw_up_again(actor=accounts.actor("chen"), sheet=sheet)
    assert AttributionHandOver.objects.filter(hand_over=sheet, account=account).get().share_bp == 5_000
    give(accounts, sheet, "A1", "A2", "A3", taker=accounts.li)
    actions.send_round(actor=accounts.actor("chen"), sheet=sheet)
    assert sign(accounts, sheet, "wang", "li", "wu") is True
    assert shares(FIRST)["A1"] == {"S102": 5_000}


def test_a_month_that_closed_meanwhile_takes_no_hand_over(accounts: Cast) -> None:
    sheet = round_sent(accounts)
    sign(accounts, sheet, "wang", "li")
    compute(accounts.south, OCTOBER)
    close(accounts.south, OCTOBER)
    with pytest.raises(RuleError, match="closed"):
        sign(accounts, sheet, "wu")
    assert shares(FIRST)["A1"] == {"S101": 10_000}
    with pytest.raises(RuleError, match="2026-11-01"):
        dismissed(accounts, kind="resignation", last_day=LAST)


def test_a_done_sheet_stays_by_raw_sql(accounts: Cast) -> None:
    sheet = round_sent(accounts)
    refused = [
        ("UPDATE managers_handover SET state = 'done'", "everybody has signed"),
        ("UPDATE managers_handover SET first_day = '2026-10-20'", "hand-over stays"),
        ("UPDATE deposits_attributionhandover SET taker_id = NULL", "line of a hand-over stays"),
        ("DELETE FROM managers_handoversignature", "signature stays"),
    ]
    for statement, said in refused:
        with pytest.raises(IntegrityError, match=said), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    sign(accounts, sheet, "wang", "li", "wu")
    for statement, said in [
        ("UPDATE managers_handover SET remarks = 'x'", "hand-over stays"),
        ("DELETE FROM managers_handover", "hand-over stays"),
        ("UPDATE managers_handoversignature SET reason = 'x'", "signature stays"),
        ("DELETE FROM deposits_attributionhandover", "line of a hand-over stays"),
    ]:
        with pytest.raises(IntegrityError, match=said), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(Conflict, match="done"):
        sheets.cancel_hand_over(actor=accounts.actor("chen"), sheet=sheet, reason="x")
    with pytest.raises(RuleError, match="done"):
        actions.complete_hand_over(actor=accounts.actor("chen"), sheet=sheet)


def test_a_cancelled_sheet_leaves_everything_and_its_change_is_taken_back_or_gets_another(accounts: Cast) -> None:
    change = dismissed(accounts)
    sheet = sheet_of(accounts, change)
    director = accounts.actor("zhou")
    with pytest.raises(RuleError, match="Cancel it first"):
        withdraw_change(actor=director, change=change, reason="x")
    sheets.cancel_hand_over(actor=accounts.actor("chen"), sheet=sheet, reason="日期有误")
    again = actions.open_hand_over(
        actor=accounts.actor("chen"), appointment=change.appointment, witness=accounts.qian, change=change
    )
    assert (again.occasion, again.first_day, len(lines(again))) == ("end", FIRST, 3)
    sheets.cancel_hand_over(actor=accounts.actor("chen"), sheet=again, reason="不辞退了")
    withdraw_change(actor=director, change=change, reason="不辞退了")
    change.refresh_from_db()
    assert (change.state, office_of(accounts.wang).last_day) == ("withdrawn", None)


def test_a_suspension_hands_its_days_over_and_the_giver_has_the_accounts_back(accounts: Cast) -> None:
    until = dt.date(2026, 11, 10)
    change = dismissed(accounts, kind="suspension", first_day=FIRST, last_day=until, reason="停职检查")
    sheet = sheet_of(accounts, change)
    assert (sheet.occasion, sheet.first_day, sheet.last_day) == ("suspension", FIRST, until)
    give(accounts, sheet, "A1", "A3", taker=accounts.li)
    give(accounts, sheet, "A2", kept_reason="李华已有其余份额")
    actions.send_round(actor=accounts.actor("chen"), sheet=sheet)
    sign(accounts, sheet, "wang", "li", "wu")
    assert shares(until) == {"A1": {"S102": 10_000}, "A2": {"S102": 4_000}, "A3": {"S102": 10_000}}
    back = until + dt.timedelta(1)
    assert shares(back) == {"A1": {"S101": 10_000}, "A2": {"S101": 6_000, "S102": 4_000}, "A3": {"S101": 10_000}}
    assert Attribution.objects.get(account__account_no="A1", first_day=back).basis == "developed"
    suspension = Suspension.objects.get()
    assert (suspension.first_day, suspension.last_day, suspension.reason) == (FIRST, until, "停职检查")
    grants = RoleGrant.objects.filter(employee=accounts.wang, role="account_manager").order_by("first_day")
    assert [(one.first_day, one.last_day) for one in grants] == [(dt.date(2020, 1, 1), LAST), (back, None)]


def test_only_responsibility_changes_and_the_office_goes_on(accounts: Cast) -> None:
    appointment = office_of(accounts.wang)
    sheet = actions.open_hand_over(
        actor=accounts.actor("chen"), appointment=appointment, witness=accounts.wu, first_day=FIRST
    )
    assert sheet.occasion == "change"
    with pytest.raises(RuleError, match="Nothing on this sheet"):
        actions.send_round(actor=accounts.actor("chen"), sheet=sheet)
    actions.draw_up_again(actor=accounts.actor("chen"), sheet=sheet)
    give(accounts, sheet, "A1", taker=accounts.li)
    actions.send_round(actor=accounts.actor("chen"), sheet=sheet)
    sign(accounts, sheet, "wang", "li", "wu")
    assert shares(FIRST)["A1"] == {"S102": 10_000}
    assert shares(FIRST)["A2"] == {"S101": 6_000, "S102": 4_000}
    assert office_of(accounts.wang).last_day is None


def test_an_expiring_term_hands_over_what_ends_with_it(cast: Cast) -> None:
    leaving = make_manager(cast.south, "S105", last="2026-10-15")
    make_attribution(make_account(cast.south, "A9"), leaving, last="2026-10-15")
    make_attribution(make_account(cast.south, "A8"), leaving, last="2026-10-10")
    sheet = actions.open_hand_over(
        actor=cast.actor("chen"), appointment=office_of(leaving), witness=cast.wu, first_day=FIRST
    )
    assert (sheet.occasion, len(lines(sheet))) == ("end", 1)
    give(cast, sheet, "A9", taker=cast.li)
    actions.send_round(actor=cast.actor("chen"), sheet=sheet)
    sign(cast, sheet, "li")
    sign(cast, sheet, "wu", in_stead_reason="已离岗")
    assert shares(LAST) == {"A9": {"S105": 10_000}}
    assert shares(FIRST) == {"A9": {"S102": 10_000}}
    assert office_of(leaving).end == ""


def test_a_longer_term_takes_the_accounts_that_end_with_it_along(cast: Cast) -> None:
    manager = make_manager(cast.south, "S105", last="2999-12-31")
    first, second = make_account(cast.south, "A1"), make_account(cast.south, "A2")
    make_attribution(first, manager, last="2999-12-31", share_bp=6_000)
    make_attribution(second, manager, last="2999-12-31", share_bp=6_000)
    make_attribution(second, cast.li, "3000-01-01", share_bp=5_000)
    later = dt.date(3001, 12, 31)
    change = propose_change(
        actor=cast.actor("chen"), appointment=office_of(manager), kind="extension", last_day=later, reason="续任"
    )
    assert actions.approve_change(actor=cast.actor("zhou"), change=change) is None
    assert office_of(manager).last_day == later
    assert shares("3001-01-01") == {"A1": {"S105": 6_000}, "A2": {"S102": 5_000}}
    assert RoleGrant.objects.get(employee=manager).last_day == later


def test_who_may_not_open_or_change_a_sheet(accounts: Cast) -> None:
    sheet = sheet_of(accounts, dismissed(accounts))
    for name in ("wang", "li", "sun", "qian", "he"):
        with pytest.raises(RuleError):
            decide_lines(actor=accounts.actor(name), sheet=sheet, lines=lines(sheet), kept_reason="x")
    with pytest.raises(RuleError, match="under way"):
        actions.open_hand_over(
            actor=accounts.actor("chen"), appointment=office_of(accounts.wang), witness=accounts.wu, first_day=FIRST
        )
    check_laws_now()
