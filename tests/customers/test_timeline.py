"""The timeline of a customer: one stream of all that happened, paged by key, without what the reader may not see."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from customers.models import (
    Customer,
    DossierReview,
    MajorEvent,
    Prospect,
    ProspectStep,
    ServiceProduct,
    ServiceRequest,
    Visit,
)
from customers.queries.timeline import KINDS, timeline
from organization.actions.documents import add_document
from organization.models import Employee
from tests.cast import Cast
from tests.make import make_account, make_assignment, make_attribution, make_customer, make_sale, make_user

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def day(written: str) -> dt.date:
    return dt.date.fromisoformat(written)


def make_visit(manager: Employee, on: str, customer: Customer | None = None, **fields: Any) -> Visit:
    values = {"purpose": f"purpose {on}", "said": "words", "made_at": NOW}
    return Visit.objects.create(
        branch=manager.branch, manager=manager, customer=customer, day=day(on), **values | fields
    )


@pytest.fixture
def zhang(cast: Cast) -> Customer:
    """Li's customer until the fifth, Wang's from then on, with one of everything."""
    zhang = make_customer(cast.south, "K001", name="张三")
    make_assignment(zhang, cast.li, "2026-01-05", "2026-10-04")
    make_assignment(zhang, cast.wang, "2026-10-05", basis="developed", how="found in the village")
    of_south = {"branch": cast.south, "customer": zhang}
    won = Prospect.objects.create(
        name="张三", kind="individual", manager=cast.li, stage="won", made_at=NOW, changed_at=NOW, **of_south
    )
    moment = dt.datetime(2026, 1, 4, 20, tzinfo=dt.UTC)  # the next day here
    ProspectStep.objects.create(prospect=won, stage_after="won", made_by=cast.li, made_at=moment, words="He signs.")
    make_visit(cast.li, "2026-01-03", prospect=won)
    make_visit(cast.li, "2026-09-01", zhang)
    make_visit(cast.wang, "2026-10-06", zhang, kind="advice", purpose="three years' savings")
    make_visit(cast.wang, "2026-10-07", zhang, state="cancelled", said="")
    ServiceRequest.objects.create(
        manager=cast.wang, kind="loan", words="50,000 for feed", received_on=day("2026-10-08"), deadline=day("2026-10-12"),
        state="answered", answer="Granted.", answered_on=day("2026-10-11"), answered_by=cast.zhou, made_by=cast.wang,
        made_at=NOW, **of_south,
    )  # fmt: skip
    product = ServiceProduct.objects.create(
        branch=cast.union, code="P1", name="agency", kind="agency", unit="1", points_hundredths=50, first_day=day("2026-01-01")
    )  # fmt: skip
    make_sale(cast.wang, zhang, product, "2026-10-09", confirmed_by=cast.chen)
    make_sale(cast.wang, zhang, product, "2026-10-09")
    MajorEvent.objects.create(customer=zhang, happened_on=day("2026-10-10"), words="a new barn")
    MajorEvent.objects.create(customer=zhang, happened_on=day("2026-10-10"), words="a mistake", removed_at=NOW)
    DossierReview.objects.create(customer=zhang, reviewed_on=day("2026-10-12"), reviewed_by=cast.wang)
    add_document(
        actor=cast.actor("wang"),
        subject="customers.customer",
        subject_key=zhang.customer_no,
        branch=cast.south,
        name="deed.pdf",
        content=[b"%PDF-1.4"],
    )
    return zhang


def told(cast: Cast, who: str, zhang: Customer, **asked: Any) -> list[tuple[str, str]]:
    stream = timeline(cast.actor(who), zhang, **asked)
    return [(line.name, line.day.isoformat()[5:]) for line in stream.lines]


EVERYTHING = [
    ("document", timezone.localdate().isoformat()[5:]),
    ("review", "10-12"),
    ("answer", "10-11"),
    ("event", "10-10"),
    ("sale", "10-09"),
    ("request", "10-08"),
    ("advice", "10-06"),
    ("assignment", "10-05"),
    ("visit", "09-01"),
    ("assignment", "01-05"),
    ("prospect", "01-05"),
    ("visit", "01-03"),
]


@pytest.mark.parametrize("who", ["wang", "zhou", "qian"])
def test_everything_that_happened_is_one_stream_the_newest_first(cast: Cast, zhang: Customer, who: str) -> None:
    assert told(cast, who, zhang) == EVERYTHING


def test_a_manager_who_serves_an_account_alone_reads_no_notes_of_others(cast: Cast, zhang: Customer) -> None:
    make_attribution(make_account(cast.south, customer=zhang), cast.li)
    assert told(cast, "li", zhang) == [
        line for line in EVERYTHING if line[0] not in ("answer", "sale", "request", "advice")
    ]
    assert told(cast, "zhao", zhang) == [
        line for line in EVERYTHING if line[0] in ("document", "review", "event", "assignment")
    ]


def test_the_end_of_an_assignment_is_told_where_nobody_follows(cast: Cast, zhang: Customer) -> None:
    zhang.assignments.filter(manager=cast.wang).update(last_day=day("2026-10-20"))
    assert told(cast, "zhou", zhang)[1] == ("assignment_end", "10-20")


def test_a_kind_is_shown_alone(cast: Cast, zhang: Customer) -> None:
    alone = [line for kind in KINDS for line in told(cast, "wang", zhang, kind=kind)]
    assert sorted(alone) == sorted(EVERYTHING)
    assert told(cast, "wang", zhang, kind="request") == [("answer", "10-11"), ("request", "10-08")]
    assert told(cast, "wang", zhang, kind="nothing") == []


def test_pages_follow_each_other_without_a_gap_or_a_double(cast: Cast, zhang: Customer) -> None:
    make_visit(cast.wang, "2026-10-10", zhang)
    make_visit(cast.wang, "2026-10-10", zhang)
    whole = [(one.name, one.pk) for one in timeline(cast.actor("wang"), zhang, size=99).lines]
    read: list[tuple[str, int]] = []
    before: str | None = ""
    while before is not None:
        stream = timeline(cast.actor("wang"), zhang, before=before, size=2)
        read += [(one.name, one.pk) for one in stream.lines]
        before = stream.older
    assert read == whole and len(whole) == 14
    assert told(cast, "wang", zhang, before="2026-13-45.1.1")[0][0] == "document"  # no cursor of ours: the first page


def test_the_statements_are_as_many_for_a_long_timeline_as_for_a_short_one(cast: Cast, zhang: Customer) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            timeline(cast.actor("wang"), zhang)
        return len(queries)

    short = statements()
    for number in range(60):
        make_visit(cast.wang, str(day("2026-08-01") + dt.timedelta(number)), zhang)
    assert statements() == short <= 6


def test_the_page_shows_the_stream_and_leads_on(client: Client, cast: Cast, zhang: Customer) -> None:
    for number in range(20):
        make_visit(cast.wang, str(day("2026-08-01") + dt.timedelta(number)), zhang)
    client.cookies["django_language"] = "en"
    client.force_login(make_user(cast.wang))
    place = reverse("customers:customer_timeline", args=["K001"])
    page = client.get(place)
    text = page.content.decode()
    assert "new manager (newly developed)" in text or "new manager (developed)" in text
    assert "a new barn" in text and "a mistake" not in text and "Granted." in text
    older = client.get(place, {"before": page.context["older"]}, headers={"HX-Request": "true"})
    assert "<html" not in older.content.decode() and older.context["older"] is None
    assert client.get(reverse("customers:customer_timeline", args=["nobody"])).status_code == 404
