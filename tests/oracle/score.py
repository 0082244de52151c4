"""Managers' figures and composite cards from the facts, by the first definitions of arithmetic.md, in fractions."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from tests.oracle.ledger import NOBODY, Facts, attributed_figures, days_of

WEIGHTS = {
    "deposit_average": 20,
    "deposit_accumulated": 20,
    "loans_granted": 10,
    "principal_recovered": 15,
    "compliance": 5,
    "interest_received": 20,
    "conduct": 10,
}
TAKEN_BY_ENTRIES = ("compliance", "conduct")


@dataclass(frozen=True)
class OracleCard:
    """Points by indicator and their total. Unit: hundredths of a point."""

    points: dict[str, int]
    total: int
    not_set: list[str]
    not_applicable: list[str]


def manager_actuals(facts: Facts, month: object) -> dict[str, dict[str, Fraction]]:
    """The month's actuals of every manager in office on one of its days, by indicator. Unit: fen, fen·day."""
    days = days_of(month)
    found: dict[str, dict[str, Fraction]] = {
        manager_no: defaultdict(Fraction) for manager_no in facts.managers if office_days(facts, manager_no, month)
    }
    for (_, manager_no), (closing, accumulated) in attributed_figures(facts, month).items():
        if manager_no != NOBODY:
            found[manager_no]["deposit_closing"] += closing
            found[manager_no]["deposit_accumulated"] += accumulated
            found[manager_no]["deposit_average"] += Fraction(accumulated, len(days))
    for loan_no, loan in facts.loans.items():
        if loan.manager_no not in found:
            continue
        actuals = found[loan.manager_no]
        if loan.granted_on in days:
            actuals["loans_granted"] += loan.principal_fen
        recovered = max(0, _recovered(facts, loan_no, days[-1]) - _recovered(facts, loan_no, days[0] - timedelta(1)))
        actuals["principal_recovered"] += recovered
        this_year = loan.granted_on.year == days[0].year
        actuals["recovered_this_year" if this_year else "recovered_earlier"] += recovered
        actuals["could_be_recovered"] += _due(facts, loan_no, days[-1]) - _recovered(
            facts, loan_no, days[0] - timedelta(1)
        )
        actuals["interest_received"] += sum(
            row.interest_fen for row in facts.repayments if row.loan_no == loan_no and row.day in days
        )
    return found


def composite_cards(facts: Facts, month: object) -> dict[str, OracleCard]:
    """Every manager's card under the default composite scheme, all entries of the month confirmed."""
    return {
        manager_no: _card(facts, month, manager_no, actuals)
        for manager_no, actuals in manager_actuals(facts, month).items()
    }


def office_days(facts: Facts, manager_no: str, month: object) -> int:
    _, first_day, last_day = facts.managers[manager_no]
    return sum(first_day <= day and (last_day is None or day <= last_day) for day in days_of(month))


def _card(facts: Facts, month: object, manager_no: str, actuals: dict[str, Fraction]) -> OracleCard:
    targets: dict[str, int] = {}
    not_set, not_applicable = [], []
    for code in WEIGHTS:
        if code in TAKEN_BY_ENTRIES:
            continue
        target = facts.targets.get((manager_no, str(month), code))
        computed = target is None and code == "principal_recovered"
        if computed:
            target = int(actuals["could_be_recovered"])
        if target is None or (target <= 0 and not computed):
            not_set.append(code)
            continue
        targets[code] = half_up(Fraction(target * office_days(facts, manager_no, month), len(days_of(month))))
        if targets[code] == 0:
            not_applicable.append(code)
    counted = sum(weight for code, weight in WEIGHTS.items() if code not in not_applicable)
    points = {}
    for code, weight in WEIGHTS.items():
        spread = Fraction(weight) * 100 / counted
        if code in TAKEN_BY_ENTRIES:
            taken = sum(
                hundredths
                for manager, day, indicator, hundredths in facts.entries
                if manager == manager_no and indicator == code and day in days_of(month)
            )
            exact = max(Fraction(0), spread + Fraction(taken, 100))
        elif code in not_set or code in not_applicable:
            exact = Fraction(0)
        else:
            exact = spread * max(Fraction(0), min(Fraction(1), Fraction(actuals[code]) / targets[code]))
        points[code] = half_up(exact * 100)
    return OracleCard(points, min(10000, sum(points.values())), not_set, not_applicable)


def _due(facts: Facts, loan_no: str, day: date) -> int:
    rows = [row for row in facts.schedule if row.loan_no == loan_no]
    if not rows:
        return facts.loans[loan_no].principal_fen if facts.loans[loan_no].due_on <= day else 0
    return sum(row.principal_fen for row in rows if row.day <= day)


def _recovered(facts: Facts, loan_no: str, day: date) -> int:
    repaid = sum(row.principal_fen for row in facts.repayments if row.loan_no == loan_no and row.day <= day)
    return min(repaid, _due(facts, loan_no, day))


def half_up(exact: Fraction) -> int:
    """The nearest whole number, half away from zero."""
    nearest = math.floor(abs(exact) + Fraction(1, 2))
    return nearest if exact >= 0 else -nearest
