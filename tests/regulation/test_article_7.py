"""Article 7: the organisation confirms an appointment after a public notice, during which everybody may object."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.errors import RuleError
from managers.actions.decisions import approve, return_to_candidate
from managers.actions.notices import answer_objection, assign_investigator, raise_objection, write_findings
from managers.models import Application, Objection, PublicNotice
from managers.queries.notices import clock_of, notice_over
from tests.cast import Cast
from tests.make import make_application, make_employee, make_notice, make_user

BORN = "429900199003071231"


@pytest.fixture
def application(cast: Cast) -> Application:
    for person in (cast.qian, cast.song):
        make_user(person)
    candidate = make_employee(cast.south, "S120", name="林海", hired="2016-03-04", id_number=BORN)
    return make_application(candidate, "on_notice")


def approve_by_zhou(cast: Cast, application: Application) -> None:
    today = timezone.localdate()
    approve(
        actor=cast.actor("zhou"),
        application=application,
        version=application.version,
        term_first_day=today,
        term_last_day=today + dt.timedelta(days=730),
    )


def objected(cast: Cast, notice: PublicNotice) -> Objection:
    return raise_objection(actor=cast.actor("song"), notice=notice, text="He lent unlooked.", anonymously=True)


def answer(cast: Cast, objection: Objection, *, upheld: bool) -> None:
    assign_investigator(actor=cast.actor("wu"), objection=objection, investigator=cast.qian)
    write_findings(actor=cast.actor("qian"), objection=objection, findings="The files were read.")
    answer_objection(actor=cast.actor("wu"), objection=objection, upheld=upheld, answer="After reading the files.")


def test_nobody_is_approved_before_the_notice_is_over(cast: Cast, application: Application) -> None:
    notice = make_notice(application, timezone.localdate(), working_days=5)
    last = clock_of(notice, timezone.localdate()).last_day
    assert last is not None
    assert not notice_over(application, last)
    assert notice_over(application, last + dt.timedelta(days=1))
    with pytest.raises(RuleError, match="notice"):
        approve_by_zhou(cast, application)


def test_an_objection_stops_the_clock_and_an_upheld_one_the_approval(cast: Cast, application: Application) -> None:
    notice = make_notice(application, timezone.localdate(), working_days=30)
    objection = objected(cast, notice)
    assert clock_of(notice, timezone.localdate()).last_day is None
    with pytest.raises(RuleError):
        approve_by_zhou(cast, application)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE managers_application SET state = 'approved', decided_by_id = %s, decided_at = now() WHERE id = %s",
            [cast.zhou.pk, application.pk],
        )
    answer(cast, objection, upheld=True)
    with pytest.raises(RuleError, match="objection"):
        approve_by_zhou(cast, application)
    # Returned to be mended the candidate may come again, with a notice of its own; the old one stays as it was.
    return_to_candidate(
        actor=cast.actor("zhou"), application=application, version=application.version, reason="mend the files"
    )
    notice.refresh_from_db()
    assert notice.taken_down_at is not None


def test_a_dismissed_objection_lets_the_notice_go_on_and_the_director_approve(
    cast: Cast, application: Application
) -> None:
    notice = make_notice(application, timezone.localdate(), working_days=30)
    answer(cast, objected(cast, notice), upheld=False)
    assert clock_of(notice, timezone.localdate()).last_day is not None
    # As if the days had passed: another notice, long over.
    PublicNotice.objects.filter(pk=notice.pk).update(taken_down_at=timezone.now())
    make_notice(application)
    approve_by_zhou(cast, application)
    application.refresh_from_db()
    assert (application.state, application.decided_by) == ("approved", cast.zhou)


def test_everybody_of_the_union_reads_the_notice_and_may_object_anonymously(
    cast: Cast, application: Application
) -> None:
    notice = make_notice(application, timezone.localdate(), working_days=30)
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(cast.song.user)
    page = client.get(reverse("managers:notice_detail", args=[notice.pk])).content.decode()
    assert all(word in page for word in ("Public notice", "林海", "Raise an objection", "Wu 0724-1"))
    words = {"text": "He lent unlooked.", "anonymously": "yes"}
    sent = client.post(reverse("managers:objection_raise", args=[notice.pk]), words, follow=True).content.decode()
    assert "stands still" in sent
    assert Objection.objects.get().raised_by is None
