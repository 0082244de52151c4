"""Article 5: account managers are ten per cent or more of the employees under a branch and the branches below it."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.test import Client
from django.utils import timezone

from common.months import Month
from managers.models import Suspension
from managers.queries.headcount import head_count_history, head_counts
from organization.actions.policies import set_policy
from organization.models import ImportBatch, RowChange
from tests.cast import Cast
from tests.make import make_application, make_batch, make_manager, make_user

TODAY = dt.date(2026, 11, 24)


def test_the_ratio_counts_the_employees_of_the_branch_and_of_those_below(cast: Cast) -> None:
    south, union = head_counts([cast.south, cast.union], TODAY)
    assert (south.managers, south.employees, south.required, south.shortfall) == (2, 36, 4, 2)
    assert south.on_record == 4  # Zhou, Chen, Wang, Li
    assert union.employees == 120 + 36 + 28 + 14
    assert (union.managers, union.required, union.shortfall) == (3, 20, 17)


def test_exactly_ten_per_cent_is_enough(cast: Cast) -> None:
    cast.south.headcount = 20
    cast.south.save(update_fields=["headcount"])
    (south,) = head_counts([cast.south], TODAY)
    assert (south.required, south.shortfall) == (2, 0)


def test_after_an_approval_one_manager_more_is_counted(cast: Cast) -> None:
    make_manager(cast.south, "S103")
    (south,) = head_counts([cast.south], TODAY)
    assert (south.after_approval.managers, south.after_approval.ratio) == (4, (4, 36))
    assert (south.shortfall, south.after_approval.shortfall) == (1, 0)


def test_a_suspended_manager_is_not_in_office(cast: Cast) -> None:
    appointment = cast.wang.appointments.get()
    Suspension.objects.create(
        appointment=appointment,
        first_day=dt.date(2026, 11, 10),
        last_day=dt.date(2026, 11, 20),
        reason="inquiry",
        made_by=cast.zhou,
        made_at=timezone.now(),
    )
    before, within, after = (head_counts([cast.south], dt.date(2026, 11, day))[0].managers for day in (9, 10, 21))
    assert (before, within, after) == (2, 1, 2)


def test_a_branch_may_ask_for_more_from_a_day_on_and_the_branches_below_follow(cast: Cast) -> None:
    today = timezone.localdate()
    set_policy(
        actor=cast.actor("wu"),
        branch=cast.union,
        name="headcount_ratio_percent",
        value=20,
        first_day=today,
        reason="decided by the union",
    )
    south, yesterday = head_counts([cast.south], today)[0], head_counts([cast.south], today - dt.timedelta(days=1))[0]
    assert (south.percent, south.required) == (20, 8)
    assert (yesterday.percent, yesterday.required) == (10, 4)


def test_a_past_month_is_measured_with_the_head_count_that_it_had(cast: Cast) -> None:
    batch = make_batch(cast.union, "branches")
    ImportBatch.objects.filter(pk=batch.pk).update(applied_at=dt.datetime(2026, 10, 10, tzinfo=dt.UTC))
    RowChange.objects.create(
        batch=batch,
        row_no=2,
        key="S01",
        before={"id": cast.south.pk, "headcount": 50},
        after={"id": cast.south.pk, "headcount": 36},
    )
    history = head_count_history(cast.south, [Month(2026, 9), Month(2026, 10), Month(2026, 11)], TODAY)
    assert [(str(month), head.employees, head.day.day) for month, head in history] == [
        ("2026-09", 50, 30),
        ("2026-10", 36, 31),
        ("2026-11", 36, 24),
    ]


def test_the_page_shows_the_ratio_and_what_an_approval_would_make_of_it(cast: Cast) -> None:
    application = make_application(cast.chen, state="on_notice")
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(make_user(cast.zhou))
    page = client.get(f"/managers/headcount/{cast.south.branch_code}/").content.decode()
    assert application.application_no in page
    assert "3 of 36, 8.33 %" in page
    assert "2 short" in page


def test_the_list_is_taken_away_as_a_workbook_and_is_on_the_trail(cast: Cast) -> None:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(make_user(cast.zhou))
    response = client.post("/managers/headcount/export/")
    assert b"".join(response.streaming_content).startswith(b"PK")
