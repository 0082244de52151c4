"""The hand-over sheet: drawn up, sent round, signed by giver, takers and witness, done (article 9(1); roles.md, The flows).

What the sheet moves stands with the ledgers; desk composes their lines with these steps.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from managers.actions.changes import refuse_closed
from managers.models import Appointment, AppointmentChange, HandOver, HandOverSignature
from managers.queries.handovers import MAKERS, witnesses_for
from managers.rules import ONE_DAY
from managers.rules.states import HAND_OVER_STEPS
from organization.actions.notifications import notify
from organization.actions.people import confirm_person
from organization.actions.trail import record
from organization.models import Branch, Employee, User
from organization.rules import Actor, may_step

State = HandOver.State
Party = HandOverSignature.Party
# Any number that no other advisory lock of the program uses; the second key is the year.
_NUMBER_LOCK = 20_513


def open_hand_over(
    *,
    actor: Actor,
    appointment: Appointment,
    occasion: str,
    first_day: dt.date,
    witness: Employee,
    last_day: dt.date | None = None,
    change: AppointmentChange | None = None,
    remarks: str = "",
) -> HandOver:
    """Opens a sheet for what a manager gives up from a day on; its lines are drawn up by the ledgers.

    Shape: of the end of an office the takers begin the day after its last day, of a suspension on its first day.
    Raises: RuleError without the right, about oneself, for a day in a closed month, or where a sheet is under way already.
    """
    _refuse_making(actor, appointment.branch, appointment.employee_id)
    _refuse_witness(witness, appointment.branch, appointment.employee_id)
    if first_day <= appointment.first_day:
        raise RuleError(
            _("This appointment begins on %(day)s. Choose a later day.") % {"day": appointment.first_day},
            field="first_day",
        )
    if appointment.last_day is not None and first_day > appointment.last_day + ONE_DAY:
        raise RuleError(
            _("This appointment ends on %(day)s. The takers begin the day after, or earlier.")
            % {"day": appointment.last_day},
            field="first_day",
        )
    refuse_closed(appointment.branch_id, first_day, field="first_day")
    with obeying_laws(), transaction.atomic():
        sheet = HandOver.objects.create(
            sheet_no=_next_number(),
            employee_id=appointment.employee_id,
            branch_id=appointment.branch_id,
            appointment=appointment,
            change=change,
            occasion=occasion,
            first_day=first_day,
            last_day=last_day,
            witness=witness,
            remarks=remarks.strip(),
            made_by_id=actor.employee_id,  # type: ignore[misc] # whoever holds a right is a person
            made_at=timezone.now(),
        )
        record_sheet(
            actor,
            "open_hand_over",
            sheet,
            {"occasion": [None, occasion], "first_day": [None, first_day], "witness": [None, witness.employee_no]},
        )
    return sheet


def send_round(*, actor: Actor, sheet: HandOver, takers: Iterable[int], digest: str, address: str = "") -> None:
    """Sends a sheet round for signing: giver, takers and witness are asked for their names under its digest.

    The caller has locked the sheet and put its lines in order; from now on they stay.
    Raises: RuleError when the witness takes something; Conflict when somebody else was faster.
    """
    _refuse_making(actor, sheet.branch, sheet.employee_id)
    wanted = sorted(set(takers))
    if sheet.witness_id in wanted:
        raise RuleError(_("Who takes something over is not the witness. Name another witness."), field="witness")
    _step(actor, sheet, State.SIGNING, "send_hand_over_round", digest=digest)
    asked = [(Party.GIVER, sheet.employee_id), *((Party.TAKER, pk) for pk in wanted), (Party.WITNESS, sheet.witness_id)]
    HandOverSignature.objects.bulk_create(
        HandOverSignature(hand_over=sheet, party=party, employee_id=pk) for party, pk in asked
    )
    notify(
        employee_ids=[pk for _party, pk in asked],
        sentence=gettext_noop("The hand-over sheet %(number)s waits for your signature."),
        values={"number": sheet.sheet_no},
        address=address,
    )


def take_back(*, actor: Actor, sheet: HandOver, reason: str) -> None:
    """Takes a sheet back to be changed: signatures that it has carry on the trail alone, everybody signs again.

    Raises: RuleError without the right or a reason; Conflict when somebody else was faster.
    """
    if not reason.strip():
        raise BadInput(_("Say why."), field="reason")
    with obeying_laws(), transaction.atomic():
        row = lock_sheet(sheet)
        _refuse_making(actor, row.branch, row.employee_id)
        signed = [one.employee.employee_no for one in row.signatures.select_related("employee") if one.signed_at]
        people = list(row.signatures.values_list("employee", flat=True))
        _step(actor, row, State.DRAFT, "take_hand_over_back", digest="", reason=reason.strip(), signed=signed)
        row.signatures.all().delete()
        notify(
            employee_ids=[pk for pk in people if pk != actor.employee_id],
            sentence=gettext_noop("The hand-over sheet %(number)s is taken back to be changed: %(reason)s"),
            values={"number": row.sheet_no, "reason": reason.strip()[:150]},
        )


def change_header(*, actor: Actor, sheet: HandOver, witness: Employee, remarks: str) -> None:
    """Names another witness, or other remarks, while the sheet is a draft."""
    with obeying_laws(), transaction.atomic():
        row = lock_sheet(sheet)
        _refuse_making(actor, row.branch, row.employee_id)
        if row.state != State.DRAFT:
            raise _changed_since(row)
        _refuse_witness(witness, row.branch, row.employee_id)
        before = row.witness.employee_no
        row.witness, row.remarks, row.version = witness, remarks.strip(), row.version + 1
        row.save(update_fields=["witness", "remarks", "version"])
        record_sheet(actor, "change_hand_over", row, {"witness": [before, witness.employee_no]})


def cancel_hand_over(*, actor: Actor, sheet: HandOver, reason: str) -> None:
    """Gives a sheet up: nothing is handed over. A decided change waits for another sheet, or is taken back.

    Raises: RuleError without the right or a reason; Conflict when the sheet is done.
    """
    if not reason.strip():
        raise BadInput(_("Say why."), field="reason")
    with obeying_laws(), transaction.atomic():
        row = lock_sheet(sheet)
        _refuse_making(actor, row.branch, row.employee_id)
        _step(actor, row, State.CANCELLED, "cancel_hand_over", cancel_reason=reason.strip())


def sign_hand_over(
    *, actor: Actor, user: User, sheet: HandOver, password: str, digest: str, in_stead_reason: str = ""
) -> bool:
    """Signs a sheet as it was read, with one's password; as witness also in the giver's stead, with a reason.

    Shape: signs every line that waits for the person; returns whether everybody has signed now.
    Raises: BadInput for another password; RuleError for who is not asked; Conflict when the sheet has changed.
    """
    confirm_person(user=user, password=password)
    with obeying_laws(), transaction.atomic():
        row = lock_sheet(sheet)
        if row.state != State.SIGNING or row.digest != digest:
            raise _changed_since(row)
        asked = list(row.signatures.select_for_update(no_key=True).order_by("pk"))
        own = [one for one in asked if one.employee_id == actor.employee_id and one.signed_at is None]
        if in_stead_reason.strip():
            if actor.employee_id != row.witness_id:
                raise RuleError(_("Only the witness signs in the giver’s stead."))
            own += [one for one in asked if one.party == Party.GIVER and one.signed_at is None]
        if not own:
            raise RuleError(_("Nothing on this sheet waits for your signature."))
        for one in own:
            if one.employee_id != actor.employee_id:
                one.in_stead_of_id, one.employee_id, one.reason = (
                    one.employee_id,
                    row.witness_id,
                    in_stead_reason.strip(),
                )
            one.digest, one.signed_at = digest, timezone.now()
            one.save(update_fields=["employee", "in_stead_of", "reason", "digest", "signed_at"])
        record_sheet(
            actor,
            "sign_hand_over",
            row,
            {
                "signed_as": [None, [one.party for one in own]],
                "digest": [None, digest],
                "in_stead_of_the_giver": [None, in_stead_reason.strip()],
            },
        )
        return all(one.signed_at for one in asked)


def finish_hand_over(*, actor: Actor, sheet: HandOver, changes: dict[str, Any]) -> None:
    """Marks a sheet as done, with what it has moved on the trail. The caller has locked it and moved its lines.

    Raises: RuleError (from the database) unless everybody asked has signed; Conflict when somebody else was faster.
    """
    asked = [one.employee_id for one in sheet.signatures.all()]
    if not asked or any(one.signed_at is None for one in sheet.signatures.all()):
        raise RuleError(_("Not everybody who was asked has signed this sheet as it is."))
    _step(actor, sheet, State.DONE, "complete_hand_over", done_at=timezone.now(), **changes)
    notify(
        employee_ids=[*asked, sheet.made_by_id],
        sentence=gettext_noop("The hand-over sheet %(number)s is done: it holds from %(day)s."),
        values={"number": sheet.sheet_no, "day": str(sheet.first_day)},
    )


def lock_sheet(sheet: HandOver) -> HandOver:
    """The sheet as it stands now, locked until the transaction ends."""
    rows = HandOver.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("branch", "employee", "witness", "appointment", "change").get(pk=sheet.pk)


def _step(actor: Actor, row: HandOver, to: str, action: str, **fields: Any) -> None:
    """Moves a locked sheet; fields that are no columns go to the trail alone."""
    before = row.state
    if not may_step(HAND_OVER_STEPS, before, to):
        raise _changed_since(row)
    columns = {one.attname for one in HandOver._meta.concrete_fields}
    row.state, row.version = to, row.version + 1
    for name, value in fields.items():
        if name in columns:
            setattr(row, name, value)
    row.save(update_fields=["state", "version", *(name for name in fields if name in columns)])
    noted = {name: [None, value] for name, value in fields.items() if name != "done_at"}
    record_sheet(actor, action, row, {"state": [before, to], **noted})


def _changed_since(row: HandOver) -> Conflict:
    return Conflict(
        _("The sheet %(number)s has changed meanwhile: %(state)s. Look at it again.")
        % {"number": row.sheet_no, "state": row.get_state_display()}
    )


def refuse_changing(actor: Actor, sheet: HandOver) -> None:
    """Raises: RuleError without the right to change the sheet's lines; Conflict when it is no draft."""
    _refuse_making(actor, sheet.branch, sheet.employee_id)
    if sheet.state != State.DRAFT:
        raise _changed_since(sheet)


def _refuse_making(actor: Actor, branch: Branch, giver_id: int) -> None:
    if not actor.holds(branch.pk, *MAKERS):
        raise RuleError(_("You do not have the right to do this at %(branch)s.") % {"branch": branch.name})
    if actor.employee_id == giver_id:
        raise RuleError(_("Nobody decides about himself or herself. Ask another person."))


def _refuse_witness(witness: Employee, branch: Branch, giver_id: int) -> None:
    if witness.pk == giver_id:
        raise RuleError(_("The giver is not the witness. Name another person."), field="witness")
    if not witnesses_for(branch, giver_id).filter(pk=witness.pk).exists():
        raise RuleError(
            _(
                "The witness belongs to the branch or to the one above it, and is no administrator. Name another person."
            ),
            field="witness",
        )


def _next_number() -> str:
    """The year and a running number of the union's sheets. Locks: the year's numbers until the transaction ends."""
    year = timezone.localdate().year
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_NUMBER_LOCK, year])
    last = HandOver.objects.filter(sheet_no__startswith=f"{year}-").order_by("sheet_no").last()
    return f"{year}-{(int(last.sheet_no.partition('-')[2]) if last else 0) + 1:05d}"


def record_sheet(actor: Actor, action: str, sheet: HandOver, changes: dict[str, Any]) -> None:
    record(
        actor=actor,
        action=action,
        subject="managers.handover",
        subject_key=sheet.sheet_no,
        branch_id=sheet.branch_id,
        changes=changes,
    )
