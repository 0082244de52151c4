"""The words of codes that frozen evidence holds."""

from __future__ import annotations

from django import template

from managers.models import Penalty
from organization.models import Employee

register = template.Library()


@register.filter
def employment(code: str) -> str:
    """How somebody is employed, in words; a code that is no longer known stays as it is."""
    return str(dict(Employee.Employment.choices).get(code, code))


@register.filter
def penalty(code: str) -> str:
    """A kind of penalty, in words."""
    return str(dict(Penalty.Kind.choices).get(code, code))
