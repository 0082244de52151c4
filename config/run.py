"""Start the program: database, migrations, demo data, worker, web server; keep them running; stop them in order.

    python -m config.run

Says one line a step. Ctrl-C or SIGTERM stops everything it has started. Each child ends with this process even if this
process is killed, since the kernel tells it so.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from config.env import PROJECT_DIR, Environment, SettingError, read_environment
from config.postgres import Server, ServerError, ensure_running
from config.setup import SetUpError, check_port, say

STOP_SECONDS = 10  # a worker may finish the step it is in; what it leaves undone is taken up at the next start
STEADY_SECONDS = 60
LONGEST_PAUSE_SECONDS = 30
LOOK_SECONDS = 0.5
PR_SET_PDEATHSIG = 1


class Stopped(Exception):
    """Somebody has asked the program to stop."""


class StepFailed(RuntimeError):
    """A step of the start has failed; the text says which."""


class Child:
    """A process that is kept running."""

    def __init__(self, name: str, command: Sequence[str], environ: dict[str, str]) -> None:
        self.name = name
        self.command = command
        self.environ = environ
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0
        self.start_again_at: float | None = None
        self.pause = 1.0

    def start(self) -> None:
        self.start_again_at = None
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            cwd=PROJECT_DIR,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for this process alone, which then stops its children in order
            preexec_fn=functools.partial(_end_with_parent, os.getpid()),
        )

    @property
    def lives(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def look_after(self) -> None:
        """Start it again when it has ended, later each time it ends soon."""
        if self.lives or self.process is None:
            return
        now = time.monotonic()
        if self.start_again_at is None:
            self.pause = 1.0 if now - self.started_at > STEADY_SECONDS else min(self.pause * 2, LONGEST_PAUSE_SECONDS)
            self.start_again_at = now + self.pause
            how = _how_ended(self.process.returncode)
            say(f"The {self.name} has ended ({how}); starting it again in {self.pause:.0f} s")
        elif now >= self.start_again_at:
            self.start()

    def tell_to_end(self, number: signal.Signals = signal.SIGTERM) -> None:
        if self.lives and self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def wait(self, seconds: float) -> bool:
        """Whether it has ended within the time."""
        if self.process is None:
            return True
        try:
            self.process.wait(max(seconds, 0))
        except subprocess.TimeoutExpired:
            return False
        return True


def main() -> int:
    began = time.monotonic()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, frame: stop.set())
    try:
        environment = read_environment()
        check_port(str(environment.port))
        run(environment, stop, began)
    except SettingError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except (SetUpError, ServerError, StepFailed) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except Stopped:
        pass
    print("Stopped.", flush=True)
    return 0


def run(environment: Environment, stop: threading.Event, began: float) -> None:
    """Start everything, look after it until told to stop, stop it.

    Raises: Stopped, SetUpError, ServerError, StepFailed.
    """
    server = None
    if environment.database_url is None:
        say("Starting the private PostgreSQL")
        server = ensure_running(environment.data_dir)
    collect_static_files(environment, stop)
    say("Bringing the database to this release")
    command(stop, "migrate", "--database", "owner", "--verbosity", "0")
    if server is not None and environment.demo and is_empty(server):
        say("Filling the empty database with the demo union (DEMO=0 leaves it empty)")
        command(stop, "demo")
    (environment.data_dir / "queue").mkdir(mode=0o700, exist_ok=True)
    with contextlib.ExitStack() as children:
        started = []
        if environment.broker_url is None:
            say("Starting the worker")
            started.append(children.enter_context(running("worker", [sys.executable, "-m", "config.worker"])))
        say("Starting the web server")
        serve = [sys.executable, "-m", "config.web", str(environment.port)]
        web = children.enter_context(running("web server", serve))
        started.append(web)
        while not answers(environment.port):
            if not web.lives:
                raise StepFailed("The web server does not start; its own words are above.")
            wait(stop, 0.1)
        welcome(environment, time.monotonic() - began)
        while True:
            wait(stop, LOOK_SECONDS)
            for child in started:
                child.look_after()
            if server is not None and not server.runs():
                say("The private PostgreSQL has ended; starting it again")
                server.start()


@contextlib.contextmanager
def running(name: str, words: Sequence[str]) -> Iterator[Child]:
    """A child for as long as the block lasts."""
    child = Child(name, words, {"DJANGO_SETTINGS_MODULE": "config.settings", **os.environ, "PYTHONUNBUFFERED": "1"})
    child.start()
    try:
        yield child
    finally:
        say(f"Stopping the {name}")
        child.tell_to_end()
        if not child.wait(STOP_SECONDS):
            child.tell_to_end(signal.SIGKILL)
            child.wait(STOP_SECONDS)


def command(stop: threading.Event, *words: str) -> None:
    """A command of manage.py, to its end. Its words are shown as they come."""
    child = Child(words[0], [sys.executable, "manage.py", *words], dict(os.environ))
    child.start()
    try:
        while not child.wait(0.05):
            wait(stop, 0)
    except Stopped:
        child.tell_to_end()
        if not child.wait(STOP_SECONDS):
            child.tell_to_end(signal.SIGKILL)
            child.wait(STOP_SECONDS)
        raise
    if child.process is None or child.process.returncode != 0:
        raise StepFailed(f"manage.py {words[0]} has failed; its own words are above.")


def collect_static_files(environment: Environment, stop: threading.Event) -> None:
    """Put what the browser loads into one folder, under names that change with the content. Only after a change."""
    target = environment.data_dir / "static"
    stamp = target / ".collected"
    state = _state_of_static_files()
    if stamp.exists() and stamp.read_text() == state:
        return
    say("Collecting what the browser loads")
    stamp.unlink(missing_ok=True)
    command(stop, "collectstatic", "--no-input", "--clear", "--verbosity", "0")
    stamp.write_text(state)


def is_empty(server: Server) -> bool:
    """Whether the migrated database holds no branch and no user yet."""
    with server.connect("app", "jingli") as connection:
        found = connection.execute(
            "SELECT EXISTS (SELECT FROM organization_branch) OR EXISTS (SELECT FROM organization_user)"
        ).fetchone()
    return found == (False,)


def welcome(environment: Environment, seconds: float) -> None:
    sign_ins = environment.data_dir / "demo-sign-ins.txt"
    print(f"\nReady after {seconds:.0f} s: http://127.0.0.1:{environment.port}/   (Ctrl-C stops it)", flush=True)
    if sign_ins.exists():
        print(f"\n{sign_ins.read_text(encoding='utf-8').strip()}\n", flush=True)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait(stop: threading.Event, seconds: float) -> None:
    """Raises: Stopped as soon as somebody asks for it."""
    if stop.wait(seconds):
        raise Stopped


def _end_with_parent(parent: int) -> None:
    """In a child before its program begins: let the kernel end it when the parent ends, however that is (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it has ended meanwhile
            os._exit(1)


def _how_ended(returncode: int) -> str:
    return f"exit {returncode}" if returncode >= 0 else signal.Signals(-returncode).name


def _state_of_static_files() -> str:
    digest = hashlib.sha256()
    folders = [PROJECT_DIR / "static", *(apps.parent / "static" for apps in PROJECT_DIR.glob("*/apps.py"))]
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
        status = path.stat()
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    for path in (
        PROJECT_DIR / "package-lock.json",
        Path(sys.prefix) / "installed-base",
        PROJECT_DIR / "config/settings.py",
    ):
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
