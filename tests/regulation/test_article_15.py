"""Article 15: targets are single (deposits, loan recovery, interest) or composite."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from appraisal.actions.months import run_month_end
from appraisal.models import ScoreCard
from common.errors import RuleError
from common.laws import obeying_laws
from managers.models import Contract
from organization.rules import SYSTEM
from tests.appraisal.stages import SEPTEMBER
from tests.cast import assemble
from tests.make import make_manager

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
