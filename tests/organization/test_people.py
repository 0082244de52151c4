"""Role grants by an administrator, sign-ins, the first administrator."""

from __future__ import annotations

import datetime as dt

import pytest

from common.errors import BadInput, RuleError
from organization.actions.people import end_grant, first_admin, grant_role, set_password
from organization.models import Branch, Employee, Role, RoleGrant, TrailEntry, User
from organization.queries import actor_of
from organization.rules import SYSTEM
from tests.cast import Cast, assemble
from tests.english import english
from tests.make import PASSWORD, make_branch

__all__ = ["english"]

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 10, 1)


@pytest.fixture
def cast() -> Cast:
    return assemble()


def test_an_administrator_grants_a_role_and_ends_it(cast: Cast) -> None:
    grant = grant_role(actor=cast.actor("he"), employee=cast.song, role=Role.CLERK, branch=cast.lake, first_day=DAY)
    assert grant.granted_by == cast.he
    assert actor_of(cast.song, day=DAY).holds(cast.lake.pk, Role.CLERK)
    end_grant(actor=cast.actor("he"), grant=grant, last_day=dt.date(2026, 10, 31))
    assert not actor_of(cast.song, day=dt.date(2026, 11, 1)).holds(cast.lake.pk, Role.CLERK)
    assert list(TrailEntry.objects.order_by("seq").values_list("action", flat=True)) == ["grant_role", "end_grant"]


@pytest.mark.parametrize("person", ["zhou", "chen", "wu", "qian", "song"])
def test_nobody_else_grants_roles(cast: Cast, person: str) -> None:
    with pytest.raises(RuleError, match="Only an administrator of 柴湖信用社"):
        grant_role(actor=cast.actor(person), employee=cast.wang, role=Role.CLERK, branch=cast.lake, first_day=DAY)


@pytest.mark.parametrize("person", ["zhou", "chen", "wu", "qian", "song"])
def test_nobody_else_ends_roles(cast: Cast, person: str) -> None:
    grant = cast.wang.role_grants.get()
    with pytest.raises(RuleError, match="Only an administrator of 城南信用社"):
        end_grant(actor=cast.actor(person), grant=grant, last_day=DAY)
    grant.refresh_from_db()
    assert grant.last_day is None


def test_an_administrator_grants_and_ends_nothing_of_his_own(cast: Cast) -> None:
    with pytest.raises(RuleError, match="Nobody grants a role to himself or herself"):
        grant_role(actor=cast.actor("he"), employee=cast.he, role=Role.DIRECTOR, branch=cast.lake, first_day=DAY)
    with pytest.raises(RuleError, match="Nobody changes his or her own roles"):
        end_grant(actor=cast.actor("he"), grant=cast.he.role_grants.get(), last_day=DAY)


def test_the_same_grant_twice_and_one_that_ends_before_it_begins_are_refused(cast: Cast) -> None:
    values = {"actor": SYSTEM, "employee": cast.song, "role": Role.CLERK, "branch": cast.lake, "first_day": DAY}
    grant = grant_role(**values)
    with pytest.raises(RuleError, match="already granted from that day"):
        grant_role(**values)
    with pytest.raises(RuleError, match="The last day lies before the first"):
        end_grant(actor=SYSTEM, grant=grant, last_day=dt.date(2026, 9, 1))


def test_a_password_is_set_checked_and_never_on_the_trail(cast: Cast) -> None:
    user = set_password(actor=cast.actor("he"), employee=cast.song, password=PASSWORD)
    assert user.check_password(PASSWORD)
    set_password(actor=cast.actor("he"), employee=cast.song, password=PASSWORD + "2")
    assert User.objects.get(employee=cast.song).check_password(PASSWORD + "2")
    assert not TrailEntry.objects.filter(body__contains=PASSWORD).exists()
    with pytest.raises(BadInput, match="too short"):
        set_password(actor=cast.actor("he"), employee=cast.song, password="a1")
    with pytest.raises(RuleError, match="Only an administrator"):
        set_password(actor=cast.actor("wu"), employee=cast.song, password=PASSWORD)


def test_the_first_administrator_of_an_empty_system_brings_a_root_branch() -> None:
    employee = first_admin(employee_no="A1", password=PASSWORD, name="何军", branch_code="8800", branch_name="县联社")
    assert Branch.objects.get().branch_code == "8800"
    assert actor_of(employee).branches_of(Role.ADMINISTRATOR) == {employee.branch_id}
    assert User.objects.get(employee=employee).check_password(PASSWORD)
    assert (employee.name, employee.branch.kind) == ("何军", "head_office")


def test_an_employee_on_record_becomes_the_first_administrator(cast: Cast) -> None:
    RoleGrant.objects.filter(role=Role.ADMINISTRATOR).delete()
    employee = first_admin(employee_no="L001", password=PASSWORD)
    assert employee == cast.song
    assert cast.south.pk in actor_of(employee).branches_of(Role.ADMINISTRATOR)
    assert Employee.objects.filter(employee_no="L001").count() == 1


def test_with_an_administrator_there_is_no_first_one(cast: Cast) -> None:
    set_password(actor=SYSTEM, employee=cast.he, password=PASSWORD)
    with pytest.raises(RuleError, match="There is an administrator already"):
        first_admin(employee_no="L001", password=PASSWORD)
    assert not User.objects.filter(employee=cast.song).exists()


def test_a_root_branch_that_comes_in_later_gets_its_first_administrator(cast: Cast) -> None:
    set_password(actor=SYSTEM, employee=cast.he, password=PASSWORD)
    other = make_branch("X9", kind="head_office")
    first_admin(employee_no="X901", password=PASSWORD)
    assert actor_of(Employee.objects.get(employee_no="X901")).branches_of(Role.ADMINISTRATOR) == {other.pk}


def test_a_password_that_is_too_easy_makes_no_administrator() -> None:
    with pytest.raises(BadInput):
        first_admin(employee_no="A1", password="12345")
    assert not Branch.objects.exists()
    assert not Employee.objects.exists()
