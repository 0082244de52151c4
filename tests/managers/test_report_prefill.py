"""Work reports begin with what their writer did, by the records, and keep it as it was when they were sent."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from customers.models import Prospect, ProspectStep, ServiceRequest, Visit
from managers.models import WorkReport
from managers.queries.work import filled_in, text_of, words_of, work_done
from managers.rules.reports import WorkDone, WorkLine
from tests.cast import Cast
from tests.make import make_assignment, make_customer, make_information, make_product, make_sale, make_user

pytestmark = pytest.mark.django_db

FIRST, LAST = dt.date(2026, 10, 12), dt.date(2026, 10, 18)
WRITE = "/managers/reports/write/weekly/2026-10-12/"


def browser(person: object) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(getattr(person, "user", None) or make_user(person))  # type: ignore[arg-type]
    return client


def stage(cast: Cast) -> None:
    """A week of Wang's, with days before and after it, work of Li's, and what does not count."""
    one, two = make_customer(cast.south, "C1", name="张三"), make_customer(cast.south, "C2", name="李四")
    make_assignment(one, cast.wang)
    make_assignment(two, cast.wang)
    his_customer = make_customer(cast.south)
    make_assignment(his_customer, cast.li)
    mine = {"branch": cast.south, "manager": cast.wang}
    moment = "2026-10-12T00:30+08:00"
    prospect = Prospect.objects.create(**mine, name="新客户", kind="unit", made_at=moment, changed_at=moment)
    for day, kind, customer, state in (
        ("2026-10-12", "visit", one, "done"),
        ("2026-10-15", "visit", one, "done"),
        ("2026-10-18", "visit", two, "done"),
        ("2026-10-14", "advice", two, "done"),
        ("2026-10-14", "visit", two, "planned"),
        ("2026-10-14", "visit", two, "cancelled"),
        ("2026-10-11", "visit", two, "done"),
        ("2026-10-19", "visit", two, "done"),
    ):
        Visit.objects.create(
            **mine, day=day, kind=kind, customer=customer, state=state, purpose="x", said="y", made_at=moment
        )
    Visit.objects.create(**mine, day="2026-10-16", kind="visit", prospect=prospect, purpose="x", made_at=moment)
    asked = {"kind": "other", "words": "x", "deadline": "2026-10-30", "made_by": cast.wang, "made_at": moment}
    gone = {"state": "cancelled", "cancelled_on": FIRST, "cancelled_by": cast.wang, "cancel_reason": "x"}
    answer = {"state": "answered", "answer": "y", "answered_by": cast.wang, "answered_on": "2026-10-16"}
    ServiceRequest.objects.create(**mine, customer=one, received_on="2026-10-13", **asked)
    ServiceRequest.objects.create(**mine, customer=one, received_on="2026-10-13", **asked, **gone)
    ServiceRequest.objects.create(**mine, customer=one, received_on="2026-10-05", **asked, **answer)
    for before, after, at in (
        ("", "found", "2026-10-12T00:30+08:00"),
        ("found", "visited", "2026-10-16T10:00+08:00"),
        ("visited", "interested", "2026-10-19T00:10+08:00"),  # Monday by the clock here, Sunday in London
    ):
        ProspectStep.objects.create(
            prospect=prospect, stage_before=before, stage_after=after, made_by=cast.wang, made_at=at
        )
    card = make_product(cast.union, "K1", name="福卡", unit="张")
    for manager, sold, confirmed_by, amount in (
        (cast.wang, "2026-10-12", cast.zhou, 1_000_00),
        (cast.wang, "2026-10-18", cast.zhou, None),
        (cast.wang, "2026-10-18", None, 5_00),
        (cast.wang, "2026-10-19", cast.zhou, 5_00),
        (cast.li, "2026-10-13", cast.zhou, 5_00),
    ):
        customer = one if manager == cast.wang else his_customer
        make_sale(manager, customer, card, sold, "1.50", confirmed_by=confirmed_by, amount_fen=amount)
    make_information(cast.wang, cast.zhou, sent="2026-10-12")
    make_information(cast.wang, cast.zhou, sent="2026-10-19")
    make_information(cast.wang, cast.zhou, "draft")
    make_information(cast.li, cast.zhou, sent="2026-10-13")


def lines(work: list[WorkDone]) -> list[str]:
    return [words_of(line) for one in work for line in one.lines]


def test_what_was_done_is_counted_from_the_rows_of_the_period(cast: Cast) -> None:
    stage(cast)
    work = work_done(cast.wang.pk, FIRST, LAST)
    assert [one.heading for one in work] == [
        "Visits and advice",
        "Service requests",
        "Prospects",
        "Sales, confirmed",
        "Market information",
    ]
    assert lines(work) == [
        "Visits: 4, to 3 customers and prospects",
        "Financial advice: 1, to 1 customers and prospects",
        "Received: 1",
        "Answered: 1",
        "Found: 1",
        "Visited: 1",
        "福卡: 3.00 张, 1,000.00 yuan",
        "Competitors: 1",
    ]
    assert lines(work_done(cast.li.pk, FIRST, LAST)) == ["福卡: 1.50 张, 5.00 yuan", "Competitors: 1"]
    assert work_done(cast.zhao.pk, FIRST, LAST) == []
    by_hand = Counter(
        one.kind
        for one in Visit.objects.all()
        if one.manager == cast.wang and one.state == "done" and FIRST <= one.day <= LAST
    )
    assert by_hand == {"visit": 4, "advice": 1}


def test_each_line_leads_to_as_many_rows_as_it_says(cast: Cast) -> None:
    stage(cast)
    client, led = browser(cast.wang), 0
    for line in (line for one in work_done(cast.wang.pk, FIRST, LAST) for line in one.lines):
        if "prospects" not in line.address and "requests" not in line.address:
            rows = client.get(line.address).context["table"].keyset.rows
            assert len(rows) == line.values.get("number", 2), line.address
            led += 1
    assert led == 4


def test_a_new_report_begins_with_what_was_done_and_a_draft_stays_as_it_was_typed(cast: Cast) -> None:
    stage(cast)
    client = browser(cast.wang)
    page = client.get(WRITE)
    assert page.context["form"]["done"].value() == text_of(work_done(cast.wang.pk, FIRST, LAST))
    assert page.context["form"]["done"].value().startswith("Visits and advice\n- Visits: 4, to 3 customers")
    client.post(WRITE, {"done": "My own words.", "version": "0", "keep": "yes"})
    page = client.get(WRITE)
    assert page.context["form"]["done"].value() == "My own words."
    assert "Visits: 4" in page.content.decode()  # beside the form
    filled = client.post(WRITE, {"done": "My own words, longer.", "plans": "More.", "version": "1", "fill": "yes"})
    done = filled.context["form"]["done"].value()
    assert done.startswith("My own words, longer.\n\nVisits and advice\n- Visits: 4")
    assert (filled.context["form"]["plans"].value(), filled.context["form"]["version"].value()) == ("More.", "1")
    again = client.post(WRITE, {"done": done.replace("\n", "\r\n"), "version": "1", "fill": "yes"})
    assert again.context["form"]["done"].value().count("Visits: 4") == 1
    assert WorkReport.objects.get().done == "My own words."


def test_the_director_reads_what_the_records_said_when_it_was_sent(cast: Cast) -> None:
    stage(cast)
    browser(cast.wang).post(WRITE, {"done": "Much.", "version": "0", "send": "yes"})
    report = WorkReport.objects.get()
    Visit.objects.create(
        branch=cast.south, manager=cast.wang, customer=make_customer_of(cast), day="2026-10-13", purpose="later",
        made_at="2026-10-20T10:00+08:00",
    )  # fmt: skip
    text = browser(cast.zhou).get(reverse("managers:report_detail", args=[report.pk])).content.decode()
    assert "What the records said when it was sent" in text and "Visits: 4, to 3" in text
    assert lines(work_done(cast.wang.pk, FIRST, LAST))[0] == "Visits: 5, to 4 customers and prospects"


def make_customer_of(cast: Cast) -> object:
    customer = make_customer(cast.south)
    make_assignment(customer, cast.wang)
    return customer


def test_without_anything_on_record_the_form_is_empty_and_offers_nothing(cast: Cast) -> None:
    page = browser(cast.wang).get(WRITE)
    assert page.context["form"]["done"].value() == "" and "Fill in from what I did" not in page.content.decode()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("", "Visits\n- Calls: 2"), ("  \n", "Visits\n- Calls: 2"), ("Mine. \n", "Mine.\n\nVisits\n- Calls: 2")],
)
def test_filling_in_adds_after_what_was_typed(typed: str, expected: str) -> None:
    work = [WorkDone("Visits", [WorkLine("Calls: %(number)s", {"number": 2})])]
    assert filled_in(typed, work) == expected
    assert filled_in(expected, work) == expected


def test_the_floors_above_say_what_was_done_by_name() -> None:
    assert settings.WORK_DONE == ["customers.queries.work.work_of"]
