"""Article 9(5): managers collect what governments decide, what an industry, customers and competitors do, and feed it back."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.errors import RuleError
from common.laws import obeying_laws
from customers.models import MarketInformation
from organization.models import Employee
from tests.cast import Cast
from tests.make import make_information, make_user

pytestmark = pytest.mark.django_db


def browser(person: Employee) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(getattr(person, "user", None) or make_user(person))
    return client


@pytest.mark.parametrize("kind", ["government", "industry", "customer", "competitor"])
def test_what_a_manager_hears_reaches_its_reader_and_the_reply_the_manager(cast: Cast, kind: str) -> None:
    manager, director = browser(cast.wang), browser(cast.zhou)
    entry = {
        "kind": kind,
        "title": "Something is under way",
        "words": "From next year on.",
        "source": "the township",
        "heard_on": str(timezone.localdate()),
        "urgency": "urgent",
        "version": "0",
        "send": "yes",
    }
    manager.post(reverse("customers:information_new"), entry)
    row = MarketInformation.objects.get()
    address = reverse("customers:information_detail", args=[row.pk])
    assert "Urgent: 王小明 has sent market information" in director.get(reverse("desk:inbox")).content.decode()
    assert "From next year on." in director.get(address).content.decode()
    row.refresh_from_db()
    assert (row.state, row.reader) == ("read", cast.zhou)
    director.post(reverse("customers:information_reply", args=[row.pk]), {"reply": "Ask the mayor."})
    row.refresh_from_db()
    assert (row.state, row.replied_by) == ("replied", cast.zhou)
    assert "has replied to your market information" in manager.get(reverse("desk:inbox")).content.decode()
    assert "Ask the mayor." in manager.get(address).content.decode()


def test_what_was_reported_never_changes_and_the_sentence_says_so(cast: Cast) -> None:
    make_information(cast.wang, cast.zhou)
    with (
        pytest.raises(RuleError, match="Market information that is sent stays as it is, and so does the reply"),
        obeying_laws(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE customers_marketinformation SET title = 'Nothing'")


def test_who_reports_what_is_counted_for_those_who_read_the_branch(cast: Cast) -> None:
    make_information(cast.wang, cast.zhou, "replied", sent="2026-10-06", replied="2026-10-09", kind="industry")
    make_information(cast.wang, cast.zhou, "replied", sent="2026-10-07", replied="2026-10-11", kind="industry")
    make_information(cast.zhao, cast.sun, sent="2026-10-07")
    asked = {"by": "quarter", "first_day": "2026-10-01", "last_day": "2026-12-31"}
    page = browser(cast.zhou).get(reverse("customers:information_statistics"), asked)
    assert [(one.manager, one.kind, one.number, one.replied, one.median_days) for one in page.context["rows"]] == [
        (cast.wang, "industry", 2, 2, "3.5"),
        (cast.wang, "", 2, 2, "3.5"),
    ]
    assert browser(cast.song).get(reverse("customers:information_statistics")).status_code == 404
