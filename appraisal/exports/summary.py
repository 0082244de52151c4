"""考核汇总: one row a manager with the points of each indicator, total, grade and rank; what they sum to; sign-off."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from xlsxwriter.worksheet import Worksheet

from appraisal.exports import formulas
from appraisal.exports.cards import POINTS, CardPlace, grade_word
from appraisal.exports.layout import (
    BLANK_LINE,
    EMPTY,
    Styles,
    cell,
    column_range,
    height,
    month_text,
    page,
    put_formula,
    put_text,
    widths,
    yuan,
)
from appraisal.models import ScoreLine
from common.money import round_half_up
from common.months import Month
from managers.models import Indicator

SUMMARY: Final = "考核汇总"
HEAD_ROW: Final = 1
FIRST_ROW: Final = 2
_RANK: Final = 0
_FIRST_INDICATOR: Final = 5
_NOTE_WIDTH: Final = 26.0


def rank_cells(places: Sequence[CardPlace]) -> list[str]:
    """Where the summary holds each card's rank."""
    return [f"'{SUMMARY}'!{cell(row, _RANK, fixed=True)}" for row in range(FIRST_ROW, FIRST_ROW + len(places))]


def write_summary(
    sheet: Worksheet,
    styles: Styles,
    places: Sequence[CardPlace],
    *,
    title: str,
    month: Month,
    state: str,
    prepared_by: str,
    days: int,
) -> None:
    """The month on one page. Shape: cards in order of branch and rank; points refer to the cards' sheets."""
    scored = {line.indicator for place in places for line in place.lines}
    indicators = [one for one in Indicator if one in scored]
    bonus = _FIRST_INDICATOR + len(indicators)
    total, grade, note = bonus + 1, bonus + 2, bonus + 3
    heads = ["名次", "机构", "工号", "姓名", "考核方式", *(str(one.label) for one in indicators)]
    heads += ["加分", "总分", "等级", "备注"]
    widths(sheet, 6, 15, 9, 10, 10, *[9.5] * len(indicators), 8, 9, 9, _NOTE_WIDTH)
    sheet.set_row(0, 34)
    sheet.merge_range(0, 0, 0, note, "", styles.title)
    put_text(sheet, 0, 0, f"{title}　{month_text(month)}　客户经理考核汇总　单位：元", styles.title)
    sheet.set_row(HEAD_ROW, 36)
    for column, head in enumerate(heads):
        put_text(sheet, HEAD_ROW, column, head, styles.head)
    row = FIRST_ROW
    for _branch, of_branch in groupby(places, key=lambda place: place.card.branch_id):
        block = list(of_branch)
        totals = column_range(row, row + len(block) - 1, total)
        for place in block:
            _manager(sheet, styles, row, place, indicators, totals, days)
            row += 1
    row = _sums(sheet, styles, row, places, indicators, grade)
    put_text(sheet, row + 1, 0, f"状态：{state}", styles.quiet)
    sheet.set_row(row + 3, 30)
    maker = f"制表人：{prepared_by or BLANK_LINE}"
    signs = ((0, maker), (4, f"复核人：{BLANK_LINE}"), (max(8, bonus - 1), f"负责人：{BLANK_LINE}"))
    for column, who in signs:
        put_text(sheet, row + 3, column, who, styles.sign)
    last = row - 3  # two rows of sums
    if places:
        sheet.ignore_errors({"number_stored_as_text": f"B{FIRST_ROW + 1}:D{last + 1}"})
    left = f"{title}　{month_text(month)}"
    page(sheet, left=left, right=state, head_row=HEAD_ROW, landscape=True, freeze=(FIRST_ROW, 4), repeat_from=0)
    sheet.print_area(0, 0, row + 3, note)


def _manager(
    sheet: Worksheet,
    styles: Styles,
    row: int,
    place: CardPlace,
    indicators: Sequence[Indicator],
    totals: str,
    days: int,
) -> None:
    card = place.card
    bonus = _FIRST_INDICATOR + len(indicators)
    note = _note(place, days)
    sheet.set_row(row, height((note, _NOTE_WIDTH), (card.branch.name, 15), (card.manager.name, 10)))
    put_formula(sheet, row, _RANK, f"RANK({cell(row, bonus + 1)},{totals})", styles.count, card.rank)
    texts = (
        card.branch.name,
        card.manager.employee_no,
        card.manager.name,
        card.scheme_version.scheme.get_target_kind_display(),
    )
    for column, text in enumerate(texts, 1):
        put_text(sheet, row, column, text, styles.text if column < 4 else styles.word)
    lines = {line.indicator: line for line in place.lines}
    for column, indicator in enumerate(indicators, _FIRST_INDICATOR):
        line, where = lines.get(indicator), place.line_row(indicator)
        if line is None or where is None:
            put_text(sheet, row, column, EMPTY, styles.none)
        else:
            put_formula(sheet, row, column, place.refers(where, POINTS), styles.points, yuan(line.points_hundredths))
    put_formula(sheet, row, bonus, place.refers(place.bonus_row, POINTS), styles.points, yuan(place.bonus_hundredths))
    put_formula(
        sheet, row, bonus + 1, place.refers(place.total_row, POINTS), styles.points, yuan(card.total_hundredths)
    )
    put_formula(sheet, row, bonus + 2, place.refers(place.grade_row, POINTS), styles.word, grade_word(card.grade))
    put_text(sheet, row, bonus + 3, note, styles.text)


def _note(place: CardPlace, days: int) -> str:
    card = place.card
    unset = [line.get_indicator_display() for line in place.lines if line.state == ScoreLine.State.NOT_SET]
    left_out = [line.get_indicator_display() for line in place.lines if line.state == ScoreLine.State.NOT_APPLICABLE]
    words = []
    if unset:
        words.append(f"未定目标：{'、'.join(unset)}")
    if left_out:
        words.append(f"不适用：{'、'.join(left_out)}")
    if card.days_in_office != days:
        words.append(f"在任 {card.days_in_office} / {days} 天")
    if place.in_hundred_hundredths > 100_00 and not card.scheme_version.total_may_exceed:
        words.append("总分封顶 100")
    return "；".join(words)


def _sums(
    sheet: Worksheet,
    styles: Styles,
    row: int,
    places: Sequence[CardPlace],
    indicators: Sequence[Indicator],
    grade: int,
) -> int:
    """合计 and 平均 of every column of points. Returns the row after them."""
    columns: list[list[int]] = [
        [line.points_hundredths for place in places for line in place.lines if line.indicator == one]
        for one in indicators
    ]
    columns.append([place.bonus_hundredths for place in places])
    columns.append([place.card.total_hundredths for place in places])
    for offset, label in enumerate(("合计", "平均")):
        sheet.set_row(row + offset, 22)
        for column in range(grade + 2):
            sheet.write_blank(row + offset, column, None, styles.sum_text)
        put_text(sheet, row + offset, 0, label, styles.sum_word)
        if offset == 0:
            put_text(sheet, row, 3, f"{len(places)} 人", styles.sum_word)
        for column, values in enumerate(columns, _FIRST_INDICATOR):
            cells = column_range(FIRST_ROW, row - 1, column) if places else cell(HEAD_ROW, column)
            if offset == 0:
                formula, value = f"ROUND(SUM({cells}),2)", sum(values)
            else:
                formula, value = formulas.average(cells), round_half_up(sum(values), max(1, len(values)))
            put_formula(sheet, row + offset, column, formula, styles.sum_points, yuan(value))
    return row + 2
