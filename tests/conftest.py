"""Fixtures for every test: the database, and programs beside it.

Ordinary tests take `db` (or `@pytest.mark.django_db`): one database a session, each test rolled back. A test that
commits, runs threads or starts programs takes `own_database`: a clone for it alone, dropped afterwards. Nothing is ever
flushed. The alias `default` works as the application's plain role, `owner` as the role that owns the tables, as in the
program.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker

from config.env import PROJECT_DIR
from tests.cast import Cast, assemble
from tests.databases import Databases
from tests.programs import Program, RedisServer, WebServer, celery_worker, found

# How long an example takes says something about the machine, nothing about a property.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def databases(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Databases]:
    """The private PostgreSQL of tests, with a migrated template."""
    from tests.settings import SERVER

    SERVER.start()
    try:
        with django_db_blocker.unblock():
            made = Databases(SERVER)
        yield made
        made.close()
    finally:
        SERVER.stop()


@pytest.fixture(scope="session")
def django_db_setup(databases: Databases, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """In place of pytest-django's: the session's clone."""
    with django_db_blocker.unblock(), databases.cloned():
        yield


@pytest.fixture
def own_database(
    request: pytest.FixtureRequest, databases: Databases, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """A database for this test alone, open to commits, threads and other programs. Returns its name."""
    if {"db", "transactional_db"} & set(request.fixturenames) or request.node.get_closest_marker("django_db"):
        pytest.fail("A test takes own_database or db, not both.")
    with django_db_blocker.unblock(), databases.cloned() as name:
        yield name


@pytest.fixture
def cast(db: None) -> Cast:
    """The named cast in the session's database, rolled back with the test."""
    return assemble()


@pytest.fixture
def own_cast(own_database: str) -> Cast:
    """The named cast in a database of the test's own."""
    return assemble()


@pytest.fixture(scope="session")
def static_files() -> None:
    """What the browser loads, collected for the programs that tests start."""
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    words = ["collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run([sys.executable, "manage.py", *words], cwd=PROJECT_DIR, env=environ, check=True)


@pytest.fixture
def live_app(own_database: str, static_files: None, tmp_path: Path) -> Iterator[WebServer]:
    """The web server in a process of its own, over own_database; `.url` is its address."""
    server = WebServer(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def celery_worker_process(own_database: str, tmp_path: Path) -> Iterator[Program]:
    """A real worker over own_database, with the embedded broker that this process rings as well."""
    _empty_queue()
    worker = celery_worker(tmp_path)
    worker.start()
    yield worker
    worker.stop()
    _empty_queue()


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A real Redis; `.url` is its address. A test that kills it starts it again."""
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium."""
    return found("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def soffice() -> str:
    """The path of LibreOffice."""
    return found("soffice", "libreoffice")


def _empty_queue() -> None:
    from django.conf import settings

    for message in Path(settings.DATA_DIR, "queue").glob("*.msg"):
        message.unlink(missing_ok=True)
