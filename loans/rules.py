"""What of a loan is due, what is recovered and by whom: the definitions, for one loan.

Source: arithmetic.md, Actuals; article 10.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from common.months import Month
from managers.rules import holds_on

# Loans of these classes are no longer due in the target of what could be recovered; what comes still counts.
HOPELESS_CLASSIFICATIONS: Final = frozenset({"doubtful", "loss"})


@dataclass(frozen=True, slots=True)
class InstalmentFact:
    """What is due of a loan, on the day it enters: its due day, or later when it came after that month was closed."""

    entered_on: date
    principal_fen: int
    interest_fen: int


@dataclass(frozen=True, slots=True)
class RepaymentFact:
    """What was repaid of a loan, on the day it enters the figures."""

    entered_on: date
    principal_fen: int
    interest_fen: int


@dataclass(frozen=True, slots=True)
class Responsibility:
    """Who answers for the loan. Shape: days inclusive, no last day = open, one manager a day."""

    manager_no: str
    first_day: date
    last_day: date | None


def instalments(
    principal_fen: int, due_entered_on: date, schedule: Sequence[InstalmentFact]
) -> Sequence[InstalmentFact]:
    """The loan's schedule; a loan without one has one instalment, its whole principal on its due day.

    Shape: due_entered_on is the loan's due day, or the day on which it enters when the loan came later.
    """
    return schedule or (InstalmentFact(due_entered_on, principal_fen, 0),)


def principal_by(rows: Iterable[InstalmentFact] | Iterable[RepaymentFact], day: date) -> int:
    """All principal of the rows entered by the end of the day: S(day) of instalments, P(day) of repayments."""
    return sum(row.principal_fen for row in rows if row.entered_on <= day)


def recovered_by(day: date, due: Iterable[InstalmentFact], repaid: Iterable[RepaymentFact]) -> int:
    """R(day): the principal that is both due and repaid by the end of the day, the lesser of S and P.

    Law: what is paid ahead counts when it falls due, and overdue money counts when it comes.
    Source: arithmetic.md, principal_recovered.
    """
    return min(principal_by(repaid, day), principal_by(due, day))


def recovered_by_manager(
    month: Month,
    due: Sequence[InstalmentFact],
    repaid: Sequence[RepaymentFact],
    responsible: Sequence[Responsibility],
) -> dict[str, int]:
    """The growth of R over the month, each day's growth to the manager responsible on that day.

    Shape: due and repaid hold the loan's rows of all time up to the month; growth on a day without a manager stands
    under "".
    Law: a manager's part of a loan is the sum of the days' growth, not below 0 (a reversed repayment takes back what
    came in the same month, not what other months have counted).
    """
    days = sorted(day for day in {one.entered_on for one in due} | {one.entered_on for one in repaid} if day in month)
    before = recovered_by(month.previous.last_day, due, repaid)
    grown: dict[str, int] = defaultdict(int)
    for day in days:
        now = recovered_by(day, due, repaid)
        if now != before:
            manager_no = next((one.manager_no for one in responsible if holds_on(day, one)), "")
            grown[manager_no] += now - before
        before = now
    return {manager_no: max(0, amount) for manager_no, amount in grown.items()}


def could_be_recovered(
    month: Month,
    due: Sequence[InstalmentFact],
    repaid: Sequence[RepaymentFact],
    classification: str = "normal",
    in_dedicated_recovery: bool = False,
) -> int:
    """S(m) − R(m−1): what could be recovered in the month, the default target.

    Shape: 0 for a loan classed doubtful or loss or handed to dedicated recovery.
    """
    if classification in HOPELESS_CLASSIFICATIONS or in_dedicated_recovery:
        return 0
    return principal_by(due, month.last_day) - recovered_by(month.previous.last_day, due, repaid)


def recovery_indicator(granted_on: date, month: Month) -> str:
    """Which half of the recovered principal a loan belongs to, by its year of grant.

    Source: article 10, granted in a year, recovered in that year.
    """
    return "recovered_this_year" if granted_on.year == month.year else "recovered_earlier"


def interest_in(month: Month, rows: Iterable[InstalmentFact] | Iterable[RepaymentFact]) -> int:
    """Interest of the month: what the schedule makes due, from instalments; what is received, from repayments."""
    return sum(row.interest_fen for row in rows if row.entered_on in month)
