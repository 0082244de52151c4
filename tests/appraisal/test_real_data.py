"""Score cards of the real data, held against the oracle's own way from the files to the points."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from appraisal.actions.months import run_month_end
from appraisal.models import ScoreCard, ScoreLine
from common.months import Month
from managers.models import Appointment, ConductEntry, Contract, Target
from organization.models import Employee
from organization.rules import SYSTEM
from tests.ledgers import Stored, store
from tests.oracle import ledger as oracle
from tests.oracle.real_data import berka_folder
from tests.oracle.score import composite_cards

pytestmark = pytest.mark.django_db

MONTHS = [Month(1993, 1), Month(1993, 8), Month(1993, 9)]


def store_targets_and_entries(facts: oracle.Facts, stored: Stored) -> None:
    """Everybody composite; the targets of every month; all entries confirmed."""
    Contract.objects.bulk_create(
        Contract(appointment=one, target_kind="composite", first_day=one.first_day, last_day=one.last_day)
        for one in Appointment.objects.all()
    )
    Target.objects.bulk_create(
        Target(
            manager=stored.managers[no],
            branch=stored.managers[no].branch,
            month=Month.parse(month).first_day,
            indicator=indicator,
            target_hundredths=value,
        )
        for (no, month, indicator), value in facts.targets.items()
    )
    branch = next(iter(stored.branches.values()))
    checker = Employee.objects.create(
        employee_no="CHECK", name="checker", branch=branch, employment="formal", hired_on=dt.date(1980, 1, 1)
    )
    ConductEntry.objects.bulk_create(
        ConductEntry(
            manager=stored.managers[no],
            branch=stored.managers[no].branch,
            happened_on=day,
            entered_on=day,
            indicator=indicator,
            points_hundredths=points,
            reason="from the file",
            entry_no=str(number),
            state="confirmed",
            made_at=timezone.now(),
            decided_by=checker,
            decided_at=timezone.now(),
        )
        for number, (no, day, indicator, points) in enumerate(facts.entries)
    )


def test_every_point_of_the_real_data_equals_the_oracle() -> None:
    facts = oracle.load_folder(berka_folder())
    stored = store(facts)
    store_targets_and_entries(facts, stored)
    for month in MONTHS:
        for branch in stored.branches.values():
            run_month_end(actor=SYSTEM, branch=branch, month=month)
        wanted = composite_cards(facts, month)
        cards = dict(
            ScoreCard.objects.filter(month=month.first_day).values_list("manager__employee_no", "total_hundredths")
        )
        assert cards == {no: card.total for no, card in wanted.items()}
        lines = ScoreLine.objects.filter(card__month=month.first_day)
        found = {
            (no, indicator): points
            for no, indicator, points in lines.values_list(
                "card__manager__employee_no", "indicator", "points_hundredths"
            )
        }
        assert found == {(no, code): points for no, card in wanted.items() for code, points in card.points.items()}
        not_applicable = lines.filter(state="not_applicable").values_list("card__manager__employee_no", "indicator")
        assert set(not_applicable) == {(no, code) for no, card in wanted.items() for code in card.not_applicable}
