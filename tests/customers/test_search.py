"""Looking for what customers own, by the beginning of a name, of its initials, or of a number."""

from __future__ import annotations

from importlib import import_module

import pytest

from customers.models import Customer
from customers.queries import matching
from deposits.models import DepositAccount
from deposits.queries.accounts import matching as accounts_matching
from loans.models import Loan
from loans.queries import matching as loans_matching
from tests.cast import Cast
from tests.make import make_account, make_customer, make_loan


@pytest.mark.parametrize("few", [2_000, 0], ids=["named one by one", "met in the order of the list"])
@pytest.mark.parametrize(
    ("words", "accounts", "loans"),
    [
        ("张", {"A1", "A2"}, {"L1"}),
        ("张三", {"A1"}, set()),
        ("z", {"A1", "A2"}, {"L1"}),
        ("zs", {"A1"}, set()),
        ("C2", {"A2"}, {"L1"}),
        ("c2", {"A2"}, {"L1"}),
        ("A", {"A1", "A2", "A3"}, set()),
        ("L1", set(), {"L1"}),
        ("欧阳", set(), set()),
    ],
)
def test_accounts_and_loans_are_found_by_their_number_and_by_their_customer(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, few: int, words: str, accounts: set[str], loans: set[str]
) -> None:
    """However many customers there are of the name."""
    monkeypatch.setattr(import_module("customers.queries.customers"), "FEW", few)
    for no, name, initials in (("C1", "张三", "zs"), ("C2", "张伟", "zw"), ("C3", "李四", "ls")):
        customer = make_customer(cast.south, no, name=name, initials=initials)
        make_account(cast.south, f"A{no[1]}", customer=customer)
        if no == "C2":
            make_loan(cast.li, "500.00", "L1", customer=customer)
    mine = DepositAccount.objects.filter(accounts_matching(words), account_no__in=("A1", "A2", "A3"))
    assert set(mine.values_list("account_no", flat=True)) == accounts
    assert set(Loan.objects.filter(loans_matching(words), loan_no="L1").values_list("loan_no", flat=True)) == loans


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("张", {"C1"}),
        ("zs", {"C1"}),
        ("C1", {"C1"}),
        ("5678", {"C1", "C2"}),
        ("45678", {"C1"}),
        ("13812345678", {"C1"}),
        # Three figures would name too many, and the middle of a number nobody remembers.
        ("678", set()),
        ("3812", set()),
        ("1381", set()),
    ],
)
def test_customers_are_found_by_the_end_of_their_telephone_number(cast: Cast, words: str, found: set[str]) -> None:
    make_customer(cast.south, "C1", name="张三", initials="zs", phone="13812345678")
    make_customer(cast.south, "C2", name="李四", initials="ls", phone="0724-4125678")
    make_customer(cast.south, "C3", name="王五", initials="ww", phone="")
    assert set(Customer.objects.filter(matching(words)).values_list("customer_no", flat=True)) == found


@pytest.mark.parametrize("few", [2_000, 0], ids=["named one by one", "met in the order of the list"])
def test_what_a_customer_owns_is_found_by_the_end_of_the_telephone_number(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(import_module("customers.queries.customers"), "FEW", few)
    account = make_account(cast.south, "A1", customer=make_customer(cast.south, "C1", phone="13812345678"))
    make_account(cast.south, "A2")
    assert list(DepositAccount.objects.filter(accounts_matching("5678"))) == [account]
