"""What comes from the environment: defaults, and a sentence for every wrong value."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.env import PROJECT_DIR, SettingError, read_environment


@pytest.fixture
def environ(tmp_path):
    return {"DATA_DIR": str(tmp_path / "data")}


def test_without_anything_the_defaults_hold(environ):
    environment = read_environment(environ)
    assert environment.database_url is None
    assert environment.broker_url is None
    assert environment.allowed_hosts == ["localhost", "127.0.0.1", "[::1]"]
    assert (environment.debug, environment.demo, environment.port) == (False, True, 8000)
    assert (environment.time_zone, environment.language_code) == ("Asia/Shanghai", "zh-hans")


def test_an_empty_variable_counts_as_unset(environ):
    assert read_environment({**environ, "DATABASE_URL": " ", "DEBUG": ""}) == read_environment(environ)


def test_a_relative_data_dir_is_the_same_from_wherever_the_program_starts(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    relative = os.path.relpath(tmp_path / "data", PROJECT_DIR)
    assert read_environment({"DATA_DIR": relative}).data_dir == tmp_path / "data"


def test_the_secret_key_is_made_once_and_closed_to_others(environ):
    first = read_environment(environ)
    assert read_environment(environ).secret_key == first.secret_key
    assert len(first.secret_key) >= 50
    assert (first.data_dir / "secret_key").stat().st_mode & 0o777 == 0o600


def test_processes_that_make_the_secret_key_at_once_agree_on_it(environ):
    code = "from config.env import read_environment; print(read_environment().secret_key)"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=PROJECT_DIR,
            env={**os.environ, **environ},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    assert len({process.communicate()[0] for process in started}) == 1


def test_what_is_secret_does_not_show_in_print(environ):
    environment = read_environment({**environ, "DATABASE_URL": "postgresql://a:hidden@h/d"})
    assert "hidden" not in repr(environment)
    assert environment.secret_key not in repr(environment)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://h/d"),
        ("DATABASE_URL", "postgresql://user:secret/word@host/d:x"),
        ("DATABASE_URL", "postgresql://host"),
        ("DATABASE_OWNER_URL", "postgresql://host/d"),
        ("CELERY_BROKER_URL", "amqp://host"),
        ("CELERY_BROKER_URL", "redis:"),
        ("SECRET_KEY", "short"),
        ("ALLOWED_HOSTS", "https://bank.example"),
        ("ALLOWED_HOSTS", "bank.example:443"),
        ("ALLOWED_HOSTS", ","),
        ("DEBUG", "perhaps"),
        ("DEMO", "2"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("TIME_ZONE", "../../etc/passwd"),
        ("LANGUAGE_CODE", "fr"),
        ("PORT", "http"),
        ("PORT", "70000"),
    ],
)
def test_a_wrong_value_is_refused_by_name_and_without_its_password(environ, name, value):
    with pytest.raises(SettingError, match=f"^{name} ") as refusal:
        read_environment({**environ, name: value})
    assert "secret" not in str(refusal.value)


def test_a_data_dir_that_cannot_be_a_folder_is_refused(tmp_path):
    Path(tmp_path, "file").write_text("")
    with pytest.raises(SettingError, match="DATA_DIR: the folder"):
        read_environment({"DATA_DIR": str(tmp_path / "file" / "data")})


@pytest.mark.parametrize("words", [["manage.py", "check"], ["-m", "config.run"], ["-m", "config.worker"]])
def test_a_wrong_value_stops_the_start_with_its_sentence(environ, words):
    done = subprocess.run(
        [sys.executable, *words],
        cwd=PROJECT_DIR,
        env={**os.environ, **environ, "TIME_ZONE": "Mars"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "TIME_ZONE is 'Mars', which is no time zone. Give one like Asia/Shanghai.\n"
