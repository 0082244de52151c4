"""Notes of visits: how long they may be mended, the days that a tap names, the week, a position as text."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

# So long after it was written down, its author may still change or take back a note (the database says the same).
MENDED_FOR: Final = dt.timedelta(hours=24)
# What the buttons of the next step say, in days.
IN_DAYS: Final = {"tomorrow": 1, "week": 7, "month": 30}

_WEEK = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)


def may_mend(state: str, written_at: dt.datetime, now: dt.datetime) -> bool:
    """Whether a note's own words may still be changed, or the note taken back."""
    return state == "done" and now - written_at < MENDED_FOR


def week_of(day: dt.date) -> str:
    """The ISO week that a day lies in: 2026-W41."""
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02d}"


def week_days(written: str, otherwise: dt.date) -> list[dt.date]:
    """The seven days of a week from Monday, as "2026-W41" names it; of the day `otherwise` where it names none."""
    named = _WEEK.fullmatch(written)
    try:
        monday = dt.date.fromisocalendar(int(named[1]), int(named[2]), 1) if named else None
    except ValueError:
        monday = None
    if monday is None or not 1900 < monday.year < 2999:
        monday = otherwise - dt.timedelta(days=otherwise.weekday())
    return [monday + dt.timedelta(days=number) for number in range(7)]


def degrees(millionths: int) -> str:
    """Millionths of a degree as text: 30.123456, -0.500000."""
    whole, rest = divmod(abs(millionths), 1_000_000)
    return f"{'-' if millionths < 0 else ''}{whole}.{rest:06d}"
