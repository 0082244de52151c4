"""manage.py verify_trail: every chain of the trail, recomputed from its first entry."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from desk.management.base import ActorCommand, Outcome
from organization.models import Branch
from organization.queries import broken_chains, trail_size
from organization.rules import Actor


class Command(ActorCommand):
    help = "Check that the chains of the trail hold."

    def run(self, actor: Actor, options: dict[str, Any]) -> Outcome:
        codes = dict(Branch.objects.values_list("pk", "branch_code"))
        broken = [(codes.get(key, _("union") if key == 0 else str(key)), seq) for key, seq in broken_chains()]
        chains, entries = trail_size()
        return Outcome(
            {
                "chains": chains,
                "entries": entries,
                "broken": [{"branch_code": code, "first_broken_entry": seq} for code, seq in broken],
            },
            [_("%(chains)s chains, %(entries)s entries.") % {"chains": chains, "entries": entries}]
            + ([] if broken else [_("The trail holds.")]),
            [
                _("The chain of %(branch)s breaks at entry %(seq)s.") % {"branch": code, "seq": seq}
                for code, seq in broken
            ],
        )
