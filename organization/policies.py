"""What a policy is: settings.POLICIES lists them, branches decide about their values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PolicyKind:
    """A figure of the regulation, or of how a branch works, that a branch may replace.

    Shape: the value is a whole number of `unit`, from lowest to highest; `roles` decide about it at a branch.
    """

    label: Any
    default: int
    lowest: int
    highest: int
    unit: Any = ""
    article: str = ""
    roles: tuple[str, ...] = ("director", "supervisor")
