"""Who a customer is: the number with what is wrong with it, the household, and who looks like it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import F

from customers.models import BasicFacts, Customer, HouseholdMember, Merge
from customers.queries.customers import is_own
from customers.queries.duplicates import lookalikes
from customers.queries.households import is_alone
from customers.queries.merges import merges
from customers.rules.identity import born_on, gender_of, kind_of_number, wrong_with
from organization.models import Role
from organization.rules import Actor


@dataclass(frozen=True, slots=True)
class Identity:
    """What the part of a customer's page says. Shape: fault "" where nothing is wrong; `looks_like` only for who may merge."""

    fault: str
    is_checked: bool
    born_on: dt.date | None
    gender: str
    says_otherwise: bool  # the dossier names another day of birth than the number
    memberships: list[HouseholdMember]
    household: HouseholdMember | None
    looks_like: list[Customer]
    merges: list[Merge]
    may_decide: bool  # clerk or director: merges, putting aside
    may_write: bool  # and the own manager: households


def identity(actor: Actor, customer: Customer) -> Identity:
    """Who the customer is, as far as numbers and files say."""
    kind = kind_of_number(customer.id_type, customer.kind)
    is_person = customer.kind != Customer.Kind.UNIT
    born = born_on(customer.id_number) if is_person else None
    typed = BasicFacts.objects.filter(customer=customer).values_list("born_on", flat=True).first()
    rows = HouseholdMember.objects.filter(customer=customer).select_related("household")
    memberships = [one for one in rows.order_by(F("first_day").desc(nulls_last=True)) if not is_alone(one)]
    keeps = actor.holds(customer.branch_id, Role.CLERK, Role.DIRECTOR)
    return Identity(
        fault=wrong_with(customer.id_number, kind),
        is_checked=bool(kind and customer.id_number),
        born_on=born,
        gender=gender_of(customer.id_number) if is_person else "",
        says_otherwise=bool(born and typed and born != typed),
        memberships=memberships,
        household=next((one for one in memberships if one.last_day is None), None),
        looks_like=lookalikes(actor, customer) if customer.archived_at is None else [],
        merges=_merges(actor, customer),
        may_decide=keeps,
        may_write=customer.archived_at is None and (keeps or is_own(actor, customer)),
    )


def _merges(actor: Actor, customer: Customer) -> list[Merge]:
    """What waits about the customer, and what was merged into it, of the branches that the person reads."""
    rows = merges(actor).exclude(state=Merge.State.REJECTED)
    return [*rows.filter(kept=customer), *rows.filter(archived=customer)]
