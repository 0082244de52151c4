"""manage.py export_appraisal YYYY-MM FILE.xlsx [--branch CODE]: the month-end appraisal workbook."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from appraisal.actions.workbooks import make_workbook
from appraisal.models import ScoreCard
from common.errors import RuleError
from common.months import Month
from desk.management.base import ActorCommand, Outcome
from desk.management.exporting import branches_read_by, computed_of, write_whole
from organization.queries import file_pieces
from organization.rules import Actor


class Command(ActorCommand):
    help = "Write the appraisal workbook of a month, of all branches or of one. It is kept for download as well."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("month", metavar="YYYY-MM")
        parser.add_argument("file", metavar="FILE.xlsx")
        parser.add_argument("--branch", metavar="CODE", help="Only this branch.")

    def run(self, actor: Actor, options: dict[str, Any]) -> Outcome:
        month, path = Month.parse(options["month"]), Path(options["file"])
        branches, stale = computed_of(branches_read_by(actor, options["branch"]), month)
        if not branches:
            raise RuleError(_("%(month)s is not computed yet. Run the month end first.") % {"month": month})
        workbook = make_workbook(actor=actor, branches=branches, month=month)
        write_whole(path, lambda file: _copy(file, file_pieces(workbook.file)))
        figures = {
            "month": str(month),
            "file": str(path),
            "branches": [branch.branch_code for branch in branches],
            "managers": ScoreCard.objects.filter(branch__in=branches, month=month.first_day).count(),
            "state": workbook.month_state,
            "version": workbook.month_version,
            "size_bytes": workbook.file.size_bytes,
            "sha256": workbook.file.sha256,
            "stale": stale,
        }
        lines = [_("%(month)s: %(managers)s score cards in %(file)s.") % figures]
        if stale:
            lines.append(
                _("Something has changed since these branches were computed: %(codes)s. Run the month end again.")
                % {"codes": _(", ").join(stale)}
            )
        return Outcome(figures, lines)


def _copy(file: IO[bytes], pieces: Iterable[bytes]) -> int:
    return sum(file.write(piece) for piece in pieces)
