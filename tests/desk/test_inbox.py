"""The inbox: what waits for whom, counted in the frame by one statement, and what people have been told."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from appraisal.actions.months import run_month_end
from common.months import Month
from customers.models import MarketInformation, Merge, Prospect, Sale, ServiceProduct, ServiceRequest, Visit
from desk.queries.inbox import QUESTIONS, inbox_count, waiting
from managers.actions.inspections import mend_inspection
from managers.models import Appointment, Assessor, HandOverSignature, Objection, PeerReview, PeerVoter
from organization.actions.notifications import notify
from organization.models import Employee, Notification, Policy
from organization.queries import actor_of
from organization.rules import SYSTEM, Actor
from tests.cast import Cast
from tests.dossiers import make_inspection, make_letter, make_report, make_session
from tests.make import (
    OCTOBER,
    grant,
    make_application,
    make_assignment,
    make_change,
    make_contract,
    make_customer,
    make_employee,
    make_entry,
    make_hand_over,
    make_notice,
    make_target,
    make_user,
)

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def nothing_by_itself(cast: Cast) -> None:
    """No reports are owed and nobody is due for an inspection, unless a test says so."""
    for name, value in (("monthly_reports", 0), ("inspection_months", 24)):
        Policy.objects.create(
            branch=cast.union, name=name, value=value, first_day="2020-01-01", reason="x", made_at="2020-01-01T00:00Z"
        )
    for person in (cast.wang, cast.li, cast.zhao):
        make_inspection(person, str(TODAY), done=True)


def names(actor: Actor) -> dict[str, list[str]]:
    """What waits, by the name of the question: whom it is about."""
    return {part.name: [line.about for line in part.lines] for part in waiting(actor)}


def browser(person: Employee) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(getattr(person, "user", None) or make_user(person))
    return client


def test_nothing_waits_for_anybody_at_first(cast: Cast) -> None:
    for person in ("zhou", "chen", "wang", "wu", "qian", "he", "song"):
        assert names(cast.actor(person)) == {}, person
        assert inbox_count(cast.actor(person)) == 0, person


def test_applications_wait_for_whoever_takes_the_next_step(cast: Cast) -> None:
    for state in ("submitted", "qualified", "assessed", "approved"):
        make_application(make_employee(cast.south, name=state), state)
    over = make_application(make_employee(cast.south, name="over"), "on_notice")
    make_notice(over)
    still = make_application(make_employee(cast.south, name="still"), "on_notice")
    make_notice(still, TODAY, working_days=5)
    assert names(cast.actor("chen")) == {
        "qualify": ["submitted"],
        "assess": ["qualified"],
        "draft_contracts": ["approved"],
    }
    assert names(cast.actor("wu")) == {"qualify": ["submitted"], "assess": ["qualified"], "publish": ["assessed"]}
    assert names(cast.actor("zhou")) == {"decide": ["over"], "draft_contracts": ["approved"]}
    assert names(cast.actor("sun")) == names(cast.actor("qian")) == {}


def test_nobody_is_asked_to_decide_about_oneself(cast: Cast) -> None:
    make_application(cast.chen, "submitted")
    assert "qualify" not in names(cast.actor("chen"))
    assert names(cast.actor("wu"))["qualify"] == ["陈静"]


def test_a_peer_review_waits_for_those_who_have_not_voted(cast: Cast) -> None:
    application = make_application(make_employee(cast.south, name="the candidate"), "qualified")
    review = PeerReview.objects.create(
        application=application, last_day=TODAY, opened_by=cast.chen, opened_at=timezone.now()
    )
    PeerVoter.objects.create(review=review, employee=cast.song)
    voted = PeerVoter.objects.create(review=review, employee=cast.li, has_voted=True)
    assert names(cast.actor("song")) == {"votes": ["the candidate"]}
    assert names(cast.actor("li")) == {} and voted.has_voted


def test_facts_reports_and_months_wait_for_the_director(cast: Cast) -> None:
    make_entry(cast.wang, "6th", -100)
    make_report(cast.wang)
    run_month_end(actor=SYSTEM, branch=cast.south, month=OCTOBER)
    assert names(cast.actor("zhou")) == {
        "approve_months": ["城南信用社"],
        "entries": ["王小明"],
        "reports": ["王小明"],
    }
    assert names(cast.actor("sun")) == {}


def test_inspections_go_from_hand_to_hand(cast: Cast) -> None:
    make_inspection(cast.wang, str(TODAY))
    assert names(cast.actor("zhou")) == names(cast.actor("chen")) == {"inspect": ["王小明"]}
    asked = make_inspection(cast.li, "2026-10-01", follow_up="Write the notes.")
    assert names(cast.actor("li")) == {"mend": ["李华"]}
    mend_inspection(actor=cast.actor("li"), inspection=asked, words="Written.")
    assert names(cast.actor("li")) == {}
    assert names(cast.actor("zhou"))["accept"] == ["李华"]
    assert "accept" not in names(cast.actor("chen"))


def test_who_is_due_for_an_inspection_waits_to_be_planned(cast: Cast) -> None:
    Policy.objects.create(
        branch=cast.south, name="inspection_months", value=1, first_day="2020-01-01", reason="x", made_at="2020-01-01T00:00Z"
    )  # fmt: skip
    assert "plan_inspections" not in names(cast.actor("chen"))
    late = Appointment.objects.create(
        employee=make_employee(cast.south, name="never inspected"), branch=cast.south, first_day=dt.date(2026, 1, 1)
    )
    part = next(part for part in waiting(cast.actor("chen")) if part.name == "plan_inspections")
    assert [(line.about, line.due) for line in part.lines] == [("never inspected", dt.date(2026, 2, 1))]
    make_inspection(late.employee, "2027-01-01")
    assert "plan_inspections" not in names(cast.actor("chen"))


def test_attendance_waits_to_be_written_down_once_the_session_is_over(cast: Cast) -> None:
    make_session(cast.south, cast.wang, held=str(TODAY))
    make_session(cast.south, cast.wang, held=str(TODAY + dt.timedelta(1)))
    make_session(cast.south, cast.wang, came=True)
    assert names(cast.actor("chen")) == {"attendance": ["training"]}


def test_what_ends_within_the_branchs_days_of_warning_is_named(cast: Cast) -> None:
    liu = make_employee(cast.south, name="刘洋")
    Appointment.objects.create(
        employee=liu, branch=cast.south, first_day=TODAY - dt.timedelta(9), last_day=TODAY + dt.timedelta(60)
    )
    make_letter(cast.wang, last=str(TODAY + dt.timedelta(60)))
    make_letter(cast.li, last=str(TODAY + dt.timedelta(61)))
    assert names(cast.actor("zhou")) == {"offices_ending": ["刘洋"], "letters_ending": ["王小明"]}
    assert names(cast.actor("wang")) == {"letters_ending": ["王小明"]}
    Policy.objects.create(
        branch=cast.south, name="expiry_warning_days", value=59, first_day="2020-01-01", reason="x", made_at="2020-01-01T00:00Z"
    )  # fmt: skip
    assert names(cast.actor("zhou")) == {}


def test_reports_that_are_owed_wait_for_the_manager(cast: Cast) -> None:
    Policy.objects.create(
        branch=cast.south, name="weekly_reports", value=1, first_day="2020-01-01", reason="x", made_at="2020-01-01T00:00Z"
    )  # fmt: skip
    part = next(part for part in waiting(cast.actor("wang")) if part.name == "reports_owed")
    assert part.count == len(part.lines) >= 12 and part.lines[0].due is not None
    make_report(cast.wang, first=str(part.lines[0].since - dt.timedelta(6)))  # type: ignore[operator]
    assert names(cast.actor("wang"))["reports_owed"] == ["王小明"] * (part.count - 1)


def test_the_count_of_the_frame_is_the_lines_and_the_unread_in_one_statement(cast: Cast) -> None:
    make_entry(cast.wang, "6th", -100)
    make_report(cast.wang)
    make_report(cast.li)
    notify(employee_ids=[cast.zhou.pk], sentence="Look.")
    actor = cast.actor("zhou")
    with CaptureQueriesContext(connection) as queries:
        assert inbox_count(actor) == 4
    assert len(queries) == 1
    assert '<span class="inbox-count">4</span>' in browser(cast.zhou).get(reverse("desk:home")).content.decode()


def test_every_question_can_be_asked_of_somebody_with_every_role(cast: Cast) -> None:
    for role in ("clerk", "director", "supervisor", "account_manager"):
        grant(cast.song, role, cast.union)
    actor = cast.actor("song")
    for question in QUESTIONS:
        assert list(question.ask(actor, TODAY)) == [], question.name
    assert inbox_count(actor) == 0


def test_every_line_leads_to_a_page_that_the_person_may_open(cast: Cast) -> None:
    """One of each kind that the south has, the way to it followed by everybody who finds it in the inbox."""
    office = Appointment.objects.get(employee=cast.li)
    for state in ("submitted", "qualified", "assessed", "approved", "returned"):
        make_application(make_employee(cast.south), state)
    notice = make_notice(make_application(make_employee(cast.south), "on_notice"))
    for fields in ({"state": "raised"}, {"state": "investigated", "investigator": cast.song}):
        Objection.objects.create(notice=notice, raised_on=TODAY, text="I was there.", **fields)
    make_notice(make_application(make_employee(cast.south), "on_notice"))
    candidate = make_application(make_employee(cast.south), "qualified")
    Assessor.objects.create(application=candidate, employee=cast.song, named_by=cast.chen, named_at=timezone.now())
    review = PeerReview.objects.create(
        application=candidate, last_day=TODAY, opened_by=cast.chen, opened_at=timezone.now()
    )
    PeerVoter.objects.create(review=review, employee=cast.song)
    make_contract(office, cast.chen)
    make_target(cast.li, "loans_granted", "5.00", month=Month.of(TODAY))
    make_change(office, cast.chen)
    sheet = make_hand_over(office, cast.chen, state="signing", digest="0" * 64)
    HandOverSignature.objects.create(hand_over=sheet, party="giver", employee=cast.li)
    make_inspection(cast.li, str(TODAY))
    make_inspection(cast.li, "2026-10-02", follow_up="Write the notes.")
    make_inspection(cast.wang, "2026-10-02", follow_up="Write.", mended_on=TODAY, mended_words="Written.")
    make_session(cast.south, cast.li, held=str(TODAY))
    make_entry(cast.li, "6th", -100)
    make_report(cast.li)
    make_letter(cast.li, last=str(TODAY))
    run_month_end(actor=SYSTEM, branch=cast.south, month=OCTOBER)
    Policy.objects.create(
        branch=cast.south, name="weekly_reports", value=1, first_day="2020-01-01", reason="x", made_at="2020-01-01T00:00Z"
    )  # fmt: skip
    found = set()
    for name in ("zhou", "chen", "li", "wu", "song"):
        person, client = getattr(cast, name), browser(getattr(cast, name))
        for part in waiting(actor_of(person)):
            found.add(part.name)
            assert client.get(part.lines[0].address).status_code == 200, (name, part.name, part.lines[0].address)
    customers = {"requests", "promises", "visits", "prospects", "requests_overdue", "sales", "merges", "won"}
    customers |= {"information", "reply"}  # of which another test tells
    never = customers | {
        "late_reports",
        "close_months",
        "recommend",
        "returned",
        "plan_inspections",
        "offices_ending",
        "contracts_ending",
    }
    assert found == {question.name for question in QUESTIONS} - never | {"reports_owed"}


def test_the_work_with_customers_waits_for_the_manager_the_clerk_and_the_director(cast: Cast) -> None:
    """One of each kind, the way to it followed by whoever finds it in the inbox."""
    now = timezone.now()
    zhang = make_customer(cast.south, "K001", name="张三")
    make_assignment(zhang, cast.wang)
    of_wang = {"branch": cast.south, "manager": cast.wang, "made_at": now}
    deal = {"customer": zhang, "purpose": "deposits", "said": "words", **of_wang}
    Visit.objects.create(day=TODAY - dt.timedelta(9), next_step="the form", next_on=TODAY, **deal)
    Visit.objects.create(day=TODAY - dt.timedelta(9), next_step="later", next_on=TODAY + dt.timedelta(1), **deal)
    Visit.objects.create(day=TODAY, state="planned", **deal)
    Visit.objects.create(day=TODAY + dt.timedelta(1), state="planned", **deal)
    Prospect.objects.create(name="李四", kind="unit", next_step="call", next_on=TODAY, changed_at=now, **of_wang)
    won = make_customer(cast.south, "K002", name="赵六")
    Prospect.objects.create(name="赵六", kind="unit", stage="won", customer=won, changed_at=now, **of_wang)
    for deadline in (TODAY + dt.timedelta(2), TODAY - dt.timedelta(1), TODAY + dt.timedelta(3)):
        ServiceRequest.objects.create(
            customer=zhang, kind="card", words="a new card", received_on=TODAY - dt.timedelta(9), deadline=deadline,
            made_by=cast.wang, **of_wang,
        )  # fmt: skip
    product = ServiceProduct.objects.create(
        branch=cast.union, code="P1", name="agency", kind="agency", unit="1", points_hundredths=50, first_day=TODAY
    )
    Sale.objects.create(
        customer=zhang, product=product, sold_on=TODAY, entered_on=TODAY, quantity_hundredths=100, points_hundredths=50,
        made_by=cast.chen, **of_wang,
    )  # fmt: skip
    twin = make_customer(cast.south, "K003", name="张三")
    Merge.objects.create(
        kept=zhang, archived=twin, branch=cast.south, reason="the same", proposed_by=cast.chen, proposed_at=now
    )
    for state in ("sent", "read"):
        MarketInformation.objects.create(
            kind="industry", title=state, words="w", source="s", heard_on=TODAY, reader=cast.zhou, state=state, sent_at=now,
            read_at=now if state == "read" else None,
            **of_wang,
        )  # fmt: skip
    assert names(cast.actor("wang")) == {
        "requests": ["张三", "张三"],
        "promises": ["张三"],
        "visits": ["张三"],
        "prospects": ["李四"],
    }
    assert names(cast.actor("zhou")) == {
        "requests_overdue": ["张三"],
        "sales": ["王小明"],
        "merges": ["张三"],
        "won": ["赵六"],
        "information": ["王小明"],
        "reply": ["王小明"],
    }
    assert names(cast.actor("chen")) == {"won": ["赵六"]}  # who entered the sale does not confirm it
    assert names(cast.actor("li")) == names(cast.actor("sun")) == {}
    for name in ("wang", "zhou", "chen"):
        client = browser(getattr(cast, name))
        for part in waiting(cast.actor(name)):
            answer = client.get(part.lines[0].address)
            assert answer.status_code == 200, (name, part.name, part.lines[0].address)
    make_assignment(won, cast.li)
    assert names(cast.actor("chen")) == {}


def test_what_the_first_page_shows_line_by_line_is_not_repeated_there(cast: Cast) -> None:
    zhang = make_customer(cast.south, "K001", name="张三")
    make_assignment(zhang, cast.wang)
    Visit.objects.create(
        branch=cast.south, manager=cast.wang, customer=zhang, purpose="deposits", day=TODAY, state="planned",
        made_at=timezone.now(),
    )  # fmt: skip
    client = browser(cast.wang)
    assert "Visits planned" in client.get(reverse("desk:inbox")).content.decode()
    assert "Visits planned" not in client.get(reverse("desk:home_waiting")).content.decode()


def test_the_page_says_what_waits_since_when_and_leads_there(cast: Cast) -> None:
    report = make_report(cast.wang)
    page = browser(cast.zhou).get(reverse("desk:inbox")).content.decode()
    assert "Work reports to read" in page and reverse("managers:report_detail", args=[report.pk]) in page
    assert "Nothing waits for you." in browser(cast.qian).get(reverse("desk:inbox")).content.decode()


def test_what_one_was_told_is_marked_as_read_by_opening_it(cast: Cast) -> None:
    notify(employee_ids=[cast.wang.pk], sentence="Look at %(what)s.", values={"what": "this"}, address="/managers/")
    notify(employee_ids=[cast.wang.pk], sentence="And that.")
    client = browser(cast.wang)
    page = client.get(reverse("desk:inbox"))
    assert b"Look at this." in page.content and b"Mark all as read" in page.content
    first = Notification.objects.get(sentence__startswith="Look")
    answer = client.post(reverse("desk:notification_open", args=[first.pk]))
    assert answer.headers["Location"] == "/managers/"
    assert Notification.objects.unread().count() == 1
    assert browser(cast.li).post(reverse("desk:notification_open", args=[first.pk])).status_code == 404
    client.post(reverse("desk:notification_read"))
    assert not Notification.objects.unread().exists()


def test_a_notification_never_leads_out_of_the_house(cast: Cast) -> None:
    notify(employee_ids=[cast.wang.pk], sentence="Look.", address="//example.com/")
    answer = browser(cast.wang).post(reverse("desk:notification_open", args=[Notification.objects.get().pk]))
    assert answer.headers["Location"] == reverse("desk:inbox")
