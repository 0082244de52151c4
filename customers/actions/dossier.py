"""The dossier is written section by section, and every change of a field is kept (article 9(6))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from common.masking import mask_phone
from common.templatetags.figures import instant
from customers.actions.rights import refuse_unless_own
from customers.models import Customer, DossierChange
from customers.queries.dossier import (
    MODELS,
    EntryNow,
    entry_now,
    last_change,
    record_opened,
)
from customers.rules.dossier import (
    BASICS,
    HUNDREDTHS,
    PAST_DAY,
    SECTIONS_OF,
    YUAN,
    Difference,
    Record,
    blank,
    changes_between,
    differences,
    fields_of,
    kept,
    phones_of,
)
from organization.actions.trail import record
from organization.models import TrailEntry
from organization.rules import Actor

ARTICLE = "9(6)"


class SectionConflict(Conflict):
    """Somebody else has saved the same entry since it was opened.

    Shape: `now` is the entry as it stands, none when it was taken out; `differences` say field by field what stands now
    and what was typed.
    """

    def __init__(self, sentence: str, now: EntryNow | None, found: list[Difference]) -> None:
        super().__init__(sentence, article=ARTICLE)
        self.now = now
        self.differences = found


def save_basics(
    *, actor: Actor, customer: Customer, version: int, values: Mapping[str, Any], reason: str = ""
) -> DossierChange | None:
    """Keeps what is typed of a customer's basic facts, and who changed what, when and why.

    Shape: values by the names of fields of the customer's kind; version is the one that was opened, 0 for facts of which
    nothing was said yet. None when nothing is changed: then nothing is written.
    Raises: RuleError for everybody but the customer's own manager; BadInput for a value that does not fit; SectionConflict
    when somebody has saved meanwhile. Locks: the customer. Source: article 9(6).
    """
    typed = _checked(customer, BASICS, values)
    with obeying_laws(), transaction.atomic():
        customer = _opened(actor, customer)
        row = MODELS[BASICS].objects.filter(customer=customer).first()
        now = entry_now(BASICS, row)
        changed = changes_between(now.record, typed)
        if not changed:
            return None
        if now.version != version:
            raise _conflict(customer, BASICS, now, version, typed)
        if row is None:
            row, what = MODELS[BASICS](customer=customer, version=0), DossierChange.What.ADDED
        else:
            what = DossierChange.What.CHANGED
        _write(row, values, changed, adds=what == DossierChange.What.ADDED)
        return _keep(actor, customer, BASICS, None, what, changed, reason)


def add_entry(
    *,
    actor: Actor,
    customer: Customer,
    section: str,
    values: Mapping[str, Any],
    token: UUID | None = None,
    reason: str = "",
) -> DossierChange:
    """Adds an entry to a section that is a list.

    Shape: a form sent twice with one token adds one entry, and the second sending gives the first one's change.
    Raises, Locks, Source: as save_basics.
    """
    typed = _checked(customer, section, values)
    with obeying_laws(), transaction.atomic():
        customer = _opened(actor, customer)
        if token is not None:
            before = DossierChange.objects.filter(customer=customer, token=token).first()
            if before is not None:
                return before
        row = MODELS[section](customer=customer, version=0)
        changed = changes_between(blank(section), typed)
        _write(row, values, changed, adds=True)
        return _keep(actor, customer, section, row.pk, DossierChange.What.ADDED, changed, reason, token)


def change_entry(
    *,
    actor: Actor,
    customer: Customer,
    section: str,
    entry: int,
    version: int,
    values: Mapping[str, Any],
    reason: str = "",
) -> DossierChange | None:
    """Keeps what is typed of one entry of a list.

    Shape, Raises, Locks, Source: as save_basics; the conflict of an entry that was taken out meanwhile has nothing that
    stands now.
    """
    typed = _checked(customer, section, values)
    with obeying_laws(), transaction.atomic():
        customer = _opened(actor, customer)
        row = _row(customer, section, entry)
        now = entry_now(section, row)
        if row.removed_at is not None:
            raise _conflict(customer, section, now, version, typed, is_removed=True)
        changed = changes_between(now.record, typed)
        if not changed:
            return None
        if now.version != version:
            raise _conflict(customer, section, now, version, typed)
        _write(row, values, changed, adds=False)
        return _keep(actor, customer, section, row.pk, DossierChange.What.CHANGED, changed, reason)


def remove_entry(
    *, actor: Actor, customer: Customer, section: str, entry: int, version: int, reason: str
) -> DossierChange | None:
    """Takes an entry out of a list, with a reason; it stays in the history.

    Shape: none when somebody has taken it out already. Raises: BadInput without a reason; else as change_entry.
    """
    if not reason.strip():
        raise BadInput(_("Say why it is taken out."), article=ARTICLE, field="reason")
    _refuse_foreign(customer, section)
    with obeying_laws(), transaction.atomic():
        customer = _opened(actor, customer)
        row = _row(customer, section, entry)
        if row.removed_at is not None:
            return None
        now = entry_now(section, row)
        if now.version != version:
            raise _conflict(customer, section, now, version, {})
        row.removed_at, row.version = timezone.now(), row.version + 1
        row.save(update_fields=["removed_at", "version"])
        gone = {name: [value, None] for name, value in now.record.items() if value != blank(section)[name]}
        return _keep(actor, customer, section, row.pk, DossierChange.What.REMOVED, gone, reason)


def note_phones_read(*, actor: Actor, customer: Customer) -> None:
    """Puts on the trail that the own manager is shown the full telephone numbers of a customer, once a day.

    Source: roles.md, Trail.
    """
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    read = {"subject": "customers.customer", "subject_key": customer.customer_no, "action": "read_phones"}
    if TrailEntry.objects.filter(actor_no=actor.employee_no, at__gte=today, **read).exists():
        return
    with transaction.atomic():
        record(
            actor=actor,
            action=read["action"],
            subject=read["subject"],
            subject_key=read["subject_key"],
            branch_id=customer.branch_id,
        )


def _opened(actor: Actor, customer: Customer) -> Customer:
    """The customer as it is now, locked. Raises: RuleError for everybody but the own manager."""
    now = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    refuse_unless_own(actor, now)
    return now


def _row(customer: Customer, section: str, entry: int) -> Any:
    row = MODELS[section].objects.filter(customer=customer, pk=entry).first()
    if row is None:
        raise RuleError(_("This entry is not in the dossier of %(customer)s.") % {"customer": customer.name})
    return row


def _refuse_foreign(customer: Customer, section: str) -> None:
    if section not in SECTIONS_OF[customer.kind]:
        raise BadInput(_("The dossier of this customer has no such section."), article=ARTICLE)


def _checked(customer: Customer, section: str, values: Mapping[str, Any]) -> Record:
    """The values as they are kept. Raises: BadInput for what is no field of this kind of customer, or does not fit."""
    _refuse_foreign(customer, section)
    fields, today, typed = fields_of(customer.kind, section), timezone.localdate(), {}
    for name, value in values.items():
        if name not in fields:
            raise BadInput(_("This does not belong into the dossier of such a customer."), article=ARTICLE, field=name)
        try:
            MODELS[section]._meta.get_field(name).clean(value, None)
        except ValidationError as error:
            raise BadInput(" ".join(error.messages), field=name) from error
        if fields[name] == PAST_DAY and isinstance(value, dt.date) and value > today:
            raise BadInput(_("This day is still to come."), field=name)
        if fields[name] in (YUAN, HUNDREDTHS) and name != "yearly_income_fen" and value is not None and value < 0:
            raise BadInput(_("An amount is not below zero."), field=name)
        typed[name] = kept(value)
    return typed


def _conflict(
    customer: Customer, section: str, now: EntryNow, version: int, typed: Record, *, is_removed: bool = False
) -> SectionConflict:
    """Both versions, and who was faster."""
    last = last_change(customer, section, now.key)
    name = last.made_by.name if last and last.made_by else _("The program")
    who = {"name": name, "at": instant(last.made_at if last else None)}
    if is_removed:
        return SectionConflict(_("%(name)s has taken this entry out at %(at)s.") % who, None, [])
    if not typed:
        changed = _("%(name)s has saved this at %(at)s, after you opened it. Look at it as it is now and decide again.")
        return SectionConflict(changed % who, now, [])
    opened = record_opened(customer, section, now, version)
    sentence = _("%(name)s has saved this at %(at)s, after you opened it. Both versions stand below.") % who
    return SectionConflict(sentence, now, differences(opened, now.record, typed))


def _write(row: Any, values: Mapping[str, Any], changed: Mapping[str, Any], *, adds: bool) -> None:
    for name in changed:
        setattr(row, name, values[name])
    row.version += 1
    row.save(force_insert=True) if adds else row.save(update_fields=[*changed, "version"])


def _keep(
    actor: Actor,
    customer: Customer,
    section: str,
    entry: int | None,
    what: str,
    changed: dict[str, Any],
    reason: str,
    token: UUID | None = None,
) -> DossierChange:
    """The change in the history of the dossier, and on the trail, where telephone numbers stay masked."""
    kept_change = DossierChange.objects.create(
        customer=customer,
        section=section,
        entry=entry,
        what=what,
        changes=changed,
        made_by_id=actor.employee_id,
        made_at=timezone.now(),
        reason=reason.strip(),
        token=token,
    )
    hidden = phones_of(section)
    record(
        actor=actor,
        action=f"dossier_{what}",
        subject="customers.customer",
        subject_key=customer.customer_no,
        branch_id=customer.branch_id,
        changes={
            f"{section}.{name}" if entry is None else f"{section}.{entry}.{name}": (
                [mask_phone(str(one or "")) for one in pair] if name in hidden else pair
            )
            for name, pair in changed.items()
        }
        | ({"reason": reason.strip()} if reason.strip() else {}),
    )
    return kept_change
