"""Branches, as the pages about managers ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from organization.models import BUSINESS_ROLES, Branch

if TYPE_CHECKING:
    from organization.rules import Actor


def read_branches(actor: Actor) -> QuerySet[Branch]:
    """The branches whose business the person reads: the choice of a filter."""
    return Branch.objects.reached_by(actor, *BUSINESS_ROLES).order_by("branch_code")


def branches_where(actor: Actor, *roles: str) -> list[Branch]:
    """The branches where the person holds one of the roles, by code."""
    return list(Branch.objects.reached_by(actor, *roles).order_by("branch_code"))
