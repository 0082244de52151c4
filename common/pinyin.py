"""Names by their sound, so that a few letters find them."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin

__all__ = ["initials"]


@lru_cache(maxsize=20_000)
def initials(name: str) -> str:
    """First letters of a name's syllables, lower case: 张三 is "zs"; letters and figures stay, spaces go."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).replace(" ", "").lower()
