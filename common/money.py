"""Money as whole fen, points as whole hundredths: reading, writing and rounding them exactly.

This is the only place where money is parsed or rounded. No float takes part in arithmetic; a float occurs only as
what a spreadsheet cell holds, and is turned into the decimal number that the spreadsheet shows.
"""

from __future__ import annotations

import math
import re
from decimal import Context, Decimal
from typing import Final

from django.utils.translation import gettext as _

from common.errors import BadInput

__all__ = [
    "MAX_BIGINT",
    "MIN_BIGINT",
    "chinese_capitals",
    "fold_figure",
    "format_hundredths",
    "format_percent",
    "format_percent_bp",
    "format_wan",
    "format_yuan",
    "parse_fen",
    "parse_hundredths",
    "parse_percent_bp",
    "parse_scaled",
    "round_half_up",
    "trunc_div",
]

MAX_BIGINT: Final = 2**63 - 1
MIN_BIGINT: Final = -(2**63)

# A number cell of a workbook may also hold a truth value, which is refused.
Figure = str | bool | int | Decimal | float

MINUS: Final = "\u2212"

# Figures are folded by this table and not by NFKC, which would silently read "10²" as 102 and "①" as 1.
_FOLDED: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: " ",
    0x00A0: " ",
    0x2212: "-",
    0xFE63: "-",
    0xFE62: "+",
    0xFE50: ",",
    0xFE52: ".",
}

_PLAIN: Final = re.compile(r"(-?)([0-9]{1,16})(?:\.([0-9]{1,2}))?\Z")
_WRITTEN: Final = re.compile(r"([+-]?)([0-9]*|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]+))?\Z")
_EXPONENT: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?[eE][+-]?[0-9]+\Z")

_WIDE: Final = Context(prec=1_000)

# A binary number holds 15 decimal digits, and a spreadsheet keeps no more; beyond, two fen may be one number.
_EXACT_IN_A_FLOAT: Final = 10**15


def fold_figure(text: str) -> str:
    """A figure's text with full-width characters and the minus sign as ASCII, trimmed."""
    return text.strip() if text.isascii() else text.translate(_FOLDED).strip()


def parse_fen(value: Figure) -> int:
    """The fen of an amount written in yuan.

    Shape: text as people and core systems write it (1,234.50, (1,234.50), −5, .50, full-width digits); an int or
    Decimal is yuan. A float is what a spreadsheet cell holds: it counts as its shortest decimal form, or, where that
    has more than two decimals, as its 15 significant digits, which are all that a spreadsheet shows, as long as these
    reach two decimals further (0.30000000000000004 is 0.30; above 10^11 yuan only the shortest form counts).
    Raises: BadInput for more than two decimals, an exponent, NaN, a bad separator, or fen beyond 64 bits.
    """
    if type(value) is str:
        # The form that core systems write, by far the most common.
        digits = value[:-3] + value[-2:]
        unsigned = digits[1:] if digits[:1] == "-" else digits
        if value[-3:-2] == "." and unsigned.isdigit() and digits.isascii() and len(digits) < 18:
            return int(digits)
        plain = _PLAIN.match(value)
        if plain:
            sign, whole, decimals = plain.groups()
            fen = int(whole) * 100
            if decimals:
                fen += int(decimals) * 10 if len(decimals) == 1 else int(decimals)
            return -fen if sign else fen
    elif type(value) is float:
        # A cell that was written with at most two decimals holds the binary number nearest to them, and with at most
        # 15 digits no other number of fen has the same one.
        fen = round(value * 100) if -_EXACT_IN_A_FLOAT < value * 100 < _EXACT_IN_A_FLOAT else 0
        if fen and fen / 100 == value:
            return fen
    return parse_scaled(value, 2)


def parse_hundredths(value: Figure) -> int:
    """The hundredths of a number with at most two decimals, such as points: "-1.5" is -150.

    Shape, Raises: as parse_fen.
    """
    return parse_scaled(value, 2)


def parse_percent_bp(value: Figure) -> int:
    """The hundredths of a percent of a percentage, with or without its sign: "33.33" and "33.33 %" are 3333.

    Shape, Raises: as parse_fen.
    """
    if isinstance(value, str):
        value = fold_figure(value).removesuffix("%").rstrip()
    return parse_scaled(value, 2)


def parse_scaled(value: Figure, places: int) -> int:
    """A decimal number times 10 to the power of its places, exactly.

    Raises: BadInput when it has more decimals, is no plain number, or does not fit into 64 bits.
    """
    if isinstance(value, bool):
        raise _not_a_number(str(value))
    if isinstance(value, float):
        return _float_scaled(value, places)
    if isinstance(value, int):
        return _bounded(value * 10**places, str(value))
    if isinstance(value, Decimal):
        return _decimal_scaled(value, places, str(value))
    text = fold_figure(value)
    negative = False
    body = text
    if text.startswith("(") and text.endswith(")"):
        negative = True
        body = text[1:-1].strip()
    written = _WRITTEN.match(body)
    if not written or (negative and written[1]) or not (written[2] or written[3]):
        if not text:
            raise BadInput(_("The figure is missing."))
        if _EXPONENT.match(body):
            raise BadInput(
                _("“%(value)s” is written with an exponent. Format the column as a plain number or as text.")
                % {"value": _short(value)}
            )
        raise _not_a_number(value)
    sign, whole, decimals = written.groups(default="")
    if len(decimals) > places:
        raise _too_many_decimals(value, places)
    if len(whole) > 30:
        raise _too_large(value)
    scaled = int((whole.replace(",", "") or "0") + decimals.ljust(places, "0"))
    return _bounded(-scaled if negative or sign == "-" else scaled, value)


def _float_scaled(value: float, places: int) -> int:
    if not math.isfinite(value):
        raise _not_a_number(str(value))
    if abs(value) * 10**places > _EXACT_IN_A_FLOAT:
        raise BadInput(
            _("%(value)s is too large for a number cell to hold exactly. Format the column as text and write it again.")
            % {"value": f"{value:.15g}"}
        )
    shortest = Decimal(repr(value))
    if _decimals_of(shortest) > places:
        # What 15 digits leave out must be the noise of binary sums, never a decimal that someone wrote: they must
        # show at least two decimals more than are kept, and those must be zeros.
        shown = Decimal(f"{value:.15g}")
        if shown.adjusted() + 1 + places + 2 <= 15:
            shortest = shown
    return _decimal_scaled(shortest, places, str(value))


def _decimal_scaled(value: Decimal, places: int, written: str) -> int:
    if not value.is_finite():
        raise _not_a_number(written)
    # The exponent is looked at first: 1E+999999 as an integer would fill the memory.
    if value and value.adjusted() > 30:
        raise _too_large(written)
    if _decimals_of(value) > places:
        raise _too_many_decimals(written, places)
    # Below 10^31 and without further decimals the product is whole, and exact in a context of enough digits.
    return _bounded(int(_WIDE.scaleb(value, places)), written)


def _decimals_of(value: Decimal) -> int:
    """Decimals without trailing zeros."""
    if not value:
        return 0
    digits = value.as_tuple().digits
    trailing = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    return max(0, len(digits) - trailing - 1 - value.adjusted())


def _bounded(number: int, written: str) -> int:
    if MIN_BIGINT <= number <= MAX_BIGINT:
        return number
    raise _too_large(written)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _not_a_number(written: str) -> BadInput:
    return BadInput(_("“%(value)s” is not a figure. Write it like 1,234.50.") % {"value": _short(written)})


def _too_many_decimals(written: str, places: int) -> BadInput:
    return BadInput(
        _("“%(value)s” has more than %(places)d decimals. Round it where it comes from; nothing is rounded here.")
        % {"value": _short(written), "places": places}
    )


def _too_large(written: str) -> BadInput:
    return BadInput(
        _("“%(value)s” is larger than any figure the system can hold. Check the column.") % {"value": _short(written)}
    )


def round_half_up(numerator: int, denominator: int) -> int:
    """The quotient rounded to a whole number, half away from zero, as a spreadsheet's ROUND does.

    Raises: ZeroDivisionError. Source: arithmetic.md, Money and time.
    """
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    rounded = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -rounded if numerator < 0 else rounded


def trunc_div(numerator: int, denominator: int) -> int:
    """The quotient cut toward zero, as PostgreSQL's integer division does. Raises: ZeroDivisionError."""
    cut = abs(numerator) // abs(denominator)
    return -cut if (numerator < 0) != (denominator < 0) else cut


def format_hundredths(hundredths: int) -> str:
    """A whole number of hundredths with two decimals, thousands separators and a true minus: −1,234.50."""
    whole, rest = divmod(abs(hundredths), 100)
    return f"{MINUS if hundredths < 0 else ''}{whole:,}.{rest:02d}"


def format_yuan(fen: int) -> str:
    """An amount in yuan: 1,234,567.89; below zero with U+2212."""
    return format_hundredths(fen)


def format_wan(fen: int) -> str:
    """An amount in ten thousand yuan (万元), rounded half up to two decimals. For display only."""
    return format_hundredths(round_half_up(fen, 10_000))


def format_percent(numerator: int, denominator: int) -> str:
    """A rate as a percentage with two decimals, rounded half up from the exact pair: 86.67 %."""
    return f"{format_hundredths(round_half_up(numerator * 10_000, denominator))} %"


def format_percent_bp(bp: int) -> str:
    """Hundredths of a percent as a percentage: 3333 is 33.33 %."""
    return f"{format_hundredths(bp)} %"


_CAPITALS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")


def chinese_capitals(fen: int) -> str:
    """An amount as contracts and vouchers write it: 人民币伍万元整, 人民币壹佰零伍元叁角, 人民币负壹元零贰分.

    Shape: up to 64-bit fen. One 零 stands for any gap of zeros inside the figure; 整 where there are neither 角 nor 分.
    Source: 《票据法》 forms of amounts (正确填写票据和结算凭证的基本规定).
    """
    whole, rest = divmod(abs(fen), 100)
    jiao, cents = divmod(rest, 10)
    written = _whole_in_capitals(whole) + "元" if whole else ""
    if jiao:
        # 10.30 is 壹拾元零叁角: a zero of the yuan before the 角 is read out.
        written += ("零" if whole and whole % 10 == 0 else "") + _CAPITALS[jiao] + "角"
    if cents:
        written += ("零" if written and not jiao else "") + _CAPITALS[cents] + "分"
    if not rest:
        written = (written or "零元") + "整"
    return f"人民币{'负' if fen < 0 else ''}{written}"


def _whole_in_capitals(number: int) -> str:
    """A whole number above zero: so many 亿, so many 万, and the rest."""
    for unit, word in ((10**8, "亿"), (10**4, "万")):
        high, low = divmod(number, unit)
        if high:
            gap = "零" if 0 < low < unit // 10 else ""
            return _whole_in_capitals(high) + word + gap + (_whole_in_capitals(low) if low else "")
    return _group_in_capitals(number)


def _group_in_capitals(group: int) -> str:
    """Up to four digits, with their places."""
    written, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit == 0:
            gap = bool(written)
            continue
        written += ("零" if gap else "") + _CAPITALS[digit] + _PLACES[place]
        gap = False
    return written
