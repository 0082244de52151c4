"""Who may change something of a branch."""

from __future__ import annotations

from django.utils.translation import gettext as _

from common.errors import RuleError
from organization.models import Branch
from organization.rules import Actor


def refuse_without(actor: Actor, branch: Branch, *roles: str) -> None:
    """Raises: RuleError unless the actor holds one of the roles at the branch, or is the system."""
    if not (actor.is_system or actor.holds(branch.pk, *roles)):
        raise RuleError(_("You do not have the right to do this at %(branch)s.") % {"branch": branch.name})
