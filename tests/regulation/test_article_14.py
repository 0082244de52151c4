"""Article 14: the branch keeps the manager's dossier, trains, inspects regularly, arranges exchange of experience."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.errors import RuleError
from common.laws import obeying_laws
from managers.models import Inspection, Session
from managers.rules.inspections import inspection_due_on
from organization.models import Employee
from tests.cast import Cast
from tests.dossiers import make_inspection, make_session
from tests.make import make_user

pytestmark = pytest.mark.django_db


def browser(person: Employee) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(getattr(person, "user", None) or make_user(person))
    return client


def test_training_is_planned_for_all_managers_held_and_stands_in_each_dossier(cast: Cast) -> None:
    clerk = browser(cast.chen)
    day = timezone.localdate()
    sent = {
        "kind": "training",
        "title": "Deposit insurance",
        "held_on": str(day),
        "hours_hundredths": "2",
        "everybody": "on",
    }
    clerk.post(reverse("managers:session_new"), sent)
    session = Session.objects.get()
    lines = {one.employee: one.pk for one in session.attendances.all()}
    assert set(lines) == {cast.wang, cast.li}
    came = {f"came-{lines[cast.wang]}": "on", f"hours-{lines[cast.wang]}": "2"}
    clerk.post(reverse("managers:session_attendance", args=[session.pk]), came)
    for person, hours in ((cast.wang, 200), (cast.li, 0)):
        page = browser(cast.zhou).get(reverse("desk:manager_detail", args=[person.employee_no]))
        assert page.context["dossier"].study.done_hundredths == hours
        assert "Deposit insurance" in page.content.decode()


def test_an_exchange_of_experience_is_arranged_and_stands_apart_from_training(cast: Cast) -> None:
    make_session(cast.south, cast.wang, cast.li, came=True, kind="exchange", title="Savers in winter")
    dossier = browser(cast.wang).get(reverse("desk:manager_detail", args=["S101"])).context["dossier"]
    assert [one.session.title for one in dossier.exchanges] == ["Savers in winter"] and dossier.training == []


def test_every_manager_is_inspected_every_three_months_unless_the_branch_says_otherwise(cast: Cast) -> None:
    assert inspection_due_on(dt.date(2026, 1, 10), dt.date(2026, 8, 2), 3) == dt.date(2026, 11, 2)
    make_inspection(cast.wang, str(timezone.localdate()), done=True)
    due = browser(cast.chen).get(reverse("managers:inspection_plan")).context["due"]
    today = timezone.localdate()
    assert {one.employee: one.due(today) for one in due} == {cast.wang: False, cast.li: True}


def test_an_inspection_runs_in_the_browser_from_the_plan_to_what_was_mended(cast: Cast) -> None:
    director, manager = browser(cast.zhou), browser(cast.wang)
    today = str(timezone.localdate())
    director.post(reverse("managers:inspection_plan"), {"planned_on": today, "subject": "Visits", "people": ["S101"]})
    inspection = Inspection.objects.get()

    def post(client: Client, step: str, **sent: str) -> None:
        assert client.post(reverse(f"managers:inspection_{step}", args=[inspection.pk]), sent).status_code == 302
        inspection.refresh_from_db()

    found = {"findings": "Two notes lack.", "follow_up": "Write them.", "follow_up_by": today}
    post(director, "hold", inspected_on=today, **found)
    assert inspection.stage == "to_mend"
    post(manager, "mend", words="Written.")
    assert inspection.stage == "mended"
    post(director, "accept")
    assert inspection.stage == "accepted"


def test_what_an_inspection_found_is_kept_by_the_database_and_the_sentence_says_so(cast: Cast) -> None:
    make_inspection(cast.wang, done=True)
    with (
        pytest.raises(RuleError, match=r"What an inspection has found stays as it is\. Plan another inspection\."),
        obeying_laws(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE managers_inspection SET findings = 'nothing at all'")


def test_nobody_inspects_his_or_her_own_work_not_even_by_sql(cast: Cast) -> None:
    make_inspection(cast.wang)
    with (
        pytest.raises(RuleError, match="Nobody inspects his or her own work"),
        obeying_laws(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE managers_inspection SET inspector_id = employee_id, inspected_on = planned_on, findings = 'fine'"
        )


def test_the_dossier_stays_inside_the_branch(cast: Cast) -> None:
    """Territorial management: another branch's director does not find the dossier at all."""
    assert browser(cast.sun).get(reverse("desk:manager_detail", args=["S101"])).status_code == 404
    assert browser(cast.li).get(reverse("desk:manager_detail", args=["S101"])).status_code == 404
    for person in (cast.wang, cast.chen, cast.zhou, cast.wu, cast.qian):
        assert browser(person).get(reverse("desk:manager_detail", args=["S101"])).status_code == 200
