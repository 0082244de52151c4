"""A program that is killed in the middle of its work, and what must hold afterwards (quality.md, Faults).

A round takes the world before a piece of work, starts the whole program as `make run` does, lets people ask for the work,
kills one of its processes with -9 at a random moment, and waits. Only people press buttons, and only those whose press
got no answer; everything else comes back by itself. Then the work has ended, and what the database says is what it says
after the undisturbed work.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.faults.business import Content, content_of, differences
from tests.faults.people import NoAnswer, Person
from tests.faults.stages import (
    POSTINGS_FILE,
    SOUTH_CLERK,
    SOUTH_DIRECTOR,
    STAGES,
    UNION_CLERK,
    content_after,
    database_before,
)
from tests.programs import WholeProgram
from tests.waiting import wait_until

VICTIMS = ("worker", "web server", "database", "process of the database", "connection", "everything")
LONGEST_SECONDS = 240
# The program's own defaults, but for the settings; an empty variable counts as unset.
ENVIRON = {
    "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
    "DATABASE_URL": "",
    "DATABASE_OWNER_URL": "",
    "CELERY_BROKER_URL": "",
    "SECRET_KEY": "",
    "ALLOWED_HOSTS": "",
}
MONTH = "/appraisal/S01/2026-10/"


@dataclass(frozen=True)
class Plan:
    """What a round does: whom it kills, and when: so many seconds after the work was asked for, or after it began."""

    number: int
    stage: str
    victim: str
    after: str  # "asked" or "begun"
    seconds: float


@dataclass
class Round:
    """How a round went; `lasted` from the first press to the end of the work."""

    plan: Plan
    lasted: float
    killed_while: str
    attempts: int
    differences: list[str]


def plans(number: int, seed: int) -> Iterator[Plan]:
    """Rounds in turn through the pieces of work and the victims, at moments that the seed says."""
    chance = random.Random(seed)
    pairs = [(stage, victim) for victim in VICTIMS for stage in STAGES]
    for each in range(number):
        stage, victim = pairs[each % len(pairs)]
        after = chance.choice(list(LASTS[stage]))
        yield Plan(each + 1, stage, victim, after, chance.uniform(0, LASTS[stage][after]))


# How many seconds the work takes, roughly, from the press and from the moment at which a worker begins: what a random
# moment is drawn from.
LASTS = {
    "import": {"asked": 2.8, "begun": 0.9},
    "month_end": {"asked": 1.6, "begun": 0.4},
    "closing": {"asked": 0.3},
    "workbook": {"asked": 0.7, "begun": 0.25},
}


class World:
    """The folder that build.py has filled, and the program over it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.program = WholeProgram(folder, ENVIRON)
        self.file = (folder / POSTINGS_FILE).read_bytes()
        self.eyes = threading.local()

    def play(self, plan: Plan) -> Round:
        """One round."""
        self._start_from(plan.stage)
        self.program.start()
        try:
            work = _Work(self, plan.stage)
            killer = _Killer(self, plan)
            work.start()
            wait_until(lambda: killer.struck or killer.look(work), LONGEST_SECONDS, what=f"the moment of {plan}")
            if not self.program.lives:
                self.program.start()
            work.join(LONGEST_SECONDS)
            assert not work.is_alive(), f"{plan}: the work does not end. {self.states()}\n{self.program.output[-4000:]}"
            if work.error:
                raise AssertionError(f"{plan}: {self.states()}") from work.error
            found, attempts, broken = wait_until(self._read, LONGEST_SECONDS, what="the database to answer")
        finally:
            self.shut_eyes()
            self.program.stop()
        wait_until(self.program.is_gone, what="everything to have stopped")
        said = differences(content_after(self.folder, plan.stage), found)
        if broken:
            said.append(f"{broken} entries of the trail do not follow their chain")
        return Round(plan, work.ended_at - work.asked_at, killer.struck, attempts, said)

    def person(self, employee_no: str) -> Person:
        return Person(f"http://127.0.0.1:{self.program.port}", employee_no)

    def look(self, statement: str) -> Any:
        """What the database answers, None while it is away.

        Each thread looks through a connection of its own, of another role than the program's, which are killed.
        """
        try:
            if getattr(self.eyes, "connection", None) is None:
                self.eyes.connection = self.program.server.connect("owner", "jingli")
            return _one(self.eyes.connection, statement)
        except psycopg.Error:
            self.shut_eyes()
            return None

    def shut_eyes(self) -> None:
        if getattr(self.eyes, "connection", None) is not None:
            self.eyes.connection.close()
            self.eyes.connection = None

    def states(self) -> str:
        return str(self.look("SELECT array_agg(kind || ' ' || state || ' ' || message) FROM organization_job"))

    def _read(self) -> tuple[Content, int, int] | None:
        """Content, most attempts of a job, entries that break their chain; nothing while the database is away."""
        try:
            with self.program.server.connect("owner", "jingli") as connection:
                attempts = _one(connection, "SELECT coalesce(max(attempts), 0) FROM organization_job")
                return content_of(connection), attempts, _one(connection, BROKEN_CHAIN)
        except psycopg.Error:
            return None

    def _start_from(self, stage: str) -> None:
        server = self.program.server
        server.start()
        try:
            with server.connect("owner") as connection:
                connection.execute("DROP DATABASE IF EXISTS jingli WITH (FORCE)")
                connection.execute(f"CREATE DATABASE jingli TEMPLATE {database_before(stage)}")
        finally:
            server.stop()
        for message in (self.folder / "queue").glob("*.msg"):
            message.unlink()


def _one(connection: psycopg.Connection[Any], statement: str) -> Any:
    row = connection.execute(statement).fetchone()
    assert row is not None, f"A look always finds one row: {statement}"
    return row[0]


BROKEN_CHAIN = """
SELECT count(*) FROM (
    SELECT seq, previous_hash, row_number() OVER one AS place, lag(hash, 1, repeat('0', 64)) OVER one AS before
    FROM organization_trailentry WINDOW one AS (PARTITION BY branch_key ORDER BY seq)
) AS entry WHERE seq <> place OR previous_hash <> before
"""
JOBS = "SELECT count(*) FROM organization_job WHERE kind = '{kind}'"
FAILED = "SELECT count(*) FROM organization_job WHERE state = 'failed'"


class _Work(threading.Thread):
    """People at a piece of work, from the first press to its end."""

    def __init__(self, world: World, stage: str) -> None:
        super().__init__(name=stage, daemon=True)
        self.world = world
        self.act: Callable[[], None] = getattr(self, f"do_{stage}")
        self.asked_at = self.ended_at = 0.0
        self.ended = False
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.act()
        except BaseException as error:
            self.error = error
        finally:
            self.ended, self.ended_at = True, time.monotonic()
            self.world.shut_eyes()

    def do_import(self) -> None:
        clerk = self._signed_in(SOUTH_CLERK)
        batch = f"SELECT coalesce(max(id), 0) FROM organization_importbatch WHERE file_name = '{POSTINGS_FILE}'"
        number = self._until(
            batch, lambda: clerk.upload("/imports/upload/", "/imports/", POSTINGS_FILE, self.world.file)
        )
        page = f"/imports/{number}/"
        self._until(JOBS.format(kind="desk.preview_batch"), lambda: clerk.press(f"{page}preview/", page))
        self._wait(f"SELECT state = 'previewed' FROM organization_importbatch WHERE id = {number}")
        self._wait(ALL_DONE)
        self._until(JOBS.format(kind="desk.apply_batch"), lambda: clerk.press(f"{page}apply/", page))
        self._wait(f"SELECT state = 'applied' FROM organization_importbatch WHERE id = {number}")
        self._wait(ALL_DONE)

    def do_month_end(self) -> None:
        clerk = self._signed_in(UNION_CLERK)
        months = "/appraisal/?month=2026-10"
        self._until(
            JOBS.format(kind="appraisal.month_end_branch"), lambda: clerk.press("/appraisal/run/2026-10/", months)
        )
        self._wait(ALL_DONE)

    def do_closing(self) -> None:
        director = self._signed_in(SOUTH_DIRECTOR)
        month = "SELECT state IN ({}) FROM organization_monthclose WHERE month = '2026-10-01' AND branch_id IN ("
        month += "SELECT id FROM organization_branch WHERE branch_code = 'S01')"
        approved, closed = month.format("'approved', 'closed'"), month.format("'closed'")
        self._until(approved, lambda: director.press(f"{MONTH}approve/", asked="yes"))
        self._until(closed, lambda: director.press(f"{MONTH}close/", asked="yes"))

    def do_workbook(self) -> None:
        clerk = self._signed_in(SOUTH_CLERK)
        self._until(JOBS.format(kind="appraisal.export_workbook"), lambda: clerk.press(f"{MONTH}workbook/", MONTH))
        self._wait(ALL_DONE)

    def _signed_in(self, employee_no: str) -> Person:
        person = self.world.person(employee_no)
        person.sign_in()
        self.asked_at = time.monotonic()
        return person

    def _until(self, statement: str, press: Callable[[], None]) -> Any:
        """Presses until the press has done something; whoever gets no answer looks, and presses again."""

        def pressed() -> Any:
            found = self._look(statement)
            if found is None or found:
                return found
            with contextlib.suppress(NoAnswer):
                press()
            return self._look(statement)

        return wait_until(pressed, LONGEST_SECONDS, what=statement)

    def _wait(self, statement: str) -> None:
        wait_until(lambda: self._look(statement), LONGEST_SECONDS, what=statement)

    def _look(self, statement: str) -> Any:
        failed = self.world.look(FAILED)
        assert not failed, f"A job has failed. {self.world.states()}"
        return None if failed is None else self.world.look(statement)


ALL_DONE = "SELECT bool_and(state = 'done') FROM organization_job"
BEGUN = "SELECT count(*) FROM organization_job WHERE state = 'running' AND kind <> 'desk.preview_batch'"


# What a cut line looks like: the server lives on, one connection is gone; those at work come first.
CUT = """
SELECT count(pg_terminate_backend(pid)) FROM (
    SELECT pid FROM pg_stat_activity WHERE usename = 'jingli_app' ORDER BY state = 'idle', pid LIMIT 1
) AS one
"""


class _Killer:
    """Strikes once, at the planned moment or when the work has ended before."""

    def __init__(self, world: World, plan: Plan) -> None:
        self.world = world
        self.plan = plan
        self.begun_at = 0.0
        self.struck = ""

    def look(self, work: _Work) -> str:
        if self.plan.after == "begun" and not self.begun_at and work.asked_at and self.world.look(BEGUN):
            self.begun_at = time.monotonic()
        since = self.begun_at if self.plan.after == "begun" else work.asked_at
        if work.ended or (since and time.monotonic() >= since + self.plan.seconds):
            states = self.world.look(
                "SELECT string_agg(kind || ' ' || state, ', ') FROM organization_job WHERE kind <> ''"
            )
            self.strike()
            self.struck = "after the end" if work.ended else str(states or "no job yet")
        return self.struck

    def strike(self) -> None:
        program = self.world.program
        victims = {
            "worker": [program.child("config.worker")],
            "web server": [program.child("config.web")],
            "database": [program.server_pid()],
            "process of the database": program.connections()[:1],
            "connection": [],
            "everything": [*program.pids(), program.server_pid(), *program.connections()],
        }
        if self.plan.victim == "connection":
            self.world.look(CUT)
        for pid in victims[self.plan.victim]:
            if pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        if self.plan.victim == "everything":
            program.reap()
