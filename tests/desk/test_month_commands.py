"""month_end, close_month, verify_month, verify_trail and first_admin, each in a process of its own, as in scripts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import global_settings
from django.db import connections, transaction

from appraisal.actions.months import approve_month
from appraisal.models import ScoreCard
from config.env import PROJECT_DIR
from organization.models import MonthClose, User
from tests.appraisal.stages import SEPTEMBER, play_the_example, retire
from tests.cast import Cast, assemble
from tests.make import PASSWORD


@pytest.fixture
def cast(own_database: str) -> Cast:
    cast = assemble()
    retire(cast.li)
    play_the_example(cast)
    return cast


def manage(*arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """One command in a process of its own, in English."""
    connections.close_all()
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "LANGUAGE_CODE": "en"},
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_month_end_runs_in_its_own_process_and_names_who_lacks_targets(cast: Cast) -> None:
    done = manage("month_end", "2026-09", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    summary = json.loads(done.stdout)
    assert (summary["branches"], summary["accounts"], summary["managers"]) == (3, 1, 2)
    assert (summary["closing_fen"], summary["accumulated_fen_days"]) == (800_000_00, 18_200_000_00)
    assert {"branch_code": "N01", "employee_no": "N101", "indicator": "loans_granted"} in summary[
        "managers_without_targets"
    ]
    assert ScoreCard.objects.get(manager=cast.wang).total_hundredths == 79_75
    again = manage("month_end", "2026-09", "--branch", "S01")
    assert (again.returncode, again.stderr) == (0, "")
    assert "2026-09: 1 branches, 1 accounts, 1 managers" in again.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("month_end", "2026-13"), 1, "is not a month"),
        (("month_end", "2026-09", "--branch", "X99"), 1, "There is no branch X99."),
        (("month_end", "2026-09", "--as", "nobody"), 1, "There is no employee nobody"),
        (("month_end", "2026-09", "--as", "S101"), 1, "Only a clerk runs the month end."),
        (("month_end", "2026-09", "--branch", "N01", "--as", "S002"), 1, "There is no branch N01."),
        (("month_end",), 2, "arguments are required"),
        (("close_month", "2026-09"), 2, "--branch"),
        (("close_month", "2026-09", "--branch", "S01"), 1, "Only the director of 城南信用社 closes its month."),
        (("close_month", "2026-09", "--branch", "S01", "--as", "S001"), 1, "2026-09 is not computed yet"),
        (("close_month", "2026-09", "--branch", "S01", "--as", "N001"), 1, "There is no branch S01."),
    ],
)
def test_what_is_refused_ends_with_its_sentence_on_standard_error(
    cast: Cast, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    done = manage(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_month_is_closed_and_then_verified(cast: Cast) -> None:
    manage("month_end", "2026-09", "--branch", "S01", "--as", "S002")
    approve_month(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER)
    done = manage("close_month", "2026-09", "--branch", "S01", "--as", "S001", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    row = MonthClose.objects.get(branch=cast.south, month=SEPTEMBER.first_day)
    assert json.loads(done.stdout) == {
        "month": "2026-09",
        "branch_code": "S01",
        "state": "closed",
        "digest": row.digest,
    }
    verified = manage("verify_month", "2026-09", "--json")
    assert (verified.returncode, json.loads(verified.stdout)) == (
        0,
        {"month": "2026-09", "closed": 1, "different": []},
    )
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE appraisal_scoreline DISABLE TRIGGER USER")
        cursor.execute("UPDATE appraisal_scoreline SET points_hundredths = 2000 WHERE indicator = 'deposit_average'")
        cursor.execute("ALTER TABLE appraisal_scoreline ENABLE TRIGGER USER")
    different = manage("verify_month", "2026-09")
    assert different.returncode == 1
    assert different.stderr == "S01 城南信用社: the figures of 2026-09 are not those that were closed.\n"


def test_of_all_branches_a_closed_one_is_refused_and_the_others_are_computed(cast: Cast) -> None:
    manage("month_end", "2026-09", "--as", "S002")
    approve_month(actor=cast.actor("zhou"), branch=cast.south, month=SEPTEMBER)
    manage("close_month", "2026-09", "--branch", "S01", "--as", "S001")
    done = manage("month_end", "2026-09")
    assert done.returncode == 1
    assert "S01 城南信用社: 周建国 has closed 2026-09" in done.stderr
    assert MonthClose.objects.filter(state="computed").count() == 2


def test_the_trail_is_verified_and_the_first_broken_entry_named(cast: Cast) -> None:
    manage("month_end", "2026-09")
    held = manage("verify_trail", "--json")
    assert (held.returncode, json.loads(held.stdout)) == (0, {"chains": 3, "entries": 3, "broken": []})
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE organization_trailentry DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE organization_trailentry SET actor_no = 'S001' WHERE branch_key = %s AND seq = 1", [cast.south.pk]
        )
        cursor.execute("ALTER TABLE organization_trailentry ENABLE TRIGGER USER")
    broken = manage("verify_trail")
    assert (broken.returncode, broken.stderr) == (1, "The chain of S01 breaks at entry 1.\n")


def test_the_first_administrator_of_an_empty_system(own_database: str, settings: Any) -> None:
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS  # as the program itself keeps passwords
    done = manage("first_admin", "A1", "--name", "何军", "--branch", "8800", "--branch-name", "县联社", typed=PASSWORD)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "何军 (A1) is administrator.\n"
    assert User.objects.get().check_password(PASSWORD)
    again = manage("first_admin", "A2", typed=PASSWORD)
    assert (again.returncode, again.stdout) == (1, "")
    assert "There is an administrator already" in again.stderr


def test_a_password_that_is_too_easy_is_refused_with_the_reasons(own_database: str) -> None:
    done = manage("first_admin", "A1", typed="12345678\n")
    assert done.returncode == 1
    assert "too common" in done.stderr
    assert not User.objects.exists()
