"""A customer is put aside with a reason and taken up again; nobody deletes one, and who is put aside is not assigned."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from customers.actions.archiving import archive_customer, restore_customer
from customers.models import Assignment, Customer
from organization.actions.batches import undo_batch
from organization.models import Employee, TrailEntry
from organization.rules import SYSTEM
from tests.cast import Cast
from tests.concurrency.test_month_states import at_once
from tests.english import english
from tests.files import bring
from tests.make import (
    make_account,
    make_assignment,
    make_customer,
    make_loan,
    make_merge,
    make_repayment,
    make_user,
)

__all__ = ["english"]


def browser(person: Employee) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(make_user(person))
    return client


def test_the_clerk_puts_a_customer_aside_and_takes_it_up_again_with_reasons(cast: Cast) -> None:
    customer = make_customer(cast.south, "K1", name="张三")
    client, url = browser(cast.chen), reverse("customers:customer_archive", args=["K1"])
    assert "Put 张三 aside" in client.get(url).content.decode()
    client.post(url, {"reason": "moved away"})
    customer.refresh_from_db()
    assert (customer.archived_by, customer.archive_reason) == (cast.chen, "moved away")
    names = reverse("customers:customer_list")
    assert "张三" not in client.get(names).content.decode()
    assert "张三" not in client.get(names, {"q": "K1"}).content.decode()
    assert "张三" in client.get(names, {"aside": "yes"}).content.decode()
    assert client.get(reverse("desk:customer_detail", args=["K1"])).status_code == 200
    part = client.get(reverse("customers:customer_identity", args=["K1"])).content.decode()
    assert "moved away" in part
    client.post(url, {"reason": "came back"})
    customer.refresh_from_db()
    assert customer.archived_at is None and customer.archive_reason == ""
    actions = ("archive_customer", "restore_customer")
    assert TrailEntry.objects.filter(action__in=actions, subject_key="K1").count() == 2
    with pytest.raises(Conflict, match="is not put aside"):
        restore_customer(actor=cast.actor("chen"), customer=customer, reason="again")


def test_who_has_open_business_a_manager_or_a_merge_that_waits_stays(cast: Cast) -> None:
    customer = make_customer(cast.south, "K1", name="张三")
    clerk = cast.actor("chen")

    def refusal() -> str:
        with pytest.raises(RuleError) as refused:
            archive_customer(actor=clerk, customer=customer, reason="moved away")
        return str(refused.value)

    account = make_account(cast.south, customer=customer)
    assert refusal() == "张三 has business with us that is open: deposit accounts, 1. It stays."
    account.closed_on = dt.date(2026, 10, 1)
    account.save(update_fields=["closed_on"])
    loan = make_loan(cast.wang, "1000.00", customer=customer)
    make_repayment(loan, "5th", "999.99")
    assert refusal() == "张三 has business with us that is open: loans, 1. It stays."
    make_repayment(loan, "6th", "0.01")
    held = make_assignment(customer, cast.wang)
    assert refusal() == "张三 is assigned to 王小明. End the assignment first."
    Assignment.objects.filter(pk=held.pk).update(last_day=timezone.localdate())
    make_merge(customer, make_customer(cast.south), cast.chen)
    assert refusal() == "A merge of 张三 waits for a decision. Decide it first."


def test_only_clerk_and_director_put_aside_and_with_a_reason(cast: Cast) -> None:
    customer = make_customer(cast.south, "K1")
    make_assignment(customer, cast.wang, last="2026-10-05")
    for person in ("wang", "wu", "qian", "sun"):
        with pytest.raises(RuleError, match="You do not have the right"):
            archive_customer(actor=cast.actor(person), customer=customer, reason="moved away")
    with pytest.raises(BadInput, match="Say why"):
        archive_customer(actor=cast.actor("zhou"), customer=customer, reason=" ")
    archive_customer(actor=cast.actor("zhou"), customer=customer, reason="moved away")
    with pytest.raises(Conflict, match="is put aside already"):
        archive_customer(actor=cast.actor("zhou"), customer=customer, reason="moved away")
    with pytest.raises(BadInput, match="Say why"):
        restore_customer(actor=cast.actor("zhou"), customer=customer, reason="")


def test_the_database_refuses_to_put_aside_without_a_reason_and_to_delete(cast: Cast) -> None:
    customer = make_customer(cast.south, "K1")
    with pytest.raises(RuleError, match="Say why the customer is put aside"), obeying_laws(), transaction.atomic():
        Customer.objects.filter(pk=customer.pk).update(archived_at=timezone.now())
    with pytest.raises(RuleError, match="A customer is never deleted"), obeying_laws(), transaction.atomic():
        customer.delete()


def test_what_a_file_brought_in_by_mistake_goes_with_it_until_it_is_put_aside(cast: Cast) -> None:
    header = "客户号,客户名称,客户类型,机构号"
    batch = bring("customers", f"{header}\nK1,张三,个人,S01\nK2,李四,个人,S01")
    archive_customer(
        actor=cast.actor("chen"), customer=Customer.objects.select_related("branch").get(customer_no="K1"), reason="x"
    )
    with pytest.raises(RuleError, match="A customer is never deleted"), transaction.atomic():
        undo_batch(actor=SYSTEM, batch=batch, reason="wrong file")
    bring("customers", f"{header}\nK1,张三丰,个人,S01")
    one = Customer.objects.get(customer_no="K1")
    assert one.name == "张三丰" and one.archived_at is not None


def test_who_is_put_aside_is_not_assigned_and_who_is_assigned_is_not_put_aside(cast: Cast) -> None:
    customer = make_customer(cast.south, "K1")
    held = make_assignment(customer, cast.wang)
    values = {"archived_at": timezone.now(), "archived_by": cast.chen, "archive_reason": "x"}
    with pytest.raises(RuleError, match="End the assignment first"), obeying_laws(), transaction.atomic():
        Customer.objects.filter(pk=customer.pk).update(**values)
    Assignment.objects.filter(pk=held.pk).update(last_day=timezone.localdate())
    archive_customer(actor=cast.actor("chen"), customer=customer, reason="moved away")
    with pytest.raises(RuleError, match="take it up again"), obeying_laws(), transaction.atomic():
        make_assignment(customer, cast.li, timezone.localdate() + dt.timedelta(days=1))
    with pytest.raises(RuleError, match="take it up again"), obeying_laws(), transaction.atomic():
        Assignment.objects.filter(pk=held.pk).update(last_day=None)


def test_of_putting_aside_and_assigning_at_once_one_happens(own_database: str) -> None:
    from tests.cast import assemble

    cast = assemble()
    customer = make_customer(cast.south, "K1")

    def assign() -> None:
        with obeying_laws(), transaction.atomic():
            make_assignment(customer, cast.wang)

    results = at_once(
        lambda: archive_customer(actor=cast.actor("chen"), customer=customer, reason="moved away"), assign
    )
    customer.refresh_from_db()
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "RuleError"]
    assert (customer.archived_at is None) == Assignment.objects.exists()
