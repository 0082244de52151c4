"""What becomes of a page whose session cannot be kept."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import psycopg
import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.make import make_user


def test_a_database_that_goes_away_before_the_session_is_kept_is_a_503_to_try_again(own_cast: Cast) -> None:
    """The server ends the connection, as when it is restarted, after the page is made and before its session is kept."""
    client = Client(raise_request_exception=False)
    client.cookies["django_language"] = "en"
    client.force_login(make_user(own_cast.wang))
    page = reverse("managers:report_list")

    def cut(execute: Any, sql: str, params: object, many: bool, context: object) -> Any:
        if sql.startswith("UPDATE") and "django_session" in sql:
            with suppress(psycopg.OperationalError):
                connection.connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(cut):
        answer = client.get(page)
    connection.close()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "The database was away for a moment" in answer.content.decode()
    assert client.get(page).status_code == 200


@pytest.mark.django_db
def test_a_session_that_has_ended_elsewhere_is_no_fault_of_the_database(cast: Cast) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(make_user(cast.wang))

    def ended(execute: Any, sql: str, params: object, many: bool, context: object) -> Any:
        if sql.startswith("UPDATE") and "django_session" in sql:
            Session.objects.all().delete()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(ended):
        assert client.get(reverse("managers:report_list")).status_code == 400
