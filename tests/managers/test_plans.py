"""The yearly plan from the union to branches and managers; months' targets from it; the manager's word on them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common.errors import BadInput, Conflict, RuleError
from common.months import Month, months_between
from managers.actions.plans import approve_plan, discard_plan, draft_plan, set_parts
from managers.actions.targets import accept_targets, set_target
from managers.models import Appointment, Contract, ContractTarget, Plan, Suspension, Target, TargetAcceptance
from managers.queries import target_acceptances
from managers.queries.inbox import targets_to_accept
from managers.queries.plans import plan_page, plans_to_approve
from managers.queries.targets import figures_to_accept, own_targets
from organization.models import Branch, Employee, MonthClose, Notification, TrailEntry
from organization.queries import actor_of
from organization.rules import Actor
from tests.cast import Cast
from tests.make import OCTOBER, grant, make_employee, make_manager, make_target, make_user
from tests.managers.test_contracts import refused

JANUARY = Month(2026, 1)


def planned(actor: Actor, branch: Branch, **changed: Any) -> Plan:
    values = {
        "year": 2026,
        "indicator": "loans_granted",
        "whole_hundredths": 1_000_000_00,
        "first_month": JANUARY,
    } | changed
    return draft_plan(actor=actor, branch=branch, **values)


def with_parts(actor: Actor, plan: Plan, *parts: tuple[Any, int]) -> Plan:
    given = {one.pk: figure for one, figure in parts}
    return set_parts(actor=actor, plan=plan, whole_hundredths=plan.whole_hundredths, parts=given)


@pytest.fixture
def planner(cast: Cast) -> Actor:
    """A clerk of the union."""
    clerk = make_employee(cast.union, "U009")
    grant(clerk, "clerk")
    return actor_of(clerk)


# --- from the union to the managers ----------------------------------------------------------------------------------


def test_the_unions_plan_is_split_to_branches_and_theirs_to_managers(cast: Cast, planner: Actor) -> None:
    whole = planned(planner, cast.union, whole_hundredths=3_000_000_00)
    with_parts(planner, whole, (cast.south, 1_000_000_00), (cast.north, 2_000_000_00))
    assert plans_to_approve(cast.actor("wu")) == [whole]
    assert approve_plan(actor=cast.actor("wu"), plan=whole) == 0
    own = planned(cast.actor("chen"), cast.south)
    page = plan_page(cast.actor("zhou"), own)
    assert page.given is not None and page.given.part_hundredths == 1_000_000_00 and not page.differs_from_given
    assert [one.number for one in page.lines] == ["S101", "S102"]
    with_parts(cast.actor("chen"), own, (cast.wang, 600_000_00), (cast.li, 400_000_00))
    assert approve_plan(actor=cast.actor("zhou"), plan=own) == 24
    of_wang = list(Target.objects.filter(manager=cast.wang, plan=own).order_by("month"))
    assert [one.month.month for one in of_wang] == list(range(1, 13))
    assert {one.target_hundredths for one in of_wang} == {50_000_00}
    of_li = [one.target_hundredths for one in Target.objects.filter(manager=cast.li).order_by("month")]
    assert sum(of_li) == 400_000_00 and of_li[0] == 33_333_33 and of_li[-1] == 33_333_34
    assert Notification.objects.filter(employee=cast.wang, sentence__contains="sets targets for you").exists()


def test_a_branchs_whole_is_its_part_of_the_unions_plan(cast: Cast, planner: Actor) -> None:
    whole = planned(planner, cast.union)
    with_parts(planner, whole, (cast.south, 1_000_000_00))
    approve_plan(actor=cast.actor("wu"), plan=whole)
    own = planned(cast.actor("chen"), cast.south, whole_hundredths=900_000_00)
    with_parts(cast.actor("chen"), own, (cast.wang, 900_000_00))
    with pytest.raises(RuleError, match=r"县联社 gives 城南信用社 1,000,000.00 for this year"):
        approve_plan(actor=cast.actor("zhou"), plan=own)


@pytest.mark.parametrize(("parts", "says"), [(999_999_99, "lack 0.01"), (1_000_000_01, "0.01 more than the whole")])
def test_parts_that_do_not_add_up_are_not_approved(cast: Cast, parts: int, says: str) -> None:
    plan = planned(cast.actor("chen"), cast.south)
    with_parts(cast.actor("chen"), plan, (cast.wang, parts))
    with pytest.raises(RuleError, match=says):
        approve_plan(actor=cast.actor("zhou"), plan=plan)
    assert not Target.objects.exists()


def test_an_average_stands_in_every_month_and_offices_that_end_take_no_months_after(cast: Cast) -> None:
    leaves = make_manager(cast.south, "S103", last="2026-04-10")
    plan = planned(cast.actor("chen"), cast.south, indicator="deposit_average", whole_hundredths=2_000_00)
    with_parts(cast.actor("chen"), plan, (cast.wang, 1_500_00), (leaves, 500_00))
    approve_plan(actor=cast.actor("zhou"), plan=plan)
    assert set(Target.objects.filter(manager=cast.wang).values_list("target_hundredths", flat=True)) == {1_500_00}
    assert Target.objects.filter(manager=leaves).count() == 4


def test_a_month_of_its_own_is_replaced_and_the_file_it_came_from_forgotten(cast: Cast) -> None:
    make_target(cast.wang, "loans_granted", "7.00", month=Month(2026, 3))
    plan = planned(cast.actor("chen"), cast.south)
    with_parts(cast.actor("chen"), plan, (cast.wang, 1_000_000_00))
    approve_plan(actor=cast.actor("zhou"), plan=plan)
    march = Target.objects.get(manager=cast.wang, month=dt.date(2026, 3, 1))
    assert (march.target_hundredths, march.plan, march.batch) == (83_333_33, plan, None)
    trail = TrailEntry.objects.get(action="approve_plan")
    assert '"S101 2026-03":[700,8333333]' in trail.body


# --- mid-year --------------------------------------------------------------------------------------------------------


def test_a_later_version_gives_the_months_left_what_the_year_still_lacks(cast: Cast) -> None:
    first = planned(cast.actor("chen"), cast.south, whole_hundredths=1_200_00)
    with_parts(cast.actor("chen"), first, (cast.wang, 900_00), (cast.li, 300_00))
    approve_plan(actor=cast.actor("zhou"), plan=first)
    with pytest.raises(BadInput, match="Say why the plan changes"):
        planned(cast.actor("chen"), cast.south, whole_hundredths=2_000_00, first_month=Month(2026, 7))
    second = planned(
        cast.actor("chen"), cast.south, whole_hundredths=2_000_00, first_month=Month(2026, 7), reason="harvest failed"
    )
    assert (second.version, second.parts.count()) == (2, 2)
    with_parts(cast.actor("chen"), second, (cast.wang, 2_000_00))
    approve_plan(actor=cast.actor("zhou"), plan=second)
    first.refresh_from_db()
    assert first.state == "replaced"
    of_wang = Target.objects.filter(manager=cast.wang).order_by("month").values_list("target_hundredths", flat=True)
    assert list(of_wang[:6]) == [75_00] * 6 and sum(of_wang) == 2_000_00
    assert Target.objects.filter(manager=cast.li).count() == 6  # what is over stays, what was ahead is gone


def test_no_plan_reaches_into_a_closed_month(cast: Cast) -> None:
    close_until(cast, Month(2026, 3))
    with pytest.raises(RuleError, match=r"2026-01 is closed\. Let the plan hold from 2026-04 on"):
        planned(cast.actor("chen"), cast.south)
    plan = planned(cast.actor("chen"), cast.south, first_month=Month(2026, 4))
    with_parts(cast.actor("chen"), plan, (cast.wang, 1_000_000_00))
    assert approve_plan(actor=cast.actor("zhou"), plan=plan) == 9


def close_until(cast: Cast, last: Month) -> None:
    for month in months_between(JANUARY, last):
        MonthClose.objects.create(
            branch=cast.south,
            month=month.first_day,
            state="closed",
            computed_by=cast.chen,
            approved_by=cast.zhou,
            closed_by=cast.zhou,
            closed_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
            digest="0" * 64,
        )


def test_months_that_were_computed_are_stale_once_a_plan_gives_them_targets(cast: Cast) -> None:
    row = MonthClose.objects.create(
        branch=cast.south, month="2026-05-01", state="computed", computed_at=dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
    )
    plan = planned(cast.actor("chen"), cast.south)
    with_parts(cast.actor("chen"), plan, (cast.wang, 1_000_000_00))
    approve_plan(actor=cast.actor("zhou"), plan=plan)
    row.refresh_from_db()
    assert row.stale


# --- who may ---------------------------------------------------------------------------------------------------------


def test_one_drafts_and_another_approves(cast: Cast, planner: Actor) -> None:
    plan = planned(cast.actor("zhou"), cast.south)
    with_parts(cast.actor("zhou"), plan, (cast.wang, 1_000_000_00))
    with pytest.raises(RuleError, match="Who drafts a plan does not approve it"):
        approve_plan(actor=cast.actor("zhou"), plan=plan)
    with pytest.raises(RuleError, match="Only the director of 城南信用社 approves its plan"):
        approve_plan(actor=cast.actor("chen"), plan=plan)
    whole = planned(planner, cast.union)
    with_parts(planner, whole, (cast.south, 1_000_000_00))
    with pytest.raises(RuleError, match="Only a supervisor approves the plan of the union"):
        approve_plan(actor=planner, plan=whole)
    with pytest.raises(RuleError, match="Only the people of 城北信用社 draft its plans"):
        planned(cast.actor("chen"), cast.north)


def test_nobody_approves_a_part_of_his_own(cast: Cast) -> None:
    grant(cast.wang, "director")
    plan = planned(cast.actor("chen"), cast.south)
    with_parts(cast.actor("chen"), plan, (cast.wang, 1_000_000_00))
    with pytest.raises(RuleError, match="Nobody decides about himself or herself"):
        approve_plan(actor=cast.actor("wang"), plan=plan)


def test_a_part_goes_to_managers_of_the_branch_alone(cast: Cast) -> None:
    plan = planned(cast.actor("chen"), cast.south)
    with pytest.raises(RuleError, match="no manager of 城南信用社"):
        with_parts(cast.actor("chen"), plan, (cast.zhao, 5))
    with pytest.raises(BadInput, match="do not add up to a whole"):
        planned(cast.actor("chen"), cast.south, indicator="interest_collection")
    with pytest.raises(RuleError, match="There is a draft of this plan already"):
        planned(cast.actor("chen"), cast.south)
    discard_plan(actor=cast.actor("chen"), plan=plan, reason="another year")
    assert not Plan.objects.exists()


def test_a_plan_is_approved_once(cast: Cast) -> None:
    plan = planned(cast.actor("chen"), cast.south)
    with_parts(cast.actor("chen"), plan, (cast.wang, 1_000_000_00))
    approve_plan(actor=cast.actor("zhou"), plan=plan)
    with pytest.raises(Conflict, match="周建国 has approved this plan at"):
        approve_plan(actor=cast.actor("zhou"), plan=plan)
    with pytest.raises(Conflict, match="has approved this plan"):
        with_parts(cast.actor("chen"), plan, (cast.wang, 1))


# --- laws in the database --------------------------------------------------------------------------------------------


def test_the_database_keeps_an_approved_plan_and_its_parts(cast: Cast) -> None:
    plan = planned(cast.actor("chen"), cast.south)
    with_parts(cast.actor("chen"), plan, (cast.wang, 1_000_000_00))
    approve_plan(actor=cast.actor("zhou"), plan=plan)
    stays = "An approved plan stays as it was approved. Draft another version of it."
    assert refused("UPDATE managers_plan SET whole_hundredths = 5 WHERE id = %s", plan.pk) == stays
    assert refused("DELETE FROM managers_plan WHERE id = %s", plan.pk) == stays
    assert refused("UPDATE managers_planpart SET part_hundredths = 5 WHERE plan_id = %s", plan.pk) == stays
    assert refused("DELETE FROM managers_planpart WHERE plan_id = %s", plan.pk) == stays
    assert (
        refused(
            "INSERT INTO managers_planpart (plan_id, manager_id, part_hundredths) VALUES (%s, %s, 0)",
            plan.pk,
            cast.li.pk,
        )
        == stays
    )


def test_the_database_approves_no_plan_whose_parts_do_not_add_up(cast: Cast) -> None:
    plan = planned(cast.actor("chen"), cast.south)
    approve = "UPDATE managers_plan SET state = 'approved', approved_by_id = %s, approved_at = now() WHERE id = %s"
    adds_up = "The parts of a plan add up to its whole before it is approved."
    assert refused(approve, cast.zhou.pk, plan.pk) == adds_up
    with_parts(cast.actor("chen"), plan, (cast.wang, 999_999_99))
    assert refused(approve, cast.zhou.pk, plan.pk) == adds_up
    assert refused(approve, cast.chen.pk, plan.pk) == "Who drafts a plan does not approve it. Ask another person."


# --- the manager's word ----------------------------------------------------------------------------------------------


def accept(person: Employee, branch: Branch, month: Month, figures: dict[str, int | None] | None = None) -> Any:
    actor = actor_of(person)
    if figures is None:
        own = own_targets(actor, month)[0]
        figures = figures_to_accept({one.indicator: one.target for one in own.targets})
    return accept_targets(actor=actor, branch=branch, month=month, figures=figures)


def test_a_manager_accepts_the_months_targets_and_is_asked_again_when_one_changes(cast: Cast) -> None:
    october = Month(2026, 10)
    make_target(cast.wang, "loans_granted", "500.00")
    found = target_acceptances(cast.south, october)
    assert [one.manager.employee_no for one in found.waiting] == ["S101"]  # who has no targets is not asked
    accept(cast.wang, cast.south, october)
    found = target_acceptances(cast.south, october)
    assert found.all_accepted and found.accepted == 1
    set_target(
        actor=cast.actor("zhou"),
        manager=cast.wang,
        branch=cast.south,
        month=october,
        indicator="loans_granted",
        target_hundredths=600_00,
        reason="harvest",
    )
    (asked,) = target_acceptances(cast.south, october).managers
    assert asked.changed and not asked.accepted
    with pytest.raises(Conflict, match="A target has changed since you opened the page"):
        accept(cast.wang, cast.south, october, {"loans_granted": 500_00})
    accept(cast.wang, cast.south, october)
    assert TargetAcceptance.objects.get().accepted == {"loans_granted": 600_00}
    assert TrailEntry.objects.filter(action="accept_targets").count() == 2


def test_only_the_manager_accepts_and_only_while_the_month_is_open(cast: Cast) -> None:
    make_target(cast.wang, "loans_granted", "500.00", month=JANUARY)
    with pytest.raises(RuleError, match="Only the manager accepts"):
        accept(cast.zhou, cast.south, JANUARY, {"loans_granted": 500_00})
    with pytest.raises(RuleError, match="No targets are set for you"):
        accept(cast.li, cast.south, JANUARY, {})
    close_until(cast, JANUARY)
    with pytest.raises(RuleError, match="2026-01 is closed"):
        accept(cast.wang, cast.south, JANUARY)


# --- pages -----------------------------------------------------------------------------------------------------------


def browser(person: Employee) -> Client:
    client = Client()
    client.force_login(getattr(person, "user", None) or make_user(person))
    return client


def test_a_plan_is_drafted_split_and_approved_in_the_browser(cast: Cast) -> None:
    clerk = browser(cast.chen)
    new = {
        "branch": "S01",
        "year": "2026",
        "indicator": "loans_granted",
        "whole_hundredths": "1,000,000",
        "first_month": "2026-01",
    }
    answer = clerk.post(reverse("managers:plan_new"), new)
    plan = Plan.objects.get()
    url = reverse("managers:plan_detail", args=[plan.pk])
    assert answer.headers["Location"] == url
    parts = {"whole": "1,000,000", f"part_{cast.wang.pk}": "600,000", f"part_{cast.li.pk}": "300,000"}
    said = clerk.get(reverse("managers:plan_sum", args=[plan.pk]), parts).content.decode()
    assert "100,000.00 missing" in said or "100,000.00" in said
    clerk.post(url, parts)
    director = browser(cast.zhou)
    assert "plan_approve" not in director.get(url).content.decode()
    clerk.post(url, parts | {f"part_{cast.li.pk}": "400,000"})
    assert reverse("managers:plan_approve", args=[plan.pk]) in director.get(url).content.decode()
    director.post(reverse("managers:plan_approve", args=[plan.pk]))
    plan.refresh_from_db()
    assert plan.state == "approved" and Target.objects.count() == 24
    wrong = clerk.post(reverse("managers:plan_new"), new | {"whole_hundredths": "x"})
    assert wrong.status_code == 200 and "x" in wrong.content.decode()


def test_a_manager_reads_and_accepts_the_own_targets_in_the_browser(cast: Cast) -> None:
    make_target(cast.wang, "loans_granted", "500.00")
    client, url = browser(cast.wang), reverse("managers:my_targets") + "?month=2026-10"
    page = client.get(url)
    own = page.context["own"][0]
    assert "500.00" in page.content.decode() and not own.accepted
    send = reverse("managers:targets_accept", args=["S01", "2026-10"])
    client.post(send, {"figures": '{"loans_granted": 1}'})
    assert not TargetAcceptance.objects.exists()
    client.post(send, {"figures": own.figures})
    assert client.get(url).context["own"][0].accepted
    assert browser(cast.song).get(url).context["own"] == []


def test_the_inbox_asks_for_the_same_targets_as_the_page_of_ones_own(cast: Cast) -> None:
    """One statement for the inbox, figures put together in Python for the page: asked, accepted, asked again."""
    today = OCTOBER.first_day.replace(day=20)

    def asked(person: Employee) -> list[str]:
        by_inbox = sorted(one.branch.branch_code for one in targets_to_accept(actor_of(person), today))
        by_page = [
            one.branch.branch_code for one in own_targets(actor_of(person), OCTOBER) if one.targets and not one.accepted
        ]
        assert by_inbox == by_page
        return by_inbox

    manager = make_manager(cast.south, "S110", targets={"deposit_average": "700000.00", "interest_received": None})
    contract = Contract.objects.get(appointment__employee=manager)
    ContractTarget.objects.create(
        contract=contract, indicator="deposit_accumulated", target_hundredths=1_000_00, times_days=True,
        counts="growth", baseline_hundredths=5_00,
    )  # fmt: skip
    assert asked(cast.wang) == []  # has no figures at all
    assert asked(manager) == ["S01"]
    accept(manager, cast.south, OCTOBER)
    assert asked(manager) == []
    make_target(manager, "loans_granted", "5000.00")
    assert asked(manager) == ["S01"]
    accept(manager, cast.south, OCTOBER)
    make_target(manager, "deposit_accumulated", "30000.00")
    assert asked(manager) == ["S01"]
    accept(manager, cast.south, OCTOBER)
    assert asked(manager) == []
    Suspension.objects.create(
        appointment=Appointment.objects.get(employee=manager), first_day=OCTOBER.first_day, last_day=OCTOBER.last_day,
        reason="x", made_by=cast.zhou, made_at="2026-10-01T00:00Z",
    )  # fmt: skip
    assert asked(manager) == []
    away = make_manager(cast.south, "S111", targets={"deposit_average": "1.00"})
    halves = (OCTOBER.first_day, today), (today + dt.timedelta(1), None)
    for first, last in halves:
        Suspension.objects.create(
            appointment=Appointment.objects.get(employee=away), first_day=first, last_day=last,
            reason="x", made_by=cast.zhou, made_at="2026-10-01T00:00Z",
        )  # fmt: skip
    assert asked(away) == []  # out of office on every day
    moved = make_manager(cast.south, "S112", last="2026-10-09", targets={"deposit_average": "1.00"})
    again = Appointment.objects.create(employee=moved, branch=cast.south, first_day=dt.date(2026, 10, 16))
    assert asked(moved) == []  # the later office has no contract
    second = Contract.objects.create(appointment=again, target_kind="deposits", first_day=dt.date(2026, 10, 16))
    ContractTarget.objects.create(contract=second, indicator="deposit_average", target_hundredths=2_00)
    assert asked(moved) == ["S01"]
