"""The lines of a hand-over sheet, whatever they are about: drawn up, given to takers or kept, passed on when all have signed.

The ledgers above say what they hold and write what begins; what holds for every line stands here (article 9(1)).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from managers.actions.handovers import lock_sheet, record_sheet, refuse_changing
from managers.models import HandOver, HandOverLine
from managers.queries.handovers import Line, takers_on
from managers.queries.offices import terms_at
from managers.rules import ONE_DAY, Term, first_day_out_of_office
from managers.rules.handovers import Passed, passed_on
from organization.models import Employee
from organization.rules import Actor

Held = TypeVar("Held", bound=Model)


@dataclass(frozen=True, slots=True)
class Move(Generic[Line, Held]):
    """A signed line with what the giver holds now, and what becomes of it. Shape: no `taken` where nobody takes over."""

    line: Line
    held: Held
    passed: Passed
    taken: Term | None


def draw_up_lines(sheet: HandOver, model: type[HandOverLine], held: Iterable[Any]) -> int:
    """Writes a line for everything that the giver holds; what was decided about one stays. Returns how many there are.

    The caller has locked the sheet, a draft.
    """
    lines = {_key(model, one): one for one in model._default_manager.filter(hand_over=sheet)}
    made, changed, found = [], [], 0
    for one in held:
        found += 1
        facts = {name: getattr(one, name) for name in model.AS_SIGNED}
        line = lines.pop(_key(model, one), None)
        if line is None:
            subject_id, first_day = _key(model, one)
            made.append(model(hand_over=sheet, first_day=first_day, **{f"{model.SUBJECT}_id": subject_id}, **facts))
        elif any(getattr(line, name) != value for name, value in facts.items()):
            for name, value in facts.items():
                setattr(line, name, value)
            changed.append(line)
    model._default_manager.filter(pk__in=[line.pk for line in lines.values()]).delete()
    model._default_manager.bulk_update(changed, model.AS_SIGNED)
    model._default_manager.bulk_create(made)
    return found


def decide_lines(
    *, actor: Actor, sheet: HandOver, lines: QuerySet[Line], taker: Employee | None = None, kept_reason: str = ""
) -> int:
    """Gives lines of a draft to a taker, or keeps them with a reason: they end with the giver's last day, as nobody's.

    Shape: lines of one kind; those that are not the sheet's are passed over; returns how many were decided.
    Raises: RuleError without the right, for oneself, the giver or the witness as taker, and for a taker who is not in
    office at the branch on the first day; Conflict when the sheet is no draft.
    Source: article 9(1).
    """
    if (taker is None) == (not kept_reason.strip()):
        raise BadInput(_("Name a taker, or say why nobody takes over."), field="taker")
    subject = lines.model.SUBJECT
    with obeying_laws(), transaction.atomic():
        row = lock_sheet(sheet)
        refuse_changing(actor, row)
        if taker is not None:
            refuse_takers(actor, row, [taker])
        wanted = lines.filter(hand_over=row)
        numbers = sorted(wanted.values_list(f"{subject}__{subject}_no", flat=True))
        if not numbers:
            raise BadInput(_("Choose at least one line."), field="lines")
        # By their keys: what chooses them may be a decision that is changed here.
        keys = list(wanted.values_list("pk", flat=True))
        changed = lines.model._default_manager.filter(pk__in=keys).update(taker=taker, kept_reason=kept_reason.strip())
        record_sheet(
            actor,
            "decide_hand_over_lines",
            row,
            {
                f"{subject}s": [None, numbers],
                "taker": [None, taker.employee_no if taker else None],
                "kept_reason": [None, kept_reason.strip()],
            },
        )
    return changed


def refuse_takers(actor: Actor, sheet: HandOver, takers: Collection[Employee]) -> None:
    """Raises: RuleError for oneself, the giver or the witness as taker, and for who is not in office on the first day."""
    offices = terms_at([taker.pk for taker in takers], sheet.branch_id)
    for taker in takers:
        if taker.pk == actor.employee_id:
            raise RuleError(_("Nobody decides about himself or herself. Ask another person."), field="taker")
        if taker.pk in (sheet.employee_id, sheet.witness_id):
            raise RuleError(_("The taker is neither the giver nor the witness. Name another manager."), field="taker")
        _within_office(taker, Term(sheet.first_day, sheet.first_day), offices[taker.pk])


def written(line: HandOverLine) -> str:
    """A line as it is signed and as the trail keeps it."""
    facts = " ".join(str(getattr(line, name)) for name in line.AS_SIGNED)
    becomes = line.taker.employee_no if line.taker else f"({line.kept_reason})"
    return f"{line.number} {line.first_day} {facts} → {becomes}"


def moves_of(sheet: HandOver, lines: QuerySet[Line], held: Iterable[Held]) -> list[Move[Line, Held]]:
    """What each line of a signed sheet does to what the giver holds now.

    Shape: in the order of the lines; a taker's days end with the taker's own term where that ends earlier.
    Raises: Conflict when what the giver holds is no longer what was signed; RuleError when a taker is not in office.
    """
    model = lines.model
    standing = {_key(model, one): one for one in held}
    offices = terms_at(takers_on(lines), sheet.branch_id)
    moves = []
    for line in lines:
        stands = standing.pop(_key(model, line), None)
        if stands is None or any(getattr(stands, name) != getattr(line, name) for name in line.AS_SIGNED):
            raise _other_than_signed(line.number)
        term = Term(line.first_day, line.last_day)
        passed = passed_on(term, sheet.first_day, sheet.last_day, sheet.appointment.last_day)
        taken = _within_office(line.taker, passed.taken, offices[line.taker.pk]) if line.taker else None
        moves.append(Move(line, stands, passed, taken))
    if standing and sheet.occasion != HandOver.Occasion.CHANGE:
        subject = getattr(next(iter(standing.values())), model.SUBJECT)
        raise _other_than_signed(getattr(subject, f"{model.SUBJECT}_no"))
    return moves


def end_with_giver(sheet: HandOver, model: type[Model], moves: Iterable[Move[Any, Any]]) -> None:
    """Ends what the giver holds with the day before the sheet's; what would have no day left goes."""
    moves, last_day = list(moves), sheet.first_day - ONE_DAY
    none_left = [move.held.pk for move in moves if move.passed.keeps_until is None]
    model._default_manager.filter(pk__in=none_left).delete()
    cut = [move.held.pk for move in moves if move.passed.keeps_until is not None]
    model._default_manager.filter(pk__in=cut).exclude(last_day=last_day).update(last_day=last_day)


def _key(model: type[HandOverLine], one: Any) -> tuple[int, dt.date]:
    """What a line is about: the subject and the first day of what is held."""
    return getattr(one, f"{model.SUBJECT}_id"), one.first_day


def _within_office(taker: Employee, term: Term, office: tuple[list[Term], list[Term]]) -> Term:
    """The taker's days, ending with the taker's own term where that ends earlier. Raises: RuleError without a first day."""
    out = first_day_out_of_office(term.first_day, term.last_day, *office)
    if out is None:
        return term
    if out == term.first_day:
        raise RuleError(
            _("%(name)s is not in office here on %(day)s. Name another manager.") % {"name": taker.name, "day": out},
            article=14,
            field="taker",
        )
    return Term(term.first_day, out - ONE_DAY)


def _other_than_signed(number: str) -> Conflict:
    return Conflict(
        _("What the giver holds of %(number)s is no longer what was signed. Take the sheet back and draw it up again.")
        % {"number": number}
    )
