"""New accounts of assigned customers: whose they become by themselves, on which days, who is told, and taking it back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from common.errors import BadInput, Conflict, RuleError
from common.months import Month
from customers.models import Assignment, Customer
from deposits.actions import assign_account
from deposits.actions.new_accounts import undo_new_accounts
from deposits.models import Attribution, DepositAccount, ManagerMonth
from deposits.queries.new_accounts import new_accounts
from deposits.rules import followed_days
from managers.rules import Term
from organization.actions.batches import apply_batch, undo_batch
from organization.models import Branch, Employee, ImportBatch, MonthClose, Notification, TrailEntry
from organization.rules import SYSTEM, Actor
from tests.cast import Cast
from tests.files import bring, preview, reasons
from tests.ledgers import close, compute
from tests.make import OCTOBER, grant, make_assignment, make_customer, make_posting, make_user

OPENED = dt.date(2026, 10, 8)


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make_customer(cast.south, "C1", name="刘伟")


@pytest.fixture
def assigned(cast: Cast, customer: Customer) -> Assignment:
    return make_assignment(customer, cast.wang, "2026-01-01", basis="developed", how="At the market")


def bring_account(
    number: str = "A1",
    *,
    branch: str = "S01",
    opened: str = "2026-10-08",
    closed: str = "",
    actor: Actor = SYSTEM,
) -> ImportBatch:
    return bring(
        "deposit_accounts",
        f"""account_no,customer_no,product,branch_code,opened_on,closed_on
        {number},C1,savings,{branch},{opened},{closed}""",
        actor=actor,
    )


def compute_and_close(branch: Branch, month: Month) -> None:
    compute(branch, month)
    close(branch, month)


def days_of(number: str = "A1") -> list[tuple[str, dt.date, dt.date | None, int, str]]:
    held = Attribution.objects.filter(account__account_no=number).order_by("first_day")
    return list(held.values_list("manager__employee_no", "first_day", "last_day", "share_bp", "basis"))


def test_a_new_account_of_an_assigned_customer_is_its_managers_from_the_opening_day(assigned: Assignment) -> None:
    bring_account()
    assert days_of() == [("S101", OPENED, None, 10_000, "developed")]
    assert Attribution.objects.get().assignment == assigned


@pytest.mark.usefixtures("customer")
def test_a_new_account_of_a_customer_whom_nobody_looks_after_stays_with_the_branch() -> None:
    bring_account()
    assert days_of() == []


def test_the_manager_is_told_with_a_way_to_the_account_and_the_trail_names_it(assigned: Assignment) -> None:
    batch = bring_account()
    told = Notification.objects.get(employee=assigned.manager)
    assert told.words == "The new account A1 of your customer is attributed to you."
    assert told.address == reverse("deposits:account_detail", args=["A1"])
    entry = TrailEntry.objects.get(action="attribute_new_accounts")
    assert (entry.subject_key, entry.branch_key) == (str(batch.pk), assigned.branch_id)
    assert json.loads(entry.body)["changes"] == {"S101": [None, {"accounts": 1, "first": ["A1"]}]}


@pytest.mark.usefixtures("assigned")
def test_of_several_accounts_a_manager_is_told_once_with_the_first_numbers(cast: Cast) -> None:
    rows = "\n".join(f"A{number},C1,savings,S01,2026-10-08" for number in range(7))
    batch = bring("deposit_accounts", f"account_no,customer_no,product,branch_code,opened_on\n{rows}")
    told = Notification.objects.get(employee=cast.wang)
    assert told.words == "7 new accounts of your customers are attributed to you: A0、A1、A2、A3、A4 …"
    assert told.address == f"{reverse('deposits:new_account_list')}?batch={batch.pk}"
    assert Attribution.objects.count() == 7


@pytest.mark.usefixtures("assigned")
def test_the_same_file_again_and_a_changed_account_attribute_nothing_more() -> None:
    bring_account()
    bring_account()
    bring_account(opened="2026-10-09")
    assert days_of() == [("S101", OPENED, None, 10_000, "developed")]
    assert Notification.objects.count() == 1


@pytest.mark.usefixtures("assigned")
def test_an_account_at_another_branch_stays_with_that_branch(cast: Cast) -> None:
    bring_account(branch="N01")
    assert days_of() == []
    assert not TrailEntry.objects.filter(action="attribute_new_accounts").exists()


def test_a_customer_who_changed_hands_takes_the_account_along(cast: Cast, customer: Customer) -> None:
    make_assignment(customer, cast.wang, "2026-01-01", "2026-10-15")
    make_assignment(customer, cast.li, "2026-10-16")
    bring_account()
    assert days_of() == [
        ("S101", OPENED, dt.date(2026, 10, 15), 10_000, "assigned"),
        ("S102", dt.date(2026, 10, 16), None, 10_000, "assigned"),
    ]


@pytest.mark.usefixtures("assigned")
def test_an_account_opened_in_a_closed_month_counts_from_the_first_open_day(cast: Cast) -> None:
    compute_and_close(cast.south, OCTOBER)
    bring_account()
    assert days_of() == [("S101", dt.date(2026, 11, 1), None, 10_000, "developed")]


@pytest.mark.usefixtures("assigned")
def test_an_account_that_was_closed_before_the_first_open_day_is_left(cast: Cast) -> None:
    compute_and_close(cast.south, OCTOBER)
    bring_account(closed="2026-10-20")
    assert days_of() == []


@pytest.mark.usefixtures("assigned")
def test_the_month_is_to_be_computed_again_and_counts_the_account_for_the_manager(cast: Cast) -> None:
    compute(cast.south, OCTOBER)
    bring_account()
    assert MonthClose.objects.get(branch=cast.south, month=OCTOBER.first_day).stale
    make_posting(DepositAccount.objects.get(account_no="A1"), "8th", "100.00")
    compute(cast.south, OCTOBER)
    figures = ManagerMonth.objects.get(month=OCTOBER.first_day, manager=cast.wang)
    assert (figures.closing_fen, figures.accumulated_fen_days) == (100_00, 100_00 * 24)


DAYS = st.dates(dt.date(2026, 7, 1), dt.date(2026, 12, 31))


@effort(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(opened=DAYS, closed=st.none() | DAYS, first=DAYS, last=st.none() | DAYS, months_closed=st.integers(0, 3))
def test_the_statement_says_what_the_rule_says(
    cast: Cast, opened: dt.date, closed: dt.date | None, first: dt.date, last: dt.date | None, months_closed: int
) -> None:
    """The set-based SQL over all accounts of a file, against the rule for one."""
    if (closed is not None and closed < opened) or (last is not None and last < first):
        return
    with transaction.atomic():
        customer = make_customer(cast.south, "C1")
        held = make_assignment(customer, cast.wang, first, last)
        for number in range(months_closed):
            compute_and_close(cast.south, Month(2026, 8 + number))
        open_from = dt.date(2026, 8 + months_closed, 1) if months_closed else None
        bring_account(opened=str(opened), closed=str(closed or ""))
        wanted = followed_days(opened, closed, open_from, Term(held.first_day, held.last_day))
        assert [one[1:3] for one in days_of()] == ([] if wanted is None else [(wanted.first_day, wanted.last_day)])
        transaction.set_rollback(True)


# --- taking it back


@pytest.fixture
def one(cast: Cast, assigned: Assignment) -> Attribution:
    bring_account(actor=cast.actor("chen"))
    return Attribution.objects.select_related("branch").get()


def test_a_clerk_takes_it_back_with_a_reason_and_the_manager_is_told(cast: Cast, one: Attribution) -> None:
    assert undo_new_accounts(actor=cast.actor("chen"), attributions=[one], reason="Won by the counter") == 1
    assert days_of() == []
    told = Notification.objects.filter(employee=cast.wang).latest("pk")
    assert told.words == "陈静 has taken back that the account A1 is attributed to you: Won by the counter"
    changes = json.loads(TrailEntry.objects.get(action="undo_new_account").body)["changes"]
    assert changes["reason"] == [None, "Won by the counter"]
    assert changes["S101"] == [{"first_day": "2026-10-08", "last_day": None, "share_bp": 10_000}, None]


@pytest.mark.parametrize("name", ["wang", "li", "sun", "wu", "qian", "he", "song"])
def test_nobody_else_takes_it_back(cast: Cast, one: Attribution, name: str) -> None:
    with pytest.raises(RuleError, match="right"):
        undo_new_accounts(actor=cast.actor(name), attributions=[one], reason="No")
    assert days_of()


def test_a_manager_who_is_clerk_as_well_does_not_decide_about_himself(cast: Cast, one: Attribution) -> None:
    grant(cast.wang, "clerk")
    with pytest.raises(RuleError, match="himself"):
        undo_new_accounts(actor=cast.actor("wang"), attributions=[one], reason="No")


def test_without_a_reason_or_without_any_nothing_is_taken_back(cast: Cast, one: Attribution) -> None:
    with pytest.raises(BadInput, match="why"):
        undo_new_accounts(actor=cast.actor("chen"), attributions=[one], reason=" ")
    with pytest.raises(BadInput, match="Tick"):
        undo_new_accounts(actor=cast.actor("chen"), attributions=[], reason="None")


def test_taken_back_by_somebody_else_a_moment_ago_is_said(cast: Cast, one: Attribution) -> None:
    undo_new_accounts(actor=cast.actor("zhou"), attributions=[one], reason="Mine")
    with pytest.raises(Conflict, match="a moment ago"):
        undo_new_accounts(actor=cast.actor("chen"), attributions=[one], reason="Mine too")


def test_what_was_shared_since_is_not_taken_back(cast: Cast, one: Attribution) -> None:
    one.last_day = dt.date(2026, 10, 31)
    one.save(update_fields=["last_day"])
    assign_account(actor=cast.actor("chen"), account=one.account, manager=cast.li, first_day=dt.date(2026, 11, 1))
    with pytest.raises(RuleError, match="attributed otherwise since"):
        undo_new_accounts(actor=cast.actor("chen"), attributions=[one], reason="No")


def test_what_counts_in_a_closed_month_is_not_taken_back(cast: Cast, one: Attribution) -> None:
    compute_and_close(cast.south, OCTOBER)
    with pytest.raises(RuleError, match="2026-10, which is closed"):
        undo_new_accounts(actor=cast.actor("chen"), attributions=[one], reason="Late")


def test_undoing_the_file_takes_the_attributions_along(cast: Cast, assigned: Assignment) -> None:
    batch = bring_account(actor=cast.actor("chen"))
    undo_batch(actor=cast.actor("chen"), batch=batch, reason="Wrong file")
    assert not Attribution.objects.exists()
    assert not DepositAccount.objects.exists()


def test_undoing_the_file_is_refused_where_somebody_has_decided_about_an_account(cast: Cast, one: Attribution) -> None:
    one.last_day = dt.date(2026, 10, 31)
    one.save(update_fields=["last_day"])
    assign_account(actor=cast.actor("chen"), account=one.account, manager=cast.li, first_day=dt.date(2026, 11, 1))
    assert one.account.batch is not None
    with pytest.raises(RuleError, match="is used by others"):
        undo_batch(actor=cast.actor("chen"), batch=one.account.batch, reason="Wrong file")
    assert len(days_of()) == 2


@pytest.mark.usefixtures("one")
def test_a_file_of_attributions_that_says_otherwise_is_told_why_it_is_refused() -> None:
    batch = preview("attributions", "account_no,manager_no,from\nA1,S102,2026-10-08")
    [(row_no, column, why)] = reasons(batch)
    assert (row_no, column) == (2, "份额")
    assert "by itself. Take that back first." in why


@pytest.mark.usefixtures("one")
def test_a_file_of_attributions_may_share_what_came_about_by_itself() -> None:
    bring("attributions", "account_no,manager_no,from,share\nA1,S101,2026-10-08,60\nA1,S102,2026-10-08,40")
    assert {no: share for no, _first, _last, share, _basis in days_of()} == {"S101": 6000, "S102": 4000}


# --- the pages


def browser(person: Employee) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(make_user(person))
    return client


def test_the_list_shows_what_came_about_by_itself_and_takes_back_what_is_ticked(cast: Cast, one: Attribution) -> None:
    client = browser(cast.chen)
    address = reverse("deposits:new_account_list")
    page = client.get(address).content.decode()
    assert f'name="attribution" value="{one.pk}"' in page
    refused = client.post(reverse("deposits:new_account_undo"), {"attribution": one.pk, "reason": ""}, follow=True)
    assert "Say why." in refused.content.decode()
    done = client.post(
        reverse("deposits:new_account_undo"), {"attribution": one.pk, "reason": "No", "back": "batch=1"}, follow=True
    )
    assert done.redirect_chain == [(f"{address}?batch=1", 302)]
    assert "nobody’s again" in done.content.decode()
    assert days_of() == []
    assert "No account has been attributed by itself yet." in client.get(address).content.decode()


def test_a_manager_sees_the_own_ones_without_a_box_and_another_branch_sees_none(cast: Cast, one: Attribution) -> None:
    address = reverse("deposits:new_account_list")
    own = browser(cast.wang).get(address).content.decode()
    assert "A1" in own
    assert 'name="attribution"' not in own
    assert "A1" not in browser(cast.li).get(address).content.decode()
    other = browser(cast.sun)
    assert "A1" not in other.get(address).content.decode()
    other.post(reverse("deposits:new_account_undo"), {"attribution": one.pk, "reason": "No"})
    assert days_of()


@pytest.mark.usefixtures("one")
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=A1", True),
        ("q=刘", True),
        ("q=A2", False),
        ("manager=S101", True),
        ("manager=S102", False),
        ("batch=0", True),
    ],
)
def test_the_list_is_searched_and_filtered(cast: Cast, asked: str, found: bool) -> None:
    client = browser(cast.chen)
    assert ("A1</a>" in client.get(f"{reverse('deposits:new_account_list')}?{asked}").content.decode()) is found


def test_the_list_is_filtered_by_file_totalled_and_exported(cast: Cast, one: Attribution) -> None:
    client = browser(cast.chen)
    asked = f"?batch={one.account.batch_id}"
    assert "A1</a>" in client.get(reverse("deposits:new_account_list") + asked).content.decode()
    assert "A1</a>" not in client.get(f"{reverse('deposits:new_account_list')}?batch=987654").content.decode()
    assert "1" in client.get(reverse("deposits:new_account_totals") + asked).content.decode()
    file = client.post(reverse("deposits:new_account_export", args=["csv"]) + asked)
    assert "A1" in b"".join(file).decode("utf-8-sig")


def test_the_page_of_the_file_and_of_the_account_say_it(cast: Cast, one: Attribution) -> None:
    client = browser(cast.chen)
    page = client.get(reverse("desk:import_detail", args=[one.account.batch_id])).content.decode()
    assert "1 of the new accounts went to its customer’s account manager by itself." in page
    page = client.get(reverse("deposits:account_detail", args=["A1"]) + "?month=2026-10").content.decode()
    assert "by itself: the customer’s manager" in page


def test_the_queries_of_bringing_in_do_not_grow_with_the_accounts(
    assigned: Assignment, django_assert_max_num_queries: Callable[..., object]
) -> None:
    rows = "\n".join(f"B{number},C1,savings,S01,2026-10-08" for number in range(300))
    batch = preview("deposit_accounts", f"account_no,customer_no,product,branch_code,opened_on\n{rows}")
    with django_assert_max_num_queries(60):
        apply_batch(actor=SYSTEM, batch=batch)
    assert new_accounts(SYSTEM).count() == 300
