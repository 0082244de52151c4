"""Article 6: character, knowledge, independent work, market awareness and social resources are judged by people, named, each
on his or her own; the written exam, past performance, the skill test and the peer review weigh as the branch has agreed."""

from __future__ import annotations

from fractions import Fraction

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from common.errors import Conflict, RuleError
from managers.actions.assessment import close_assessment, enter_result, give_marks, name_assessor
from managers.actions.peer_reviews import close_peer_review, open_peer_review, vote
from managers.models import Application, Criterion, Mark
from managers.queries.assessment import assessment_of, grade_label
from organization.actions.policies import set_policy
from organization.queries import actor_of
from tests.cast import Cast
from tests.make import make_application, make_employee, make_user
from tests.spec.tables import Row, each_row


@pytest.fixture
def application(cast: Cast) -> Application:
    for person in (cast.zhou, cast.wu):
        make_user(person)
    return make_application(make_employee(cast.south, name="林晓"), "qualified")


def weigh(cast: Cast, **percent: int) -> None:
    for part, value in percent.items():
        set_policy(
            actor=cast.actor("zhou"),
            branch=cast.south,
            name=f"{part}_weight_percent",
            value=value,
            first_day=timezone.localdate(),
            reason="scheme of 2026",
        )


def test_five_criteria_are_judged_by_named_people(cast: Cast, application: Application) -> None:
    assert [one.label for one in Criterion] == [
        "character and conduct",
        "knowledge of policy, rules and products",
        "independent work, market response, public relations, speech",
        "market and benefit awareness",
        "social resources",
    ]
    for person, mark in ((cast.zhou, 5), (cast.wu, 4)):
        name_assessor(actor=cast.actor("chen"), application=application, employee=person)
        marks = {one.value: (mark, "as seen at work") for one in Criterion}
        give_marks(actor=actor_of(person), application=application, marks=marks)
    assert {one.mean for one in assessment_of(application).criteria} == {Fraction(9, 2)}
    close_assessment(actor=cast.actor("chen"), application=application, version=application.version)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE managers_mark SET mark = 1 WHERE id = %s", [Mark.objects.latest("pk").pk])
    with pytest.raises(Conflict, match="The assessment is not open"):
        give_marks(actor=cast.actor("zhou"), application=application, marks={one.value: (1, "") for one in Criterion})


@each_row
def test_exam_performance_and_skill_make_an_overall_result_with_a_grade(
    row: Row, cast: Cast, application: Application
) -> None:
    """
    | case            | exam  | performance | skill | overall   | grade        |
    |-----------------|-------|-------------|-------|-----------|--------------|
    | of a director   | 86    | 91          | 78    | 867/10    | good         |
    | ninety itself   | 90    | 90          | 90    | 90        | excellent    |
    | just below      | 89.99 | 90          | 90    | 89994/1000 | good        |
    | sixty itself    | 60    | 60          | 60    | 60        | sufficient   |
    | below sixty     | 59.5  | 60          | 61    | 299/5     | insufficient |
    """
    weigh(cast, exam=60, performance=30, skill=10)
    for kind in ("exam", "performance", "skill"):
        points = int(Fraction(row[kind]) * 100)
        enter_result(
            actor=cast.actor("chen"),
            application=application,
            kind=kind,
            held_on=timezone.localdate(),
            result_hundredths=points,
        )
    found = assessment_of(application)
    assert (found.overall, grade_label(found.grade)) == (Fraction(row["overall"]), row["grade"])


def test_a_peer_review_weighs_with_its_mean_and_betrays_nobody(cast: Cast, application: Application) -> None:
    weigh(cast, peer_review=100)
    people = [make_employee(cast.south) for _ in range(5)]
    for one in people:
        make_user(one)
    review = open_peer_review(
        actor=cast.actor("chen"), application=application, last_day=timezone.localdate(), voters=people
    )
    for person, mark in zip(people, (95, 95, 85, 85, 81), strict=True):
        vote(actor=actor_of(person), review=review, mark=mark)
        assert assessment_of(application).review_mean is None
    close_peer_review(actor=cast.actor("chen"), review=review)
    assert assessment_of(application).overall == Fraction(441, 5)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE managers_peerreview SET votes = 6, marks_sum = 541 WHERE id = %s", [review.pk])
    late = make_employee(cast.south)
    review.voters.create(employee=late)
    with pytest.raises(RuleError, match="is over"):
        vote(actor=actor_of(late), review=review, mark=95)
