"""manage.py verify_month YYYY-MM: the figures of closed months against the digests kept when they closed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from appraisal.queries.digest import verify_closed_months
from common.months import Month
from desk.management.base import ActorCommand, Outcome
from organization.rules import Actor


class Command(ActorCommand):
    help = "Check the closed month of every branch against its digest."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("month", metavar="YYYY-MM")

    def run(self, actor: Actor, options: dict[str, Any]) -> Outcome:
        month = Month.parse(options["month"])
        verified = verify_closed_months(month)
        different = [one for one in verified if not one.agrees]
        return Outcome(
            {
                "month": str(month),
                "closed": len(verified),
                "different": [
                    {"branch_code": one.branch.branch_code, "kept": one.kept, "found": one.found} for one in different
                ],
            },
            [
                _("%(month)s: %(closed)s branches have closed it, %(agree)s agree with their digests.")
                % {"month": month, "closed": len(verified), "agree": len(verified) - len(different)}
            ],
            [
                _("%(code)s %(branch)s: the figures of %(month)s are not those that were closed.")
                % {"code": one.branch.branch_code, "branch": one.branch.name, "month": month}
                for one in different
            ],
        )
