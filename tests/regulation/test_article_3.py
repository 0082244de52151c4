"""Article 3: an account manager is a formal employee, authorised for a term, beside administrative post and title."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from common.errors import RuleError
from common.laws import obeying_laws
from managers.actions.offices import appoint
from managers.actions.qualification import check_application
from managers.models import Appointment
from managers.queries.qualification import hard_conditions_met
from organization.models import Role, RoleGrant
from tests.cast import Cast
from tests.make import make_application, make_candidate, make_user


def raw(statement: str, *parameters: object) -> None:
    with obeying_laws(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def test_only_a_formal_employee_qualifies(cast: Cast) -> None:
    person = make_candidate(cast.south, "S201", employment="contract")
    application = make_application(person, "submitted")
    assert not hard_conditions_met(application)
    with pytest.raises(RuleError, match="Nobody can set this aside"):
        check_application(
            actor=cast.actor("chen"),
            application=application,
            version=application.version,
            state="qualified",
            reason="",
        )


def test_the_database_qualifies_nobody_without_a_formal_post(cast: Cast) -> None:
    person = make_candidate(cast.south, "S201", employment="agency")
    application = make_application(person, "submitted")
    with pytest.raises(RuleError, match="A condition of article 6 fails"):
        raw(
            "UPDATE managers_application SET state = 'qualified', checked_by_id = %s WHERE id = %s",
            cast.chen.pk,
            application.pk,
        )


def test_the_role_has_a_term_and_stands_beside_post_and_title(cast: Cast) -> None:
    person = make_candidate(cast.south, "S201", name="林海", post="柜员", title="经济师")
    application = make_application(person, "approved", first="2026-11-01", last="2028-10-31")
    appointment = appoint(
        actor=cast.actor("zhou"),
        application=application,
        first_day=dt.date(2026, 11, 1),
        last_day=dt.date(2028, 10, 31),
    )
    person.refresh_from_db()
    assert (person.post, person.title) == ("柜员", "经济师")
    grant = RoleGrant.objects.get(employee=person, role=Role.ACCOUNT_MANAGER)
    assert (grant.first_day, grant.last_day) == (appointment.first_day, appointment.last_day)
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(make_user(cast.zhou))
    page = client.get(f"/managers/appointments/{appointment.pk}/").content.decode()
    assert "Post beside it" in page
    assert "柜员" in page
    assert "经济师" in page


def test_nobody_holds_two_appointments_on_one_day(cast: Cast) -> None:
    held = Appointment.objects.get(employee=cast.wang)
    with pytest.raises(RuleError, match="already holds an appointment on some of these days"):
        raw(
            "INSERT INTO managers_appointment (employee_id, branch_id, first_day) VALUES (%s, %s, %s)",
            cast.wang.pk,
            held.branch_id,
            timezone.localdate(),
        )
