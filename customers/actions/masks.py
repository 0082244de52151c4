"""A masked number is shown in full to who says why, and that stands on the trail (roles.md, Trail)."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import BadInput
from customers.models import Customer
from organization.actions.trail import record
from organization.rules import Actor

NUMBERS: Final = ("id_number", "phone")


@transaction.atomic
def unmask(*, actor: Actor, customer: Customer, number: str, reason: str) -> str:
    """The full ID or telephone number of a customer whom the caller has found visible to the actor.

    Raises: BadInput without a reason, and for what is no number.
    """
    if number not in NUMBERS:
        raise BadInput(_("There is no such number."))
    if not reason.strip():
        raise BadInput(_("Say why you need the full number."), field="reason")
    record(
        actor=actor,
        action="unmask",
        subject="customers.customer",
        subject_key=customer.customer_no,
        branch_id=customer.branch_id,
        changes={"number": number, "reason": reason.strip()[:300]},
    )
    return str(getattr(customer, number))
