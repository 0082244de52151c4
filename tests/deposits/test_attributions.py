"""Attributing accounts to managers: who may, on which days, up to which share; the law, the refusal, the sentence."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from common.errors import Conflict, RuleError
from common.months import Month
from deposits.actions import assign_account, change_shares, end_attribution
from deposits.models import Attribution, DepositAccount
from managers.models import Contract
from organization.actions.months import check_laws_now
from organization.models import Employee, MonthClose, TrailEntry
from organization.queries import actor_of
from organization.rules import Actor
from tests.cast import Cast
from tests.ledgers import close, compute
from tests.make import OCTOBER, grant, make_account, make_attribution, make_manager, make_posting

DAY = dt.date(2026, 10, 5)


@pytest.fixture
def account(cast: Cast) -> DepositAccount:
    return make_account(cast.south, "A1")


def write(statement: str, *values: object) -> None:
    """Raw SQL in a transaction of its own, with the deferred laws looked at before it ends."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        check_laws_now()


def shares_on(account: DepositAccount, day: dt.date) -> dict[str, int]:
    held = Attribution.objects.in_force(day).filter(account=account)
    return dict(held.values_list("manager__employee_no", "share_bp"))


def test_a_clerk_attributes_an_account_and_the_trail_keeps_it(cast: Cast, account: DepositAccount) -> None:
    assign_account(actor=cast.actor("chen"), account=account, manager=cast.wang, first_day=DAY, share_bp=6000)
    assert shares_on(account, DAY) == {"S101": 6000}
    entry = TrailEntry.objects.get(action="assign_account")
    assert (entry.actor_no, entry.subject_key, entry.branch_key) == ("S002", "A1", cast.south.pk)
    assert json.loads(entry.body)["changes"]["S101"][1]["share_bp"] == 6000


@pytest.mark.parametrize("name", ["wang", "sun", "wu", "qian", "he", "song"])
def test_nobody_else_attributes(cast: Cast, account: DepositAccount, name: str) -> None:
    with pytest.raises(RuleError, match="right"):
        assign_account(actor=cast.actor(name), account=account, manager=cast.li, first_day=DAY)


def test_shares_of_a_day_sum_to_the_whole_at_most_with_a_sentence(cast: Cast, account: DepositAccount) -> None:
    clerk = cast.actor("chen")
    assign_account(actor=clerk, account=account, manager=cast.wang, first_day=DAY, share_bp=6000)
    assign_account(actor=clerk, account=account, manager=cast.li, first_day=DAY, share_bp=4000)
    with pytest.raises(RuleError, match="100"):
        assign_account(
            actor=clerk, account=account, manager=make_manager(cast.south), first_day=dt.date(2026, 12, 31), share_bp=1
        )


def test_the_database_refuses_more_than_the_whole_with_raw_sql(cast: Cast, account: DepositAccount) -> None:
    make_attribution(account, cast.wang, "2026-10-01", share_bp=9999)
    insert = (
        "INSERT INTO deposits_attribution (account_id, branch_id, manager_id, first_day, last_day, share_bp, basis)"
        " VALUES (%s, %s, %s, %s, %s, 2, 'assigned')"
    )
    for days in (("2026-10-31", None), ("2026-09-01", "2026-10-01")):
        with pytest.raises(IntegrityError, match="100 %"):
            write(insert, account.pk, account.branch_id, cast.li.pk, *days)
    write(insert, account.pk, account.branch_id, cast.li.pk, "2026-09-01", "2026-09-30")


def test_shares_pass_from_60_40_to_40_60_in_one_action(cast: Cast, account: DepositAccount) -> None:
    make_attribution(account, cast.wang, "2026-10-01", share_bp=6000)
    make_attribution(account, cast.li, "2026-10-01", share_bp=4000, basis="developed")
    change_shares(actor=cast.actor("chen"), account=account, first_day=DAY, shares=[(cast.wang, 4000), (cast.li, 6000)])
    assert shares_on(account, DAY - dt.timedelta(1)) == {"S101": 6000, "S102": 4000}
    assert shares_on(account, DAY) == {"S101": 4000, "S102": 6000}
    # On the very same day once more: what began that day is replaced.
    change_shares(actor=cast.actor("chen"), account=account, first_day=DAY, shares=[(cast.li, 10_000)])
    assert shares_on(account, DAY) == {"S102": 10_000}
    assert Attribution.objects.get(account=account, first_day=DAY).basis == "developed"


def test_a_share_that_stays_goes_on_as_it_was_written(cast: Cast, account: DepositAccount) -> None:
    kept = make_attribution(account, cast.wang, "2026-10-01", share_bp=6000)
    make_attribution(account, cast.li, "2026-10-01", share_bp=4000)
    change_shares(actor=cast.actor("zhou"), account=account, first_day=DAY, shares=[(cast.wang, 6000)])
    kept.refresh_from_db()
    assert kept.last_day is None
    assert shares_on(account, DAY) == {"S101": 6000}


def test_shares_that_pass_the_whole_change_nothing(cast: Cast, account: DepositAccount) -> None:
    make_attribution(account, cast.wang, "2026-10-01", share_bp=6000)
    before = list(Attribution.objects.values_list())
    with pytest.raises(RuleError, match="100"):
        change_shares(
            actor=cast.actor("chen"), account=account, first_day=DAY, shares=[(cast.wang, 6000), (cast.li, 4001)]
        )
    assert list(Attribution.objects.values_list()) == before
    assert not TrailEntry.objects.filter(action="change_shares").exists()


def test_an_attribution_lies_within_office_by_rule_by_law_and_with_a_sentence(
    cast: Cast, account: DepositAccount
) -> None:
    leaving = make_manager(cast.south, "S103", last="2026-10-20")
    with pytest.raises(RuleError, match="2026-10-21") as refusal:
        assign_account(actor=cast.actor("chen"), account=account, manager=leaving, first_day=DAY)
    assert refusal.value.article == "14"
    # A manager of another branch is not in office here.
    with pytest.raises(RuleError, match="office"):
        assign_account(actor=cast.actor("chen"), account=account, manager=cast.zhao, first_day=DAY)
    for manager, last_day in ((leaving, None), (leaving, "2026-10-21"), (cast.zhao, None)):
        with pytest.raises(IntegrityError, match="office"):
            write(
                "INSERT INTO deposits_attribution (account_id, branch_id, manager_id, first_day, last_day, share_bp, basis)"
                " VALUES (%s, %s, %s, '2026-10-05', %s, 1, 'assigned')",
                account.pk,
                account.branch_id,
                manager.pk,
                last_day,
            )
    make_attribution(account, leaving, "2026-10-05", "2026-10-20")
    check_laws_now()


def test_an_appointment_is_not_cut_short_under_attributions(cast: Cast, account: DepositAccount) -> None:
    make_attribution(account, cast.wang, "2026-10-05", "2026-10-20")
    with pytest.raises(IntegrityError, match="office"):
        write("UPDATE managers_appointment SET last_day = '2026-10-19' WHERE employee_id = %s", cast.wang.pk)
    Contract.objects.all().delete()  # the first day of an appointment with a signed contract stays anyway
    with pytest.raises(IntegrityError, match="office"):
        write("UPDATE managers_appointment SET first_day = '2026-10-06' WHERE employee_id = %s", cast.wang.pk)


def test_two_terms_that_follow_each_other_are_one_office(cast: Cast, account: DepositAccount) -> None:
    from managers.models import Appointment

    twice = make_manager(cast.south, "S103", first="2026-01-01", last="2026-10-10")
    Appointment.objects.create(employee=twice, branch=cast.south, first_day=dt.date(2026, 10, 11))
    assign_account(actor=cast.actor("chen"), account=account, manager=twice, first_day=DAY)
    assert shares_on(account, dt.date(2026, 11, 1)) == {"S103": 10_000}


ATTRIBUTING: dict[str, Callable[[Actor, DepositAccount, Employee], object]] = {
    "assign": lambda actor, account, manager: assign_account(
        actor=actor, account=account, manager=manager, first_day=DAY
    ),
    "end": lambda actor, account, manager: end_attribution(
        actor=actor, attribution=make_attribution(account, manager, "2026-10-01"), last_day=DAY
    ),
    "share": lambda actor, account, manager: change_shares(
        actor=actor, account=account, first_day=DAY, shares=[(manager, 10_000)]
    ),
}


@pytest.mark.parametrize("act", ATTRIBUTING.values(), ids=ATTRIBUTING)
def test_nobody_attributes_to_himself_or_herself(
    cast: Cast, account: DepositAccount, act: Callable[[Actor, DepositAccount, Employee], object]
) -> None:
    grant(cast.wang, "clerk")
    with pytest.raises(RuleError, match="himself"):
        act(actor_of(cast.wang), account, cast.wang)


@pytest.mark.parametrize("act", ATTRIBUTING.values(), ids=ATTRIBUTING)
def test_accounts_are_attributed_by_their_own_branch(
    cast: Cast, account: DepositAccount, act: Callable[[Actor, DepositAccount, Employee], object]
) -> None:
    with pytest.raises(RuleError, match="do not have the right"):
        act(cast.actor("sun"), account, cast.wang)


def test_an_attribution_ends_earlier_or_later_and_two_people_do_not_overwrite_each_other(
    cast: Cast, account: DepositAccount
) -> None:
    made = make_attribution(account, cast.wang, "2026-10-01")
    seen_by_another = Attribution.objects.select_related("account__branch", "manager").get(pk=made.pk)
    end_attribution(actor=cast.actor("chen"), attribution=made, last_day=DAY)
    assert shares_on(account, DAY) == {"S101": 10_000}
    assert shares_on(account, DAY + dt.timedelta(1)) == {}
    with pytest.raises(Conflict):
        end_attribution(actor=cast.actor("zhou"), attribution=seen_by_another, last_day=dt.date(2026, 10, 9))
    end_attribution(actor=cast.actor("zhou"), attribution=made, last_day=dt.date(2026, 10, 9))
    assert shares_on(account, dt.date(2026, 10, 9)) == {"S101": 10_000}
    with pytest.raises(RuleError, match="before the first"):
        end_attribution(actor=cast.actor("zhou"), attribution=made, last_day=dt.date(2026, 9, 30))


def test_a_change_makes_its_month_and_the_later_ones_stale_and_no_earlier_one(
    cast: Cast, account: DepositAccount
) -> None:
    make_posting(account, "2026-09-01", "100.00")
    for month in (OCTOBER.previous, OCTOBER, OCTOBER.next):
        compute(cast.south, month)
    assign_account(actor=cast.actor("chen"), account=account, manager=cast.wang, first_day=DAY)
    stale = dict(MonthClose.objects.filter(branch=cast.south).values_list("month", "stale"))
    assert stale == {
        OCTOBER.previous.first_day: False,
        OCTOBER.first_day: True,
        OCTOBER.next.first_day: True,
    }


def test_days_of_a_closed_month_no_longer_change_by_action_and_by_raw_sql(cast: Cast, account: DepositAccount) -> None:
    made = make_attribution(account, cast.wang, "2026-09-01", share_bp=5000)
    make_posting(account, "5th", "100.00")
    compute(cast.south, OCTOBER)
    close(cast.south, OCTOBER)
    clerk = cast.actor("chen")
    with pytest.raises(RuleError, match="2026-11-01"):
        assign_account(actor=clerk, account=account, manager=cast.li, first_day=DAY, share_bp=100)
    with pytest.raises(RuleError, match="closed"):
        end_attribution(actor=clerk, attribution=made, last_day=DAY)
    with pytest.raises(RuleError, match="closed"):
        change_shares(actor=clerk, account=account, first_day=DAY, shares=[])
    for statement in (
        "UPDATE deposits_attribution SET share_bp = 4000",
        "UPDATE deposits_attribution SET last_day = '2026-10-30'",
        "UPDATE deposits_attribution SET first_day = '2026-11-01'",
        "DELETE FROM deposits_attribution",
    ):
        with pytest.raises(DatabaseError, match="closed"):
            write(statement)
    end_attribution(actor=clerk, attribution=made, last_day=OCTOBER.last_day)
    assign_account(actor=clerk, account=account, manager=cast.li, first_day=Month(2026, 11).first_day)
