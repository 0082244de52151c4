"""Finding by the beginning of a name, of its pinyin initials, or of a number."""

from __future__ import annotations

from django.db.models import Q

__all__ = ["looks_like_number", "starting_with"]


def looks_like_number(words: str) -> bool:
    """Whether somebody searches by number: names hold no digits, numbers nearly always do."""
    return any(character.isdigit() for character in words)


def starting_with(words: str, *, number: str, name: str = "name", initials: str = "initials") -> Q:
    """Rows whose number, name or pinyin initials begin with the words; each has an index for exactly this."""
    if looks_like_number(words):
        return Q(**{f"{number}__startswith": words}) | Q(**{f"{number}__startswith": words.upper()})
    by_name = Q(**{f"{name}__startswith": words})
    # Letters may be initials (zs is 张三) or the letters that a number begins with.
    if words.isascii():
        by_name |= Q(**{f"{initials}__startswith": words.lower().replace(" ", "")})
        by_name |= Q(**{f"{number}__startswith": words}) | Q(**{f"{number}__startswith": words.upper()})
    return by_name
