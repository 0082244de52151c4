"""Article 16: every branch appraises every month, on 100 points, by rate of completion."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection, transaction

from appraisal.actions.months import close_month, run_month_end
from appraisal.models import Scheme, SchemeIndicator, SchemeVersion, ScoreCard
from common.errors import RuleError
from common.laws import obeying_laws
from organization.rules import SYSTEM
from tests.appraisal.stages import SEPTEMBER, close, compute, play_the_example, retire
from tests.cast import assemble
from tests.make import grant

pytestmark = pytest.mark.django_db


def raw(statement: str, *parameters: object) -> None:
    with obeying_laws(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def draft(*weights: int, rule: str = "proportional") -> SchemeVersion:
    version = SchemeVersion.objects.create(
        scheme=Scheme.objects.get(code="composite"), version=2, effective_month=dt.date(2026, 11, 1)
    )
    codes = ("deposit_average", "loans_granted", "conduct")
    SchemeIndicator.objects.bulk_create(
        SchemeIndicator(
            version=version, position=place, group="funds", indicator=code, weight_hundredths=weight, rule=rule
        )
        for place, (code, weight) in enumerate(zip(codes, weights, strict=False))
    )
    return version


def test_the_published_default_schemes_score_on_exactly_100_points() -> None:
    published = SchemeVersion.objects.filter(state="published")
    assert set(published.values_list("scheme__code", flat=True)) == {
        "composite",
        "deposits",
        "loan_recovery",
        "interest",
    }
    for version in published:
        assert sum(version.indicators.values_list("weight_hundredths", flat=True)) == 100_00


@pytest.mark.parametrize("weights", [(60_00, 39_99), (60_00, 40_01), (), (100_00, 100_00)])
def test_no_scheme_is_published_with_other_weights_than_100(weights: tuple[int, ...]) -> None:
    version = draft(*weights)
    with pytest.raises(RuleError, match="The weights of the scored indicators sum to exactly 100"):
        raw("UPDATE appraisal_schemeversion SET state = 'published' WHERE id = %s", version.pk)


def test_no_scheme_is_inserted_as_published() -> None:
    with pytest.raises(RuleError, match="sum to exactly 100"):
        raw(
            "INSERT INTO appraisal_schemeversion (scheme_id, version, effective_month, state, total_may_exceed, grades)"
            " SELECT id, 9, '2030-01-01', 'published', false, '[]' FROM appraisal_scheme LIMIT 1"
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE appraisal_schemeversion SET effective_month = '2026-12-01' WHERE id = %s",
        "UPDATE appraisal_schemeversion SET state = 'draft' WHERE id = %s",
        "UPDATE appraisal_schemeindicator SET weight_hundredths = weight_hundredths + 1 WHERE version_id = %s",
        "DELETE FROM appraisal_schemeindicator WHERE version_id = %s",
        'INSERT INTO appraisal_schemeindicator (version_id, position, "group", indicator, weight_hundredths, rule,'
        " parameters) VALUES (%s, 99, 'funds', 'deposit_closing', 0, 'threshold', '{}')",
    ],
)
def test_a_published_scheme_never_changes(statement: str) -> None:
    published = SchemeVersion.objects.get(scheme__code="composite")
    with pytest.raises(RuleError, match=r"A published scheme never changes\. Make a new version\."):
        raw(statement, published.pk)


def test_a_month_uses_the_version_that_is_effective_in_it() -> None:
    cast = assemble()
    version = draft(50_00, 40_00, 10_00)
    raw("UPDATE appraisal_schemeversion SET state = 'published' WHERE id = %s", version.pk)
    for month in (SEPTEMBER.next, SEPTEMBER.next.next):
        run_month_end(actor=SYSTEM, branch=cast.north, month=month)
    used = ScoreCard.objects.order_by("month").values_list("month__month", "scheme_version__version")
    assert list(used) == [(10, 1), (11, 2)]


def test_points_follow_the_rate_of_completion() -> None:
    cast = assemble()
    play_the_example(cast)
    compute(cast)
    line = ScoreCard.objects.get(manager=cast.wang).lines.get(indicator="loans_granted")
    assert line.rate_numerator / line.rate_denominator == 1 / 4 == line.points_hundredths / 10_00


def test_the_figures_of_a_closed_month_stay() -> None:
    cast = assemble()
    retire(cast.li)
    play_the_example(cast)
    compute(cast)
    close(cast.actor("zhou"), cast.south)
    with pytest.raises(RuleError, match="The month is closed"):
        raw("UPDATE appraisal_scorecard SET total_hundredths = 10000")


def test_who_computes_a_month_neither_approves_nor_closes_it() -> None:
    cast = assemble()
    grant(cast.chen, "director")
    compute(cast)
    with pytest.raises(RuleError, match="Who computed the month does not approve it"):
        raw("UPDATE organization_monthclose SET approved_by_id = computed_by_id WHERE computed_by_id IS NOT NULL")
    with pytest.raises(RuleError, match="Who computed the month does not close it"):
        raw("UPDATE organization_monthclose SET closed_by_id = computed_by_id WHERE computed_by_id IS NOT NULL")
    with pytest.raises(RuleError, match="is not approved yet"):
        close_month(actor=cast.actor("chen"), branch=cast.south, month=SEPTEMBER)
