"""The manager's dossier on one page: what it shows, to whom, and its documents."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appraisal.actions.months import run_month_end
from managers.models import Appointment, Contract
from organization.actions.documents import add_document
from organization.models import Document, Employee, Policy
from organization.rules import SYSTEM
from tests.cast import Cast
from tests.dossiers import make_honour, make_inspection, make_letter, make_penalty, make_report, make_session
from tests.make import OCTOBER, make_entry, make_user

pytestmark = pytest.mark.django_db

MOST_QUERIES = 25


def browser(person: Employee) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(getattr(person, "user", None) or make_user(person))
    return client


def url(employee: Employee) -> str:
    return reverse("desk:manager_detail", args=[employee.employee_no])


def fill(cast: Cast) -> None:
    """Something in each section."""
    make_session(cast.south, cast.wang, cast.li, came=True, title="Loans in villages", held="2026-03-03")
    make_session(
        cast.south, cast.wang, cast.li, came=True, kind="exchange", title="How I found savers", held="2026-04-04"
    )
    make_inspection(cast.wang, follow_up="Write the notes.")
    make_honour(cast.wang)
    make_penalty(cast.wang, "2025-01-01", "2025-06-30")
    make_letter(cast.wang, "S01-2026-001")
    make_report(cast.wang, state="replied")
    make_entry(cast.wang, "6th", -100, confirmed_by=cast.zhou)
    run_month_end(actor=SYSTEM, branch=cast.south, month=OCTOBER)


def test_the_dossier_shows_every_section_of_article_14(cast: Cast) -> None:
    fill(cast)
    page = browser(cast.zhou).get(url(cast.wang), {"month": "2026-10"})
    text = page.content.decode()
    for words in (
        "Loans in villages",
        "How I found savers",
        "Two visits have no note.",
        "Best account manager",
        "S01-2026-001",
        "Well done.",
        "late work report",
        "2026: 2.00 of 24.00 hours",
        "22.00 hours still missing",
        "in office since 2020-01-01",
    ):
        assert words in text, words
    dossier = page.context["dossier"]
    assert [str(line.month) for line in dossier.months] == ["2026-10"]
    assert len(dossier.contracts) == len(dossier.offices) == len(dossier.penalties) == 1


def test_hours_follow_the_branchs_policy_and_exchange_meetings_are_no_training(cast: Cast) -> None:
    Policy.objects.create(
        branch=cast.union, name="training_hours_a_year", value=2, first_day="2026-01-01", reason="x", made_at="2026-01-01T00:00Z"
    )  # fmt: skip
    make_session(cast.south, cast.wang, came=True, held="2026-03-03", hours_hundredths=150)
    make_session(cast.south, cast.wang, came=True, held="2026-03-04", hours_hundredths=150, kind="exchange")
    study = browser(cast.zhou).get(url(cast.wang)).context["dossier"].study
    assert (study.done_hundredths, study.required_hundredths) == (150, 200)


def test_an_empty_dossier_says_what_is_not_there_yet(cast: Cast) -> None:
    text = browser(cast.zhou).get(url(cast.wang)).content.decode()
    for words in ("No month is appraised yet.", "No training or study is on record.", "No document is in the dossier."):
        assert words in text, words


def test_a_clerk_reads_no_work_reports_in_it_and_the_manager_reads_the_own_drafts(cast: Cast) -> None:
    make_report(cast.wang)
    make_report(cast.wang, first="2026-10-19", state="draft")
    seen = {
        person: len(browser(getattr(cast, person)).get(url(cast.wang)).context["dossier"].reports)
        for person in ("chen", "zhou", "wang")
    }
    assert seen == {"chen": 0, "zhou": 1, "wang": 2}


def test_somebody_who_never_held_the_office_has_no_dossier(cast: Cast) -> None:
    assert browser(cast.zhou).get(url(cast.chen)).status_code == 404
    assert browser(cast.chen).get(url(cast.chen)).status_code == 404


def test_a_full_dossier_costs_few_queries(cast: Cast) -> None:
    fill(cast)
    for number in range(1, 8):
        make_session(cast.south, cast.wang, came=True, held=f"2026-05-0{number}")
        make_inspection(cast.wang, f"2026-06-0{number}", done=True)
        make_report(cast.wang, "daily", f"2026-07-0{number}")
        make_letter(cast.wang, f"L{number}")
    client = browser(cast.zhou)
    client.get(url(cast.wang))
    with CaptureQueriesContext(connection) as queries:
        client.get(url(cast.wang))
    assert len(queries) <= MOST_QUERIES, len(queries)


def test_a_scan_is_added_opened_and_put_aside_with_a_reason(cast: Cast) -> None:
    client = browser(cast.chen)
    add = reverse("desk:manager_document_add", args=["S101"])
    refused = client.post(add, {"kind": "contract", "title": "Kept", "file": SimpleUploadedFile("a.pdf", b"no pdf")})
    assert b"is none of the kinds that are taken" in refused.content and b'value="Kept"' in refused.content
    client.post(add, {"kind": "contract", "title": "Contract", "file": SimpleUploadedFile("a.pdf", b"%PDF-1.4 signed")})
    document = Document.objects.get()
    answer = client.get(reverse("desk:manager_document", args=[document.pk]))
    assert answer.getvalue() == b"%PDF-1.4 signed" and answer.headers["Content-Type"] == "application/pdf"  # type: ignore[attr-defined]
    remove = reverse("desk:manager_document_remove", args=[document.pk])
    client.post(remove, {"reason": ""})
    document.refresh_from_db()
    assert document.removed_at is None
    client.post(remove, {"reason": "The wrong person."})
    assert client.get(reverse("desk:manager_document", args=[document.pk])).status_code == 404


@pytest.mark.parametrize("person", ["wang", "qian"])
def test_the_manager_and_the_auditor_read_documents_and_add_none(cast: Cast, person: str) -> None:
    client = browser(getattr(cast, person))
    sent = {"kind": "other", "file": SimpleUploadedFile("a.pdf", b"%PDF-1.4")}
    page = client.post(reverse("desk:manager_document_add", args=["S101"]), sent, follow=True)
    assert b"keeps the dossiers there" in page.content and not Document.objects.exists()


def test_scans_of_a_contract_stand_beside_it_and_open_with_the_dossier(cast: Cast) -> None:
    contract = Contract.objects.get(appointment__employee=cast.wang)
    scan = add_document(
        actor=SYSTEM,
        subject="managers.contract",
        subject_key=str(contract.pk),
        branch=cast.south,
        name="signed.pdf",
        content=[b"%PDF-1.4"],
    )
    client = browser(cast.zhou)
    assert [one.scans for one in client.get(url(cast.wang)).context["dossier"].contracts] == [[scan]]
    assert client.get(reverse("desk:manager_document", args=[scan.pk])).status_code == 200
    assert browser(cast.sun).get(reverse("desk:manager_document", args=[scan.pk])).status_code == 404


def test_a_manager_who_moves_takes_training_and_tenure_along_and_the_old_branch_keeps_its_own(cast: Cast) -> None:
    make_session(cast.south, cast.wang, came=True, held="2026-03-03")
    office = Appointment.objects.get(employee=cast.wang)
    Contract.objects.filter(appointment=office).update(last_day="2026-10-31")
    Appointment.objects.filter(pk=office.pk).update(last_day="2026-10-31")
    Appointment.objects.create(employee=cast.wang, branch=cast.north, first_day="2026-11-01")
    Employee.objects.filter(pk=cast.wang.pk).update(branch=cast.north)
    make_session(cast.north, cast.wang, came=True, held="2026-11-04")
    new = browser(cast.sun).get(url(cast.wang)).context["dossier"]
    assert (len(new.training), new.study.done_hundredths, str(new.tenure.since)) == (2, 400, "2020-01-01")
    old = browser(cast.zhou).get(url(cast.wang)).context["dossier"]
    assert [one.session.branch for one in old.training] == [cast.south]


def test_a_document_of_something_else_does_not_open_here(cast: Cast) -> None:
    other = add_document(
        actor=SYSTEM,
        subject="managers.application",
        subject_key="1",
        branch=cast.south,
        name="a.pdf",
        content=[b"%PDF-1.4"],
    )
    assert browser(cast.zhou).get(reverse("desk:manager_document", args=[other.pk])).status_code == 404
