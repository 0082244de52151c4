"""Who may change what is kept about a customer: the manager whom the customer is assigned to (article 9(1))."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import RuleError
from customers.models import Assignment, Customer
from customers.queries import is_own
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
    held = Assignment.objects.in_force(timezone.localdate()).filter(customer=customer).first()
    if held is None:
        raise RuleError(
            _("Nobody looks after %(customer)s. Assign the customer to an account manager first.")
            % {"customer": customer.name}
        )
    return held.manager_id
