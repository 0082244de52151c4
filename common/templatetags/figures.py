"""Figures in templates: they only format, and what is empty is "—" (also the "" of a name that a template lacks)."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

from django import template
from django.utils.timezone import is_aware, localtime

from common import money

register = template.Library()

EMPTY = "—"


@register.filter
def yuan(fen: int | str | None, unit: str = "") -> str:
    """Fen as yuan, or as 万元 with the argument "wan"."""
    if fen is None or isinstance(fen, str):
        return EMPTY
    return money.format_wan(fen) if unit == "wan" else money.format_yuan(fen)


@register.filter
def fen_days(accumulated: int | str | None, unit: str = "") -> str:
    """An accumulated balance (积数): fen·days, shown in yuan."""
    return yuan(accumulated, unit)


@register.filter
def percent(rate: Fraction | tuple[int, int] | str | None) -> str:
    """An exact rate (a Fraction or a pair) as a percentage; without a denominator there is no rate."""
    if rate is None or isinstance(rate, str):
        return EMPTY
    numerator, denominator = (rate.numerator, rate.denominator) if isinstance(rate, Fraction) else rate
    return money.format_percent(numerator, denominator) if denominator else EMPTY


@register.filter
def percent_bp(bp: int | str | None) -> str:
    """Hundredths of a percent as a percentage."""
    return EMPTY if bp is None or isinstance(bp, str) else money.format_percent_bp(bp)


@register.filter
def points(hundredths: int | str | None) -> str:
    """Hundredths of a point as points: 1733 is 17.33."""
    return EMPTY if hundredths is None or isinstance(hundredths, str) else money.format_hundredths(hundredths)


@register.filter
def day(value: date | str | None) -> str:
    """A day as 2026-10-31; an instant as the day it has here."""
    if value is None or isinstance(value, str):
        return EMPTY
    if isinstance(value, datetime) and is_aware(value):
        value = localtime(value)
    return f"{value.year:04d}-{value.month:02d}-{value.day:02d}"


@register.filter
def count(number: int | str | None) -> str:
    """A whole number with thousands separators."""
    if number is None or isinstance(number, str):
        return EMPTY
    return f"{money.MINUS if number < 0 else ''}{abs(number):,}"


@register.filter
def instant(value: datetime | str | None) -> str:
    """An instant as 2026-10-31 09:12, here."""
    if value is None or isinstance(value, str):
        return EMPTY
    return f"{localtime(value) if is_aware(value) else value:%Y-%m-%d %H:%M}"


@register.filter
def weight(exact: Fraction | str | None) -> str:
    """A weight in points, rounded for display: 200/9 is 22.22."""
    if exact is None or isinstance(exact, str):
        return EMPTY
    return money.format_hundredths(money.round_half_up(exact.numerator * 100, exact.denominator))


@register.filter
def rate_ppm(ppm: int | str | None) -> str:
    """Millionths as a percentage: 84,000 is 8.40 %."""
    return EMPTY if ppm is None or isinstance(ppm, str) else money.format_percent(ppm, 1_000_000)
