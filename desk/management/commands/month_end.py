"""manage.py month_end YYYY-MM [--branch CODE]: the month end, in this process, without a worker."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from appraisal.actions.months import MonthEndSummary, run_month_end
from appraisal.queries.months import with_business
from common.errors import BadInput, RuleError
from common.months import Month
from desk.management.base import ActorCommand, Outcome
from managers.models import Indicator
from organization.models import Branch, BranchQuerySet, Role
from organization.rules import Actor


class Command(ActorCommand):
    help = "Compute balances, accumulated balances and the score cards of a month, of all branches or of one."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("month", metavar="YYYY-MM")
        parser.add_argument("--branch", metavar="CODE", help="Only this branch.")

    def run(self, actor: Actor, options: dict[str, Any]) -> Outcome:
        month = Month.parse(options["month"])
        done: list[MonthEndSummary] = []
        errors: list[str] = []
        for branch in _branches(actor, options["branch"]):
            # A branch is a transaction of its own: what one refuses does not hold up the others.
            try:
                done.append(run_month_end(actor=actor, branch=branch, month=month))
            except RuleError as error:
                errors.append(f"{branch.branch_code} {branch.name}: {error}")
        return Outcome(_figures(month, done, errors), _lines(month, done), errors)


def _branches(actor: Actor, code: str | None) -> BranchQuerySet:
    found = Branch.objects.visible_to(actor)
    if code is not None:
        found = found.filter(branch_code=code)
        if not found:
            raise BadInput(_("There is no branch %(code)s.") % {"code": code})
        return found
    if not actor.is_system:
        found = found.filter(pk__in=actor.branches_of(Role.CLERK))
        if not found:
            raise RuleError(_("Only a clerk runs the month end."))
    return with_business(found)


def _figures(month: Month, done: list[MonthEndSummary], errors: list[str]) -> dict[str, Any]:
    return {
        "month": str(month),
        "branches": len(done),
        "accounts": sum(one.accounts for one in done),
        "closing_fen": sum(one.closing_fen for one in done),
        "accumulated_fen_days": sum(one.accumulated_fen_days for one in done),
        "managers": sum(one.managers for one in done),
        "managers_without_targets": [
            {"branch_code": one.branch_code, "employee_no": employee_no, "indicator": indicator}
            for one in done
            for employee_no, indicator in one.managers_without_targets
        ],
        "unattributed": sum(one.unattributed for one in done),
        "overdrawn": sum(one.overdrawn for one in done),
        "refused": errors,
    }


def _lines(month: Month, done: list[MonthEndSummary]) -> list[str]:
    totals = _figures(month, done, [])
    lines = [
        _("%(month)s: %(branches)s branches, %(accounts)s accounts, %(managers)s managers.") % totals,
        _("Not wholly attributed: %(unattributed)s accounts. Overdrawn at the month’s end: %(overdrawn)s.") % totals,
    ]
    for missing in totals["managers_without_targets"]:
        lines.append(
            _("No target: %(branch_code)s %(employee_no)s %(indicator)s")
            % (missing | {"indicator": Indicator(missing["indicator"]).label})
        )
    return lines
