"""Public notices and objections (article 7): who publishes, who objects, when the clock stops, who learns what."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.errors import BadInput, Conflict, RuleError
from managers.actions.notices import (
    answer_objection,
    assign_investigator,
    publish_notice,
    raise_objection,
    take_down,
    write_findings,
)
from managers.models import Application, Objection, PublicNotice
from managers.queries.notices import (
    answers_due,
    clock_of,
    investigations_due,
    notice_over,
    notices,
    objections_seen,
    open_or_upheld_objections,
)
from organization.actions.policies import mark_day, set_policy
from organization.models import Employee, Notification, TrailEntry
from organization.queries import actor_of, broken_chains
from tests.cast import Cast
from tests.make import grant, make_application, make_branch, make_employee, make_notice, make_user

TODAY = timezone.localdate
PEOPLE = ("zhou", "chen", "wang", "li", "sun", "wu", "qian", "he", "song")


@pytest.fixture
def candidate(cast: Cast) -> Employee:
    for person in PEOPLE:
        make_user(getattr(cast, person))
    candidate = make_employee(cast.south, "S201", name="林晓")
    make_user(candidate)
    return candidate


@pytest.fixture
def application(cast: Cast, candidate: Employee) -> Application:
    return make_application(candidate, "on_notice")


@pytest.fixture
def notice(application: Application) -> PublicNotice:
    """Hangs from today on, for thirty working days."""
    return make_notice(application, TODAY(), working_days=30)


def client_of(employee: Employee) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(employee.user)
    return client


def publish(cast: Cast, application: Application, who: str = "wu", **changed: Any) -> PublicNotice:
    values: dict[str, Any] = {
        "version": application.version,
        "text": "Lin Xiao is proposed.",
        "contact": "Wu 0724-4222",
        "first_day": TODAY(),
    } | changed
    return publish_notice(actor=cast.actor(who), application=application, **values)


def object_to(cast: Cast, notice: PublicNotice, who: str = "wang", *, anonymously: bool = False) -> Objection:
    text = "He lent to his cousin without an investigation."
    return raise_objection(actor=cast.actor(who), notice=notice, text=text, anonymously=anonymously)


def look_into(cast: Cast, objection: Objection, who: str = "qian") -> None:
    assign_investigator(actor=cast.actor("wu"), objection=objection, investigator=getattr(cast, who))
    write_findings(actor=cast.actor(who), objection=objection, findings="The file is complete.")


def rows_that_name(employee: Employee) -> dict[str, int]:
    """How many rows of each table of the program point at the person, through whichever column."""
    return {
        f"{model._meta.label}.{field.name}": model._base_manager.filter(**{field.name: employee}).count()
        for model in apps.get_models()
        for field in model._meta.fields
        if field.related_model is Employee
    }


# --- publishing


def test_a_supervisor_puts_an_assessed_candidate_on_notice_for_the_days_of_the_policy(
    cast: Cast, candidate: Employee
) -> None:
    set_policy(
        actor=cast.actor("wu"), branch=cast.union, name="notice_working_days", value=7, first_day=TODAY(), reason="law"
    )
    application = make_application(candidate, "assessed")
    made = publish(cast, application)
    application.refresh_from_db()
    assert (application.state, made.working_days, made.published_by) == ("on_notice", 7, cast.wu)
    assert Notification.objects.get(employee=candidate).address == reverse("managers:notice_detail", args=[made.pk])
    actions = set(TrailEntry.objects.values_list("action", "subject"))
    assert {("publish_notice", "managers.application"), ("publish_notice", "managers.publicnotice")} <= actions
    assert broken_chains() == []


def test_only_a_supervisor_who_is_not_the_candidate_publishes(cast: Cast, candidate: Employee) -> None:
    application = make_application(candidate, "assessed")
    for name in ("zhou", "chen", "qian", "sun", "he"):
        with pytest.raises(RuleError, match="Only a supervisor of 城南信用社"):
            publish(cast, application, name)
    grant(candidate, "supervisor")
    with pytest.raises(RuleError, match="Nobody decides about himself"):
        publish_notice(
            actor=actor_of(candidate),
            application=application,
            version=application.version,
            text="x",
            contact="",
            first_day=TODAY(),
        )


def test_a_notice_needs_words_a_day_to_come_and_an_assessed_candidate(cast: Cast, candidate: Employee) -> None:
    application = make_application(candidate, "qualified")
    with pytest.raises(BadInput):
        publish(cast, application, text=" ")
    with pytest.raises(BadInput, match="today or later"):
        publish(cast, application, first_day=TODAY() - dt.timedelta(days=1))
    with pytest.raises(Conflict):
        publish(cast, application)
    with pytest.raises(Conflict, match="Look at it again"):
        publish(cast, application, version=application.version - 1)
    assert not PublicNotice.objects.exists()


def test_the_branchs_own_calendar_counts(cast: Cast, application: Application) -> None:
    """From Thursday 5 November 2026 three working days end on the Monday, unless the branch is closed on the Friday."""
    made = make_notice(application, "2026-11-05", working_days=3)
    assert clock_of(made, dt.date(2026, 11, 6)).last_day == dt.date(2026, 11, 9)
    day = dt.date(2026, 11, 6)
    mark_day(actor=cast.actor("zhou"), branch=cast.south, day=day, is_working_day=False, name="flood")
    clock = clock_of(made, dt.date(2026, 11, 8))
    assert (clock.last_day, clock.counted, clock.runs_today, clock.is_over) == (dt.date(2026, 11, 10), 1, False, False)
    # The union's mark holds for the branch where the branch itself says nothing; the branch's own has the last word.
    for branch, works in ((cast.union, True), (cast.south, False)):
        mark_day(
            actor=cast.actor("wu"), branch=branch, day=dt.date(2026, 11, 7), is_working_day=works, name="market day"
        )
    assert clock_of(made, dt.date(2026, 11, 8)).last_day == dt.date(2026, 11, 10)
    assert not notice_over(application, dt.date(2026, 11, 10))
    assert notice_over(application, dt.date(2026, 11, 11))


# --- who reads it


def test_everybody_of_the_union_reads_a_notice_that_hangs_and_nobody_else(cast: Cast, notice: PublicNotice) -> None:
    for person in PEOPLE:
        actor = cast.actor(person)
        assert notices(actor).filter(pk=notice.pk).exists(), person
        page = client_of(getattr(cast, person)).get(reverse("managers:notice_detail", args=[notice.pk]))
        assert "Whoever knows a reason may object." in page.content.decode()
        assert "林晓" in client_of(getattr(cast, person)).get(reverse("managers:notice_list")).content.decode()
    elsewhere = make_employee(make_branch("X01", parent=make_branch("X00", kind="head_office")))
    assert not notices(actor_of(elsewhere)).exists()
    with pytest.raises(RuleError, match="Only people of the union"):
        raise_objection(actor=actor_of(elsewhere), notice=notice, text="No.", anonymously=True)


def test_a_notice_taken_down_stays_with_the_branch_the_candidate_and_who_objected(
    cast: Cast, candidate: Employee, notice: PublicNotice
) -> None:
    object_to(cast, notice, "song")
    object_to(cast, notice, "li", anonymously=True)
    take_down(notice.application)
    readers = {one for one in PEOPLE if notices(cast.actor(one)).exists()}
    assert readers == {"zhou", "chen", "wu", "qian", "song"}
    assert notices(actor_of(candidate)).exists()


# --- objections and the clock


def test_an_objection_stops_the_clock_until_it_is_answered(cast: Cast, notice: PublicNotice) -> None:
    assert clock_of(notice, TODAY()).last_day is not None
    objection = object_to(cast, notice)
    clock = clock_of(notice, TODAY())
    assert (clock.last_day, clock.is_over, clock.open_objections) == (None, False, 1)
    assert not notice_over(notice.application, TODAY() + dt.timedelta(days=900))
    assert [one.pk for one in answers_due(cast.actor("wu"))] == [objection.pk]
    assign_investigator(actor=cast.actor("wu"), objection=objection, investigator=cast.qian)
    assert not answers_due(cast.actor("wu")).exists()
    assert investigations_due(cast.actor("qian")).get() == objection
    write_findings(actor=cast.actor("qian"), objection=objection, findings="The file is complete.")
    assert answers_due(cast.actor("wu")).exists()
    answer_objection(actor=cast.actor("wu"), objection=objection, upheld=False, answer="It was investigated.")
    clock = clock_of(notice, TODAY())
    assert clock.last_day is not None
    assert (clock.runs_today, clock.counted, clock.open_objections) == (False, 0, 0)
    assert not open_or_upheld_objections(notice.application).exists()
    told = Notification.objects.filter(sentence="An objection against %(name)s is dismissed.")
    assert set(told.values_list("employee", flat=True)) == {cast.wang.pk, notice.application.candidate_id, cast.zhou.pk}


def test_an_upheld_objection_keeps_the_candidate_from_being_approved(cast: Cast, notice: PublicNotice) -> None:
    objection = object_to(cast, notice)
    assert open_or_upheld_objections(notice.application).get() == objection
    look_into(cast, objection)
    answer_objection(actor=cast.actor("wu"), objection=objection, upheld=True, answer="So it was.")
    assert open_or_upheld_objections(notice.application).get().state == "upheld"
    with pytest.raises(Conflict, match="吴敏 has answered this objection"):
        answer_objection(actor=cast.actor("wu"), objection=objection, upheld=False, answer="No.")


def test_objections_are_raised_only_while_the_notice_runs_and_not_by_the_candidate(
    cast: Cast, application: Application, candidate: Employee
) -> None:
    over = make_notice(application, "2026-01-05")
    with pytest.raises(Conflict, match="The notice is over"):
        object_to(cast, over)
    take_down(application)
    with pytest.raises(Conflict, match="The notice is over"):
        object_to(cast, over)
    coming = make_notice(application, TODAY() + dt.timedelta(days=3), working_days=5)
    with pytest.raises(RuleError, match="The notice begins on"):
        object_to(cast, coming)
    take_down(application)
    running = make_notice(application, TODAY(), working_days=30)
    with pytest.raises(RuleError, match="Nobody objects to himself"):
        raise_objection(actor=actor_of(candidate), notice=running, text="me", anonymously=True)
    with pytest.raises(BadInput):
        raise_objection(actor=cast.actor("song"), notice=running, text=" ", anonymously=True)
    assert not Objection.objects.exists()


def test_candidate_and_objector_stand_aside(cast: Cast, candidate: Employee, notice: PublicNotice) -> None:
    second = make_employee(cast.union, "U009", name="郑重")
    make_user(second)
    grant(second, "supervisor")
    grant(candidate, "supervisor", cast.union)
    objection = raise_objection(actor=actor_of(second), notice=notice, text="No.", anonymously=False)
    wu = cast.actor("wu")
    for person in (candidate, second):
        with pytest.raises(RuleError, match="Neither the candidate nor who objects"):
            assign_investigator(actor=wu, objection=objection, investigator=person)
    with pytest.raises(RuleError, match="cannot look into it"):
        assign_investigator(actor=wu, objection=objection, investigator=cast.song)
    for person, sentence in ((second, "Who raises an objection"), (candidate, "Nobody decides about himself")):
        with pytest.raises(RuleError, match=sentence):
            assign_investigator(actor=actor_of(person), objection=objection, investigator=cast.qian)
    for name in ("zhou", "chen", "qian", "sun"):
        with pytest.raises(RuleError, match="Only a supervisor of 城南信用社 handles"):
            assign_investigator(actor=cast.actor(name), objection=objection, investigator=cast.qian)
    with pytest.raises(RuleError, match="looks into an objection before it is answered"):
        answer_objection(actor=wu, objection=objection, upheld=False, answer="No.")
    look_into(cast, objection)
    with pytest.raises(RuleError, match="Only the person who looks into"):
        write_findings(actor=cast.actor("zhou"), objection=objection, findings="x")
    for person, sentence in ((second, "Who raises an objection"), (candidate, "Nobody decides about himself")):
        with pytest.raises(RuleError, match=sentence):
            answer_objection(actor=actor_of(person), objection=objection, upheld=False, answer="No.")


def test_of_an_anonymous_objection_no_row_says_who(cast: Cast, notice: PublicNotice) -> None:
    actor = replace(cast.actor("song"), address="10.0.0.77")
    before = rows_that_name(cast.song)
    objection = raise_objection(actor=actor, notice=notice, text="I was there.", anonymously=True)
    assert objection.raised_by is None
    entry = TrailEntry.objects.latest("pk")
    assert (entry.action, entry.actor_no) == ("raise_objection_anonymously", "system")
    assert not any(word in entry.body for word in ("L001", "宋平", "10.0.0.77"))
    assert not Notification.objects.filter(employee=cast.song).exists()
    assert rows_that_name(cast.song) == before
    named = object_to(cast, notice, "song")
    assert rows_that_name(cast.song) != before
    assert TrailEntry.objects.latest("pk").actor_no == "L001"
    assert named.raised_by == cast.song


def test_the_candidate_reads_the_words_and_never_the_name(
    cast: Cast, candidate: Employee, notice: PublicNotice
) -> None:
    objection = object_to(cast, notice)
    look_into(cast, objection)
    client = client_of(candidate)
    for name, key in (("notice_detail", notice.pk), ("objection_detail", objection.pk)):
        page = client.get(reverse(f"managers:{name}", args=[key])).content.decode()
        assert "He lent to his cousin" in page
        assert not any(word in page for word in ("王小明", "S101", "The file is complete", "钱海"))
    who = {one: [seen.name for seen in objections_seen(cast.actor(one), notice)] for one in PEOPLE}
    assert who == {
        "zhou": ["王小明"],
        "chen": [""],
        "wang": ["王小明"],
        "wu": ["王小明"],
        "qian": ["王小明"],
        "li": [],
        "sun": [],
        "he": [],
        "song": [],
    }


def test_a_candidate_with_a_directors_role_sees_no_name_either(cast: Cast) -> None:
    for person in PEOPLE:
        make_user(getattr(cast, person))
    notice = make_notice(make_application(cast.zhou, "on_notice"), TODAY(), working_days=30)
    objection = object_to(cast, notice)
    page = client_of(cast.zhou).get(reverse("managers:objection_detail", args=[objection.pk])).content.decode()
    assert "王小明" not in page


# --- laws


def refused(law: str, statement: str, *values: object) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    assert error.value.__cause__.diag.constraint_name == law  # type: ignore[union-attr]


def test_the_database_keeps_notices_and_objections_as_they_were(cast: Cast, notice: PublicNotice) -> None:
    objection = object_to(cast, notice)
    refused("notice_stays", "DELETE FROM managers_publicnotice WHERE id = %s", notice.pk)
    refused("notice_stays", "UPDATE managers_publicnotice SET working_days = 1 WHERE id = %s", notice.pk)
    refused("objection_stays", "DELETE FROM managers_objection WHERE id = %s", objection.pk)
    refused("objection_stays", "UPDATE managers_objection SET text = 'all is well' WHERE id = %s", objection.pk)
    refused("objection_stays", "UPDATE managers_objection SET raised_by_id = NULL WHERE id = %s", objection.pk)
    aside = "UPDATE managers_objection SET investigator_id = %s WHERE id = %s"
    refused("objection_looked_into_by_another", aside, notice.application.candidate_id, objection.pk)
    refused("objection_looked_into_by_another", aside, cast.wang.pk, objection.pk)
    look_into(cast, objection)
    answer_objection(actor=cast.actor("wu"), objection=objection, upheld=False, answer="It was investigated.")
    refused("objection_stays", "UPDATE managers_objection SET answer = 'upheld after all' WHERE id = %s", objection.pk)
    take_down(notice.application)
    refused("notice_stays", "UPDATE managers_publicnotice SET taken_down_at = NULL WHERE id = %s", notice.pk)
    refused(
        "objection_needs_a_notice",
        "INSERT INTO managers_objection (notice_id, raised_on, text, state, findings, answer)"
        " VALUES (%s, now(), 'late', 'raised', '', '')",
        notice.pk,
    )


def test_the_database_approves_nobody_over_an_objection(cast: Cast, notice: PublicNotice) -> None:
    objection = object_to(cast, notice)
    law = "approval_needs_objections_dismissed"
    approve = (
        "UPDATE managers_application SET state = 'approved', decided_by_id = %s, decided_at = now(),"
        " term_first_day = '2026-12-01', term_last_day = '2028-11-30' WHERE id = %s"
    )
    refused(law, approve, cast.zhou.pk, notice.application_id)
    take_down(notice.application)
    refused(law, approve, cast.zhou.pk, notice.application_id)
    look_into(cast, objection)
    answer_objection(actor=cast.actor("wu"), objection=objection, upheld=False, answer="No.")
    with connection.cursor() as cursor:
        cursor.execute(approve, (cast.zhou.pk, notice.application_id))
        assert cursor.rowcount == 1


# --- pages


def test_a_notice_is_published_objected_to_and_answered_in_the_browser(cast: Cast, candidate: Employee) -> None:
    application = make_application(candidate, "assessed")
    supervisor, publishing = client_of(cast.wu), reverse("managers:notice_publish", args=[application.pk])
    page = supervisor.get(publishing)
    text = page.context["form"].initial["text"]
    assert "林晓 of 城南信用社" in text
    form = {"version": application.version, "text": text, "first_day": TODAY().isoformat(), "contact": ""}
    assert "This field is required" in supervisor.post(publishing, form).content.decode()
    hung = supervisor.post(publishing, form | {"contact": "吴敏 0724-422"}, follow=True).content.decode()
    assert "Public notice" in hung
    assert "吴敏 0724-422" in hung
    notice = PublicNotice.objects.get()
    # Somebody else's page is older now: the typed words are still there.
    late = supervisor.post(publishing, form | {"contact": "吴敏 0724-422", "text": "my own words"}).content.decode()
    assert "my own words" in late
    assert "Look at it again" in late
    raising = reverse("managers:objection_raise", args=[notice.pk])
    done = client_of(cast.song).post(raising, {"text": "I was there.", "anonymously": "yes"}, follow=True)
    assert "Your objection is raised" in done.content.decode()
    assert "stands still" in done.content.decode()
    objection = Objection.objects.get()
    detail = reverse("managers:objection_detail", args=[objection.pk])
    assert client_of(cast.song).get(detail).status_code == 404
    supervisor.post(reverse("managers:objection_assign", args=[objection.pk]), {"investigator": "U002"})
    findings = reverse("managers:objection_findings", args=[objection.pk])
    assert supervisor.get(findings).status_code == 404
    assert client_of(cast.qian).post(findings, {"findings": "Nothing."}).status_code == 302
    answering = reverse("managers:objection_answer", args=[objection.pk])
    assert client_of(cast.qian).get(answering).status_code == 404
    assert "This field is required" in supervisor.post(answering, {"answer": "typed"}).content.decode()
    assert supervisor.post(answering, {"upheld": "no", "answer": "Nothing was found."}).status_code == 302
    assert "Nothing was found." in client_of(candidate).get(detail).content.decode()
