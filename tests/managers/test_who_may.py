"""Who may not do a thing about managers, asked of the actions themselves: another branch's people, and whoever would decide
about himself or herself, or about what he or she has made (roles.md, Four eyes).

The database refuses most of the second kind too; here the action answers, with its sentence, before it is asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from common.errors import RuleError
from managers.actions import (
    applications,
    changes,
    contracts,
    decisions,
    entries,
    handovers,
    inspections,
    plans,
    qualification,
    records,
    reports,
    sessions,
)
from managers.models import AuthorisationLetter, Inspection, Penalty, Session, WorkReport
from organization.models import Employee, Role
from organization.queries import actor_of
from organization.rules import SYSTEM, Actor
from tests.cast import Cast
from tests.make import (
    grant,
    make_application,
    make_change,
    make_contract,
    make_entry,
    make_hand_over,
    make_plan,
)

DAY = dt.date(2026, 10, 5)
PAPER = [b"%PDF-1.4 a paper"]
HIMSELF = "Nobody decides about himself or herself. Ask another person."


def holding(employee: Employee, role: str) -> Actor:
    """The person with one role more at the own branch."""
    grant(employee, role)
    return actor_of(employee)


def contract_of_wang(cast: Cast) -> Any:
    return make_contract(cast.wang.appointments.get(), cast.chen)


def change_contract(cast: Cast, actor: Actor) -> None:
    contracts.change_contract(actor=actor, contract=contract_of_wang(cast), digest="", targets=[])


def discard_contract(cast: Cast, actor: Actor) -> None:
    contracts.discard_contract(actor=actor, contract=contract_of_wang(cast), reason="a mistake")


def add_annex(cast: Cast, actor: Actor) -> None:
    contracts.add_annex(actor=actor, contract=contract_of_wang(cast), name="a.pdf", content=PAPER)


def remove_annex(cast: Cast, actor: Actor) -> None:
    contract = contract_of_wang(cast)
    annex = contracts.add_annex(actor=cast.actor("chen"), contract=contract, name="a.pdf", content=PAPER)
    contracts.remove_annex(actor=actor, contract=contract, document=annex, reason="a mistake")


DRAFTING = {"change": change_contract, "discard": discard_contract, "annex": add_annex, "without annex": remove_annex}


@pytest.mark.parametrize("act", DRAFTING.values(), ids=DRAFTING)
def test_contracts_are_drafted_by_the_people_of_the_branch_and_never_with_oneself(
    cast: Cast, act: Callable[[Cast, Actor], None]
) -> None:
    with pytest.raises(RuleError, match=f"Only the people of {cast.south.name} draft its contracts"):
        act(cast, cast.actor("sun"))


@pytest.mark.parametrize("act", DRAFTING.values(), ids=DRAFTING)
def test_nobody_drafts_a_contract_with_himself(cast: Cast, act: Callable[[Cast, Actor], None]) -> None:
    with pytest.raises(RuleError, match="Nobody drafts a contract with himself or herself"):
        act(cast, holding(cast.wang, Role.CLERK))


@pytest.mark.parametrize("state", ["on_notice", "assessed"])
def test_who_puts_a_candidate_forward_does_not_decide(cast: Cast, state: str) -> None:
    application = make_application(cast.chen, state, route="unit", proposer=cast.zhou)
    with pytest.raises(RuleError, match="Who puts a candidate forward does not decide"):
        decisions.reject(actor=cast.actor("zhou"), application=application, version=application.version, reason="no")


def test_nobody_decides_about_the_own_office(cast: Cast) -> None:
    change = make_change(cast.wang.appointments.get(), cast.wang)
    with pytest.raises(RuleError, match=HIMSELF):
        changes.approve_change(actor=holding(cast.wang, Role.DIRECTOR), change=change)


def test_who_proposes_a_change_of_an_office_does_not_decide_about_it(cast: Cast) -> None:
    change = make_change(cast.wang.appointments.get(), cast.zhou)
    with pytest.raises(RuleError, match="Who proposes a change does not decide about it"):
        changes.reject_change(actor=cast.actor("zhou"), change=change, reason="no")


@pytest.mark.parametrize("act", [entries.confirm_entry, entries.reject_entry])
def test_who_enters_a_fact_does_not_confirm_it(cast: Cast, act: Callable[..., None]) -> None:
    entry = make_entry(cast.wang, "5th", -1_00)
    entry.made_by = cast.zhou
    entry.save(update_fields=["made_by"])
    with pytest.raises(RuleError, match="Who enters a fact does not confirm it"):
        act(actor=cast.actor("zhou"), entry=entry)


def test_nobody_confirms_a_fact_about_himself(cast: Cast) -> None:
    with pytest.raises(RuleError, match=HIMSELF):
        entries.confirm_entry(actor=holding(cast.wang, Role.DIRECTOR), entry=make_entry(cast.wang, "5th", -1_00))


def sheet_of_wang(cast: Cast) -> Any:
    return make_hand_over(cast.wang.appointments.get(), cast.chen)


HANDING: dict[str, Callable[[Cast, Actor], object]] = {
    "open": lambda cast, actor: handovers.open_hand_over(
        actor=actor,
        appointment=cast.wang.appointments.get(),
        occasion="change",
        first_day=dt.date(2026, 11, 1),
        witness=cast.zhou,
    ),
    "send": lambda cast, actor: handovers.send_round(
        actor=actor, sheet=sheet_of_wang(cast), takers=[cast.li.pk], digest="0" * 64
    ),
    "take back": lambda cast, actor: handovers.take_back(actor=actor, sheet=sheet_of_wang(cast), reason="a mistake"),
    "change": lambda cast, actor: handovers.change_header(
        actor=actor, sheet=sheet_of_wang(cast), witness=cast.zhou, remarks=""
    ),
    "cancel": lambda cast, actor: handovers.cancel_hand_over(actor=actor, sheet=sheet_of_wang(cast), reason="no"),
}


@pytest.mark.parametrize("act", HANDING.values(), ids=HANDING)
def test_a_sheet_is_the_branchs_own(cast: Cast, act: Callable[[Cast, Actor], object]) -> None:
    with pytest.raises(RuleError, match=f"You do not have the right to do this at {cast.south.name}"):
        act(cast, cast.actor("sun"))


@pytest.mark.parametrize("act", HANDING.values(), ids=HANDING)
def test_nobody_makes_the_sheet_of_what_he_himself_gives_up(cast: Cast, act: Callable[[Cast, Actor], object]) -> None:
    with pytest.raises(RuleError, match=HIMSELF):
        act(cast, holding(cast.wang, Role.CLERK))


def inspection_of_wang(cast: Cast, **fields: Any) -> Inspection:
    return Inspection.objects.create(
        branch=cast.south,
        employee=cast.wang,
        planned_on=DAY,
        subject="dossiers",
        made_by=cast.chen,
        made_at=timezone.now(),
        **fields,
    )


def mended_of_wang(cast: Cast) -> Inspection:
    mended = {"inspected_on": DAY, "inspector": cast.chen, "findings": "two papers missing"}
    todo = {"follow_up": "find them", "follow_up_by": DAY, "mended_on": DAY, "mended_words": "found"}
    return inspection_of_wang(cast, **mended, **todo)


def hold(cast: Cast, actor: Actor) -> None:
    inspections.hold_inspection(actor=actor, inspection=inspection_of_wang(cast), inspected_on=DAY, findings="fine")


def cancel(cast: Cast, actor: Actor) -> None:
    inspections.cancel_inspection(actor=actor, inspection=inspection_of_wang(cast), reason="no time")


def accept(cast: Cast, actor: Actor) -> None:
    inspections.accept_mending(actor=actor, inspection=mended_of_wang(cast))


def give_back(cast: Cast, actor: Actor) -> None:
    inspections.return_mending(actor=actor, inspection=mended_of_wang(cast), reason="one is missing")


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (hold, "Only a clerk, the director or a supervisor"),
        (cancel, "Only a clerk, the director or a supervisor"),
        (accept, "Only the inspector or the director"),
        (give_back, "Only the inspector or the director"),
    ],
)
def test_inspections_are_held_by_the_branchs_people(
    cast: Cast, act: Callable[[Cast, Actor], None], sentence: str
) -> None:
    with pytest.raises(RuleError, match=sentence):
        act(cast, cast.actor("sun"))


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (hold, "Nobody inspects his or her own work"),
        (cancel, HIMSELF),
        (accept, "Nobody accepts his or her own mending"),
        (give_back, "Nobody accepts his or her own mending"),
    ],
)
def test_nobody_inspects_himself(cast: Cast, act: Callable[[Cast, Actor], None], sentence: str) -> None:
    with pytest.raises(RuleError, match=sentence):
        act(cast, holding(cast.wang, Role.DIRECTOR))


def test_only_the_manager_says_how_it_was_mended(cast: Cast) -> None:
    with pytest.raises(RuleError, match=f"Only {cast.wang.name} says how it was mended"):
        inspections.mend_inspection(actor=cast.actor("li"), inspection=mended_of_wang(cast), words="found")


def test_a_plan_is_drafted_at_its_branch_and_approved_by_another(cast: Cast) -> None:
    plan = make_plan(cast.south, cast.zhou)
    for act in (
        lambda: plans.set_parts(actor=cast.actor("sun"), plan=plan, whole_hundredths=1, parts={}),
        lambda: plans.discard_plan(actor=cast.actor("sun"), plan=plan, reason="a mistake"),
    ):
        with pytest.raises(RuleError, match=f"Only the people of {cast.south.name} draft its plans"):
            act()
    with pytest.raises(RuleError, match="Who drafts a plan does not approve it"):
        plans.approve_plan(actor=cast.actor("zhou"), plan=plan)


def check(cast: Cast, actor: Actor, candidate: Employee, **fields: Any) -> None:
    application = make_application(candidate, "submitted", **fields)
    qualification.check_application(
        actor=actor, application=application, version=application.version, state="not_qualified", reason="too young"
    )


def test_an_application_is_checked_by_the_branch_and_by_nobody_who_has_a_part_in_it(cast: Cast) -> None:
    with pytest.raises(RuleError, match=f"Only a clerk of {cast.south.name} or a supervisor"):
        check(cast, cast.actor("sun"), cast.song, branch=cast.south)
    with pytest.raises(RuleError, match=HIMSELF):
        check(cast, cast.actor("chen"), cast.chen)


def test_who_puts_a_candidate_forward_does_not_check(cast: Cast) -> None:
    with pytest.raises(RuleError, match="Who puts a candidate forward does not check"):
        check(cast, cast.actor("chen"), cast.zhou, route="unit", proposer=cast.chen)


def test_who_recommends_a_candidate_does_not_check(cast: Cast) -> None:
    with pytest.raises(RuleError, match="Who recommends a candidate does not check"):
        check(cast, cast.actor("chen"), cast.zhou, route="colleagues", recommenders=(cast.chen, cast.li))


def penalty_of(cast: Cast) -> Penalty:
    return Penalty.objects.create(
        branch=cast.south,
        employee=cast.wang,
        kind="warning",
        first_day=DAY,
        reason="late",
        issuer="branch",
        made_by=cast.wu,
        made_at=timezone.now(),
    )


def letter_of(cast: Cast) -> AuthorisationLetter:
    return AuthorisationLetter.objects.create(
        branch=cast.south,
        employee=cast.wang,
        letter_no=f"SQ-{AuthorisationLetter.objects.count()}",
        scope="loans",
        first_day=DAY,
        issued_by=cast.wu,
        issued_at=timezone.now(),
    )


def issue_letter(cast: Cast, actor: Actor) -> None:
    records.issue_letter(
        actor=actor,
        branch=cast.south,
        employee=cast.wang,
        letter_no="SQ-2",
        scope="loans",
        limit_fen=None,
        first_day=DAY,
        last_day=None,
    )


def award(cast: Cast, actor: Actor) -> None:
    records.award_honour(
        actor=actor, branch=cast.south, employee=cast.wang, awarded_on=DAY, title="best", issuer="branch"
    )


RECORDS: dict[str, tuple[Callable[[Cast, Actor], None], str]] = {
    "lift a penalty": (
        lambda cast, actor: records.lift_penalty(actor=actor, penalty=penalty_of(cast), reason="mended"),
        "Only the director or a supervisor",
    ),
    "award an honour": (award, "Only the director or a supervisor"),
    "issue a letter": (issue_letter, "Only the director"),
    "revoke a letter": (
        lambda cast, actor: records.revoke_letter(actor=actor, letter=letter_of(cast), reason="misused"),
        "Only the director",
    ),
}


@pytest.mark.parametrize(("act", "sentence"), RECORDS.values(), ids=RECORDS)
def test_honours_penalties_and_letters_are_the_directors_and_never_ones_own(
    cast: Cast, act: Callable[[Cast, Actor], None], sentence: str
) -> None:
    with pytest.raises(RuleError, match=f"{sentence}.* of {cast.south.name}"):
        act(cast, cast.actor("sun"))
    with pytest.raises(RuleError, match=HIMSELF):
        act(cast, holding(cast.wang, Role.DIRECTOR))


def test_nobody_replies_to_his_own_report(cast: Cast) -> None:
    now = timezone.now()
    report = WorkReport.objects.create(
        branch=cast.south,
        employee=cast.wang,
        kind="monthly",
        period_first_day=dt.date(2026, 10, 1),
        done="visits",
        state="sent",
        changed_at=now,
        sent_at=now,
    )
    with pytest.raises(RuleError, match="Nobody replies to his or her own report"):
        reports.reply_report(actor=holding(cast.wang, Role.DIRECTOR), report=report, reply="well done")


def test_sessions_are_the_branchs_own(cast: Cast) -> None:
    session = Session.objects.create(
        branch=cast.south,
        kind="training",
        title="new products",
        held_on=DAY,
        hours_hundredths=200,
        made_by=cast.chen,
        made_at=timezone.now(),
    )
    sun = cast.actor("sun")
    for act in (
        lambda: sessions.plan_session(
            actor=sun,
            branch=cast.south,
            kind="training",
            title="new products",
            held_on=DAY,
            hours_hundredths=200,
            people=[cast.wang],
        ),
        lambda: sessions.note_attendance(actor=sun, session=session, came={}, remarks={}),
        lambda: sessions.cancel_session(actor=sun, session=session, reason="no room"),
    ):
        with pytest.raises(RuleError, match=f"Only a clerk or the director of {cast.south.name}"):
            act()


def test_on_the_own_way_one_applies_in_person_and_nobody_recommends_himself(cast: Cast) -> None:
    def start(actor: Actor, route: str, candidate: Employee) -> None:
        applications.start_application(
            actor=actor, route=route, candidate=candidate, unit=cast.south, colleagues=[cast.li, cast.zhou]
        )

    with pytest.raises(RuleError, match="Employees apply and recommend, in person"):
        start(SYSTEM, "own", cast.song)
    with pytest.raises(RuleError, match="On the own way the candidate applies in person"):
        start(cast.actor("chen"), "own", cast.song)
    for route in ("unit", "colleagues"):
        with pytest.raises(RuleError, match="Nobody recommends himself or herself"):
            start(cast.actor("chen"), route, cast.chen)
