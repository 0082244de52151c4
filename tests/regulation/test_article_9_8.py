"""Article 9(8): managers report regularly to the cooperative's leader and take part in study."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from common.errors import RuleError
from common.laws import obeying_laws
from managers.actions.late_reports import propose_late_reports
from managers.models import LateReport, WorkReport
from organization.models import Employee
from tests.cast import Cast
from tests.dossiers import make_report, make_session
from tests.make import make_information, make_user

pytestmark = pytest.mark.django_db


def browser(person: Employee) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(getattr(person, "user", None) or make_user(person))
    return client


def test_a_manager_reports_the_director_reads_and_replies_and_the_manager_is_told(cast: Cast) -> None:
    manager, director = browser(cast.wang), browser(cast.zhou)
    write = reverse("managers:report_write", args=["weekly", "2026-10-14"])
    manager.post(write, {"done": "Eleven visits.", "plans": "Ten more.", "version": "0", "keep": "yes"})
    assert director.get(reverse("managers:report_list")).context["table"].keyset.rows == []
    version = manager.get(write).context["form"]["version"].value()
    manager.post(write, {"done": "Eleven visits.", "plans": "Ten more.", "version": version, "send": "yes"})
    report = WorkReport.objects.get()
    page = director.get(reverse("managers:report_detail", args=[report.pk]))
    assert "Eleven visits." in page.content.decode()
    director.post(reverse("managers:report_reply", args=[report.pk]), {"reply": "Good work."})
    report.refresh_from_db()
    assert (report.state, report.read_by, report.replied_by) == ("replied", cast.zhou, cast.zhou)
    assert "has replied to your report" in manager.get(reverse("desk:inbox")).content.decode()
    assert "Good work." in manager.get(reverse("managers:report_detail", args=[report.pk])).content.decode()


def test_what_was_reported_never_changes_and_the_sentence_says_so(cast: Cast) -> None:
    make_report(cast.wang)
    with (
        pytest.raises(RuleError, match="A report that is sent stays as it is, and so does the reply"),
        obeying_laws(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE managers_workreport SET done = 'Twelve visits.'")


@pytest.mark.parametrize(
    ("first_day", "sentence"),
    [
        ("2026-10-13", "A week begins on a Monday, a month on its first day"),
        ("2026-10-12", "There is a report of this period already"),
    ],
)
def test_one_period_has_one_report_and_a_week_begins_on_monday(cast: Cast, first_day: str, sentence: str) -> None:
    make_report(cast.wang, first="2026-10-12")
    draft = make_report(cast.wang, first="2026-10-19", state="draft")
    with (
        pytest.raises(RuleError, match=sentence),
        obeying_laws(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE managers_workreport SET period_first_day = %s WHERE id = %s", [first_day, draft.pk])


def test_study_counts_towards_the_hours_of_the_year(cast: Cast) -> None:
    make_session(cast.south, cast.wang, came=True, kind="study", held="2026-02-02", hours_hundredths=300)
    study = browser(cast.wang).get(reverse("desk:manager_detail", args=["S101"])).context["dossier"].study
    assert (study.year, study.done_hundredths, study.required_hundredths) == (2026, 300, 2400)


def test_a_report_begins_with_what_the_manager_did_and_the_director_reads_it_beside_the_words(cast: Cast) -> None:
    make_information(cast.wang, cast.zhou, sent="2026-10-14")
    manager, write = browser(cast.wang), reverse("managers:report_write", args=["weekly", "2026-10-14"])
    page = manager.get(write)
    assert page.context["form"]["done"].value() == "Market information\n- Competitors: 1"
    manager.post(write, {"done": "I listened.", "version": "0", "send": "yes"})
    text = (
        browser(cast.zhou).get(reverse("managers:report_detail", args=[WorkReport.objects.get().pk])).content.decode()
    )
    assert "I listened." in text and "Competitors: 1" in text


def test_a_late_report_is_proposed_once_and_takes_points_only_when_a_person_confirms(cast: Cast) -> None:
    late = dt.date(2026, 10, 12)  # in time until the third working day of October
    for _ in range(2):
        propose_late_reports(late)
    proposed = LateReport.objects.get(employee=cast.wang, period_first_day=dt.date(2026, 9, 1))
    assert not cast.wang.conduct_entries.exists()
    address = reverse("managers:late_report_detail", args=[proposed.pk])
    assert address in browser(cast.zhou).get(reverse("desk:inbox")).content.decode()
    confirm = reverse("managers:late_report_confirm", args=[proposed.pk])
    browser(cast.chen).post(confirm, {"points_hundredths": "-0.5", "reason": "Not sent."})
    assert not cast.wang.conduct_entries.exists()
    browser(cast.zhou).post(confirm, {"points_hundredths": "-0.5", "reason": "Not sent."})
    entry = cast.wang.conduct_entries.get()
    assert (entry.state, entry.made_by, entry.decided_by, entry.points_hundredths) == (
        "confirmed",
        None,
        cast.zhou,
        -50,
    )
    with (
        pytest.raises(IntegrityError, match="late_report_once"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO managers_latereport (employee_id, branch_id, kind, period_first_day, due_on, proposed_at, state,"
            " dismiss_reason) SELECT employee_id, branch_id, kind, period_first_day, due_on, now(), 'proposed', ''"
            " FROM managers_latereport WHERE id = %s",
            [proposed.pk],
        )
