"""The director decides: approves for a term, returns, or does not approve; never about himself, never his own candidate."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from managers.actions.decisions import approve, reject, return_to_candidate
from managers.models import Application, Objection, PublicNotice
from managers.queries.decisions import decidable, obstacles
from organization.models import Branch, Employee, Notification, Role, TrailEntry
from tests.cast import Cast
from tests.make import PASSWORD, grant, make_application, make_employee, make_user


@pytest.fixture
def candidate(cast: Cast) -> Employee:
    """Somebody of the south who meets every condition."""
    return make_employee(cast.south, "S120", name="林海", hired="2016-03-04", id_number=_id_number("19900307"))


def _id_number(born: str) -> str:
    body = f"429900{born}123"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(w * int(d) for w, d in zip(weights, body, strict=True)) % 11]


def on_notice(candidate: Employee, cast: Cast, *, over: bool = True, **fields: Any) -> Application:
    """An application whose notice is over, or has begun today."""
    application = make_application(candidate, state="on_notice", **fields)
    PublicNotice.objects.create(
        application=application,
        text="proposed",
        first_day=timezone.localdate() - dt.timedelta(days=30 if over else 0),
        working_days=5,
        published_by=cast.wu,
        published_at=timezone.now(),
    )
    return application


def term() -> dict[str, dt.date]:
    today = timezone.localdate()
    return {"term_first_day": today, "term_last_day": today + dt.timedelta(days=730)}


def approve_as(cast: Cast, name: str, application: Application, **fields: Any) -> None:
    approve(actor=cast.actor(name), application=application, **{"version": application.version, **term()} | fields)


def test_the_director_approves_for_a_term_and_the_notice_comes_down(cast: Cast, candidate: Employee) -> None:
    application = on_notice(candidate, cast)
    approve_as(cast, "zhou", application)
    application.refresh_from_db()
    assert application.state == "approved"
    assert application.decided_by == cast.zhou
    assert application.term_first_day == timezone.localdate()
    assert PublicNotice.objects.get().taken_down_at is not None
    assert Notification.objects.filter(employee=candidate).count() == 1
    entry = TrailEntry.objects.get(action="approve")
    assert (entry.actor_no, entry.subject_key) == ("S001", application.application_no)


def test_nobody_is_in_office_before_the_contract(cast: Cast, candidate: Employee) -> None:
    application = on_notice(candidate, cast)
    approve_as(cast, "zhou", application)
    assert not candidate.appointments.exists()


@pytest.mark.parametrize("name", ["chen", "wu", "sun", "wang", "he"])
def test_nobody_else_decides(cast: Cast, candidate: Employee, name: str) -> None:
    application = on_notice(candidate, cast)
    with pytest.raises(RuleError, match="Only the director"):
        approve_as(cast, name, application)


def test_the_candidate_never_decides_even_as_director(cast: Cast) -> None:
    Employee.objects.filter(pk=cast.zhou.pk).update(id_number=_id_number("19800101"))
    application = on_notice(cast.zhou, cast, decided_by=cast.sun)
    with pytest.raises(RuleError, match="Nobody decides about himself or herself"):
        approve_as(cast, "zhou", application)


def test_who_put_the_candidate_forward_never_decides(cast: Cast, candidate: Employee) -> None:
    application = on_notice(candidate, cast, route="unit", proposer=cast.zhou)
    with pytest.raises(RuleError, match="Who puts a candidate forward does not decide"):
        reject(actor=cast.actor("zhou"), application=application, version=application.version, reason="no")


@pytest.mark.parametrize("column", ["candidate_id", "proposer_id"])
def test_the_database_refuses_a_decision_by_candidate_or_proposer(cast: Cast, candidate: Employee, column: str) -> None:
    application = on_notice(candidate, cast, route="unit", proposer=cast.chen)
    with pytest.raises(RuleError), obeying_laws(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE managers_application SET state = 'approved', decided_by_id = {column}, decided_at = now()"
            " WHERE id = %s",
            [application.pk],
        )


def test_a_hard_condition_that_fails_blocks_approval_for_everyone(cast: Cast, candidate: Employee) -> None:
    application = on_notice(candidate, cast)
    Employee.objects.filter(pk=candidate.pk).update(employment="contract")
    with pytest.raises(RuleError, match="A condition fails") as refusal:
        approve_as(cast, "zhou", application)
    assert refusal.value.article == "6"
    reject(actor=cast.actor("zhou"), application=application, version=application.version, reason="no formal employee")


def test_nobody_is_approved_while_the_notice_runs(cast: Cast, candidate: Employee) -> None:
    application = on_notice(candidate, cast, over=False)
    with pytest.raises(RuleError, match="The public notice runs until"):
        approve_as(cast, "zhou", application)


def test_an_open_objection_stops_the_approval_and_an_upheld_one_ends_it(cast: Cast, candidate: Employee) -> None:
    application = on_notice(candidate, cast)
    objection = Objection.objects.create(
        notice=PublicNotice.objects.get(), raised_on=timezone.localdate() - dt.timedelta(days=29), text="he owes money"
    )
    assert any("waits for its answer" in one.sentence for one in obstacles(application, timezone.localdate()))
    Objection.objects.filter(pk=objection.pk).update(
        state="upheld", answer="true", answered_by=cast.wu, answered_on=timezone.localdate() - dt.timedelta(days=28)
    )
    with pytest.raises(RuleError, match="An objection was upheld"):
        approve_as(cast, "zhou", application)


def test_where_the_system_does_not_run_nobody_is_approved(cast: Cast) -> None:
    director = make_employee(cast.lake, "L010")
    grant(director, Role.DIRECTOR)
    candidate = make_employee(cast.lake, "L020", id_number=_id_number("19900307"))
    application = on_notice(candidate, cast, decided_by=director)
    assert [one.article for one in obstacles(application, timezone.localdate())] == [4]
    Branch.objects.filter(pk=cast.lake.pk).update(kind="urban")
    application.branch.refresh_from_db()
    assert obstacles(application, timezone.localdate()) == []


def test_returned_to_the_candidate_with_a_reason_it_comes_again(cast: Cast, candidate: Employee) -> None:
    application = on_notice(candidate, cast)
    with pytest.raises(BadInput, match="Say why"):
        return_to_candidate(actor=cast.actor("zhou"), application=application, version=application.version, reason=" ")
    return_to_candidate(
        actor=cast.actor("zhou"), application=application, version=application.version, reason="the résumé has a gap"
    )
    application.refresh_from_db()
    assert (application.state, application.reason) == ("returned", "the résumé has a gap")
    assert application.decided_by is None


def test_a_page_that_is_older_than_somebody_elses_step_is_refused(cast: Cast, candidate: Employee) -> None:
    application = on_notice(candidate, cast)
    stale = application.version
    return_to_candidate(actor=cast.actor("zhou"), application=application, version=stale, reason="gap")
    with pytest.raises(Conflict, match="周建国 has moved this application"):
        approve_as(cast, "zhou", application, version=stale)


def test_the_decision_is_on_one_page_with_password_and_keeps_what_was_typed(cast: Cast, candidate: Employee) -> None:
    application = on_notice(candidate, cast)
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(make_user(cast.zhou))
    address = f"/managers/decisions/{application.pk}/"
    page = client.get(address).content.decode()
    assert "after this approval: 3 of 36, 8.33 %" in page
    typed = {"decision": "reject", "reason": "too few years in the field", "version": application.version}
    refused = client.post(address, typed | {"password": "wrong"}).content.decode()
    assert "This is not your password" in refused
    assert "too few years in the field" in refused
    assert client.post(address, typed | {"password": PASSWORD}).status_code == 302
    application.refresh_from_db()
    assert (application.state, application.reason) == ("rejected", "too few years in the field")


def test_only_directors_open_the_decision(cast: Cast, candidate: Employee) -> None:
    on_notice(candidate, cast)
    assert decidable(cast.actor("zhou")).count() == 1
    for name in ("chen", "wu", "sun", "wang", "qian"):
        assert not decidable(cast.actor(name)).exists()
