"""What people judge of a candidate: marks, results, the peer review, and what they come to (article 6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from managers.models import (
    Application,
    AssessmentGrade,
    Assessor,
    Criterion,
    ExamResult,
    Mark,
    PeerReview,
    PeerVoter,
)
from managers.rules.assessment import (
    PARTS,
    PEER_REVIEW,
    below_least_mean,
    grade_of,
    lacking_parts,
    mean_of,
    overall_result,
    weights_add_up,
)
from organization.models import BUSINESS_ROLES, Employee
from organization.queries import branches_above, documents_of, policies_of

if TYPE_CHECKING:
    from organization.models import Document
    from organization.rules import Actor

# The policies that an assessment goes by: those of the day on which it is closed.
POLICIES = (
    "assessors_required",
    "least_mean_mark_hundredths",
    "exam_weight_percent",
    "performance_weight_percent",
    "skill_weight_percent",
    "peer_review_weight_percent",
    "peer_votes_required",
)
ASSESSOR_SUBJECT = "managers.assessor"


@dataclass(frozen=True, slots=True)
class JudgedCriterion:
    """A criterion of article 6: the marks on it, their exact mean, and whether it is lower than the branch asks for.

    Shape: marks by assessor, none while the assessors still judge apart; no mean without marks.
    """

    criterion: Criterion
    marks: list[Mark]
    mean: Fraction | None
    is_low: bool


@dataclass(frozen=True, slots=True)
class Assessment:
    """An assessment as it stands, for its page, for the decision, and for closing it.

    Shape: marks are open (`marks_open`) once every assessor is done; the mean of the peer review is there once it is
    closed with enough votes; `overall` and `grade` only where the branch weighs results and has them all; `obstacles` are
    the sentences that keep it from being closed. Unit: results and means of 100, marks of 5.
    """

    assessors: list[Assessor]
    required: int
    marks_open: bool
    least_mean_hundredths: int
    criteria: list[JudgedCriterion]
    results: list[ExamResult]
    review: PeerReview | None
    votes_required: int
    review_mean: Fraction | None
    weights_percent: dict[str, int]
    overall: Fraction | None
    grade: str
    obstacles: list[str]

    @property
    def done(self) -> int:
        return sum(one.done_at is not None for one in self.assessors)

    @property
    def is_weighted(self) -> bool:
        return any(self.weights_percent.values())

    @property
    def low_criteria(self) -> list[JudgedCriterion]:
        """What people judge too low: it warns, and the director judges it."""
        return [one for one in self.criteria if one.is_low]


def assessments(actor: Actor) -> QuerySet[Application]:
    """The applications whose assessment the person may read: the branch's people and the assessors, never the candidate."""
    me = actor.employee_id
    assesses = Assessor.objects.filter(employee=me).values("application")
    of_branch = Q(branch__in=actor.branches_of(*BUSINESS_ROLES))
    rows = Application.objects.filter(of_branch | Q(pk__in=assesses)).exclude(candidate=me)
    return rows.select_related("candidate__branch", "branch", "proposer")


def assessment_of(application: Application) -> Assessment:
    """The assessment of an application, by the policies of today, or of the day on which it was closed."""
    policies = _policies(application)
    assessors = list(
        Assessor.objects.filter(application=application)
        .select_related("employee", "named_by")
        .prefetch_related(Prefetch("marks", Mark.objects.order_by("pk")))
        .order_by("employee__employee_no")
    )
    marks_open = bool(assessors) and all(one.done_at is not None for one in assessors)
    least = policies["least_mean_mark_hundredths"]
    results = list(ExamResult.objects.filter(application=application).select_related("made_by"))
    review = PeerReview.objects.filter(application=application).select_related("opened_by").first()
    review_mean = mean_of_review(review, policies["peer_votes_required"])
    weights = {part: policies[f"{part}_weight_percent"] for part in PARTS}
    figures = {one.kind: Fraction(one.result_hundredths, 100) for one in results}
    if review_mean is not None:
        figures[PEER_REVIEW] = review_mean
    whole = weights_add_up(weights)
    overall = overall_result(figures, weights) if whole and not lacking_parts(figures, weights) else None
    return Assessment(
        assessors=assessors,
        required=policies["assessors_required"],
        marks_open=marks_open,
        least_mean_hundredths=least,
        criteria=[_judged(one, assessors if marks_open else (), least) for one in Criterion],
        results=results,
        review=review,
        votes_required=policies["peer_votes_required"],
        review_mean=review_mean,
        weights_percent=weights,
        overall=overall,
        grade="" if overall is None else grade_of(overall, settings.ASSESSMENT_BANDS),
        obstacles=_obstacles(
            assessors, policies["assessors_required"], review, weights, lacking_parts(figures, weights)
        ),
    )


def snapshot_of(found: Assessment, application: Application) -> dict[str, Any]:
    """What is kept with the application when its assessment is closed. Shape: exact figures as [numerator, denominator]."""
    return {
        "policies": _policies(application),
        "means": {one.criterion.value: _pair(one.mean) for one in found.criteria},
        "results_hundredths": {one.kind: one.result_hundredths for one in found.results},
        "peer_review": None if found.review is None else [found.review.votes, _pair(found.review_mean)],
        "overall": _pair(found.overall),
        "grade": found.grade,
    }


def mean_of_review(review: PeerReview | None, votes_required: int) -> Fraction | None:
    """The mean of a peer review, once it is closed and enough people have voted to keep each vote secret."""
    if review is None or review.closed_at is None or review.votes < votes_required:
        return None
    return Fraction(review.marks_sum, review.votes) if review.votes else None


def documents_of_assessors(assessors: Sequence[Assessor]) -> dict[int, list[Document]]:
    """What each assessor has put beside the marks."""
    found: dict[int, list[Document]] = {one.pk: [] for one in assessors}
    for document in documents_of(ASSESSOR_SUBJECT, [str(pk) for pk in found]):
        found[int(document.subject_key)].append(document)
    return found


def readable_assessor(actor: Actor, assessors: Sequence[Assessor], marks_open: bool, pk: int) -> Assessor | None:
    """The assessor whose marks and files the person may read: the own ones always, others' once everyone is done."""
    return next(
        (one for one in assessors if one.pk == pk and (marks_open or one.employee_id == actor.employee_id)), None
    )


def own_marks(actor: Actor, application: Application) -> dict[str, Mark]:
    """The person's own marks by criterion."""
    return {one.criterion: one for one in Mark.objects.filter(assessor=own_assessor(actor, application))}


def own_assessor(actor: Actor, application: Application) -> Assessor | None:
    """The person as an assessor of the application."""
    return Assessor.objects.filter(application=application, employee=actor.employee_id).first()


def people_to_ask(application: Application) -> QuerySet[Employee]:
    """Who can be named as an assessor or investigator: people with a sign-in of the branch and of those above, neither
    the candidate nor the proposer."""
    people = Employee.objects.filter(branch__in=branches_above(application.branch), user__is_active=True)
    return people.exclude(pk__in=(application.candidate_id, application.proposer_id)).select_related("branch")


def colleagues_of(application: Application) -> QuerySet[Employee]:
    """Who votes in a peer review: the branch's people with a sign-in, without the candidate."""
    people = Employee.objects.filter(branch=application.branch_id, user__is_active=True)
    return people.exclude(pk=application.candidate_id)


def marks_due(actor: Actor) -> QuerySet[Assessor]:
    """The assessments that wait for the person's marks: for the inbox."""
    waiting = Assessor.objects.filter(employee=actor.employee_id, done_at__isnull=True)
    return waiting.filter(application__state=Application.State.QUALIFIED).select_related("application__candidate")


def votes_due(actor: Actor, day: dt.date | None = None) -> QuerySet[PeerReview]:
    """The peer reviews that wait for the person's vote: for the inbox."""
    mine = PeerVoter.objects.filter(employee=actor.employee_id, has_voted=False).values("review")
    return (
        PeerReview.objects.filter(
            pk__in=mine,
            closed_at__isnull=True,
            last_day__gte=day or timezone.localdate(),
            application__state=Application.State.QUALIFIED,
        )
        .select_related("application__candidate", "application__branch")
        .order_by("last_day", "pk")
    )


def reviews_of_voter(actor: Actor) -> QuerySet[PeerReview]:
    """The peer reviews in which the person is asked, whether voted or not."""
    mine = PeerVoter.objects.filter(employee=actor.employee_id).values("review")
    return PeerReview.objects.filter(pk__in=mine).select_related("application__candidate", "application__branch")


def has_voted(actor: Actor, review: PeerReview) -> bool:
    """Whether the person has voted; what, nobody knows."""
    return PeerVoter.objects.filter(review=review, employee=actor.employee_id, has_voted=True).exists()


def takes_votes(review: PeerReview, day: dt.date) -> bool:
    """Whether a peer review still takes votes on a day."""
    return (
        review.closed_at is None and review.last_day >= day and review.application.state == Application.State.QUALIFIED
    )


def voters_of(review: PeerReview | None) -> int:
    """How many people are asked."""
    return 0 if review is None else PeerVoter.objects.filter(review=review).count()


def _policies(application: Application) -> dict[str, int]:
    kept: dict[str, int] = application.assessment.get("policies", {})
    open_states = (Application.State.DRAFT, Application.State.SUBMITTED, Application.State.RETURNED)
    if kept and application.state not in (*open_states, Application.State.QUALIFIED):
        return kept
    values = policies_of(application.branch)
    return {name: values[name] for name in POLICIES}


def _judged(criterion: Criterion, assessors: Sequence[Assessor], least_mean_hundredths: int) -> JudgedCriterion:
    marks = []
    for assessor in assessors:
        for mark in assessor.marks.all():
            if mark.criterion == criterion:
                mark.assessor = assessor
                marks.append(mark)
    mean = mean_of([mark.mark for mark in marks])
    return JudgedCriterion(criterion, marks, mean, below_least_mean(mean, least_mean_hundredths))


def _obstacles(
    assessors: Sequence[Assessor],
    required: int,
    review: PeerReview | None,
    weights_percent: Mapping[str, int],
    lacking: Sequence[str],
) -> list[str]:
    found = []
    waiting = [one.employee.name for one in assessors if one.done_at is None]
    if len(assessors) < required:
        found.append(
            _("The branch asks for %(required)s assessors, %(named)s are named. Name more.")
            % {"required": required, "named": len(assessors)}
        )
    if waiting:
        found.append(_("Marks are lacking from: %(names)s.") % {"names": ", ".join(waiting)})
    if review is not None and review.closed_at is None and PEER_REVIEW not in lacking:
        found.append(_("The peer review is still open. Close it first."))
    if not weights_add_up(weights_percent):
        found.append(
            _("The branch's weights of exam, performance, skill and peer review come to %(sum)s %%, not to 100 %%.")
            % {"sum": sum(weights_percent.values())}
        )
    elif lacking:
        words = {**dict(ExamResult.Kind.choices), PEER_REVIEW: _("peer review, closed with enough votes")}
        found.append(_("Results are lacking: %(parts)s.") % {"parts": ", ".join(str(words[one]) for one in lacking)})
    return found


def grade_label(grade: str) -> str:
    """The grade in words. Shape: empty without one."""
    return str(AssessmentGrade(grade).label) if grade else ""


def _pair(exact: Fraction | None) -> list[int] | None:
    return None if exact is None else [exact.numerator, exact.denominator]
