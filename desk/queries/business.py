"""Business of one customer with us, filled from the ledgers and never typed (articles 8 and 9(6))."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from common.money import round_half_up
from common.months import Month
from customers.models import Assignment, Customer, MarketInformation, Sale, Visit
from deposits.models import AccountMonth, DepositAccount
from deposits.queries import accounts as deposits
from desk.queries.work import INTERMEDIARY, SETTLEMENT
from loans import queries as loan_queries
from loans.models import Loan, LoanMonth
from organization.rules import Actor


@dataclass(frozen=True, slots=True)
class MonthOfBusiness:
    """A month of the curve. Shape: figures none where the month was not computed. Unit: fen."""

    month: Month
    closing_fen: int | None
    average_fen: int | None
    interest_fen: int | None


@dataclass(frozen=True, slots=True)
class Business:
    """Accounts, loans, products and the six businesses of article 8, as far as the person may see them. Unit: fen."""

    accounts: list[Any]
    loans: list[Any]
    months: list[MonthOfBusiness]
    sales: list[Any]
    closing_fen: int
    average_fen: int
    outstanding_fen: int
    interest_fen: int
    settlement_sold: int
    intermediary_sold: int
    information_told: int
    advice_given: int

    @property
    def is_computed(self) -> bool:
        return any(one.closing_fen is not None for one in self.months)


def twelve_months(month: Month) -> list[Month]:
    """The month and the eleven before it, the earliest first."""
    found = [month]
    while len(found) < 12:
        found.insert(0, found[0].previous)
    return found


def customer_curve(actor: Actor, customer: Customer, month: Month) -> list[MonthOfBusiness]:
    """Closing balance, monthly average and interest received of the twelve months that end with this one.

    Law: each month's figures are the sums over the rows of month figures of the accounts and loans that the person sees.
    """
    asked = twelve_months(month)
    days = (asked[0].first_day, asked[-1].first_day)
    own = DepositAccount.objects.visible_to(actor).filter(customer=customer)
    rows = AccountMonth.objects.filter(account__in=own, month__range=days).order_by().values("month")
    balances = {
        row["month"]: row for row in rows.annotate(closing=Sum("closing_fen"), accumulated=Sum("accumulated_fen_days"))
    }
    lent = Loan.objects.visible_to(actor).filter(customer=customer)
    paid = LoanMonth.objects.filter(loan__in=lent, month__range=days).order_by().values_list("month")
    interest = dict(paid.annotate(Sum("interest_received_fen")))
    found = []
    for one in asked:
        row = balances.get(one.first_day)
        found.append(
            MonthOfBusiness(
                month=one,
                closing_fen=int(row["closing"]) if row else None,
                average_fen=round_half_up(int(row["accumulated"]), one.days) if row else None,
                interest_fen=None if one.first_day not in interest else int(interest[one.first_day]),
            )
        )
    return found


def customer_business(actor: Actor, customer: Customer, month: Month) -> Business:
    """What the ledgers hold of the customer: accounts and loans with their figures of the month, twelve months, products."""
    accounts: list[Any] = list(deposits.accounts(actor, month).filter(customer=customer).order_by("account_no"))
    loans: list[Any] = list(loan_queries.loans(actor, month).filter(customer=customer).order_by("loan_no"))
    months = customer_curve(actor, customer, month)
    sold = Sale.objects.visible_to(actor).filter(customer=customer, state=Sale.State.CONFIRMED)
    sales = list(sold.select_related("product", "manager"))
    notes = Visit.objects.visible_to(actor).filter(customer=customer, kind=Visit.Kind.ADVICE, state=Visit.State.DONE)
    told = MarketInformation.objects.visible_to(actor).filter(customer=customer)
    return Business(
        accounts=accounts,
        loans=loans,
        months=months,
        sales=sales,
        closing_fen=sum(account.closing_fen or 0 for account in accounts),
        average_fen=round_half_up(sum(account.accumulated_fen_days or 0 for account in accounts), month.days),
        outstanding_fen=sum(loan.outstanding_fen or 0 for loan in loans),
        interest_fen=sum(one.interest_fen or 0 for one in months),
        settlement_sold=sum(1 for sale in sales if sale.product.kind in SETTLEMENT),
        intermediary_sold=sum(1 for sale in sales if sale.product.kind in INTERMEDIARY),
        information_told=told.count(),
        advice_given=notes.count(),
    )


def manager_of(customer: Customer) -> Assignment | None:
    """To whom the customer is assigned today."""
    today = Assignment.objects.in_force(timezone.localdate())
    return today.filter(customer=customer).select_related("manager").first()
