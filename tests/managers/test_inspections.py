"""Inspections: planned for many, held with findings, mended by the manager, accepted by another."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.errors import BadInput, Conflict, RuleError
from common.laws import obeying_laws
from managers.actions.inspections import (
    accept_mending,
    cancel_inspection,
    hold_inspection,
    mend_inspection,
    plan_inspections,
    return_mending,
)
from managers.models import Inspection
from managers.queries.inspections import inspections_due
from organization.models import Notification, TrailEntry
from organization.rules import Actor
from tests.cast import Cast
from tests.dossiers import make_inspection
from tests.make import grant, make_manager, make_user

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def hold(actor: Actor, inspection: Inspection, **changed: object) -> None:
    values = {"inspected_on": TODAY, "findings": "Two visits have no note."} | changed
    hold_inspection(actor=actor, inspection=inspection, **values)  # type: ignore[arg-type]


def test_inspections_of_several_managers_are_planned_at_once(cast: Cast) -> None:
    planned = plan_inspections(
        actor=cast.actor("zhou"), branch=cast.south, people=[cast.wang, cast.li], planned_on=TODAY, subject="Visits"
    )
    assert [(one.employee, one.stage) for one in planned] == [(cast.wang, "planned"), (cast.li, "planned")]
    assert TrailEntry.objects.filter(action="plan_inspections").count() == 1


def test_only_people_of_the_branch_inspect_and_never_themselves(cast: Cast) -> None:
    inspection = make_inspection(cast.wang)
    for person in ("wang", "li", "qian", "sun"):
        with pytest.raises(RuleError, match="inspects there"):
            hold(cast.actor(person), inspection)
    grant(cast.wang, "director")
    with pytest.raises(RuleError, match="Nobody inspects his or her own work"):
        hold(cast.actor("wang"), inspection)


def test_what_is_to_be_mended_has_a_day_and_the_manager_is_told(cast: Cast) -> None:
    inspection = make_inspection(cast.wang)
    with pytest.raises(BadInput, match="by which day"):
        hold(cast.actor("chen"), inspection, follow_up="Write them.")
    with pytest.raises(BadInput, match="still to come"):
        hold(cast.actor("chen"), inspection, inspected_on=TODAY + dt.timedelta(1))
    hold(cast.actor("chen"), inspection, follow_up="Write them.", follow_up_by=TODAY)
    inspection.refresh_from_db()
    assert inspection.stage == "to_mend"
    assert Notification.objects.get(employee=cast.wang).words == f"An inspection asks you to mend something by {TODAY}."
    with pytest.raises(Conflict, match="陈静 has held this inspection on"):
        hold(cast.actor("zhou"), inspection)


def test_a_finding_is_mended_sent_back_mended_again_and_accepted(cast: Cast) -> None:
    inspection = make_inspection(cast.wang, follow_up="Write them.")
    with pytest.raises(RuleError, match="Only 王小明 says how it was mended"):
        mend_inspection(actor=cast.actor("li"), inspection=inspection, words="Done.")
    with pytest.raises(RuleError, match="It is not mended yet"):
        accept_mending(actor=cast.actor("zhou"), inspection=inspection)
    mend_inspection(actor=cast.actor("wang"), inspection=inspection, words="Done.")
    return_mending(actor=cast.actor("zhou"), inspection=inspection, reason="One is missing.")
    inspection.refresh_from_db()
    assert (inspection.mended_on, inspection.mended_words) == (None, "Done.")
    mend_inspection(actor=cast.actor("wang"), inspection=inspection, words="All done.")
    with pytest.raises(RuleError, match="Nobody accepts his or her own mending"):
        accept_mending(actor=cast.actor("wang"), inspection=inspection)
    with pytest.raises(RuleError, match="Only the inspector or the director"):
        accept_mending(actor=cast.actor("chen"), inspection=inspection)
    accept_mending(actor=cast.actor("zhou"), inspection=inspection)
    inspection.refresh_from_db()
    assert inspection.stage == "accepted"
    with pytest.raises(Conflict, match="周建国 has accepted this at"):
        accept_mending(actor=cast.actor("zhou"), inspection=inspection)


def test_a_planned_inspection_is_cancelled_with_a_reason_and_a_held_one_is_not(cast: Cast) -> None:
    inspection = make_inspection(cast.wang)
    with pytest.raises(BadInput, match="Say why"):
        cancel_inspection(actor=cast.actor("chen"), inspection=inspection, reason="")
    cancel_inspection(actor=cast.actor("chen"), inspection=inspection, reason="He is ill.")
    with pytest.raises(Conflict, match="陈静 has cancelled this inspection"):
        hold(cast.actor("zhou"), inspection)
    with pytest.raises(Conflict, match="has held this inspection"):
        cancel_inspection(actor=cast.actor("zhou"), inspection=make_inspection(cast.li, done=True), reason="late")


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE managers_inspection SET findings = 'nothing'", "What an inspection has found stays as it is"),
        ("UPDATE managers_inspection SET follow_up_by = follow_up_by + 30", "What an inspection has found stays"),
        ("UPDATE managers_inspection SET inspected_on = NULL, inspector_id = NULL", "stays as it is"),
        ("DELETE FROM managers_inspection", "What stands in a dossier is not deleted"),
        ("UPDATE managers_inspection SET accepted_by_id = inspector_id, accepted_at = now()", "It is not mended yet"),
        (
            "UPDATE managers_inspection SET mended_on = planned_on, accepted_by_id = employee_id, accepted_at = now()",
            "Nobody accepts his or her own mending",
        ),
    ],
)
def test_the_database_keeps_what_was_found(cast: Cast, statement: str, sentence: str) -> None:
    make_inspection(cast.wang, follow_up="Write them.")
    with (
        pytest.raises(RuleError, match=sentence),
        obeying_laws(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_who_is_due_follows_the_last_inspection_and_the_branchs_months(cast: Cast) -> None:
    day = dt.date(2026, 11, 2)
    make_inspection(cast.wang, "2026-09-01", done=True)
    make_inspection(cast.li, "2026-11-20")
    new = make_manager(cast.south, "S103", name="刘洋", first="2026-10-01")
    found = {one.employee: one for one in inspections_due(cast.south, day)}
    assert found[cast.wang].due_on == dt.date(2026, 12, 1) and not found[cast.wang].due(day)
    assert found[cast.li].due_on == dt.date(2020, 4, 1) and not found[cast.li].due(day)  # one is planned
    assert found[new].due_on == dt.date(2027, 1, 1) and not found[new].due(day)
    assert found[cast.wang].due(dt.date(2026, 12, 1))


def test_the_page_proposes_who_is_due_and_writes_down_findings(cast: Cast) -> None:
    make_inspection(cast.wang, str(TODAY), done=True)
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(make_user(cast.chen))
    page = client.get(reverse("managers:inspection_plan"))
    assert page.context["form"].initial["people"] == ["S102"]
    sent = {"planned_on": str(TODAY), "subject": "Visits", "people": ["S102"]}
    client.post(reverse("managers:inspection_plan"), sent)
    inspection = Inspection.objects.get(employee=cast.li)
    url = reverse("managers:inspection_hold", args=[inspection.pk])
    kept = client.post(url, {"inspected_on": str(TODAY), "findings": "No notes.", "follow_up": "Write them."})
    assert b"by which day" in kept.content and b"No notes." in kept.content
    client.post(url, {"inspected_on": str(TODAY), "findings": "No notes."})
    inspection.refresh_from_db()
    assert inspection.stage == "done" and inspection.inspector == cast.chen
