"""`make run`: starts everything, keeps it running, stops all of it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.env import PROJECT_DIR
from tests.programs import WholeProgram
from tests.waiting import wait_until

OURS = ("DATABASE_URL", "DATABASE_OWNER_URL", "DJANGO_SETTINGS_MODULE")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WholeProgram]:
    for name in OURS:
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "var"
    folder.mkdir(mode=0o711)
    run = WholeProgram(folder)
    yield run
    if run.lives:
        run.stop()
    wait_until(run.is_gone, what="everything to have stopped")


def test_it_starts_says_its_steps_and_stops_everything_when_told(run):
    run.start()
    assert re.findall(r"^· (.*) …$", run.output, re.MULTILINE) == [
        "Starting the private PostgreSQL",
        "Collecting what the browser loads",
        "Bringing the database to this release",
        "Starting the worker",
        "Starting the web server",
    ]
    assert f"http://127.0.0.1:{run.port}/" in run.output
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(60) == 0
    assert run.is_gone()
    assert run.output.endswith("Stopped.\n")


def test_what_has_died_is_started_again(run):
    run.start()
    killed = run.server_pid()
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: run.server_pid() not in (0, killed), what="PostgreSQL")
    assert "The private PostgreSQL has ended; starting it again" in run.output
    for module, name in (("config.worker", "worker"), ("config.web", "web server")):
        killed = run.child(module)
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda killed=killed, module=module: run.child(module) not in (0, killed), what=f"the {name}")
        assert f"The {name} has ended (SIGKILL); starting it again" in run.output


def test_killed_outright_it_leaves_no_process_behind(run):
    run.start()
    assert run.child("config.worker")
    os.kill(run.process.pid, signal.SIGKILL)
    run.process.wait()
    wait_until(run.is_gone, what="the children to notice")


def test_a_command_joins_the_running_server_and_starts_one_where_there_is_none(run):
    run.start()
    command = [sys.executable, "manage.py", "showmigrations", "--plan"]
    environ = {**os.environ, **run.environ}
    joined = subprocess.run(command, cwd=PROJECT_DIR, env=environ, capture_output=True, text=True)
    assert (joined.returncode, joined.stderr) == (0, "")
    assert run.server.runs()
    run.stop()
    alone = subprocess.run(command, cwd=PROJECT_DIR, env=environ, capture_output=True, text=True)
    assert (alone.returncode, alone.stdout) == (0, joined.stdout)
    assert not run.server.runs()


@pytest.mark.parametrize("words", [["-m", "config.run"], ["config/setup.py", "port"]])
def test_a_port_that_is_taken_is_told_of_before_anything_is_done(run, words):
    with socket.create_server(("127.0.0.1", run.port)):
        done = subprocess.run(
            [sys.executable, *words],
            cwd=PROJECT_DIR,
            env={**os.environ, **run.environ},
            capture_output=True,
            text=True,
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Port {run.port} cannot be used (Address already in use).")
    assert not (run.data_dir / "postgres").exists()
