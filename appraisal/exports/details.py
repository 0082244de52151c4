"""The long tables of the workbook: 存款明细, 贷款明细, 利息明细, 行为明细. Rows go straight to the file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from appraisal.exports.formulas import on_sheet
from appraisal.exports.layout import Styles, column_range, page, put_day, put_text, widths
from appraisal.queries.workbook import BookFacts, Party
from common.errors import RuleError

DEPOSITS, LOANS, INTEREST, CONDUCT = "存款明细", "贷款明细", "利息明细", "行为明细"
SHEET_ROWS: Final = 1_048_576
NOBODY: Final = "未归属"

# The number of the score card stands first on each sheet; it is what the cards' formulas look for.
HEAD_ROW: Final = 1
FIRST_ROW: Final = 2
_WHO: Final = (("表号", 6.0), ("机构", 16.0), ("工号", 10.0), ("客户经理", 10.0))
_COLUMNS: Final[dict[str, tuple[tuple[str, float], ...]]] = {
    DEPOSITS: (
        ("账号", 22.0),
        ("客户号", 14.0),
        ("客户名称", 22.0),
        ("产品", 14.0),
        ("月末余额", 18.0),
        ("积数", 20.0),
        ("其中应加应减积数", 18.0),
        ("来源", 8.0),
    ),
    LOANS: (
        ("借据号", 20.0),
        ("客户号", 14.0),
        ("客户名称", 22.0),
        ("发放日期", 12.0),
        ("到期日期", 12.0),
        ("本月发放", 16.0),
        ("到期贷款收回", 16.0),
        ("其中当年发放", 16.0),
        ("到期应收回", 16.0),
        ("月末本金", 16.0),
    ),
    INTEREST: (("借据号", 20.0), ("客户号", 14.0), ("客户名称", 26.0), ("利息实收", 18.0), ("应收利息", 18.0)),
    CONDUCT: (
        ("日期", 12.0),
        ("计入日", 12.0),
        ("指标", 12.0),
        ("分值", 9.0),
        ("事由", 44.0),
        ("编号", 10.0),
        ("录入", 10.0),
        ("确认", 10.0),
    ),
}
# The columns that formulas sum, by what they are called here.
CLOSING, ACCUMULATED, ADJUSTMENT, BASIS = 8, 9, 10, 11
# Said of accounts that count as newly developed business, where a card counts these alone.
NEWLY_DEVELOPED: Final = "新增"
GRANTED, RECOVERED, THIS_YEAR, RECOVERABLE = 9, 10, 11, 12
RECEIVED, DUE = 7, 8
ENTRY_INDICATOR, ENTRY_POINTS = 6, 7


@dataclass
class Details:
    """Where the long tables stand once they are written, and what their columns sum to.

    Unit: fen, fen·days, hundredths of a point. Shape: sums by (sheet, column, number of the card); rows of entries by id,
    from 0.
    """

    last_rows: dict[str, int] = field(default_factory=dict)
    sums: dict[tuple[str, int, int], int] = field(default_factory=lambda: defaultdict(int))
    entry_rows: dict[int, int] = field(default_factory=dict)
    entry_points: dict[int, int] = field(default_factory=dict)

    def points_of(self, entry: int) -> int:
        return self.entry_points.get(entry, 0)

    def column(self, sheet: str, column: int) -> str:
        """A column's rows as a range to sum over."""
        return on_sheet(sheet, column_range(FIRST_ROW, self.last_rows[sheet], column))


def write_details(
    sheets: dict[str, Worksheet], styles: Styles, facts: BookFacts, title: str, advance: Callable[[int], None]
) -> Details:
    """Writes the four tables, row by row; memory does not grow with them.

    Raises: RuleError when a sheet cannot hold the rows.
    """
    details = Details()
    for name, sheet in sheets.items():
        _head(sheet, styles, name, title)
    _deposits(sheets[DEPOSITS], styles, facts, details, advance)
    _loans(sheets[LOANS], styles, facts, details, advance)
    _interest(sheets[INTEREST], styles, facts, details, advance)
    _entries(sheets[CONDUCT], styles, facts, details, advance)
    for name, sheet in sheets.items():
        last, columns = details.last_rows[name], len(_WHO) + len(_COLUMNS[name])
        sheet.autofilter(HEAD_ROW, 0, max(last, HEAD_ROW), columns - 1)
        if last >= FIRST_ROW:
            sheet.ignore_errors({"number_stored_as_text": f"B{FIRST_ROW + 1}:L{last + 1}"})
    return details


def _head(sheet: Worksheet, styles: Styles, name: str, title: str) -> None:
    columns = (*_WHO, *_COLUMNS[name])
    widths(sheet, *(width for _header, width in columns))
    sheet.set_default_row(17)
    sheet.set_row(0, 24)
    put_text(sheet, 0, 0, f"{name}　{title}　单位：{'分' if name == CONDUCT else '元'}", styles.section)
    sheet.set_row(HEAD_ROW, 22)
    for position, (header, _width) in enumerate(columns):
        put_text(sheet, HEAD_ROW, position, header, styles.head)
    page(sheet, left=title, right=name, head_row=HEAD_ROW, landscape=True, freeze=(FIRST_ROW, 4))


def _check_rows(row: int) -> None:
    if row >= SHEET_ROWS:
        raise RuleError(_("A sheet of the workbook cannot hold so many rows. Export one branch at a time."))


class _Who:
    """Writes the first four cells of a row: number, branch, employee number, name."""

    def __init__(self, sheet: Worksheet, styles: Styles, facts: BookFacts) -> None:
        self.number, self.text = sheet.write_number, sheet.write_string
        self.count, self.word = styles.long_count, styles.long_text
        self.cells = {key: self._words(party) for key, party in facts.parties.items()}

    @staticmethod
    def _words(party: Party) -> tuple[int, str, str, str]:
        branch, manager = party.branch.name, party.manager
        if manager is None:
            return party.number, branch, "", NOBODY
        return party.number, branch, manager.employee_no, manager.name

    def put(self, row: int, branch: int, manager: int | None) -> int:
        number, branch_name, employee_no, name = self.cells[branch, manager]
        self.number(row, 0, number, self.count)
        self.text(row, 1, branch_name, self.word)
        self.text(row, 2, employee_no, self.word)
        self.text(row, 3, name, self.word)
        return number


def _deposits(
    sheet: Worksheet, styles: Styles, facts: BookFacts, details: Details, advance: Callable[[int], None]
) -> None:
    who, row = _Who(sheet, styles, facts), FIRST_ROW
    text, number, word, amount = sheet.write_string, sheet.write_number, styles.long_text, styles.long_amount
    sums = details.sums

    def put(branch: int, manager: int | None, texts: Sequence[str], figures: Sequence[int]) -> None:
        _check_rows(row)
        party = who.put(row, branch, manager)
        for column, value in enumerate(texts, 4):
            text(row, column, value, word)
        for column, fen in enumerate(figures, CLOSING):
            number(row, column, fen / 100, amount)
            sums[DEPOSITS, column, party] += fen
        advance(1)

    for branch, manager, *cells, developed in facts.deposits:
        put(branch, manager, cells[:4], cells[4:])
        if developed:
            text(row, BASIS, NEWLY_DEVELOPED, word)
        row += 1
    for branch, *cells in facts.unattributed:
        put(branch, None, cells[:4], cells[4:])
        row += 1
    details.last_rows[DEPOSITS] = row - 1


def _loans(
    sheet: Worksheet, styles: Styles, facts: BookFacts, details: Details, advance: Callable[[int], None]
) -> None:
    who, row = _Who(sheet, styles, facts), FIRST_ROW
    for branch, manager, loan_no, customer_no, customer, granted_on, due_on, *figures in facts.loans:
        _check_rows(row)
        party = who.put(row, branch, manager)
        _texts(sheet, row, (loan_no, customer_no, customer), styles)
        put_day(sheet, row, 7, granted_on, styles.long_day)
        put_day(sheet, row, 8, due_on, styles.long_day)
        _amounts(sheet, row, LOANS, GRANTED, figures, styles, details, party)
        advance(1)
        row += 1
    details.last_rows[LOANS] = row - 1


def _interest(
    sheet: Worksheet, styles: Styles, facts: BookFacts, details: Details, advance: Callable[[int], None]
) -> None:
    who, row = _Who(sheet, styles, facts), FIRST_ROW
    for branch, manager, loan_no, customer_no, customer, *figures in facts.interest:
        _check_rows(row)
        party = who.put(row, branch, manager)
        _texts(sheet, row, (loan_no, customer_no, customer), styles)
        _amounts(sheet, row, INTEREST, RECEIVED, figures, styles, details, party)
        advance(1)
        row += 1
    details.last_rows[INTEREST] = row - 1


def _entries(
    sheet: Worksheet, styles: Styles, facts: BookFacts, details: Details, advance: Callable[[int], None]
) -> None:
    who, row = _Who(sheet, styles, facts), FIRST_ROW
    for card in facts.cards:
        for line in card.lines.all():
            counted = [facts.entries[pk] for pk in line.entries if pk in facts.entries]
            for entry in sorted(counted, key=lambda one: (one.happened_on, one.pk)):
                _check_rows(row)
                party = who.put(row, card.branch_id, card.manager_id)
                put_day(sheet, row, 4, entry.happened_on, styles.long_day)
                put_day(sheet, row, 5, entry.entered_on, styles.long_day)
                put_text(sheet, row, ENTRY_INDICATOR, entry.get_indicator_display(), styles.long_text)
                sheet.write_number(row, ENTRY_POINTS, entry.points_hundredths / 100, styles.long_points)
                put_text(sheet, row, 8, entry.reason, styles.long_text)
                put_text(sheet, row, 9, entry.entry_no, styles.long_text)
                put_text(sheet, row, 10, entry.made_by.name if entry.made_by else "", styles.long_text)
                put_text(sheet, row, 11, entry.decided_by.name if entry.decided_by else "", styles.long_text)
                details.sums[CONDUCT, ENTRY_POINTS, party] += entry.points_hundredths
                details.entry_rows[entry.pk] = row
                details.entry_points[entry.pk] = entry.points_hundredths
                advance(1)
                row += 1
    details.last_rows[CONDUCT] = row - 1


def _texts(sheet: Worksheet, row: int, texts: Iterable[str], styles: Styles) -> None:
    for column, text in enumerate(texts, 4):
        put_text(sheet, row, column, text, styles.long_text)


def _amounts(
    sheet: Worksheet,
    row: int,
    name: str,
    first_column: int,
    figures: Iterable[int],
    styles: Styles,
    details: Details,
    party: int,
) -> None:
    for column, fen in enumerate(figures, first_column):
        sheet.write_number(row, column, fen / 100, styles.long_amount)
        details.sums[name, column, party] += fen
