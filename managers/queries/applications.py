"""Applications: the list, one with all that belongs to it, whom one may put forward, what is missing (article 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from managers.models import Application, ApplicationStep, Contract, PublicNotice, Recommendation
from managers.queries.contracts import DRAFTERS
from managers.queries.notices import notices
from managers.queries.qualification import ConditionNow, conditions_shown
from managers.rules.applications import ANSWERABLE, EDITABLE, WITHDRAWABLE, Stage, way
from organization.models import BUSINESS_ROLES, Branch, Document, Employee, Role
from organization.queries import documents_of, policies_of

if TYPE_CHECKING:
    from organization.rules import Actor

SUBJECT = "managers.application"
# A unit recommends through somebody who answers for it.
UNIT_ROLES = (Role.CLERK, Role.DIRECTOR, Role.SUPERVISOR)
CHECKERS = (Role.CLERK, Role.SUPERVISOR)
# More names than this are no help while one types.
_MOST_NAMES = 300


@dataclass(frozen=True, slots=True)
class May:
    """What one person may do with an application as it stands; the actions look once more."""

    edit: bool
    declare: bool
    withdraw: bool
    check: bool
    name: bool
    answer: Recommendation | None
    read_assessment: bool
    decide: bool
    draft_contract: bool
    # Figures and penalties are the candidate's own and the branch's business; who recommends sees what is met.
    see_evidence: bool


@dataclass(frozen=True, slots=True)
class ApplicationPage:
    """An application with all that its page shows."""

    application: Application
    stages: Sequence[Stage]
    steps: Sequence[ApplicationStep]
    conditions: Sequence[ConditionNow]
    recommendations: Sequence[Recommendation]
    documents: Sequence[Document]
    notices: Sequence[PublicNotice]
    contracts: Sequence[Contract]
    may: May

    @property
    def failing(self) -> list[ConditionNow]:
        return [one for one in self.conditions if one.result == "not_met"]


def applications(actor: Actor) -> QuerySet[Application]:
    """The applications that the person may see, with the people and branches that a list names."""
    found = Application.objects.visible_to(actor)
    return found.select_related(
        "candidate", "branch", "call", "proposer", "recommending_unit", "checked_by", "decided_by"
    )


def application_totals(found: QuerySet[Application]) -> dict[str, int]:
    """How many applications, how many of them wait for a step of the branch, and how many are over without an office."""
    waiting = Q(state__in=("submitted", "qualified", "assessed", "on_notice", "approved", "contracted"))
    refused = Q(state__in=("not_qualified", "rejected", "withdrawn"))
    return found.order_by().aggregate(
        all=Count("pk"), waiting=Count("pk", filter=waiting), refused=Count("pk", filter=refused)
    )


def application_page(actor: Actor, application: Application) -> ApplicationPage:
    """One application for one person's eyes."""
    steps = list(application.steps.select_related("made_by"))
    recommendations = list(application.recommendations.select_related("recommender"))
    return ApplicationPage(
        application=application,
        stages=way(application.state, [(one.state_after, timezone.localdate(one.made_at)) for one in steps]),
        steps=steps,
        conditions=conditions_shown(application),
        recommendations=recommendations,
        documents=documents_of(SUBJECT, [str(application.pk)]),
        notices=list(notices(actor).filter(application=application)),
        contracts=list(Contract.objects.visible_to(actor).filter(application=application)),
        may=may(actor, application, recommendations),
    )


def may(actor: Actor, application: Application, recommendations: Sequence[Recommendation]) -> May:
    """What the person may do with the application now. Source: articles 6 and 7; roles.md, Four eyes."""
    state, me = application.state, actor.employee_id
    is_candidate, is_proposer = me == application.candidate_id, me == application.proposer_id
    mine = next((one for one in recommendations if one.recommender_id == me), None)
    of_branch = actor.holds(application.branch_id, *BUSINESS_ROLES)
    party = is_candidate or is_proposer
    recommends = mine is not None and mine.state == Recommendation.State.CONFIRMED
    handed_in = state == Application.State.SUBMITTED
    return May(
        edit=party and state in EDITABLE,
        declare=is_candidate and state in EDITABLE,
        withdraw=party and state in WITHDRAWABLE,
        check=handed_in and actor.holds(application.branch_id, *CHECKERS) and not party and not recommends,
        name=is_proposer and handed_in and application.route == Application.Route.COLLEAGUES,
        answer=mine if mine and mine.state == Recommendation.State.ASKED and state in ANSWERABLE else None,
        read_assessment=application.checked_at is not None
        and not party
        and (of_branch or application.assessors.filter(employee=me).exists()),
        decide=state == Application.State.ON_NOTICE and actor.holds(application.branch_id, Role.DIRECTOR) and not party,
        draft_contract=state == Application.State.APPROVED
        and not is_candidate
        and actor.holds(application.branch_id, *DRAFTERS),
        see_evidence=is_candidate or of_branch,
    )


def missing_of(row: Application) -> list[str]:
    """What keeps an application from being handed in, a sentence each. Shape: empty when nothing does."""
    missing = []
    if not row.statement:
        missing.append(_("Write why the candidate applies (step 2)."))
    if not row.resume and not documents_of(SUBJECT, [str(row.pk)]):
        missing.append(_("Write a résumé (step 2), or add one as a document (step 4)."))
    if not row.declares_capacity:
        missing.append(_("The candidate declares full civil capacity in person (step 3)."))
    if row.route == Application.Route.COLLEAGUES:
        required = policies_of(row.branch)["recommendations_required"]
        if row.recommendations.count() < required:
            sentence = ngettext(
                "Name at least %(number)s colleague who recommends (step 1).",
                "Name at least %(number)s colleagues who recommend (step 1).",
                required,
            )
            missing.append(sentence % {"number": required})
    return missing


# --- whom one may put forward


def units_of(actor: Actor) -> QuerySet[Branch]:
    """The units in whose name the person may recommend."""
    return Branch.objects.reached_by(actor, *UNIT_ROLES)


def people_of_units(actor: Actor) -> QuerySet[Employee]:
    """Whom the person may put forward in the name of a unit."""
    reach = actor.branches_of(*UNIT_ROLES)
    return Employee.objects.filter(branch__in=reach).exclude(pk=actor.employee_id or 0).select_related("branch")


def colleagues_of(actor: Actor) -> QuerySet[Employee]:
    """The people of the person's own branch beside himself or herself."""
    return Employee.objects.filter(branch=actor.branch_id).exclude(pk=actor.employee_id or 0).select_related("branch")


def typed_people(people: QuerySet[Employee], words: Sequence[str]) -> dict[str, list[Employee]]:
    """Who is meant by each of the words, an employee number or a whole name. Shape: several where a name is not unique."""
    found = people.filter(Q(employee_no__in=words) | Q(name__in=words))
    return {word: [one for one in found if word in (one.employee_no, one.name)] for word in words}


def offered_names(people: QuerySet[Employee]) -> list[tuple[str, str]]:
    """Numbers and names to offer while somebody types. Shape: none when there are too many to be of use."""
    found = list(people.order_by("employee_no").values_list("employee_no", "name")[: _MOST_NAMES + 1])
    return found if len(found) <= _MOST_NAMES else []


def named_colleagues(application: Application) -> list[str]:
    """The employee numbers of those named as recommending."""
    return list(application.recommendations.values_list("recommender__employee_no", flat=True))
