"""Who sees what, asked of every question that pages ask: another branch's people, the outsider and the administrator see
nothing of a branch's business (roles.md).

The south has a month with everything in it, and one row of every table whose rows have a branch's visibility. What a
question answers to somebody of the branch is there; to the others it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from appraisal.actions.workbooks import make_workbook
from appraisal.queries import cards, checklist, lines, months
from common.months import Month
from customers.models import Customer
from customers.queries.customers import customers
from deposits.models import DepositAccount
from deposits.queries import accounts, balances, exceptions
from desk.queries import imports as desk_imports
from desk.queries import inbox, search
from loans import queries as loans
from managers.models import Call
from managers.queries.applications import applications, units_of
from managers.queries.calls import answers_of
from managers.queries.contracts import contracts
from managers.queries.decisions import decidable
from managers.queries.entries import entries_for
from managers.queries.handovers import hand_overs
from managers.queries.inspections import inspections
from managers.queries.offices import offices
from managers.queries.plans import plans
from managers.queries.records import honours, letters, penalties
from managers.queries.reports import reports
from managers.queries.sessions import sessions
from organization import queries as organization
from organization.actions.jobs import request_job
from organization.models import Notification, StoredFile
from organization.rules import Actor
from tests.appraisal.stages import SEPTEMBER, compute, play_the_example, retire
from tests.cast import Cast, assemble
from tests.databases import Databases
from tests.files import preview
from tests.laws.breaches import Stage
from tests.laws.test_laws import DEFAULTS
from tests.make import make_account, make_posting

OUTSIDERS = ("sun", "zhao", "song", "he")  # north's director and manager, an employee without a role, the administrator
ACCOUNT, LOAN = "6210001", "L2"


@dataclass(frozen=True)
class Scene:
    cast: Cast
    actors: Mapping[str, Actor]

    @property
    def south(self) -> Any:
        return self.cast.south


@pytest.fixture(scope="module")
def scene(databases: Databases, django_db_blocker: Any) -> Iterator[Scene]:
    """The south with a computed month, a job, a file, a workbook, and a row of every table that has a visibility."""
    with django_db_blocker.unblock(), databases.cloned() as name:
        cast = assemble()
        retire(cast.li, cast.zhao)
        play_the_example(cast)
        make_posting(make_account(cast.south), "2026-09-04", "7.00")  # an account that nobody owns
        compute(cast)
        actors = {who: cast.actor(who) for who in ("chen", "zhou", "wang", "wu", "qian", *OUTSIDERS)}
        make_workbook(actor=actors["chen"], branches=[cast.south], month=SEPTEMBER)
        request_job(
            actor=actors["chen"],
            kind="appraisal.month_end_branch",
            title="Month end",
            branch=cast.south,
            arguments={"month": str(SEPTEMBER)},
        )
        preview("deposit_transactions", f"流水号,账号,交易日期,发生额\nT1,{ACCOUNT},2026-09-05,1", actor=actors["chen"])
        _fill(databases, name, cast)
        yield Scene(cast, actors)


def _fill(databases: Databases, name: str, cast: Cast) -> None:
    with databases.server.connect("owner", name) as connection:
        connection.autocommit = False
        stage = Stage(connection, DEFAULTS)
        stage.named |= {
            "organization_branch": cast.south.pk,
            "organization_employee": cast.wang.pk,
            "organization_employee:another": cast.zhou.pk,
            "organization_employee:witness": cast.chen.pk,
            "managers_appointment": cast.wang.appointments.get().pk,
        }
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        stage.put(
            "managers_application",
            {"call_id": "@managers_call", "state": "on_notice", "submitted_at": "2026-09-02"},
            "managers_application",
        )
        for model in models_with_visibility():
            table = model._meta.db_table
            if table not in stage.named and not model._default_manager.exists():
                stage.put(table, {}, table)
        connection.commit()


def models_with_visibility() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if hasattr(model._default_manager.all(), "visible_to")]


# Tables whose rows of a branch somebody outside it may see all the same, and why.
SEEN_BY: dict[str, dict[str, str]] = {
    "organization.employee": {"he": "An administrator sees people."},
    "organization.branch": {"he": "An administrator sees the tree of branches."},
    "organization.job": {"he": "An administrator sees what the system is busy with."},
    "organization.policy": {"he": "How a branch is set up is no secret to who administers it."},
    "managers.call": {"he": "A call is open to everybody of the branches that a person reaches."},
}


def test_nobody_outside_a_branch_sees_its_rows(scene: Scene) -> None:
    seen = {}
    for model in models_with_visibility():
        rows = model._default_manager.all()
        if any(one.name == "branch" for one in model._meta.fields):
            rows = rows.filter(branch=scene.south)
        elif model._meta.label_lower == "organization.branch":
            rows = rows.filter(pk=scene.south.pk)
        for who in OUTSIDERS:
            if who in SEEN_BY.get(model._meta.label_lower, {}):
                continue
            if rows.visible_to(scene.actors[who]).exists():
                seen[model._meta.label_lower, who] = rows.visible_to(scene.actors[who]).count()
    assert not seen


Question = Callable[[Actor, Scene], Any]
month: Month = SEPTEMBER


QUESTIONS: dict[str, Question] = {
    "branches": lambda who, at: organization.branches(who).filter(pk=at.south.pk),
    "branches below a branch": lambda who, at: [
        one for one in organization.branch_facts(who, at.cast.union)["below"] if one == at.south
    ],
    "units to apply for": lambda who, at: units_of(who).filter(pk=at.south.pk),
    "people of a branch": lambda who, at: organization.branch_facts(who, at.south)["grants"],
    "people": lambda who, at: organization.employees(who).filter(branch=at.south),
    "jobs": lambda who, at: [one for one in organization.latest_jobs(who) if one.branch_id == at.south.pk],
    "customers": lambda who, at: customers(who).filter(branch=at.south),
    "accounts": lambda who, at: accounts.accounts(who, month).filter(branch=at.south),
    "attributions of an account": lambda who, at: balances.account_page(who, an_account(), month).spans,
    "exceptions": lambda who, at: exceptions.exceptions(who, at.south, month),
    "loans": lambda who, at: loans.loans(who, month).filter(branch=at.south),
    "breaches of article 10": lambda who, at: loans.compliance_findings(who, at.south),
    "ranking": lambda who, at: cards.ranking(actor=who, branch=at.south, month=month),
    "cards of a month": lambda who, at: cards.cards_of_month(actor=who, branch=at.south, month=month),
    "cards of a manager": lambda who, at: cards.cards_of_manager(actor=who, employee_no="S101"),
    "a line": lambda who, at: lines.line_of(
        actor=who, branch=at.south, month=month, employee_no="S101", indicator="conduct"
    ),
    "months": lambda who, at: months.months_of_branch(actor=who, branch=at.south),
    "months side by side": lambda who, at: [
        one for one in months.months_side_by_side(actor=who, month=month) if one.branch == at.south
    ],
    "workbooks": lambda who, at: checklist._workbooks(who, at.south, month),
    "jobs of a month": lambda who, at: checklist._jobs(
        who, checklist.month_overview(actor=who, branch=at.south, month=month)
    ),
    "imports": lambda who, at: desk_imports.import_batches(who).filter(branch=at.south),
    "search for a customer": lambda who, at: search.find(who, a_customer_no(at)).customers,
    "search for an account": lambda who, at: search.find(who, ACCOUNT).accounts,
    "search for a loan": lambda who, at: search.find(who, LOAN).loans,
    "search for a person": lambda who, at: search.find(who, "S101").employees,
    "entries": lambda who, at: entries_for(who, at.south, month),
    "offices": lambda who, at: offices(who, month).filter(branch=at.south),
    "contracts": lambda who, at: contracts(who).filter(appointment__branch=at.south),
    "plans": lambda who, at: plans(who).filter(branch=at.south),
    "applications": lambda who, at: applications(who).filter(branch=at.south),
    "answers to a call": lambda who, at: answers_of(who, a_call()),
    "decidable applications": lambda who, at: decidable(who).filter(branch=at.south),
    "hand-overs": lambda who, at: hand_overs(who).filter(branch=at.south),
    "inspections": lambda who, at: inspections(who).filter(branch=at.south),
    "honours": lambda who, at: honours(who).filter(branch=at.south),
    "penalties": lambda who, at: penalties(who).filter(branch=at.south),
    "letters": lambda who, at: letters(who).filter(branch=at.south),
    "work reports": lambda who, at: reports(who).filter(branch=at.south),
    "sessions": lambda who, at: sessions(who).filter(branch=at.south),
}
# Questions that somebody outside is answered all the same, as SEEN_BY.
ANSWERED: dict[str, tuple[str, ...]] = {
    "branches": ("he",),
    "branches below a branch": ("he",),
    "people of a branch": ("he",),
    "people": ("he",),
    "jobs": ("he",),
    "jobs of a month": ("he",),
    "search for a person": ("he",),
}


def an_account() -> Any:
    return DepositAccount.objects.select_related("customer", "branch").get(account_no=ACCOUNT)


def a_call() -> Any:
    return Call.objects.first()


def a_customer_no(scene: Scene) -> str:
    return str(Customer.objects.filter(branch=scene.south).values_list("customer_no", flat=True)[0])


def test_nobody_outside_a_branch_is_answered_a_question_about_it(scene: Scene) -> None:
    answered = {
        (question, who): list(answer) if not isinstance(answer, models.Model) else answer
        for question, ask in QUESTIONS.items()
        for who in OUTSIDERS
        if who not in ANSWERED.get(question, ()) and (answer := ask(scene.actors[who], scene))
    }
    assert not answered


def test_somebody_inside_is(scene: Scene) -> None:
    """Else the test before would say nothing."""
    unanswered = [
        question
        for question, ask in QUESTIONS.items()
        if not any(ask(scene.actors[who], scene) for who in ("chen", "zhou", "wang"))
    ]
    assert not unanswered


def test_everybody_is_told_what_he_or_she_is_told(scene: Scene) -> None:
    assert Notification.objects.filter(employee=scene.cast.wang).exists()
    told = {who for who, actor in scene.actors.items() if inbox.notifications(actor)}
    assert told == {"wang"}


def test_a_list_that_was_written_is_fetched_by_who_asked_for_it_with_the_rights_of_then(scene: Scene) -> None:
    chen = scene.actors["chen"]
    file = StoredFile.objects.create(name="a.csv", sha256="0" * 64, size_bytes=1)
    job = request_job(actor=chen, kind="organization.export_list", title="A list")
    job.result = {"file": file.pk, "seen_as": {role: sorted(branches) for role, branches in chen.grants.items()}}
    assert organization.file_of_job(chen, job) == file
    assert [who for who, actor in scene.actors.items() if organization.file_of_job(actor, job)] == ["chen"]
    assert organization.file_of_job(replace(chen, grants={}), job) is None
