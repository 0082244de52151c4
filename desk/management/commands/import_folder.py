"""manage.py import_folder DIR: every known file of a folder, in the right order (formats.md, Commands)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from desk.actions import files
from desk.management.base import ActorCommand, CommandError, Outcome
from organization.rules import Actor


class Command(ActorCommand):
    help = "Import every known file of a folder, recognised by its header, in the order in which they need each other."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument(
            "--accept-good-rows", action="store_true", help="Leave refused rows out, bring in the others."
        )

    def run(self, actor: Actor, options: dict[str, Any]) -> Outcome:
        if not options["folder"].is_dir():
            raise CommandError(f"There is no folder {options['folder']}.")
        known, unknown = files.known_files(options["folder"])
        lines = [_("%(file)s: not a file of a known kind, left out.") % {"file": path.name} for path in unknown]
        done: dict[str, Any] = {}
        for kind, path in known:
            brought = files.import_file(actor=actor, path=path, kind=kind, accept_good_rows=options["accept_good_rows"])
            done[path.name] = {"kind": kind, **brought.figures}
            lines += [brought.line, *brought.notes]
            if brought.refused:
                # What comes later may need what was refused: stop here, everything before stays in.
                return Outcome({"files": done}, lines, brought.errors, refused=True)
        return Outcome({"files": done, "ignored": [path.name for path in unknown]}, lines)
