"""Customers assigned to account managers: who may, on which days; the law, the refusal, the sentence; files (article 9(1))."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from common.errors import BadInput, Conflict, RuleError
from customers.actions.assignments import assign_customers, end_assignment, extend
from customers.models import Assignment, Customer
from customers.queries import is_own
from organization.actions.batches import undo_batch
from organization.actions.months import check_laws_now
from organization.models import Notification, TrailEntry
from organization.queries import actor_of
from organization.rules import SYSTEM
from tests.cast import Cast
from tests.files import bring, preview, reasons
from tests.make import grant, make_assignment, make_customer, make_manager, make_user

DAY = dt.date(2026, 10, 5)
BEFORE = dt.date(2026, 10, 4)
HEADER = "客户号,客户经理工号,起始日,终止日,来源"


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make_customer(cast.south, "K1", name="张三")


def write(statement: str, *values: object) -> None:
    """Raw SQL in a transaction of its own, with the deferred laws looked at before it ends."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        check_laws_now()


def held(customer: Customer) -> list[tuple[str, str, str | None, str]]:
    rows = Assignment.objects.filter(customer=customer).order_by("first_day")
    return [
        (one.manager.employee_no, str(one.first_day), str(one.last_day) if one.last_day else None, str(one.basis))
        for one in rows.select_related("manager")
    ]


def test_a_clerk_assigns_customers_and_trail_and_manager_hear_of_it(cast: Cast, customer: Customer) -> None:
    another = make_customer(cast.south, "K2", name="李四")
    number = assign_customers(
        actor=cast.actor("chen"),
        branch=cast.south,
        customers=[customer.pk, another.pk],
        manager=cast.wang,
        first_day=DAY,
    )
    assert number == 2
    assert held(customer) == held(another) == [("S101", "2026-10-05", None, "assigned")]
    entry = TrailEntry.objects.get(action="assign_customers")
    assert (entry.actor_no, entry.subject_key) == ("S002", "S01")
    assert json.loads(entry.body)["changes"]["customers"][1] == ["K1", "K2"]
    told = Notification.objects.get(employee=cast.wang)
    assert told.values["number"] == 2 and "张三" in told.values["names"]


def test_a_newly_developed_customer_says_how_it_was_won(cast: Cast, customer: Customer) -> None:
    def assign(how: str) -> None:
        assign_customers(
            actor=cast.actor("zhou"),
            branch=cast.south,
            customers=[customer.pk],
            manager=cast.wang,
            first_day=DAY,
            basis="developed",
            how=how,
        )

    with pytest.raises(BadInput, match="how the customer was won"):
        assign(" ")
    assign("walked in at the market")
    assert held(customer) == [("S101", "2026-10-05", None, "developed")]
    assert TrailEntry.objects.get(action="assign_customers").subject_key == "K1"


@pytest.mark.parametrize("name", ["wang", "sun", "wu", "qian", "he", "song"])
def test_only_clerk_and_director_of_the_branch_assign(cast: Cast, customer: Customer, name: str) -> None:
    with pytest.raises(RuleError, match="do not have the right"):
        assign_customers(
            actor=cast.actor(name), branch=cast.south, customers=[customer.pk], manager=cast.li, first_day=DAY
        )
    with pytest.raises(RuleError, match="do not have the right"):
        end_assignment(
            actor=cast.actor(name), assignment=make_assignment(customer, cast.li), last_day=DAY, reason="moved away"
        )


def test_nobody_assigns_to_himself(cast: Cast, customer: Customer) -> None:
    grant(cast.wang, "clerk")
    wang = actor_of(cast.wang)
    with pytest.raises(RuleError, match="himself"):
        assign_customers(actor=wang, branch=cast.south, customers=[customer.pk], manager=cast.wang, first_day=DAY)
    with pytest.raises(RuleError, match="himself"):
        end_assignment(actor=wang, assignment=make_assignment(customer, cast.wang), last_day=DAY, reason="moved away")


def test_customers_of_another_branch_are_nobodys_to_assign(cast: Cast) -> None:
    north = make_customer(cast.north, "K9")
    with pytest.raises(BadInput, match="at least one"):
        assign_customers(
            actor=cast.actor("chen"), branch=cast.south, customers=[north.pk], manager=cast.wang, first_day=DAY
        )
    with pytest.raises(RuleError, match="not in office at 城北信用社"):
        assign_customers(
            actor=cast.actor("sun"), branch=cast.north, customers=[north.pk], manager=cast.wang, first_day=DAY
        )
    with pytest.raises(IntegrityError, match="another branch"):
        write(
            "INSERT INTO customers_assignment (customer_id, branch_id, manager_id, first_day, basis, how)"
            " VALUES (%s, %s, %s, '2026-10-05', 'assigned', '')",
            north.pk,
            cast.south.pk,
            cast.wang.pk,
        )


def test_who_is_assigned_already_is_handed_over_by_a_sheet(cast: Cast, customer: Customer) -> None:
    make_assignment(customer, cast.li, "2026-10-10")
    with pytest.raises(RuleError, match=r"张三 \(李华\).*by a sheet"):
        assign_customers(
            actor=cast.actor("chen"), branch=cast.south, customers=[customer.pk], manager=cast.wang, first_day=DAY
        )
    assign_customers(
        actor=cast.actor("chen"),
        branch=cast.south,
        customers=[customer.pk],
        manager=cast.wang,
        first_day=DAY,
        last_day=dt.date(2026, 10, 9),
    )
    assert [one[0] for one in held(customer)] == ["S101", "S102"]
    with pytest.raises(IntegrityError, match="one_assignment_a_day"):
        write("UPDATE customers_assignment SET last_day = '2026-10-10' WHERE manager_id = %s", cast.wang.pk)


def test_an_assignment_lies_within_the_days_in_office(cast: Cast, customer: Customer) -> None:
    short = make_manager(cast.south, "S103", first="2026-01-01", last="2026-12-31")
    with pytest.raises(RuleError, match="not in office"):
        assign_customers(
            actor=cast.actor("chen"),
            branch=cast.south,
            customers=[customer.pk],
            manager=short,
            first_day=DAY,
            last_day=dt.date(2027, 1, 1),
        )
    assign_customers(actor=cast.actor("chen"), branch=cast.south, customers=[customer.pk], manager=short, first_day=DAY)
    # Nothing said is as long as the term lasts.
    assert held(customer) == [("S103", "2026-10-05", "2026-12-31", "assigned")]
    with pytest.raises(IntegrityError, match="office"):
        write("UPDATE managers_appointment SET last_day = '2026-12-30' WHERE employee_id = %s", short.pk)
    with pytest.raises(IntegrityError, match="office"):
        write("UPDATE customers_assignment SET last_day = NULL")
    with pytest.raises(IntegrityError, match="office"):
        write(
            "INSERT INTO managers_suspension (appointment_id, first_day, last_day, reason, made_by_id, made_at)"
            " SELECT id, '2026-11-01', '2026-11-30', 'ill', %s, now() FROM managers_appointment WHERE employee_id = %s",
            cast.zhou.pk,
            short.pk,
        )


def test_a_longer_term_takes_along_what_ended_with_it(cast: Cast, customer: Customer) -> None:
    short = make_manager(cast.south, "S103", first="2026-01-01", last="2026-12-31")
    taken = make_customer(cast.south, "K2")
    make_assignment(customer, short, "2026-01-01", "2026-12-31")
    make_assignment(taken, short, "2026-01-01", "2026-12-31")
    make_assignment(taken, cast.li, "2027-01-01")
    appointment = short.appointments.get()
    appointment.last_day = dt.date(2027, 6, 30)
    appointment.save(update_fields=["last_day"])
    number = extend(
        actor=cast.actor("zhou"), appointment=appointment, ended=dt.date(2026, 12, 31), last_day=dt.date(2027, 6, 30)
    )
    assert number == 1
    assert held(customer) == [("S103", "2026-01-01", "2027-06-30", "assigned")]
    assert held(taken)[0][2] == "2026-12-31"


def test_an_assignment_ends_with_a_reason_and_the_customer_is_no_longer_the_managers_own(
    cast: Cast, customer: Customer
) -> None:
    assignment = make_assignment(customer, cast.wang, "2026-01-01")
    wang = cast.actor("wang")
    assert is_own(wang, customer) and Customer.objects.visible_to(wang).filter(pk=customer.pk).exists()
    with pytest.raises(BadInput, match="Say why"):
        end_assignment(actor=cast.actor("chen"), assignment=assignment, last_day=DAY, reason=" ")
    seen_by_another = Assignment.objects.select_related("manager", "branch", "customer").get(pk=assignment.pk)
    end_assignment(actor=cast.actor("chen"), assignment=assignment, last_day=DAY, reason="moved away")
    assert not is_own(wang, customer) and not Customer.objects.visible_to(wang).filter(pk=customer.pk).exists()
    with pytest.raises(Conflict):
        end_assignment(actor=cast.actor("zhou"), assignment=seen_by_another, last_day=BEFORE, reason="moved away")
    with pytest.raises(RuleError, match="before the first"):
        end_assignment(
            actor=cast.actor("zhou"), assignment=assignment, last_day=dt.date(2025, 12, 31), reason="a mistake"
        )


def test_an_assigned_customer_does_not_change_the_branch(cast: Cast, customer: Customer) -> None:
    assignment = make_assignment(customer, cast.wang)
    text = "客户号,客户名称,客户类型,机构号\nK1,张三,个人,N01"
    batch = preview("customers", text)
    assert [(row, column) for row, column, _why in reasons(batch)] == [(2, "机构号")]
    assert "assigned" in reasons(batch)[0][2]
    with pytest.raises(IntegrityError, match="does not change the branch"):
        write("UPDATE customers_customer SET branch_id = %s WHERE id = %s", cast.north.pk, customer.pk)
    Assignment.objects.filter(pk=assignment.pk).update(last_day=BEFORE)
    assert bring("customers", text).changed_count == 1


def test_a_file_assigns_customers_and_the_same_file_again_changes_nothing(cast: Cast, customer: Customer) -> None:
    make_customer(cast.south, "K2")
    text = f"{HEADER}\nK1,S101,2026-01-01,,存量\nK2,S102,2026-03-01,2026-12-31,新增"
    batch = bring("customer_assignments", text)
    assert (batch.created_count, batch.refused_count) == (2, 0)
    assert held(customer) == [("S101", "2026-01-01", None, "assigned")]
    again = bring("customer_assignments", text)
    assert (again.created_count, again.changed_count, again.unchanged_count) == (0, 0, 2)


def test_a_file_moves_a_customer_by_ending_one_row_and_bringing_another(cast: Cast, customer: Customer) -> None:
    bring("customer_assignments", f"{HEADER}\nK1,S101,2026-01-01,,")
    batch = bring("customer_assignments", f"{HEADER}\nK1,S102,2026-10-05,,新增\nK1,S101,2026-01-01,2026-10-04,")
    assert (batch.created_count, batch.changed_count) == (1, 1)
    assert [one[:3] for one in held(customer)] == [
        ("S101", "2026-01-01", "2026-10-04"),
        ("S102", "2026-10-05", None),
    ]
    undo_batch(actor=SYSTEM, batch=batch, reason="wrong file")
    assert held(customer) == [("S101", "2026-01-01", None, "assigned")]


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("K7,S101,2026-01-01,,", "客户号", "no customer K7"),
        ("K1,S999,2026-01-01,,", "客户经理工号", "no manager S999"),
        ("K1,N101,2026-01-01,,", "客户经理工号", "not in office"),
        ("K1,S002,2026-01-01,,", "客户经理工号", "not in office"),
        ("K1,S101,2019-12-31,,", "客户经理工号", "not in office"),
        ("K1,S101,2026-01-02,2026-01-01,", "终止日", "before the first"),
        ("K1,S101,2026-01-01,,旧的", "来源", ""),
        ("K1,S101,2026-13-01,,", "起始日", ""),
        ("K2,S101,2026-01-01,,", "起始日", "two managers"),
        ("K3,S101,2026-01-01,,", "客户号", "put aside"),
    ],
)
def test_a_bad_row_of_a_file_is_refused_with_its_place_and_a_sentence(
    cast: Cast, customer: Customer, row: str, column: str, said: str
) -> None:
    from django.utils import timezone

    make_assignment(make_customer(cast.south, "K2"), cast.li, "2026-06-01")
    aside = {"archived_at": timezone.now(), "archived_by": cast.chen, "archive_reason": "died"}
    make_customer(cast.south, "K3", **aside)
    found = reasons(preview("customer_assignments", f"{HEADER}\n{row}"))
    assert [(place, name) for place, name, _why in found] == [(2, column)]
    assert said in found[0][2]


def test_two_rows_of_a_file_about_the_same_days_refuse_each_other(cast: Cast, customer: Customer) -> None:
    batch = preview("customer_assignments", f"{HEADER}\nK1,S101,2026-01-01,2026-06-30,\nK1,S102,2026-06-30,,")
    assert [row for row, _column, _why in reasons(batch)] == [2, 3]


def test_a_branchs_clerk_brings_in_no_assignments_of_another_branch(cast: Cast) -> None:
    make_customer(cast.north, "K9")
    batch = preview("customer_assignments", f"{HEADER}\nK9,N101,2026-01-01,,", actor=cast.actor("chen"))
    assert batch.refused_count == 1 and "no customer K9" in reasons(batch)[0][2]


def signed_in(person: object) -> Client:
    client = Client()
    client.force_login(make_user(person))  # type: ignore[arg-type]
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def test_a_clerk_ticks_customers_and_assigns_them_on_a_page(cast: Cast, customer: Customer) -> None:
    make_customer(cast.south, "K2", name="李四")
    clerk = signed_in(cast.chen)
    page = clerk.get(reverse("customers:assignment_list") + "?state=nobody").content.decode()
    assert 'form="assign" name="customer" value="K1"' in page
    address = reverse("customers:assignment_new") + "?customer=K1&customer=K2"
    assert "Assign 2 customers" in clerk.get(address).content.decode()
    typed = {"manager": "S101", "first_day": "2026-10-05", "basis": "developed"}
    refused = clerk.post(address, typed).content.decode()
    assert "Say how the customer was won" in refused and 'value="2026-10-05"' in refused
    assert clerk.post(address, typed | {"how": "at the market"}).status_code == 302
    assert held(customer) == [("S101", "2026-10-05", None, "developed")]
    page = clerk.get(reverse("customers:assignment_list") + "?manager=S101&basis=developed").content.decode()
    assert "张三" in page and "王小明" in page and "developed" in page and 'name="customer"' not in page


def test_all_whom_nobody_has_of_what_is_filtered_are_assigned_at_once(cast: Cast, customer: Customer) -> None:
    taken, farm = make_customer(cast.south, "K2"), make_customer(cast.south, "K3", kind="farm_household")
    make_assignment(taken, cast.li)
    clerk = signed_in(cast.chen)
    address = reverse("customers:assignment_new") + "?all=yes&kind=individual"
    done = clerk.post(address, {"manager": "S101", "first_day": "2026-10-05", "basis": "assigned"})
    assert done["Location"] == reverse("customers:assignment_list") + "?kind=individual"
    assert held(customer)[0][0] == "S101" and held(taken)[0][0] == "S102" and held(farm) == []
    nobody = clerk.get(address, follow=True).content.decode()
    assert "Everybody has a manager" in nobody


def test_the_page_of_a_customer_names_its_managers_and_ends_an_assignment(cast: Cast, customer: Customer) -> None:
    make_assignment(customer, cast.li, "2024-01-01", "2025-12-31")
    assignment = make_assignment(customer, cast.wang, "2026-01-01")
    clerk = signed_in(cast.chen)
    part = clerk.get(reverse("customers:customer_assignment", args=["K1"])).content.decode()
    assert "王小明" in part and "李华" in part
    appointment = cast.wang.appointments.get().pk
    assert f"{reverse('desk:hand_over_new', args=[appointment])}?customer=K1" in part
    end = reverse("customers:assignment_end", args=[assignment.pk])
    assert clerk.post(end, {"last_day": "2026-10-05", "reason": " "}).status_code == 200
    assert clerk.post(end, {"last_day": "2026-10-05", "reason": "moved away"}).status_code == 302
    assert held(customer)[1][2] == "2026-10-05"
    assert "Nobody looks after this customer" in clerk.get(part_of(customer)).content.decode()
    # Whoever only reads sees no button.
    assert end not in signed_in(cast.wang).get(part_of(customer)).content.decode()


def part_of(customer: Customer) -> str:
    return reverse("customers:customer_assignment", args=[customer.customer_no])
