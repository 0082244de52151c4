"""A form that comes after its session has ended: the text goes along with the sign-in and comes back."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from managers.models import Application
from organization.models import Employee
from tests.cast import Cast
from tests.english import english
from tests.make import PASSWORD, make_application, make_candidate

__all__ = ["english"]

WORDS = "I know the farms around the lake.\r\n“Quotes” & <tags>, and a second line."


@pytest.fixture
def jia(cast: Cast) -> Employee:
    return make_candidate(cast.south, "S201", name="贾青")


@pytest.fixture
def stranger() -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def kept_in(page: str) -> str:
    found = re.search(r'name="kept" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_a_text_typed_into_a_draft_survives_the_end_of_the_session(jia: Employee, stranger: Client) -> None:
    row = make_application(jia, statement="", resume="")
    address = reverse("managers:application_statement", args=[row.pk])
    page = stranger.post(address, {"statement": WORDS, "resume": "", "version": row.version, "go": "who"})
    assert "Your session had ended. What you typed is kept" in page.content.decode()
    kept = kept_in(page.content.decode())
    wrong = stranger.post(reverse("organization:sign_in"), {"employee_no": "S201", "password": "no", "kept": kept})
    assert kept_in(wrong.content.decode()) == kept
    page = stranger.post(reverse("organization:sign_in"), {"employee_no": "S201", "password": PASSWORD, "kept": kept})
    text = page.content.decode()
    assert "What you typed is here" in text and f'action="{address}"' in text
    assert "&lt;tags&gt;" in text and "<tags>" not in text
    typed = page.context["typed"]
    assert typed.address == address
    assert stranger.post(typed.address, dict(typed.fields)).status_code == 302
    assert Application.objects.get(pk=row.pk).statement == WORDS


def test_without_a_text_one_is_led_to_the_sign_in_as_ever(jia: Employee, stranger: Client) -> None:
    row = make_application(jia)
    address = reverse("managers:application_statement", args=[row.pk])
    for typed in ({}, {"statement": "  "}, {"password": PASSWORD}, {"statement": "x" * 300_000}):
        answer = stranger.post(address, typed)
        assert answer.status_code == 302 and answer.headers["Location"].startswith(reverse("organization:sign_in"))


def test_a_password_is_never_kept(jia: Employee, stranger: Client) -> None:
    row = make_application(jia)
    page = stranger.post(
        reverse("managers:application_withdraw", args=[row.pk]), {"reason": "moves", "password": PASSWORD}
    )
    sent = {"employee_no": "S201", "password": PASSWORD, "kept": kept_in(page.content.decode())}
    back = stranger.post(reverse("organization:sign_in"), sent)
    assert dict(back.context["typed"].fields) == {"reason": "moves"}
    assert PASSWORD not in back.content.decode()


@pytest.mark.parametrize("kept", ["nonsense", "eyJhIjoxfQ:1:forged", "a" * 100])
def test_what_was_not_kept_here_does_not_come_back(jia: Employee, stranger: Client, kept: str) -> None:
    sent = {"employee_no": "S201", "password": PASSWORD, "kept": kept}
    assert stranger.post(reverse("organization:sign_in"), sent).status_code == 302
