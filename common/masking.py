"""Personal numbers as everybody sees them: enough to tell two apart, too little to use (roles.md, Trail)."""

from __future__ import annotations

__all__ = ["mask_identity", "mask_phone"]


def mask_identity(number: str) -> str:
    """420881********1234: the area and the last four stay; of a short number only its ends."""
    if len(number) >= 15:
        return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"
    return _ends(number)


def mask_phone(number: str) -> str:
    """138****5678."""
    if len(number) >= 9:
        return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"
    return _ends(number)


def _ends(text: str) -> str:
    if len(text) < 5:
        return "*" * len(text)
    return f"{text[0]}{'*' * (len(text) - 2)}{text[-1]}"
