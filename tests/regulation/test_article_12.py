"""Article 12: interest income is not less than the manager's own wages plus the per-capita four expenses."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from appraisal.queries.costs import break_even_page
from managers.models import ContractTarget
from managers.queries.contracts import source_of_appointment
from tests.appraisal.stages import SEPTEMBER, compute, play_the_example
from tests.cast import Cast, assemble
from tests.files import bring
from tests.make import make_manager, make_user

pytestmark = pytest.mark.django_db

COSTS = "月份,机构号,人平四项费用,工号,工资\n2026-09,S01,1200.00,,\n2026-09,S01,,S101,{wage}"


@pytest.fixture
def cast() -> Cast:
    return assemble()


@pytest.mark.parametrize(("wage", "above", "reached"), [("3617.35", 0, True), ("3617.36", -1, False)])
def test_interest_is_held_against_wage_and_four_expenses_of_the_month(
    cast: Cast, wage: str, above: int, reached: bool
) -> None:
    play_the_example(cast)  # 4,817.35 yuan of interest
    compute(cast)
    bring("monthly_costs", COSTS.format(wage=wage))
    lines = {
        line.manager.employee_no: line for line in break_even_page(cast.actor("zhou"), cast.south, SEPTEMBER).lines
    }
    figures = lines["S101"].figures
    assert (figures.interest_fen, figures.above_fen, figures.reached) == (4_817_35, above, reached)
    assert lines["S102"].figures.reached is None  # the wage is not known


def test_who_only_recovers_has_a_target_of_the_own_instead(cast: Cast) -> None:
    recovers = make_manager(cast.south, "S103", target_kind="dedicated_recovery")
    contract = recovers.appointments.get().contracts.get()
    ContractTarget.objects.create(contract=contract, indicator="principal_recovered", target_hundredths=80_000_00)
    line = next(
        one
        for one in break_even_page(cast.actor("zhou"), cast.south, SEPTEMBER).lines
        if one.manager.employee_no == "S103"
    )
    assert line.recovers_only and line.own_target is not None and line.own_target.value_hundredths == 80_000_00


def test_the_line_prefills_the_interest_target_of_a_contract(cast: Cast) -> None:
    bring("monthly_costs", COSTS.format(wage="4030.00"))
    source = source_of_appointment(cast.wang.appointments.get())
    assert source.initial["interest_received_target"] == source.costs.line_fen == 5_230_00


def test_a_manager_sees_the_own_line_and_nobody_elses(cast: Cast) -> None:
    bring("monthly_costs", COSTS.format(wage="4030.00"))
    client = Client()
    client.force_login(make_user(cast.li))
    page = client.get(reverse("appraisal:cost_list", args=["S01", "2026-09"])).content.decode()
    assert "S102" in page and "4,030.00" not in page
    client.force_login(make_user(cast.zhou))
    page = client.get(reverse("appraisal:cost_list", args=["S01", "2026-09"])).content.decode()
    assert "5,230.00" in page
