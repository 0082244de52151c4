"""What data decides about a candidate (article 6): every condition with the evidence that a person can look up."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

MET: Final = "met"
NOT_MET: Final = "not_met"
WARNING: Final = "warning"


@dataclass(frozen=True, slots=True)
class Span:
    """Completed years, months and days between two days. Shape: 0/0/0 when the second is not after the first."""

    years: int
    months: int
    days: int


@dataclass(frozen=True, slots=True)
class PenaltyFact:
    """A penalty in force. Shape: days as ISO text, no last day = open."""

    kind: str
    first_day: str
    last_day: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the records say about a candidate on the day of the look.

    Shape: recommendations_required is 0 on a way that needs none.
    """

    employment: str
    hired_on: dt.date
    joined_system_on: dt.date | None
    id_number: str
    declares_capacity: bool
    relatives: str
    penalties: Sequence[PenaltyFact] = ()
    confirmed: int = 0
    asked: int = 0
    minimum_service_years: int = 3
    minimum_age: int = 18
    maximum_age: int = 60
    recommendations_required: int = 0


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: its code (managers.models.Qualification), met, not met or a warning, and its figures."""

    condition: str
    result: str
    evidence: Mapping[str, Any]


def anniversary(day: dt.date, months: int) -> dt.date:
    """The day on which a period of so many months that began on the day is full.

    Shape: the corresponding day of the last month; where that month has none, its last day. So who began on 29 February
    2020 has three years on 28 February 2023, and four on 29 February 2024.
    Source: Civil Code, articles 201 and 202 (the day of the beginning is not counted; 对应日, else 月末日).
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def span(first: dt.date, day: dt.date) -> Span:
    """How long it has been from the first day to the day, in full years, full months and the days beyond them.

    Law: the full months are the most whose anniversary is not after the day.
    Source: Civil Code, articles 201 and 202.
    """
    if day <= first:
        return Span(0, 0, 0)
    months = (day.year - first.year) * 12 + day.month - first.month
    if anniversary(first, months) > day:
        months -= 1
    return Span(months // 12, months % 12, (day - anniversary(first, months)).days)


def born_on(id_number: str) -> dt.date | None:
    """The day of birth that an identity number of 18 digits holds; none when the number is missing or its check fails.

    The place in the number is not looked at: places are renamed, and a list of them grows old.
    """
    number = ric.compact(id_number)
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()):
        return None
    try:
        return ric.get_birth_date(number) if ric.calc_check_digit(number) == number[17] else None
    except ValidationError:
        return None


def qualification(facts: Facts, day: dt.date) -> list[Condition]:
    """Every condition that data decides, on a day, in the order in which a page shows them.

    Shape: a result is "met", "not_met" or "warning"; recommendations only where the way asks for them, relatives only
    where some are declared. Evidence holds only what JSON knows.
    Source: article 6(5) for formal employee, service and capacity; article 7 for recommendations.
    """
    found = [_formal(facts), _service(facts, day), _capacity(facts, day), _penalty(facts)]
    if facts.recommendations_required:
        found.append(_recommendations(facts))
    if facts.relatives.strip():
        found.append(Condition("relatives", WARNING, {"source": "declaration", "declared": facts.relatives.strip()}))
    return found


def unmet(conditions: Iterable[Condition]) -> list[Condition]:
    """The hard conditions that fail: any one of them keeps the candidate out, whoever decides."""
    return [one for one in conditions if one.result == NOT_MET]


def _formal(facts: Facts) -> Condition:
    evidence = {"source": "employee_record", "employment": facts.employment, "since": facts.hired_on.isoformat()}
    return Condition("formal", _result(facts.employment == "formal"), evidence)


def _service(facts: Facts, day: dt.date) -> Condition:
    """Years in credit-cooperative work: since the person joined the cooperatives, else since he or she was hired here."""
    since = facts.joined_system_on or facts.hired_on
    full_on = anniversary(since, facts.minimum_service_years * 12)
    length = span(since, day)
    evidence = {
        "source": "employee_record",
        "counted_from": "joined_system_on" if facts.joined_system_on else "hired_on",
        "since": since.isoformat(),
        "years": length.years,
        "months": length.months,
        "days": length.days,
        "total_days": max((day - since).days, 0),
        "required_years": facts.minimum_service_years,
        "full_on": full_on.isoformat(),
    }
    return Condition("service", _result(full_on <= day), evidence)


def _capacity(facts: Facts, day: dt.date) -> Condition:
    """Full civil capacity: an age within the limits, which the identity number shows, and the candidate's own word."""
    born = born_on(facts.id_number)
    age = span(born, day).years if born is not None and born <= day else None
    lacks = []
    if age is None:
        lacks.append("bad_id_number" if facts.id_number.strip() else "no_id_number")
    elif age < facts.minimum_age:
        lacks.append("too_young")
    elif age > facts.maximum_age:
        lacks.append("too_old")
    if not facts.declares_capacity:
        lacks.append("not_declared")
    evidence = {
        "source": "id_number",
        "age": age,
        "minimum_age": facts.minimum_age,
        "maximum_age": facts.maximum_age,
        "declared": facts.declares_capacity,
        "lacks": lacks,
    }
    return Condition("capacity", _result(not lacks), evidence)


def _penalty(facts: Facts) -> Condition:
    in_force = [{"kind": one.kind, "first_day": one.first_day, "last_day": one.last_day} for one in facts.penalties]
    return Condition("penalty", _result(not in_force), {"source": "dossier", "penalties": in_force})


def _recommendations(facts: Facts) -> Condition:
    evidence = {
        "source": "recommendations",
        "confirmed": facts.confirmed,
        "asked": facts.asked,
        "required": facts.recommendations_required,
    }
    return Condition("recommendations", _result(facts.confirmed >= facts.recommendations_required), evidence)


def _result(holds: bool) -> str:
    return MET if holds else NOT_MET
