"""The branch that a new row is about, where a person may choose between several."""

from __future__ import annotations

from django.http import Http404

from managers.queries.branches import branches_where
from organization.models import Branch
from organization.requests import Request


def branch_for(request: Request, *roles: str) -> tuple[Branch, list[Branch]]:
    """The branch that ?branch= names, else the person's own, else the first; and all that the person may choose.

    Raises: Http404 for whoever holds none of the roles, and for a branch that is out of reach.
    """
    found = branches_where(request.actor, *roles)
    wanted = request.GET.get("branch", "")
    named = [one for one in found if one.branch_code == wanted] if wanted else found
    if not named:
        raise Http404
    own = [one for one in named if one.pk == request.actor.branch_id]
    return (own or named)[0], found
