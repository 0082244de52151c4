"""The way into office up to the check: calls, applications on three ways, recommendations, documents; and their pages."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from managers.actions import applications as actions
from managers.actions.calls import announce_call, close_call
from managers.actions.qualification import check_application
from managers.models import Application, ApplicationStep, Call, Recommendation
from managers.queries.applications import applications, may
from organization.models import Document, Employee, Notification, TrailEntry
from organization.queries import actor_of
from tests.cast import Cast, assemble
from tests.make import grant, make_application, make_call, make_candidate, make_employee, make_user

STATES = Application.State


@pytest.fixture
def jia(cast: Cast) -> Employee:
    """An employee of the south who meets every condition."""
    return make_candidate(cast.south, "S201", name="贾青", initials="jq")


def begin(person: Employee, **changed: Any) -> Application:
    return actions.start_application(actor=actor_of(person), **{"route": "own", "candidate": person} | changed)


def write(row: Application, person: Employee) -> Application:
    """Everything that a hand-in needs, from the candidate's own hand."""
    actor = actor_of(person)
    row = actions.write_statement(
        actor=actor, application=row, version=row.version, statement="I know the farms.", resume="Ten years."
    )
    return actions.declare(actor=actor, application=row, version=row.version, declares_capacity=True, relatives="")


def hand_in(row: Application, person: Employee) -> Application:
    actions.submit_application(actor=actor_of(person), application=row, version=row.version)
    return Application.objects.get(pk=row.pk)


def sign_in(client: Client, person: Employee) -> Client:
    """Pages in English, whose sentences are compared."""
    client.force_login(getattr(person, "user", None) or make_user(person))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def told(person: Employee) -> list[str]:
    return [one.words for one in Notification.objects.filter(employee=person)]


@pytest.mark.parametrize("state", STATES.values)
def test_the_maker_brings_an_application_into_every_state(cast: Cast, state: str) -> None:
    row = make_application(cast.song, state)
    assert Application.objects.get(pk=row.pk).state == state
    assert [step.state_after for step in row.steps.all()][-1:] == ([state] if state != "draft" else [])


# --- calls


def announce(cast: Cast, person: str = "zhou", **changed: Any) -> Call:
    today = timezone.localdate()
    values: dict[str, Any] = {"branch": cast.south, "title": "Two posts", "text": "Deposits.", "posts": 2}
    days = {"first_day": today, "last_day": today + dt.timedelta(days=20)}
    return announce_call(actor=cast.actor(person), **values | days | changed)


@pytest.mark.parametrize("person", ["zhou", "wu"])
def test_a_director_or_a_supervisor_announces_a_call_and_the_branch_is_told(cast: Cast, person: str) -> None:
    make_user(cast.li)
    call = announce(cast, person)
    assert told(cast.li) == [f"城南信用社 calls for account managers until {call.last_day}: Two posts"]
    assert TrailEntry.objects.get(action="announce_call").branch_key == cast.south.pk


@pytest.mark.parametrize("person", ["chen", "wang", "sun", "qian", "he"])
def test_nobody_else_announces_a_call(cast: Cast, person: str) -> None:
    with pytest.raises(RuleError, match="Only the director of 城南信用社 or a supervisor"):
        announce(cast, person)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"title": "  "}, "Give the call a title"),
        ({"last_day": dt.date(2020, 1, 1)}, "before the first"),
        ({"first_day": dt.date(2020, 1, 1), "last_day": dt.date(2020, 2, 1)}, "is over"),
    ],
)
def test_a_call_has_a_title_and_days_to_come(cast: Cast, changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        announce(cast, **changed)


def test_a_call_is_closed_once_and_then_takes_no_applications(cast: Cast, jia: Employee) -> None:
    call = announce(cast)
    close_call(actor=cast.actor("wu"), call=call)
    with pytest.raises(Conflict, match="吴敏 has closed this call"):
        close_call(actor=cast.actor("zhou"), call=call)
    with pytest.raises(RuleError, match="takes no applications today"):
        begin(jia, call=call)


def test_an_announced_call_stays_as_it_is(cast: Cast) -> None:
    call = make_call(cast.south)
    with (
        pytest.raises(RuleError, match="A call stays as it was announced"),
        obeying_laws(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE managers_call SET posts = 9 WHERE id = %s", [call.pk])


def test_an_employee_reads_the_calls_of_the_own_branch_and_answers_one(
    cast: Cast, jia: Employee, client: Client
) -> None:
    call, other = make_call(cast.south, "south"), make_call(cast.north, "north")
    sign_in(client, jia)
    page = client.get(reverse("managers:call_list"))
    assert [one.title for one in page.context["table"].keyset.rows] == ["south"]
    assert client.get(other.get_absolute_url()).status_code == 404
    assert "?call=" in client.get(call.get_absolute_url()).content.decode()
    address = reverse("managers:application_new") + "?route=own"
    assert client.post(address, {"call": call.pk}).status_code == 302
    assert Application.objects.get(candidate=jia).call == call


def test_a_call_is_announced_and_closed_in_the_browser(cast: Cast, client: Client) -> None:
    sign_in(client, cast.zhou)
    typed = {"branch": "S01", "title": "One post", "posts": "1", "first_day": "2026-01-05", "last_day": "2026-01-01"}
    page = client.post(reverse("managers:call_new"), typed)
    assert "The last day lies before the first." in page.content.decode() and "One post" in page.content.decode()
    assert client.post(reverse("managers:call_new"), typed | {"last_day": "2099-12-31"}).status_code == 302
    call = Call.objects.get()
    client.post(reverse("managers:call_close", args=[call.pk]))
    call.refresh_from_db()
    assert call.closed_by == cast.zhou


# --- begun and written


def test_an_employee_applies_and_the_draft_is_nobodys_business_yet(cast: Cast, jia: Employee) -> None:
    row = begin(jia)
    assert (row.state, row.branch, row.proposer, row.route) == ("draft", cast.south, jia, "own")
    assert row.application_no == f"{timezone.localdate().year}-001"
    seen = {name for name in vars(cast) if name[0] != "_" and isinstance(getattr(cast, name), Employee)}
    assert not [name for name in seen if applications(cast.actor(name)).filter(pk=row.pk).exists()]
    assert applications(actor_of(jia)).get() == row


def test_applications_are_numbered_in_a_row_beyond_a_thousand(cast: Cast) -> None:
    year = timezone.localdate().year
    for number, employee in ((f"{year}-999", cast.zhou), (f"{year}-1000", cast.chen), ("2019-2000", cast.sun)):
        row = make_application(employee)
        Application.objects.filter(pk=row.pk).update(application_no=number)
    assert begin(make_candidate(cast.south)).application_no == f"{year}-1001"


def test_a_double_click_begins_one_draft_and_a_second_application_is_refused(cast: Cast, jia: Employee) -> None:
    assert begin(jia) == begin(jia)
    with pytest.raises(RuleError, match="There is an application of this person already"):
        begin(cast.chen, route="unit", candidate=jia, unit=cast.south)


def test_a_unit_recommends_through_those_who_answer_for_it(cast: Cast, jia: Employee) -> None:
    row = begin(cast.chen, route="unit", candidate=jia, unit=cast.south)
    assert (row.recommending_unit, row.proposer) == (cast.south, cast.chen)
    assert told(jia) == [
        f"陈静 puts you forward as account manager. Look at application {row.application_no},"
        " declare in person and hand it in."
    ]
    others = make_candidate(cast.south)
    for person, unit in ((cast.wang, cast.south), (cast.sun, cast.south), (cast.zhou, None)):
        with pytest.raises(RuleError, match="A unit recommends through its clerk"):
            begin(person, route="unit", candidate=others, unit=unit)
    with pytest.raises(RuleError, match="does not belong to a unit"):
        begin(cast.zhou, route="unit", candidate=cast.zhao, unit=cast.south)


def test_nobody_recommends_himself_and_nobody_applies_for_another(cast: Cast, jia: Employee) -> None:
    with pytest.raises(RuleError, match="Nobody recommends himself"):
        begin(jia, route="colleagues")
    with pytest.raises(RuleError, match="the candidate applies in person"):
        begin(cast.wang, candidate=jia)
    with pytest.raises(RuleError, match="Colleagues of one branch"):
        begin(cast.wang, route="colleagues", candidate=cast.zhao)


def test_each_step_is_kept_and_the_same_words_twice_change_nothing(cast: Cast, jia: Employee) -> None:
    row = begin(jia)
    words = {"statement": "I know the farms.", "resume": ""}
    saved = actions.write_statement(actor=actor_of(jia), application=row, version=1, **words)
    again = actions.write_statement(actor=actor_of(jia), application=row, version=1, **words)
    assert (saved.version, again.version, again.statement) == (2, 2, "I know the farms.")
    assert TrailEntry.objects.filter(action="write_statement").count() == 1
    with pytest.raises(Conflict, match="has changed since you opened this page"):
        actions.write_statement(actor=actor_of(jia), application=row, version=1, statement="Other", resume="")


def test_only_the_candidate_declares(cast: Cast, jia: Employee) -> None:
    row = begin(cast.chen, route="unit", candidate=jia, unit=cast.south)
    with pytest.raises(RuleError, match="Only the candidate declares, in person"):
        actions.declare(actor=cast.actor("chen"), application=row, version=1, declares_capacity=True, relatives="")


def test_a_stranger_neither_writes_nor_hands_in_nor_withdraws(cast: Cast, jia: Employee) -> None:
    row = make_application(jia, "draft")
    actor = cast.actor("chen")
    calls: list[Callable[[], object]] = [
        lambda: actions.write_statement(actor=actor, application=row, version=1, statement="", resume=""),
        lambda: actions.submit_application(actor=actor, application=row, version=1),
        lambda: actions.withdraw_application(actor=actor, application=row, version=1, reason="x"),
        lambda: actions.attach_document(actor=actor, application=row, name="a.pdf", content=[b"%PDF-1"]),
    ]
    for call in calls:
        with pytest.raises(RuleError, match="Only the candidate and who put the candidate forward"):
            call()


# --- handed in, returned, withdrawn


def test_what_is_missing_keeps_an_application_from_being_handed_in(cast: Cast, jia: Employee) -> None:
    row = begin(jia)
    for sentence in ("Write why", "Write a résumé", "declares full civil capacity"):
        assert any(sentence in missing for missing in actions.missing_of(row))
    with pytest.raises(RuleError, match="Write why the candidate applies"):
        hand_in(row, jia)
    assert hand_in(write(row, jia), jia).state == STATES.SUBMITTED


def test_a_hand_in_tells_the_checkers_and_shows_it_to_the_branch(cast: Cast, jia: Employee) -> None:
    row = hand_in(write(begin(jia), jia), jia)
    assert (
        told(cast.chen)
        == told(cast.wu)
        == [f"贾青 applies to become account manager ({row.application_no}). Check the conditions."]
    )
    assert not told(cast.sun) and not told(jia)
    for name, sees in (("zhou", True), ("chen", True), ("qian", True), ("wang", False), ("sun", False), ("he", False)):
        assert applications(cast.actor(name)).filter(pk=row.pk).exists() == sees, name


def test_handing_in_twice_ends_in_a_sentence(cast: Cast, jia: Employee) -> None:
    row = write(begin(jia), jia)
    hand_in(row, jia)
    with pytest.raises(Conflict, match="贾青 has moved this application to “submitted”"):
        hand_in(row, jia)


def test_where_the_system_does_not_run_nobody_hands_in(cast: Cast) -> None:
    person = make_candidate(cast.lake)
    with pytest.raises(RuleError, match="does not run at 柴湖信用社") as refusal:
        hand_in(write(begin(person), person), person)
    assert refusal.value.article == "4"


def test_a_call_that_ended_meanwhile_takes_no_hand_in_but_a_mended_one(cast: Cast, jia: Employee) -> None:
    call = make_call(cast.south)
    row = write(begin(jia, call=call), jia)
    mended = make_application(make_candidate(cast.south), "returned", call=call)
    close_call(actor=cast.actor("zhou"), call=call)
    with pytest.raises(RuleError, match="takes no applications today"):
        hand_in(row, jia)
    assert hand_in(mended, mended.candidate).state == STATES.SUBMITTED


def test_returned_to_be_mended_it_is_written_and_handed_in_again(cast: Cast, jia: Employee) -> None:
    row = hand_in(write(begin(jia), jia), jia)
    check_application(
        actor=cast.actor("chen"), application=row, version=row.version, state="returned", reason="no diploma"
    )
    row.refresh_from_db()
    assert (row.state, row.reason, row.checked_by) == ("returned", "no diploma", cast.chen)
    assert any("no diploma" in one for one in told(jia))
    row = actions.write_statement(
        actor=actor_of(jia), application=row, version=row.version, statement="More.", resume="Diploma 2012."
    )
    row = hand_in(row, jia)
    assert (row.state, row.reason) == ("submitted", "")
    assert list(row.steps.values_list("state_after", flat=True)) == ["submitted", "returned", "submitted"]


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "qualified", "assessed", "on_notice"])
def test_candidate_and_proposer_withdraw_before_the_decision(cast: Cast, state: str) -> None:
    for withdraws in ("candidate", "proposer"):
        row = make_application(make_candidate(cast.south), state, route="unit", proposer=cast.chen)
        person = row.candidate if withdraws == "candidate" else cast.chen
        with pytest.raises(BadInput, match="Say why"):
            actions.withdraw_application(actor=actor_of(person), application=row, version=row.version, reason=" ")
        actions.withdraw_application(actor=actor_of(person), application=row, version=row.version, reason="moves away")
        row.refresh_from_db()
        assert (row.state, row.reason) == ("withdrawn", "moves away")
        assert row.steps.last().made_by == person
    # The person may apply anew.
    assert make_application(row.candidate).state == STATES.DRAFT


@pytest.mark.parametrize("state", ["approved", "rejected", "not_qualified", "in_office", "withdrawn"])
def test_what_is_decided_is_not_withdrawn(cast: Cast, jia: Employee, state: str) -> None:
    row = make_application(jia, state)
    with pytest.raises(RuleError, match="decided or over"):
        actions.withdraw_application(actor=actor_of(jia), application=row, version=row.version, reason="late")


# --- colleagues


@pytest.fixture
def put_forward(cast: Cast, jia: Employee) -> Application:
    """Wang puts Jia forward; Li and Zhou are named."""
    row = begin(cast.wang, route="colleagues", candidate=jia, colleagues=[cast.li, cast.zhou])
    return write(row, jia)


def answer(row: Application, person: Employee, confirms: bool = True, words: str = "good with people") -> None:
    actions.answer_recommendation(actor=actor_of(person), application=row, confirms=confirms, words=words)


def test_the_colleagues_named_are_asked_with_the_hand_in_and_answer_in_person(
    cast: Cast, jia: Employee, put_forward: Application
) -> None:
    assert not told(cast.li) and not applications(cast.actor("li")).exists()
    row = hand_in(put_forward, jia)
    assert told(cast.li) == ["王小明 names you as recommending 贾青 as account manager. Say whether you do."]
    assert applications(cast.actor("li")).get() == row
    answer(row, cast.li)
    answer(row, cast.zhou, confirms=False, words="too early")
    assert dict(row.recommendations.values_list("recommender__employee_no", "state")) == {
        "S102": "confirmed",
        "S001": "declined",
    }
    assert "周建国 does not recommend 贾青." in told(cast.wang)
    with pytest.raises(Conflict, match="An answer is final"):
        answer(row, cast.zhou)
    with pytest.raises(RuleError, match="You were not asked"):
        answer(row, cast.chen)
    with pytest.raises(RuleError, match="You were not asked"):
        answer(row, jia)


def test_an_answer_needs_words_and_comes_before_the_check(cast: Cast, jia: Employee, put_forward: Application) -> None:
    with pytest.raises(RuleError, match="until the conditions are checked"):
        answer(put_forward, cast.li)
    row = hand_in(put_forward, jia)
    with pytest.raises(BadInput, match="Say in a few words why"):
        answer(row, cast.li, words="  ")


def test_too_few_colleagues_keep_the_draft_and_another_is_named_after_a_refusal(
    cast: Cast, jia: Employee, put_forward: Application
) -> None:
    row = actions.choose_call(
        actor=cast.actor("wang"),
        application=put_forward,
        version=put_forward.version,
        call=None,
        colleagues=[cast.li],
    )
    with pytest.raises(RuleError, match="Name at least 2 colleagues who recommend"):
        hand_in(row, jia)
    row = actions.choose_call(
        actor=cast.actor("wang"), application=row, version=row.version, call=None, colleagues=[cast.li, cast.chen]
    )
    row = hand_in(row, jia)
    answer(row, cast.chen, confirms=False)
    with pytest.raises(BadInput, match="named already"):
        actions.name_colleagues(actor=cast.actor("wang"), application=row, colleagues=[cast.li])
    actions.name_colleagues(actor=cast.actor("wang"), application=row, colleagues=[cast.zhou])
    assert len(told(cast.zhou)) == 1
    with pytest.raises(RuleError, match="Only who puts a candidate forward"):
        actions.name_colleagues(actor=actor_of(jia), application=row, colleagues=[make_employee(cast.south)])


def test_neither_candidate_nor_proposer_nor_another_branch_recommends(cast: Cast, jia: Employee) -> None:
    for colleague in (jia, cast.wang):
        with pytest.raises(RuleError, match="neither the candidate nor who puts"):
            begin(cast.wang, route="colleagues", candidate=jia, colleagues=[colleague])
    with pytest.raises(RuleError, match="Colleagues of one branch"):
        begin(cast.wang, route="colleagues", candidate=jia, colleagues=[cast.zhao])


# --- the database


def refused_by_the_database(sql: str, *values: Any) -> str:
    with (
        pytest.raises(RuleError) as refusal,
        obeying_laws(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, values)
    return str(refusal.value)


def test_an_application_begins_as_a_draft(cast: Cast, jia: Employee) -> None:
    row = make_application(jia)
    said = refused_by_the_database(
        "INSERT INTO managers_application (application_no, candidate_id, branch_id, route, proposer_id, statement, resume,"
        " declares_capacity, relatives, state, version, made_at, qualification, reason, assessment)"
        " SELECT 'X', %s, branch_id, route, %s, statement, resume, declares_capacity, relatives, 'approved', 1, made_at,"
        " qualification, reason, assessment FROM managers_application WHERE id = %s",
        cast.li.pk,
        cast.li.pk,
        row.pk,
    )
    assert said == "An application begins as a draft."


@pytest.mark.parametrize("state", ["approved", "rejected", "not_qualified", "contracted", "in_office", "withdrawn"])
def test_a_decided_application_keeps_what_it_was(cast: Cast, jia: Employee, state: str) -> None:
    row = make_application(jia, state)
    for change in (
        "statement = 'better'",
        "proposer_id = candidate_id + 1",
        "qualification = '[1]'",
        "reason = 'other'",
    ):
        said = refused_by_the_database(f"UPDATE managers_application SET {change} WHERE id = %s", row.pk)
        assert said == "This application is decided or over. It stays as it is."
    with connection.cursor() as cursor:
        cursor.execute("UPDATE managers_application SET version = 99 WHERE id = %s", [row.pk])


def test_the_appointment_of_an_application_is_named_once(cast: Cast, jia: Employee) -> None:
    row = make_application(jia, "in_office")
    said = refused_by_the_database(
        "UPDATE managers_application SET appointment_id = %s WHERE id = %s", cast.li.appointments.get().pk, row.pk
    )
    assert said == "This application is decided or over. It stays as it is."


def test_what_was_handed_in_is_not_deleted_and_its_steps_stay(cast: Cast, jia: Employee) -> None:
    row = make_application(jia, "returned")
    step = row.steps.first()
    assert step is not None
    assert (
        refused_by_the_database("DELETE FROM managers_application WHERE id = %s", row.pk)
        == "What was handed in is kept. Withdraw it instead."
    )
    for sql in (
        "UPDATE managers_applicationstep SET state_after = 'approved' WHERE id = %s",
        "DELETE FROM managers_applicationstep WHERE id = %s",
    ):
        assert refused_by_the_database(sql, step.pk) == "The steps of an application stay as they were taken."
    make_application(cast.song).delete()  # a draft may go


def test_an_answered_recommendation_stays(cast: Cast, jia: Employee) -> None:
    row = make_application(jia, route="colleagues", recommenders=(cast.li,))
    for sql in (
        "UPDATE managers_recommendation SET state = 'declined' WHERE application_id = %s",
        "UPDATE managers_recommendation SET words = 'no' WHERE application_id = %s",
        "DELETE FROM managers_recommendation WHERE application_id = %s",
    ):
        assert refused_by_the_database(sql, row.pk) == "An answered recommendation stays as it was given."
    said = refused_by_the_database(
        "INSERT INTO managers_recommendation (application_id, recommender_id, state, words) VALUES (%s, %s, 'asked', '')",
        row.pk,
        jia.pk,
    )
    assert said == "Colleagues recommend, neither the candidate nor who puts the candidate forward."


# --- pages


def test_the_form_in_steps_keeps_what_was_typed_without_a_script(cast: Cast, jia: Employee, client: Client) -> None:
    sign_in(client, jia)
    page = client.get(reverse("managers:application_new"))
    assert "route=own" in page.content.decode() and "route=unit" not in page.content.decode()
    begun = client.post(reverse("managers:application_new") + "?route=own", {"call": ""})
    row = Application.objects.get()
    assert begun.headers["Location"] == reverse("managers:application_statement", args=[row.pk])
    # Another step is a button of the form, so that leading there keeps what is typed here.
    typed = {"statement": "I know the farms.", "resume": "", "version": row.version, "go": "who"}
    left = client.post(begun.headers["Location"], typed)
    assert left.headers["Location"] == reverse("managers:application_who", args=[row.pk])
    assert "I know the farms." in client.get(begun.headers["Location"]).content.decode()
    row.refresh_from_db()
    kept = client.post(
        begun.headers["Location"], {"statement": "I know the farms.", "resume": "Ten years.", "version": 2}
    )
    assert kept.headers["Location"] == reverse("managers:application_declaration", args=[row.pk])
    client.post(kept.headers["Location"], {"declares_capacity": "on", "relatives": "", "version": 3})
    review = client.get(reverse("managers:application_review", args=[row.pk]))
    assert not review.context["missing"] and "2,8" not in review.content.decode()
    handed = client.post(reverse("managers:application_submit", args=[row.pk]), {"version": 4})
    assert handed.headers["Location"] == row.get_absolute_url()
    row.refresh_from_db()
    assert row.state == STATES.SUBMITTED
    assert client.get(kept.headers["Location"]).headers["Location"] == row.get_absolute_url()


def test_after_somebody_elses_change_the_text_stands_and_is_kept_the_next_time(
    cast: Cast, jia: Employee, client: Client
) -> None:
    row = begin(cast.chen, route="unit", candidate=jia, unit=cast.south)
    actions.write_statement(actor=cast.actor("chen"), application=row, version=1, statement="Chen's", resume="")
    sign_in(client, jia)
    address = reverse("managers:application_statement", args=[row.pk])
    page = client.post(address, {"statement": "My own words", "resume": "", "version": 1})
    text = page.content.decode()
    assert "has changed since you opened this page" in text and "My own words" in text
    assert client.post(address, {"statement": "My own words", "resume": "", "version": 2}).status_code == 302
    row.refresh_from_db()
    assert row.statement == "My own words"


def test_text_typed_after_the_hand_in_is_shown_with_the_refusal(cast: Cast, jia: Employee, client: Client) -> None:
    row = make_application(jia, "submitted")
    sign_in(client, jia)
    page = client.post(
        reverse("managers:application_statement", args=[row.pk]),
        {"statement": "Too late", "resume": "", "version": row.version},
    )
    text = page.content.decode()
    assert "is not written any more" in text and "Too late" in text


def test_colleagues_are_named_by_number_or_name_and_a_wrong_word_is_named(
    cast: Cast, jia: Employee, client: Client
) -> None:
    make_employee(cast.south, name="李华")  # a namesake
    sign_in(client, cast.wang)
    address = reverse("managers:application_new") + "?route=colleagues"
    wrong = client.post(address, {"candidate": "贾青", "colleagues": "李华\nS001"}).content.decode()
    assert "Several people are called “李华”" in wrong
    wrong = client.post(address, {"candidate": "赵强", "colleagues": "S001、N001"}).content.decode()
    assert "There is no “赵强” whom you can name here" in wrong and "There is no “N001”" in wrong
    assert client.post(address, {"candidate": "贾青", "colleagues": "S102, 周建国"}).status_code == 302
    row = Application.objects.get()
    assert set(row.recommendations.values_list("recommender__employee_no", flat=True)) == {"S102", "S001"}


def test_a_colleague_answers_and_sees_no_figures_of_the_candidate(
    cast: Cast, jia: Employee, put_forward: Application, client: Client
) -> None:
    row = hand_in(put_forward, jia)
    sign_in(client, cast.li)
    text = client.get(row.get_absolute_url()).content.decode()
    assert reverse("managers:application_recommend", args=[row.pk]) in text
    assert "years old" not in text and "joined the cooperatives" not in text
    address = reverse("managers:application_recommend", args=[row.pk])
    assert client.post(address, {"answer": "confirms", "words": "good with people"}).status_code == 302
    again = client.post(address, {"answer": "declines", "words": "after all not"}).content.decode()
    assert "An answer is final" in again and "after all not" in again
    assert Recommendation.objects.get(recommender=cast.li).state == "confirmed"


def test_documents_are_added_read_and_put_aside_with_a_reason(cast: Cast, jia: Employee, client: Client) -> None:
    row = make_application(jia, "draft")
    sign_in(client, jia)
    address = reverse("managers:application_documents", args=[row.pk])
    paper = SimpleUploadedFile("diploma.pdf", b"%PDF-1.4 diploma")
    assert client.post(address, {"file": paper, "title": "Diploma"}).status_code == 302
    wrong = client.post(address, {"file": SimpleUploadedFile("x.exe", b"MZ"), "title": "Kept title"}).content.decode()
    assert "none of the kinds that are taken" in wrong and "Kept title" in wrong
    document = Document.objects.get()
    found = client.get(reverse("managers:application_document", args=[row.pk, document.pk]))
    assert found.getvalue() == b"%PDF-1.4 diploma" and "attachment" in found.headers["Content-Disposition"]
    other = make_application(cast.chen, "draft")
    assert client.get(reverse("managers:application_document", args=[other.pk, document.pk])).status_code == 404
    remove = reverse("managers:application_document_remove", args=[row.pk, document.pk])
    assert client.post(remove, {"reason": "the wrong one"}).status_code == 302
    assert client.get(reverse("managers:application_document", args=[row.pk, document.pk])).status_code == 404
    assert Document.objects.get().remove_reason == "the wrong one"


def test_the_branch_reads_the_documents_of_what_was_handed_in_and_another_branch_does_not(
    cast: Cast, jia: Employee, client: Client
) -> None:
    row = make_application(jia, "draft")
    paper = actions.attach_document(actor=actor_of(jia), application=row, name="a.pdf", content=[b"%PDF-1"])
    hand_in(row, jia)
    address = reverse("managers:application_document", args=[row.pk, paper.pk])
    for person, status in ((cast.chen, 200), (cast.sun, 404)):
        sign_in(client, person)
        answer = client.get(address)
        assert answer.status_code == status
        if answer.streaming:
            answer.getvalue()
    with pytest.raises(Conflict, match="is not written any more"):
        actions.attach_document(actor=actor_of(jia), application=row, name="b.pdf", content=[b"%PDF-1"])


def test_the_list_is_searched_filtered_totalled_and_exported(cast: Cast, jia: Employee, client: Client) -> None:
    call = make_call(cast.south)
    first = make_application(jia, "submitted", call=call)
    second = make_application(make_candidate(cast.south, "S202", name="丁一", initials="dy"), "withdrawn")
    make_application(cast.zhao, "submitted")
    sign_in(client, cast.chen)

    def found(**query: Any) -> set[str]:
        page = client.get(reverse("managers:application_list"), query)
        return {row.application_no for row in page.context["table"].keyset.rows}

    both = {first.application_no, second.application_no}
    assert found() == both
    for words in ("jq", "JQ", "贾", "S201", first.application_no):
        assert found(q=words) == {first.application_no}, words
    assert found(state="withdrawn") == {second.application_no}
    assert found(call=call.pk) == {first.application_no}
    assert found(route="unit") == set()
    assert found(sort="application_no") == both
    totals = client.get(reverse("managers:application_totals")).content.decode()
    assert "Applications" in totals
    answer = client.post(reverse("managers:application_export", args=["csv"]) + "?state=submitted")
    text = answer.getvalue().decode()
    assert first.application_no in text and second.application_no not in text
    entry = TrailEntry.objects.get(action="export")
    assert json.loads(entry.body)["changes"]["filter"] == "state=submitted"


@pytest.mark.parametrize("state", STATES.values)
def test_the_page_of_an_application_stands_in_every_state(
    cast: Cast, jia: Employee, client: Client, state: str
) -> None:
    row = make_application(jia, state, route="colleagues", proposer=cast.wang, recommenders=(cast.li, cast.chen))
    people = [jia, cast.wang] + ([cast.zhou, cast.wu, cast.li] if state != "draft" else [])
    for person in people:
        sign_in(client, person)
        text = client.get(row.get_absolute_url()).content.decode()
        assert row.application_no in text and "贾青" in text
    assert may(actor_of(jia), row, []).withdraw == (
        state in ("draft", "submitted", "returned", "qualified", "assessed", "on_notice")
    )


# --- at the same moment


def at_once(*calls: Callable[[], object]) -> list[object]:
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        try:
            gate.wait()
            return call()
        except RuleError as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_of_two_people_who_move_an_application_at_once_one_wins_and_the_other_reads_who(own_database: str) -> None:
    cast = assemble()
    second = make_employee(cast.south, "S003", name="方正")
    grant(second, "clerk")
    row = make_application(make_candidate(cast.south, hired="2015-03-04"), "submitted")
    people = [actor_of(cast.chen), actor_of(second)]
    results = at_once(
        *(
            lambda actor=actor, state=state: check_application(
                actor=actor, application=row, version=row.version, state=state, reason="as found"
            )
            for actor, state in zip(people, ("qualified", "not_qualified"), strict=True)
        )
    )
    lost = [result for result in results if result is not None]
    assert len(lost) == 1 and isinstance(lost[0], Conflict)
    step = ApplicationStep.objects.filter(application=row).latest("pk")
    assert step.made_by is not None and step.made_by.name in str(lost[0])
    assert ApplicationStep.objects.filter(application=row).count() == 2


def test_applications_begun_at_once_have_numbers_of_their_own(own_database: str) -> None:
    cast = assemble()
    people = [make_candidate(cast.south) for _ in range(4)]
    actors = [(actor_of(person), person) for person in people]
    results = at_once(
        *(
            lambda actor=actor, person=person: actions.start_application(actor=actor, route="own", candidate=person)
            for actor, person in actors
        )
    )
    numbers = sorted(row.application_no for row in results if isinstance(row, Application))
    assert numbers == [f"{timezone.localdate().year}-{number:03d}" for number in (1, 2, 3, 4)]
