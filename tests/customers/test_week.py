"""The plan of a week: what is planned, promised and due by day; what is left over; planning and moving in place."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Visit
from customers.queries.week import plan_of
from customers.rules.visits import week_days, week_of
from organization.models import Employee, User
from tests.cast import Cast
from tests.make import make_assignment, make_customer, make_prospect, make_user, make_visit

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
LAST_WEEK, NEXT_WEEK = TODAY - dt.timedelta(days=7), TODAY + dt.timedelta(days=7)


def browser(person: Employee) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(User.objects.filter(employee=person).first() or make_user(person))
    return client


def test_each_day_holds_what_is_planned_promised_and_due(cast: Cast) -> None:
    planned = make_visit(cast.wang, on=TODAY, state="planned")
    promise = make_visit(cast.wang, on=LAST_WEEK, next_step="Call", next_on=TODAY)
    kept = make_visit(cast.wang, on=LAST_WEEK, next_step="Call", next_on=TODAY, next_done_on=TODAY)
    left = make_visit(cast.wang, on=LAST_WEEK, state="planned")
    late = make_visit(cast.wang, on=LAST_WEEK, next_step="Late", next_on=LAST_WEEK)
    prospect = make_prospect(cast.wang, next_step="Show the card", next_on=TODAY)
    make_visit(cast.li, on=TODAY, state="planned")
    actor = cast.actor("wang")
    before, *days = plan_of(actor, week_days("", TODAY), TODAY)
    today = next(one for one in days if one.day == TODAY)
    assert (today.planned, today.promises, today.steps) == ([planned], [promise], [prospect])
    assert (before.planned, before.promises) == ([left], [late])
    assert not any(one.made for one in days)
    assert all(one.empty for one in plan_of(actor, week_days(week_of(NEXT_WEEK), TODAY), TODAY))
    past = plan_of(actor, week_days(week_of(LAST_WEEK), TODAY), TODAY)
    assert {one.pk for day in past for one in day.made} == {promise.pk, kept.pk, late.pk}


def test_a_manager_sees_the_own_week_and_the_branchs_people_each_managers(cast: Cast) -> None:
    make_visit(cast.wang, on=TODAY, state="planned", purpose="Of Wang")
    make_visit(cast.li, on=TODAY, state="planned", purpose="Of Li")
    make_visit(cast.zhao, on=TODAY, state="planned", purpose="Of Zhao")
    address = reverse("customers:week")

    def shown(person: Employee, query: str = "") -> set[str]:
        text = browser(person).get(address + query).content.decode()
        return {words for words in ("Of Wang", "Of Li", "Of Zhao") if words in text}

    assert shown(cast.wang) == {"Of Wang"} and shown(cast.zhou) == {"Of Wang", "Of Li"}
    assert shown(cast.zhou, "?manager=S102") == {"Of Li"} and shown(cast.sun) == {"Of Zhao"}
    assert shown(cast.wang, "?week=nonsense") == {"Of Wang"}
    for person, query in ((cast.wang, "?manager=S102"), (cast.zhou, "?manager=N101"), (cast.song, "")):
        assert browser(person).get(address + query).status_code == 404
    assert "Plan a visit" not in browser(cast.zhou).get(address).content.decode()


def test_a_visit_is_planned_in_place_and_moved_to_another_day(cast: Cast) -> None:
    make_assignment(make_customer(cast.south, "C-1", name="张三"), cast.wang)
    client, address = browser(cast.wang), reverse("customers:week_plan")
    values = {"whom": "张三", "purpose": "Deposits", "day": NEXT_WEEK.isoformat()}
    wrong = client.post(address, values | {"whom": "李四"}).content.decode()
    assert "None of your customers and prospects is called so" in wrong and 'value="Deposits"' in wrong
    assert "This day is over" in client.post(address, values | {"day": LAST_WEEK.isoformat()}).content.decode()
    answer = client.post(address, values)
    assert answer.url == reverse("customers:week") + f"?week={week_of(NEXT_WEEK)}"  # type: ignore[attr-defined]
    visit = Visit.objects.get()
    assert (visit.state, visit.kind) == ("planned", "visit")
    move, back = reverse("customers:visit_move", args=[visit.pk]), reverse("customers:week") + "?week=2026-W48"
    assert client.post(move, {"day": TODAY.isoformat(), "next": back}).url == back  # type: ignore[attr-defined]
    visit.refresh_from_db()
    assert visit.day == TODAY
    assert "Choose the day." in client.post(move, {"day": "soon"}, follow=True).content.decode()
    client.post(reverse("customers:visit_cancel", args=[visit.pk]), {"next": back})
    visit.refresh_from_db()
    assert visit.state == "cancelled"
    assert browser(cast.zhou).post(address, values).status_code == 404
