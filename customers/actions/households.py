"""Who belongs to a household: joining and leaving by day, and the head (article 10 counts by household)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import BadInput, RuleError
from common.laws import obeying_laws
from customers.models import Customer, Household, HouseholdMember
from customers.queries import is_own
from customers.queries.households import is_alone, open_membership
from managers.rules import ONE_DAY
from organization.actions.months import check_laws_now
from organization.actions.rights import refuse_without
from organization.actions.trail import record
from organization.models import Role
from organization.rules import Actor


def join_household(
    *, actor: Actor, customer: Customer, household: Household, first_day: dt.date, is_head: bool = False
) -> HouseholdMember:
    """The customer belongs to the household from a day on, and to the former one until the day before.

    Raises: RuleError without the right, for a customer who is put aside or belongs to it already, for a day to come, and
    where a law refuses (the guarantees of a household, two heads). Locks: the customer. Source: article 10.
    """
    if first_day > timezone.localdate():
        raise BadInput(_("This day is still to come."), field="first_day")
    with obeying_laws(), transaction.atomic():
        row = _opened(actor, customer)
        now = open_membership(row)
        if now is not None and now.household_id == household.pk:
            raise RuleError(
                _("%(customer)s belongs to household %(number)s already.")
                % {"customer": row.name, "number": household.household_no},
                field="household",
            )
        if now is not None:
            end_membership(now, first_day - ONE_DAY)
        member = HouseholdMember.objects.create(household=household, customer=row, first_day=first_day, is_head=is_head)
        check_laws_now()
        former = None if now is None or is_alone(now) else now.household.household_no
        _record(actor, "join_household", row, household=[former, household.household_no], first_day=str(first_day))
    return member


def leave_household(*, actor: Actor, customer: Customer, last_day: dt.date) -> None:
    """The customer belongs to the household until a day, the last one.

    Raises: RuleError as join_household, and for a customer who belongs to none.
    """
    if last_day > timezone.localdate():
        raise BadInput(_("This day is still to come."), field="last_day")
    with obeying_laws(), transaction.atomic():
        row = _opened(actor, customer)
        now = open_membership(row)
        if now is None or is_alone(now):
            raise RuleError(_("%(customer)s belongs to no household.") % {"customer": row.name})
        if now.first_day is not None and last_day < now.first_day:
            raise BadInput(_("The last day lies before the first."), field="last_day")
        end_membership(now, last_day)
        check_laws_now()
        _record(actor, "leave_household", row, household=[now.household.household_no, None], last_day=str(last_day))


def set_head(*, actor: Actor, customer: Customer) -> None:
    """The customer is the head of the household that he or she belongs to; the former head is a member like the others.

    Raises: RuleError as leave_household.
    """
    with obeying_laws(), transaction.atomic():
        row = _opened(actor, customer)
        now = open_membership(row)
        if now is None or is_alone(now):
            raise RuleError(_("%(customer)s belongs to no household.") % {"customer": row.name})
        members = HouseholdMember.objects.filter(household=now.household_id, last_day__isnull=True)
        former = members.filter(is_head=True).select_related("customer").first()
        if former is not None and former.pk == now.pk:
            return
        members.filter(is_head=True).update(is_head=False)
        members.filter(pk=now.pk).update(is_head=True)
        head = [former.customer.customer_no if former else None, row.customer_no]
        _record(actor, "set_head", row, household=now.household.household_no, head=head)


def end_membership(member: HouseholdMember, last_day: dt.date) -> None:
    """Ends a membership with a day; one that had not begun by then never was."""
    if member.first_day is not None and member.first_day > last_day:
        member.delete()
        return
    member.last_day = last_day
    member.save(update_fields=["last_day"])


def _opened(actor: Actor, customer: Customer) -> Customer:
    """The customer as it is now, locked. Raises: RuleError for all but clerk, director and the customer's own manager."""
    row = Customer.objects.select_for_update(no_key=True, of=("self",)).select_related("branch").get(pk=customer.pk)
    if not is_own(actor, row):
        refuse_without(actor, row.branch, Role.CLERK, Role.DIRECTOR)
    if row.archived_at is not None:
        raise RuleError(_("%(customer)s is put aside. Nothing is written about it any more.") % {"customer": row.name})
    return row


def _record(actor: Actor, action: str, customer: Customer, **changes: Any) -> None:
    record(
        actor=actor,
        action=action,
        subject="customers.customer",
        subject_key=customer.customer_no,
        branch_id=customer.branch_id,
        changes=changes,
    )
