"""manage.py import_data KIND FILE: one file of a kind (formats.md, Commands)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from desk.actions import files
from desk.management.base import ActorCommand, CommandError, Outcome
from organization.importing import import_kinds
from organization.rules import Actor


class Command(ActorCommand):
    help = "Import one file. All or nothing, unless the good rows are accepted."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=[kind.name for kind in import_kinds()], metavar="KIND")
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="Only the preview: nothing comes in.")
        parser.add_argument(
            "--accept-good-rows", action="store_true", help="Leave refused rows out, bring in the others."
        )
        parser.add_argument(
            "--rejected", type=Path, metavar="FILE", help="Write the refused rows there, .csv or .xlsx."
        )

    def run(self, actor: Actor, options: dict[str, Any]) -> Outcome:
        if not options["file"].is_file():
            raise CommandError(f"There is no file {options['file']}.")
        brought = files.import_file(
            actor=actor,
            path=options["file"],
            kind=options["kind"],
            accept_good_rows=options["accept_good_rows"],
            dry_run=options["dry_run"],
        )
        if options["rejected"]:
            files.write_refused_rows(brought.batch, options["rejected"])
        return Outcome(brought.figures, [brought.line, *brought.notes], brought.errors, refused=brought.refused)
