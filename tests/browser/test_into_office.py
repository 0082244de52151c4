"""The way into office as its people live it: apply, judge, hang the notice, object, decide, sign, and be appraised."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from fractions import Fraction

from django.db import connections
from django.utils import timezone
from playwright.sync_api import Page, expect

from appraisal.actions.months import run_month_end
from appraisal.models import ScoreLine
from common.months import Month
from managers.models import Application, Contract, Objection, PublicNotice
from organization.models import Employee
from organization.queries import actor_of
from tests.cast import Cast
from tests.make import PASSWORD, make_employee

ID_NUMBER = "42990019900307123"


def _send(page: Page, field: str) -> None:
    """Sends the form that has the field."""
    form = page.locator("main form").filter(has=page.locator(f"[name={field}]"))
    with page.expect_navigation():
        form.locator("input[type=submit], button:not([type=button])").first.click()


def _pick(page: Page, field: str, value: str) -> None:
    page.locator(f'input[name={field}][value="{value}"]').check()


def _check_digit(body: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(w * int(d) for w, d in zip(weights, body, strict=True)) % 11]


def _days_pass(notice: PublicNotice, days: int) -> None:
    """So many days later, as far as the notice knows: only the owner of the tables can turn the clock."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE managers_publicnotice DISABLE TRIGGER USER")
        cursor.execute("UPDATE managers_publicnotice SET first_day = first_day - %s WHERE id = %s", [days, notice.pk])
        cursor.execute("ALTER TABLE managers_publicnotice ENABLE TRIGGER USER")


def test_from_an_application_to_prorated_targets(own_cast: Cast, signed_in: Callable[[Employee], Page]) -> None:
    person = make_employee(
        own_cast.south, "S120", name="林海", hired="2016-03-04", id_number=ID_NUMBER + _check_digit(ID_NUMBER)
    )
    # An employee applies, step by step.
    candidate = signed_in(person)
    candidate.goto("/managers/applications/new/?route=own")
    _send(candidate, "call")
    candidate.fill("[name=statement]", "愿意走村入户。")
    candidate.fill("[name=resume]", "十年柜面。")
    _send(candidate, "statement")
    candidate.check("[name=declares_capacity]")
    _send(candidate, "declares_capacity")
    application = Application.objects.get(candidate=person)
    candidate.goto(f"/managers/applications/{application.pk}/review/")
    candidate.locator("form[action$='/submit/'] button").click()
    candidate.wait_for_url(f"**/managers/applications/{application.pk}/")

    # The clerk checks the data and names who judges; both mark; the clerk closes the assessment.
    clerk, director, supervisor = (signed_in(one) for one in (own_cast.chen, own_cast.zhou, own_cast.wu))
    clerk.goto(f"/managers/applications/{application.pk}/check/")
    _pick(clerk, "state", "qualified")
    _send(clerk, "state")
    for assessor in (own_cast.zhou, own_cast.wu):
        clerk.goto(f"/managers/assessments/{application.pk}/")
        clerk.locator("form[action$='/assessors/'] select[name=employee], select[name=employee]").first.select_option(
            assessor.employee_no
        )
        _send(clerk, "employee")
    for assessor_page in (director, supervisor):
        assessor_page.goto(f"/managers/assessments/{application.pk}/marks/")
        for criterion in ("character", "knowledge", "independence", "market", "resources"):
            _pick(assessor_page, criterion, "4")
        _send(assessor_page, "character")
    clerk.goto(f"/managers/assessments/{application.pk}/")
    clerk.on("dialog", lambda dialog: dialog.accept())
    with clerk.expect_navigation():
        clerk.locator("form[action$='/close/'] button.btn-primary").click()
    application.refresh_from_db()
    assert application.state == "assessed"

    # The notice hangs; a colleague objects; it is looked into and answered.
    supervisor.goto(f"/managers/assessments/{application.pk}/notice/")
    supervisor.fill("[name=contact]", "县联社人事科")
    _send(supervisor, "contact")
    notice = PublicNotice.objects.get(application=application)
    objector = signed_in(own_cast.li)
    objector.goto(f"/managers/notices/{notice.pk}/object/")
    objector.fill("[name=text]", "去年有一笔差错。")
    _pick(objector, "anonymously", "yes")
    _send(objector, "anonymously")
    objection = Objection.objects.get(notice=notice)
    assert objection.raised_by is None
    director.goto(f"/managers/decisions/{application.pk}/")
    expect(director.locator("input[value=approve]")).to_be_disabled()
    supervisor.goto(f"/managers/objections/{objection.pk}/")
    supervisor.locator("select[name=investigator]").select_option(own_cast.chen.employee_no)
    _send(supervisor, "investigator")
    clerk.goto(f"/managers/objections/{objection.pk}/findings/")
    clerk.fill("[name=findings]", "差错当日已报告。")
    _send(clerk, "findings")
    supervisor.goto(f"/managers/objections/{objection.pk}/answer/")
    _pick(supervisor, "upheld", "no")
    supervisor.fill("[name=answer]", "已核实，不影响聘任。")
    _send(supervisor, "upheld")

    # The notice has run; the director decides on one screen, without scrolling.
    _days_pass(notice, 30)
    director.goto(f"/managers/decisions/{application.pk}/")
    assert director.evaluate(
        "() => { const d = document.querySelector('main.desk'); return d.scrollHeight <= d.clientHeight }"
    )
    today = timezone.localdate()
    _pick(director, "decision", "approve")
    director.fill("[name=term_first_day]", today.isoformat())
    director.fill("[name=password]", PASSWORD)
    _send(director, "decision")
    application.refresh_from_db()
    assert application.state == "approved"

    # The clerk drafts the contract; both sign with their passwords, and the manager is in office.
    clerk.goto(f"/managers/contracts/new/{application.pk}/")
    clerk.fill("[name=deposit_average_target]", "700000")
    clerk.fill("[name=deposit_accumulated_target]", "21000000")
    clerk.fill("[name=loans_granted_target]", "200000")
    clerk.fill("[name=interest_received_target]", "5230")
    _send(clerk, "target_kind")
    contract = Contract.objects.get(application=application)
    for signer in (candidate, director):
        signer.goto(f"/managers/contracts/{contract.pk}/sign/")
        signer.fill("[name=password]", PASSWORD)
        _send(signer, "password")
    application.refresh_from_db()
    assert application.state == "in_office"

    # The month's appraisal has the newcomer, with targets for the days in office.
    month = Month.of(today)
    run_month_end(actor=actor_of(own_cast.chen), branch=own_cast.south, month=month)
    line = ScoreLine.objects.get(card__manager=person, indicator="loans_granted")
    days = (month.last_day - today).days + 1
    exact = Fraction(200_000_00 * days, month.days)
    assert line.card.days_in_office == days
    assert line.target_hundredths == int(exact + Fraction(1, 2))
    director.goto(f"/appraisal/{own_cast.south.branch_code}/{month}/cards/{person.employee_no}/")
    expect(director.get_by_text("林海").first).to_be_visible()
    assert dt.date(month.year, month.number, 1) <= today
