"""Score cards from the ledgers: the examples of arithmetic.md end to end, proration, what is missing."""

from __future__ import annotations

from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appraisal.actions.months import run_month_end
from appraisal.models import ScoreCard, ScoreLine
from common.months import Month
from managers.models import Contract, ContractTarget
from organization.rules import SYSTEM
from tests.appraisal.stages import SEPTEMBER, compute, play_the_example, retire
from tests.cast import Cast, assemble
from tests.make import make_branch, make_entry, make_manager, make_target

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return assemble()


def card_of(cast: Cast, person: str = "wang", month: Month = SEPTEMBER) -> ScoreCard:
    return ScoreCard.objects.get(manager=getattr(cast, person), month=month.first_day)


def points(card: ScoreCard) -> dict[str, int]:
    return dict(card.lines.values_list("indicator", "points_hundredths"))


def test_the_example_of_the_spec_totals_79_75_through_the_database(cast: Cast) -> None:
    play_the_example(cast)
    compute(cast)
    card = card_of(cast)
    assert points(card) == {
        "deposit_average": 17_33,
        "deposit_accumulated": 20_00,
        "loans_granted": 2_50,
        "principal_recovered": 10_00,
        "compliance": 3_00,
        "interest_received": 18_42,
        "conduct": 8_50,
    }
    assert (card.total_hundredths, card.scored_total_hundredths, card.grade, card.complete) == (
        79_75,
        79_75,
        "qualified",
        True,
    )


def test_with_loans_granted_not_applicable_its_ten_points_go_to_the_others_and_it_totals_86_23(cast: Cast) -> None:
    play_the_example(cast, loans_granted_not_applicable=True)
    compute(cast)
    card = card_of(cast)
    assert (card.total_hundredths, card.grade) == (86_23, "good")
    line = card.lines.get(indicator="loans_granted")
    assert (line.state, line.weight_numerator, line.points_hundredths) == ("not_applicable", 0, 0)
    assert line.target_source == "contract"


def test_a_line_keeps_what_made_it(cast: Cast) -> None:
    wang = play_the_example(cast)
    compute(cast)
    lines = {line.indicator: line for line in card_of(cast).lines.all()}
    average = lines["deposit_average"]
    assert Fraction(average.actual_numerator, average.actual_denominator) == Fraction(18_200_000_00, 30)
    rate = Fraction(int(average.rate_numerator), int(average.rate_denominator))
    assert rate == Fraction(18_200_000_00, 30) / 700_000_00
    target = wang.targets.get(indicator="deposit_average")
    assert average.target_evidence == {"target": target.pk, "batch": None, "row": None}
    assert (average.target_source, average.target_hundredths, average.rule) == ("month", 700_000_00, "proportional")
    recovered = lines["principal_recovered"]
    assert (recovered.target_source, recovered.target_hundredths, recovered.target_evidence) == (
        "computed",
        90_000_00,
        {},
    )
    conduct = lines["conduct"]
    entries = wang.conduct_entries.filter(indicator="conduct", happened_on__gte="2026-09-01")
    assert sorted(conduct.entries) == sorted(entries.values_list("pk", flat=True))
    assert lines["deposit_accumulated"].raw_points_hundredths == 24_27


def test_a_missing_target_leaves_the_card_incomplete_and_stops_nothing(cast: Cast) -> None:
    play_the_example(cast)
    summary = run_month_end(actor=cast.actor("chen"), branch=cast.south, month=SEPTEMBER)
    assert summary.managers_without_targets == [
        ("S102", "deposit_average"),
        ("S102", "deposit_accumulated"),
        ("S102", "loans_granted"),
        ("S102", "interest_received"),
    ]
    card = card_of(cast, "li")
    assert (card.complete, card.grade) == (False, "")
    assert card_of(cast).complete
    assert card.lines.filter(state=ScoreLine.State.NOT_SET).count() == 4


def test_nothing_due_makes_recovery_not_applicable(cast: Cast) -> None:
    play_the_example(cast)
    compute(cast)
    line = card_of(cast, "li").lines.get(indicator="principal_recovered")
    assert (line.state, line.target_source) == ("not_applicable", "computed")


def test_a_manager_who_starts_on_the_16th_has_half_of_the_target(cast: Cast) -> None:
    late = make_manager(cast.south, "S103", first="2026-09-16", target_kind="deposits")
    make_target(late, "deposit_average", "700000.01", month=SEPTEMBER)
    make_target(late, "deposit_accumulated", "15000000.00", month=SEPTEMBER)
    compute(cast)
    card = ScoreCard.objects.get(manager=late)
    assert (card.first_day_in_office.isoformat(), card.days_in_office) == ("2026-09-16", 15)
    line = card.lines.get(indicator="deposit_average")
    assert (line.full_target_hundredths, line.target_hundredths) == (700_000_01, 350_000_01)  # half a fen goes up


def test_a_month_target_stands_before_the_contract_target(cast: Cast) -> None:
    manager = make_manager(cast.north, "N102", target_kind="interest", targets={"interest_received": "100.00"})
    run_month_end(actor=SYSTEM, branch=cast.north, month=SEPTEMBER)
    line = ScoreLine.objects.get(card__manager=manager, indicator="interest_received")
    held = ContractTarget.objects.get(contract__appointment__employee=manager)
    assert (line.target_source, line.target_hundredths, line.target_evidence) == (
        "contract",
        100_00,
        {"contract_target": held.pk},
    )
    make_target(manager, "interest_received", "250.00", month=SEPTEMBER)
    run_month_end(actor=SYSTEM, branch=cast.north, month=SEPTEMBER)
    line = ScoreLine.objects.get(card__manager=manager, indicator="interest_received")
    assert (line.target_source, line.target_hundredths) == ("month", 250_00)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("composite", "composite"),
        ("deposits", "deposits"),
        ("loan_recovery", "loan_recovery"),
        ("interest", "interest"),
        ("dedicated_recovery", "loan_recovery"),
    ],
)
def test_the_contracts_target_kind_chooses_the_scheme(cast: Cast, kind: str, code: str) -> None:
    manager = make_manager(cast.lake, "L101", target_kind=kind)
    run_month_end(actor=SYSTEM, branch=cast.lake, month=SEPTEMBER)
    assert ScoreCard.objects.get(manager=manager).scheme_version.scheme.code == code


def test_a_manager_without_a_contract_is_appraised_composite_and_lacks_targets(cast: Cast) -> None:
    manager = make_manager(cast.lake, "L101")
    Contract.objects.filter(appointment__employee=manager).delete()
    summary = run_month_end(actor=SYSTEM, branch=cast.lake, month=SEPTEMBER)
    assert len(summary.managers_without_targets) == 4


def test_only_confirmed_entries_count(cast: Cast) -> None:
    manager = make_manager(cast.lake, "L101", target_kind="interest", targets={"interest_received": "100.00"})
    make_entry(manager, "2026-09-03", -4_00)
    run_month_end(actor=SYSTEM, branch=cast.lake, month=SEPTEMBER)
    assert points(ScoreCard.objects.get(manager=manager))["conduct"] == 10_00


def test_equal_totals_share_a_rank_and_the_next_rank_is_left_out(cast: Cast) -> None:
    branch = make_branch("X01", parent=cast.union)
    for number, deduction in (("X1", -1_00), ("X2", -2_00), ("X3", -2_00), ("X4", -3_00)):
        manager = make_manager(branch, number, target_kind="interest", targets={"interest_received": "100.00"})
        make_entry(manager, "2026-09-03", deduction, confirmed_by=cast.zhou)
    run_month_end(actor=SYSTEM, branch=branch, month=SEPTEMBER)
    ranks = dict(ScoreCard.objects.filter(branch=branch).values_list("manager__employee_no", "rank"))
    assert ranks == {"X1": 1, "X2": 2, "X3": 2, "X4": 4}


def test_running_again_gives_the_same_figures(cast: Cast) -> None:
    play_the_example(cast)
    fields = [one.name for one in ScoreLine._meta.fields if one.name not in ("id", "card")]

    def figures() -> list[object]:
        return list(ScoreLine.objects.order_by("card__manager", "position").values_list("card__manager", *fields))

    compute(cast)
    first = figures()
    compute(cast)
    assert figures() == first
    assert ScoreCard.objects.count() == 2


def test_scoring_takes_the_same_number_of_queries_for_two_managers_and_for_forty(cast: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            run_month_end(actor=SYSTEM, branch=cast.north, month=SEPTEMBER)
        return len(captured)

    run_month_end(actor=SYSTEM, branch=cast.north, month=SEPTEMBER)
    few = queries()
    for number in range(40):
        make_manager(cast.north, f"N{200 + number}", targets={"deposit_average": "5.00"})
    assert queries() == few


def test_a_month_before_every_scheme_is_refused_with_a_sentence(cast: Cast) -> None:
    from common.errors import RuleError

    make_manager(cast.lake, "L101", first="1980-01-01")
    with pytest.raises(RuleError, match="No appraisal scheme is effective in 1985-03 for L101"):
        run_month_end(actor=SYSTEM, branch=cast.lake, month=Month(1985, 3))


def test_a_branch_without_managers_has_no_cards(cast: Cast) -> None:
    retire(cast.zhao)
    assert run_month_end(actor=SYSTEM, branch=cast.north, month=SEPTEMBER).managers == 0
