"""Personal numbers in templates, always masked."""

from __future__ import annotations

from django import template

from common import masking
from common.templatetags.figures import EMPTY

register = template.Library()


@register.filter
def identity(number: str | None) -> str:
    return masking.mask_identity(number) if number else EMPTY


@register.filter
def phone(number: str | None) -> str:
    return masking.mask_phone(number) if number else EMPTY
