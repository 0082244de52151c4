"""Finding by the beginning of a name, of its pinyin initials, or of a number."""

from __future__ import annotations

from django.db.models import Q

__all__ = ["beginnings", "looks_like_number", "starting_with"]


def looks_like_number(words: str) -> bool:
    """Whether somebody searches by number: names hold no digits, numbers nearly always do."""
    return any(character.isdigit() for character in words)


def starting_with(words: str, *, number: str, name: str = "name", initials: str = "initials") -> Q:
    """Rows whose number, name or pinyin initials begin with the words; each has an index for exactly this."""
    found = Q()
    for field, beginning in beginnings(words, number=number, name=name, initials=initials):
        found |= Q(**{f"{field}__startswith": beginning})
    return found


def beginnings(words: str, *, number: str, name: str = "name", initials: str = "initials") -> list[tuple[str, str]]:
    """The fields that the words may be the beginning of, each with that beginning."""
    numbers = [(number, words), (number, words.upper())]
    if looks_like_number(words):
        return numbers
    if words.isascii():
        # Letters may be initials (zs is 张三) or the letters that a number begins with.
        return [(name, words), (initials, words.lower().replace(" ", "")), *numbers]
    return [(name, words)]
