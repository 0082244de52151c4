"""manage.py close_month YYYY-MM --branch CODE --as EMPLOYEE_NO: the month's figures become immutable."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from appraisal.actions.months import close_month
from common.errors import BadInput
from common.months import Month
from desk.management.base import ActorCommand, Outcome
from organization.models import Branch
from organization.rules import Actor


class Command(ActorCommand):
    help = "Close the approved month of a branch: its figures no longer change."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("month", metavar="YYYY-MM")
        parser.add_argument("--branch", metavar="CODE", required=True)

    def run(self, actor: Actor, options: dict[str, Any]) -> Outcome:
        month = Month.parse(options["month"])
        branch = Branch.objects.visible_to(actor).filter(branch_code=options["branch"]).first()
        if branch is None:
            raise BadInput(_("There is no branch %(code)s.") % {"code": options["branch"]})
        digest = close_month(actor=actor, branch=branch, month=month)
        return Outcome(
            {"month": str(month), "branch_code": branch.branch_code, "state": "closed", "digest": digest},
            [
                _("%(month)s of %(branch)s is closed. SHA-256: %(digest)s")
                % {"month": month, "branch": branch.name, "digest": digest}
            ],
        )
