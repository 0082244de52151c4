"""Article 11: monthly average and 积数 should reach 700,000 and 15,000,000; the contract fixes the actual standard."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connection, transaction

from appraisal.actions.months import approve_month, run_month_end
from appraisal.models import ScoreLine
from common.errors import RuleError
from common.laws import obeying_laws
from organization.rules import SYSTEM
from tests.appraisal.stages import SEPTEMBER, play_the_example, retire
from tests.cast import assemble
from tests.make import make_account, make_attribution, make_manager, make_posting

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
