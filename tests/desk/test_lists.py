"""Columns that a person chooses, files of long lists, and notes of what is printed."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from appraisal.actions.months import run_month_end
from organization.models import FilePiece, Job, RoleGrant, StoredFile, TrailEntry
from organization.rules import SYSTEM
from organization.tasks import export_list
from tests.cast import Cast
from tests.english import english
from tests.make import OCTOBER, make_account, make_customer, make_loan, make_posting, make_user

__all__ = ["english"]

LOANS = "/loans/"


def browser(employee: object, language: str = "en") -> Client:
    client = Client()
    client.cookies["django_language"] = language
    client.force_login(getattr(employee, "user", None) or make_user(employee))  # type: ignore[arg-type]
    return client


@pytest.fixture
def zhou(cast: Cast) -> Client:
    """The browser of the south's director, in English."""
    return browser(cast.zhou)


def heads(page: HttpResponse) -> list[str]:
    return [column.name for column in page.context["table"].columns]


def rows_of(answer: HttpResponse) -> list[list[str]]:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


# --- columns


def test_an_address_names_the_columns_and_the_first_is_always_shown(zhou: Client) -> None:
    page = zhou.get(LOANS, {"columns": "due_on.customer.nonsense"})
    assert heads(page) == ["loan_no", "customer", "due_on"]
    assert heads(zhou.get(LOANS, {"columns": ["due_on", "customer"]})) == ["loan_no", "customer", "due_on"]
    usual = heads(zhou.get(LOANS))
    for nonsense in ("", "nonsense", "\0", "." * 5_000):
        assert heads(zhou.get(LOANS, {"columns": nonsense})) == usual, nonsense


def test_sorting_paging_and_filtering_keep_the_columns_of_the_address(zhou: Client, cast: Cast) -> None:
    for number in range(30):
        make_loan(cast.wang, "100.00", f"L{number:02d}")
    page = zhou.get(LOANS, {"columns": "loan_no.due_on", "security": "manager_guarantee"})
    table = page.context["table"]
    assert "columns=loan_no.due_on" in table.next_url
    assert all("columns=loan_no.due_on" in head.sort_url for head in table.heads if head.sort_url)
    assert ("columns", "loan_no.due_on") in page.context["filters"].kept
    text = page.content.decode()
    assert '<input type="hidden" name="columns" value="loan_no.due_on">' in text
    assert '<input type="hidden" name="security" value="manager_guarantee">' in text


def test_chosen_columns_are_kept_for_the_person_and_the_list_and_lead_to_an_address(zhou: Client, cast: Cast) -> None:
    chosen = {"keep": "chosen", "columns": ["due_on", "customer"], "security": "pledge", "month": "2026-10"}
    answer = zhou.get(LOANS, chosen)
    asked = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert asked == {"columns": ["loan_no.customer.due_on"], "security": ["pledge"], "month": ["2026-10"]}
    again = zhou.get(LOANS, {"q": "L"})
    assert parse_qs(urlsplit(again.headers["Location"]).query) == {"q": ["L"], "columns": ["loan_no.customer.due_on"]}
    assert heads(zhou.get(LOANS, follow=True)) == ["loan_no", "customer", "due_on"]
    assert zhou.get(reverse("customers:customer_list")).status_code == 200  # another list, its usual columns
    # A link from somebody else shows that one's columns and changes nothing of one's own.
    assert heads(zhou.get(LOANS, {"columns": "loan_no.principal_fen"})) == ["loan_no", "principal_fen"]
    assert heads(zhou.get(LOANS, follow=True)) == ["loan_no", "customer", "due_on"]


def test_another_person_at_the_same_computer_has_columns_of_the_own(zhou: Client, cast: Cast) -> None:
    zhou.get(LOANS, {"keep": "chosen", "columns": ["due_on"]})
    zhou.logout()
    zhou.force_login(make_user(cast.chen))
    assert zhou.get(LOANS).status_code == 200


def test_the_usual_columns_come_back(zhou: Client) -> None:
    usual = heads(zhou.get(LOANS))
    zhou.get(LOANS, {"keep": "chosen", "columns": ["due_on"]})
    answer = zhou.get(LOANS, {"keep": "usual", "columns": ["due_on"], "q": "L"})
    assert answer.headers["Location"] == f"{LOANS}?q=L"
    assert heads(zhou.get(LOANS)) == usual


def test_a_column_that_is_not_among_the_usual_ones_may_be_chosen(zhou: Client, cast: Cast) -> None:
    account = make_account(cast.south, "62001", customer=make_customer(cast.south, "K001"))
    account.matures_on = account.opened_on.replace(year=2031)
    account.save()
    accounts = reverse("deposits:account_list")
    assert "matures_on" not in heads(zhou.get(accounts))
    assert "2031-01-01" in zhou.get(accounts, {"columns": "account_no.matures_on"}).content.decode()


def test_an_export_has_the_columns_of_the_address(zhou: Client, cast: Cast) -> None:
    make_loan(cast.wang, "1000.00", "L1", due="2026-12-31")
    rows = rows_of(zhou.post(f"{LOANS}export/csv/?columns=loan_no.due_on"))
    assert rows == [["Loan no.", "Due on"], ["L1", "2026-12-31"]]
    usual = rows_of(zhou.post(f"{LOANS}export/csv/"))[0]
    assert len(usual) == len(heads(zhou.get(LOANS))) + 1  # a file that is passed on also says the branch


def test_the_menu_of_columns_ticks_what_is_shown(zhou: Client) -> None:
    text = zhou.get(LOANS, {"columns": "loan_no.due_on"}).content.decode()
    assert 'name="columns" value="loan_no" checked disabled>' in text
    assert 'name="columns" value="due_on" checked>' in text
    assert 'name="columns" value="customer">' in text


# --- sorting by balance


@pytest.fixture
def balances(cast: Cast) -> None:
    """Thirty accounts of the south with balances, one of them with a customer of the north's, one without figures."""
    for number in range(30):
        make_posting(make_account(cast.south, f"S{number:02d}"), "3rd", f"{number % 7 * 10}.00")
    make_posting(make_account(cast.north, "N01"), "3rd", "999.00")
    for branch in (cast.south, cast.north):
        run_month_end(actor=SYSTEM, branch=branch, month=OCTOBER)
    make_account(cast.south, "S99", opened="2026-11-02")


def walk(client: Client, **query: str) -> list[tuple[str, int | None]]:
    """The accounts of all pages, the second found by the cursor of the first."""
    page = client.get(reverse("deposits:account_list"), {"month": "2026-10", **query})
    rows = list(page.context["table"].keyset.rows)
    while page.context["table"].next_url:
        page = client.get(page.context["table"].next_url)
        rows += page.context["table"].keyset.rows
    return [(row.account_no, row.closing_fen) for row in rows]


@pytest.mark.usefixtures("balances")
def test_the_accounts_of_one_branch_are_sorted_by_balance_from_page_to_page(zhou: Client) -> None:
    found = walk(zhou, sort="-closing_fen")
    assert len(found) == 31
    amounts = [amount or 0 for _number, amount in found]
    assert amounts == sorted(amounts, reverse=True)
    assert ("S99", None) in found[-7:]
    assert [amount or 0 for _number, amount in walk(zhou, sort="closing_fen")] == sorted(amounts)


@pytest.mark.usefixtures("balances")
def test_the_accounts_of_many_branches_are_sorted_by_balance_once_one_branch_is_chosen(cast: Cast) -> None:
    client = browser(cast.wu)
    assert walk(client, sort="-closing_fen")[0][0] == "N01"  # by number, as if nothing had been asked
    heads = {head.column.name: head.sort_url for head in client.get("/deposits/").context["table"].heads}
    assert heads["account_no"] and heads["closing_fen"] is None
    assert walk(client, sort="-closing_fen", branch="S01")[0] == ("S27", 60_00)
    assert walk(client, sort="-closing_fen", branch="none")[0][0] == "N01"


# --- long lists


@pytest.fixture
def long_list(cast: Cast, settings: Any) -> None:
    """Three loans, where two are already too many to wait for."""
    settings.EXPORT_ROWS_AT_ONCE = 2
    for number in range(3):
        make_loan(cast.wang, "1000.50", f"L{number}", security="pledge")
    make_loan(cast.wang, "1.00", "L9", security="mortgage")


def ask(client: Client, query: str = "security=pledge&month=2026-10&columns=loan_no.principal_fen") -> Job:
    answer = client.post(f"{LOANS}export/csv/?{query}")
    job = Job.objects.latest("pk")
    assert answer.headers["Location"] == reverse("organization:job_detail", args=[job.pk])
    return job


@pytest.mark.usefixtures("long_list")
def test_a_long_list_is_written_by_a_job_and_fetched_from_its_page(zhou: Client) -> None:
    job = ask(zhou)
    assert not TrailEntry.objects.filter(action="export").exists()
    export_list(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["rows"]) == ("done", 3)
    page = zhou.get(reverse("organization:job_detail", args=[job.pk])).content.decode()
    address = reverse("organization:job_file", args=[job.pk])
    assert address in page and "Loans 2026-10.csv" in page
    answer = zhou.get(address)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Loans 2026-10.csv"'
    assert rows_of(answer) == [["Loan no.", "Principal（yuan）"], *([f"L{number}", "1000.50"] for number in range(3))]
    entry = TrailEntry.objects.get(action="export")
    query = "security=pledge&month=2026-10&columns=loan_no.principal_fen"
    assert (entry.subject, json.loads(entry.body)["changes"]) == ("loans.Loan", {"filter": query, "kind": "csv"})


@pytest.mark.usefixtures("long_list")
def test_the_job_writes_in_the_language_and_of_the_month_of_the_page(cast: Cast) -> None:
    client = browser(cast.zhou, "zh-hans")
    client.get(LOANS, {"month": "2026-03"})
    job = ask(client, "")
    assert parse_qs(job.arguments["query"])["month"] == ["2026-03"]
    export_list(job.pk)
    assert rows_of(client.get(reverse("organization:job_file", args=[job.pk])))[0][0] == "借据号"


@pytest.mark.usefixtures("long_list")
def test_a_job_exports_what_the_person_may_see_when_it_runs(cast: Cast) -> None:
    job = ask(browser(cast.wang))
    make_loan(cast.li, "1000.50", "L8", security="pledge")
    export_list(job.pk)
    job.refresh_from_db()
    assert job.result["rows"] == 3


@pytest.mark.usefixtures("long_list")
def test_a_job_that_runs_twice_keeps_one_file(zhou: Client) -> None:
    job = ask(zhou)
    before = StoredFile.objects.count()
    export_list(job.pk)
    Job.objects.update(state="queued")
    export_list(job.pk)
    assert StoredFile.objects.count() == before + 1


@pytest.mark.usefixtures("long_list")
@pytest.mark.parametrize("person", ["chen", "wang", "wu", "he", "sun"])
def test_nobody_else_fetches_the_file(zhou: Client, cast: Cast, person: str) -> None:
    job = ask(zhou)
    export_list(job.pk)
    other = browser(getattr(cast, person))
    assert other.get(reverse("organization:job_file", args=[job.pk])).status_code == 404
    assert "/file/" not in other.get(reverse("organization:job_detail", args=[job.pk])).content.decode()


@pytest.mark.usefixtures("long_list")
def test_who_has_lost_the_right_since_does_not_fetch_the_file(zhou: Client, cast: Cast) -> None:
    job = ask(zhou)
    export_list(job.pk)
    RoleGrant.objects.filter(employee=cast.zhou).delete()
    assert zhou.get(reverse("organization:job_file", args=[job.pk])).status_code == 404


@pytest.mark.usefixtures("long_list")
def test_a_file_goes_after_a_week_and_its_page_stays(zhou: Client) -> None:
    old = ask(zhou)
    export_list(old.pk)
    Job.objects.filter(pk=old.pk).update(finished_at=timezone.now() - timezone.timedelta(days=8))
    pieces = FilePiece.objects.count()
    export_list(ask(zhou).pk)
    assert FilePiece.objects.count() == pieces
    assert zhou.get(reverse("organization:job_file", args=[old.pk])).status_code == 404
    assert zhou.get(reverse("organization:job_detail", args=[old.pk])).status_code == 200


# --- what is printed


def test_a_print_is_on_the_trail_with_its_page_and_month(zhou: Client, cast: Cast) -> None:
    page = reverse("appraisal:ranking", args=["S01", "2026-10"])
    answer = zhou.post(reverse("organization:print_note"), {"page": page, "month": "2026-10"})
    assert answer.status_code == 204
    entry = TrailEntry.objects.get(action="print")
    assert (entry.actor_no, entry.subject, entry.subject_key) == ("S001", "appraisal:ranking", page)
    assert json.loads(entry.body)["changes"] == {"address": page, "month": "2026-10"}


def test_without_scripts_the_print_button_notes_and_leads_back(zhou: Client) -> None:
    answer = zhou.post(reverse("organization:print_note"), {"page": f"{LOANS}?q=L", "back": "yes"}, follow=True)
    assert answer.request["PATH_INFO"] == LOANS
    assert "Ctrl+P" in answer.content.decode()
    assert TrailEntry.objects.filter(action="print", subject="loans:loan_list").count() == 1


@pytest.mark.parametrize("page", ["", "nonsense", "https://example.com/", "//example.com/loans/", "/no/such/page/"])
def test_a_note_of_a_page_that_is_none_is_refused(zhou: Client, page: str) -> None:
    answer = zhou.post(reverse("organization:print_note"), {"page": page, "back": "yes"})
    assert answer.headers["Location"] == reverse("desk:home")
    assert not TrailEntry.objects.filter(action="print").exists()
