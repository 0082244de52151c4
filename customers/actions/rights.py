"""Who may change what is kept about a customer: the manager whom the customer is assigned to (article 9(1))."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from common.errors import Conflict, RuleError
from customers.models import Customer, Sale, ServiceRequest
from customers.queries import is_own
from customers.queries.merges import open_assignment
from organization.rules import Actor


def refuse_unless_own(actor: Actor, customer: Customer) -> None:
    """Raises: RuleError unless the customer is assigned to the actor today, or when the customer is put aside.

    The branch's other people read; who is to write is assigned the customer first.
    """
    if customer.archived_at is not None:
        raise RuleError(
            _("%(customer)s is put aside. Nothing is written about it any more.") % {"customer": customer.name}
        )
    if not (actor.is_system or is_own(actor, customer)):
        raise RuleError(
            _("%(customer)s is not assigned to you. Only the customer’s own manager writes here.")
            % {"customer": customer.name}
        )


def manager_whose(actor: Actor, customer: Customer, *roles: str) -> int:
    """The id of the account manager for whom the actor writes: the own one, or the customer's where the actor helps.

    Shape: roles are those at the customer's branch that write in the name of the customer's own manager.
    Raises: RuleError as refuse_unless_own; and when nobody looks after the customer today.
    """
    if not actor.holds(customer.branch_id, *roles) or is_own(actor, customer):
        refuse_unless_own(actor, customer)
    elif customer.archived_at is not None:
        raise RuleError(
            _("%(customer)s is put aside. Nothing is written about it any more.") % {"customer": customer.name}
        )
    if is_own(actor, customer) and actor.employee_id is not None:
        return actor.employee_id
    held = open_assignment(customer)
    if held is None:
        raise RuleError(
            _("Nobody looks after %(customer)s. Assign the customer to an account manager first.")
            % {"customer": customer.name}
        )
    return held.manager_id


def customer_locked(customer: Customer) -> Customer:
    """The customer as it is now. Locks: the row until the transaction ends, as whoever assigns, merges or archives does."""
    rows = Customer.objects.select_for_update(no_key=True, of=("self",)).select_related("branch")
    return rows.get(pk=customer.pk)


def refuse_other_sending(actor: Actor, known: Sale | ServiceRequest, **given: Any) -> None:
    """Looks at what came with a page's number before: the same, sent once more, or something else.

    Raises: Conflict when somebody else has sent it, and when it says something else now: it would be lost.
    """
    if known.made_by_id != actor.employee_id:
        raise Conflict(_("This page was sent by somebody else already. Open it anew."))
    if any(getattr(known, name) != value for name, value in given.items()):
        raise Conflict(_("This page was sent already, and said something else then. Open it anew to enter this too."))
