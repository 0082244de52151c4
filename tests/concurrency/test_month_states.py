"""Several people at the same month at the same moment: one wins, the others read who was faster."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from appraisal.actions.months import approve_month, close_month, run_month_end
from appraisal.models import ScoreCard, ScoreLine
from appraisal.queries.digest import digest_of_month
from common.errors import Conflict, RuleError
from managers.actions.entries import confirm_entry, reject_entry
from organization.models import MonthClose, TrailEntry
from organization.queries import broken_chains
from tests.appraisal.stages import SEPTEMBER, compute, play_the_example, retire
from tests.cast import Cast, assemble
from tests.make import grant, make_employee, make_entry


@pytest.fixture
def cast(own_database: str) -> Cast:
    cast = assemble()
    retire(cast.li)
    play_the_example(cast)
    return cast


def at_once(*calls: Callable[[], object]) -> list[object]:
    """What each call returned or raised, all started at the same moment in threads of their own."""
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        try:
            gate.wait()
            return call()
        except RuleError as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_of_two_directors_who_close_at_once_one_closes_and_the_other_reads_who_did(cast: Cast) -> None:
    second = make_employee(cast.south, "S003", name="方正")
    grant(second, "director")
    cast = Cast(**{**vars(cast), "li": second})
    compute(cast)
    approve_month(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER)
    actors = [cast.actor("zhou"), cast.actor("li")]
    results = at_once(
        *(lambda actor=actor: close_month(actor=actor, branch=cast.south, month=SEPTEMBER) for actor in actors)
    )
    won = [result for result in results if isinstance(result, str)]
    lost = [result for result in results if isinstance(result, Conflict)]
    assert (len(won), len(lost)) == (1, 1)
    row = MonthClose.objects.get(branch=cast.south, month=SEPTEMBER.first_day)
    # In whichever language the thread speaks, it says who, which month and which branch.
    assert all(word in str(lost[0]) for word in (row.closed_by.name, "2026-09", "城南信用社"))
    assert row.digest == won[0] == digest_of_month(cast.south, SEPTEMBER)
    assert TrailEntry.objects.filter(action="close_month").count() == 1


def test_of_two_directors_who_approve_at_once_one_approves(cast: Cast) -> None:
    second = make_employee(cast.south, "S003", name="方正")
    grant(second, "director")
    cast = Cast(**{**vars(cast), "li": second})
    compute(cast)
    actors = [cast.actor("zhou"), cast.actor("li")]
    results = at_once(
        *(lambda actor=actor: approve_month(actor=actor, branch=cast.south, month=SEPTEMBER) for actor in actors)
    )
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "NoneType"]


def test_a_month_end_that_runs_four_times_at_once_gives_one_result(cast: Cast) -> None:
    actor = cast.actor("chen")
    results = at_once(*[lambda: run_month_end(actor=actor, branch=cast.south, month=SEPTEMBER)] * 4)
    assert len({str(result) for result in results}) == 1
    assert ScoreCard.objects.get().total_hundredths == 79_75
    assert ScoreLine.objects.count() == 7
    assert broken_chains() == []


def test_a_month_end_and_a_closing_at_once_leave_figures_and_digest_in_agreement(cast: Cast) -> None:
    compute(cast)
    approve_month(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER)
    clerk, director = cast.actor("chen"), cast.actor("zhou")
    results = at_once(
        lambda: run_month_end(actor=clerk, branch=cast.south, month=SEPTEMBER),
        lambda: close_month(actor=director, branch=cast.south, month=SEPTEMBER),
    )
    assert sum(isinstance(result, RuleError) for result in results) == 1
    row = MonthClose.objects.get(branch=cast.south, month=SEPTEMBER.first_day)
    assert row.state in ("closed", "computed")
    if row.state == "closed":
        assert row.digest == digest_of_month(cast.south, SEPTEMBER)


def test_an_entry_that_is_confirmed_while_the_month_closes_counts_or_keeps_it_open(cast: Cast) -> None:
    """The draft keeps the month from closing; once it is confirmed the figures are stale, so that it cannot either."""
    entry = make_entry(cast.wang, "2026-09-25", -1_00)
    compute(cast)
    approve_month(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER)
    actor = cast.actor("zhou")
    _confirmed, closed = at_once(
        lambda: confirm_entry(actor=actor, entry=entry),
        lambda: close_month(actor=actor, branch=cast.south, month=SEPTEMBER),
    )
    assert isinstance(closed, RuleError)
    row = MonthClose.objects.get(branch=cast.south, month=SEPTEMBER.first_day)
    assert (row.state, row.stale) == ("approved", True)


def test_of_a_confirmation_and_a_rejection_at_once_one_stands(cast: Cast) -> None:
    entry = make_entry(cast.wang, "2026-09-25", -1_00)
    actor = cast.actor("zhou")
    results = at_once(lambda: confirm_entry(actor=actor, entry=entry), lambda: reject_entry(actor=actor, entry=entry))
    assert sum(isinstance(result, Conflict) for result in results) == 1
    entry.refresh_from_db()
    assert entry.state in ("confirmed", "rejected")
