"""The settings that come from outside, read once into one frozen record (formats.md, Settings)."""

from __future__ import annotations

import os
import secrets
import string
import tempfile
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

PROJECT_DIR = Path(__file__).resolve().parent.parent
LANGUAGES = ("zh-hans", "en")
SHORTEST_SECRET = 50  # what Django's own deployment check asks for
YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


class SettingError(ValueError):
    """A variable of the environment is wrong; the text is a sentence that names it."""


@dataclass(frozen=True)
class Environment:
    """What the environment says, checked, with defaults filled in."""

    data_dir: Path
    database_url: str | None = field(repr=False)
    database_owner_url: str | None = field(repr=False)
    broker_url: str | None = field(repr=False)
    secret_key: str = field(repr=False)
    allowed_hosts: list[str]
    debug: bool
    time_zone: str
    language_code: str
    port: int
    demo: bool


def read_environment(environ: Mapping[str, str] = os.environ) -> Environment:
    """The settings of this process; an empty variable counts as unset.

    DATA_DIR is made where it is missing, and a SECRET_KEY that is not given is made once and kept there.

    Raises: SettingError, with a sentence that names the variable.
    """
    given = {name: value.strip() for name, value in environ.items() if value.strip()}
    data_dir = _data_dir(given.get("DATA_DIR", "./var"))
    return Environment(
        data_dir=data_dir,
        database_url=_database_url(given, "DATABASE_URL"),
        database_owner_url=_database_url(given, "DATABASE_OWNER_URL"),
        broker_url=_broker_url(given),
        secret_key=_secret_key(given, data_dir),
        allowed_hosts=_allowed_hosts(given.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")),
        debug=_yes_or_no(given, "DEBUG", default=False),
        time_zone=_time_zone(given.get("TIME_ZONE", "Asia/Shanghai")),
        language_code=_language_code(given.get("LANGUAGE_CODE", "zh-hans")),
        port=_port(given.get("PORT", "8000")),
        demo=_yes_or_no(given, "DEMO", default=True),
    )


def kept_secret(path: Path, make: Callable[[], str]) -> str:
    """The text of a file of mode 600, made once; of two processes that make it at once, both get the same.

    Raises: OSError where the folder cannot be written.
    """
    if not path.exists():
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp makes it 600
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(make())
                file.flush()
                os.fsync(file.fileno())
            # A link appears whole or not at all and never replaces: who comes second reads the first one's.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(draft)
    return path.read_text(encoding="utf-8")


def _data_dir(text: str) -> Path:
    path = Path(os.path.abspath(PROJECT_DIR / Path(text).expanduser()))
    try:
        # As root the private database runs under an account of its own, which has to pass through, not to look.
        path.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(f"DATA_DIR: the folder {path} cannot be made ({error.strerror}). Name another.") from error
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise SettingError(f"DATA_DIR: the folder {path} cannot be written by this account. Name another.")
    return path


def _database_url(given: Mapping[str, str], name: str) -> str | None:
    url = given.get(name)
    if url is None:
        return None
    if name == "DATABASE_OWNER_URL" and "DATABASE_URL" not in given:
        raise SettingError("DATABASE_OWNER_URL is given without DATABASE_URL. Give both or neither.")
    # The address holds a password, so the sentence repeats nothing of it.
    if not _is_address(url, ("postgresql", "postgres")) or not urlsplit(url).path.strip("/"):
        raise SettingError(f"{name} must look like postgresql://user:password@host:5432/database.")
    return url


def _broker_url(given: Mapping[str, str]) -> str | None:
    url = given.get("CELERY_BROKER_URL")
    if url is None:
        return None
    if not _is_address(url, ("redis", "rediss", "redis+socket")):
        raise SettingError("CELERY_BROKER_URL must look like redis://host:6379/0.")
    return url


def _is_address(url: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in schemes and parts.port != 0 and bool(parts.hostname or parts.path or parts.query)
    except ValueError:  # a port that is no number, brackets that do not close
        return False


def _secret_key(given: Mapping[str, str], data_dir: Path) -> str:
    key = given.get("SECRET_KEY")
    if key is not None:
        if len(key) < SHORTEST_SECRET:
            raise SettingError(f"SECRET_KEY has {len(key)} characters. Give at least {SHORTEST_SECRET}, or none.")
        return key
    alphabet = string.ascii_letters + string.digits
    path = data_dir / "secret_key"
    try:
        key = kept_secret(path, lambda: "".join(secrets.choice(alphabet) for _ in range(64))).strip()
    except OSError as error:
        raise SettingError(
            f"SECRET_KEY is not given, and {path} can neither be read nor made ({error.strerror})."
        ) from error
    if len(key) < SHORTEST_SECRET:
        raise SettingError(f"SECRET_KEY is not given, and {path} is damaged. Remove the file; everyone signs in again.")
    return key


def _allowed_hosts(text: str) -> list[str]:
    hosts = [host.strip() for host in text.split(",") if host.strip()]
    for host in hosts:
        named_port = ":" in host and not (host.startswith("[") and host.endswith("]"))
        if named_port or any(character in host for character in "/ ?#@"):
            raise SettingError(f"ALLOWED_HOSTS holds {host!r}. Give host names only, without scheme or port.")
    if not hosts:
        raise SettingError("ALLOWED_HOSTS holds no host name. Give names separated by commas.")
    return hosts


def _yes_or_no(given: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = given.get(name)
    if text is None:
        return default
    if text.lower() not in YES | NO:
        raise SettingError(f"{name} is {text!r}. Give 1 or 0.")
    return text.lower() in YES


def _time_zone(text: str) -> str:
    try:
        zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingError(f"TIME_ZONE is {text!r}, which is no time zone. Give one like Asia/Shanghai.") from error
    return text


def _language_code(text: str) -> str:
    if text.lower() not in LANGUAGES:
        raise SettingError(f"LANGUAGE_CODE is {text!r}. Give one of {', '.join(LANGUAGES)}.")
    return text.lower()


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise SettingError(f"PORT is {text!r}. Give a number from 1 to 65535.")
    return int(text)
