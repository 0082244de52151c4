"""Who sees what, asked of every question that pages ask: another branch's people, the outsider and the administrator see
nothing of a branch's business (roles.md).

The south has a month with everything in it, and one row of every table whose rows have a branch's visibility. What a
question answers to somebody of the branch is there; to the others it is not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from appraisal.actions.months import approve_month, close_month, request_month_end, run_month_end
from appraisal.actions.workbooks import make_workbook, request_workbook
from appraisal.queries import cards, checklist, lines, months
from common.errors import RuleError
from common.months import Month
from customers.models import Customer
from customers.queries.customers import customers
from deposits.actions.attributions import assign_account, change_shares, end_attribution
from deposits.actions.controls import accept_control_difference
from deposits.models import Attribution, ControlTotal, DepositAccount
from deposits.queries import accounts, balances, exceptions
from desk.queries import imports as desk_imports
from desk.queries import inbox, search
from loans import queries as loans
from loans.actions import compute_month as compute_loans
from managers.actions.calls import announce_call
from managers.actions.entries import confirm_entry, enter_entry, reject_entry
from managers.actions.inspections import plan_inspections
from managers.actions.plans import draft_plan
from managers.actions.records import award_honour, enter_penalty, issue_letter
from managers.actions.targets import set_target
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
from organization.actions.batches import apply_batch, discard_batch, preview_batch, upload_file
from organization.actions.jobs import request_job
from organization.actions.people import end_grant, grant_role, set_password
from organization.middleware import NOBODY
from organization.models import ImportBatch, MonthClose, Notification, StoredFile
from organization.rules import Actor
from tests.appraisal.stages import SEPTEMBER, compute, play_the_example, retire
from tests.cast import Cast, assemble
from tests.databases import Databases
from tests.files import preview
from tests.laws.breaches import Stage
from tests.laws.test_laws import DEFAULTS
from tests.make import make_account, make_entry, make_posting

# North's director and manager, an employee without a role, the administrator, somebody who has not signed in.
OUTSIDERS = ("sun", "zhao", "song", "he", "nobody")
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
        people = ("chen", "zhou", "wang", "wu", "qian", "sun", "zhao", "song", "he")
        actors = {who: cast.actor(who) for who in people} | {"nobody": NOBODY}
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


# -- who does what ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Doing:
    """Something that one person of the cast may do and others may not, with the same words."""

    by: str
    not_by: tuple[str, ...]
    do: Question


STRANGERS = ("sun", "zhao", "song", "qian", "wang", "nobody")
CLERK_ONLY = (*STRANGERS, "he", "zhou", "wu")
DIRECTOR_ONLY = (*STRANGERS, "he", "chen", "wu")
OF_BRANCH = (*STRANGERS, "he")
DAY = dt.date(2026, 10, 1)
TERM = dt.date(2026, 12, 31)
TOMORROW = timezone.localdate() + dt.timedelta(days=1)


def close_approved(who: Actor, at: Scene) -> None:
    approve_month(actor=at.actors["zhou"], branch=at.south, month=month)
    close_month(actor=who, branch=at.south, month=month)


def accept_a_difference(who: Actor, at: Scene) -> None:
    control = ControlTotal.objects.create(
        branch=at.south, day=month.last_day, accounts=1, balance_fen=1, brought_by=at.cast.chen
    )
    accept_control_difference(actor=who, control=control, explanation="a posting on its way")


def an_attribution() -> Attribution:
    return Attribution.objects.select_related("account__branch", "manager").get(account__account_no=ACCOUNT)


def unowned_account() -> Any:
    return DepositAccount.objects.select_related("branch").get(attributions__isnull=True, postings__isnull=False)


def previewed() -> ImportBatch:
    return ImportBatch.objects.get(state="previewed")


DOINGS: dict[str, Doing] = {
    "grant a role": Doing(
        "he",
        (*STRANGERS, "zhou", "chen", "wu"),
        lambda who, at: grant_role(actor=who, employee=at.cast.li, role="clerk", branch=at.cast.lake, first_day=DAY),
    ),
    "end a role": Doing(
        "he",
        (*STRANGERS, "zhou", "chen", "wu"),
        lambda who, at: end_grant(actor=who, grant=at.cast.chen.role_grants.get(), last_day=DAY),
    ),
    "give a password": Doing(
        "he",
        (*STRANGERS, "zhou", "chen", "wu"),
        lambda who, at: set_password(actor=who, employee=at.cast.li, password="an-Other-long-1"),
    ),
    "upload": Doing(
        "chen",
        CLERK_ONLY,
        lambda who, at: upload_file(
            actor=who, name="a.csv", content=["账号,交易日期,流水号,发生额\n1,2026-09-01,1,1".encode()], branch=at.south
        ),
    ),
    "preview": Doing("chen", CLERK_ONLY, lambda who, at: preview_batch(actor=who, batch=previewed())),
    "apply": Doing("chen", CLERK_ONLY, lambda who, at: apply_batch(actor=who, batch=previewed())),
    "put an import aside": Doing("chen", CLERK_ONLY, lambda who, at: discard_batch(actor=who, batch=previewed())),
    "assign an account": Doing(
        "chen",
        (*OF_BRANCH, "wu"),
        lambda who, at: assign_account(actor=who, account=unowned_account(), manager=at.cast.wang, first_day=DAY),
    ),
    "end an attribution": Doing(
        "chen",
        (*OF_BRANCH, "wu"),
        lambda who, at: end_attribution(actor=who, attribution=an_attribution(), last_day=TERM),
    ),
    "change shares": Doing(
        "chen",
        (*OF_BRANCH, "wu"),
        lambda who, at: change_shares(
            actor=who, account=an_attribution().account, first_day=DAY, shares=[(at.cast.wang, 5000)]
        ),
    ),
    "accept a difference": Doing("zhou", DIRECTOR_ONLY, accept_a_difference),
    "compute the loans": Doing(
        "chen",
        (*OF_BRANCH, "wu"),
        lambda who, at: compute_loans(
            actor=who, branch=at.south, month=month, row=MonthClose.objects.get(branch=at.south, month=month.first_day)
        ),
    ),
    "run a month end": Doing(
        "chen", CLERK_ONLY, lambda who, at: run_month_end(actor=who, branch=at.south, month=month)
    ),
    "ask for a month end": Doing(
        "chen", CLERK_ONLY, lambda who, at: request_month_end(actor=who, branches=[at.south], month=month)
    ),
    "approve a month": Doing(
        "zhou", DIRECTOR_ONLY, lambda who, at: approve_month(actor=who, branch=at.south, month=month)
    ),
    "close a month": Doing("zhou", DIRECTOR_ONLY, close_approved),
    "ask for a workbook": Doing(
        "qian",
        ("sun", "zhao", "song", "wang", "he", "nobody"),
        lambda who, at: request_workbook(actor=who, branch=at.south, month=month),
    ),
    "make a workbook": Doing(
        "qian",
        ("sun", "zhao", "song", "wang", "he", "nobody"),
        lambda who, at: make_workbook(actor=who, branches=[at.south], month=month),
    ),
    "enter a fact": Doing(
        "chen",
        CLERK_ONLY,
        lambda who, at: enter_entry(
            actor=who,
            manager=at.cast.wang,
            happened_on=DAY,
            indicator="conduct",
            points_hundredths=-50,
            reason="late",
        ),
    ),
    "confirm a fact": Doing(
        "zhou",
        DIRECTOR_ONLY,
        lambda who, at: confirm_entry(actor=who, entry=make_entry(at.cast.wang, "2026-10-08", -50)),
    ),
    "reject a fact": Doing(
        "zhou",
        DIRECTOR_ONLY,
        lambda who, at: reject_entry(actor=who, entry=make_entry(at.cast.wang, "2026-10-08", -50)),
    ),
    "set a target": Doing(
        "zhou",
        DIRECTOR_ONLY,
        lambda who, at: set_target(
            actor=who,
            manager=at.cast.wang,
            branch=at.south,
            month=month.next,
            indicator="loans_granted",
            target_hundredths=100,
            reason="agreed",
        ),
    ),
    "announce a call": Doing(
        "zhou",
        (*OF_BRANCH, "chen"),
        lambda who, at: announce_call(
            actor=who,
            branch=at.south,
            title="Call",
            text="words",
            posts=1,
            first_day=timezone.localdate(),
            last_day=TOMORROW,
        ),
    ),
    "award an honour": Doing(
        "zhou",
        (*OF_BRANCH, "chen"),
        lambda who, at: award_honour(
            actor=who, branch=at.south, employee=at.cast.wang, awarded_on=DAY, title="Best", issuer="union"
        ),
    ),
    "enter a penalty": Doing(
        "zhou",
        (*OF_BRANCH, "chen"),
        lambda who, at: enter_penalty(
            actor=who,
            branch=at.south,
            employee=at.cast.wang,
            kind="warning",
            first_day=DAY,
            last_day=None,
            reason="words",
            issuer="union",
        ),
    ),
    "issue a letter": Doing(
        "zhou",
        DIRECTOR_ONLY,
        lambda who, at: issue_letter(
            actor=who,
            branch=at.south,
            employee=at.cast.wang,
            letter_no="7",
            scope="words",
            limit_fen=None,
            first_day=DAY,
            last_day=None,
        ),
    ),
    "plan an inspection": Doing(
        "wu",
        OF_BRANCH,
        lambda who, at: plan_inspections(
            actor=who, branch=at.south, people=[at.cast.wang], planned_on=TOMORROW, subject="words"
        ),
    ),
    "draft a plan": Doing(
        "chen",
        OF_BRANCH,
        lambda who, at: draft_plan(
            actor=who,
            branch=at.south,
            year=timezone.localdate().year + 1,
            indicator="loans_granted",
            whole_hundredths=1200,
            first_month=Month(timezone.localdate().year + 1, 1),
        ),
    ),
}


def refusal(doing: Doing, who: Actor, scene: Scene) -> str:
    """The sentence of the refusal, "" when it was done; whatever was done is undone."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                doing.do(who, scene)
        except RuleError as error:
            return str(error)
        finally:
            transaction.set_rollback(True)
    return ""


@pytest.mark.parametrize("name", DOINGS)
def test_one_may_and_the_others_may_not(scene: Scene, name: str) -> None:
    doing = DOINGS[name]
    assert refusal(doing, scene.actors[doing.by], scene) == ""
    did = [who for who in doing.not_by if not refusal(doing, scene.actors[who], scene)]
    assert did == []


ALL_ROLES = ("account_manager", "clerk", "director", "supervisor")
ABOUT_WANG = (
    "assign an account",
    "end an attribution",
    "change shares",
    "approve a month",
    "confirm a fact",
    "reject a fact",
    "set a target",
    "award an honour",
    "enter a penalty",
    "issue a letter",
)


def with_all_roles(scene: Scene, who: str) -> Actor:
    """The person with every role that the branch has: what is refused now is refused because of who it is."""
    return replace(scene.actors[who], grants={role: frozenset({scene.south.pk}) for role in ALL_ROLES})


@pytest.mark.parametrize("name", ABOUT_WANG)
def test_nobody_decides_about_himself_whatever_he_is(scene: Scene, name: str) -> None:
    assert refusal(DOINGS[name], with_all_roles(scene, "wang"), scene)
    assert not refusal(DOINGS[name], with_all_roles(scene, "zhou"), scene)


@pytest.mark.parametrize("name", ["approve a month", "close a month", "accept a difference"])
def test_who_made_it_does_not_decide_on_it_whatever_he_is(scene: Scene, name: str) -> None:
    assert refusal(DOINGS[name], with_all_roles(scene, "chen"), scene)


def test_the_checklist_says_who_is_kept_from_what(scene: Scene) -> None:
    kept = {}
    for who in ("chen", "zhou", "qian"):
        overview = checklist.month_overview(actor=scene.actors[who], branch=scene.south, month=month)
        keeps = checklist.month_facts(actor=scene.actors[who], overview=overview).keeps
        kept[who] = {step for step, sentence in keeps.items() if sentence}
    assert kept == {"chen": {"approve", "close"}, "zhou": {"run", "close"}, "qian": {"run", "approve", "close"}}
