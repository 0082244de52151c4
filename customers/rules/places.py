"""Where an address lies: the village or community of it, by which customers are looked after together."""

from __future__ import annotations

import re

# A village's 村 is not that of a town called 中村镇, nor of 村民, 村委会.
_VILLAGE = re.compile(r".*?(?:村(?![镇乡民委])|社区|居委会)")
_TOWN = re.compile(r".*?(?:街道|镇|乡)")


def place_of(address: str) -> str:
    """The address up to its village or community, or up to its town where it names none; empty where it names neither."""
    found = _VILLAGE.match(address) or _TOWN.match(address)
    return found.group().strip() if found else ""
