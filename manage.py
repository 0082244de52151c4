#!/usr/bin/env python
"""The program's commands. Without DATABASE_URL the private PostgreSQL is started, or joined, for the command's time."""

import os
import sys

NEED_NO_DATABASE = {
    "",
    "help",
    "version",
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "makemessages",
    "startapp",
    "startproject",
    "test",
}


def needs_database(arguments: list[str]) -> bool:
    """Whether a command line works on the database."""
    if {"-h", "--help", "--version"} & set(arguments):
        return False
    command = arguments[0] if arguments else ""
    return command not in NEED_NO_DATABASE or any(word.startswith("--database") for word in arguments)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.management import execute_from_command_line

        from config.env import SettingError, read_environment
        from config.postgres import ServerError, end_in_order_when_told, ensure_running
    except ImportError as error:
        sys.exit(f"{error}. The environment is not set up, or not the one in use: make setup, then .venv/bin/python.")
    end_in_order_when_told()
    try:
        environment = read_environment()
        if environment.database_url is None and needs_database(sys.argv[1:]):
            ensure_running(environment.data_dir)
        execute_from_command_line(sys.argv)
    except SettingError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    except ServerError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
