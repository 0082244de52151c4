"""A customer is put aside with a reason and taken up again; nobody deletes one."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from customers.models import Assignment, Customer, Merge
from organization.actions.rights import refuse_without
from organization.actions.trail import record
from organization.models import Role
from organization.rules import Actor


def archive_customer(*, actor: Actor, customer: Customer, reason: str) -> None:
    """Puts a customer aside: it leaves lists and search, is not assigned, and nothing is written about it any more.

    Raises: RuleError without the right, and while it has open accounts, loans outstanding, a manager or a merge that
    waits; BadInput without a reason; Conflict when it is put aside already. Locks: the customer.
    """
    if not reason.strip():
        raise BadInput(_("Say why the customer is put aside."), field="reason")
    with obeying_laws(), transaction.atomic():
        row = _opened(actor, customer)
        if row.archived_at is not None:
            raise Conflict(_("%(customer)s is put aside already.") % {"customer": row.name})
        for name in settings.CUSTOMER_BUSINESS:
            for label, _number, still_open in import_string(name)(row):
                if still_open:
                    raise RuleError(
                        _("%(customer)s has business with us that is open: %(what)s, %(count)d. It stays.")
                        % {"customer": row.name, "what": label, "count": still_open}
                    )
        _refuse_held(row)
        row.archived_at, row.archived_by_id = timezone.now(), actor.employee_id
        row.archive_reason = reason.strip()[:300]
        row.save(update_fields=["archived_at", "archived_by", "archive_reason"])
        _record(actor, "archive_customer", row, archived=[False, True], reason=row.archive_reason)


def restore_customer(*, actor: Actor, customer: Customer, reason: str) -> None:
    """Takes a customer up again.

    Raises: RuleError without the right and for a merged one; BadInput without a reason; Conflict when it is not put aside.
    """
    if not reason.strip():
        raise BadInput(_("Say why the customer is taken up again."), field="reason")
    with obeying_laws(), transaction.atomic():
        row = _opened(actor, customer)
        if row.archived_at is None:
            raise Conflict(_("%(customer)s is not put aside.") % {"customer": row.name})
        if row.merged_into_id is not None:
            raise RuleError(_("This customer is merged into another. That is not taken back."))
        row.archived_at, row.archived_by, row.archive_reason = None, None, ""
        row.save(update_fields=["archived_at", "archived_by", "archive_reason"])
        _record(actor, "restore_customer", row, archived=[True, False], reason=reason.strip()[:300])


def _opened(actor: Actor, customer: Customer) -> Customer:
    """The customer as it is now, locked. Raises: RuleError for all but clerk and director."""
    row = Customer.objects.select_for_update(no_key=True, of=("self",)).select_related("branch").get(pk=customer.pk)
    refuse_without(actor, row.branch, Role.CLERK, Role.DIRECTOR)
    return row


def _refuse_held(customer: Customer) -> None:
    held = Assignment.objects.filter(customer=customer).exclude(last_day__lte=timezone.localdate())
    if (assignment := held.select_related("manager").first()) is not None:
        raise RuleError(
            _("%(customer)s is assigned to %(manager)s. End the assignment first.")
            % {"customer": customer.name, "manager": assignment.manager.name}
        )
    waits = Merge.objects.filter(state=Merge.State.PROPOSED)
    if waits.filter(kept=customer).exists() or waits.filter(archived=customer).exists():
        raise RuleError(
            _("A merge of %(customer)s waits for a decision. Decide it first.") % {"customer": customer.name}
        )


def _record(actor: Actor, action: str, customer: Customer, **changes: Any) -> None:
    record(
        actor=actor,
        action=action,
        subject="customers.customer",
        subject_key=customer.customer_no,
        branch_id=customer.branch_id,
        changes=changes,
    )
