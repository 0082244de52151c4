"""Whose rows a list shows: a choice for those alone who read other people's."""

from __future__ import annotations

from common.filters import Filters
from managers.queries.branches import read_branches


def drop_manager(filters: Filters) -> None:
    """Whoever sees only the own rows chooses no manager."""
    if filters.request is not None and not read_branches(filters.request.actor).exists():
        filters.filters.pop("manager", None)
        filters.form.fields.pop("manager", None)
