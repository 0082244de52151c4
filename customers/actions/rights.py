"""Who may change what is kept about a customer: the manager whom the customer is assigned to (article 9(1))."""

from __future__ import annotations

from django.utils.translation import gettext as _

from common.errors import RuleError
from customers.models import Customer
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
