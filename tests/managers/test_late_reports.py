"""Late reports: proposed once by the turn of the day, confirmed as an entry or dismissed by a person."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.errors import BadInput, Conflict, RuleError
from managers.actions.late_reports import confirm_late_report, dismiss_late_report, propose_late_reports
from managers.models import Appointment, ConductEntry, LateReport, Suspension
from managers.queries import entries_of_month
from managers.queries.inbox import late_reports_to_decide
from managers.queries.late_reports import late_report_page
from managers.rules.reports import working_days_late
from managers.tasks import turn_of_day
from organization.models import MonthClose, Policy, TrailEntry
from tests.cast import Cast
from tests.dossiers import make_late_report, make_report
from tests.make import OCTOBER, grant, make_manager, make_user

pytestmark = pytest.mark.django_db

# September's monthly report is in time until the third working day of October, after the holidays: Saturday the 10th, which
# is worked; the next working day is Monday.
DUE = dt.date(2026, 10, 10)
LATE = dt.date(2026, 10, 12)
SEPTEMBER = dt.date(2026, 9, 1)


def browser(person: object) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(getattr(person, "user", None) or make_user(person))  # type: ignore[arg-type]
    return client


def policy(branch: object, name: str, value: int) -> None:
    Policy.objects.create(
        branch=branch, name=name, value=value, first_day=dt.date(2020, 1, 1), reason="x", made_at="2020-01-01T00:00Z"
    )


def proposed(day: dt.date = LATE) -> set[tuple[str, str, dt.date]]:
    propose_late_reports(day)
    rows = LateReport.objects.filter(period_first_day=SEPTEMBER)
    return set(rows.values_list("employee__employee_no", "kind", "due_on"))


def sent(manager: object, at: str) -> None:
    make_report(manager, "monthly", "2026-09-01", sent_at=at)  # type: ignore[arg-type]


def test_what_is_not_sent_is_proposed_once_from_the_first_working_day_after_it_was_due(cast: Cast) -> None:
    assert not proposed(DUE)
    assert not proposed(DUE + dt.timedelta(1))
    everybody = {("S101", "monthly", DUE), ("S102", "monthly", DUE), ("N101", "monthly", DUE)}
    assert proposed(LATE) == everybody
    assert propose_late_reports(LATE) == propose_late_reports(LATE + dt.timedelta(1)) == 0
    assert LateReport.objects.filter(period_first_day=SEPTEMBER).count() == 3
    assert not ConductEntry.objects.exists()
    assert TrailEntry.objects.filter(action="propose_late_report").count() == LateReport.objects.count()


def test_what_came_in_time_is_not_proposed_and_what_came_late_is_with_its_days(cast: Cast) -> None:
    sent(cast.wang, "2026-10-10T23:50+08:00")
    sent(cast.li, "2026-10-14T08:00+08:00")
    assert proposed(dt.date(2026, 10, 16)) == {("S102", "monthly", DUE), ("N101", "monthly", DUE)}
    page = late_report_page(cast.actor("zhou"), LateReport.objects.get(employee=cast.li, kind="monthly"), LATE)
    assert (page.sent_on, page.days_late) == (dt.date(2026, 10, 14), 3)
    assert page.words == (
        "The monthly report of 2026-09-01 … 2026-09-30 was due on 2026-10-10 and came on 2026-10-14, working days late: 3."
    )
    other = late_report_page(cast.actor("sun"), LateReport.objects.get(employee=cast.zhao, kind="monthly"), LATE)
    assert (other.sent_on, other.days_late) == (None, 1)
    assert other.words.endswith("was due on 2026-10-10 and was not sent.")


def test_a_report_that_came_before_the_next_working_day_keeps_nobody_waiting(cast: Cast) -> None:
    policy(cast.south, "report_due_working_days", 8)  # in time until Friday 16 October
    sent(cast.wang, "2026-10-18T20:00+08:00")  # Sunday
    sent(cast.li, "2026-10-19T08:00+08:00")
    propose_late_reports(dt.date(2026, 10, 20))
    found = LateReport.objects.filter(branch=cast.south, period_first_day=SEPTEMBER)
    assert [(one.employee, one.due_on) for one in found] == [(cast.li, dt.date(2026, 10, 16))]


@pytest.mark.parametrize(
    ("due", "came", "late"),
    [("2026-10-16", "2026-10-16", 0), ("2026-10-16", "2026-10-18", 0), ("2026-10-16", "2026-10-19", 1),
     ("2026-10-16", "2026-10-12", 0), ("2026-10-12", "2026-10-26", 10)],
)  # fmt: skip
def test_days_late_are_working_days(due: str, came: str, late: int) -> None:
    days = (dt.date.fromisoformat(due), dt.date.fromisoformat(came))
    assert working_days_late(*days, lambda day: day.weekday() < 5) == late


def test_who_was_away_is_excused(cast: Cast) -> None:
    def away(person: object, first: str, last: str | None) -> None:
        Suspension.objects.create(
            appointment=Appointment.objects.get(employee=person), first_day=first, last_day=last, reason="illness",
            made_by=cast.zhou, made_at="2026-09-01T00:00Z",
        )  # fmt: skip

    away(cast.wang, "2026-09-20", "2026-10-01")  # on the period's last day
    away(cast.li, "2026-10-08", "2026-10-10")  # when it was due
    make_manager(cast.south, "S103", last="2026-10-09")  # out of office before it was due
    make_manager(cast.south, "S104", first="2026-10-01")  # not yet in office
    assert proposed(dt.date(2026, 10, 16)) == {("N101", "monthly", DUE)}


def test_a_branch_that_takes_no_points_gets_no_proposals_and_old_ones_are_let_be(cast: Cast) -> None:
    policy(cast.south, "late_report_points_hundredths", 0)
    assert proposed(LATE) == {("N101", "monthly", DUE)}
    oldest = LateReport.objects.earliest("due_on")
    assert LATE - oldest.due_on <= dt.timedelta(31)


def test_the_turn_of_the_day_proposes(cast: Cast) -> None:
    turn_of_day()
    assert LateReport.objects.filter(employee=cast.wang).exists()
    assert settings.CELERY_BEAT_SCHEDULE["turn of the day"]["task"] == "managers.turn_of_day"


def test_a_director_confirms_and_only_then_points_are_taken(cast: Cast) -> None:
    late = make_late_report(cast.wang)
    assert not entries_of_month(cast.south, OCTOBER).exists()
    entry = confirm_late_report(actor=cast.actor("zhou"), late=late, points_hundredths=-50, reason="Never sent.")
    late.refresh_from_db()
    assert (late.state, late.entry, late.decided_by) == ("confirmed", entry, cast.zhou)
    entry.refresh_from_db()
    assert (entry.state, entry.made_by, entry.decided_by) == ("confirmed", None, cast.zhou)
    assert (entry.manager, entry.happened_on, entry.indicator, entry.points_hundredths) == (
        cast.wang, DUE, "conduct", -50,
    )  # fmt: skip
    with pytest.raises(Conflict, match="周建国 has decided about this at"):
        confirm_late_report(actor=cast.actor("zhou"), late=late, points_hundredths=-50, reason="Again.")
    assert ConductEntry.objects.count() == 1


def test_a_director_dismisses_with_a_reason_and_it_does_not_come_again(cast: Cast) -> None:
    assert proposed()
    late = LateReport.objects.get(employee=cast.wang, period_first_day=SEPTEMBER)
    with pytest.raises(BadInput, match="Say why"):
        dismiss_late_report(actor=cast.actor("zhou"), late=late, reason=" ")
    dismiss_late_report(actor=cast.actor("zhou"), late=late, reason="The line was down.")
    assert propose_late_reports(LATE) == 0
    late.refresh_from_db()
    assert (late.state, late.dismiss_reason) == ("dismissed", "The line was down.")
    assert not ConductEntry.objects.exists()
    with pytest.raises(Conflict, match="has decided about this"):
        dismiss_late_report(actor=cast.actor("zhou"), late=late, reason="Again.")


def test_others_and_oneself_do_not_decide(cast: Cast) -> None:
    late = make_late_report(cast.wang)
    for person in ("chen", "wu", "sun", "li"):
        with pytest.raises(RuleError, match="Only the director of 城南信用社 decides"):
            confirm_late_report(actor=cast.actor(person), late=late, points_hundredths=-50, reason="x")
        with pytest.raises(RuleError, match="Only the director of 城南信用社 decides"):
            dismiss_late_report(actor=cast.actor(person), late=late, reason="x")
    grant(cast.wang, "director")
    with pytest.raises(RuleError, match="Nobody decides about himself or herself"):
        confirm_late_report(actor=cast.actor("wang"), late=late, points_hundredths=-50, reason="x")
    with pytest.raises(RuleError, match="Nobody decides about himself or herself"):
        dismiss_late_report(actor=cast.actor("wang"), late=late, reason="x")
    assert not late_reports_to_decide(cast.actor("wang"), LATE).exists()
    assert late_reports_to_decide(cast.actor("zhou"), LATE).get() == late


def test_an_entry_of_a_closed_month_enters_the_first_open_one(cast: Cast) -> None:
    MonthClose.objects.create(
        branch=cast.south,
        month=OCTOBER.first_day,
        state="closed",
        version=1,
        approved_by=cast.zhou,
        closed_by=cast.wu,
        closed_at="2026-11-02T08:00Z",
        digest="0" * 64,
    )
    entry = confirm_late_report(
        actor=cast.actor("zhou"), late=make_late_report(cast.wang), points_hundredths=-50, reason="Never sent."
    )
    assert (entry.happened_on, entry.entered_on) == (DUE, dt.date(2026, 11, 1))


def test_the_page_shows_the_evidence_and_the_buttons_to_whom_they_belong(cast: Cast) -> None:
    late = make_late_report(cast.wang)
    make_report(cast.wang, "monthly", "2026-09-01", sent_at="2026-10-14T08:00+08:00")
    url = reverse("managers:late_report_detail", args=[late.pk])
    director, clerk = browser(cast.zhou), browser(cast.chen)
    assert "Late reports to decide" in director.get(reverse("managers:report_owed_list")).content.decode()
    text = director.get(url).content.decode()
    assert "working days late: 3" in text and "Confirm as an entry" in text
    assert "Confirm as an entry" not in clerk.get(url).content.decode()
    assert browser(cast.sun).get(url).status_code == browser(cast.wang).get(url).status_code == 404
    refused = director.post(reverse("managers:late_report_confirm", args=[late.pk]), {"points_hundredths": "0.5"})
    assert refused.status_code == 200 and not ConductEntry.objects.exists()
    director.post(
        reverse("managers:late_report_confirm", args=[late.pk]),
        {"points_hundredths": "-0.5", "reason": "Two days late."},
    )
    late.refresh_from_db()
    assert late.entry is not None and late.entry.points_hundredths == -50
    assert "Two days late." in director.get(url).content.decode()
    other = make_late_report(cast.li)
    director.post(reverse("managers:late_report_dismiss", args=[other.pk]), {"dismiss-reason": "On a course."})
    other.refresh_from_db()
    assert other.state == "dismissed"
    assert timezone.localdate(other.decided_at) == timezone.localdate()
