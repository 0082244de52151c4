"""Article 11: monthly average and 积数 should reach 700,000 and 15,000,000; the contract fixes the actual standard."""

from __future__ import annotations

from fractions import Fraction

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from appraisal.actions.months import approve_month, run_month_end
from appraisal.models import ScoreLine
from common.errors import RuleError
from common.laws import obeying_laws
from common.money import round_half_up
from managers.actions.contracts import draft_contract, sign_contract
from managers.models import Appointment, ContractTarget
from managers.queries.contracts import contracts, source_of_application, text_of
from managers.rules.contracts import TargetTerms, digest_of
from organization.queries import actor_of
from organization.rules import SYSTEM
from tests.appraisal.stages import SEPTEMBER, play_the_example, retire
from tests.cast import assemble
from tests.make import (
    PASSWORD,
    make_account,
    make_application,
    make_attribution,
    make_employee,
    make_manager,
    make_posting,
    make_user,
)

pytestmark = pytest.mark.django_db


def test_the_regulations_figures_are_defaults_of_settings() -> None:
    assert settings.DEFAULT_TARGET_AVERAGE_FEN == 700_000_00
    assert settings.DEFAULT_TARGET_ACCUMULATED_FEN_DAYS == 15_000_000_00


def test_the_month_end_computes_both_measures_against_the_contract() -> None:
    cast = assemble()
    manager = make_manager(
        cast.lake,
        "L101",
        target_kind="deposits",
        targets={"deposit_average": "500000.00", "deposit_accumulated": "12000000.00"},
    )
    account = make_account(cast.lake)
    make_attribution(account, manager)
    make_posting(account, "2026-09-16", "400000.00")
    run_month_end(actor=SYSTEM, branch=cast.lake, month=SEPTEMBER)
    average, accumulated = ScoreLine.objects.filter(card__manager=manager).order_by("position")[:2]
    assert (average.target_source, average.target_hundredths) == ("contract", 500_000_00)
    assert average.actual_numerator == 200_000_00 * average.actual_denominator  # the average, not the month end
    assert (accumulated.actual_numerator, accumulated.target_hundredths) == (6_000_000_00, 12_000_000_00)
    assert (average.points_hundredths, accumulated.points_hundredths) == (18_00, 22_50)


@pytest.mark.parametrize("value", ["0", "-1", "NULL"])
def test_the_database_keeps_no_contract_target_that_is_neither_a_figure_nor_not_applicable(value: str) -> None:
    manager = make_manager(assemble().lake, "L101")
    contract = manager.appointments.get().contracts.get()
    with (
        pytest.raises(RuleError, match="Give a target above zero, or declare the indicator not applicable"),
        obeying_laws(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO managers_contracttarget (contract_id, indicator, target_hundredths, not_applicable)"
            f" VALUES (%s, 'loans_granted', {value}, false)",
            [contract.pk],
        )


def test_without_a_target_the_month_is_not_confirmed_and_the_sentence_names_manager_and_indicator() -> None:
    cast = assemble()
    retire(cast.li)
    play_the_example(cast)
    cast.wang.targets.filter(indicator="deposit_average").delete()
    run_month_end(actor=SYSTEM, branch=cast.south, month=SEPTEMBER)
    with pytest.raises(RuleError, match=r"王小明 \(S101\) monthly average balance") as refused:
        approve_month(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER)
    assert refused.value.article == "11"


# --- the contract (article 11: the actual standard is fixed in it) ----------------------------------------------------


def test_a_contract_begins_with_the_regulations_figures_and_both_sign_what_they_agreed() -> None:
    cast = assemble()
    candidate = make_employee(cast.south, "S301", name="冯娟")
    first = timezone.localdate()
    application = make_application(candidate, "approved", decided_by=cast.zhou, first=first.isoformat(), last=None)
    source = source_of_application(application)
    assert source.initial["deposit_average_target"] == 700_000_00
    assert source.initial["deposit_accumulated_target"] == 15_000_000_00
    agreed = [
        TargetTerms("deposit_average", 500_000_00),
        TargetTerms("deposit_accumulated", 500_000_00, times_days=True),
    ]
    contract = draft_contract(
        actor=cast.actor("chen"),
        application=application,
        target_kind="deposits",
        first_day=first,
        last_day=None,
        targets=agreed,
    )
    for person in (candidate, cast.zhou):
        found = contracts(actor_of(person)).get(pk=contract.pk)
        sign_contract(
            actor=actor_of(person),
            contract=found,
            user=make_user(person),
            password=PASSWORD,
            digest=digest_of(text_of(found)),
        )
    contract.refresh_from_db()
    assert contract.state == "in_force" and "人民币伍拾万元整" in contract.signed_text
    assert Appointment.objects.get(employee=candidate).first_day == first


def test_growth_over_the_agreed_baseline_is_scored_exactly_and_follows_the_days_in_office() -> None:
    cast = assemble()
    manager = make_manager(cast.lake, "L101", first="2026-09-11", target_kind="deposits")
    contract = manager.appointments.get().contracts.get()
    for indicator, target, baseline in (
        ("deposit_average", 90_000_00, 60_000_01),
        ("deposit_accumulated", 1_500_000_00, 1_000_000_00),
    ):
        ContractTarget.objects.create(
            contract=contract,
            indicator=indicator,
            target_hundredths=target,
            counts="growth",
            baseline_hundredths=baseline,
        )
    account = make_account(cast.lake)
    make_attribution(account, manager, "2026-09-11")
    make_posting(account, "2026-09-11", "130000.00")
    run_month_end(actor=SYSTEM, branch=cast.lake, month=SEPTEMBER)
    average, accumulated = ScoreLine.objects.filter(card__manager=manager).order_by("position")[:2]
    # 20 of 30 days in office: 2,600,000.00 yuan·day gathered; baselines of 40,000.01 and 666,666.67 are taken off.
    gathered = Fraction(130_000_00 * 20, 30)
    assert Fraction(average.actual_numerator, average.actual_denominator) == gathered - 40_000_01
    assert average.target_evidence["baseline"] == 40_000_01 and average.target_hundredths == 60_000_00
    assert accumulated.actual_numerator == 2_600_000_00 - 666_666_67
    assert accumulated.target_hundredths == 1_000_000_00
    expected = 45 * (gathered - 40_000_01) / 60_000_00
    assert average.points_hundredths == round_half_up(expected.numerator * 100, expected.denominator)
    assert accumulated.points_hundredths == 45_00


def test_who_lets_deposits_fall_below_the_baseline_scores_the_floor() -> None:
    cast = assemble()
    manager = make_manager(cast.lake, "L101", target_kind="deposits")
    contract = manager.appointments.get().contracts.get()
    ContractTarget.objects.create(
        contract=contract,
        indicator="deposit_average",
        target_hundredths=100_00,
        counts="growth",
        baseline_hundredths=50_00,
    )
    account = make_account(cast.lake)
    make_attribution(account, manager)
    make_posting(account, "2026-09-01", "40.00")
    run_month_end(actor=SYSTEM, branch=cast.lake, month=SEPTEMBER)
    line = ScoreLine.objects.get(card__manager=manager, indicator="deposit_average")
    assert (line.actual_numerator, line.points_hundredths) == (-10_00, 0)
