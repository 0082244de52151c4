"""What all commands share: who acts, a summary for people or as JSON, the exit codes (formats.md, Commands)."""

from __future__ import annotations

import json
import sys
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from common.errors import BadInput, RuleError
from organization.models import Employee
from organization.queries import actor_of
from organization.rules import SYSTEM, Actor

__all__ = ["ActorCommand", "CommandError", "Outcome"]


@dataclass(frozen=True)
class Outcome:
    """What a command has done.

    Shape: `figures` is the object that --json prints; `lines` the short summary for people; `errors` go to standard
    error and, like `refused`, end the command with exit code 1.
    """

    figures: Mapping[str, Any]
    lines: Sequence[str] = ()
    errors: Sequence[str] = field(default=())
    refused: bool = False


class ActorCommand(BaseCommand):
    """A command that acts for somebody: `--as EMPLOYEE_NO`, otherwise the system, which never checks or decides.

    A command gives `arguments` and `run`. A RuleError becomes its sentence and exit code 1; a CommandError that `run`
    raises says that the command line is wrong and ends with 2, as argparse's own refusals do.
    """

    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Print the summary as one JSON object.")
        parser.add_argument("--as", dest="acting", metavar="EMPLOYEE_NO", help="Who acts; the system if not given.")
        self.arguments(parser)

    def arguments(self, parser: CommandParser) -> None:
        """The command's own arguments."""

    @abstractmethod
    def run(self, actor: Actor, options: dict[str, Any]) -> Outcome:
        """Does it. Raises: RuleError, CommandError."""

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = self.run(_actor(options["acting"]), options)
        except RuleError as error:
            self._refuse([str(error.sentence)])
        except CommandError as error:
            raise CommandError(str(error), returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps(outcome.figures, ensure_ascii=False, default=str))
        else:
            for line in outcome.lines:
                self.stdout.write(line)
        if outcome.errors or outcome.refused:
            self._refuse(outcome.errors)

    def _refuse(self, sentences: Sequence[str]) -> NoReturn:
        """Exit code 1 on the command line; a CommandError with the same sentences for a caller in the same process."""
        if not getattr(self, "_called_from_command_line", False):
            raise CommandError("\n".join(sentences), returncode=1)
        for sentence in sentences:
            self.stderr.write(sentence)
        sys.exit(1)


def _actor(employee_no: str | None) -> Actor:
    if employee_no is None:
        return SYSTEM
    employee = Employee.objects.filter(employee_no=employee_no).first()
    if employee is None:
        raise BadInput(_("There is no employee %(number)s. Name another after --as.") % {"number": employee_no})
    return actor_of(employee)
