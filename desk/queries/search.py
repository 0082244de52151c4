"""The search over everything."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from common.search import starting_with
from customers.models import Customer
from customers.queries import matching
from deposits.models import DepositAccount
from deposits.queries import accounts as deposits
from loans import queries as loan_queries
from loans.models import Loan
from organization.models import Employee
from organization.rules import Actor


@dataclass(frozen=True, slots=True)
class Found:
    """What a search has found of one kind. Shape: at most FOUND_SHOWN rows, and whether there are more."""

    customers: list[Customer]
    accounts: list[DepositAccount]
    loans: list[Loan]
    employees: list[Employee]

    @property
    def count(self) -> int:
        return len(self.customers) + len(self.accounts) + len(self.loans) + len(self.employees)


FOUND_SHOWN = 8


def find(actor: Actor, words: str) -> Found:
    """The first few customers, accounts, loans and people whose name, initials or number begins with the words."""
    if not words:
        return Found([], [], [], [])
    customers = Customer.objects.visible_to(actor).filter(matching(words))
    accounts = DepositAccount.objects.visible_to(actor).filter(deposits.matching(words))
    loans = Loan.objects.visible_to(actor).filter(loan_queries.matching(words))
    people = Employee.objects.visible_to(actor).filter(starting_with(words, number="employee_no"))
    return Found(
        list(customers.select_related("branch").order_by("customer_no")[:FOUND_SHOWN]),
        list(accounts.select_related("customer", "branch").order_by("account_no")[:FOUND_SHOWN]),
        list(loans.select_related("customer", "branch").order_by("loan_no")[:FOUND_SHOWN]),
        list(people.select_related("branch").order_by("employee_no")[:FOUND_SHOWN]),
    )


def only_address(found: Found) -> str:
    """Where the one thing that was found is; nothing when there are more, or none."""
    if found.count != 1:
        return ""
    for name, rows, key in (
        ("desk:customer_detail", found.customers, "customer_no"),
        ("deposits:account_detail", found.accounts, "account_no"),
        ("loans:loan_detail", found.loans, "loan_no"),
        ("organization:employee_detail", found.employees, "employee_no"),
    ):
        for row in rows:
            return reverse(name, args=[getattr(row, key)])
    return ""
