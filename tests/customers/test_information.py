"""Market information: kept, sent once, read by its reader, replied to once; and who reports what."""

from __future__ import annotations

import datetime as dt
import itertools
import statistics
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from customers.actions.information import (
    change_information,
    keep_information,
    put_paper_aside,
    read_information,
    reply_information,
)
from customers.models import MarketInformation
from customers.queries.information import (
    information,
    information_statistics,
    information_to_read,
    information_to_reply,
    papers_of,
)
from customers.rules.information import days_to_reply, median_halves
from organization.models import Notification, RoleGrant, TrailEntry
from organization.queries import actor_of
from organization.rules import Actor
from tests.cast import Cast
from tests.english import english
from tests.make import grant, make_assignment, make_customer, make_information, make_manager, make_user

__all__ = ["english"]
pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
PDF = b"%PDF-1.4"


def keep(actor: Actor, **changed: object) -> MarketInformation:
    values = {
        "kind": "government",
        "title": "A road is planned",
        "words": "Along the lake, from next year.",
        "source": "the township",
        "heard_on": TODAY,
    } | changed
    return keep_information(actor=actor, **values)  # type: ignore[arg-type]


def browser(person: object) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(getattr(person, "user", None) or make_user(person))  # type: ignore[arg-type]
    return client


def typed(**changed: object) -> dict[str, object]:
    return {
        "kind": "competitor",
        "title": "A bank opens",
        "words": "In May, opposite the market.",
        "source": "its notice",
        "heard_on": str(TODAY),
        "urgency": "normal",
        "version": "0",
        "token": str(uuid4()),
    } | changed


# --- draft, sent, read, replied -------------------------------------------------------------------------------------


def test_what_is_sent_goes_to_the_director_where_nobody_is_named_and_the_reader_is_told(cast: Cast) -> None:
    row = keep(cast.actor("wang"), urgency="urgent", send=True)
    assert (row.state, row.reader, row.branch) == ("sent", cast.zhou, cast.south)
    told = Notification.objects.get()
    assert (told.employee, told.words) == (
        cast.zhou,
        "Urgent: 王小明 has sent market information: A road is planned.",
    )
    assert told.address == reverse("customers:information_detail", args=[row.pk])


def test_a_draft_tells_nobody_and_is_seen_by_its_author_alone(cast: Cast) -> None:
    row = keep(cast.actor("wang"))
    assert row.state == "draft" and not Notification.objects.exists()
    for person in ("zhou", "chen", "wu", "li", "sun"):
        assert not information(cast.actor(person)).exists()
    assert information(cast.actor("wang")).get() == row


def test_the_reader_is_anybody_with_a_role_at_the_branch_or_above_and_nobody_else(cast: Cast) -> None:
    assert keep(cast.actor("wang"), reader=cast.wu, send=True).reader == cast.wu
    assert information(cast.actor("wu")).exists()
    for outsider in (cast.sun, cast.li, cast.song, cast.he):
        with pytest.raises(RuleError, match="holds no role at 城南信用社 or above"):
            keep(cast.actor("wang"), reader=outsider)
    grant(cast.wang, "director")
    with pytest.raises(BadInput, match="somebody else than yourself"):
        keep(cast.actor("wang"), reader=cast.wang)


def test_a_branch_without_a_director_sends_to_the_one_above_or_asks_for_a_reader(cast: Cast) -> None:
    manager = make_manager(cast.lake, "L101")
    with pytest.raises(RuleError, match="Nobody at 柴湖信用社 or above reads this kind"):
        keep(actor_of(manager))
    grant(cast.wu, "director", cast.union)
    assert keep(actor_of(manager)).reader == cast.wu


def test_only_managers_in_office_report_and_only_of_what_they_have_heard(cast: Cast) -> None:
    with pytest.raises(RuleError, match="Only account managers in office report"):
        keep(cast.actor("chen"))
    with pytest.raises(BadInput, match="still to come"):
        keep(cast.actor("wang"), heard_on=TODAY + dt.timedelta(1))
    for field, sentence in (("title", "Say in a few words"), ("words", "Write what"), ("source", "Say from whom")):
        with pytest.raises(BadInput, match=sentence):
            keep(cast.actor("wang"), **{field: "  "})


def test_the_customer_is_an_own_one(cast: Cast) -> None:
    own, other = make_customer(cast.south), make_customer(cast.south)
    make_assignment(own, cast.wang)
    make_assignment(other, cast.li)
    assert keep(cast.actor("wang"), customer=own).customer == own
    with pytest.raises(RuleError, match="is not assigned to you"):
        keep(cast.actor("wang"), customer=other)


def test_the_same_page_sent_twice_is_one(cast: Cast) -> None:
    token = uuid4()
    first = keep(cast.actor("wang"), token=token, send=True, files=[("a.pdf", [PDF])])
    assert keep(cast.actor("wang"), token=token, send=True, files=[("a.pdf", [PDF])]) == first
    assert MarketInformation.objects.count() == 1 and Notification.objects.count() == 1
    assert len(papers_of(first)) == 1


def test_a_draft_changed_in_another_window_is_not_written_over(cast: Cast) -> None:
    row = keep(cast.actor("wang"))
    values = {"kind": "industry", "title": "Rice", "words": "Cheaper.", "source": "mill", "heard_on": TODAY}
    change_information(actor=cast.actor("wang"), information=row, version=1, **values)  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="changed in another window"):
        change_information(actor=cast.actor("wang"), information=row, version=1, **values)  # type: ignore[arg-type]
    with pytest.raises(RuleError, match="Only who has written it"):
        change_information(actor=cast.actor("li"), information=row, version=2, **values)  # type: ignore[arg-type]
    sent = change_information(actor=cast.actor("wang"), information=row, version=2, send=True, **values)  # type: ignore[arg-type]
    assert sent.state == "sent"
    with pytest.raises(Conflict, match="This was sent at"):
        change_information(actor=cast.actor("wang"), information=row, version=sent.version, **values)  # type: ignore[arg-type]


def test_opening_by_the_reader_alone_marks_it_as_read(cast: Cast) -> None:
    row = make_information(cast.wang, cast.zhou)
    for person in ("wang", "chen", "wu"):
        read_information(actor=cast.actor(person), information=row)
        assert row.state == "sent"
    assert information_to_read(cast.actor("zhou"), TODAY).get() == row
    read_information(actor=cast.actor("zhou"), information=row)
    assert row.state == "read" and row.read_at
    assert not information_to_read(cast.actor("zhou"), TODAY).exists()
    assert information_to_reply(cast.actor("zhou"), TODAY).get() == row


def test_the_reader_replies_once_and_the_manager_is_told(cast: Cast) -> None:
    row = make_information(cast.wang, cast.zhou)
    with pytest.raises(RuleError, match="周建国 is the reader of this"):
        reply_information(actor=cast.actor("wu"), information=row, reply="Good.")
    with pytest.raises(RuleError, match="Nobody replies to his or her own"):
        reply_information(actor=cast.actor("wang"), information=row, reply="Good.")
    with pytest.raises(BadInput, match="Write a reply"):
        reply_information(actor=cast.actor("zhou"), information=row, reply=" ")
    reply_information(actor=cast.actor("zhou"), information=row, reply=" Go and ask. ")
    row.refresh_from_db()
    assert (row.state, row.reply, row.replied_by) == ("replied", "Go and ask.", cast.zhou)
    assert Notification.objects.get(employee=cast.wang).words == (
        "周建国 has replied to your market information: A bank opens."
    )
    assert not information_to_reply(cast.actor("zhou"), TODAY).exists()
    with pytest.raises(Conflict, match="周建国 has replied to this at"):
        reply_information(actor=cast.actor("zhou"), information=row, reply="Again.")
    assert TrailEntry.objects.filter(action="reply_information", subject_key=str(row.pk)).count() == 1


def test_what_a_reader_has_left_behind_waits_for_the_director(cast: Cast) -> None:
    row = make_information(cast.wang, cast.chen, "read")
    assert not information_to_reply(cast.actor("zhou"), TODAY).exists()
    RoleGrant.objects.filter(employee=cast.chen).update(last_day=TODAY - dt.timedelta(1))
    assert information_to_reply(cast.actor("zhou"), TODAY).get() == row
    assert not information_to_reply(cast.actor("sun"), TODAY).exists()
    reply_information(actor=cast.actor("zhou"), information=row, reply="I take it.")


@pytest.mark.parametrize(
    ("state", "statement", "sentence"),
    [
        ("sent", "UPDATE customers_marketinformation SET words = 'other'", "that is sent stays as it is"),
        ("read", "UPDATE customers_marketinformation SET reader_id = manager_id + 1", "that is sent stays as it is"),
        ("replied", "UPDATE customers_marketinformation SET reply = 'other'", "that is sent stays as it is"),
        (
            "draft",
            "UPDATE customers_marketinformation SET state = 'read', sent_at = now(), read_at = now()",
            "This step is not possible",
        ),
        ("draft", "DELETE FROM customers_marketinformation", "It is not deleted"),
        ("draft", "UPDATE customers_marketinformation SET reader_id = manager_id", "somebody else than yourself"),
        (
            "read",
            "UPDATE customers_marketinformation SET state = 'replied', reply = 'x', replied_at = now(),"
            " replied_by_id = manager_id",
            "Nobody replies to his or her own",
        ),
    ],
)
def test_the_database_keeps_what_was_sent(cast: Cast, state: str, statement: str, sentence: str) -> None:
    make_information(cast.wang, cast.zhou, state)
    with (
        pytest.raises(RuleError, match=sentence),
        obeying_laws(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


# --- pages ----------------------------------------------------------------------------------------------------------


def test_a_manager_reports_with_a_photograph_in_one_page(cast: Cast) -> None:
    customer = make_customer(cast.south, "C-1", name="东风粮油")
    make_assignment(customer, cast.wang)
    client = browser(cast.wang)
    page = client.get(reverse("customers:information_new"), {"customer": "C-1"})
    assert page.context["form"]["customer"].value() == "C-1"
    assert ("S001", "周建国") in page.context["offered"] and ("C-1", "东风粮油") in page.context["offered_customers"]
    answer = client.post(
        reverse("customers:information_new"),
        typed(
            customer="东风粮油",
            reader="S002",
            send="yes",
            papers=[SimpleUploadedFile("a.pdf", PDF), SimpleUploadedFile("b.pdf", PDF)],
        ),
    )
    row = MarketInformation.objects.get()
    assert answer.headers["Location"] == reverse("customers:information_detail", args=[row.pk])
    assert (row.customer, row.reader, row.state, len(papers_of(row))) == (customer, cast.chen, "sent", 2)
    paper = papers_of(row)[0]
    url = reverse("customers:information_paper", args=[row.pk, paper.pk])
    assert b"".join(browser(cast.chen).get(url).streaming_content) == PDF  # type: ignore[arg-type]
    assert browser(cast.sun).get(url).status_code == 404


def test_a_page_with_something_wrong_loses_nothing(cast: Cast) -> None:
    client = browser(cast.wang)
    page = client.post(reverse("customers:information_new"), typed(title="", customer="nobody", words="Kept words."))
    assert page.status_code == 200 and "Kept words." in page.content.decode()
    assert "is not among those offered" in page.content.decode()
    assert not MarketInformation.objects.exists()
    page = client.post(reverse("customers:information_new"), typed(papers=[SimpleUploadedFile("a.jpg", b"nothing")]))
    assert "none of the kinds that are taken" in page.content.decode()
    assert not MarketInformation.objects.exists()


def test_both_texts_stand_on_the_page_when_another_window_was_faster(cast: Cast) -> None:
    row = keep(cast.actor("wang"))
    client, url = browser(cast.wang), reverse("customers:information_edit", args=[row.pk])
    client.post(url, typed(words="From the first window.", version="1", keep="yes"))
    page = client.post(url, typed(words="From the second window.", version="1", keep="yes"))
    text = page.content.decode()
    assert "From the first window." in text and "From the second window." in text
    client.post(url, typed(words="Both.", version=page.context["form"]["version"].value(), send="yes"))
    row.refresh_from_db()
    assert (row.words, row.state) == ("Both.", "sent")


def test_a_paper_is_put_aside_from_a_draft_alone(cast: Cast) -> None:
    row = keep(cast.actor("wang"), files=[("a.pdf", [PDF])])
    paper = papers_of(row)[0]
    put_paper_aside(actor=cast.actor("wang"), information=row, document=paper, reason="blurred")
    assert not papers_of(row)
    sent = keep(cast.actor("wang"), files=[("a.pdf", [PDF])], send=True)
    with pytest.raises(Conflict, match="This was sent at"):
        put_paper_aside(actor=cast.actor("wang"), information=sent, document=papers_of(sent)[0], reason="blurred")


def test_the_list_begins_with_the_urgent_for_its_reader_and_filters_what_it_says(cast: Cast) -> None:
    old_urgent = make_information(cast.wang, cast.zhou, urgency="urgent", heard="2026-10-01", title="Old and urgent")
    newer = make_information(cast.li, cast.zhou, heard="2026-10-20", sent="2026-10-21", kind="industry")
    make_information(cast.zhao, cast.sun)

    def rows(person: object, **asked: str) -> list[MarketInformation]:
        page = browser(person).get(reverse("customers:information_list"), asked)
        found: list[MarketInformation] = page.context["table"].keyset.rows
        return found

    assert rows(cast.zhou) == [old_urgent, newer]
    assert rows(cast.chen) == [newer, old_urgent]  # urgent for somebody else
    assert rows(cast.zhou, kind="industry") == rows(cast.zhou, manager="S102") == [newer]
    assert rows(cast.zhou, urgency="urgent") == rows(cast.zhou, q="old AND") == [old_urgent]
    assert rows(cast.zhou, first_day="2026-10-21", last_day="2026-10-21") == [newer]
    assert rows(cast.zhou, state="replied") == []
    assert rows(cast.li) == [newer]


def test_what_is_another_branchs_does_not_exist(cast: Cast) -> None:
    row = make_information(cast.wang, cast.zhou)
    for person in (cast.sun, cast.zhao, cast.li, cast.song):
        assert browser(person).get(reverse("customers:information_detail", args=[row.pk])).status_code == 404
    assert browser(cast.qian).get(reverse("customers:information_detail", args=[row.pk])).status_code == 200


# --- who reports what -----------------------------------------------------------------------------------------------


def test_the_statistics_are_those_of_a_count_by_hand(cast: Cast) -> None:
    """One statement with grouping sets; by hand, one row after another, with Python's median."""
    kinds = itertools.cycle(["government", "competitor", "competitor", "customer"])
    replies = itertools.cycle([0, 3, None, 10, 1, None, 2])
    for number, (manager, day) in enumerate(
        itertools.product((cast.wang, cast.li, cast.zhao), range(3, 130, 9)), start=1
    ):
        sent, took = dt.date(2026, 5, 1) + dt.timedelta(day), next(replies)
        reader = cast.sun if manager == cast.zhao else cast.zhou
        extra = {} if took is None else {"replied": str(sent + dt.timedelta(took))}
        make_information(
            manager,
            reader,
            "replied" if extra else "sent",
            sent=str(sent),
            kind=next(kinds),
            urgency="urgent" if number % 5 == 0 else "normal",
            **extra,
        )
    keep(cast.actor("wang"))  # a draft is no report
    first, last = dt.date(2026, 5, 10), dt.date(2026, 8, 31)
    for by, person, branches in (("month", "zhou", {cast.south}), ("quarter", "wu", {cast.south, cast.north})):
        rows = [
            one
            for one in MarketInformation.objects.exclude(state="draft")
            if one.branch in branches and first <= timezone.localdate(one.sent_at) <= last
        ]
        groups: dict[tuple[object, ...], list[MarketInformation]] = {}
        for one in rows:
            month = timezone.localdate(one.sent_at).replace(day=1)
            period = month if by == "month" else month.replace(month=(month.month - 1) // 3 * 3 + 1)
            for key in ((period, one.manager, one.kind), (period, one.manager, ""), (None, None, "")):
                groups.setdefault(key, []).append(one)
        found = information_statistics(cast.actor(person), by=by, first_day=first, last_day=last)
        assert len(found) == len(groups) > 6
        assert found[-1].manager is None
        for one in found:
            group = groups[one.first_day, one.manager, one.kind]
            days = [
                (timezone.localdate(each.replied_at) - timezone.localdate(each.sent_at)).days
                for each in group
                if each.replied_at
            ]
            assert (one.number, one.urgent) == (len(group), sum(each.urgency == "urgent" for each in group))
            assert one.replied == len(days)
            assert one.median_halves == (2 * statistics.median(days) if days else None) == median_halves(days)
    assert days_to_reply(first, last) == 113


def test_a_manager_reads_the_own_statistics_alone_and_the_numbers_lead_to_the_rows(cast: Cast) -> None:
    make_information(cast.wang, cast.zhou, "replied", sent="2026-10-06", replied="2026-10-09")
    make_information(cast.li, cast.zhou, sent="2026-10-07")
    asked = {"by": "month", "first_day": "2026-10-01", "last_day": "2026-10-31"}
    page = browser(cast.wang).get(reverse("customers:information_statistics"), asked)
    assert {one.manager for one in page.context["rows"]} == {cast.wang}
    (whole,) = page.context["whole"]
    assert (whole.number, whole.replied, whole.median_days) == (1, 1, "3")
    assert "manager=S101&amp;kind=competitor&amp;first_day=2026-10-01&amp;last_day=2026-10-31" in page.content.decode()
    answer = browser(cast.zhou).post(
        reverse("customers:information_statistics_export") + "?by=quarter&first_day=2026-10-01&last_day=2026-12-31"
    )
    assert b"".join(answer.streaming_content).startswith(b"PK")  # type: ignore[arg-type]
    assert TrailEntry.objects.filter(subject="customers.MarketInformation", action__contains="export").exists()
