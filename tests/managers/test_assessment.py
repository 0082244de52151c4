"""The assessment of a candidate (article 6): marks given apart, results, the secret peer review, and the closing."""

from __future__ import annotations

import datetime as dt
import json
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.errors import BadInput, Conflict, RuleError
from managers.actions.assessment import (
    add_assessor_document,
    close_assessment,
    enter_result,
    give_marks,
    name_assessor,
    remove_assessor,
)
from managers.actions.peer_reviews import close_peer_review, extend_peer_review, open_peer_review, vote
from managers.models import Application, Assessor, Criterion, ExamResult, Mark, PeerReview, PeerVoter
from managers.queries.assessment import assessment_of, marks_due, votes_due
from organization.actions.policies import set_policy
from organization.models import Branch, Employee, Notification, TrailEntry
from organization.queries import actor_of, broken_chains
from tests.cast import Cast
from tests.make import make_application, make_employee, make_marks, make_user

FOURS = {one.value: (4, "as seen") for one in Criterion}


@pytest.fixture
def candidate(cast: Cast) -> Employee:
    for person in ("zhou", "chen", "wang", "li", "wu", "qian", "song"):
        make_user(getattr(cast, person))
    return make_employee(cast.south, "S201", name="林晓")


@pytest.fixture
def application(cast: Cast, candidate: Employee) -> Application:
    return make_application(candidate, "qualified")


def decide(cast: Cast, branch: Branch, **values: int) -> None:
    """What the branch has decided, from today on."""
    for name, value in values.items():
        set_policy(
            actor=cast.actor("wu"),
            branch=branch,
            name=name,
            value=value,
            first_day=timezone.localdate(),
            reason="tried",
        )


def client_of(employee: Employee) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.cookies["django_language"] = "en"
    client.force_login(employee.user)
    return client


def voters(application: Application, number: int = 5) -> list[Employee]:
    people = [make_employee(application.branch) for _ in range(number)]
    for one in people:
        make_user(one)
    return people


def review_of(cast: Cast, application: Application, people: list[Employee], **values: Any) -> PeerReview:
    given: dict[str, Any] = {"last_day": timezone.localdate(), "voters": people} | values
    return open_peer_review(actor=cast.actor("chen"), application=application, **given)


# --- assessors and their marks


def test_a_named_assessor_is_told_and_gives_marks_on_all_five_criteria(cast: Cast, application: Application) -> None:
    name_assessor(actor=cast.actor("chen"), application=application, employee=cast.zhou)
    told = Notification.objects.get(employee=cast.zhou)
    assert told.words == "You are named as an assessor of 林晓. Give your marks."
    assert told.address == reverse("managers:assessment_marks", args=[application.pk])
    assert marks_due(cast.actor("zhou")).count() == 1
    with pytest.raises(BadInput, match="social resources"):
        give_marks(actor=cast.actor("zhou"), application=application, marks=dict(list(FOURS.items())[:4]))
    give_marks(actor=cast.actor("zhou"), application=application, marks=FOURS)
    give_marks(actor=cast.actor("zhou"), application=application, marks=FOURS | {"character": (5, "")})
    assert marks_due(cast.actor("zhou")).count() == 0
    assert Mark.objects.filter(assessor__employee=cast.zhou).count() == 5
    actions = list(TrailEntry.objects.order_by("seq").values_list("action", "actor_no"))
    assert actions == [("name_assessor", "S002"), ("give_marks", "S001"), ("give_marks", "S001")]
    assert '"character":[[4,"as seen"],[5,""]]' in TrailEntry.objects.last().body  # type: ignore[union-attr]


def test_nobody_sees_the_marks_of_others_before_everyone_is_done(cast: Cast, application: Application) -> None:
    for person in (cast.zhou, cast.wang):
        name_assessor(actor=cast.actor("chen"), application=application, employee=person)
    give_marks(actor=cast.actor("zhou"), application=application, marks=FOURS | {"market": (1, "sleepy at market")})
    url = reverse("managers:assessment_detail", args=[application.pk])
    for person in (cast.wang, cast.chen, cast.wu, cast.qian):
        assert "sleepy at market" not in client_of(person).get(url).content.decode()
    assert all(not row.marks and row.mean is None for row in assessment_of(application).criteria)
    give_marks(actor=cast.actor("wang"), application=application, marks=FOURS)
    assert "sleepy at market" in client_of(cast.wang).get(url).content.decode()
    found = {row.criterion.value: (row.mean, row.is_low) for row in assessment_of(application).criteria}
    assert found["market"] == (Fraction(5, 2), True)
    assert found["character"] == (Fraction(4), False)


def test_an_assessors_file_is_read_like_the_marks(cast: Cast, application: Application) -> None:
    for person in (cast.zhou, cast.wang):
        name_assessor(actor=cast.actor("chen"), application=application, employee=person)
    document = add_assessor_document(
        actor=cast.actor("zhou"), application=application, name="note.pdf", content=[b"%PDF-1.4 x"]
    )
    url = reverse("managers:assessor_file", args=[Assessor.objects.get(employee=cast.zhou).pk, document.pk])
    assert client_of(cast.zhou).get(url).status_code == 200
    assert client_of(cast.wang).get(url).status_code == client_of(cast.chen).get(url).status_code == 404
    for person in ("zhou", "wang"):
        give_marks(actor=cast.actor(person), application=application, marks=FOURS)
    assert client_of(cast.wang).get(url).status_code == 200
    other = reverse("managers:assessor_file", args=[Assessor.objects.get(employee=cast.wang).pk, document.pk])
    assert client_of(cast.wang).get(other).status_code == 404


def test_the_candidate_does_not_see_the_assessment_whatever_the_role(cast: Cast) -> None:
    make_user(cast.chen)
    application = make_application(cast.chen, "qualified")
    assert client_of(cast.chen).get(reverse("managers:assessment_detail", args=[application.pk])).status_code == 404
    with pytest.raises(RuleError, match="Neither the candidate nor the proposer leads"):
        name_assessor(actor=cast.actor("chen"), application=application, employee=cast.zhou)


def test_candidate_proposer_and_strangers_are_no_assessors(cast: Cast, candidate: Employee) -> None:
    make_user(candidate)
    application = make_application(candidate, "qualified", route="colleagues", proposer=cast.wang)
    chen = cast.actor("chen")
    for person in (candidate, cast.wang):
        with pytest.raises(RuleError, match="Neither the candidate nor the proposer assesses"):
            name_assessor(actor=chen, application=application, employee=person)
    for person in (cast.song, cast.sun):  # another branch's; without a sign-in
        with pytest.raises(RuleError, match="has no sign-in at 城南信用社 or above it"):
            name_assessor(actor=chen, application=application, employee=person)
    for name in ("zhou", "wang", "sun", "qian", "he"):
        with pytest.raises(RuleError, match="Only a clerk or supervisor of 城南信用社"):
            name_assessor(actor=cast.actor(name), application=application, employee=cast.li)
    name_assessor(actor=cast.actor("wu"), application=application, employee=cast.li)
    with pytest.raises(RuleError, match="This person is named already"):
        name_assessor(actor=chen, application=application, employee=cast.li)
    with pytest.raises(RuleError, match="Only those who are named"):
        give_marks(actor=cast.actor("zhou"), application=application, marks=FOURS)


def test_an_assessor_is_taken_back_only_without_marks(cast: Cast, application: Application) -> None:
    first = name_assessor(actor=cast.actor("chen"), application=application, employee=cast.zhou)
    remove_assessor(actor=cast.actor("chen"), assessor=first)
    again = name_assessor(actor=cast.actor("chen"), application=application, employee=cast.zhou)
    give_marks(actor=cast.actor("zhou"), application=application, marks=FOURS)
    with pytest.raises(RuleError, match="周建国 has given marks already"):
        remove_assessor(actor=cast.actor("chen"), assessor=again)


def test_a_mark_lies_between_one_and_five(cast: Cast, application: Application) -> None:
    name_assessor(actor=cast.actor("chen"), application=application, employee=cast.zhou)
    with pytest.raises(RuleError, match="Give a mark from 1 to 5"):
        give_marks(actor=cast.actor("zhou"), application=application, marks=FOURS | {"market": (6, "")})
    assert not Mark.objects.exists()


# --- results and closing


def test_an_assessment_is_closed_with_enough_assessors_and_keeps_what_it_came_to(
    cast: Cast, application: Application
) -> None:
    decide(cast, cast.south, exam_weight_percent=60, performance_weight_percent=30, skill_weight_percent=10)
    chen, today = cast.actor("chen"), timezone.localdate()
    with pytest.raises(RuleError, match="asks for 2 assessors, 0 are named"):
        close_assessment(actor=chen, application=application, version=application.version)
    make_marks(application, cast.zhou, mark=2)
    name_assessor(actor=chen, application=application, employee=cast.wang)
    with pytest.raises(RuleError, match="Marks are lacking from: 王小明"):
        close_assessment(actor=chen, application=application, version=application.version)
    give_marks(actor=cast.actor("wang"), application=application, marks=FOURS)
    with pytest.raises(RuleError, match="Results are lacking: written exam, past performance, skill test"):
        close_assessment(actor=chen, application=application, version=application.version)
    for kind, points in (("exam", 86_00), ("performance", 90_00), ("performance", 91_00), ("skill", 78_00)):
        enter_result(actor=chen, application=application, kind=kind, held_on=today, result_hundredths=points)
    close_assessment(actor=chen, application=application, version=application.version)
    application.refresh_from_db()
    assert application.state == "assessed"
    assert application.assessment["overall"] == [867, 10]
    assert application.assessment["grade"] == "good"
    assert application.assessment["means"]["market"] == [3, 1]
    assert Notification.objects.filter(employee=cast.wu, sentence__startswith="%(name)s is assessed").count() == 1
    # What the branch decides later changes nothing.
    decide(cast, cast.south, least_mean_mark_hundredths=400, assessors_required=9)
    found = assessment_of(application)
    assert (found.required, found.overall, found.low_criteria) == (2, Fraction(867, 10), [])
    with pytest.raises(Conflict):
        enter_result(actor=chen, application=application, kind="exam", held_on=today, result_hundredths=99_00)
    assert broken_chains() == []


def test_a_criterion_judged_too_low_warns_and_does_not_keep_the_assessment_open(
    cast: Cast, application: Application
) -> None:
    make_marks(application, cast.zhou, cast.wang, mark=2)
    url = reverse("managers:assessment_detail", args=[application.pk])
    assert "not met: below 3.00" in client_of(cast.wu).get(url).content.decode()
    assert len(assessment_of(application).low_criteria) == 5
    close_assessment(actor=cast.actor("wu"), application=application, version=application.version)
    application.refresh_from_db()
    assert (application.state, application.assessment["overall"]) == ("assessed", None)


def test_weights_that_do_not_come_to_a_hundred_are_refused(cast: Cast, application: Application) -> None:
    make_marks(application, cast.zhou, cast.wang)
    decide(cast, cast.south, exam_weight_percent=60)
    with pytest.raises(RuleError, match="come to 60 %, not to 100 %"):
        close_assessment(actor=cast.actor("chen"), application=application, version=application.version)


def test_of_an_older_page_the_closing_is_refused(cast: Cast, application: Application) -> None:
    make_marks(application, cast.zhou, cast.wang)
    with pytest.raises(Conflict, match="Look at it again"):
        close_assessment(actor=cast.actor("chen"), application=application, version=application.version - 1)


def test_results_lie_between_nought_and_a_hundred_and_not_in_the_future(cast: Cast, application: Application) -> None:
    chen, today = cast.actor("chen"), timezone.localdate()
    for values in ({"result_hundredths": 100_01}, {"kind": "song"}, {"held_on": today + dt.timedelta(days=1)}):
        given: dict[str, Any] = {"kind": "exam", "held_on": today, "result_hundredths": 1} | values
        with pytest.raises(BadInput):
            enter_result(actor=chen, application=application, **given)
    assert not ExamResult.objects.exists()


# --- the peer review


def test_votes_are_counted_and_nothing_says_who_gave_what_or_when(cast: Cast, application: Application) -> None:
    people = voters(application)
    review = review_of(cast, application, people)
    assert votes_due(actor_of(people[0])).get() == review
    entries = TrailEntry.objects.count()
    for person, mark in zip(people, (95, 85, 75, 65, 50), strict=True):
        vote(actor=actor_of(person), review=review, mark=mark)
    review.refresh_from_db()
    assert (review.votes, review.marks_sum) == (5, 370)
    assert TrailEntry.objects.count() == entries
    fields = {field.name for field in PeerVoter._meta.get_fields()}
    assert fields == {"id", "review", "employee", "has_voted"}
    assert not votes_due(actor_of(people[0])).exists()
    # Open, it shows no mean; closed, it does.
    assert assessment_of(application).review_mean is None
    close_peer_review(actor=cast.actor("chen"), review=review)
    assert assessment_of(application).review_mean == Fraction(74)


def test_a_second_vote_a_strangers_vote_and_a_late_one_do_not_count(cast: Cast, application: Application) -> None:
    people = voters(application)
    review = review_of(cast, application, people)
    vote(actor=actor_of(people[0]), review=review, mark=95)
    with pytest.raises(Conflict, match="You have voted already"):
        vote(actor=actor_of(people[0]), review=review, mark=0)
    for stranger in (cast.actor("wang"), actor_of(application.candidate)):
        with pytest.raises(RuleError, match="You are not asked"):
            vote(actor=stranger, review=review, mark=0)
    with pytest.raises(BadInput):
        vote(actor=actor_of(people[1]), review=review, mark=101)
    PeerReview.objects.filter(pk=review.pk).update(last_day=timezone.localdate() - dt.timedelta(days=1))
    with pytest.raises(RuleError, match="is over"):
        vote(actor=actor_of(people[1]), review=review, mark=50)
    review.refresh_from_db()
    assert (review.votes, review.marks_sum, PeerVoter.objects.filter(has_voted=True).count()) == (1, 95, 1)


def test_everybody_of_the_branch_with_a_sign_in_is_asked_and_never_the_candidate(
    cast: Cast, application: Application
) -> None:
    make_user(application.candidate)
    voters(application, 2)
    review = open_peer_review(actor=cast.actor("chen"), application=application, last_day=timezone.localdate())
    asked = set(PeerVoter.objects.filter(review=review).values_list("employee__employee_no", flat=True))
    assert {"S001", "S002", "S101", "S102"} < asked
    assert len(asked) == 6
    assert "S201" not in asked
    with pytest.raises(Conflict, match="open already"):
        open_peer_review(actor=cast.actor("chen"), application=application, last_day=timezone.localdate())


def test_a_peer_review_needs_as_many_voters_as_votes_are_asked_for(cast: Cast, application: Application) -> None:
    with pytest.raises(RuleError, match="asks for 5 votes"):
        review_of(cast, application, voters(application, 4))
    make_user(application.candidate)
    people = [*voters(application), application.candidate]
    with pytest.raises(RuleError, match="never the candidate"):
        review_of(cast, application, people)
    with pytest.raises(BadInput):
        review_of(cast, application, [], last_day=timezone.localdate() - dt.timedelta(days=1))


def test_a_peer_review_closes_when_all_have_voted_or_its_day_is_over_with_enough_votes(
    cast: Cast, application: Application
) -> None:
    decide(cast, cast.south, peer_review_weight_percent=100, peer_votes_required=3)
    people, chen = voters(application, 5), cast.actor("chen")
    review = review_of(cast, application, people)
    for person in people[:2]:
        vote(actor=actor_of(person), review=review, mark=80)
    with pytest.raises(RuleError, match="3 people have not voted"):
        close_peer_review(actor=chen, review=review)
    PeerReview.objects.filter(pk=review.pk).update(last_day=timezone.localdate() - dt.timedelta(days=1))
    with pytest.raises(RuleError, match="2 people have voted, the branch asks for 3"):
        close_peer_review(actor=chen, review=review)
    with pytest.raises(BadInput, match="Choose a later day"):
        extend_peer_review(actor=chen, review=review, last_day=timezone.localdate() - dt.timedelta(days=3))
    extend_peer_review(actor=chen, review=review, last_day=timezone.localdate())
    vote(actor=actor_of(people[2]), review=review, mark=83)
    PeerReview.objects.filter(pk=review.pk).update(last_day=timezone.localdate() - dt.timedelta(days=1))
    close_peer_review(actor=chen, review=review)
    with pytest.raises(Conflict, match="is closed"):
        close_peer_review(actor=chen, review=review)
    assert assessment_of(application).overall == Fraction(81)
    assert assessment_of(application).grade == "good"


def test_the_mean_of_too_few_votes_stays_hidden(cast: Cast, application: Application) -> None:
    people = voters(application)
    review = review_of(cast, application, people)
    vote(actor=actor_of(people[0]), review=review, mark=11)
    PeerReview.objects.filter(pk=review.pk).update(last_day=timezone.localdate() - dt.timedelta(days=1))
    close_peer_review(actor=cast.actor("chen"), review=review)
    assert assessment_of(application).review_mean is None
    changes = json.loads(TrailEntry.objects.latest("pk").body)["changes"]
    assert "marks_sum" in changes
    assert "11" not in str(changes)
    page = client_of(cast.wu).get(reverse("managers:assessment_detail", args=[application.pk])).content.decode()
    assert "Fewer than 5 people have voted" in page


def test_an_assessment_waits_for_an_open_peer_review(cast: Cast, application: Application) -> None:
    make_marks(application, cast.zhou, cast.wang)
    review_of(cast, application, voters(application))
    with pytest.raises(RuleError, match="The peer review is still open"):
        close_assessment(actor=cast.actor("chen"), application=application, version=application.version)


# --- laws


def refused(law: str, statement: str, *values: object) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    assert error.value.__cause__.diag.constraint_name == law  # type: ignore[union-attr]


def test_the_database_keeps_marks_and_results_of_a_closed_assessment(cast: Cast, application: Application) -> None:
    make_marks(application, cast.zhou, cast.wang)
    enter_result(
        actor=cast.actor("chen"),
        application=application,
        kind="exam",
        held_on=timezone.localdate(),
        result_hundredths=60_00,
    )
    close_assessment(actor=cast.actor("chen"), application=application, version=application.version)
    law, assessor = "assessment_closed_stays", Assessor.objects.first()
    assert assessor is not None
    refused(law, "UPDATE managers_mark SET mark = 5 WHERE assessor_id = %s", assessor.pk)
    refused(law, "DELETE FROM managers_mark WHERE assessor_id = %s", assessor.pk)
    refused(
        law,
        "INSERT INTO managers_mark (assessor_id, criterion, mark, remark) VALUES (%s, 'market', 5, '')",
        assessor.pk,
    )
    refused(law, "UPDATE managers_examresult SET result_hundredths = 10000 WHERE application_id = %s", application.pk)
    refused(law, "UPDATE managers_assessor SET done_at = NULL WHERE id = %s", assessor.pk)
    with pytest.raises(Conflict, match="The assessment is not open"):
        give_marks(actor=cast.actor("zhou"), application=application, marks=FOURS)


def test_the_database_lets_votes_only_grow_and_none_come_after_the_closing(
    cast: Cast, application: Application
) -> None:
    people = voters(application)
    review = review_of(cast, application, people)
    for person in people:
        vote(actor=actor_of(person), review=review, mark=80)
    law = "peer_review_only_grows"
    refused(law, "UPDATE managers_peerreview SET votes = votes - 1, marks_sum = 320 WHERE id = %s", review.pk)
    refused(law, "UPDATE managers_peerreview SET marks_sum = marks_sum + 20 WHERE id = %s", review.pk)
    refused(
        law, "UPDATE managers_peerreview SET votes = votes + 1, marks_sum = marks_sum + 101 WHERE id = %s", review.pk
    )
    refused(law, "UPDATE managers_peervoter SET has_voted = false WHERE review_id = %s", review.pk)
    refused(law, "DELETE FROM managers_peervoter WHERE review_id = %s", review.pk)
    close_peer_review(actor=cast.actor("chen"), review=review)
    refused(
        law, "UPDATE managers_peerreview SET votes = votes + 1, marks_sum = marks_sum + 95 WHERE id = %s", review.pk
    )
    refused(law, "UPDATE managers_peerreview SET closed_at = NULL WHERE id = %s", review.pk)
    refused(law, "DELETE FROM managers_peerreview WHERE id = %s", review.pk)


# --- pages


def test_the_assessment_goes_from_naming_to_closing_in_the_browser(cast: Cast, application: Application) -> None:
    clerk = client_of(cast.chen)
    page = reverse("managers:assessment_detail", args=[application.pk])
    for number in ("S001", "S101"):
        clerk.post(reverse("managers:assessor_name", args=[application.pk]), {"employee": number})
    assert "No assessor is named yet" not in clerk.get(page).content.decode()
    marks = reverse("managers:assessment_marks", args=[application.pk])
    given = {one.value: "5" for one in Criterion}
    judge = client_of(cast.zhou)
    lacking = judge.post(marks, {**given, "market": "", "character_remark": "honest to the last"})
    assert "Give a mark from 1 to 5" in lacking.content.decode()
    assert "honest to the last" in lacking.content.decode()
    assert judge.post(marks, given).status_code == 302
    assert client_of(cast.wang).post(marks, given).status_code == 302
    result = {"kind": "exam", "held_on": "2026-10-01", "result_hundredths": "86.5"}
    assert clerk.post(reverse("managers:exam_result", args=[application.pk]), result).status_code == 302
    assert "86.50" in clerk.get(page).content.decode()
    closed = clerk.post(
        reverse("managers:assessment_close", args=[application.pk]), {"version": application.version}, follow=True
    )
    assert "The assessment is closed." in closed.content.decode()
    assert "Publish the notice" in client_of(cast.wu).get(page).content.decode()
    assert "Publish the notice" not in clerk.get(page).content.decode()


def test_a_vote_in_the_browser_takes_a_choice_or_a_number(cast: Cast, application: Application) -> None:
    people = voters(application)
    form = {"last_day": timezone.localdate().isoformat(), "voters": [one.employee_no for one in people]}
    client_of(cast.chen).post(reverse("managers:peer_review_open", args=[application.pk]), form)
    review = PeerReview.objects.get()
    url = reverse("managers:peer_vote", args=[review.pk])
    assert client_of(cast.wang).get(url).status_code == 404
    first = client_of(people[0])
    assert "write a number from 0 to 100" in first.post(url, {"mark": ""}).content.decode()
    done = first.post(url, {"offered": "85"}, follow=True)
    assert "You have voted." in done.content.decode()
    assert (
        "You have voted already"
        not in client_of(people[1]).post(url, {"offered": "95", "mark": "100"}).content.decode()
    )
    review.refresh_from_db()
    assert (review.votes, review.marks_sum) == (2, 185)
