"""Laws that the database keeps: how they get there, and how its refusals become sentences."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import DataError, IntegrityError, OperationalError, migrations
from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, RuleError

__all__ = ["law", "obeying_laws"]


def law(migration_file: str, name: str) -> migrations.RunSQL:
    """The migration step that puts a law into the database: sql/NAME.sql beside the migration, and its reverse."""
    folder = Path(migration_file).parent / "sql"
    return migrations.RunSQL(
        (folder / f"{name}.sql").read_text(encoding="utf-8"),
        (folder / f"{name}.reverse.sql").read_text(encoding="utf-8"),
    )


@contextlib.contextmanager
def obeying_laws() -> Iterator[None]:
    """Turns a constraint's refusal into its sentence, by the constraint's name; a lock that is not to be had, too.

    Put it around the atomic block, since a refused statement ends its transaction.
    Raises: RuleError, Conflict; any other database error as it is.
    """
    try:
        yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        sentence = _sentences().get(name or "")
        if sentence is None:
            raise
        raise RuleError(sentence) from error
    except DataError as error:
        if getattr(error.__cause__, "sqlstate", None) != "22003":  # numeric_value_out_of_range
            raise
        raise RuleError(_("A figure becomes larger than the system can hold. Check the amounts.")) from error
    except OperationalError as error:
        state = getattr(error.__cause__, "sqlstate", None)
        if state == "53100":  # disk_full
            raise RuleError(
                _("The disk of the database is full, so nothing was kept. Make room, then try again.")
            ) from error
        if state not in ("55P03", "40P01"):  # lock_not_available, deadlock_detected
            raise
        raise Conflict(_("Somebody else is working on the same rows. Wait a moment and try again.")) from error


@cache
def _sentences() -> Mapping[str, Any]:
    """Sentences by constraint name: of the models' constraints, and of the apps' LAWS that triggers keep."""
    found: dict[str, Any] = {}
    for config in apps.get_app_configs():
        found.update(getattr(config.models_module, "LAWS", {}))
        for model in config.get_models():
            for constraint in model._meta.constraints:
                code = getattr(constraint, "default_violation_error_message", None)
                if constraint.violation_error_message != code:
                    found[constraint.name] = constraint.violation_error_message
    return found
