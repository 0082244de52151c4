"""manage.py first_admin EMPLOYEE_NO: the first administrator of an empty system."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from common.errors import BadInput
from desk.management.base import ActorCommand, Outcome
from organization.actions.people import first_admin
from organization.rules import Actor


class Command(ActorCommand):
    help = "Make the first administrator; the password is asked for, or read from standard input where there is no one."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("employee_no", metavar="EMPLOYEE_NO")
        parser.add_argument("--name", default="", help="The name of a person who is not on record yet.")
        parser.add_argument("--branch", metavar="CODE", default="", help="The code of the first branch (UNION).")
        parser.add_argument("--branch-name", default="", help="The name of the first branch.")

    def run(self, actor: Actor, options: dict[str, Any]) -> Outcome:
        employee = first_admin(
            employee_no=options["employee_no"],
            password=_asked_password(),
            name=options["name"],
            branch_code=options["branch"],
            branch_name=options["branch_name"],
        )
        return Outcome(
            {"employee_no": employee.employee_no, "branch_code": employee.branch.branch_code},
            [_("%(name)s (%(number)s) is administrator.") % {"name": employee.name, "number": employee.employee_no}],
        )


def _asked_password() -> str:
    """The password, typed twice and not shown; from a pipe, its first line. It never stands on the command line."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass(_("Password: "))
    if password != getpass.getpass(_("Password again: ")):
        raise BadInput(_("The two passwords differ. Start again."))
    return password
