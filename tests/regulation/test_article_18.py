"""Article 18: funds, marketed funds, interest and daily conduct are what is appraised."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from appraisal.models import Group, SchemeVersion, ScoreCard
from common.errors import RuleError
from common.laws import obeying_laws
from managers.actions.entries import confirm_entry, enter_entry
from tests.appraisal.stages import SEPTEMBER, compute, play_the_example
from tests.cast import Cast, assemble
from tests.make import grant, make_entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return assemble()


def test_the_default_composite_scheme_has_exactly_the_four_groups(cast: Cast) -> None:
    indicators = SchemeVersion.objects.get(scheme__code="composite").indicators
    weights: dict[str, int] = {}
    for group, weight in indicators.values_list("group", "weight_hundredths"):
        weights[group] = weights.get(group, 0) + weight
    assert weights == {"funds": 40_00, "marketed_funds": 30_00, "interest": 20_00, "daily_conduct": 10_00}
    assert set(weights) == set(Group.values)


def test_the_month_end_balance_stands_beside_the_average_and_is_not_scored_by_default(cast: Cast) -> None:
    codes = SchemeVersion.objects.get(scheme__code="composite").indicators.values_list("indicator", flat=True)
    assert "deposit_closing" not in codes
    assert "deposit_average" in codes


def test_conduct_costs_points_once_two_people_have_said_so(cast: Cast) -> None:
    play_the_example(cast)
    entry = enter_entry(
        actor=cast.actor("chen"),
        manager=cast.wang,
        happened_on=SEPTEMBER.last_day,
        indicator="conduct",
        points_hundredths=-2_00,
        reason="a task was left undone",
    )
    compute(cast)
    assert ScoreCard.objects.get(manager=cast.wang).lines.get(indicator="conduct").points_hundredths == 8_50
    confirm_entry(actor=cast.actor("zhou"), entry=entry)
    compute(cast)
    assert ScoreCard.objects.get(manager=cast.wang).lines.get(indicator="conduct").points_hundredths == 6_50


def test_conduct_never_costs_more_than_its_weight(cast: Cast) -> None:
    play_the_example(cast)
    make_entry(cast.wang, "2026-09-11", -99_00, confirmed_by=cast.zhou)
    compute(cast)
    assert ScoreCard.objects.get(manager=cast.wang).lines.get(indicator="conduct").points_hundredths == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("decided_by_id = made_by_id, state = 'confirmed'", "Who enters a fact does not confirm it"),
        ("decided_by_id = manager_id, state = 'confirmed'", "Nobody decides about himself or herself"),
    ],
)
def test_the_database_refuses_one_person_for_both_and_says_so(cast: Cast, change: str, sentence: str) -> None:
    grant(cast.chen, "director")
    entry = enter_entry(
        actor=cast.actor("chen"),
        manager=cast.wang,
        happened_on=SEPTEMBER.first_day,
        indicator="compliance",
        points_hundredths=-1_00,
        reason="papers missing",
    )
    with (
        pytest.raises(RuleError, match=sentence),
        obeying_laws(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE managers_conductentry SET {change} WHERE id = %s", [entry.pk])
    with pytest.raises(RuleError, match="Who enters a fact does not confirm it"):
        confirm_entry(actor=cast.actor("chen"), entry=entry)
