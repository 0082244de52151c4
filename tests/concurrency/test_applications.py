"""Two directors who decide about one candidate at the same moment; two people who move one application."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from common.errors import Conflict
from managers.actions.applications import withdraw_application
from managers.actions.decisions import approve, reject
from managers.actions.qualification import check_application
from managers.models import Application, ApplicationStep
from organization.models import Role
from organization.queries import actor_of
from tests.cast import Cast
from tests.concurrency.test_month_states import at_once
from tests.make import grant, make_application, make_candidate, make_employee, make_notice


def test_of_two_directors_one_decides_and_the_other_hears_who_did(own_cast: Cast) -> None:
    second = make_employee(own_cast.south, "S009", name="郑红")
    grant(second, Role.DIRECTOR)
    application = make_application(make_candidate(own_cast.south, "S201"), "on_notice")
    today = timezone.localdate()
    make_notice(application, today - dt.timedelta(days=30))
    how = {"application": application, "version": application.version}
    results = at_once(
        lambda: approve(
            actor=own_cast.actor("zhou"), term_first_day=today, term_last_day=today + dt.timedelta(days=700), **how
        ),
        lambda: reject(actor=actor_of(second), reason="too early", **how),
    )
    assert results.count(None) == 1
    loser = next(one for one in results if one is not None)
    assert isinstance(loser, Conflict)
    row = Application.objects.select_related("decided_by").get(pk=application.pk)
    assert row.decided_by is not None
    # In the language of its thread, which is the installation's: the name is the same in all.
    assert row.decided_by.name in str(loser)
    assert ApplicationStep.objects.filter(application=row, state_before="on_notice").count() == 1


def test_a_withdrawal_and_a_check_at_once_are_one_step(own_cast: Cast) -> None:
    candidate = make_candidate(own_cast.south, "S201")
    application = make_application(candidate, "submitted")
    how = {"application": application, "version": application.version}
    results = at_once(
        lambda: withdraw_application(actor=actor_of(candidate), reason="I move away", **how),
        lambda: check_application(actor=own_cast.actor("chen"), state="qualified", reason="", **how),
    )
    assert results.count(None) == 1
    assert sum(isinstance(one, Conflict) for one in results) == 1
    assert ApplicationStep.objects.filter(application=application, state_before="submitted").count() == 1
