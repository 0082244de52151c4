"""Entries on conduct and compliance: made by one person, confirmed or rejected by another (articles 13 and 18)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from common.months import Month
from managers.models import Appointment, ConductEntry
from managers.rules import ENTRIES, INDICATOR_KINDS, entry_sign_fits
from organization.actions.months import mark_stale, open_months
from organization.actions.trail import record
from organization.models import Employee, Role
from organization.queries import earliest_open_months
from organization.rules import Actor


def enter_entry(
    *,
    actor: Actor,
    manager: Employee,
    happened_on: dt.date,
    indicator: str,
    points_hundredths: int,
    reason: str,
    entry_no: str = "1",
) -> ConductEntry:
    """Enters a fact about a manager's conduct or compliance: a draft, until another person confirms it.

    Shape: it enters on its own day, or on the first open day when its month is closed.
    Raises: RuleError without the right, for points of the wrong sign, and when the person was no manager on that day.
    Source: articles 13 and 18(4).
    """
    office = Appointment.objects.in_force(happened_on).filter(employee=manager).select_related("branch").first()
    if office is None:
        raise RuleError(
            _("%(name)s was no account manager on %(day)s. Choose another day or another person.")
            % {"name": manager.name, "day": happened_on},
            article=3,
            field="happened_on",
        )
    branch = office.branch
    if not (actor.is_system or actor.holds(branch.pk, Role.CLERK)):
        raise RuleError(_("Only a clerk of %(branch)s enters facts about conduct.") % {"branch": branch.name})
    if INDICATOR_KINDS.get(indicator) != ENTRIES:
        raise BadInput(_("Entries are about conduct or compliance. Choose one of the two."), field="indicator")
    if not entry_sign_fits("deduction", points_hundredths):
        raise RuleError(
            _("An entry of this indicator takes points away. Write its points below zero."),
            article=18,
            field="points_hundredths",
        )
    if not reason.strip():
        raise BadInput(_("Say what happened."), field="reason")
    with obeying_laws(), transaction.atomic():
        earliest = earliest_open_months([branch.pk]).get(branch.pk)
        entered_on = max(happened_on, earliest.first_day) if earliest else happened_on
        open_months(pairs=[(branch.pk, Month.of(entered_on))])
        entry = ConductEntry.objects.create(
            manager=manager,
            branch=branch,
            happened_on=happened_on,
            entered_on=entered_on,
            indicator=indicator,
            points_hundredths=points_hundredths,
            reason=reason.strip(),
            entry_no=entry_no,
            made_by_id=actor.employee_id,
            made_at=timezone.now(),
        )
        record(
            actor=actor,
            action="enter_entry",
            subject="managers.conductentry",
            subject_key=_key(entry),
            branch_id=branch.pk,
            changes={
                "state": [None, entry.state],
                "points_hundredths": [None, points_hundredths],
                "reason": [None, entry.reason],
                "entered_on": [None, entered_on],
            },
        )
    return entry


def confirm_entry(*, actor: Actor, entry: ConductEntry) -> None:
    """Confirms an entry that another person has made: from now on it counts in the month in which it entered.

    Raises: RuleError without the right, for an entry of one's own or about oneself; Conflict when it is decided.
    """
    _decide(actor=actor, entry=entry, state=ConductEntry.State.CONFIRMED)


def reject_entry(*, actor: Actor, entry: ConductEntry) -> None:
    """Rejects an entry that another person has made: it stays on record and never counts. Raises: as confirm_entry."""
    _decide(actor=actor, entry=entry, state=ConductEntry.State.REJECTED)


def _decide(*, actor: Actor, entry: ConductEntry, state: str) -> None:
    if not actor.holds(entry.branch_id, Role.DIRECTOR):
        raise RuleError(_("Only the director of %(branch)s decides about entries.") % {"branch": entry.branch.name})
    if entry.made_by_id == actor.employee_id:
        raise RuleError(_("Who enters a fact does not confirm it. Ask another person."))
    if actor.employee_id == entry.manager_id:
        raise RuleError(_("Nobody decides about himself or herself. Ask another person."))
    with obeying_laws(), transaction.atomic():
        # The branch before the entry, as whoever closes the month locks them.
        mark_stale(first_days=[(entry.branch_id, Month.of(entry.entered_on))])
        locked = ConductEntry.objects.select_for_update(no_key=True).get(pk=entry.pk)
        if locked.state != ConductEntry.State.DRAFT:
            raise _decided_already(locked)
        locked.state, locked.decided_by_id, locked.decided_at = state, actor.employee_id, timezone.now()
        locked.save(update_fields=["state", "decided_by", "decided_at"])
        record(
            actor=actor,
            action="confirm_entry" if state == ConductEntry.State.CONFIRMED else "reject_entry",
            subject="managers.conductentry",
            subject_key=_key(locked),
            branch_id=locked.branch_id,
            changes={"state": [ConductEntry.State.DRAFT, state]},
        )


def _decided_already(entry: ConductEntry) -> Conflict:
    values = {
        "name": entry.decided_by.name if entry.decided_by else "",
        "time": f"{timezone.localtime(entry.decided_at):%Y-%m-%d %H:%M}",
    }
    if entry.state == ConductEntry.State.CONFIRMED:
        return Conflict(_("%(name)s has confirmed this entry at %(time)s.") % values)
    return Conflict(_("%(name)s has rejected this entry at %(time)s.") % values)


def _key(entry: ConductEntry) -> str:
    return f"{entry.manager.employee_no} {entry.happened_on} {entry.indicator} {entry.entry_no}"
