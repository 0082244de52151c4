"""Visits, calls and advice: planned, written down, mended within a day, corrected later; promises kept (articles 9(1), 9(7))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from customers.actions.prospects import note_next_step, refuse_unless_own_prospect, take_step, writer_of
from customers.actions.rights import refuse_unless_own
from customers.models import Customer, Prospect, Visit, VisitCorrection
from customers.queries.visits import OPEN_STAGES, PHOTOS_OF, visit_by_token
from customers.rules.states import VISIT_STEPS
from customers.rules.visits import may_mend
from organization.actions.documents import add_document
from organization.actions.trail import record
from organization.rules import Actor, may_step

# What a note says, beside whom it is about.
WORDS = ("kind", "purpose", "day", "said", "next_step", "next_on")
PLACE = ("latitude_millionths", "longitude_millionths", "accuracy_m")
PHOTOS_AT_ONCE = 9


@dataclass(frozen=True, slots=True)
class Recorded:
    """A note that was written down. Shape: `moved` says that its prospect is visited now; `again`, that it was sent before."""

    visit: Visit
    moved: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Photo:
    """A file of a form, in parts of any size."""

    name: str
    content: Iterable[bytes]


def record_visit(
    *,
    actor: Actor,
    whom: Customer | Prospect,
    token: UUID | None = None,
    planned: Visit | None = None,
    photos: Sequence[Photo] = (),
    **given: Any,
) -> Recorded:
    """Writes down a visit, a call or advice, with its photographs; one that was planned becomes done.

    Shape: `given` are WORDS and PLACE; `token` is the page's own number: sent twice, there is one note.
    Law: a prospect that was only found is visited from now on, unless it was a call; what was promised a prospect is the
    prospect's next step.
    Raises: RuleError for others than the own manager; BadInput for what is missing, for a day to come and for a file that
    is no picture; Conflict when a planned one was done or cancelled meanwhile.
    Source: articles 9(1) and 9(7).
    """
    values = _checked(given)
    if values["day"] > timezone.localdate():
        raise BadInput(_("This day is still to come. Plan the visit instead."), field="day")
    if len(photos) > PHOTOS_AT_ONCE:
        raise BadInput(_("At most %(number)s photographs at once.") % {"number": PHOTOS_AT_ONCE}, field="photos")
    with obeying_laws(), transaction.atomic():
        whom = _locked_whom(actor, whom)
        before = visit_by_token(actor, token)
        if before is not None:
            return Recorded(before, again=True)
        now = timezone.now()
        if planned is None:
            visit = Visit.objects.create(
                manager_id=writer_of(actor), token=token, made_at=now, **_about(whom), **values
            )
        else:
            visit = _locked(planned, Visit.State.DONE)
            if (visit.customer or visit.prospect) != whom:
                raise BadInput(_("The planned visit is to somebody else."), field="whom")
            for name, value in values.items():
                setattr(visit, name, value)
            visit.state, visit.manager_id, visit.token, visit.made_at = Visit.State.DONE, writer_of(actor), token, now
            _save(visit, *values, "state", "manager", "token", "made_at")
        for photo in photos:
            add_document(
                actor=actor,
                subject=PHOTOS_OF,
                subject_key=str(visit.pk),
                branch=whom.branch,
                name=photo.name,
                content=photo.content,
                kind="photo",
            )
        _record(actor, "record_visit", visit, {name: [None, value] for name, value in values.items() if value})
        moved = isinstance(whom, Prospect) and _prospect_heard(actor, whom, visit)
    return Recorded(visit, moved=moved)


def plan_visit(
    *,
    actor: Actor,
    whom: Customer | Prospect,
    day: dt.date,
    purpose: str,
    kind: str = Visit.Kind.VISIT,
    token: UUID | None = None,
) -> Visit:
    """A visit that is still to be made. Raises: RuleError for others than the own manager, BadInput for a day that is over."""
    values = _checked({"kind": kind, "purpose": purpose, "day": day}, to_come=True)
    _refuse_past(day)
    with obeying_laws(), transaction.atomic():
        whom = _locked_whom(actor, whom)
        before = visit_by_token(actor, token)
        if before is not None:
            return before
        visit = Visit.objects.create(
            manager_id=writer_of(actor),
            token=token,
            state=Visit.State.PLANNED,
            made_at=timezone.now(),
            **_about(whom),
            **values,
        )
        _record(actor, "plan_visit", visit, {"day": [None, day], "purpose": [None, visit.purpose]})
    return visit


def move_visit(*, actor: Actor, visit: Visit, day: dt.date) -> None:
    """A planned visit on another day. Raises: RuleError, BadInput for a day that is over, Conflict when it is done."""
    _refuse_past(day)
    with obeying_laws(), transaction.atomic():
        row = _locked(visit, "")
        _refuse_unless_own(actor, row)
        if row.state != Visit.State.PLANNED:
            raise _gone(row)
        before, row.day = row.day, day
        _save(row, "day")
        _record(actor, "move_visit", row, {"day": [before, day]})


def cancel_visit(*, actor: Actor, visit: Visit) -> None:
    """A planned visit is not made after all; a note is taken back by its author within a day. It stays on record.

    Raises: RuleError for others and after a day; Conflict when it was cancelled before.
    """
    with obeying_laws(), transaction.atomic():
        row = _locked(visit, Visit.State.CANCELLED)
        if row.state == Visit.State.PLANNED:
            _refuse_unless_own(actor, row)
        else:
            _refuse_unless_mended_by(actor, row)
        before, row.state = row.state, Visit.State.CANCELLED
        _save(row, "state")
        _record(actor, "cancel_visit", row, {"state": [before, row.state]})


def change_visit(*, actor: Actor, visit: Visit, version: int, **given: Any) -> None:
    """Its author mends a note within a day after writing it down; what stood before is on the trail.

    Raises: RuleError for others and later; BadInput; Conflict when it was changed in another window.
    """
    values = _checked(given)
    if values["day"] > timezone.localdate():
        raise BadInput(_("This day is still to come. Plan the visit instead."), field="day")
    with obeying_laws(), transaction.atomic():
        row = _locked(visit, "")
        _refuse_unless_mended_by(actor, row)
        if row.version != version:
            raise Conflict(_("This note was changed in another window. What stands now is shown below what you typed."))
        changes = {name: [getattr(row, name), value] for name, value in values.items() if getattr(row, name) != value}
        if not changes:
            return
        for name, value in values.items():
            setattr(row, name, value)
        _save(row, *values)
        _record(actor, "change_visit", row, changes)


def correct_visit(*, actor: Actor, visit: Visit, words: str) -> VisitCorrection:
    """What its author has to add to a note that stays as it was written. Raises: RuleError for others, BadInput without
    words."""
    if visit.manager_id != actor.employee_id:
        raise RuleError(_("Only %(name)s, who wrote this note, corrects it.") % {"name": visit.manager.name})
    if visit.state != Visit.State.DONE:
        raise RuleError(_("Only a note that was written down is corrected."))
    if not words.strip():
        raise BadInput(_("Write what is to be corrected."), field="words")
    with obeying_laws(), transaction.atomic():
        row = VisitCorrection.objects.create(
            visit=visit, words=words.strip(), made_by_id=visit.manager_id, made_at=timezone.now()
        )
        _record(actor, "correct_visit", visit, {"correction": [None, row.words]})
    return row


def keep_promise(*, actor: Actor, visit: Visit, kept: bool = True) -> None:
    """The next step of a note is done today, or after all not; whoever looks after the customer now says so.

    Raises: RuleError for others, and for a note without a next step.
    """
    with obeying_laws(), transaction.atomic():
        row = _locked(visit, "")
        _refuse_unless_own(actor, row)
        if not row.next_step:
            raise RuleError(_("This note names no next step."))
        before, after = row.next_done_on, timezone.localdate() if kept else None
        if (before is None) == (after is None):
            return
        row.next_done_on = after
        _save(row, "next_done_on")
        _record(actor, "keep_promise", row, {"next_done_on": [before, after]})


def _checked(given: dict[str, Any], *, to_come: bool = False) -> dict[str, Any]:
    """What was given, trimmed. Raises: BadInput for what a note lacks, beside its field; one to come lacks less."""
    values = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
    unknown = values.keys() - {*WORDS, *PLACE}
    if unknown:
        raise TypeError(f"A note has no {sorted(unknown)}.")
    if values.get("kind", Visit.Kind.VISIT) not in Visit.Kind.values:
        raise BadInput(_("Choose the kind."), field="kind")
    if not values.get("purpose"):
        raise BadInput(_("Say what it is for: tap a purpose or write one."), field="purpose")
    if values.get("day") is None:
        raise BadInput(_("Choose the day."), field="day")
    if values.get("kind") == Visit.Kind.ADVICE and not to_come and not values.get("said"):
        raise BadInput(_("Write what was advised."), field="said")
    next_step, next_on = values.get("next_step", ""), values.get("next_on")
    if bool(next_step) != bool(next_on):
        raise BadInput(_("A next step has words and a day."), field="next_on" if next_step else "next_step")
    if next_on is not None and next_on < values["day"]:
        raise BadInput(_("The next step lies before the visit."), field="next_on")
    return values


def _refuse_past(day: dt.date) -> None:
    if day < timezone.localdate():
        raise BadInput(_("This day is over. Choose today or a day to come."), field="day")


def _about(whom: Customer | Prospect) -> dict[str, Any]:
    found = {"customer": whom} if isinstance(whom, Customer) else {"prospect": whom}
    return {"branch_id": whom.branch_id, **found}


def _locked_whom(actor: Actor, whom: Customer | Prospect) -> Customer | Prospect:
    """The customer's or prospect's row, locked, so that a form that is sent twice meets its first sending."""
    rows: Any = type(whom).objects.select_for_update(no_key=True, of=("self",)).select_related("branch")
    row: Customer | Prospect = rows.get(pk=whom.pk)
    _refuse_unless_own_whom(actor, row)
    if isinstance(row, Prospect) and row.stage not in OPEN_STAGES:
        raise RuleError(
            _("%(name)s is a customer now. Choose the customer.") % {"name": row.name}
            if row.stage == Prospect.Stage.WON
            else _("%(name)s is lost. Find the prospect again first.") % {"name": row.name}
        )
    return row


def _refuse_unless_own_whom(actor: Actor, whom: Customer | Prospect) -> None:
    if isinstance(whom, Customer):
        refuse_unless_own(actor, whom)
    else:
        refuse_unless_own_prospect(actor, whom)


def _refuse_unless_own(actor: Actor, visit: Visit) -> None:
    _refuse_unless_own_whom(actor, cast("Customer | Prospect", visit.customer or visit.prospect))


def _refuse_unless_mended_by(actor: Actor, row: Visit) -> None:
    if row.manager_id != actor.employee_id:
        raise RuleError(_("Only %(name)s, who wrote this note, changes it.") % {"name": row.manager.name})
    if not may_mend(row.state, row.made_at, timezone.now()):
        raise RuleError(
            _("A note may be changed for a day after it was written down. This one stays; add a correction instead.")
        )


def _locked(visit: Visit, to: str) -> Visit:
    """The note's row as it stands, locked. Raises: Conflict when it no longer steps to a state."""
    rows = Visit.objects.select_for_update(no_key=True, of=("self",))
    row = rows.select_related("customer", "prospect", "prospect__manager", "manager", "branch").get(pk=visit.pk)
    if to and not may_step(VISIT_STEPS, row.state, to):
        raise _gone(row)
    return row


def _gone(row: Visit) -> Conflict:
    if row.state == Visit.State.CANCELLED:
        return Conflict(_("This visit is cancelled already."))
    return Conflict(_("This visit is done and written down already."))


def _prospect_heard(actor: Actor, prospect: Prospect, visit: Visit) -> bool:
    """What a visit says about its prospect: the next step, and that it was visited. Returns whether the stage moved."""
    if visit.next_step:
        note_next_step(actor=actor, row=prospect, next_step=visit.next_step, next_on=visit.next_on)
    if prospect.stage != Prospect.Stage.FOUND or visit.kind == Visit.Kind.CALL:
        return False
    take_step(actor=actor, row=prospect, to=Prospect.Stage.VISITED)
    return True


def _save(row: Visit, *fields: str) -> None:
    row.version += 1
    row.save(update_fields=[*fields, "version"])


def _record(actor: Actor, action: str, row: Visit, changes: dict[str, Any]) -> None:
    record(
        actor=actor,
        action=action,
        subject="customers.visit",
        subject_key=str(row.pk),
        branch_id=row.branch_id,
        changes=changes,
    )
