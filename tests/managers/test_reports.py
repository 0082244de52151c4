"""Work reports: drafted without losing a word, sent, read, replied to once; which are owed and late."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from common.months import Month
from managers.actions.reports import read_report, reply_report, save_report
from managers.models import Appointment, Suspension, WorkReport
from managers.queries.reports import OWED_DAYS, owed_reports
from managers.rules.offices import Term
from managers.rules.reports import reports_due
from organization.models import Branch, Holiday, Notification, Policy
from organization.queries import policies_of, working_days_of
from organization.rules import Actor
from tests.cast import Cast
from tests.dossiers import make_report
from tests.make import grant, make_manager, make_user

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 10, 12)


def save(actor: Actor, **changed: object) -> WorkReport:
    values = {"kind": "weekly", "day": dt.date(2026, 10, 14), "done": "Eleven visits."} | changed
    return save_report(actor=actor, **values)  # type: ignore[arg-type]


def policy(branch: Branch, name: str, value: int, first: str = "2020-01-01") -> None:
    day = dt.date.fromisoformat(first)
    Policy.objects.create(
        branch=branch, name=name, value=value, first_day=day, reason="agreed", made_at=f"{first}T00:00Z"
    )


def browser(person: object) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(make_user(person))  # type: ignore[arg-type]
    return client


def test_a_draft_is_kept_by_period_and_sent_to_the_director(cast: Cast) -> None:
    draft = save(cast.actor("wang"))
    assert (draft.period_first_day, draft.state, draft.version) == (MONDAY, "draft", 1)
    with pytest.raises(BadInput, match="Write what was done"):
        save(cast.actor("wang"), done=" ", version=1, send=True)
    sent = save(cast.actor("wang"), plans="More visits.", version=1, send=True)
    assert sent.pk == draft.pk and (sent.state, sent.version) == ("sent", 2)
    assert Notification.objects.get().employee == cast.zhou
    assert Notification.objects.get().words == "王小明 has sent a report of 2026-10-12."


def test_only_managers_of_the_period_write_reports_and_not_of_days_to_come(cast: Cast) -> None:
    with pytest.raises(RuleError, match="You were no account manager in this period"):
        save(cast.actor("chen"))
    with pytest.raises(RuleError, match="This period has not begun yet"):
        save(cast.actor("wang"), day=dt.date(2040, 1, 1))


def test_a_draft_that_changed_meanwhile_is_not_written_over(cast: Cast) -> None:
    save(cast.actor("wang"))
    save(cast.actor("wang"), done="Twelve visits.", version=1)
    with pytest.raises(Conflict, match=r"was changed at .* in another window"):
        save(cast.actor("wang"), done="Thirteen visits.", version=1)
    save(cast.actor("wang"), done="Fourteen visits.", version=2, send=True)
    with pytest.raises(Conflict, match="This report was sent at"):
        save(cast.actor("wang"), done="Fifteen visits.", version=3)


def test_both_texts_stand_on_the_page_when_another_window_was_faster(cast: Cast) -> None:
    client = browser(cast.wang)
    url = reverse("managers:report_write", args=["weekly", "2026-10-14"])
    client.post(url, {"done": "From the first window.", "version": "0", "keep": "yes"})
    page = client.post(url, {"done": "From the second window.", "version": "0", "keep": "yes"})
    text = page.content.decode()
    assert "From the first window." in text and "From the second window." in text
    version = page.context["form"]["version"].value()
    client.post(url, {"done": "Both.", "version": version, "send": "yes"})
    report = WorkReport.objects.get()
    assert (report.done, report.state) == ("Both.", "sent")


def test_the_first_opening_by_the_director_marks_it_as_read_and_nobody_elses_does(cast: Cast) -> None:
    report = make_report(cast.wang)
    for person in (cast.wang, cast.wu, cast.qian):
        browser(person).get(reverse("managers:report_detail", args=[report.pk]))
        report.refresh_from_db()
        assert report.state == "sent"
    browser(cast.zhou).get(reverse("managers:report_detail", args=[report.pk]))
    report.refresh_from_db()
    assert (report.state, report.read_by) == ("read", cast.zhou)


def test_a_report_is_replied_to_once_by_the_director_and_never_by_oneself(cast: Cast) -> None:
    report = make_report(cast.wang)
    read_report(actor=cast.actor("zhou"), report=report)
    for person in ("chen", "wu", "sun"):
        with pytest.raises(RuleError, match="Only the director of 城南信用社 replies to reports"):
            reply_report(actor=cast.actor(person), report=report, reply="Good.")
    with pytest.raises(BadInput, match="Write a reply"):
        reply_report(actor=cast.actor("zhou"), report=report, reply=" ")
    reply_report(actor=cast.actor("zhou"), report=report, reply="Good.")
    assert Notification.objects.get(employee=cast.wang).words == "周建国 has replied to your report of 2026-10-12."
    with pytest.raises(Conflict, match="周建国 has replied to this report at"):
        reply_report(actor=cast.actor("zhou"), report=report, reply="Better.")
    grant(cast.wang, "director")
    with pytest.raises(RuleError, match="Nobody replies to his or her own report"):
        reply_report(actor=cast.actor("wang"), report=make_report(cast.wang, first="2026-10-05"), reply="Good.")


@pytest.mark.parametrize(
    ("state", "statement", "sentence"),
    [
        ("sent", "UPDATE managers_workreport SET done = 'other'", "A report that is sent stays as it is"),
        ("sent", "UPDATE managers_workreport SET plans = 'other'", "A report that is sent stays as it is"),
        ("replied", "UPDATE managers_workreport SET reply = 'other'", "A report that is sent stays as it is"),
        ("replied", "UPDATE managers_workreport SET needs = 'other'", "A report that is sent stays as it is"),
        (
            "sent",
            "UPDATE managers_workreport SET state = 'draft', sent_at = NULL",
            "A report that is sent stays as it is",
        ),
        ("draft", "DELETE FROM managers_workreport", "What stands in a dossier is not deleted"),
        (
            "sent",
            "UPDATE managers_workreport SET state = 'replied', reply = 'x', replied_by_id = employee_id",
            "Nobody replies to his or her own report",
        ),
    ],
)
def test_the_database_keeps_what_was_sent(cast: Cast, state: str, statement: str, sentence: str) -> None:
    make_report(cast.wang, state=state)
    with (
        pytest.raises(RuleError, match=sentence),
        obeying_laws(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_what_is_unread_comes_first_and_a_draft_is_seen_by_its_writer_alone(cast: Cast) -> None:
    make_report(cast.wang, first="2026-10-19", state="replied")
    make_report(cast.wang, first="2026-10-05", state="sent")
    make_report(cast.li, first="2026-10-19", state="draft")
    rows = browser(cast.zhou).get(reverse("managers:report_list")).context["table"].keyset.rows
    assert [(row.employee, row.state) for row in rows] == [(cast.wang, "sent"), (cast.wang, "replied")]
    assert browser(cast.chen).get(reverse("managers:report_list")).context["table"].keyset.rows == []
    own = browser(cast.li).get(reverse("managers:report_list")).context["table"].keyset.rows
    assert [row.state for row in own] == ["draft"]


def test_what_is_owed_is_the_same_by_the_statement_and_by_the_rule(cast: Cast) -> None:
    """One statement asks for all managers; the rule says the same of each."""
    today = dt.date(2026, 11, 10)
    policy(cast.union, "weekly_reports", 1, "2026-09-20")
    policy(cast.south, "monthly_reports", 0, "2026-10-01")
    Holiday.objects.create(branch=cast.south, day=dt.date(2026, 11, 3), is_working_day=False, name="fair")
    left = make_manager(cast.south, "S103", first="2026-08-20", last="2026-10-20")
    office = Appointment.objects.get(employee=cast.li)
    Suspension.objects.create(
        appointment=office, first_day=dt.date(2026, 10, 1), last_day=dt.date(2026, 10, 26), reason="x",
        made_by=cast.zhou, made_at="2026-10-01T00:00Z",
    )  # fmt: skip
    make_report(cast.wang, first="2026-10-12")
    make_report(cast.wang, first="2026-10-19", state="draft")
    branches = [cast.south.pk, cast.north.pk]
    found = owed_reports(today, branch_ids=branches)
    for person in (cast.wang, cast.li, left, cast.zhao):
        branch = person.branch
        expected = reports_due(
            kinds_on=lambda day, branch=branch: {  # type: ignore[misc]
                kind for kind in ("weekly", "monthly") if policies_of(branch, day)[f"{kind}_reports"]
            },
            terms=[Term(*days) for days in person.appointments.values_list("first_day", "last_day")],
            suspensions=[
                Term(*days)
                for days in Suspension.objects.filter(appointment__employee=person).values_list("first_day", "last_day")
            ],
            sent=set(person.work_reports.exclude(state="draft").values_list("kind", "period_first_day")),
            since=today - dt.timedelta(OWED_DAYS),
            today=today,
            working_days=3,
            is_working=working_days_of(branch),
        )
        own = [one for one in found if one.employee == person]
        assert expected and [(one.kind, one.first_day, one.last_day, one.due_on, one.late) for one in own] == [
            (one.kind, one.first_day, one.last_day, one.due_on, one.late_on(today)) for one in expected
        ]
        assert [one.first_day for one in owed_reports(today, employee_id=person.pk)] == [one.first_day for one in own]


def test_the_list_of_owed_reports_enters_no_fact_by_itself(cast: Cast) -> None:
    page = browser(cast.chen).get(reverse("managers:report_owed_list"))
    late = [one for one in page.context["owed"] if one.late and one.employee == cast.wang]
    assert late and late[0].kind == "monthly"
    assert not cast.wang.conduct_entries.exists() and not cast.wang.late_reports.exists()
    month = str(Month.of(page.context["today"]))
    given = {"manager": "S101", "happened_on": str(late[0].due_on), "reason": "The monthly report was not sent."}
    form = browser_again(cast).get(reverse("managers:entry_new", args=["S01", month]), given).context["form"]
    assert form["manager"].value() == "S101" and form["reason"].value() == given["reason"]
    assert str(form["happened_on"].value()) == given["happened_on"]


def browser_again(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.chen.user)
    return client
