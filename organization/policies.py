"""What a policy is: settings.POLICIES lists them, branches decide about their values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from common.money import format_hundredths

HUNDREDTHS = "1/100"


@dataclass(frozen=True, slots=True)
class PolicyKind:
    """A figure of the regulation, or of how a branch works, that a branch may replace.

    Shape: the value is a whole number of `unit`, from lowest to highest; `roles` decide about it at a branch. Between 0 and
    1 without a unit it is a switch.
    """

    label: Any
    default: int
    lowest: int
    highest: int
    unit: Any = ""
    article: str = ""
    roles: tuple[str, ...] = ("director", "supervisor")

    @property
    def is_switch(self) -> bool:
        return (self.lowest, self.highest) == (0, 1) and not self.unit

    @property
    def is_hundredths(self) -> bool:
        return bool(self.unit == HUNDREDTHS)

    def words(self, value: int) -> str:
        """A value as a person reads it, with its unit."""
        if self.is_switch:
            return _("yes") if value else _("no")
        if self.is_hundredths:
            return format_hundredths(value)
        return f"{value:,} {self.unit}".rstrip()
