"""What pages ask: the checklist, the ranking with its movement, and the way from a point to the row of a file."""

from __future__ import annotations

import datetime as dt

import pytest

from appraisal.actions.months import approve_month, close_month, run_month_end
from appraisal.models import ScoreCard
from appraisal.queries.cards import cards_of_month, ranking, score_card_of
from appraisal.queries.checklist import month_overview
from appraisal.queries.lines import accounts_of_line, entries_of_line, line_of, loans_of_line
from appraisal.queries.parts import postings_of_part, repayments_of_loan
from appraisal.queries.targets import missing_targets, unset_targets
from common.errors import RuleError
from common.months import Month
from deposits.actions import accept_control_difference
from deposits.models import ControlTotal
from organization.rules import SYSTEM
from tests.appraisal.stages import SEPTEMBER, close, compute, play_the_example, retire
from tests.cast import Cast, assemble
from tests.make import make_entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    cast = assemble()
    retire(cast.li)
    play_the_example(cast)
    return cast


def states(cast: Cast, month: Month = SEPTEMBER) -> dict[str, str]:
    overview = month_overview(actor=cast.actor("zhou"), branch=cast.south, month=month)
    return {step.code: step.state for step in overview.steps}


def line(cast: Cast, indicator: str, who: str = "zhou"):
    return line_of(actor=cast.actor(who), branch=cast.south, month=SEPTEMBER, employee_no="S101", indicator=indicator)


# --- the checklist


def test_the_checklist_follows_the_month_from_open_to_closed(cast: Cast) -> None:
    assert states(cast) == {
        "imports": "open",
        "control_totals": "open",
        "attributions": "open",
        "targets": "done",
        "entries": "done",
        "computed": "open",
        "approved": "open",
        "closed": "open",
    }
    compute(cast)
    assert states(cast)["computed"] == "done"
    approve_month(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER)
    assert states(cast)["approved"] == "done"
    close_month(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER)
    assert set(states(cast).values()) <= {"done", "open"}
    assert states(cast)["closed"] == "done"


def test_what_blocks_stands_in_the_checklist_with_its_count(cast: Cast) -> None:
    make_entry(cast.wang, "2026-09-25", -1_00)
    cast.wang.targets.filter(indicator="loans_granted").delete()
    ControlTotal.objects.create(branch=cast.south, day=dt.date(2026, 9, 30), accounts=1, balance_fen=1)
    overview = month_overview(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER)
    blocking = {step.code: (step.count, step.total) for step in overview.steps if step.state == "blocking"}
    assert blocking == {"control_totals": (1, 1), "targets": (1, 1), "entries": (1, 0)}
    assert [(one.employee_no, one.indicator) for one in overview.missing] == [("S101", "loans_granted")]


def test_what_is_missing_is_the_same_before_and_after_the_month_is_computed(cast: Cast) -> None:
    cast.wang.targets.all().delete()
    before = missing_targets(cast.south, SEPTEMBER)
    compute(cast)
    assert before == unset_targets(cast.south, SEPTEMBER)
    assert len(before) == 4


def test_a_control_difference_keeps_the_month_open_until_it_is_explained_and_accepted(cast: Cast) -> None:
    control = ControlTotal.objects.create(
        branch=cast.south, day=dt.date(2026, 9, 30), accounts=1, balance_fen=799_999_00, brought_by=cast.chen
    )
    compute(cast)
    approve_month(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER)
    with pytest.raises(RuleError, match=r"differs from the control totals of 2026-09-30\."):
        close_month(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER)
    accept_control_difference(actor=cast.actor("zhou"), control=control, explanation="cash in transit")
    close_month(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER)


# --- the ranking


def test_the_ranking_shows_the_movement_against_the_month_before() -> None:
    cast = assemble()
    play_the_example(cast)
    for month, better in ((Month(2026, 8), cast.li), (SEPTEMBER, cast.wang)):
        worse = cast.wang if better == cast.li else cast.li
        make_entry(worse, f"{month}-28", -5_00, confirmed_by=cast.zhou)
        make_entry(better, f"{month}-28", -1, confirmed_by=cast.zhou)
        compute(cast, month)
    ranked = ranking(actor=cast.actor("wang"), branch=cast.south, month=SEPTEMBER)
    assert [(one.card.manager.name, one.card.rank, one.previous_rank, one.climbed) for one in ranked] == [
        ("王小明", 1, 2, 1),
        ("李华", 2, 1, -1),
    ]


def test_a_manager_sees_the_branchs_ranking_and_the_own_card_alone() -> None:
    cast = assemble()
    compute(cast)
    assert len(ranking(actor=cast.actor("wang"), branch=cast.south, month=SEPTEMBER)) == 2
    seen = cards_of_month(actor=cast.actor("wang"), branch=cast.south, month=SEPTEMBER)
    assert [card.manager.employee_no for card in seen] == ["S101"]
    other = {"branch": cast.south, "month": SEPTEMBER, "employee_no": "S102"}
    assert score_card_of(actor=cast.actor("wang"), **other) is None
    assert line_of(actor=cast.actor("wang"), indicator="conduct", **other) is None
    assert score_card_of(actor=cast.actor("zhou"), **other) is not None


@pytest.mark.parametrize("person", ["sun", "zhao", "he", "song"])
def test_other_branches_people_and_administrators_see_neither_ranking_nor_cards(cast: Cast, person: str) -> None:
    compute(cast)
    assert ranking(actor=cast.actor(person), branch=cast.south, month=SEPTEMBER) == []
    assert not cards_of_month(actor=cast.actor(person), branch=cast.south, month=SEPTEMBER).exists()


# --- from a point to the row of a file


def test_a_deposit_point_opens_to_accounts_and_their_postings_with_file_row_and_digest(cast: Cast) -> None:
    compute(cast)
    found = line(cast, "deposit_average", "wang")
    assert found is not None
    parts = list(accounts_of_line(found))
    assert [(part.account.account_no, part.accumulated_fen_days) for part in parts] == [("6210001", 18_200_000_00)]
    assert sum(part.accumulated_fen_days for part in parts) == found.actual_numerator * 30 / found.actual_denominator
    postings = list(postings_of_part(parts[0]))
    assert [(one.entered_on.day, one.amount_fen) for one in postings] == [(1, 600_000_00), (30, 200_000_00)]
    assert all(one.batch.file_name.endswith(".csv") and len(one.batch.sha256) == 64 and one.row_no for one in postings)


@pytest.mark.parametrize(
    ("indicator", "wanted"),
    [
        ("loans_granted", [("L1", 50_000_00)]),
        ("principal_recovered", [("L2", 60_000_00)]),
        ("interest_received", [("L2", 4_817_35)]),
        ("deposit_average", []),
    ],
)
def test_a_loan_point_opens_to_the_loans_that_made_it(
    cast: Cast, indicator: str, wanted: list[tuple[str, int]]
) -> None:
    compute(cast)
    found = line(cast, indicator)
    assert found is not None
    assert [(one.loan.loan_no, one.figure_fen) for one in loans_of_line(found)] == wanted


def test_a_loan_opens_to_its_repayments_of_the_month(cast: Cast) -> None:
    compute(cast)
    found = line(cast, "interest_received")
    assert found is not None
    figures = loans_of_line(found).get()
    assert [(one.paid_on.day, one.interest_fen) for one in repayments_of_loan(figures)] == [(18, 4_817_35)]


def test_a_deduction_opens_to_its_entries(cast: Cast) -> None:
    compute(cast)
    found = line(cast, "conduct")
    assert found is not None
    assert [entry.points_hundredths for entry in entries_of_line(found)] == [-50, -1_00]


def test_the_evidence_of_a_closed_month_stays_readable(cast: Cast) -> None:
    compute(cast)
    close(cast.actor("zhou"), cast.south)
    assert line(cast, "deposit_accumulated", "qian") is not None
    assert ScoreCard.objects.get().grade_name == "qualified"


def test_a_card_comes_with_its_lines_in_two_queries(cast: Cast, django_assert_num_queries: object) -> None:
    run_month_end(actor=SYSTEM, branch=cast.south, month=SEPTEMBER)
    actor = cast.actor("wang")
    with django_assert_num_queries(2):  # type: ignore[operator]
        card = score_card_of(actor=actor, branch=cast.south, month=SEPTEMBER, employee_no="S101")
        assert card is not None
        assert len(card.lines.all()) == 7
        assert card.manager.name == "王小明"
        assert card.scheme_version.scheme.code == "composite"
