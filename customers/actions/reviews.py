"""The own manager looks through a dossier and finds it right (article 9(6))."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Conflict
from common.laws import obeying_laws
from customers.actions.rights import refuse_unless_own
from customers.models import Customer, DossierReview
from organization.actions.trail import record
from organization.rules import Actor


def review_dossier(*, actor: Actor, customer: Customer, words: str = "") -> DossierReview:
    """Keeps that the customer's own manager has looked through the dossier today; the next review is due months later.

    Raises: RuleError for everybody else; Conflict when the person has done so today. Locks: the customer.
    Source: article 9(6).
    """
    today = timezone.localdate()
    with obeying_laws(), transaction.atomic():
        row = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
        refuse_unless_own(actor, row)
        reviewed = DossierReview.objects.filter(customer=row, reviewed_on=today, reviewed_by=actor.employee_id)
        if reviewed.exists():
            raise Conflict(_("You have looked through this dossier today already."))
        by: dict[str, Any] = {"reviewed_by_id": actor.employee_id}
        review = DossierReview.objects.create(customer=row, reviewed_on=today, words=words.strip()[:300], **by)
        record(
            actor=actor,
            action="review_dossier",
            subject="customers.customer",
            subject_key=row.customer_no,
            branch_id=row.branch_id,
            changes={"reviewed_on": [None, str(today)], "words": [None, review.words]},
        )
    return review
