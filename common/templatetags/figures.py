"""Figures in templates: they only format, and what is empty is "—"."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from django import template
from django.utils.timezone import is_aware, localtime

from common import money

register = template.Library()

EMPTY = "—"


@register.filter
def yuan(fen: int | None, unit: str = "") -> str:
    """Fen as yuan, or as 万元 with the argument "wan"."""
    if fen is None or fen == "":
        return EMPTY
    return money.format_wan(fen) if unit == "wan" else money.format_yuan(fen)


@register.filter
def fen_days(accumulated: int | None, unit: str = "") -> str:
    """An accumulated balance (积数): fen·days, shown in yuan."""
    return yuan(accumulated, unit)


@register.filter
def percent(rate: Fraction | tuple[int, int] | None) -> str:
    """An exact rate (a Fraction or a pair) as a percentage; without a denominator there is no rate."""
    if rate is None or rate == "":
        return EMPTY
    numerator, denominator = (rate.numerator, rate.denominator) if isinstance(rate, Fraction) else rate
    return money.format_percent(numerator, denominator) if denominator else EMPTY


@register.filter
def percent_bp(bp: int | None) -> str:
    """Hundredths of a percent as a percentage."""
    return EMPTY if bp is None or bp == "" else money.format_percent_bp(bp)


@register.filter
def points(hundredths: int | None) -> str:
    """Hundredths of a point as points: 1733 is 17.33."""
    return EMPTY if hundredths is None or hundredths == "" else money.format_hundredths(hundredths)


@register.filter
def day(value: date | None) -> str:
    """A day as 2026-10-31; an instant as the day it has here."""
    if value is None or value == "":
        return EMPTY
    if is_instant(value):
        value = localtime(value)
    return f"{value.year:04d}-{value.month:02d}-{value.day:02d}"


@register.filter
def count(number: int | None) -> str:
    """A whole number with thousands separators."""
    if number is None or number == "":
        return EMPTY
    return f"{money.MINUS if number < 0 else ''}{abs(number):,}"


def is_instant(value: date) -> bool:
    from datetime import datetime

    return isinstance(value, datetime) and is_aware(value)
