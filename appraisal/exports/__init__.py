"""The appraisal workbook (formats.md): summary, a card a manager, the rows behind them, and the check of it all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import IO, Final

import xlsxwriter
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from appraisal.exports.cards import CardPlace, write_card
from appraisal.exports.checks import CHECKS, write_checks
from appraisal.exports.details import CONDUCT, DEPOSITS, INTEREST, LOANS, write_details
from appraisal.exports.layout import FONT, Styles, month_text, sheet_names
from appraisal.exports.summary import SUMMARY, rank_cells, write_summary
from appraisal.queries.workbook import BookFacts
from common.errors import RuleError
from organization.actions.jobs import NO_PROGRESS, Progress
from organization.models import MonthClose

__all__ = ["ALL_BRANCHES", "write_workbook"]

# What stands above branches that have no branch above them all.
ALL_BRANCHES: Final = "全部机构"

# Every sheet is an open file while the workbook is being written.
MOST_CARDS: Final = 800
_LONG: Final = (DEPOSITS, LOANS, INTEREST, CONDUCT)
_WRITTEN_EVERY: Final = 1_000


def write_workbook(
    file: IO[bytes], facts: BookFacts, *, title: str, prepared_by: str = "", progress: Progress = NO_PROGRESS
) -> None:
    """Writes the workbook of a month, in Chinese whatever language is active; memory does not grow with the rows.

    Shape: file is open for writing in binary; the same facts give the same bytes.
    Raises: RuleError when there are more cards or rows than a workbook holds.
    """
    if len(facts.cards) > MOST_CARDS:
        raise RuleError(_("A workbook cannot hold so many score cards. Export one branch at a time."))
    with translation.override("zh-hans"):
        _write(file, facts, title, prepared_by, progress)


def _write(file: IO[bytes], facts: BookFacts, title: str, prepared_by: str, progress: Progress) -> None:
    month, days = facts.month, facts.month.days
    title_of_month = f"{title}　{month_text(month)}"
    states = [state_words(one.row) for one in facts.branches]
    state = states[0] if len(set(states)) == 1 else "、".join(dict.fromkeys(states))
    places = _places(facts)
    total = facts.rows + 2 * len(places)
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
            "default_format_properties": {"font_name": FONT, "font_size": 11, "font_family": 3, "font_scheme": False},
        },
    )
    try:
        styles = Styles(book)
        book.set_properties({"title": title_of_month, "created": _made_at(facts)})
        summary = book.add_worksheet(SUMMARY)
        cards = [book.add_worksheet(place.sheet_name) for place in places]
        long = {name: book.add_worksheet(name) for name in _LONG}
        checks = book.add_worksheet(CHECKS)
        done = 0

        def advance(rows: int) -> None:
            nonlocal done
            done += rows
            if done % _WRITTEN_EVERY == 0:
                progress(done, total, _("rows"))

        details = write_details(long, styles, facts, title_of_month, advance)
        ranks = rank_cells(places)
        for sheet, place, rank_cell in zip(cards, places, ranks, strict=True):
            write_card(
                sheet,
                styles,
                place,
                number=facts.parties[place.card.branch_id, place.card.manager_id].number,
                details=details,
                entries=facts.entries,
                sources=facts.sources,
                days=days,
                title=title_of_month,
                state=state,
                rank_cell=rank_cell,
            )
            progress(facts.rows, total, _("score cards"))
        write_summary(
            summary, styles, places, title=title, month=month, state=state, prepared_by=prepared_by, days=days
        )
        write_checks(checks, styles, facts, places, details, title=title_of_month, states=states)
        summary.activate()
        progress(total - len(places), total, _("packing"))
    finally:
        book.close()


def _places(facts: BookFacts) -> list[CardPlace]:
    wanted = [f"{card.manager.employee_no} {card.manager.name}" for card in facts.cards]
    names = sheet_names(wanted, (SUMMARY, *_LONG, CHECKS))
    return [CardPlace(card, list(card.lines.all()), name) for card, name in zip(facts.cards, names, strict=True)]


def state_words(row: MonthClose) -> str:
    """The month's state as the workbook says it."""
    words = str(row.get_state_display())
    if row.stale:
        return f"{words}（此后数据有变动，需重新计算）"
    return words if row.state == MonthClose.State.CLOSED else f"{words}（未关账）"


def _made_at(facts: BookFacts) -> dt.datetime:
    """When the figures were computed: the file says nothing that changes from one writing to the next."""
    computed: Sequence[dt.datetime] = [one.row.computed_at for one in facts.branches if one.row.computed_at]
    return max(computed, default=timezone.now()).astimezone(dt.UTC).replace(tzinfo=None)
