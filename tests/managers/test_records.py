"""Honours, penalties and letters of authority: entered by the director or a supervisor, never about oneself, and kept."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from managers.actions.records import award_honour, enter_penalty, issue_letter, lift_penalty, revoke_letter
from managers.models import AuthorisationLetter, Honour, Penalty
from managers.queries.records import next_letter_no
from organization.models import Notification
from organization.rules import Actor
from tests.cast import Cast
from tests.dossiers import make_honour, make_letter, make_penalty
from tests.make import grant, make_user

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 10, 8)


def honour(actor: Actor, cast: Cast, **changed: object) -> Honour:
    values = {"branch": cast.south, "employee": cast.wang, "awarded_on": DAY, "title": "Best", "issuer": "县联社"}
    return award_honour(actor=actor, **(values | changed))  # type: ignore[arg-type]


def penalty(actor: Actor, cast: Cast, **changed: object) -> Penalty:
    values = {
        "branch": cast.south,
        "employee": cast.wang,
        "kind": "warning",
        "first_day": DAY,
        "last_day": None,
        "reason": "absent",
        "issuer": "县联社",
    } | changed
    return enter_penalty(actor=actor, **values)  # type: ignore[arg-type]


def letter(actor: Actor, cast: Cast, **changed: object) -> AuthorisationLetter:
    values = {
        "branch": cast.south,
        "employee": cast.wang,
        "letter_no": "S01-1",
        "scope": "Small loans",
        "limit_fen": 5_000_000,
        "first_day": DAY,
        "last_day": None,
    } | changed
    return issue_letter(actor=actor, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("enter", [honour, penalty])
def test_director_and_supervisor_enter_honours_and_penalties_and_nobody_else(cast: Cast, enter: object) -> None:
    for person in ("zhou", "wu"):
        enter(cast.actor(person), cast)  # type: ignore[operator]
    for person in ("chen", "li", "qian", "sun", "song"):
        with pytest.raises(RuleError, match="Only the director or a supervisor of 城南信用社"):
            enter(cast.actor(person), cast)  # type: ignore[operator]
    with pytest.raises(RuleError, match="Nobody decides about himself or herself"):
        enter(cast.actor("zhou"), cast, employee=cast.zhou)  # type: ignore[operator]
    with pytest.raises(RuleError, match="赵强 does not belong to 城南信用社"):
        enter(cast.actor("zhou"), cast, employee=cast.zhao)  # type: ignore[operator]


def test_a_penalty_in_force_is_lifted_with_a_reason_once(cast: Cast) -> None:
    row = penalty(cast.actor("zhou"), cast)
    assert row.stage == "in_force" and Penalty.objects.in_force(DAY).count() == 1
    with pytest.raises(BadInput, match="Say why"):
        lift_penalty(actor=cast.actor("zhou"), penalty=row, reason="")
    lift_penalty(actor=cast.actor("zhou"), penalty=row, reason="The appeal was right.")
    row.refresh_from_db()
    assert row.stage == "lifted" and not Penalty.objects.in_force(DAY).exists()
    assert Notification.objects.filter(employee=cast.wang).first().words == "The penalty from 2026-10-08 is lifted."  # type: ignore[union-attr]
    with pytest.raises(Conflict, match="周建国 has lifted this penalty at"):
        lift_penalty(actor=cast.actor("wu"), penalty=row, reason="again")


def test_only_the_director_issues_and_revokes_letters_and_only_to_managers_in_office(cast: Cast) -> None:
    for person in ("wu", "chen", "sun"):
        with pytest.raises(RuleError, match="Only the director of 城南信用社 issues letters of authority"):
            letter(cast.actor(person), cast)
    with pytest.raises(RuleError, match="陈静 is no account manager of 城南信用社"):
        letter(cast.actor("zhou"), cast, employee=cast.chen)
    grant(cast.wang, "director")
    with pytest.raises(RuleError, match="Nobody decides about himself or herself"):
        letter(cast.actor("wang"), cast)
    row = letter(cast.actor("zhou"), cast)
    with pytest.raises(RuleError, match="There is a letter with this number already"):
        letter(cast.actor("zhou"), cast)
    with pytest.raises(RuleError, match="Only the director of 城南信用社 revokes letters"):
        revoke_letter(actor=cast.actor("wu"), letter=row, reason="lost")
    revoke_letter(actor=cast.actor("zhou"), letter=row, reason="lost")
    row.refresh_from_db()
    assert row.stage == "revoked" and row.revoke_reason == "lost"
    with pytest.raises(Conflict, match="周建国 has revoked this letter on"):
        revoke_letter(actor=cast.actor("zhou"), letter=row, reason="again")


def test_the_next_letter_has_the_next_number_of_the_year(cast: Cast) -> None:
    assert next_letter_no(cast.south, 2026) == "S01-2026-001"
    make_letter(cast.wang, "S01-2026-007")
    make_letter(cast.wang, "S01-2026-old")
    make_letter(cast.wang, "S01-2025-100")
    assert next_letter_no(cast.south, 2026) == "S01-2026-008"


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE managers_honour SET title = 'Better'", "An honour stays as it was entered"),
        ("UPDATE managers_penalty SET last_day = '2026-02-01'", "A penalty stays as it was entered"),
        ("UPDATE managers_penalty SET reason = 'none'", "A penalty stays as it was entered"),
        ("UPDATE managers_authorisationletter SET limit_fen = 9", "A letter of authority stays as it was issued"),
        ("UPDATE managers_authorisationletter SET last_day = '2027-01-01'", "A letter of authority stays"),
        (
            "UPDATE managers_penalty SET lifted_at = now(), lifted_by_id = employee_id, lift_reason = 'x'",
            "himself or herself",
        ),
        ("UPDATE managers_penalty SET lifted_at = now(), lifted_by_id = made_by_id", "Say why"),
        ("DELETE FROM managers_honour", "What stands in a dossier is not deleted"),
        ("DELETE FROM managers_penalty", "What stands in a dossier is not deleted"),
        ("DELETE FROM managers_authorisationletter", "What stands in a dossier is not deleted"),
        ("UPDATE managers_honour SET made_by_id = employee_id", "stays as it was entered"),
    ],
)
def test_the_database_keeps_what_was_entered(cast: Cast, statement: str, sentence: str) -> None:
    make_honour(cast.wang)
    make_penalty(cast.wang)
    make_letter(cast.wang)
    with (
        pytest.raises(RuleError, match=sentence),
        obeying_laws(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_revoked_letter_and_a_lifted_penalty_are_not_taken_up_again(cast: Cast) -> None:
    row, other = make_penalty(cast.wang), make_letter(cast.wang)
    lift_penalty(actor=cast.actor("zhou"), penalty=row, reason="right")
    revoke_letter(actor=cast.actor("zhou"), letter=other, reason="lost")
    for statement in (
        "UPDATE managers_penalty SET lifted_at = NULL, lifted_by_id = NULL, lift_reason = ''",
        "UPDATE managers_authorisationletter SET revoked_on = NULL, revoked_by_id = NULL, revoke_reason = ''",
    ):
        with (
            pytest.raises(RuleError, match="stays as it was"),
            obeying_laws(),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_a_letter_is_issued_in_the_browser_and_shows_its_amount_in_capitals(cast: Cast) -> None:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(make_user(cast.zhou))
    url = reverse("managers:letter_new")
    assert client.get(url).context["form"].initial["letter_no"].endswith("-001")
    sent = {
        "employee": "S101",
        "letter_no": "S01-9",
        "scope": "Loans",
        "limit_fen": "50,000",
        "first_day": "2026-10-08",
    }
    page = client.post(url, sent, follow=True)
    assert "伍万元整" in page.content.decode()
    row = AuthorisationLetter.objects.get()
    kept = client.post(reverse("managers:letter_revoke", args=[row.pk]), {"reason": ""})
    assert b"Say why" in kept.content
    client.post(reverse("managers:letter_revoke", args=[row.pk]), {"reason": "lost"})
    row.refresh_from_db()
    assert row.stage == "revoked"


def test_lists_find_people_by_initials_and_show_each_what_is_his(cast: Cast) -> None:
    type(cast.wang).objects.filter(pk=cast.wang.pk).update(initials="wxm")
    for make in (make_honour, make_penalty, make_letter):
        make(cast.wang)
        make(cast.li)
        make(cast.zhao)
    director, manager = Client(), Client()
    director.force_login(make_user(cast.zhou))
    manager.force_login(make_user(cast.li))
    for name in ("honour", "penalty", "letter"):
        url = reverse(f"managers:{name}_list")
        for client, query, people in (
            (director, {}, {"S101", "S102"}),
            (director, {"q": "wx"}, {"S101"}),
            (manager, {}, {"S102"}),
        ):
            rows = client.get(url, query).context["table"].keyset.rows
            assert {row.employee.employee_no for row in rows} == people, (name, query)
