"""manage.py demo: fills an empty database with a believable county union (formats.md, Commands)."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from common.months import Month
from desk.actions.demonstration import fill_with_demo, write_sign_ins
from desk.management.base import ActorCommand, Outcome
from organization.rules import Actor


class Command(ActorCommand):
    help = "Fill an empty database with a believable county union: three branches, six managers, three months."

    def arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=20, help="Another seed makes another union (default 20).")
        parser.add_argument("--month", help="The last month of business, YYYY-MM (default: the month before this one).")

    def run(self, actor: Actor, options: dict[str, Any]) -> Outcome:
        last_month = Month.parse(options["month"]) if options["month"] else Month.of(timezone.localdate()).previous
        password = f"demo-{secrets.token_hex(4)}"
        fill_with_demo(last_month=last_month, seed=options["seed"], password=password, say=self.stderr.write)
        sign_ins = write_sign_ins(password)
        return Outcome(
            {"month": str(last_month), "seed": options["seed"]},
            [_("The demonstration stands, its last month %(month)s computed.") % {"month": last_month}, sign_ins],
        )
