"""Sessions: planned for many at once, attendance written down once, cancelled with a reason."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from managers.actions.sessions import cancel_session, note_attendance, plan_session
from managers.models import Attendance, Session
from organization.models import Notification, TrailEntry
from organization.rules import Actor
from tests.cast import Cast
from tests.dossiers import make_session
from tests.make import make_manager, make_user

pytestmark = pytest.mark.django_db


def plan(actor: Actor, cast: Cast, **changed: object) -> Session:
    values = {
        "branch": cast.south,
        "kind": "training",
        "title": " Pre-loan investigation ",
        "held_on": timezone.localdate() + dt.timedelta(3),
        "hours_hundredths": 250,
        "people": [cast.wang, cast.li],
    } | changed
    return plan_session(actor=actor, **values)  # type: ignore[arg-type]


def browser(person: object) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(make_user(person))  # type: ignore[arg-type]
    return client


def test_a_session_is_planned_for_many_at_once_and_each_is_told(cast: Cast) -> None:
    session = plan(cast.actor("chen"), cast)
    assert session.title == "Pre-loan investigation" and session.stage == "planned"
    assert set(session.attendances.values_list("employee", "attended")) == {(cast.wang.pk, None), (cast.li.pk, None)}
    told = Notification.objects.get(employee=cast.li)
    assert told.words == f"You are asked to “Pre-loan investigation” on {session.held_on}."
    assert TrailEntry.objects.get(action="plan_session").branch_key == cast.south.pk


@pytest.mark.parametrize("person", ["wang", "wu", "qian", "sun", "song"])
def test_only_a_clerk_or_the_director_plans_sessions(cast: Cast, person: str) -> None:
    with pytest.raises(RuleError, match="Only a clerk or the director of 城南信用社 plans its sessions"):
        plan(cast.actor(person), cast)


def test_nobody_and_people_who_are_no_managers_there_are_not_asked(cast: Cast) -> None:
    with pytest.raises(BadInput, match="Choose at least one account manager"):
        plan(cast.actor("zhou"), cast, people=[])
    with pytest.raises(BadInput, match="赵强 is no account manager of 城南信用社"):
        plan(cast.actor("zhou"), cast, people=[cast.zhao])


def test_attendance_is_written_down_once_with_hours_of_those_who_came(cast: Cast) -> None:
    session = make_session(cast.south, cast.wang, cast.li)
    note_attendance(actor=cast.actor("chen"), session=session, came={cast.wang.pk: 150}, remarks={cast.li.pk: "ill"})
    rows = Attendance.objects.filter(session=session).order_by("employee__employee_no")
    assert list(rows.values_list("attended", "hours_hundredths", "remark")) == [(True, 150, ""), (False, None, "ill")]
    with pytest.raises(Conflict, match="陈静 has written down the attendance at"):
        note_attendance(actor=cast.actor("zhou"), session=session, came={}, remarks={})
    with pytest.raises(Conflict, match="陈静 has written down the attendance at"):
        cancel_session(actor=cast.actor("zhou"), session=session, reason="rain")


def test_attendance_waits_for_the_day(cast: Cast) -> None:
    session = plan(cast.actor("chen"), cast)
    with pytest.raises(RuleError, match="Write down who came when it is over"):
        note_attendance(actor=cast.actor("chen"), session=session, came={}, remarks={})


def test_a_cancelled_session_says_why_to_everybody_asked(cast: Cast) -> None:
    session = make_session(cast.south, cast.wang)
    with pytest.raises(BadInput, match="Say why"):
        cancel_session(actor=cast.actor("chen"), session=session, reason="  ")
    cancel_session(actor=cast.actor("chen"), session=session, reason="rain")
    assert Notification.objects.filter(employee=cast.wang).first().words.endswith("is cancelled: rain")  # type: ignore[union-attr]
    with pytest.raises(Conflict, match="陈静 has cancelled this session at"):
        note_attendance(actor=cast.actor("zhou"), session=session, came={}, remarks={})


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (
            "UPDATE managers_attendance SET attended = false, hours_hundredths = NULL",
            "It stays as it is",
        ),
        ("UPDATE managers_attendance SET hours_hundredths = 900", "The attendance of this session is written down"),
        ("UPDATE managers_session SET hours_hundredths = 900", "The attendance of this session is written down, or"),
        ("DELETE FROM managers_attendance", "What stands in a dossier is not deleted"),
        ("DELETE FROM managers_session", "What stands in a dossier is not deleted"),
        (
            "INSERT INTO managers_attendance (session_id, employee_id, remark) "
            "SELECT s.id, e.id, '' FROM managers_session AS s, organization_employee AS e WHERE e.employee_no = 'S102'",
            "The attendance of this session is written down",
        ),
    ],
)
def test_the_database_keeps_what_is_written_down(cast: Cast, statement: str, sentence: str) -> None:
    make_session(cast.south, cast.wang, came=True)
    with (
        pytest.raises(RuleError, match=sentence),
        obeying_laws(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_planning_in_the_browser_asks_all_managers_of_the_day(cast: Cast) -> None:
    make_manager(cast.south, "S103", name="刘洋", first="2026-01-01", last="2026-10-31")
    client = browser(cast.chen)
    sent = {
        "kind": "exchange",
        "title": "Autumn",
        "held_on": "2026-10-20",
        "hours_hundredths": "1.5",
        "everybody": "on",
    }
    answer = client.post(reverse("managers:session_new"), sent)
    session = Session.objects.get()
    assert answer.headers["Location"] == reverse("managers:session_detail", args=[session.pk])
    assert session.hours_hundredths == 150 and session.attendances.count() == 3
    refused = client.post(reverse("managers:session_new"), sent | {"everybody": "", "title": "Kept"})
    assert b"Choose at least one account manager" in refused.content and b'value="Kept"' in refused.content


def test_attendance_in_the_browser_keeps_what_was_typed_when_hours_are_missing(cast: Cast) -> None:
    session = make_session(cast.south, cast.wang, cast.li)
    first, second = session.attendances.order_by("employee__employee_no")
    client = browser(cast.chen)
    url = reverse("managers:session_attendance", args=[session.pk])
    sent = {f"came-{first.pk}": "on", f"hours-{first.pk}": "", f"remark-{second.pk}": "on leave"}
    page = client.post(url, sent)
    assert b"Who came has hours" in page.content and b"on leave" in page.content
    client.post(url, sent | {f"hours-{first.pk}": "2"})
    first.refresh_from_db()
    assert (first.attended, first.hours_hundredths) == (True, 200)


def test_the_list_is_filtered_searched_and_exported(cast: Cast) -> None:
    make_session(cast.south, cast.wang, title="Loans")
    make_session(cast.south, cast.wang, title="Deposits", kind="study", came=True)
    make_session(cast.north, cast.zhao, title="Of the north")
    client = browser(cast.chen)
    for query, titles in (
        ({}, ["Deposits", "Loans"]),
        ({"q": "loan"}, ["Loans"]),
        ({"kind": "study"}, ["Deposits"]),
        ({"stage": "open"}, ["Loans"]),
        ({"stage": "noted"}, ["Deposits"]),
        ({"stage": "cancelled"}, []),
    ):
        page = client.get(reverse("managers:session_list"), query)
        assert sorted(row.title for row in page.context["table"].keyset.rows) == titles, query
    file = client.post(reverse("managers:session_export", args=["xlsx"]))
    sheet = load_workbook(io.BytesIO(file.getvalue())).active
    assert sheet is not None
    rows = [row[0] for row in sheet.iter_rows(values_only=True)]
    assert {"Loans", "Deposits"} <= set(rows) and "Of the north" not in rows
    assert TrailEntry.objects.filter(action="export", subject="managers.Session").exists()


def test_one_who_was_asked_sees_the_own_line_alone(cast: Cast) -> None:
    session = make_session(cast.south, cast.wang, cast.li, came=True)
    page = browser(cast.wang).get(reverse("managers:session_detail", args=[session.pk]))
    assert [one.employee for one in page.context["form"].asked] == [cast.wang]
