"""Article 15: targets are single (deposits, loan recovery, interest) or composite."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from django.db import connection, transaction

from appraisal.actions.months import run_month_end
from appraisal.models import ScoreCard, ScoreLine
from appraisal.queries.lines import accounts_of_line
from common.errors import RuleError
from common.laws import obeying_laws
from managers.actions.contracts import draft_contract
from managers.models import Contract, ContractTarget
from managers.queries.contracts import text_of
from managers.rules.contracts import TargetTerms
from organization.rules import SYSTEM
from tests.appraisal.stages import SEPTEMBER
from tests.cast import assemble
from tests.make import make_account, make_actor, make_attribution, make_manager, make_posting

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "weights"),
    [
        ("deposits", {"deposit_average": 45_00, "deposit_accumulated": 45_00, "conduct": 10_00}),
        ("loan_recovery", {"principal_recovered": 85_00, "compliance": 5_00, "conduct": 10_00}),
        ("interest", {"interest_received": 90_00, "conduct": 10_00}),
    ],
)
def test_the_appraisals_weights_follow_the_contracts_target_kind(kind: str, weights: dict[str, int]) -> None:
    cast = assemble()
    manager = make_manager(cast.lake, "L101", target_kind=kind)
    run_month_end(actor=SYSTEM, branch=cast.lake, month=SEPTEMBER)
    lines = ScoreCard.objects.get(manager=manager).lines
    assert dict(lines.values_list("indicator", "scheme_weight_hundredths")) == weights


def test_on_one_day_one_contract_says_what_a_manager_is_appraised_on() -> None:
    manager = make_manager(assemble().lake, "L101", target_kind="deposits")
    appointment = manager.appointments.get()
    assert Contract.objects.get(appointment=appointment).target_kind == "deposits"
    with (
        pytest.raises(RuleError, match="A contract of this appointment already covers some of these days"),
        obeying_laws(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO managers_contract (appointment_id, contract_no, target_kind, first_day)"
            " VALUES (%s, 'K2', 'interest', '2026-09-30')",
            [appointment.pk],
        )


def test_a_target_counts_all_business_or_growth_and_nothing_that_could_not_be_scored() -> None:
    cast = assemble()
    manager = make_manager(cast.lake, "L101")
    clerk = make_actor(cast.lake, "clerk")
    appointment = manager.appointments.get()
    values = {"target_kind": "composite", "first_day": dt.date(2026, 12, 1), "last_day": None}
    with pytest.raises(RuleError, match="Newly developed business alone is counted of deposits") as refused:
        draft_contract(
            actor=clerk, appointment=appointment, targets=[TargetTerms("loans_granted", 1, "developed")], **values
        )
    assert refused.value.article == "15"
    contract = draft_contract(
        actor=clerk, appointment=appointment, targets=[TargetTerms("deposit_average", 1_00, "growth", 0)], **values
    )
    assert "比基数增长 1.00 元（人民币壹元整），基数 0.00 元（人民币零元整）" in text_of(contract)


def test_the_database_keeps_no_growth_without_a_baseline() -> None:
    contract = make_manager(assemble().lake, "L101").appointments.get().contracts.get()
    with (
        pytest.raises(RuleError, match="Growth is counted over a baseline: give one"),
        obeying_laws(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO managers_contracttarget (contract_id, indicator, target_hundredths, not_applicable, counts)"
            " VALUES (%s, 'loans_granted', 5, false, 'growth')",
            [contract.pk],
        )


def test_newly_developed_business_is_counted_by_account_to_the_fen() -> None:
    cast = assemble()
    manager = make_manager(cast.lake, "L101", target_kind="deposits")
    contract = manager.appointments.get().contracts.get()
    for indicator, counts in (("deposit_average", "developed"), ("deposit_accumulated", "all")):
        ContractTarget.objects.create(contract=contract, indicator=indicator, target_hundredths=300_00, counts=counts)
    old, new, taken_over, shared = (make_account(cast.lake, f"{number}") for number in range(1, 5))
    make_attribution(old, manager)
    make_attribution(new, manager, basis="developed")
    # Handed over in the middle of the month: the account is not newly developed in it.
    make_attribution(taken_over, manager, last="2026-09-14", basis="assigned")
    make_attribution(taken_over, manager, "2026-09-15", basis="developed")
    make_attribution(shared, manager, basis="developed", share_bp=3_333)
    for account, amount in ((old, "1000.00"), (new, "90.00"), (taken_over, "500.00"), (shared, "1.00")):
        make_posting(account, "2026-09-01", amount)
    run_month_end(actor=SYSTEM, branch=cast.lake, month=SEPTEMBER)
    developed, everything = ScoreLine.objects.filter(card__manager=manager).order_by("position")[:2]
    of_shared = 100 * 30 * 3_333 // 10_000
    assert Fraction(developed.actual_numerator, developed.actual_denominator) == Fraction(90_00 * 30 + of_shared, 30)
    assert everything.actual_numerator == (1000_00 + 90_00 + 500_00) * 30 + of_shared
    assert [one.account.account_no for one in accounts_of_line(developed)] == ["2", "4"]
    assert sum(one.accumulated_fen_days for one in accounts_of_line(developed)) == 90_00 * 30 + of_shared
    assert developed.target_evidence["counts"] == "developed"
