"""The break-even line of article 12: interest received against the manager's wage and the branch's four expenses."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Interest of a month against the line it should reach. Unit: fen. Shape: no line = wage or expenses are not known."""

    wage_fen: int | None
    four_expenses_fen: int | None
    interest_fen: int

    @property
    def line_fen(self) -> int | None:
        if self.wage_fen is None or self.four_expenses_fen is None:
            return None
        return self.wage_fen + self.four_expenses_fen

    @property
    def above_fen(self) -> int | None:
        """How far interest lies above the line; below zero, what is missing."""
        return None if self.line_fen is None else self.interest_fen - self.line_fen

    @property
    def reached(self) -> bool | None:
        """Not less than the line counts as reached."""
        return None if self.above_fen is None else self.above_fen >= 0


def break_even(wage_fen: int | None, four_expenses_fen: int | None, interest_fen: int) -> BreakEven:
    """Loan interest income against own wages plus the per-capita four expenses 人平四项费用. Source: article 12."""
    return BreakEven(wage_fen, four_expenses_fen, interest_fen)
