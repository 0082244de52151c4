"""核对: every figure of the cards as the sheets compute it and as the system holds it, and whether nothing was lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils import timezone
from xlsxwriter.worksheet import Worksheet

from appraisal.exports.cards import (
    ACTUAL,
    POINTS,
    RATE,
    TARGET,
    WEIGHT,
    CardPlace,
    exact,
    grade_word,
)
from appraisal.exports.details import ACCUMULATED, ADJUSTMENT, CLOSING, DEPOSITS, NOBODY, Details
from appraisal.exports.formulas import sum_of_rows
from appraisal.exports.layout import (
    ALARM,
    EMPTY,
    Styles,
    cell,
    column_range,
    page,
    put_formula,
    put_text,
    widths,
    yuan,
)
from appraisal.models import ScoreLine
from appraisal.queries.workbook import BookFacts, Deposits, Party
from appraisal.rules import ENTRY_RULES
from common.money import round_half_up
from managers.models import Indicator

CHECKS: Final = "核对"
SAME, DIFFERENT = "一致", "不一致"

# Columns, from 0.
_NUMBER, _BRANCH, _WHO, _WHAT, _SHEET, _SYSTEM, _VERDICT = range(7)
_HEADS: Final = ("表号", "机构", "客户经理", "项目", "本表计算", "系统结果", "核对")
_MEASURES: Final = (
    ("月末余额", CLOSING, "closing_fen"),
    ("积数", ACCUMULATED, "accumulated_fen_days"),
    ("其中应加应减积数", ADJUSTMENT, "adjustment_fen_days"),
)


@dataclass(frozen=True, slots=True)
class Check:
    """One row: a figure as a formula over the sheets, what it comes to, and what the system says."""

    number: int | None
    branch: str
    who: str
    what: str
    formula: str
    value: float | str
    system: float | str
    style: str
    sums: bool = False


def write_checks(
    sheet: Worksheet,
    styles: Styles,
    facts: BookFacts,
    places: Sequence[CardPlace],
    details: Details,
    *,
    title: str,
    states: Sequence[str],
) -> None:
    """The month's state, version and digest; Σ parts + unattributed = whole; every figure of the cards."""
    widths(sheet, 8, 18, 28, 24, 20, 20, 10)
    sheet.set_default_row(17)
    sheet.set_row(0, 30)
    sheet.merge_range(0, 0, 0, _VERDICT, "", styles.title)
    put_text(sheet, 0, 0, f"核对　{title}", styles.title)
    row = _months(sheet, styles, facts, states)
    head_row = row + 3
    first = head_row + 1
    checks = _numbered(first, facts, places, details)
    last = first + len(checks) - 1
    verdicts = column_range(first, last, _VERDICT)
    wrong = sum(check.value != check.system for check in checks)
    put_text(sheet, row + 1, 0, "核对项数", styles.label)
    put_formula(sheet, row + 1, 2, f"COUNTA({verdicts})", styles.label_count, len(checks))
    put_text(sheet, row + 1, 3, "不一致项数", styles.label)
    differing = f'COUNTA({verdicts})-COUNTIF({verdicts},"{SAME}")'
    put_formula(sheet, row + 1, 4, differing, styles.label_count, wrong)
    put_text(sheet, row + 1, 5, "结论", styles.label)
    verdict = f'IF({cell(row + 1, 4)}=0,"{SAME}","{DIFFERENT}")'
    put_formula(sheet, row + 1, _VERDICT, verdict, styles.section, DIFFERENT if wrong else SAME)
    sheet.set_row(head_row, 22)
    for column, head in enumerate(_HEADS):
        put_text(sheet, head_row, column, head, styles.head)
    for at, check in enumerate(checks, first):
        _row(sheet, styles, at, check)
    alarm = styles.made({"font_color": ALARM, "bold": True})
    for top, bottom in ((row + 1, row + 1), (first, max(first, last))):
        sheet.conditional_format(
            top,
            _VERDICT,
            bottom,
            _VERDICT,
            {"type": "cell", "criteria": "==", "value": f'"{DIFFERENT}"', "format": alarm},
        )
    if checks:
        sheet.autofilter(head_row, 0, last, _VERDICT)
    page(sheet, left=title, right=CHECKS, head_row=head_row, landscape=False, freeze=(first, 4))


def _months(sheet: Worksheet, styles: Styles, facts: BookFacts, states: Sequence[str]) -> int:
    """State, version and digest of each branch's month. Returns the row after them."""
    heads = ("机构号", "机构", "状态", "版本与计算时间", "数据摘要（SHA-256，关账后才有）")
    for column, head in enumerate(heads):
        put_text(sheet, 2, column, head, styles.head)
    sheet.merge_range(2, 4, 2, _VERDICT, heads[4], styles.head)
    row = 3
    for one, state in zip(facts.branches, states, strict=True):
        month = one.row
        at = f"{timezone.localtime(month.computed_at):%Y-%m-%d %H:%M}" if month.computed_at else EMPTY
        put_text(sheet, row, 0, month.branch.branch_code, styles.text)
        put_text(sheet, row, 1, month.branch.name, styles.text)
        put_text(sheet, row, 2, state, styles.text)
        put_text(sheet, row, 3, f"第 {month.version} 版　{at}", styles.text)
        sheet.merge_range(row, 4, row, _VERDICT, "", styles.text)
        put_text(sheet, row, 4, month.digest or EMPTY, styles.text)
        sheet.set_row(row, 32 if month.digest else 22)
        row += 1
    return row


def _numbered(first: int, facts: BookFacts, places: Sequence[CardPlace], details: Details) -> list[Check]:
    checks: list[Check] = []
    for whole in facts.branches:
        parties = [party for party in facts.parties.values() if party.branch.pk == whole.row.branch_id]
        for what, column, name in _MEASURES:
            start = first + len(checks)
            checks.extend(_part(party, what, column, name, details) for party in parties)
            checks.append(_whole(whole.row.branch.name, what, name, whole.whole, start, first + len(checks), checks))
    for place in places:
        number = facts.parties[place.card.branch_id, place.card.manager_id].number
        checks.extend(_figures(place, number, details))
    return checks


def _part(party: Party, what: str, column: int, name: str, details: Details) -> Check:
    """What the rows of a manager, or nobody's, sum to."""
    formula = sum_of_rows(details.column(DEPOSITS, column), details.column(DEPOSITS, 0), str(party.number))
    own = details.sums[DEPOSITS, column, party.number]
    system: int = getattr(party.deposits, name)
    who = NOBODY if party.manager is None else f"{party.manager.employee_no} {party.manager.name}"
    return Check(party.number, party.branch.name, who, what, formula, yuan(own), yuan(system), "amount")


def _whole(branch: str, what: str, name: str, whole: Deposits, start: int, end: int, checks: Sequence[Check]) -> Check:
    """Σ parts + unattributed = whole, to the fen."""
    parts = column_range(start, end - 1, _SHEET)
    value = sum(round(float(check.value) * 100) for check in checks[len(checks) - (end - start) :])
    return Check(
        None, branch, "各人之和＋未归属＝全部账户", what, f"ROUND(SUM({parts}),2)", yuan(value),
        yuan(getattr(whole, name)), "amount", sums=True,
    )  # fmt: skip


def _figures(place: CardPlace, number: int, details: Details) -> Iterator[Check]:
    """Every figure of a card."""
    card = place.card
    who = f"{card.manager.employee_no} {card.manager.name}"

    def check(
        what: str, row: int, column: int, system: float | str, style: str, own: float | str | None = None
    ) -> Check:
        value = system if own is None else own
        return Check(number, card.branch.name, who, what, place.refers(row, column), value, system, style)

    for row, line in _rows(place):
        label = line.get_indicator_display()
        amount = "percent" if line.indicator == Indicator.INTEREST_COLLECTION else "amount"
        weight = line.weight_numerator / line.weight_denominator
        yield check(f"{label}·权重", row, WEIGHT, weight, "points")
        if line.rule in ENTRY_RULES:
            taken = yuan(sum(details.points_of(pk) for pk in line.entries))
            yield check(f"{label}·扣分", row, ACTUAL, taken, "points")
        else:
            if line.state == ScoreLine.State.SCORED and line.target_hundredths is not None:
                yield check(f"{label}·目标", row, TARGET, yuan(line.target_hundredths), amount)
            actual = exact(line.actual_numerator, line.actual_denominator)
            if actual is not None:
                yield check(
                    f"{label}·实际", row, ACTUAL, yuan(round_half_up(actual.numerator, actual.denominator)), amount
                )
            rate = exact(line.rate_numerator, line.rate_denominator)
            if line.state == ScoreLine.State.SCORED and rate is not None:
                yield check(f"{label}·完成率", row, RATE, float(rate), "rate")
        yield check(f"{label}·得分", row, POINTS, yuan(line.points_hundredths), "points")
    yield check("百分得分", place.scored_row, POINTS, yuan(card.total_hundredths - place.bonus_hundredths), "points")
    yield check("总分", place.total_row, POINTS, yuan(card.total_hundredths), "points")
    yield check("等级", place.grade_row, POINTS, grade_word(card.grade), "word")
    yield check("名次", place.rank_row, POINTS, card.rank, "count")


def _rows(place: CardPlace) -> Iterator[tuple[int, ScoreLine]]:
    for line in place.lines:
        row = place.line_row(line.indicator)
        if row is not None:
            yield row, line


def _row(sheet: Worksheet, styles: Styles, row: int, check: Check) -> None:
    text = styles.sum_text if check.sums else styles.text
    figure = styles.sum_amount if check.sums else styles[check.style]
    word = styles.sum_word if check.sums else styles.word
    if check.number is None:
        sheet.write_blank(row, _NUMBER, None, word)
    else:
        sheet.write_number(row, _NUMBER, check.number, styles.count)
    put_text(sheet, row, _BRANCH, check.branch, text)
    put_text(sheet, row, _WHO, check.who, text)
    put_text(sheet, row, _WHAT, check.what, text)
    put_formula(sheet, row, _SHEET, check.formula, figure, check.value)
    sheet_cell, system_cell = cell(row, _SHEET), cell(row, _SYSTEM)
    if isinstance(check.system, str):
        put_text(sheet, row, _SYSTEM, check.system, figure)
        equal = f"{sheet_cell}={system_cell}"
    else:
        sheet.write_number(row, _SYSTEM, check.system, figure)
        # Below a hundredth of a percent; amounts and points have two decimals and differ by 0.01 or not at all.
        equal = f"ROUND({sheet_cell}-{system_cell},6)=0"
    verdict = SAME if check.value == check.system else DIFFERENT
    put_formula(sheet, row, _VERDICT, f'IF({equal},"{SAME}","{DIFFERENT}")', word, verdict)
