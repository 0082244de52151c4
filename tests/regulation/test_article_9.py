"""Article 9(8): managers report regularly to the cooperative's leader and take part in study."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from common.errors import RuleError
from common.laws import obeying_laws
from managers.models import WorkReport
from organization.models import Employee
from tests.cast import Cast
from tests.dossiers import make_report, make_session
from tests.make import make_user

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
