"""Market information: kept as a draft, sent to its reader, read, replied to (article 9(5))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from customers.actions.rights import refuse_unless_own
from customers.models import Customer, MarketInformation
from customers.queries.information import (
    SUBJECT,
    information_of_token,
    own_office,
    reader_by_kind,
    readers_of,
    replies,
)
from customers.rules.states import INFORMATION_STEPS
from managers.models import Appointment
from organization.actions.documents import add_document, remove_document
from organization.actions.notifications import notify
from organization.actions.trail import record
from organization.models import Document, Employee
from organization.rules import Actor, may_step

State = MarketInformation.State
Upload = tuple[str, Iterable[bytes]]

_NEWS = gettext_noop("%(name)s has sent market information: %(title)s.")
_URGENT_NEWS = gettext_noop("Urgent: %(name)s has sent market information: %(title)s.")
_REPLIED = gettext_noop("%(name)s has replied to your market information: %(title)s.")


def keep_information(
    *,
    actor: Actor,
    kind: str,
    title: str,
    words: str,
    source: str,
    heard_on: dt.date,
    urgency: str = MarketInformation.Urgency.NORMAL,
    customer: Customer | None = None,
    reader: Employee | None = None,
    files: Sequence[Upload] = (),
    token: UUID | None = None,
    send: bool = False,
) -> MarketInformation:
    """Keeps what the person has heard as a draft, or sends it to its reader; where none is named, to the kind's.

    Shape: the same token again gives what it gave first, and changes nothing.
    Raises: RuleError for whoever is no account manager today, for another's customer and a reader without a role there;
    BadInput for missing words and a day to come.
    Source: article 9(5).
    """
    office = own_office(actor, timezone.localdate())
    if office is None:
        raise RuleError(_("Only account managers in office report market information."), article="9(5)")
    if token and (known := information_of_token(actor, token)):
        return known
    given = _given(office, actor, kind, title, words, source, heard_on, urgency, customer, reader)
    with obeying_laws(), transaction.atomic():
        row, made = MarketInformation.objects.get_or_create(
            manager=office.employee,
            token=token or uuid4(),
            defaults={"branch": office.branch, "made_at": timezone.now(), **given},
        )
        if not made:
            return row
        _attach(actor, row, files)
        _record(actor, "keep_information", row, {"title": [None, row.title], "kind": [None, row.kind]})
        if send:
            _send(actor, row)
    return row


def change_information(
    *,
    actor: Actor,
    information: MarketInformation,
    version: int,
    kind: str,
    title: str,
    words: str,
    source: str,
    heard_on: dt.date,
    urgency: str = MarketInformation.Urgency.NORMAL,
    customer: Customer | None = None,
    reader: Employee | None = None,
    files: Sequence[Upload] = (),
    send: bool = False,
) -> MarketInformation:
    """Changes the person's own draft, and sends it where that is asked for.

    Raises: as keep_information; RuleError for another's; Conflict when it was changed or sent since it was opened.
    """
    _refuse_unless_author(actor, information)
    office = own_office(actor, timezone.localdate())
    if office is None:
        raise RuleError(_("Only account managers in office report market information."), article="9(5)")
    given = _given(office, actor, kind, title, words, source, heard_on, urgency, customer, reader)
    with obeying_laws(), transaction.atomic():
        row = _locked(information)
        if row.version != version or row.state != State.DRAFT:
            raise _changed_since(row)
        changes = {}
        for name, value in given.items():
            if getattr(row, name) != value:
                changes[name] = [_said(getattr(row, name)), _said(value)]
                setattr(row, name, value)
        row.version += 1
        row.save(update_fields=[*given, "version"])
        _attach(actor, row, files)
        _record(actor, "change_information", row, changes)
        if send:
            _send(actor, row)
    return row


def put_paper_aside(*, actor: Actor, information: MarketInformation, document: Document, reason: str) -> None:
    """Puts a photograph or paper of the person's own draft aside. Raises: as change_information; BadInput without a reason."""
    _refuse_unless_author(actor, information)
    with obeying_laws(), transaction.atomic():
        row = _locked(information)
        if row.state != State.DRAFT:
            raise _changed_since(row)
        remove_document(actor=actor, document=document, reason=reason)


def read_information(*, actor: Actor, information: MarketInformation) -> None:
    """Marks what was sent as read when its reader opens it first; of anybody else it changes nothing."""
    if information.state != State.SENT or not replies(actor, information):
        return
    with transaction.atomic():
        unread = MarketInformation.objects.filter(pk=information.pk, state=State.SENT)
        if unread.update(state=State.READ, read_at=timezone.now()):
            _record(actor, "read_information", information, {"state": [State.SENT, State.READ]})
    information.refresh_from_db(fields=["state", "read_at"])


def reply_information(*, actor: Actor, information: MarketInformation, reply: str) -> None:
    """The reader's reply, once; the manager is told.

    Raises: RuleError for whoever is not its reader; BadInput without words; Conflict when it is replied to already.
    """
    if actor.employee_id == information.manager_id:
        raise RuleError(_("Nobody replies to his or her own market information."), article="9(5)")
    with obeying_laws(), transaction.atomic():
        row = _locked(information)
        if row.state == State.REPLIED:
            raise _changed_since(row)
        if not replies(actor, row):
            raise RuleError(
                _("%(name)s is the reader of this. Only the reader replies.") % {"name": row.reader.name},
                article="9(5)",
            )
        if not reply.strip():
            raise BadInput(_("Write a reply."), field="reply")
        before, now = row.state, timezone.now()
        if not may_step(INFORMATION_STEPS, before, State.REPLIED):
            raise _changed_since(row)
        row.state, row.reply, row.version = State.REPLIED, reply.strip(), row.version + 1
        row.replied_by_id, row.replied_at, row.read_at = actor.employee_id, now, row.read_at or now
        row.save(update_fields=["state", "reply", "version", "replied_by", "replied_at", "read_at"])
        _tell(row.manager_id, row, _REPLIED, actor.name)
        _record(actor, "reply_information", row, {"state": [before, row.state]})


def _given(
    office: Appointment,
    actor: Actor,
    kind: str,
    title: str,
    words: str,
    source: str,
    heard_on: dt.date,
    urgency: str,
    customer: Customer | None,
    reader: Employee | None,
) -> dict[str, Any]:
    """What is kept, looked through. Raises: as keep_information."""
    texts = {"title": title.strip(), "words": words.strip(), "source": source.strip()}
    for field, sentence in (
        ("title", _("Say in a few words what it is about.")),
        ("words", _("Write what you have heard.")),
        ("source", _("Say from whom or where you have heard it.")),
    ):
        if not texts[field]:
            raise BadInput(sentence, field=field)
    if heard_on > timezone.localdate():
        raise BadInput(_("This day is still to come. Write the day on which you heard it."), field="heard_on")
    if customer is not None:
        refuse_unless_own(actor, customer)
    reader = reader or reader_by_kind(office.branch, kind, actor.employee_id)
    if reader is None:
        raise RuleError(
            _("Nobody at %(branch)s or above reads this kind. Choose a reader.") % {"branch": office.branch.name},
            field="reader",
        )
    if reader.pk == actor.employee_id:
        raise BadInput(_("Send it to somebody else than yourself."), field="reader")
    if not readers_of(office.branch).filter(pk=reader.pk).exists():
        raise RuleError(
            _("%(name)s holds no role at %(branch)s or above. Choose another reader.")
            % {"name": reader.name, "branch": office.branch.name},
            field="reader",
        )
    chosen = {"kind": kind, "heard_on": heard_on, "urgency": urgency, "customer": customer, "reader": reader}
    return {**texts, **chosen}


def _send(actor: Actor, row: MarketInformation) -> None:
    row.state, row.sent_at, row.version = State.SENT, timezone.now(), row.version + 1
    row.save(update_fields=["state", "sent_at", "version"])
    urgent = row.urgency == MarketInformation.Urgency.URGENT
    _tell(row.reader_id, row, _URGENT_NEWS if urgent else _NEWS, actor.name)
    _record(
        actor, "send_information", row, {"state": [State.DRAFT, row.state], "reader": [None, row.reader.employee_no]}
    )


def _attach(actor: Actor, row: MarketInformation, files: Sequence[Upload]) -> None:
    for name, content in files:
        add_document(
            actor=actor, subject=SUBJECT, subject_key=str(row.pk), branch=row.branch, name=name, content=content
        )


def _locked(information: MarketInformation) -> MarketInformation:
    rows = MarketInformation.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("manager", "reader", "branch", "customer", "replied_by").get(pk=information.pk)


def _refuse_unless_author(actor: Actor, information: MarketInformation) -> None:
    if actor.employee_id != information.manager_id:
        raise RuleError(_("Only who has written it changes a draft."))


def _changed_since(row: MarketInformation) -> Conflict:
    if row.state == State.REPLIED:
        return Conflict(
            _("%(name)s has replied to this at %(time)s. A reply stays.")
            % {"name": row.replied_by.name if row.replied_by else "", "time": _time(row.replied_at)}
        )
    if row.state != State.DRAFT:
        return Conflict(_("This was sent at %(time)s. It stays as it is.") % {"time": _time(row.sent_at)})
    return Conflict(_("This draft was changed in another window. Both texts stand here: take over what you need."))


def _time(at: dt.datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def _said(value: Any) -> Any:
    """A value as the trail keeps it: a person and a customer by number."""
    if isinstance(value, Employee):
        return value.employee_no
    if isinstance(value, Customer):
        return value.customer_no
    return value


def _tell(employee_id: int, row: MarketInformation, sentence: str, name: str) -> None:
    notify(
        employee_ids={employee_id},
        sentence=sentence,
        values={"name": name, "title": row.title},
        address=reverse("customers:information_detail", args=[row.pk]),
    )


def _record(actor: Actor, action: str, row: MarketInformation, changes: dict[str, Any]) -> None:
    record(
        actor=actor, action=action, subject=SUBJECT, subject_key=str(row.pk), branch_id=row.branch_id, changes=changes
    )
