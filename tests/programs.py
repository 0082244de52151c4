"""Programs that tests run beside themselves: web server, worker, Redis, and what the machine may bring or lack."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from config.env import PROJECT_DIR
from config.postgres import Server
from tests.waiting import wait_until

IN_CI = os.environ.get("CI", "").lower() in ("1", "true")


class Program:
    """A process with what it says in a file. `kill` is -9; `start` may follow."""

    def __init__(self, command: Sequence[str], log: Path, environ: Mapping[str, str] | None = None) -> None:
        self.command = command
        self.log = log
        self.environ = environ
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environ = None if self.environ is None else {**os.environ, **self.environ}
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=PROJECT_DIR,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def reap(self) -> None:
        """Waits for the end of a process that somebody else has killed."""
        if self.process is not None:
            self.process.wait(timeout=30)

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    @property
    def lives(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def _end(self, number: signal.Signals) -> None:
        if self.process is None:
            return
        if self.lives:
            os.killpg(self.process.pid, number)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class RedisServer(Program):
    """A Redis of its own on a free port of the loopback address, kept across `kill` and `start`; nothing is stored."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        command = [found("redis-server"), "--bind", "127.0.0.1", "--port", str(self.port)]
        super().__init__([*command, "--save", "", "--appendonly", "no", "--dir", str(folder)], folder / "redis.log")

    def start(self) -> None:
        super().start()
        wait_until(lambda: listens(self.port), what="Redis to listen")

    def freeze(self) -> None:
        """From here on it takes connections and says nothing, until it is killed."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGSTOP)


class WebServer(Program):
    """The program's own web server on a free port."""

    def __init__(self, folder: Path, environ: Mapping[str, str] | None = None) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "config.web", str(self.port)]
        super().__init__(command, folder / "web.log", {"DJANGO_SETTINGS_MODULE": "config.settings", **(environ or {})})

    def start(self) -> None:
        super().start()
        wait_until(lambda: listens(self.port) or not self.lives, what="the web server to listen")
        assert self.lives, self.output


class WholeProgram(Program):
    """`python -m config.run` over a folder of its own: the private PostgreSQL, the worker, the web server."""

    def __init__(self, data_dir: Path, environ: Mapping[str, str] | None = None) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.server = Server(data_dir)
        own = {"DATA_DIR": str(data_dir), "PORT": str(self.port), "DEMO": "0"}
        super().__init__([sys.executable, "-m", "config.run"], data_dir / "run.log", {**own, **(environ or {})})

    def start(self) -> None:
        said = self.output.count("Ready after")
        super().start()
        wait_until(
            lambda: self.output.count("Ready after") > said or not self.lives, 120, what="the program to be ready"
        )
        assert self.lives, self.output

    def child(self, module: str) -> int:
        """The number of the one process that runs a module over this folder, 0 when there is none."""
        found = [pid for pid, words in self._processes() if module in words]
        return found[0] if found else 0

    def pids(self) -> list[int]:
        """The numbers of every process of ours over this folder."""
        return [pid for pid, _words in self._processes()]

    def server_pid(self) -> int:
        """The number of the private PostgreSQL's first process, 0 when there is none."""
        return self.server._noted_pid() or 0

    def connections(self) -> list[int]:
        """The processes of PostgreSQL that serve our role, one a connection; those at work come first."""
        found = []
        first = str(self.server_pid())
        for folder in Path("/proc").iterdir():
            try:
                if folder.name.isdigit() and (folder / "stat").read_text().rsplit(")", 1)[1].split()[1] == first:
                    title = (folder / "cmdline").read_text()
                    if "jingli_app" in title:
                        found.append((" idle" in title, int(folder.name)))
            except (OSError, IndexError):
                continue
        return [pid for _idle, pid in sorted(found)]

    def is_gone(self) -> bool:
        return not self._processes() and not self.server.runs() and not listens(self.port)

    def _processes(self) -> list[tuple[int, list[str]]]:
        """Every process whose environment names this folder."""
        mark = f"DATA_DIR={self.data_dir}".encode()
        found = []
        for folder in Path("/proc").iterdir():
            try:
                if folder.name.isdigit() and mark in (folder / "environ").read_bytes().split(b"\0"):
                    words = (folder / "cmdline").read_bytes().decode().split("\0")
                    if any(words):  # one that has ended and waits to be counted has none
                        found.append((int(folder.name), words))
            except OSError:
                continue
        return found


def celery_worker(folder: Path, environ: Mapping[str, str] | None = None) -> Program:
    """A real Celery worker as `make run` starts it, without the schedule."""
    command = [sys.executable, "-m", "config.worker"]
    return Program(command, folder / "worker.log", {"DJANGO_SETTINGS_MODULE": "config.settings", **(environ or {})})


def found(*names: str) -> str:
    """The path of a program under one of its names. Without it a test is skipped at home and fails under CI=true."""
    for name in names:
        if path := shutil.which(name):
            return path
    sentence = f"The program {names[0]} is not installed."
    if IN_CI:
        pytest.fail(sentence)
    pytest.skip(sentence)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
