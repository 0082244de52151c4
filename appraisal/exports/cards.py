"""The score card of one manager as a sheet: weights, targets, actuals, rates and points as formulas over the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from xlsxwriter.worksheet import Worksheet

from appraisal.exports import formulas
from appraisal.exports.details import (
    ACCUMULATED,
    BASIS,
    CLOSING,
    CONDUCT,
    DEPOSITS,
    DUE,
    ENTRY_INDICATOR,
    ENTRY_POINTS,
    GRANTED,
    INTEREST,
    LOANS,
    NEWLY_DEVELOPED,
    RECEIVED,
    RECOVERABLE,
    RECOVERED,
    THIS_YEAR,
    Details,
)
from appraisal.exports.formulas import hundredths, on_sheet, sum_of_rows
from appraisal.exports.layout import (
    BLANK_LINE,
    EMPTY,
    Styles,
    cell,
    column_range,
    height,
    month_text,
    page,
    put_day,
    put_formula,
    put_text,
    widths,
    yuan,
)
from appraisal.models import DefaultGrade, Rule, ScoreCard, ScoreLine
from appraisal.queries.lines import baseline_of, counts_developed
from appraisal.rules import ENTRY_RULES
from common.money import format_yuan, round_half_up
from common.months import Month
from managers.models import ConductEntry, Indicator
from managers.rules import INDICATOR_KINDS, SCALED_KINDS

State = ScoreLine.State
Source = ScoreLine.TargetSource

# Columns, from 0. What stands right of the gap is not printed: the whole numbers that points are rounded from.
NAME, SCHEME_WEIGHT, WEIGHT, TARGET, ACTUAL, RATE, POINTS, NOTE = range(8)
STATE, REACHED, AIMED, COUNTED, AGAINST, TIMES, OVER, TRIAL, REST = range(9, 18)
_HEADS: Final = ("指标", "方案权重", "权重", "目标", "实际", "完成率", "得分", "目标来源与说明")
_WORKING_HEADS: Final = ("状态", "实际·整数", "目标·整数", "计入·分子", "计入·分母", "乘数", "除数", "试商", "余数")
_WORKING_NOTE: Final = (
    "计分验算（不打印）：得分＝乘数×计入分子÷（除数×计入分母），以分、分·天等整数计算，按余数四舍五入到 0.01 分。"
)
HEAD_ROW: Final = 5
FIRST_LINE: Final = 6
_NUMBER, _DAYS, _DAYS_IN_OFFICE = (cell(3, column, fixed=True) for column in (1, 3, 5))

_NOTE_WIDTH: Final = 32.0
_STATE_WORDS: Final = {State.SCORED: "计分", State.NOT_SET: "未定", State.NOT_APPLICABLE: "不适用"}
_OUTSIDE: Final = "加分"
_SOURCE_WORDS: Final = {
    Source.MONTH: "当月目标",
    Source.CONTRACT: "合同",
    Source.COMPUTED: "到期应收回，由账面计算",
    Source.NONE: "",
}


@dataclass(frozen=True, slots=True)
class CardPlace:
    """Where a card stands: its sheet and the rows of its sums, from 0."""

    card: ScoreCard
    lines: Sequence[ScoreLine]
    sheet_name: str

    @property
    def sum_row(self) -> int:
        return FIRST_LINE + len(self.lines)

    @property
    def scored_row(self) -> int:
        return self.sum_row + 1

    @property
    def bonus_row(self) -> int:
        return self.sum_row + 2

    @property
    def total_row(self) -> int:
        return self.sum_row + 3

    @property
    def grade_row(self) -> int:
        return self.sum_row + 4

    @property
    def rank_row(self) -> int:
        return self.sum_row + 5

    def refers(self, row: int, column: int) -> str:
        """A cell of the card as another sheet names it."""
        return on_sheet(self.sheet_name, cell(row, column, fixed=True))

    def line_row(self, indicator: str) -> int | None:
        rows = (row for row, line in enumerate(self.lines, FIRST_LINE) if line.indicator == indicator)
        return next(rows, None)

    @property
    def bonus_hundredths(self) -> int:
        return sum(line.points_hundredths for line in self.lines if line.rule == Rule.BONUS)

    @property
    def in_hundred_hundredths(self) -> int:
        """Σ of the points that are not a bonus."""
        return sum(line.points_hundredths for line in self.lines if line.rule != Rule.BONUS)


def grade_word(grade: str) -> str:
    """A grade in words; a scheme's own stand as they are."""
    return str(DefaultGrade(grade).label) if grade in DefaultGrade.values else grade or EMPTY


def exact(numerator: int | Decimal | None, denominator: int | Decimal | None) -> Fraction | None:
    """A pair that a line keeps, as one number."""
    return None if numerator is None or denominator is None else Fraction(int(numerator), int(denominator))


def write_card(
    sheet: Worksheet,
    styles: Styles,
    place: CardPlace,
    *,
    number: int,
    details: Details,
    entries: Mapping[int, ConductEntry],
    sources: Mapping[int, str],
    days: int,
    title: str,
    state: str,
    rank_cell: str,
) -> None:
    """One manager's month (article 16): the lines, what they sum to, the entries behind deductions, signatures."""
    _Card(sheet, styles, place, number, details, days).write(entries, sources, title, state, rank_cell)


class _Card:
    def __init__(
        self, sheet: Worksheet, styles: Styles, place: CardPlace, number: int, details: Details, days: int
    ) -> None:
        self.sheet, self.styles, self.place = sheet, styles, place
        self.number, self.details, self.days = number, details, days
        last_line = place.sum_row - 1
        self.states = column_range(FIRST_LINE, last_line, STATE)
        self.points = column_range(FIRST_LINE, last_line, POINTS)
        self.applicable = cell(place.sum_row, SCHEME_WEIGHT, fixed=True)
        self.applicable_hundredths = sum(
            line.scheme_weight_hundredths
            for line in place.lines
            if line.state != State.NOT_APPLICABLE and line.rule != Rule.BONUS
        )

    def write(
        self,
        entries: Mapping[int, ConductEntry],
        sources: Mapping[int, str],
        title: str,
        state: str,
        rank_cell: str,
    ) -> None:
        self._head(title, state)
        for row, line in enumerate(self.place.lines, FIRST_LINE):
            self._line(row, line, sources.get(line.pk, ""))
        self._sums(rank_cell)
        row = self._entries(self.place.rank_row + 2, entries)
        self._signatures(row + 2)

    # --- the head ---------------------------------------------------------------------------------------------------

    def _head(self, title: str, state: str) -> None:
        sheet, styles, card = self.sheet, self.styles, self.place.card
        widths(sheet, 18, 9, 9, 18, 18, 11, 11, _NOTE_WIDTH, 3)
        for row in (2, 3):
            sheet.set_row(row, 19)
        widths(sheet, 8, 18, 18, 18, 18, 10, 8, 10, 16, first=STATE)
        sheet.set_row(0, 30)
        sheet.merge_range(0, 0, 0, NOTE, "", styles.title)
        put_text(sheet, 0, 0, "客户经理考核评分表", styles.title)
        sheet.merge_range(1, 0, 1, NOTE, "", styles.subtitle)
        month = month_text(self._month)
        put_text(sheet, 1, 0, f"{card.branch.name}　{month}　单位：元", styles.subtitle)
        scheme = card.scheme_version
        facts = (
            ("工号", card.manager.employee_no),
            ("姓名", card.manager.name),
            ("考核方式", scheme.scheme.get_target_kind_display()),
            ("状态", state),
        )
        for column, (label, value) in zip((0, 2, 4, 6), facts, strict=True):
            put_text(sheet, 2, column, label, styles.label)
            put_text(sheet, 2, column + 1, value, styles.plain)
        for column, (label, count) in zip(
            (0, 2, 4), (("表号", self.number), ("本月天数", self.days), ("在任天数", card.days_in_office)), strict=True
        ):
            put_text(sheet, 3, column, label, styles.label)
            sheet.write_number(3, column + 1, count, styles.label_count)
        put_text(sheet, 3, 6, "本月任职起", styles.label)
        put_day(sheet, 3, 7, card.first_day_in_office, styles.label_day)
        put_text(sheet, 4, STATE, _WORKING_NOTE, styles.quiet)
        sheet.set_row(HEAD_ROW, 24)
        for column, head in enumerate(_HEADS):
            put_text(sheet, HEAD_ROW, column, head, styles.head)
        for column, head in enumerate(_WORKING_HEADS, STATE):
            put_text(sheet, HEAD_ROW, column, head, styles.working_head)
        name = f"{card.manager.employee_no} {card.manager.name}"
        page(sheet, left=f"{title}　{state}", right=name, head_row=HEAD_ROW, landscape=False, freeze=(FIRST_LINE, 1))
        sheet.print_area(0, 0, self._last_row, NOTE)

    @property
    def _month(self) -> Month:
        return Month.of(self.place.card.month)

    # --- one line ---------------------------------------------------------------------------------------------------

    def _line(self, row: int, line: ScoreLine, source: str) -> None:
        sheet, styles = self.sheet, self.styles
        scored = line.state == State.SCORED
        state = _OUTSIDE if line.rule == Rule.BONUS else _STATE_WORDS[State(line.state)]
        note = _note(line, source, self.place.card.days_in_office < self.days)
        sheet.set_row(row, height((note, _NOTE_WIDTH)))
        put_text(sheet, row, NAME, line.get_indicator_display(), styles.text)
        sheet.write_number(row, SCHEME_WEIGHT, yuan(line.scheme_weight_hundredths), styles.points)
        put_text(sheet, row, STATE, state, styles.working)
        put_text(sheet, row, NOTE, note, styles.text)
        weight = Fraction(line.weight_numerator, line.weight_denominator)
        spread = f"{cell(row, SCHEME_WEIGHT)}*100/{self.applicable}" if weight else "0"
        put_formula(sheet, row, WEIGHT, spread, styles.points, weight)
        self._target(row, line)
        self._actual(row, line)
        if not scored:
            put_text(sheet, row, RATE, EMPTY, styles.none)
            sheet.write_number(row, POINTS, 0, styles.points)
        elif line.rule == Rule.PROPORTIONAL:
            self._proportional(row, line)
        elif line.rule == Rule.DEDUCTION:
            self._deduction(row, line)
        else:
            put_text(sheet, row, RATE, EMPTY, styles.none)
            sheet.write_number(row, POINTS, yuan(line.points_hundredths), styles.points)

    def _target(self, row: int, line: ScoreLine) -> None:
        """The target for the days in office; a whole month's one is rounded to the fen once."""
        sheet, style = self.sheet, self.styles[_style_of(line.indicator)]
        whole, target = line.full_target_hundredths, line.target_hundredths
        if line.rule in ENTRY_RULES or line.state != State.SCORED or target is None or whole is None:
            words = "未定" if line.state == State.NOT_SET else EMPTY
            put_text(sheet, row, TARGET, words, self.styles.none)
            return
        formula = None
        computed = self._summed(LOANS, RECOVERABLE)
        if line.target_source == Source.COMPUTED and self._sum(LOANS, RECOVERABLE) == whole:
            formula = computed
        scaled = INDICATOR_KINDS[line.indicator] in SCALED_KINDS and self.place.card.days_in_office != self.days
        if scaled:
            of_month = f"ROUND({formula}*100,0)" if formula else str(whole)
            formula = f"{formulas.quotient(f'{of_month}*{_DAYS_IN_OFFICE}', _DAYS)}/100"
        if formula is None:
            sheet.write_number(row, TARGET, yuan(target), style)
        else:
            put_formula(sheet, row, TARGET, formula, style, yuan(target))

    def _actual(self, row: int, line: ScoreLine) -> None:
        sheet, style = self.sheet, self.styles[_style_of(line.indicator)]
        if line.rule in ENTRY_RULES:
            points = self._summed(CONDUCT, ENTRY_POINTS, self.details.column(CONDUCT, ENTRY_INDICATOR), cell(row, NAME))
            own = sum(self.details.points_of(pk) for pk in line.entries)
            put_formula(sheet, row, ACTUAL, points, self.styles.points, yuan(own))
            return
        actual = exact(line.actual_numerator, line.actual_denominator)
        if actual is None:
            put_text(sheet, row, ACTUAL, EMPTY, self.styles.none)
            return
        rounded = yuan(round_half_up(actual.numerator, actual.denominator))
        baseline = baseline_of(line) or 0
        if line.indicator == Indicator.DEPOSIT_AVERAGE:
            whole = self._gathered(line)
            put_formula(sheet, row, ACTUAL, f"{formulas.quotient(whole, _DAYS)}/100", style, rounded)
        elif line.indicator == Indicator.INTEREST_COLLECTION:
            received, due = self._summed(INTEREST, RECEIVED), self._summed(INTEREST, DUE)
            share = formulas.quotient(f"{hundredths(received)}*10000", hundredths(due))
            put_formula(sheet, row, ACTUAL, f"IF({due}=0,0,{share}/100)", style, rounded)
        elif (formula := self._plain_actual(line)) is not None:
            if baseline:
                formula = f"({hundredths(formula)}-{baseline})/100"
            put_formula(sheet, row, ACTUAL, formula, style, rounded)
        else:
            # Made of other months' rows, which this workbook does not hold.
            sheet.write_number(row, ACTUAL, rounded, style)

    def _gathered(self, line: ScoreLine) -> str:
        """The 积数 behind an average in fen·days: of what counts, less that of the baseline where growth counts."""
        baseline = baseline_of(line)
        whole = hundredths(self._summed(DEPOSITS, ACCUMULATED, *self._of_what_counts(line)))
        return f"({whole}-{baseline}*{_DAYS})" if baseline else whole

    def _of_what_counts(self, line: ScoreLine) -> tuple[str, ...]:
        """The condition on rows of accounts: newly developed ones alone, where the contract says so."""
        if not counts_developed(line):
            return ()
        return self.details.column(DEPOSITS, BASIS), formulas.quoted(NEWLY_DEVELOPED)

    def _plain_actual(self, line: ScoreLine) -> str | None:
        """The sum of rows that an indicator is, or none."""
        indicator = line.indicator
        if indicator == Indicator.RECOVERED_EARLIER:
            return f"ROUND({self._summed(LOANS, RECOVERED)}-{self._summed(LOANS, THIS_YEAR)},2)"
        column = _PLAIN.get(indicator)
        return None if column is None else self._summed(*column, *self._of_what_counts(line))

    def _proportional(self, row: int, line: ScoreLine) -> None:
        """依率计分, as whole numbers: times × counted ÷ (over × against)."""
        reached, aimed = self._exact_parts(row, line)
        rate = exact(line.rate_numerator, line.rate_denominator) or Fraction(0)
        floor = Fraction(line.parameters.get("floor_bp", 0), 10_000)
        cap = Fraction(line.parameters.get("cap_bp", 10_000), 10_000)
        counted, against = formulas.bounded(cell(row, REACHED), cell(row, AIMED), floor, cap)
        if rate <= floor:
            pair = floor.numerator, floor.denominator
        elif rate >= cap:
            pair = cap.numerator, cap.denominator
        else:
            pair = reached, aimed
        times, over = formulas.lowest_terms(line.scheme_weight_hundredths, self.applicable_hundredths)
        weight = cell(row, SCHEME_WEIGHT)
        self._working(row, TIMES, formulas.multiplier(weight, self.applicable), times)
        self._working(row, OVER, formulas.divisor(weight, self.applicable), over)
        self._working(row, COUNTED, counted, pair[0])
        self._working(row, AGAINST, against, pair[1])
        put_formula(self.sheet, row, RATE, f"{cell(row, REACHED)}/{cell(row, AIMED)}", self.styles.rate, float(rate))
        self._points(row, line, times * pair[0], over * pair[1])

    def _exact_parts(self, row: int, line: ScoreLine) -> tuple[int, int]:
        """Actual over target as whole numbers, written as formulas: fen·days over fen × days for an average."""
        target = line.target_hundredths or 1
        actual = exact(line.actual_numerator, line.actual_denominator) or Fraction(0)
        aimed = hundredths(cell(row, TARGET))
        if line.indicator == Indicator.DEPOSIT_AVERAGE:
            reached_value, aimed_value = int(actual * self.days), target * self.days
            self._working(row, REACHED, self._gathered(line), reached_value)
            self._working(row, AIMED, f"{aimed}*{_DAYS}", aimed_value)
        elif line.indicator == Indicator.INTEREST_COLLECTION:
            received, due = self._sum(INTEREST, RECEIVED), self._sum(INTEREST, DUE) or 1
            reached_value, aimed_value = received * 10_000, target * due
            owed = hundredths(self._summed(INTEREST, DUE))
            self._working(row, REACHED, f"{hundredths(self._summed(INTEREST, RECEIVED))}*10000", reached_value)
            self._working(row, AIMED, f"{aimed}*MAX(1,{owed})", aimed_value)
        elif actual.denominator == 1:
            reached_value, aimed_value = actual.numerator, target
            self._working(row, REACHED, hundredths(cell(row, ACTUAL)), reached_value)
            self._working(row, AIMED, aimed, aimed_value)
        else:
            reached_value, aimed_value = actual.numerator, target * actual.denominator
            self.sheet.write_number(row, REACHED, reached_value, self.styles.working)
            self._working(row, AIMED, f"{aimed}*{actual.denominator}", aimed_value)
        return reached_value, aimed_value

    def _deduction(self, row: int, line: ScoreLine) -> None:
        """扣分制, as whole numbers: the spread weight's numerator less what the entries take, over its denominator."""
        own = line.scheme_weight_hundredths
        taken = sum(self.details.points_of(pk) for pk in line.entries)
        left = max(0, own * 10_000 + taken * self.applicable_hundredths)
        weight, all_weights = hundredths(cell(row, SCHEME_WEIGHT)), hundredths(self.applicable)
        put_text(self.sheet, row, RATE, EMPTY, self.styles.none)
        self._working(row, COUNTED, f"MAX(0,{weight}*10000+{hundredths(cell(row, ACTUAL))}*{all_weights})", left)
        self._working(row, OVER, all_weights, self.applicable_hundredths)
        self.sheet.write_number(row, AGAINST, 1, self.styles.working)
        self.sheet.write_number(row, TIMES, 1, self.styles.working)
        self._points(row, line, left, self.applicable_hundredths)

    def _points(self, row: int, line: ScoreLine, numerator: int, denominator: int) -> None:
        times, counted = cell(row, TIMES), cell(row, COUNTED)
        over, against = cell(row, OVER), cell(row, AGAINST)
        tried, rest = cell(row, TRIAL), cell(row, REST)
        trial = line.points_hundredths
        self._working(row, TRIAL, formulas.trial(times, counted, over, against), trial)
        self._working(
            row, REST, formulas.remainder(times, counted, over, against, tried), numerator - trial * denominator
        )
        points = formulas.points(tried, rest, over, against)
        put_formula(self.sheet, row, POINTS, points, self.styles.points, yuan(line.points_hundredths))

    def _working(self, row: int, column: int, formula: str, value: int) -> None:
        put_formula(self.sheet, row, column, formula, self.styles.working, value)

    def _summed(self, sheet: str, column: int, *conditions: str) -> str:
        """A column of a long table, summed over the rows of this card."""
        own = self.details.column(sheet, 0), _NUMBER
        return sum_of_rows(self.details.column(sheet, column), *own, *conditions)

    def _sum(self, sheet: str, column: int) -> int:
        return self.details.sums[sheet, column, self.number]

    # --- sums, entries, signatures ------------------------------------------------------------------------------------

    def _sums(self, rank_cell: str) -> None:
        sheet, place, card = self.sheet, self.place, self.place.card
        inside = f'SUMIFS({self.points},{self.states},"<>{_OUTSIDE}")'
        weights = column_range(FIRST_LINE, place.sum_row - 1, SCHEME_WEIGHT)
        applicable = "+".join(f"SUMIFS({weights},{self.states},{formulas.quoted(word)})" for word in ("计分", "未定"))
        spread = f"ROUND(SUM({column_range(FIRST_LINE, place.sum_row - 1, WEIGHT)}),2)"
        version, total = card.scheme_version, cell(place.total_row, POINTS)
        scored = cell(place.sum_row, POINTS)
        limit = place.in_hundred_hundredths if version.total_may_exceed else min(100_00, place.in_hundred_hundredths)
        cut = "总分不封顶" if version.total_may_exceed else "满分 100"
        bands = [(grade_word(one["grade"]), one["from_hundredths"]) for one in version.grades]
        grade = formulas.grade(total, bands, EMPTY)
        unset = f'COUNTIF({self.states},"未定")>0'
        self._sum_row(place.sum_row, "合计", f"ROUND({inside},2)", yuan(place.in_hundred_hundredths))
        put_formula(
            sheet,
            place.sum_row,
            SCHEME_WEIGHT,
            f"ROUND({applicable},2)",
            self.styles.sum_points,
            yuan(self.applicable_hundredths),
        )
        put_formula(
            sheet, place.sum_row, WEIGHT, spread, self.styles.sum_points, 100.0 if self.applicable_hundredths else 0.0
        )
        self._sum_row(
            place.scored_row,
            f"百分得分（{cut}）",
            scored if version.total_may_exceed else f"MIN(100,{scored})",
            yuan(limit),
        )
        bonus = f'ROUND(SUMIFS({self.points},{self.states},"{_OUTSIDE}"),2)'
        self._sum_row(place.bonus_row, "加分", bonus, yuan(place.bonus_hundredths))
        parts = f"{cell(place.scored_row, POINTS)}+{cell(place.bonus_row, POINTS)}"
        self._sum_row(place.total_row, "总分", f"ROUND({parts},2)", yuan(card.total_hundredths))
        self._sum_row(
            place.grade_row, "等级", f"IF({unset},{formulas.quoted(EMPTY)},{grade})", grade_word(card.grade), "sum_word"
        )
        self._sum_row(place.rank_row, "名次", rank_cell, card.rank, "sum_count")

    def _sum_row(self, row: int, label: str, formula: str, value: float | str, style: str = "sum_points") -> None:
        self.sheet.set_row(row, 20)
        for column in range(NOTE + 1):
            self.sheet.write_blank(row, column, None, self.styles.sum_text)
        put_text(self.sheet, row, NAME, label, self.styles.sum_text)
        put_formula(self.sheet, row, POINTS, formula, self.styles[style], value)

    def _entries(self, row: int, entries: Mapping[int, ConductEntry]) -> int:
        """The deductions with day and reason; the points point at the row of 行为明细. Returns the last row."""
        sheet, styles = self.sheet, self.styles
        sheet.set_row(row, 22)
        put_text(sheet, row, 0, "扣分与加分事项", styles.section)
        counted = self._counted
        if not counted:
            put_text(sheet, row + 1, 0, "本月无经确认的扣分、加分事项。", styles.quiet)
            return row + 1
        row += 1
        sheet.set_row(row, 20)
        for column, head in ((0, "指标"), (1, "日期"), (3, "分值"), (4, "事由")):
            put_text(sheet, row, column, head, styles.head)
        sheet.merge_range(row, 1, row, 2, "日期", styles.head)
        sheet.merge_range(row, 4, row, NOTE, "事由", styles.head)
        for pk in counted:
            row += 1
            entry = entries[pk]
            sheet.set_row(row, height((entry.reason, 18 + 11 + 11 + _NOTE_WIDTH)))
            put_text(sheet, row, 0, entry.get_indicator_display(), styles.text)
            sheet.merge_range(row, 1, row, 2, "", styles.day)
            put_day(sheet, row, 1, entry.happened_on, styles.day)
            where = on_sheet(CONDUCT, cell(self.details.entry_rows[pk], ENTRY_POINTS))
            put_formula(sheet, row, 3, where, styles.points, yuan(entry.points_hundredths))
            sheet.merge_range(row, 4, row, NOTE, "", styles.text)
            put_text(sheet, row, 4, entry.reason, styles.text)
        return row

    @property
    def _counted(self) -> list[int]:
        return [pk for line in self.place.lines for pk in line.entries if pk in self.details.entry_rows]

    @property
    def _last_row(self) -> int:
        return self.place.rank_row + 2 + (1 + len(self._counted) if self._counted else 1) + 3

    def _signatures(self, row: int) -> None:
        self.sheet.set_row(row, 30)
        for column, who in ((0, "客户经理（签名）："), (3, "信用社主任（签名）："), (6, "日期：")):
            put_text(self.sheet, row, column, who + BLANK_LINE, self.styles.sign)


# Indicators that are the sum of a column.
_PLAIN: Final[dict[str, tuple[str, int]]] = {
    Indicator.DEPOSIT_ACCUMULATED: (DEPOSITS, ACCUMULATED),
    Indicator.DEPOSIT_CLOSING: (DEPOSITS, CLOSING),
    Indicator.LOANS_GRANTED: (LOANS, GRANTED),
    Indicator.PRINCIPAL_RECOVERED: (LOANS, RECOVERED),
    Indicator.RECOVERED_THIS_YEAR: (LOANS, THIS_YEAR),
    Indicator.INTEREST_RECEIVED: (INTEREST, RECEIVED),
}


def _style_of(indicator: str) -> str:
    return "percent" if indicator == Indicator.INTEREST_COLLECTION else "amount"


def _note(line: ScoreLine, source: str, part_of_month: bool) -> str:
    """Where the target comes from, and what else a reader of the line should know."""
    if line.state == State.NOT_SET:
        return "未定目标：请设定，或在合同中声明不适用"
    if line.state == State.NOT_APPLICABLE:
        return "不适用，权重分摊到其他指标"
    words = [f"{_SOURCE_WORDS[Source(line.target_source)]} {source}".strip()] if line.rule not in ENTRY_RULES else []
    scaled = line.rule not in ENTRY_RULES and INDICATOR_KINDS[line.indicator] in SCALED_KINDS
    if scaled and part_of_month:
        words.append("按在任天数折算")
    if (baseline := baseline_of(line)) is not None:
        words.append(f"计比基数增长，实际已减基数 {format_yuan(baseline)}")
    if counts_developed(line):
        words.append("只计新增业务")
    cap = Fraction(line.parameters.get("cap_bp", 10_000), 10_000)
    rate = exact(line.rate_numerator, line.rate_denominator)
    if line.rule == Rule.PROPORTIONAL and rate is not None and rate > cap:
        words.append(f"完成率封顶 {int(cap * 100)}%")
    return "；".join(word for word in words if word)
