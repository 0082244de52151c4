"""Honours, penalties and letters of authority."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from managers.models import AuthorisationLetter, Honour, Penalty
from organization.models import Branch, Employee

if TYPE_CHECKING:
    from organization.rules import Actor


def honours(actor: Actor) -> QuerySet[Honour]:
    """The honours that the person may see."""
    return Honour.objects.visible_to(actor).select_related("employee", "branch", "made_by")


def penalties(actor: Actor) -> QuerySet[Penalty]:
    """The penalties that the person may see."""
    return Penalty.objects.visible_to(actor).select_related("employee", "branch", "made_by", "lifted_by")


def letters(actor: Actor) -> QuerySet[AuthorisationLetter]:
    """The letters of authority that the person may see."""
    found = AuthorisationLetter.objects.visible_to(actor)
    return found.select_related("employee", "branch", "issued_by", "revoked_by")


def next_letter_no(branch: Branch, year: int) -> str:
    """The number that the branch's next letter of a year would have: a proposal, another may be written."""
    start = f"{branch.branch_code}-{year}-"
    used = AuthorisationLetter.objects.filter(branch=branch, letter_no__startswith=start)
    numbers = [
        int(no[len(start) :]) for no in used.values_list("letter_no", flat=True) if re.search(r"-[0-9]{1,6}\Z", no)
    ]
    return f"{start}{max(numbers, default=0) + 1:03d}"


def people_of(branch: Branch) -> QuerySet[Employee]:
    """The employees of a branch, by number."""
    return Employee.objects.filter(branch=branch).order_by("employee_no")
