"""What a manager did in a period, from the records of the floors above: for work reports (article 9(8))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from common.templatetags import figures
from managers.rules.reports import WorkDone, WorkLine


def work_done(employee_id: int, first_day: dt.date, last_day: dt.date) -> list[WorkDone]:
    """What the person did on these days, as settings.WORK_DONE names who says so.

    Shape: days inclusive; empty where nothing is on record.
    """
    found = []
    for name in settings.WORK_DONE:
        found += import_string(name)(employee_id, first_day, last_day)
    return found


def words_of(line: WorkLine) -> str:
    """A line in the language of the page, its figures with their units' places."""
    return _(line.sentence) % {name: _shown(name, value) for name, value in line.values.items()}


def _shown(name: str, value: int | str) -> str:
    if isinstance(value, str):
        return value
    if name.endswith("_fen"):
        return figures.yuan(value)
    return figures.points(value) if name.endswith("_hundredths") else figures.count(value)


def text_of(work: Iterable[WorkDone]) -> str:
    """All of it as text that somebody goes on writing: a heading, then a line for each."""
    parts = []
    for one in work:
        parts += [f"{_(one.heading)}", *(f"- {words_of(line)}" for line in one.lines)]
    return "\n".join(parts)


def filled_in(typed: str, work: Iterable[WorkDone]) -> str:
    """What was typed, and after it what was done. Law: nothing that was typed is lost, and nothing stands there twice."""
    text = text_of(work)
    if not text or text in typed.replace("\r\n", "\n"):
        return typed
    return f"{typed.rstrip()}\n\n{text}" if typed.strip() else text


def kept(work: Iterable[WorkDone]) -> list[dict[str, Any]]:
    """What was done, as it is kept with a report that is sent."""
    return [asdict(one) for one in work]


def from_kept(rows: Iterable[dict[str, Any]]) -> list[WorkDone]:
    """What was kept with a report, as it was then."""
    return [WorkDone(one["heading"], [WorkLine(**line) for line in one["lines"]]) for one in rows]
