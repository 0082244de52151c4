"""Databases for tests: a migrated template, made once for each state of the migrations, and clones of it.

Locks of the kernel say what is in use: a template while a session uses it, a clone while its session lives. What a
killed session has left is dropped by the next one.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import IO

from django.core.management import call_command
from django.db import connections
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from config.env import PROJECT_DIR
from config.postgres import Server
from tests.waiting import wait_until

ALIASES = ("default", "owner")


class Databases:
    """The databases of one test process."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.folder = server.data_dir
        self.session = secrets.token_hex(4)
        self.template = f"template_{_state_of_migrations()}"
        self._made = 0
        self._session_lock = self._lock(f"test_{self.session}", fcntl.LOCK_EX)
        with self._lock("templates", fcntl.LOCK_EX):
            self._drop_leftovers()
            self._template_lock = self._lock(self.template, fcntl.LOCK_SH)
            if self.template not in self._existing():
                self._make_template()

    def close(self) -> None:
        Path(self._session_lock.name).unlink()
        for lock in (self._session_lock, self._template_lock):
            lock.close()

    def clone(self) -> str:
        """The name of a new database, as empty as the migrations leave it."""
        self._made += 1
        name = f"test_{self.session}_{self._made}"
        self._create(name, self.template)
        return name

    def drop(self, name: str) -> None:
        wait_until(lambda: self._dropped(name), what=f"the last user of the database {name} to leave")

    def _dropped(self, name: str) -> bool:
        """False while somebody is there whom the owner may not send away: the other role's connections take a moment."""
        with self.server.connect("owner") as connection:
            try:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            except InsufficientPrivilege:
                return False
        return True

    @contextmanager
    def cloned(self) -> Iterator[str]:
        """Let Django's connections lead to a clone, which is dropped afterwards."""
        name = self.clone()
        try:
            with self.used(name):
                yield name
        finally:
            self.drop(name)

    @contextmanager
    def used(self, name: str) -> Iterator[None]:
        """Let Django's connections, also those of threads to come, lead to a database of the server."""
        before = {alias: connections.settings[alias]["NAME"] for alias in ALIASES}
        variables = {key: os.environ[key] for key in ("DATABASE_URL", "DATABASE_OWNER_URL")}
        connections.close_all()
        try:
            for alias in ALIASES:
                connections.settings[alias]["NAME"] = name
            os.environ["DATABASE_URL"] = self.server.url("app", name)
            os.environ["DATABASE_OWNER_URL"] = self.server.url("owner", name)
            yield
        finally:
            connections.close_all()
            for alias, former in before.items():
                connections.settings[alias]["NAME"] = former
            os.environ.update(variables)

    def _make_template(self) -> None:
        draft = f"{self.template}_making"
        self.drop(draft)
        self._create(draft, "template1")
        with self.used(draft):
            call_command("migrate", database="owner", verbosity=0)
        with self.server.connect("owner") as connection:
            connection.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(self.template))
            )

    def _create(self, name: str, template: str) -> None:
        with self.server.connect("owner") as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
            )

    def _existing(self) -> set[str]:
        with self.server.connect("owner") as connection:
            rows = connection.execute("SELECT datname FROM pg_database WHERE datname ~ '^(test|template)_'").fetchall()
        return {str(name) for (name,) in rows}

    def _drop_leftovers(self) -> None:
        for name in self._existing() - {self.template}:
            kind, key = name.split("_")[:2]
            path = self.folder / f"{kind}_{key}.lock"
            with open(path, "a+b") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                self.drop(name)
                path.unlink(missing_ok=True)

    def _lock(self, name: str, kind: int) -> IO[bytes]:
        lock = open(self.folder / f"{name}.lock", "a+b")
        fcntl.flock(lock, kind)
        return lock


def _state_of_migrations() -> str:
    """A name for what the migrations say, files and Django's own together."""
    digest = hashlib.sha256(version("django").encode())
    for path in sorted(_migration_files()):
        digest.update(str(path.relative_to(PROJECT_DIR)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _migration_files() -> Iterator[Path]:
    for app in PROJECT_DIR.glob("*/migrations"):
        for suffix in ("*.py", "*.sql"):
            yield from app.rglob(suffix)
