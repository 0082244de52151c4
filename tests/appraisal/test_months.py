"""The month of a branch: computed, approved, closed, by different people and in order."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from appraisal.actions.months import approve_month, close_month, request_month_end, run_month_end
from appraisal.models import ScoreCard, ScoreLine
from appraisal.queries.cards import Recomputed, recomputed
from appraisal.queries.digest import digest_of_month, verify_closed_months
from appraisal.queries.months import keeps_unfinished
from appraisal.queries.unowned import UnownedWorth, worth_of_unowned
from common.errors import Conflict, RuleError
from common.money import parse_fen
from common.months import Month
from deposits.models import AccountMonth
from managers.actions.entries import confirm_entry
from managers.actions.targets import set_target
from managers.models import ContractTarget
from organization.actions.months import mark_stale
from organization.models import MonthClose, TrailEntry
from organization.rules import SYSTEM
from tests.appraisal.stages import SEPTEMBER, TARGETS, close, compute, play_the_example, retire
from tests.cast import Cast, assemble
from tests.make import grant, make_account, make_actor, make_entry, make_manager, make_posting, make_target

pytestmark = pytest.mark.django_db

OCTOBER = SEPTEMBER.next


@pytest.fixture
def cast() -> Cast:
    """The cast, with Wang's example month and nobody else in office in the south."""
    cast = assemble()
    retire(cast.li)
    play_the_example(cast)
    return cast


def row_of(cast: Cast, month: Month = SEPTEMBER) -> MonthClose:
    return MonthClose.objects.get(branch=cast.south, month=month.first_day)


def sign(cast: Cast, month: Month = SEPTEMBER) -> None:
    compute(cast, month)
    approve_month(actor=cast.actor("zhou"), branch=cast.south, month=month)


# --- computing


def test_a_clerk_computes_and_the_month_says_who_and_when(cast: Cast) -> None:
    compute(cast)
    row = row_of(cast)
    assert (row.state, row.computed_by, row.stale) == ("computed", cast.chen, False)
    assert row.computed_at is not None
    entry = TrailEntry.objects.get(action="run_month_end")
    assert (entry.actor_no, entry.subject_key) == ("S002", "S01 2026-09")


@pytest.mark.parametrize("person", ["zhou", "wang", "wu", "qian", "he", "song", "sun"])
def test_nobody_but_a_clerk_of_the_branch_computes(cast: Cast, person: str) -> None:
    with pytest.raises(RuleError, match="Only a clerk of 城南信用社 runs its month end"):
        run_month_end(actor=cast.actor(person), branch=cast.south, month=SEPTEMBER)
    with pytest.raises(RuleError, match="Only a clerk"):
        request_month_end(actor=cast.actor(person), branches=[cast.south], month=SEPTEMBER)


def test_the_summary_names_accounts_totals_and_managers(cast: Cast) -> None:
    summary = run_month_end(actor=SYSTEM, branch=cast.south, month=SEPTEMBER)
    assert (summary.branch_code, summary.month, summary.accounts, summary.managers) == ("S01", "2026-09", 1, 1)
    assert (summary.closing_fen, summary.accumulated_fen_days) == (800_000_00, 18_200_000_00)
    assert summary.managers_without_targets == []
    assert row_of(cast).computed_by is None


def test_computing_again_takes_the_approval_back(cast: Cast) -> None:
    sign(cast)
    compute(cast)
    row = row_of(cast)
    assert (row.state, row.approved_by, row.approved_at) == ("computed", None, None)


def test_computing_a_month_again_leaves_the_next_one_up_to_date(cast: Cast) -> None:
    compute(cast)
    compute(cast, OCTOBER)
    mark_stale(first_days=[(cast.south.pk, SEPTEMBER)])
    compute(cast, OCTOBER)
    compute(cast)
    assert not row_of(cast, OCTOBER).stale


def test_a_request_makes_one_job_with_a_child_a_branch(cast: Cast) -> None:
    clerk = make_actor(cast.union, "clerk")
    job = request_month_end(actor=clerk, branches=[cast.south, cast.north], month=SEPTEMBER)
    children = list(job.children.order_by("pk").values_list("kind", "branch__branch_code", "arguments"))
    assert children == [
        ("appraisal.month_end_branch", "N01", {"month": "2026-09"}),
        ("appraisal.month_end_branch", "S01", {"month": "2026-09"}),
    ]
    assert (job.kind, job.total, job.branch) == ("", 2, None)


# --- a month that still runs


@pytest.fixture
def running() -> Month:
    """The month of today, whichever day the clock says."""
    return Month.of(timezone.localdate())


def test_a_month_that_still_runs_is_computed_and_neither_approved_nor_closed(cast: Cast, running: Month) -> None:
    MonthClose.objects.filter(month__lt=running.first_day).delete()
    for month, step in ((running, approve_month), (running, close_month), (running.next, approve_month)):
        compute(cast, month)
        with pytest.raises(RuleError) as refused:
            step(actor=cast.actor("zhou"), branch=cast.south, month=month)
        assert str(refused.value) == (
            f"{month} runs until {month.last_day}. It is approved and closed from {month.next.first_day} on."
        )
        assert refused.value.article == "16"
        assert row_of(cast, month).state == "computed"


def test_the_day_after_its_last_a_month_is_over(cast: Cast, running: Month) -> None:
    assert keeps_unfinished(running)
    assert keeps_unfinished(running.previous) == ""


# --- against the run before


def test_a_card_keeps_the_total_that_the_run_before_gave(cast: Cast) -> None:
    compute(cast)
    assert recomputed(cast.south, SEPTEMBER) == Recomputed(again=False, changed=[])
    target = cast.wang.targets.get(indicator="loans_granted", month=SEPTEMBER.first_day)
    target.target_hundredths = 1_00
    target.save()
    make_manager(cast.south, "S103", name="郑文")
    compute(cast)
    found = recomputed(cast.south, SEPTEMBER)
    totals = [(one.manager.employee_no, one.last_run_total_hundredths, one.total_hundredths) for one in found.changed]
    assert totals[0] == ("S101", 79_75, 87_25)
    assert totals[1][:2] == ("S103", None)
    compute(cast)
    assert recomputed(cast.south, SEPTEMBER) == Recomputed(again=True, changed=[])


# --- what nobody owns, in points


def test_what_nobody_owns_is_worth_the_points_that_it_would_bring(cast: Cast) -> None:
    make_posting(make_account(cast.south), "2026-09-01", "30000.00")
    compute(cast)
    # 636,666.67 of 700,000 × 20 are 18.19 for 17.33; the accumulated balance scores its 20 already.
    assert unowned(cast, "30000.00") == UnownedWorth(managers=1, points_hundredths=86)


def test_what_nobody_owns_is_divided_in_equal_parts(cast: Cast) -> None:
    make_posting(make_account(cast.south), "2026-09-01", "30000.00")
    zheng = make_manager(cast.south, "S103")
    for indicator, target in TARGETS.items():
        make_target(zheng, indicator, target, month=SEPTEMBER)
    compute(cast)
    # 15,000 each: 17.33 → 17.76 for the one; for the other, whose lines weigh 20 / 0.85, 0 → 0.50 and 0 → 0.71.
    assert unowned(cast, "30000.00") == UnownedWorth(managers=2, points_hundredths=43 + 50 + 71)


def test_where_nothing_is_unowned_or_nobody_is_scored_by_deposits_there_is_no_worth(cast: Cast) -> None:
    compute(cast)
    assert unowned(cast, "0") is None
    ScoreLine.objects.filter(indicator__startswith="deposit_").update(state="not_set")
    assert unowned(cast, "30000.00") is None


def test_a_card_that_stands_at_100_gains_nothing(cast: Cast) -> None:
    compute(cast)
    ScoreCard.objects.update(scored_total_hundredths=100_00, total_hundredths=100_00)
    assert unowned(cast, "30000.00") == UnownedWorth(managers=1, points_hundredths=0)


def unowned(cast: Cast, average: str) -> UnownedWorth | None:
    balance = parse_fen(average)
    days = SEPTEMBER.days
    return worth_of_unowned(cast.south, SEPTEMBER, closing_fen=balance, accumulated_fen_days=balance * days)


# --- approving


def test_the_director_approves_what_the_clerk_computed(cast: Cast) -> None:
    sign(cast)
    row = row_of(cast)
    assert (row.state, row.approved_by) == ("approved", cast.zhou)


def test_who_computed_does_not_approve_even_as_director(cast: Cast) -> None:
    grant(cast.chen, "director")
    compute(cast)
    with pytest.raises(RuleError, match="Who computed the month does not approve it"):
        approve_month(actor=cast.actor("chen"), branch=cast.south, month=SEPTEMBER)


@pytest.mark.parametrize("person", ["chen", "wang", "wu", "qian", "he", "sun"])
def test_nobody_but_a_director_of_the_branch_approves_or_closes(cast: Cast, person: str) -> None:
    compute(cast)
    with pytest.raises(RuleError, match="Only the director of 城南信用社 approves its month"):
        approve_month(actor=cast.actor(person), branch=cast.south, month=SEPTEMBER)
    with pytest.raises(RuleError, match="Only the director of 城南信用社 closes its month"):
        close_month(actor=cast.actor(person), branch=cast.south, month=SEPTEMBER)


def test_the_system_neither_approves_nor_closes(cast: Cast) -> None:
    compute(cast)
    with pytest.raises(RuleError, match="Only the director"):
        approve_month(actor=SYSTEM, branch=cast.south, month=SEPTEMBER)
    with pytest.raises(RuleError, match="Only the director"):
        close_month(actor=SYSTEM, branch=cast.south, month=SEPTEMBER)


def test_a_missing_target_keeps_the_month_from_being_approved_and_is_named(cast: Cast) -> None:
    cast.wang.targets.filter(indicator="loans_granted").delete()
    compute(cast)
    with pytest.raises(RuleError) as refused:
        approve_month(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER)
    assert str(refused.value) == (
        "These targets are not set: 王小明 (S101) loans granted. Set them, or declare the indicators not applicable in"
        " the contract."
    )
    assert row_of(cast).state == "computed"


def test_of_many_missing_targets_five_are_named_and_the_rest_counted(cast: Cast) -> None:
    cast.wang.targets.all().delete()
    make_manager(cast.south, "S103", name="郑文")
    compute(cast)
    with pytest.raises(RuleError, match=r"郑文 \(S103\) monthly average balance and 3 more\."):
        approve_month(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER)


def test_nobody_approves_a_month_with_an_own_score_card(cast: Cast) -> None:
    grant(cast.wang, "director")
    compute(cast)
    with pytest.raises(RuleError, match="Your own score card is in this month"):
        approve_month(actor=cast.actor("wang"), branch=cast.south, month=SEPTEMBER)


def test_a_month_that_was_never_computed_is_not_approved(cast: Cast) -> None:
    with pytest.raises(RuleError, match=r"2026-09 is not computed yet\. Run the month end first"):
        approve_month(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER)


def test_after_a_change_the_month_is_computed_again_before_it_is_approved_or_closed(cast: Cast) -> None:
    sign(cast)
    set_target(
        actor=cast.actor("zhou"),
        manager=cast.wang,
        branch=cast.south,
        month=SEPTEMBER,
        indicator="loans_granted",
        target_hundredths=1_00,
        reason="a new market",
    )
    for step in (approve_month, close_month):
        with pytest.raises(RuleError, match="Something has changed since 2026-09 was computed"):
            step(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER)
    sign(cast)
    assert ScoreCard.objects.get().total_hundredths == 87_25


def test_an_approved_month_is_not_approved_again(cast: Cast) -> None:
    sign(cast)
    with pytest.raises(Conflict, match="周建国 has approved 2026-09 at "):
        approve_month(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER)


# --- closing


def test_closing_keeps_the_digest_and_both_names(cast: Cast) -> None:
    sign(cast)
    digest = close_month(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER)
    row = row_of(cast)
    assert (row.state, row.closed_by, row.approved_by, row.digest) == ("closed", cast.zhou, cast.zhou, digest)
    assert digest == digest_of_month(cast.south, SEPTEMBER)
    assert TrailEntry.objects.get(action="close_month").subject_key == "S01 2026-09"


def test_a_month_that_is_not_approved_does_not_close(cast: Cast) -> None:
    compute(cast)
    with pytest.raises(RuleError, match=r"2026-09 is not approved yet\. Approve it first"):
        close_month(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER)


def test_who_computed_does_not_close_what_another_has_approved(cast: Cast) -> None:
    grant(cast.chen, "director")
    sign(cast)
    with pytest.raises(RuleError, match="Who computed the month does not close it"):
        close_month(actor=cast.actor("chen"), branch=cast.south, month=SEPTEMBER)


def test_entries_that_still_wait_keep_the_month_open_and_are_counted(cast: Cast) -> None:
    waiting = make_entry(cast.wang, "2026-09-25", -1_00)
    sign(cast)
    with pytest.raises(RuleError, match="1 entry about conduct still waits for confirmation"):
        close_month(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER)
    make_entry(cast.wang, "2026-09-26", -1_00)
    with pytest.raises(RuleError, match="2 entries about conduct still wait"):
        close_month(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER)
    confirm_entry(actor=cast.actor("zhou"), entry=waiting)
    assert row_of(cast).stale


def test_months_close_in_order_and_the_sentence_names_the_first(cast: Cast) -> None:
    sign(cast)
    for indicator in ("deposit_average", "deposit_accumulated", "loans_granted", "interest_received"):
        make_target(cast.wang, indicator, "10.00", month=OCTOBER)
    sign(cast, OCTOBER)
    with pytest.raises(RuleError, match=r"2026-09 is not closed yet\. Close 2026-09 first\."):
        close_month(actor=cast.actor("zhou"), branch=cast.south, month=OCTOBER)
    close_month(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER)
    close_month(actor=cast.actor("zhou"), branch=cast.south, month=OCTOBER)


def test_after_the_first_close_a_month_without_anything_still_has_its_turn(cast: Cast) -> None:
    sign(cast)
    close_month(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER)
    contract = cast.wang.appointments.get().contracts.get()
    ContractTarget.objects.bulk_create(
        ContractTarget(contract=contract, indicator=indicator, target_hundredths=5_00)
        for indicator in ("deposit_average", "deposit_accumulated", "loans_granted", "interest_received")
    )
    compute(cast, OCTOBER.next)
    with pytest.raises(RuleError, match="2026-10 is not closed yet"):
        close_month(actor=cast.actor("zhou"), branch=cast.south, month=OCTOBER.next)


def test_a_closed_month_is_neither_computed_nor_approved_nor_closed_again(cast: Cast) -> None:
    compute(cast)
    close(cast.actor("zhou"), cast.south)
    sentence = "周建国 has closed 2026-09 of 城南信用社 at "
    with pytest.raises(Conflict, match=sentence):
        compute(cast)
    with pytest.raises(Conflict, match=sentence):
        request_month_end(actor=cast.actor("chen"), branches=[cast.south], month=SEPTEMBER)
    for step in (approve_month, close_month):
        with pytest.raises(Conflict, match=sentence):
            step(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER)


# --- what a closed month refuses of itself, and what its digest finds


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE appraisal_scorecard SET total_hundredths = 10000",
        "UPDATE appraisal_scorecard SET month = '2026-11-01'",
        "DELETE FROM appraisal_scorecard",
        "UPDATE appraisal_scoreline SET points_hundredths = 2000",
        "DELETE FROM appraisal_scoreline",
        "INSERT INTO appraisal_scorecard (month, branch_id, manager_id, scheme_version_id, first_day_in_office,"
        " days_in_office, scored_total_hundredths, total_hundredths, grade, rank, complete) SELECT month, branch_id,"
        " (SELECT id FROM organization_employee WHERE employee_no = 'S102'), scheme_version_id, first_day_in_office,"
        " days_in_office, 0, 0, '', 2, true FROM appraisal_scorecard",
        "UPDATE managers_target SET target_hundredths = 1",
        "UPDATE managers_conductentry SET points_hundredths = -1",
        "UPDATE organization_monthclose SET digest = repeat('0', 64) WHERE state = 'closed'",
        "UPDATE organization_monthclose SET state = 'approved' WHERE state = 'closed'",
        "DELETE FROM organization_monthclose WHERE state = 'closed'",
    ],
)
def test_raw_sql_changes_nothing_of_a_closed_month(cast: Cast, statement: str) -> None:
    compute(cast)
    close(cast.actor("zhou"), cast.south)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_raw_sql_keeps_maker_and_checker_apart(cast: Cast) -> None:
    compute(cast)
    for column in ("approved_by_id", "closed_by_id"):
        with pytest.raises(IntegrityError, match="two_people"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE organization_monthclose SET {column} = computed_by_id WHERE computed_at IS NOT NULL"
            )


def test_raw_sql_closes_no_month_before_an_earlier_one(cast: Cast) -> None:
    sign(cast)
    make_posting(make_account(cast.south), "2026-08-03", "1.00")
    with (
        pytest.raises(IntegrityError, match="months close in order"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE organization_monthclose SET state = 'closed', closed_by_id = approved_by_id, closed_at = now(),"
            " digest = repeat('0', 64) WHERE state = 'approved'"
        )


def test_a_closed_month_agrees_with_its_digest(cast: Cast) -> None:
    compute(cast)
    close(cast.actor("zhou"), cast.south)
    assert [(one.branch, one.agrees) for one in verify_closed_months(SEPTEMBER)] == [(cast.south, True)]
    assert verify_closed_months(OCTOBER) == []


def test_the_digest_knows_every_kind_of_figure(cast: Cast) -> None:
    compute(cast)
    seen = {digest_of_month(cast.south, SEPTEMBER)}
    for statement in (
        "UPDATE deposits_accountmonth SET opening_fen = opening_fen + 1",
        "UPDATE deposits_attributedmonth SET closing_fen = closing_fen + 1",
        "UPDATE deposits_managermonth SET accounts = accounts + 1",
        "UPDATE loans_loanmonth SET interest_due_fen = interest_due_fen + 1",
        "UPDATE appraisal_scorecard SET rank = rank + 1",
        "UPDATE appraisal_scoreline SET rate_denominator = rate_denominator + 1 WHERE position = 1",
        "DELETE FROM appraisal_scoreline WHERE position = 7",
    ):
        with connection.cursor() as cursor:
            cursor.execute(statement)
            assert cursor.rowcount > 0
        seen.add(digest_of_month(cast.south, SEPTEMBER))
    assert len(seen) == 8


def test_the_digest_does_not_depend_on_ids(cast: Cast) -> None:
    compute(cast)
    before = digest_of_month(cast.south, SEPTEMBER)
    compute(cast)
    assert digest_of_month(cast.south, SEPTEMBER) == before


def test_two_branches_with_the_same_figures_have_different_digests(cast: Cast) -> None:
    assert AccountMonth.objects.count() == 0
    assert digest_of_month(cast.south, SEPTEMBER) != digest_of_month(cast.north, SEPTEMBER)
    assert digest_of_month(cast.south, SEPTEMBER) != digest_of_month(cast.south, OCTOBER)
