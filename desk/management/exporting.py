"""What the commands that write a month's figures to a file share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from common.errors import BadInput, RuleError
from common.months import Month
from desk.management.base import ActorCommand, Outcome
from organization.actions.people import note_export
from organization.models import BUSINESS_ROLES, Branch, MonthClose
from organization.rules import Actor


class MonthExport(ActorCommand):
    """An export of the month's figures of all branches that the actor reads, or of one.

    A subclass names its subject for the trail, and `write(file, branches=, month=)`, which returns the number of rows.
    """

    subject: str
    write: Callable[..., int]

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("month", metavar="YYYY-MM")
        parser.add_argument("file", metavar="FILE.csv")
        parser.add_argument("--branch", metavar="CODE", help="Only this branch.")

    def run(self, actor: Actor, options: dict[str, Any]) -> Outcome:
        month = Month.parse(options["month"])
        branches = branches_read_by(actor, options["branch"])
        computed, stale = computed_of(branches, month)
        if not computed:
            raise RuleError(_("%(month)s is not computed yet. Run the month end first.") % {"month": month})
        path = Path(options["file"])
        rows = write_whole(path, lambda file: type(self).write(file, branches=computed, month=month))
        note_export(
            actor=actor, subject=self.subject, kind="csv", query=f"month={month}&branch={options['branch'] or ''}"
        )
        lines = [_("%(month)s: %(rows)s rows in %(file)s.") % {"month": month, "rows": rows, "file": path}]
        if stale:
            lines.append(
                _("Something has changed since these branches were computed: %(codes)s. Run the month end again.")
                % {"codes": _(", ").join(stale)}
            )
        return Outcome({"month": str(month), "rows": rows, "file": str(path), "stale": stale}, lines)


def branches_read_by(actor: Actor, code: str | None) -> list[Branch]:
    """The branches whose business the actor reads, or the one named. Raises: BadInput, RuleError."""
    found = Branch.objects.visible_to(actor)
    if not actor.is_system:
        found = found.filter(pk__in=actor.branches_of(*BUSINESS_ROLES))
    if code is not None:
        found = found.filter(branch_code=code)
        if not found:
            raise BadInput(_("There is no branch %(code)s.") % {"code": code})
    if not found:
        raise RuleError(_("You do not have the right to take these figures away."))
    return list(found)


def computed_of(branches: list[Branch], month: Month) -> tuple[list[Branch], list[str]]:
    """The branches whose month is computed, and the codes of those where something has changed since."""
    rows = MonthClose.objects.filter(branch__in=branches, month=month.first_day, computed_at__isnull=False)
    stale = dict(rows.values_list("branch", "stale"))
    return [one for one in branches if one.pk in stale], [one.branch_code for one in branches if stale.get(one.pk)]


def write_whole(path: Path, write: Callable[[IO[bytes]], int]) -> int:
    """The file appears whole or not at all; a pipe takes it as it comes. Raises: RuleError for what cannot be written."""
    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as file:
                return write(file)
        return _replace(path, write)
    except OSError as error:
        raise RuleError(
            _("%(file)s cannot be written (%(reason)s). Choose another place.")
            % {"file": path, "reason": error.strerror}
        ) from error


def _replace(path: Path, write: Callable[[IO[bytes]], int]) -> int:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("xb") as file:
            rows = write(file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return rows
