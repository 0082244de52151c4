"""What benchmarks measure, as a table: the time, the reference's time, their ratio and the goal."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.databases import Databases


@dataclass
class Line:
    what: str
    seconds: float
    reference: str
    reference_seconds: float
    goal: float | None

    @property
    def ratio(self) -> float:
        return self.seconds / self.reference_seconds

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return ""
        return "reached" if self.ratio <= self.goal else "NOT REACHED"


@dataclass
class Report:
    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    databases: Databases | None = None  # for a benchmark that needs more than the one it is given

    def add(
        self, what: str, seconds: float, reference: str, reference_seconds: float, goal: float | None = None
    ) -> None:
        """One ratio. Shape: without a goal the line is for orientation."""
        self.lines.append(Line(what, seconds, reference, reference_seconds, goal))

    def note(self, sentence: str) -> None:
        self.notes.append(sentence)

    @property
    def reached(self) -> bool:
        return all(line.goal is None or line.ratio <= line.goal for line in self.lines)

    def __str__(self) -> str:
        head = ("what", "seconds", "reference", "seconds", "ratio", "goal", "")
        rows = [
            (
                line.what,
                f"{line.seconds:.2f}",
                line.reference,
                f"{line.reference_seconds:.2f}",
                f"{line.ratio:.2f}",
                "" if line.goal is None else f"≤ {line.goal:g}",
                line.verdict,
            )
            for line in self.lines
        ]
        widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
        written = [
            "  ".join(
                cell.ljust(width) if column in (0, 2, 6) else cell.rjust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in [head, *rows]
        ]
        return "\n".join(["", *written, *self.notes])


def timed(work: Callable[[], object]) -> float:
    """Seconds that the work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
