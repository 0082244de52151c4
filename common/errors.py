"""What the program says when it refuses: one sentence that tells what is so and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["BadInput", "CellError", "Conflict", "RuleError"]


class RuleError(Exception):
    """A rule of the regulation or of this system refuses what was asked.

    Shape: `sentence` is shown to the user as it is (str or lazy translation); `article` is the
    regulation's article, such as "9(2)"; `field` is the form field that the sentence stands beside.
    """

    def __init__(self, sentence: Any, article: str | int | None = None, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.article = None if article is None else str(article)
        self.field = field

    def __str__(self) -> str:
        return str(self.sentence)


class Conflict(RuleError):
    """Someone else was faster: the sentence says who and when."""


class BadInput(RuleError):
    """What was typed or sent cannot be read: the sentence says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class CellError:
    """A bad cell of a file; collected, never raised.

    Shape: `row` is the 1-based row that the user sees in the file, `column` the header as the file
    writes it, `value` what the cell holds, `reason` one sentence (str or lazy translation).
    """

    row: int
    column: str
    value: str
    reason: Any

    def __str__(self) -> str:
        return f"{self.row} {self.column} “{self.value}”: {self.reason}"
