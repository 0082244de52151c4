"""What rows about one person have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Q

from organization.models import BUSINESS_ROLES

if TYPE_CHECKING:
    from organization.rules import Actor

_Row = TypeVar("_Row", bound=models.Model)


class OfPersonQuerySet(models.QuerySet[_Row]):
    """Rows with an employee and a branch: everybody reads the own ones, the branch's people those of the branch."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.is_system:
            return self
        if actor.employee_id is None:  # a row about nobody in particular would else be nobody's own
            return self.none()
        return self.filter(Q(employee=actor.employee_id) | Q(branch__in=actor.branches_of(*BUSINESS_ROLES)))
