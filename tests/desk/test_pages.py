"""The pages of lists, search, sign-in and one account, through the browser's eyes."""

from __future__ import annotations

import io
import json

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from organization.models import TrailEntry
from tests.cast import Cast
from tests.english import english
from tests.make import (
    OCTOBER,
    PASSWORD,
    make_account,
    make_attribution,
    make_customer,
    make_loan,
    make_posting,
    make_user,
)

__all__ = ["english"]


@pytest.fixture
def zhou(client: Client, cast: Cast) -> Client:
    """The browser of the south's director, in English."""
    client.cookies["django_language"] = "en"
    client.force_login(make_user(cast.zhou))
    return client


def test_a_failed_sign_in_gives_no_hint_whether_the_number_exists(client: Client, cast: Cast) -> None:
    make_user(cast.zhou)
    sent = [("S001", "wrong"), ("nobody", "wrong")]
    pages = [
        client.post(reverse("organization:sign_in"), {"employee_no": no, "password": password}).context["form"].errors
        for no, password in sent
    ]
    assert pages[0] == pages[1] and pages[0]


def test_signing_in_leads_on_to_the_page_that_was_asked_for(client: Client, cast: Cast) -> None:
    make_user(cast.zhou)
    asked = client.get(reverse("loans:loan_list"))
    answer = client.post(asked.headers["Location"], {"employee_no": "S001", "password": PASSWORD})
    assert answer.headers["Location"] == reverse("loans:loan_list")
    client.logout()
    elsewhere = client.post(
        reverse("organization:sign_in"), {"employee_no": "S001", "password": PASSWORD, "next": "https://example.com/"}
    )
    assert elsewhere.headers["Location"] == reverse("desk:home")


def test_a_changed_password_is_on_the_trail_without_the_password(zhou: Client, cast: Cast) -> None:
    new = "Another-long-one-7"
    zhou.post(reverse("organization:password_change"), {"old": PASSWORD, "new": new, "again": new})
    entry = TrailEntry.objects.get(action="change_password")
    assert entry.subject_key == "S001" and new not in entry.body
    assert zhou.get(reverse("desk:home")).status_code == 200  # still signed in


def test_initials_the_beginning_of_a_name_and_of_a_number_find_a_customer(zhou: Client, cast: Cast) -> None:
    make_customer(cast.south, "K001", name="张三", initials="zs")
    make_customer(cast.south, "K002", name="李四", initials="ls")
    for words, found in (("zs", ["K001"]), ("ZS", ["K001"]), ("张", ["K001"]), ("k00", ["K001", "K002"]), ("王", [])):
        page = zhou.get(reverse("customers:customer_list"), {"q": words})
        assert [row.customer_no for row in page.context["table"].keyset.rows] == found, words


def test_accounts_are_found_by_their_own_number_and_by_their_customer(zhou: Client, cast: Cast) -> None:
    customer = make_customer(cast.south, "K001", name="张三", initials="zs")
    make_account(cast.south, "62001", customer=customer)
    make_account(cast.south, "62002")
    for words, found in (("62", ["62001", "62002"]), ("zs", ["62001"]), ("K001", ["62001"]), ("63", [])):
        page = zhou.get(reverse("deposits:account_list"), {"q": words})
        assert [row.account_no for row in page.context["table"].keyset.rows] == found, words


def test_identity_and_phone_are_masked_on_pages_and_in_exports(zhou: Client, cast: Cast) -> None:
    number, phone = "420881199001011234", "13812345678"
    customer = make_customer(cast.south, "K001", name="张三", id_number=number, phone=phone)
    pages = [
        zhou.get(reverse("customers:customer_list")),
        zhou.get(reverse("desk:customer_detail", args=[customer.customer_no])),
        zhou.post(reverse("customers:customer_export", args=["csv"])),
    ]
    for page in pages:
        text = (page.getvalue() if page.streaming else page.content).decode()
        assert number not in text and phone not in text
        assert "420881********1234" in text and "138****5678" in text


def test_an_export_holds_what_is_filtered_and_is_on_the_trail(zhou: Client, cast: Cast) -> None:
    make_loan(cast.wang, "1000.00", "L1", security="mortgage")
    make_loan(cast.wang, "2000.50", "L2", security="pledge")
    answer = zhou.post(reverse("loans:loan_export", args=["xlsx"]) + "?security=pledge&month=2026-10")
    sheet = load_workbook(io.BytesIO(answer.getvalue())).active
    assert [row[0].value for row in sheet.iter_rows(min_row=3)] == ["L2"]
    assert sheet["C3"].value == 2000.5
    entry = TrailEntry.objects.get(action="export")
    assert entry.subject == "loans.Loan"
    assert json.loads(entry.body)["changes"] == {"filter": "security=pledge&month=2026-10", "kind": "xlsx"}


def test_totals_are_of_what_is_filtered_not_of_the_page(zhou: Client, cast: Cast) -> None:
    for number in range(30):
        make_loan(cast.wang, "100.00", f"L{number:02d}")
    assert "3,000.00" in zhou.get(reverse("loans:loan_totals")).content.decode()
    assert len(zhou.get(reverse("loans:loan_list")).context["table"].keyset.rows) == 25


def test_the_curve_of_an_account_is_its_balance_by_day(zhou: Client, cast: Cast) -> None:
    account = make_account(cast.south, "62001")
    make_posting(account, "2026-07-15", "10.00")
    make_posting(account, "3rd", "5.00")
    make_posting(account, "3rd", "-2.00")
    curve = zhou.get(reverse("deposits:account_curve", args=["62001"]), {"month": str(OCTOBER)}).json()
    assert curve["days"][0] == "2026-08-01" and curve["balances"][0] == 1000
    by_day = dict(zip(curve["days"], curve["balances"], strict=True))
    assert (by_day["2026-10-02"], by_day["2026-10-03"]) == (1000, 1300)
    assert curve["days"][curve["from"]] == "2026-10-01"


def test_a_manager_sees_the_own_share_of_an_account_and_not_the_others(client: Client, cast: Cast) -> None:
    account = make_account(cast.south, "62001")
    make_attribution(account, cast.wang, share_bp=6000)
    make_attribution(account, cast.li, share_bp=4000)
    client.force_login(make_user(cast.wang))
    page = client.get(reverse("deposits:account_detail", args=["62001"]), {"month": str(OCTOBER)})
    assert [span.label for span in page.context["page"].spans] == [cast.wang.name]


def test_the_month_stays_with_the_person_from_page_to_page(zhou: Client, cast: Cast) -> None:
    zhou.get(reverse("deposits:account_list"), {"month": "2026-03"})
    assert str(zhou.get(reverse("loans:loan_list")).context["month"]) == "2026-03"
    assert str(zhou.get(reverse("loans:loan_list"), {"month": "nonsense"}).context["month"]) == "2026-03"


def test_what_a_number_holds_that_addresses_reserve_still_opens_its_page(zhou: Client, cast: Cast) -> None:
    for number in ("A/1", "a b?c#d%", "张1"):
        account = make_account(cast.south, number)
        assert zhou.get(reverse("deposits:account_detail", args=[account.account_no])).status_code == 200
    assert zhou.get(reverse("deposits:account_list")).status_code == 200


@pytest.mark.parametrize("query", ["q=%00", "q=" + "x" * 500, "cursor=%%%", "sort=nothing", "branch=none", "size=7"])
def test_an_address_changed_by_hand_shows_a_page_nevertheless(zhou: Client, query: str) -> None:
    for name in ("customers:customer_list", "deposits:account_list", "loans:loan_list", "organization:employee_list"):
        assert zhou.get(f"{reverse(name)}?{query}").status_code == 200
