"""Article 8: deposits, loans, settlement, intermediary business, information and advice, of one customer on one page."""

from __future__ import annotations

import pytest
from django.db.models import Sum
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from appraisal.actions.months import run_month_end
from customers.models import Customer
from deposits.models import AccountMonth
from desk.queries.business import customer_business, customer_curve
from loans.models import LoanMonth
from organization.rules import SYSTEM
from tests.cast import Cast
from tests.make import (
    OCTOBER,
    make_account,
    make_assignment,
    make_attribution,
    make_customer,
    make_information,
    make_loan,
    make_posting,
    make_product,
    make_repayment,
    make_sale,
    make_user,
    make_visit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def zhang(cast: Cast) -> Customer:
    """A customer of Wang's with all six businesses."""
    customer = make_customer(cast.south, "C-1", name="张三")
    make_assignment(customer, cast.wang)
    for number, amount in enumerate(("2500.50", "1000.00")):
        account = make_account(cast.south, f"A{number}", customer=customer)
        make_attribution(account, cast.wang)
        make_posting(account, "5th", amount)
    loan = make_loan(cast.wang, "50000.00", customer=customer)
    make_repayment(loan, "20th", "10000.00", "321.09")
    run_month_end(actor=SYSTEM, branch=cast.south, month=OCTOBER)
    for kind, confirmed in (("settlement", cast.chen), ("agency", cast.chen), ("card", None)):
        make_sale(cast.wang, customer, make_product(cast.south, kind=kind), "6th", confirmed_by=confirmed)
    make_information(cast.wang, cast.zhou, customer=customer)
    make_visit(cast.wang, customer, kind="advice", said="A time deposit of a year.")
    return customer


def test_the_six_businesses_of_a_customer_stand_on_one_page(cast: Cast, zhang: Customer) -> None:
    found = customer_business(cast.actor("wang"), zhang, OCTOBER)
    assert (found.closing_fen, found.outstanding_fen, found.interest_fen) == (350_050, 4_000_000, 32_109)
    assert (found.settlement_sold, found.intermediary_sold) == (1, 1)  # what is not confirmed counts nowhere
    assert (found.information_told, found.advice_given) == (1, 1)
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(make_user(cast.wang))
    page = client.get(
        reverse("desk:customer_business", args=["C-1"]) + f"?month={OCTOBER}", headers={"HX-Request": "true"}
    ).content.decode()
    for words in ("3,500.50", "40,000.00", "321.09", "Settlement", "Intermediary business", "Financial advice"):
        assert words in page
    # Nothing of it is typed anywhere (article 9(6)).
    assert "<input" not in page and "<form" not in page


def test_the_curve_is_the_sum_of_the_month_figures(cast: Cast, zhang: Customer) -> None:
    months = customer_curve(cast.actor("wang"), zhang, OCTOBER)
    assert [str(one.month) for one in months][::11] == ["2025-11", "2026-10"]
    assert all(one.closing_fen is one.average_fen is one.interest_fen is None for one in months[:-1])
    rows = AccountMonth.objects.filter(account__customer=zhang, month=OCTOBER.first_day)
    sums = rows.aggregate(closing=Sum("closing_fen"), days=Sum("accumulated_fen_days"))
    lent = LoanMonth.objects.filter(loan__customer=zhang, month=OCTOBER.first_day)
    last = months[-1]
    assert (last.closing_fen, last.interest_fen) == (sums["closing"], sum(one.interest_received_fen for one in lent))
    assert abs(last.average_fen * 31 - sums["days"]) * 2 <= 31  # type: ignore[operator]


def test_who_serves_only_a_loan_of_the_customer_sees_only_that(cast: Cast, zhang: Customer) -> None:
    make_loan(cast.li, "700.00", "LI", customer=zhang)
    found = customer_business(cast.actor("li"), zhang, OCTOBER)
    assert not found.accounts and found.closing_fen == 0 and not found.sales
    assert [one.loan_no for one in found.loans] == ["LI"]
    assert all(one.closing_fen is None for one in customer_curve(cast.actor("li"), zhang, OCTOBER))


def test_on_paper_the_dossier_has_everything_and_masks_the_person(cast: Cast, zhang: Customer) -> None:
    Customer.objects.update(phone="13800005678", id_number="420881199001010010")
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(make_user(cast.wang))
    page = client.get(reverse("desk:customer_print", args=["C-1"]) + f"?month={OCTOBER}").content.decode()
    for words in (
        "Customer economic dossier",
        "3,500.50",
        "A time deposit of a year.",
        "王小明",
        "Director",
        "Completeness",
    ):
        assert words in page
    assert "13800005678" not in page and "420881199001010010" not in page
    assert f"{timezone.localdate():%Y-%m-%d}" in page
