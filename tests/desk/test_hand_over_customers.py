"""Customers on a hand-over sheet: one, many or all go over with the accounts, in one transaction (articles 9(1) and 14)."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from common.errors import Conflict, RuleError
from customers.actions.archiving import archive_customer
from customers.actions.assignments import assign_customers, end_assignment
from customers.actions.merges import decide_merge
from customers.models import Assignment, Customer, CustomerHandOver
from deposits.actions import handovers as accounts
from deposits.models import Attribution, AttributionHandOver
from desk.actions import handovers as actions
from managers.actions import handovers as sheets
from managers.actions.changes import propose_change
from managers.actions.hand_over_lines import decide_lines
from managers.models import AppointmentChange, HandOver
from organization.models import TrailEntry
from organization.queries import actor_of
from tests.cast import Cast
from tests.desk.test_hand_over import FIRST, LAST, dismissed, office_of, sheet_of, sign, user_of
from tests.make import (
    PASSWORD,
    grant,
    make_account,
    make_assignment,
    make_attribution,
    make_customer,
    make_manager,
    make_merge,
)

DAY = dt.timedelta(1)


@pytest.fixture
def customers(cast: Cast) -> Cast:
    """Wang looks after K1 and K2, newly developed, and K3 from November on; Li after K9. No account is attributed."""
    make_assignment(make_customer(cast.south, "K1", name="张三"), cast.wang)
    make_assignment(make_customer(cast.south, "K2", name="李四"), cast.wang, basis="developed", how="集市走访")
    make_assignment(make_customer(cast.south, "K3"), cast.wang, "2026-11-01")
    make_assignment(make_customer(cast.south, "K9"), cast.li)
    return cast


def held(day: dt.date) -> dict[str, str]:
    """Customers with the manager who looks after them on a day."""
    rows = Assignment.objects.in_force(day)
    return dict(rows.values_list("customer__customer_no", "manager__employee_no"))


def lines(sheet: HandOver, *numbers: str) -> Any:
    found = CustomerHandOver.objects.filter(hand_over=sheet)
    return found.filter(customer__customer_no__in=numbers) if numbers else found


def give(cast: Cast, sheet: HandOver, *numbers: str, **to: Any) -> None:
    decide_lines(actor=cast.actor("chen"), sheet=sheet, lines=lines(sheet, *numbers), **to)


def sent(cast: Cast, sheet: HandOver) -> HandOver:
    actions.send_round(actor=cast.actor("chen"), sheet=sheet)
    return sheet


def only_responsibility(cast: Cast, first_day: dt.date = FIRST) -> HandOver:
    return actions.open_hand_over(
        actor=cast.actor("chen"), appointment=office_of(cast.wang), witness=cast.wu, first_day=first_day
    )


def test_a_manager_with_customers_alone_leaves_by_a_sheet_that_gives_each_to_somebody_or_says_why_not(
    customers: Cast,
) -> None:
    cast = customers
    sheet = sheet_of(cast, dismissed(cast))
    assert sorted(line.number for line in lines(sheet)) == ["K1", "K2", "K3"]
    give(cast, sheet, "K1", "K2", taker=cast.li)
    with pytest.raises(RuleError, match="1 lines are still open"):
        sent(cast, sheet)
    give(cast, sheet, "K3", kept_reason="已迁出")
    assert sign(cast, sent(cast, sheet), "wang", "li", "wu") is True

    assert held(LAST) == {"K1": "S101", "K2": "S101", "K9": "S102"}
    assert held(dt.date(2026, 12, 1)) == {"K1": "S102", "K2": "S102", "K9": "S102"}
    taken = Assignment.objects.get(customer__customer_no="K2", manager=cast.li)
    assert (taken.first_day, taken.last_day, taken.basis, taken.how) == (FIRST, None, "assigned", "")
    assert (taken.hand_over, taken.made_by) == (sheet, cast.zhou)
    assert office_of(cast.wang).last_day == LAST
    assert AppointmentChange.objects.get().state == "done"
    moved = json.loads(TrailEntry.objects.get(action="complete_hand_over").body)["changes"]["customers"][1]
    assert moved == [
        "K1 2020-01-01 None assigned → S102",
        "K2 2020-01-01 None developed → S102",
        "K3 2026-11-01 None assigned → (已迁出)",
    ]
    assert {line.basis for line in lines(sheet, "K2")} == {"developed"}, "the sheet keeps what was signed"


def test_customers_and_accounts_go_over_by_the_same_signatures_or_not_at_all(customers: Cast) -> None:
    cast = customers
    account = make_account(cast.south, "A1", customer=Customer.objects.get(customer_no="K1"))
    make_attribution(account, cast.wang)
    sheet = sheet_of(cast, dismissed(cast))
    give(cast, sheet, taker=cast.li)
    assert accounts.follow_customers(actor=cast.actor("chen"), sheet=sheet) == 1
    sent(cast, sheet)
    sign(cast, sheet, "wang", "li")
    assignment = Assignment.objects.get(customer__customer_no="K2")
    end_assignment(actor=cast.actor("chen"), assignment=assignment, last_day=FIRST, reason="迁出")
    with pytest.raises(Conflict, match="K2"):
        sign(cast, sheet, "wu")
    assert held(FIRST)["K1"] == "S101"
    assert Attribution.objects.get().manager == cast.wang, "the account has not moved without the customer"


def test_accounts_follow_their_customers_and_what_was_decided_about_one_stays(customers: Cast) -> None:
    cast = customers
    third = make_manager(cast.south, "S105")
    for number, customer in (("A1", "K1"), ("A2", "K1"), ("A3", "K2"), ("A4", "K3"), ("A5", "K9")):
        owner = Customer.objects.get(customer_no=customer)
        make_attribution(make_account(cast.south, number, customer=owner), cast.wang)
    sheet = sheet_of(cast, dismissed(cast))
    with pytest.raises(RuleError, match="Decide the customers first"):
        accounts.follow_customers(actor=cast.actor("chen"), sheet=sheet)
    give(cast, sheet, "K1", taker=cast.li)
    give(cast, sheet, "K2", taker=third)
    give(cast, sheet, "K3", kept_reason="已迁出")
    of_sheet = AttributionHandOver.objects.filter(hand_over=sheet)
    a2 = of_sheet.filter(account__account_no="A2")
    decide_lines(actor=cast.actor("chen"), sheet=sheet, lines=a2, taker=third)
    assert accounts.follow_customers(actor=cast.actor("chen"), sheet=sheet) == 2
    given = dict(of_sheet.values_list("account__account_no", "taker__employee_no"))
    assert given == {"A1": "S102", "A2": "S105", "A3": "S105", "A4": None, "A5": None}
    kept = json.loads(TrailEntry.objects.filter(action="decide_hand_over_lines").latest("pk").body)
    assert kept["changes"]["accounts_to"][1] == {"S102": ["A1"], "S105": ["A3"]}
    for name in ("wang", "li", "sun", "qian", "he"):
        with pytest.raises(RuleError, match="do not have the right"):
            accounts.follow_customers(actor=cast.actor(name), sheet=sheet)


def test_nobody_gives_accounts_to_himself_by_way_of_the_customers(customers: Cast) -> None:
    cast = customers
    grant(cast.li, "clerk")
    make_attribution(make_account(cast.south, "A1", customer=Customer.objects.get(customer_no="K1")), cast.wang)
    sheet = sheet_of(cast, dismissed(cast))
    give(cast, sheet, "K1", taker=cast.li)
    with pytest.raises(RuleError, match="himself or herself"):
        accounts.follow_customers(actor=actor_of(cast.li), sheet=sheet)
    with pytest.raises(RuleError, match="himself or herself"):
        decide_lines(actor=actor_of(cast.li), sheet=sheet, lines=lines(sheet), taker=cast.li)


def test_who_may_not_decide_about_customers_of_a_sheet(customers: Cast) -> None:
    sheet = sheet_of(customers, dismissed(customers))
    for name in ("wang", "li", "sun", "qian", "he"):
        with pytest.raises(RuleError, match="do not have the right"):
            decide_lines(actor=customers.actor(name), sheet=sheet, lines=lines(sheet), kept_reason="x")
    for taker, said in ((customers.wang, "giver"), (customers.wu, "witness"), (customers.zhao, "office")):
        with pytest.raises(RuleError, match=said):
            give(customers, sheet, "K1", taker=taker)


def test_one_customer_changes_hands_and_the_office_goes_on(customers: Cast) -> None:
    sheet = only_responsibility(customers)
    give(customers, sheet, "K1", taker=customers.li)
    sign(customers, sent(customers, sheet), "wang", "li", "wu")
    assert held(FIRST) == {"K1": "S102", "K2": "S101", "K9": "S102"}
    assert office_of(customers.wang).last_day is None
    assert [line.number for line in lines(sheet)] == ["K1"], "what stays is not on the signed sheet"


def test_a_suspension_hands_its_days_over_and_the_giver_has_the_customers_back(customers: Cast) -> None:
    until = dt.date(2026, 11, 10)
    change = dismissed(customers, kind="suspension", first_day=FIRST, last_day=until, reason="停职检查")
    sheet = sheet_of(customers, change)
    give(customers, sheet, "K2", "K3", taker=customers.li)
    give(customers, sheet, "K1", kept_reason="暂无人接手")
    sign(customers, sent(customers, sheet), "wang", "li", "wu")
    assert held(until) == {"K2": "S102", "K3": "S102", "K9": "S102"}
    assert held(until + DAY) == {"K1": "S101", "K2": "S101", "K3": "S101", "K9": "S102"}
    back = Assignment.objects.get(customer__customer_no="K2", first_day=until + DAY)
    assert (back.basis, back.how, back.hand_over) == ("developed", "集市走访", sheet)
    assert not Assignment.objects.filter(customer__customer_no="K3", manager=customers.wang, first_day__lt=until)


def test_a_taker_has_a_customer_until_the_own_term_ends(customers: Cast) -> None:
    short = make_manager(customers.south, "S105", last="2027-03-31")
    sheet = only_responsibility(customers)
    give(customers, sheet, "K1", taker=short)
    sent(customers, sheet)
    sign(customers, sheet, "wang", "wu")
    digest = HandOver.objects.get(pk=sheet.pk).digest
    actions.sign(actor=actor_of(short), user=user_of(short), sheet=sheet, password=PASSWORD, digest=digest)
    taken = Assignment.objects.get(manager=short)
    assert (taken.first_day, taken.last_day) == (FIRST, dt.date(2027, 3, 31))


def test_an_expiring_term_hands_over_the_customers_that_end_with_it_but_not_whom_somebody_has_had_since(
    cast: Cast,
) -> None:
    leaving = make_manager(cast.south, "S105", last="2026-10-15")
    for number, last in (("K5", "2026-10-15"), ("K6", "2026-10-10"), ("K7", "2026-10-15")):
        make_assignment(make_customer(cast.south, number), leaving, last=last)
    make_assignment(Customer.objects.get(customer_no="K7"), cast.li, "2026-10-20")
    sheet = actions.open_hand_over(
        actor=cast.actor("chen"), appointment=office_of(leaving), witness=cast.wu, first_day=FIRST
    )
    assert (sheet.occasion, [line.number for line in lines(sheet)]) == ("end", ["K5"])
    give(cast, sheet, "K5", taker=cast.li)
    sign(cast, sent(cast, sheet), "li")
    sign(cast, sheet, "wu", in_stead_reason="已离岗")
    assert held(LAST) == {"K5": "S105", "K7": "S105"}
    assert held(FIRST) == {"K5": "S102"}


def test_what_an_earlier_sheet_has_decided_does_not_come_again(cast: Cast) -> None:
    leaving = make_manager(cast.south, "S105", last="2026-10-15")
    customer = make_customer(cast.south, "K5")
    make_assignment(customer, leaving, last="2026-10-15")
    make_attribution(make_account(cast.south, "A5", customer=customer), leaving, last="2026-10-15")
    make_assignment(make_customer(cast.south, "K6"), leaving, last="2026-10-15")
    opened: dict[str, Any] = {
        "actor": cast.actor("chen"),
        "appointment": office_of(leaving),
        "witness": cast.wu,
        "first_day": FIRST,
    }
    sheet = actions.open_hand_over(**opened)
    give(cast, sheet, kept_reason="无人接手")
    of_sheet = AttributionHandOver.objects.filter(hand_over=sheet)
    decide_lines(actor=cast.actor("chen"), sheet=sheet, lines=of_sheet, taker=cast.li)
    sign(cast, sent(cast, sheet), "li")
    sign(cast, sheet, "wu", in_stead_reason="已离岗")
    again = actions.open_hand_over(**opened)
    assert not lines(again).exists()
    assert not AttributionHandOver.objects.filter(hand_over=again).exists()


def test_a_taker_has_a_customer_until_somebody_elses_days_begin(cast: Cast) -> None:
    leaving = make_manager(cast.south, "S105", last="2026-12-31")
    make_assignment(make_customer(cast.south, "K5"), leaving, last="2026-12-31")
    third = make_manager(cast.south, "S106")
    make_assignment(Customer.objects.get(customer_no="K5"), third, "2027-02-01")
    sheet = actions.open_hand_over(
        actor=cast.actor("chen"), appointment=office_of(leaving), witness=cast.wu, first_day=FIRST
    )
    give(cast, sheet, "K5", taker=cast.li)
    sign(cast, sent(cast, sheet), "li")
    sign(cast, sheet, "wu", in_stead_reason="已离岗")
    assert Assignment.objects.get(manager=cast.li).last_day == dt.date(2027, 1, 31)


def test_customers_changed_since_the_signatures_are_refused_and_drawn_up_again(customers: Cast) -> None:
    sheet = sheet_of(customers, dismissed(customers))
    give(customers, sheet, taker=customers.li)
    sign(customers, sent(customers, sheet), "wang", "li")
    new = make_customer(customers.south, "K4")
    assign_customers(
        actor=customers.actor("chen"),
        branch=customers.south,
        customers=[new.pk],
        manager=customers.wang,
        first_day=LAST,
    )
    with pytest.raises(Conflict, match="K4"):
        sign(customers, sheet, "wu")
    sheets.take_back(actor=customers.actor("chen"), sheet=sheet, reason="多了一户")
    actions.draw_up_again(actor=customers.actor("chen"), sheet=sheet)
    assert lines(sheet).filter(taker=customers.li).count() == 3, "what was decided stays"
    give(customers, sheet, "K4", taker=customers.li)
    assert sign(customers, sent(customers, sheet), "wang", "li", "wu") is True
    assert set(held(FIRST).values()) == {"S102"}


def put_aside(cast: Cast, number: str) -> Assignment:
    """Whoever puts a customer aside ends its assignment first."""
    assignment = Assignment.objects.get(customer__customer_no=number)
    today = timezone.localdate()
    end_assignment(actor=cast.actor("chen"), assignment=assignment, last_day=today, reason="销户")
    archive_customer(actor=cast.actor("chen"), customer=assignment.customer, reason="销户")
    return assignment


def test_a_customer_put_aside_meanwhile_goes_to_nobody(customers: Cast) -> None:
    first_day = timezone.localdate() - 3 * DAY
    sheet = only_responsibility(customers, first_day)
    give(customers, sheet, "K1", taker=customers.li)
    sign(customers, sent(customers, sheet), "wang", "li")
    assignment = put_aside(customers, "K1")
    with pytest.raises(Conflict, match="K1 张三 is put aside"):
        sign(customers, sheet, "wu")
    sheets.take_back(actor=customers.actor("chen"), sheet=sheet, reason="K1 已搁置")
    actions.draw_up_again(actor=customers.actor("chen"), sheet=sheet)
    with pytest.raises(Conflict, match="K1 张三 is put aside"):
        sent(customers, sheet)
    give(customers, sheet, "K1", kept_reason="已搁置")
    sign(customers, sent(customers, sheet), "wang", "wu")
    assignment.refresh_from_db()
    assert assignment.last_day == first_day - DAY
    assert not Assignment.objects.filter(customer=assignment.customer, manager=customers.li).exists()


def test_a_done_sheet_stays_when_its_customer_is_merged_into_another(customers: Cast) -> None:
    sheet = only_responsibility(customers)
    give(customers, sheet, "K1", taker=customers.li)
    sign(customers, sent(customers, sheet), "wang", "li", "wu")
    kept, archived = (Customer.objects.get(customer_no=number) for number in ("K2", "K1"))
    decide_merge(actor=customers.actor("zhou"), merge=make_merge(kept, archived, customers.chen))
    assert [line.number for line in lines(sheet)] == ["K1"]


def test_an_assignment_without_a_day_left_goes_with_the_accounts_that_follow_it(customers: Cast) -> None:
    cast = customers
    customer = make_customer(cast.south, "K8", name="赵八")
    assignment = make_assignment(customer, cast.wang, FIRST + DAY)
    make_attribution(make_account(cast.south, "A8", customer=customer), cast.wang, str(FIRST + DAY))
    Attribution.objects.update(assignment=assignment)
    sheet = only_responsibility(cast)
    give(cast, sheet, "K8", taker=cast.li)
    sign(cast, sent(cast, sheet), "wang", "li")
    with pytest.raises(RuleError, match="赵八: assigned only from that day on"):
        sign(cast, sheet, "wu")
    sheets.take_back(actor=cast.actor("chen"), sheet=sheet, reason="连同账户")
    actions.draw_up_again(actor=cast.actor("chen"), sheet=sheet)
    accounts.follow_customers(actor=cast.actor("chen"), sheet=sheet)
    assert sign(cast, sent(cast, sheet), "wang", "li", "wu") is True
    assert list(Attribution.objects.values_list("manager__employee_no", "first_day")) == [("S102", FIRST + DAY)]
    assert list(customer.assignments.values_list("manager__employee_no", "first_day")) == [("S102", FIRST + DAY)]


def test_a_longer_term_takes_the_customers_that_end_with_it_along(cast: Cast) -> None:
    manager = make_manager(cast.south, "S105", last="2999-12-31")
    free, taken = make_customer(cast.south, "K1"), make_customer(cast.south, "K2")
    for customer in (free, taken):
        make_assignment(customer, manager, last="2999-12-31")
    make_assignment(taken, cast.li, "3000-01-01")
    change = propose_change(
        actor=cast.actor("chen"),
        appointment=office_of(manager),
        kind="extension",
        last_day=dt.date(3001, 12, 31),
        reason="续任",
    )
    assert actions.approve_change(actor=cast.actor("zhou"), change=change) is None
    assert held(dt.date(3001, 1, 1)) == {"K1": "S105", "K2": "S102"}
    assert TrailEntry.objects.filter(action="extend_assignments", subject_key="K1").exists()


def test_a_signed_line_stays_by_raw_sql_and_a_taker_is_a_third_person(customers: Cast) -> None:
    sheet = only_responsibility(customers)
    for taker in (customers.wang, customers.wu):
        with pytest.raises(IntegrityError, match="third person"), transaction.atomic():
            lines(sheet).update(taker=taker)
    north = make_customer(customers.north, "N1")
    with pytest.raises(IntegrityError, match="one branch"), transaction.atomic():
        CustomerHandOver.objects.create(hand_over=sheet, customer=north, first_day=FIRST, basis="assigned")
    give(customers, sheet, "K1", taker=customers.li)
    sent(customers, sheet)
    for statement in (
        "UPDATE customers_customerhandover SET taker_id = NULL",
        "DELETE FROM customers_customerhandover",
    ):
        with (
            pytest.raises(IntegrityError, match="line of a hand-over stays"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    with pytest.raises(Conflict):
        give(customers, sheet, "K1", kept_reason="x")


def test_lines_of_another_sheet_are_passed_over(customers: Cast) -> None:
    sheet = only_responsibility(customers)
    other = actions.open_hand_over(
        actor=customers.actor("chen"), appointment=office_of(customers.li), witness=customers.wu, first_day=FIRST
    )
    with pytest.raises(RuleError, match="at least one line"):
        decide_lines(actor=customers.actor("chen"), sheet=other, lines=lines(sheet), kept_reason="x")
