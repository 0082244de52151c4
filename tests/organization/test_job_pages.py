"""A job's page and bar: what is done, what is being done, and that one may leave."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from organization.models import Employee, Job
from tests.cast import Cast
from tests.make import make_user

HTMX = {"HX-Request": "true"}


def client_of(employee: Employee) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(make_user(employee))
    return client


def make_job(cast: Cast, **fields: object) -> Job:
    values = {"kind": "a.task", "title": "Month end", "branch": cast.south, "created_at": timezone.now()} | fields
    return Job.objects.create(**values)


def test_a_bar_says_done_of_total_and_what_is_being_done(cast: Cast) -> None:
    job = make_job(cast, state="running", done=1200, total=3000, message="loans")
    page = client_of(cast.chen).get(f"/organization/jobs/{job.pk}/", headers=HTMX).content.decode()
    assert "1,200 / 3,000" in page
    assert "loans" in page
    assert "You may leave this page, the work goes on." in page
    assert f'hx-get="/organization/jobs/{job.pk}/"' in page
    assert "<html" not in page


def test_the_page_around_the_bar_works_without_scripts(cast: Cast) -> None:
    job = make_job(cast, requested_by=cast.chen)
    page = client_of(cast.chen).get(f"/organization/jobs/{job.pk}/").content.decode()
    assert "waits for a worker" in page
    assert "Look again" in page
    assert "陈静" in page


def test_a_bar_that_has_ended_has_the_page_around_it_loaded_anew(cast: Cast) -> None:
    job = make_job(cast, state="done", finished_at=timezone.now())
    response = client_of(cast.chen).get(f"/organization/jobs/{job.pk}/", headers=HTMX)
    assert response.headers["HX-Refresh"] == "true"


def test_a_job_that_failed_says_why_and_asks_no_more(cast: Cast) -> None:
    job = make_job(cast, state="failed", message="The file is gone.", finished_at=timezone.now())
    page = client_of(cast.chen).get(f"/organization/jobs/{job.pk}/").content.decode()
    assert "The file is gone." in page
    assert "hx-get" not in page


def test_a_union_s_job_shows_its_branches(cast: Cast) -> None:
    parent = make_job(cast, kind="", branch=None, requested_by=cast.chen, done=1, total=2)
    make_job(cast, parent=parent, state="done", finished_at=timezone.now())
    make_job(cast, parent=parent, branch=cast.north, state="running", message="deposits")
    page = client_of(cast.chen).get(f"/organization/jobs/{parent.pk}/").content.decode()
    assert "1 / 2" in page
    assert "城南信用社" in page
    assert "城北信用社" in page


@pytest.mark.parametrize("person", ["sun", "zhao", "song"])
def test_another_branch_s_job_is_not_there(cast: Cast, person: str) -> None:
    job = make_job(cast)
    assert client_of(getattr(cast, person)).get(f"/organization/jobs/{job.pk}/").status_code == 404
    assert client_of(cast.wang).get("/organization/jobs/999999/").status_code == 404
