"""Two customers who look alike and are two."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import BadInput, RuleError
from common.laws import obeying_laws
from customers.models import Customer, NotSame
from organization.actions.rights import refuse_without
from organization.actions.trail import record
from organization.models import Role
from organization.rules import Actor


def dismiss_duplicate(*, actor: Actor, customer: Customer, others: Sequence[Customer], reason: str) -> None:
    """Keeps that somebody has looked: the customer is none of the others. Looked at twice is once.

    Raises: RuleError without the right at every branch concerned; BadInput without a reason or another customer.
    """
    for one in (customer, *others):
        refuse_without(actor, one.branch, Role.CLERK, Role.DIRECTOR)
    if actor.employee_id is None:
        raise RuleError(_("A person looks at customers who seem to be one."))
    if not reason.strip():
        raise BadInput(_("Say why these are two."), field="reason")
    if not others or any(one.pk == customer.pk for one in others):
        raise BadInput(_("Choose two different customers."))
    with obeying_laws(), transaction.atomic():
        pairs = [(min(customer.pk, one.pk), max(customer.pk, one.pk)) for one in others]
        NotSame.objects.bulk_create(
            [
                NotSame(
                    first_id=first,
                    second_id=second,
                    branch=customer.branch,
                    reason=reason.strip()[:300],
                    made_by_id=actor.employee_id,
                    made_at=timezone.now(),
                )
                for first, second in pairs
            ],
            ignore_conflicts=True,
        )
        record(
            actor=actor,
            action="dismiss_duplicate",
            subject="customers.customer",
            subject_key=customer.customer_no,
            branch_id=customer.branch_id,
            changes={"not_the_same": sorted(one.customer_no for one in others), "reason": reason.strip()[:300]},
        )
