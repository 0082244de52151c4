"""Scoring: from targets, actuals and entries to the cards of a branch's month."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.db import connection
from django.utils.translation import gettext as _

from appraisal.models import ScoreCard, ScoreLine
from appraisal.queries.contracts import as_counted, developed_of_month
from appraisal.queries.facts import (
    COMPUTED_TARGET,
    EffectiveScheme,
    MonthActuals,
    actuals_of_month,
    entry_facts,
    office_fact,
    scheme_for,
    schemes_of_month,
)
from appraisal.queries.targets import MissingTarget
from appraisal.rules import COMPUTED, Card, TargetFact, rank, score_card
from appraisal.rules import ScoreLine as Line
from common.errors import RuleError
from common.money import round_half_up
from common.months import Month
from managers.queries import FoundTarget, ManagerInOffice, managers_in_office, targets_of_month
from organization.models import Branch, MonthClose
from organization.rules import Actor


@dataclass(frozen=True, slots=True)
class ScoredBranch:
    """What scoring has made: how many cards, and which targets they lack."""

    cards: int
    missing: list[MissingTarget]


def score_branch(*, actor: Actor, branch: Branch, month: Month, row: MonthClose) -> ScoredBranch:
    """Replaces the score cards of everyone who was manager of the branch in the month (articles 15 and 16).

    One step of the month end, inside its transaction and after the ledgers' figures: state, right and trail are the
    caller's. The scheme is the one of the contract's target kind that is effective in the month; dedicated recovery is
    appraised as loan recovery until it has a scheme of its own. A recovery target that nobody has set is computed: what
    could be recovered. A missing target makes a card incomplete and does not stop it.
    Shape: row is the month's own row, locked. A constant number of statements, however many managers.
    Raises: RuleError when no scheme is effective in the month.
    """
    managers = managers_in_office(branch, month)
    schemes = schemes_of_month(month)
    targets = targets_of_month(branch, month, managers)
    actuals = actuals_of_month(branch, month, [one.employee_id for one in managers])
    developed = developed_of_month(branch, month, targets)
    entries = entry_facts(branch, month)
    scored: list[tuple[ManagerInOffice, EffectiveScheme, Card, dict[str, FoundTarget]]] = []
    for manager in managers:
        scheme = scheme_for(manager, schemes)
        if scheme is None:
            raise RuleError(
                _("No appraisal scheme is effective in %(month)s for %(name)s. Publish one first.")
                % {"month": month, "name": manager.name},
                article=16,
            )
        own = actuals[manager.employee_id]
        office = office_fact(manager, month)
        newly = developed.get(manager.employee_id, {})
        found, reached = as_counted(targets[manager.employee_id], own.by_indicator, office, newly)
        card = score_card(
            scheme.rule,
            office,
            _target_facts(found, own),
            reached,
            entries.get(manager.employee_id, {}),
        )
        scored.append((manager, scheme, card, found))
    _replace(row, branch, scored)
    return ScoredBranch(
        cards=len(scored),
        missing=[
            MissingTarget(manager.employee_no, manager.name, code)
            for manager, _scheme, card, _found in scored
            for code in card.not_set
        ],
    )


def _target_facts(found: Mapping[str, FoundTarget], actuals: MonthActuals) -> dict[str, TargetFact]:
    facts = {
        indicator: TargetFact(one.value_hundredths, one.source, one.not_applicable) for indicator, one in found.items()
    }
    facts.setdefault(COMPUTED_TARGET, TargetFact(actuals.recoverable_fen, COMPUTED))
    return facts


def _replace(
    month_row: MonthClose,
    branch: Branch,
    scored: list[tuple[ManagerInOffice, EffectiveScheme, Card, dict[str, FoundTarget]]],
) -> None:
    with connection.cursor() as cursor:
        of_month = (branch.pk, month_row.month)
        cursor.execute(
            "DELETE FROM appraisal_scoreline WHERE card_id IN"
            " (SELECT id FROM appraisal_scorecard WHERE branch_id = %s AND month = %s)",
            of_month,
        )
        cursor.execute(
            "DELETE FROM appraisal_scorecard WHERE branch_id = %s AND month = %s RETURNING manager_id, total_hundredths",
            of_month,
        )
        last_run = dict(cursor.fetchall())
    places = rank([card.total_hundredths for _manager, _scheme, card, _found in scored])
    cards = ScoreCard.objects.bulk_create(
        ScoreCard(
            month=month_row.month,
            branch=branch,
            manager_id=manager.employee_id,
            scheme_version_id=scheme.version_id,
            first_day_in_office=manager.first_day,
            days_in_office=manager.days_in_office,
            scored_total_hundredths=card.scored_total_hundredths,
            total_hundredths=card.total_hundredths,
            last_run_total_hundredths=last_run.get(manager.employee_id),
            grade=card.grade or "",
            rank=place,
            complete=card.confirmable,
        )
        for place, (manager, scheme, card, _found) in zip(places, scored, strict=True)
    )
    rows = [
        _columns(stored, position, line, scheme, found.get(line.code))
        for stored, (_manager, scheme, card, found) in zip(cards, scored, strict=True)
        for position, line in enumerate(card.lines, start=1)
    ]
    if not rows:
        return
    # By COPY: the model's way through bulk_create cost half of the time of scoring.
    columns = ", ".join(f'"{name}"' for name in rows[0])
    with connection.cursor() as cursor, cursor.copy(f"COPY appraisal_scoreline ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(tuple(row.values()))


def _columns(
    card: ScoreCard, position: int, line: Line, scheme: EffectiveScheme, target: FoundTarget | None
) -> dict[str, object]:
    """A line as it is stored, by column."""
    return {
        "card_id": card.pk,
        "position": position,
        "group": line.group,
        "indicator": line.code,
        "rule": line.rule,
        "parameters": json.dumps(scheme.parameters[line.code]),
        "state": line.status,
        "scheme_weight_hundredths": line.weight_hundredths,
        "weight_numerator": line.weight.numerator,
        "weight_denominator": line.weight.denominator,
        "full_target_hundredths": line.contract_target_hundredths,
        "target_hundredths": line.target_hundredths,
        "target_source": line.target_source or ScoreLine.TargetSource.NONE.value,
        "target_evidence": json.dumps(target.evidence if target else {}),
        "actual_numerator": _numerator(line.actual),
        "actual_denominator": _denominator(line.actual),
        "rate_numerator": _numerator(line.rate),
        "rate_denominator": _denominator(line.rate),
        "raw_points_hundredths": round_half_up(line.points_before.numerator * 100, line.points_before.denominator),
        "points_hundredths": line.points_hundredths,
        "entries": json.dumps(line.entry_ids),
    }


def _numerator(exact: Fraction | None) -> int | None:
    return None if exact is None else exact.numerator


def _denominator(exact: Fraction | None) -> int | None:
    return None if exact is None else exact.denominator
