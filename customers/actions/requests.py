"""Service requests: taken, answered or cancelled (article 9(4))."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from customers.actions.rights import customer_locked, manager_whose, refuse_other_sending
from customers.models import Customer, ServiceRequest
from customers.queries import is_own
from customers.queries.merges import open_assignment
from customers.queries.requests import HELPERS, deadline_by_policy, request_of_token
from customers.rules.states import SERVICE_REQUEST_STEPS
from organization.actions.notifications import notify
from organization.actions.trail import record
from organization.rules import Actor, may_step

State, Kind = ServiceRequest.State, ServiceRequest.Kind

_TAKEN = gettext_noop("%(name)s has taken a request of your customer %(customer)s. Answer it by %(day)s.")
_ANSWERED = gettext_noop("%(name)s has answered a request of your customer %(customer)s.")
_CANCELLED = gettext_noop("%(name)s has cancelled a request of your customer %(customer)s: %(reason)s")


def enter_request(
    *,
    actor: Actor,
    customer: Customer,
    kind: str,
    words: str,
    amount_fen: int | None = None,
    received_on: dt.date | None = None,
    deadline: dt.date | None = None,
    token: UUID | None = None,
) -> ServiceRequest:
    """Takes a request of an own customer, to be answered by a day: by the branch's policy where none is named.

    Shape: a clerk or the director takes it for the customer's manager, who is told; the same token again gives what it
    gave first.
    Raises: RuleError for another's customer; BadInput without words, for a loan without an amount, a day of receipt to
    come, and a deadline before it; Conflict when the token has brought something else.
    Source: article 9(4).
    """
    today = timezone.localdate()
    received_on = received_on or today
    if not words.strip():
        raise BadInput(_("Write what the customer asks for."), field="words")
    if kind == Kind.LOAN and amount_fen is None:
        raise BadInput(_("Say how much the customer wants to borrow."), field="amount_fen")
    if amount_fen is not None and amount_fen <= 0:
        raise BadInput(_("An amount is above zero."), field="amount_fen")
    if received_on > today:
        raise BadInput(_("This day is still to come. Write the day of receipt."), field="received_on")
    deadline = deadline or deadline_by_policy(customer.branch, received_on)
    if deadline < received_on:
        raise BadInput(_("The deadline lies before the day of receipt."), field="deadline")
    with obeying_laws(), transaction.atomic():
        # One after another for a customer, so that a second sending finds the first; and nobody puts it aside meanwhile.
        customer = customer_locked(customer)
        if token is not None and (known := request_of_token(token)) is not None:
            refuse_other_sending(
                actor,
                known,
                customer=customer,
                kind=kind,
                words=words.strip(),
                amount_fen=amount_fen,
                received_on=received_on,
                deadline=deadline,
            )
            return known
        manager_id = manager_whose(actor, customer, *HELPERS)
        row = ServiceRequest.objects.create(
            branch_id=customer.branch_id,
            manager_id=manager_id,
            customer=customer,
            kind=kind,
            words=words.strip(),
            amount_fen=amount_fen,
            received_on=received_on,
            deadline=deadline,
            made_by_id=actor.employee_id,  # type: ignore[misc] # whoever writes for a manager is a person
            made_at=timezone.now(),
            token=token,
        )
        _tell(actor, row, _TAKEN, day=str(deadline))
        _record(actor, "enter_request", row, {"kind": [None, kind], "deadline": [None, deadline]})
    return row


def answer_request(*, actor: Actor, request: ServiceRequest, answer: str) -> None:
    """Answers a request, once; the customer's manager is told where somebody else has answered.

    Raises: RuleError for whoever is neither the customer's own manager nor clerk or director of the branch; BadInput
    without words; Conflict when it is answered or cancelled already.
    """
    if not answer.strip():
        raise BadInput(_("Write the answer."), field="answer")
    with obeying_laws(), transaction.atomic():
        row = _locked(actor, request, State.ANSWERED)
        row.state, row.answer, row.version = State.ANSWERED, answer.strip(), row.version + 1
        row.answered_by_id, row.answered_on = actor.employee_id, timezone.localdate()
        row.save(update_fields=["state", "answer", "version", "answered_by", "answered_on"])
        _tell(actor, row, _ANSWERED)
        _record(actor, "answer_request", row, {"state": [State.RECEIVED, row.state]})


def cancel_request(*, actor: Actor, request: ServiceRequest, reason: str) -> None:
    """Cancels a request with a reason. Raises: as answer_request."""
    if not reason.strip():
        raise BadInput(_("Say why the request is cancelled."), field="reason")
    with obeying_laws(), transaction.atomic():
        row = _locked(actor, request, State.CANCELLED)
        row.state, row.cancel_reason, row.version = State.CANCELLED, reason.strip(), row.version + 1
        row.cancelled_by_id, row.cancelled_on = actor.employee_id, timezone.localdate()
        row.save(update_fields=["state", "cancel_reason", "version", "cancelled_by", "cancelled_on"])
        _tell(actor, row, _CANCELLED, reason=row.cancel_reason)
        changes = {"state": [State.RECEIVED, row.state], "reason": [None, row.cancel_reason]}
        _record(actor, "cancel_request", row, changes)


def may_answer(actor: Actor, request: ServiceRequest) -> bool:
    """Whether the person answers and cancels this request: the customer's own manager, or a helper of the branch."""
    return actor.holds(request.branch_id, *HELPERS) or is_own(actor, request.customer)


def _locked(actor: Actor, request: ServiceRequest, to: str) -> ServiceRequest:
    rows = ServiceRequest.objects.select_for_update(no_key=True, of=("self",))
    row = rows.select_related("customer", "branch", "answered_by", "cancelled_by").get(pk=request.pk)
    if not may_answer(actor, row):
        raise RuleError(
            _("Only the customer’s own manager, or a clerk or the director of %(branch)s, answers this request.")
            % {"branch": row.branch.name}
        )
    if not may_step(SERVICE_REQUEST_STEPS, row.state, to):
        raise _closed_already(row)
    return row


def _closed_already(row: ServiceRequest) -> Conflict:
    if row.state == State.ANSWERED:
        name = row.answered_by.name if row.answered_by else ""
        return Conflict(_("%(name)s has answered this request on %(day)s.") % {"name": name, "day": row.answered_on})
    name = row.cancelled_by.name if row.cancelled_by else ""
    return Conflict(_("%(name)s has cancelled this request on %(day)s.") % {"name": name, "day": row.cancelled_on})


def _tell(actor: Actor, row: ServiceRequest, sentence: str, **values: str) -> None:
    """Whoever looks after the customer today is told, as the request waits for that person; else who took it."""
    held = open_assignment(row.customer)
    notify(
        employee_ids={held.manager_id if held else row.manager_id} - {actor.employee_id},
        sentence=sentence,
        values={"name": actor.name, "customer": row.customer.name, **values},
        address=reverse("customers:request_detail", args=[row.pk]),
    )


def _record(actor: Actor, action: str, row: ServiceRequest, changes: dict[str, Any]) -> None:
    record(
        actor=actor,
        action=action,
        subject="customers.servicerequest",
        subject_key=str(row.pk),
        branch_id=row.branch_id,
        changes=changes,
    )
