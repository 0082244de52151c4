"""Numbers that say who somebody is: residents' identity numbers and units' unified social credit codes."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import Final

from stdnum.cn import ric, uscc

RESIDENT: Final = "resident"
CREDIT_CODE: Final = "credit_code"

# What can be wrong with a number, in the order in which it is looked at.
LENGTH: Final = "length"
CHARACTERS: Final = "characters"
DATE: Final = "date"
CHECKSUM: Final = "checksum"

_SPACES_AND_HYPHENS = str.maketrans("", "", " -\t")

# Shorter ones (0, 无, 不详) stand for "not known" and name nobody.
SHORTEST: Final = 6


def compact(id_number: str) -> str:
    """The number without spaces and hyphens, in narrow capitals."""
    return unicodedata.normalize("NFKC", id_number).translate(_SPACES_AND_HYPHENS).upper()


def identity_key(id_number: str) -> str:
    """By what two numbers are the same person's or unit's: the old number of 15 digits has the key of its new one.

    Shape: the number without its check digit, since two that differ in it alone cannot both be right; "" for what names
    nobody. The database holds the same definition (migrations/sql/identity_key.sql).
    """
    number = compact(id_number)
    if len(number) == 15 and _digits(number):
        return f"{number[:6]}19{number[6:]}"
    if len(number) == 18:
        return number[:17]
    return number if len(number) >= SHORTEST else ""


def kind_of_number(id_type: str, customer_kind: str) -> str:
    """Which check a number must pass: by the ID type, or by the kind of customer where none is named; "" for no check."""
    name = id_type.strip().casefold()
    if not name:
        return CREDIT_CODE if customer_kind == "unit" else RESIDENT
    if "身份证" in name or "户口" in name:
        return RESIDENT
    if "信用代码" in name:
        return CREDIT_CODE
    return ""


def wrong_with(id_number: str, kind: str) -> str:
    """What is wrong with a number of the kind: its length, a character, the day of birth or the check digit; "" for nothing.

    Shape: an empty number has nothing wrong, it is missing; kind as kind_of_number gives it.
    """
    number = compact(id_number)
    if not number or not kind:
        return ""
    if kind == CREDIT_CODE:
        return _wrong_code(number)
    if len(number) not in (15, 18):
        return LENGTH
    if not _digits(number[:17]) or (len(number) == 18 and not (_digits(number[17]) or number[17] == "X")):
        return CHARACTERS
    if _day_in(number) is None:
        return DATE
    if len(number) == 18 and ric.calc_check_digit(number) != number[17]:
        return CHECKSUM
    return ""


def born_on(id_number: str) -> dt.date | None:
    """The day of birth in a resident's number of 18 digits whose check holds, or in an old one of 15; none otherwise.

    The place in the number is not looked at: places are renamed, and a list of them grows old.
    """
    return _day_in(compact(id_number)) if _holds(id_number) else None


def gender_of(id_number: str) -> str:
    """ "male" or "female", as a resident's valid number says by an odd or even place in the day's order; else ""."""
    if not _holds(id_number):
        return ""
    number = compact(id_number)
    place = number[16] if len(number) == 18 else number[14]
    return "male" if int(place) % 2 else "female"


def _holds(id_number: str) -> bool:
    return bool(compact(id_number)) and not wrong_with(id_number, RESIDENT)


def _wrong_code(number: str) -> str:
    """Shape: the two characters of authority and kind may be letters (N2 of farmers' cooperatives), the place is figures."""
    if len(number) != 18:
        return LENGTH
    try:
        check = uscc.calc_check_digit(number)
    except ValueError:  # a letter that looks like a figure: I, O, S, V or Z
        return CHARACTERS
    if not _digits(number[2:8]):
        return CHARACTERS
    return "" if check == number[17] else CHECKSUM


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _day_in(number: str) -> dt.date | None:
    written = number[6:14] if len(number) == 18 else f"19{number[6:12]}"
    try:
        return dt.date(int(written[:4]), int(written[4:6]), int(written[6:8]))
    except ValueError:
        return None
