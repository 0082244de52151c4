"""The program's settings for tests: a database that is not durable, files that go with the session, cheap passwords."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from config.env import PROJECT_DIR
from config.postgres import private_server

# One server for all sessions on this machine; each session, and each of its processes, has databases of its own.
SERVER = private_server(PROJECT_DIR / "var" / "test", durable=False)
SERVER.data_dir.mkdir(parents=True, exist_ok=True)

_files = tempfile.mkdtemp(prefix="jingli-test-")
os.chmod(_files, 0o711)
_maker = os.getpid()
atexit.register(lambda: shutil.rmtree(_files, ignore_errors=True) if os.getpid() == _maker else None)
Path(_files, "queue").mkdir()
Path(_files, "static").mkdir()

# What the programs that tests start see as well.
for _name in (
    "CELERY_BROKER_URL",
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "DEBUG",
    "TIME_ZONE",
    "LANGUAGE_CODE",
    "PORT",
    "DEMO",
):
    os.environ.pop(_name, None)
os.environ["DATA_DIR"] = _files
os.environ["DATABASE_URL"] = SERVER.url("app")
os.environ["DATABASE_OWNER_URL"] = SERVER.url("owner")

from config.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # the one that programs beside the tests know
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # No manifest: tests need no collectstatic.
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
