"""One customer, with all business with us."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from common.money import round_half_up
from common.months import Month
from customers.models import Customer, HouseholdMember, Visit
from customers.queries import household_of, is_own
from customers.queries.dossier import SectionNow, dossier
from deposits.models import DepositAccount
from deposits.queries import accounts as deposits
from loans import queries as loan_queries
from loans.models import Loan
from organization.rules import Actor


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """What the page of a customer shows: the dossier, and business with us as far as the person may see it."""

    own: bool  # the person writes here
    sections: list[SectionNow]
    last_visit: dt.date | None
    memberships: list[HouseholdMember]
    accounts: list[DepositAccount]
    loans: list[Loan]
    closing_fen: int
    average_fen: int
    outstanding_fen: int


def customer_page(actor: Actor, customer: Customer, month: Month) -> CustomerPage:
    """The dossier; accounts and loans of the customer with their figures of the month, and the sums of what is shown."""
    accounts: list[Any] = list(deposits.accounts(actor, month).filter(customer=customer).order_by("account_no"))
    loans: list[Any] = list(loan_queries.loans(actor, month).filter(customer=customer).order_by("loan_no"))
    accumulated = sum(account.accumulated_fen_days or 0 for account in accounts)
    visits = Visit.objects.filter(customer=customer, state=Visit.State.DONE)
    return CustomerPage(
        own=customer.archived_at is None and is_own(actor, customer),
        sections=dossier(customer),
        last_visit=visits.order_by("-day").values_list("day", flat=True).first(),
        memberships=household_of(customer),
        accounts=accounts,
        loans=loans,
        closing_fen=sum(account.closing_fen or 0 for account in accounts),
        average_fen=round_half_up(accumulated, month.days),
        outstanding_fen=sum(loan.outstanding_fen or 0 for loan in loans),
    )
