"""What the director's decision rests on: evidence, conditions, notice, head-count; and what stands against approval."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common.months import Month
from managers.models import Application, ApplicationStep, Call, Criterion, Objection, Recommendation
from managers.queries.assessment import Assessment, assessment_of, grade_label
from managers.queries.headcount import HeadCount, head_counts
from managers.queries.notices import NoticeClock, clock_of, notice_of, open_or_upheld_objections
from managers.queries.qualification import ConditionNow, conditions_shown, unmet_labels
from managers.rules.qualification import anniversary
from organization.models import Branch, Document, Role
from organization.queries import branches_below, documents_of, policies_of
from organization.rules import Actor


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an application cannot be approved now, and by which article."""

    sentence: str
    article: int


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """All that one decision rests on. Shape: head as it is today; its after_approval counts the candidate in."""

    application: Application
    conditions: Sequence[ConditionNow]
    assessment: Assessment
    clock: NoticeClock | None
    objections: int
    recommendations: Sequence[Recommendation]
    documents: Sequence[Document]
    steps: Sequence[ApplicationStep]
    head: HeadCount
    obstacles: Sequence[Obstacle]
    may_decide: bool
    suggested: dict[str, Any]

    @property
    def grade(self) -> str:
        return grade_label(self.assessment.grade)


def decidable(actor: Actor) -> QuerySet[Application]:
    """The applications whose decision page the person may open: of branches where he or she is director."""
    return (
        Application.objects.visible_to(actor)
        .filter(branch__in=actor.branches_of(Role.DIRECTOR))
        .exclude(state=Application.State.DRAFT)
        .select_related("candidate", "branch", "proposer", "recommending_unit", "call", "decided_by")
    )


def waiting_for_decision(actor: Actor, branch: Branch) -> list[Application]:
    """The applications on notice at a branch and below it, that the person may see; oldest first."""
    reach = branches_below([branch.pk])[branch.pk]
    found = Application.objects.visible_to(actor).filter(branch__in=reach, state=Application.State.ON_NOTICE)
    return list(found.select_related("candidate", "branch").order_by("pk"))


def obstacles(application: Application, day: dt.date) -> list[Obstacle]:
    """What stands against approving an application on a day, for everybody. Shape: empty = nothing.

    Source: articles 4, 6 and 7.
    """
    head, clock = head_counts([application.branch], day)[0], _clock(application, day)
    return _obstacles(application, day, head, clock, list(open_or_upheld_objections(application)))


def _clock(application: Application, day: dt.date) -> NoticeClock | None:
    """Where the notice that hangs stands on a day; none without one."""
    notice = notice_of(application)
    if notice is None:
        return None
    notice.application = application
    return clock_of(notice, day)


def _obstacles(
    application: Application, day: dt.date, head: HeadCount, clock: NoticeClock | None, objections: list[Objection]
) -> list[Obstacle]:
    found = []
    if not head.runs_scheme:
        found.append(
            Obstacle(
                _("The account-manager system does not run at %(branch)s. Head office switches it on.")
                % {"branch": application.branch.name},
                4,
            )
        )
    found += [
        Obstacle(_("A condition fails: %(condition)s. Nobody can set it aside.") % {"condition": label}, 6)
        for label in unmet_labels(application, day)
    ]
    if any(one.state == Objection.State.UPHELD for one in objections):
        found.append(Obstacle(_("An objection was upheld. Return the application, or do not approve it."), 7))
    if clock is None:
        found.append(Obstacle(_("The application is not on public notice."), 7))
    elif clock.last_day is None:
        found.append(Obstacle(_("An objection waits for its answer. The notice stands still until then."), 7))
    elif not clock.is_over:
        found.append(
            Obstacle(_("The public notice runs until %(day)s. Decide on a later day.") % {"day": clock.last_day}, 7)
        )
    return found


def decision_page(actor: Actor, application: Application, day: dt.date) -> DecisionPage:
    """The director's screen for one application."""
    return _page(actor, application, day, head_counts([application.branch], day)[0])


def candidates_of_call(actor: Actor, call: Call, day: dt.date) -> list[DecisionPage]:
    """The candidates of a call whom the person may see, beside each other: those who qualified first, by number.

    Shape: a handful, as many as answer a call; each costs the queries of its page.
    """
    found = Application.objects.visible_to(actor).filter(call=call).exclude(state=Application.State.DRAFT)
    head = head_counts([call.branch], day)[0]
    return [
        _page(actor, one, day, head)
        for one in found.select_related("candidate", "branch", "proposer", "recommending_unit").order_by(
            "application_no"
        )
    ]


def side_by_side(pages: Sequence[DecisionPage]) -> dict[str, list[tuple[str, list[Any]]]]:
    """The conditions and criteria of several candidates as rows: each a label and a cell for every page, none where a
    condition does not concern that candidate."""
    labels = {one.condition: one.label for page in pages for one in page.conditions}
    of_page = [{one.condition: one for one in page.conditions} for page in pages]
    judged = [{one.criterion: one for one in page.assessment.criteria} for page in pages]
    return {
        "conditions": [(label, [found.get(code) for found in of_page]) for code, label in labels.items()],
        "criteria": [(str(one.label), [found.get(one) for found in judged]) for one in Criterion],
    }


def _page(actor: Actor, application: Application, day: dt.date, head: HeadCount) -> DecisionPage:
    clock, objections = _clock(application, day), list(open_or_upheld_objections(application))
    first_day = Month.of(day).next.first_day
    years = policies_of(application.branch, day)["term_years"]
    on_notice = application.state == Application.State.ON_NOTICE
    return DecisionPage(
        application=application,
        conditions=conditions_shown(application, day),
        assessment=assessment_of(application),
        clock=clock,
        objections=len(objections),
        recommendations=list(application.recommendations.select_related("recommender").order_by("pk")),
        documents=documents_of("managers.application", [str(application.pk)]),
        steps=list(application.steps.select_related("made_by").order_by("pk")),
        head=head,
        obstacles=_obstacles(application, day, head, clock, objections) if on_notice else [],
        may_decide=on_notice
        and actor.holds(application.branch_id, Role.DIRECTOR)
        and actor.employee_id not in (application.candidate_id, application.proposer_id),
        suggested={
            "term_first_day": first_day,
            "term_last_day": anniversary(first_day, years * 12) - dt.timedelta(days=1),
            "version": application.version,
        },
    )
