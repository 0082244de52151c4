"""What a contract says, word for word, and what its targets mean (articles 11, 12 and 15)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from hashlib import sha256
from typing import Final

from common.money import chinese_capitals, format_hundredths, format_percent_bp, format_yuan
from managers.rules.offices import AVERAGE, FLOW, INDICATOR_KINDS, RATE, STOCK
from managers.rules.words import INDICATOR_WORDS, TARGET_KIND_WORDS

ALL: Final = "all"
DEVELOPED: Final = "developed"
GROWTH: Final = "growth"

# A target that follows from the ledger where the contract names none: what could be recovered (arithmetic.md, Actuals).
COMPUTED_TARGET: Final = "principal_recovered"
ACCUMULATED: Final = "deposit_accumulated"

_PLAIN_NUMBERS: Final = frozenset({"products_sold"})
# Deposits are attributed as assigned or developed, account by account; loans carry no such word.
_DEVELOPED: Final = frozenset({"deposit_average", "deposit_accumulated", "deposit_closing"})
_GROWING_KINDS: Final = frozenset({FLOW, AVERAGE, STOCK})


@dataclass(frozen=True, slots=True)
class TargetTerms:
    """A contract's figure for one indicator. Unit: hundredths of the indicator's unit; none = not applicable.

    Shape: times_days = the figure is that of one day, a month's target is it × the days of the month; baseline only of
    growth.
    """

    indicator: str
    target_hundredths: int | None
    counts: str = ALL
    baseline_hundredths: int | None = None
    times_days: bool = False

    @property
    def not_applicable(self) -> bool:
        return self.target_hundredths is None


@dataclass(frozen=True, slots=True)
class Annex:
    """A document that belongs to the contract, and the SHA-256 of its content."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ContractTerms:
    """Everything that a contract's text says."""

    contract_no: str
    branch_code: str
    branch_name: str
    employee_no: str
    employee_name: str
    first_day: date
    last_day: date | None
    target_kind: str
    targets: Sequence[TargetTerms]
    includes_dedicated_recovery: bool
    remarks: str
    annexes: Sequence[Annex]
    replaces_no: str = ""


def may_grow(indicator: str) -> bool:
    """Whether a target may count growth over a baseline: amounts do, rates and averages over longer periods do not."""
    return INDICATOR_KINDS[indicator] in _GROWING_KINDS


def may_count_developed(indicator: str) -> bool:
    """Whether a target may count newly developed business only: where the ledger says which business that is."""
    return indicator in _DEVELOPED


def target_of_month(target_hundredths: int | None, times_days: bool, days: int) -> int | None:
    """A contract's target for a month of so many days. Source: arithmetic.md, Targets (fair to February)."""
    if target_hundredths is None or not times_days:
        return target_hundredths
    return target_hundredths * days


def average_meant(accumulated_fen_days: int, days: int) -> Fraction:
    """The average that an accumulated target means in a month of so many days. Unit: fen, exact."""
    return Fraction(accumulated_fen_days, days)


def in_words(indicator: str, hundredths: int) -> str:
    """A figure as a contract writes it: an amount with its capitals, a rate in percent, a plain number."""
    if INDICATOR_KINDS[indicator] == RATE:
        return format_percent_bp(hundredths)
    if indicator in _PLAIN_NUMBERS:
        return format_hundredths(hundredths)
    unit = "元·天" if indicator == ACCUMULATED else "元"
    return f"{format_yuan(hundredths)} {unit}（{chinese_capitals(hundredths)}）"


def contract_text(terms: ContractTerms) -> str:
    """The contract's canonical text: Chinese whoever reads it, the same for the same rows, and what both sign.

    Law: two contracts that differ in any agreed figure, day, name or annex have different texts.
    """
    until = f"至{_day(terms.last_day)}止" if terms.last_day else "起，不定期限"
    lines = [
        "客户经理目标责任合同",
        f"合同编号：{terms.contract_no}",
        f"甲方（信用社）：{terms.branch_name}（机构号 {terms.branch_code}）",
        f"乙方（客户经理）：{terms.employee_name}（工号 {terms.employee_no}）",
        "甲乙双方依据信用社客户经理制管理办法第十一条、第十二条、第十五条，就乙方任客户经理期间的目标责任约定如下：",
        f"一、合同期限：自{_day(terms.first_day)}{'起' if terms.last_day else ''}{until}。",
    ]
    if terms.replaces_no:
        lines.append(f"　　本合同自生效之日起替代合同 {terms.replaces_no}。")
    lines.append(f"二、考核方式：{TARGET_KIND_WORDS[terms.target_kind]}。")
    lines.append("三、每月目标：")
    order = list(INDICATOR_WORDS)
    targets = sorted(terms.targets, key=lambda one: order.index(one.indicator))
    lines += [f"　　{number}. {_target_line(one)}" for number, one in enumerate(targets, start=1)]
    lines.append(f"四、专责清收：{'包含在内' if terms.includes_dedicated_recovery else '不包含在内'}。")
    lines.append(f"五、其他约定：{_one_line(terms.remarks) or '无'}")
    annexes = [f"　　{number}. {one.name}（SHA-256 {one.sha256}）" for number, one in enumerate(terms.annexes, start=1)]
    lines += ["六、附件：", *annexes] if annexes else ["六、附件：无"]
    lines.append("七、本合同经甲乙双方在系统内确认签署后生效，签署记录含姓名、时间与本文本的 SHA-256 摘要。")
    return "\n".join(lines) + "\n"


def digest_of(text: str) -> str:
    """SHA-256 of a contract's text, hexadecimal."""
    return sha256(text.encode()).hexdigest()


def _target_line(one: TargetTerms) -> str:
    word = INDICATOR_WORDS[one.indicator]
    if one.target_hundredths is None:
        return f"{word}：不适用。"
    figure = in_words(one.indicator, one.target_hundredths)
    if one.times_days:
        # The figure is an average balance, in yuan.
        amount = f"{format_yuan(one.target_hundredths)} 元（{chinese_capitals(one.target_hundredths)}）"
        figure = f"{amount}乘以当月天数"
    if one.counts == GROWTH:
        baseline = in_words(one.indicator, one.baseline_hundredths or 0)
        return f"{word}：比基数增长 {figure}，基数 {baseline}。"
    return f"{word}：{figure}，{'只计新增业务' if one.counts == DEVELOPED else '计全部业务'}。"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _one_line(text: str) -> str:
    """Text with its line breaks as they are but none at the ends, whatever a browser sends for one."""
    return "\n　　".join(line.strip() for line in text.strip().splitlines())
