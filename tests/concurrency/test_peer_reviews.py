"""Votes at the same moment, and an objection at the moment of a decision."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from common.errors import Conflict, RuleError
from common.laws import obeying_laws
from managers.actions.notices import raise_objection, take_down
from managers.actions.peer_reviews import open_peer_review, vote
from managers.actions.steps import lock_application, step_application
from managers.models import Application, Objection, PeerVoter
from organization.queries import actor_of
from organization.rules import Actor
from tests.cast import Cast
from tests.concurrency.test_month_states import at_once
from tests.make import make_application, make_employee, make_notice, make_user


def test_two_votes_of_one_person_at_once_count_once_and_those_of_others_all_count(own_cast: Cast) -> None:
    application = make_application(make_employee(own_cast.south), "qualified")
    people = [make_employee(own_cast.south) for _ in range(5)]
    for one in people:
        make_user(one)
    review = open_peer_review(
        actor=own_cast.actor("chen"), application=application, last_day=timezone.localdate(), voters=people
    )
    first, second, third = (actor_of(one) for one in people[:3])
    results = at_once(
        *(
            lambda actor=actor, mark=mark: vote(actor=actor, review=review, mark=mark)
            for actor, mark in ((first, 90), (first, 90), (first, 90), (second, 80), (third, 71))
        )
    )
    assert sorted(type(one).__name__ for one in results) == ["Conflict", "Conflict", "NoneType", "NoneType", "NoneType"]
    review.refresh_from_db()
    assert (review.votes, review.marks_sum) == (3, 241)
    assert PeerVoter.objects.filter(review=review, has_voted=True).count() == 3


def test_an_objection_at_the_moment_of_the_approval_is_heard_or_comes_too_late(own_cast: Cast) -> None:
    """Never both: either the objection stands and nobody is approved, or the notice is down when it comes."""

    def approve(actor: Actor, application: Application) -> None:
        with obeying_laws(), transaction.atomic():
            row = lock_application(application)
            term = {"term_first_day": dt.date(2026, 12, 1), "term_last_day": dt.date(2028, 11, 30)}
            decided = {"decided_by_id": actor.employee_id, "decided_at": timezone.now()}
            step_application(actor=actor, row=row, to="approved", action="approve", **decided, **term)
            take_down(row)

    for _round in range(4):
        candidate = make_employee(own_cast.south)
        application = make_application(candidate, "on_notice")
        notice = make_notice(application, timezone.localdate(), working_days=30)
        zhou, wang = own_cast.actor("zhou"), own_cast.actor("wang")
        approved, objected = at_once(
            lambda zhou=zhou, application=application: approve(zhou, application),
            lambda wang=wang, notice=notice: raise_objection(
                actor=wang, notice=notice, text="Wait.", anonymously=False
            ),
        )
        application.refresh_from_db()
        heard = Objection.objects.filter(notice=notice).exists()
        assert (application.state == "approved") != heard
        refusal = approved if heard else objected
        assert isinstance(refusal, (RuleError, Conflict))
