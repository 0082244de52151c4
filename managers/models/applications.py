"""The way into office (articles 5 to 7): calls, applications, recommendations, marks, notice and objections."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from managers.models.offices import Appointment
from managers.models.vocabulary import TargetKind
from organization.models import BUSINESS_ROLES, Branch, Employee

if TYPE_CHECKING:
    from organization.rules import Actor


class CallQuerySet(models.QuerySet["Call"]):
    def open_on(self, day: dt.date) -> Self:
        return self.filter(first_day__lte=day, last_day__gte=day, closed_at__isnull=True)

    def visible_to(self, actor: Actor) -> Self:
        """A call is public inside the union: every employee may answer one of a branch of his or her own."""
        if actor.is_system:
            return self
        return self.filter(branch__in=actor.all_branches)


class Call(models.Model):
    """An announcement of posts for account managers that employees may answer (article 7)."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="calls")
    title = models.CharField(_("title"), max_length=100)
    text = models.TextField(_("text"), max_length=8000, blank=True)
    posts = models.PositiveSmallIntegerField(_("posts"))
    target_kind = models.CharField(_("target kind"), max_length=20, choices=TargetKind, blank=True)
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"))
    made_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    closed_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ("-first_day", "-pk")
        constraints = (
            models.CheckConstraint(
                name="call_ends_after_it_begins",
                condition=Q(last_day__gte=F("first_day")),
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                name="call_has_posts",
                condition=Q(posts__gte=1),
                violation_error_message=_("A call offers at least one post."),
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("managers:call_detail", args=[self.pk])


class ApplicationQuerySet(models.QuerySet["Application"]):
    def live(self) -> Self:
        """Neither refused, withdrawn nor over."""
        return self.exclude(state__in=Application.OVER)

    def visible_to(self, actor: Actor) -> Self:
        """Candidate and proposer read theirs; once it was handed in, whoever is asked about it reads that one, and the
        branch's people all of them."""
        if actor.is_system:
            return self
        me = actor.employee_id
        asked = Recommendation.objects.filter(recommender=me).values("application")
        assesses = Assessor.objects.filter(employee=me).values("application")
        handed_in = Q(submitted_at__isnull=False)
        of_branch = Q(branch__in=actor.branches_of(*BUSINESS_ROLES))
        return self.filter(
            Q(candidate=me) | Q(proposer=me) | Q(pk__in=assesses) | (handed_in & (Q(pk__in=asked) | of_branch))
        )


class Application(models.Model):
    """One person's way to become an account manager, from the draft to the office (article 7; roles.md, The flows)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        RETURNED = "returned", _("returned")
        QUALIFIED = "qualified", _("qualified")
        NOT_QUALIFIED = "not_qualified", _("not qualified")
        ASSESSED = "assessed", _("assessed")
        ON_NOTICE = "on_notice", _("on notice")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        CONTRACTED = "contracted", _("contracted")
        IN_OFFICE = "in_office", _("in office")
        ENDED = "ended", _("ended")
        WITHDRAWN = "withdrawn", _("withdrawn")

    OVER = (State.NOT_QUALIFIED, State.REJECTED, State.ENDED, State.WITHDRAWN)

    class Route(models.TextChoices):
        OWN = "own", _("own application")
        UNIT = "unit", _("recommended by a unit")
        COLLEAGUES = "colleagues", _("recommended by colleagues")

    application_no = models.CharField(_("application no."), max_length=20, unique=True, db_collation="C")
    candidate = models.ForeignKey(Employee, models.PROTECT, related_name="applications")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="applications")
    call = models.ForeignKey(Call, models.PROTECT, null=True, blank=True, related_name="applications")
    route = models.CharField(_("route"), max_length=10, choices=Route)
    # Who put the candidate forward: the candidate on the own way, else another person, who never decides.
    proposer = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    recommending_unit = models.ForeignKey(Branch, models.PROTECT, null=True, blank=True, related_name="+")
    statement = models.TextField(_("statement"), max_length=8000, blank=True)
    resume = models.TextField(_("résumé"), max_length=8000, blank=True)
    # The candidate's own word on full civil capacity and on relatives in credit posts of the branch.
    declares_capacity = models.BooleanField(_("I have full capacity for civil conduct"), default=False)
    relatives = models.TextField(_("close relatives in the branch's credit posts"), max_length=1000, blank=True)
    state = models.CharField(_("state"), max_length=15, choices=State, default=State.DRAFT)
    # Goes up with every change, so that a page opened before somebody else's change is refused.
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    # What the data said when it was checked: a list of {"condition", "result", "evidence": {...}} (rules/qualification.py).
    qualification = models.JSONField(default=list)
    checked_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    # What the assessment came to when it was closed, by the policies of that day (managers.queries.assessment): later
    # policies do not change it.
    assessment = models.JSONField(default=dict, blank=True)
    decided_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    term_first_day = models.DateField(_("from"), null=True, blank=True)
    term_last_day = models.DateField(_("to"), null=True, blank=True)
    appointment = models.OneToOneField(Appointment, models.PROTECT, null=True, blank=True, related_name="application")

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                name="one_live_application",
                fields=("candidate",),
                condition=~Q(state__in=("not_qualified", "rejected", "ended", "withdrawn")),
                violation_error_message=_("There is an application of this person already. Finish that one first."),
            ),
            models.CheckConstraint(
                name="application_not_decided_by_candidate",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("candidate")),
                violation_error_message=_("Nobody decides about himself or herself. Ask another person."),
            ),
            models.CheckConstraint(
                name="application_not_decided_by_proposer",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposer")),
                violation_error_message=_("Who puts a candidate forward does not decide. Ask another person."),
            ),
            models.CheckConstraint(
                name="application_not_checked_by_candidate",
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("candidate")),
                violation_error_message=_("Nobody decides about himself or herself. Ask another person."),
            ),
            models.CheckConstraint(
                name="application_not_checked_by_proposer",
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("proposer")),
                violation_error_message=_("Who puts a candidate forward does not check. Ask another person."),
            ),
            models.CheckConstraint(
                name="application_decision_has_a_name",
                condition=~Q(state__in=("approved", "rejected", "contracted", "in_office", "ended"))
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                violation_error_message=_("A decision carries the name of the person who decided."),
            ),
            models.CheckConstraint(
                name="application_refusal_has_a_reason",
                condition=~Q(state__in=("rejected", "returned", "not_qualified")) | ~Q(reason=""),
                violation_error_message=_("Say why."),
            ),
            models.CheckConstraint(
                name="application_own_way",
                condition=Q(~Q(route="own")) | Q(proposer=F("candidate")),
                violation_error_message=_("On the own way the candidate applies in person."),
            ),
            models.CheckConstraint(
                name="application_recommended_by_another",
                condition=Q(route="own") | ~Q(proposer=F("candidate")),
                violation_error_message=_("Nobody recommends himself or herself."),
            ),
            models.CheckConstraint(
                name="application_of_a_unit_names_it",
                condition=Q(~Q(route="unit"), recommending_unit__isnull=True)
                | Q(route="unit", recommending_unit__isnull=False),
                violation_error_message=_("Name the unit that recommends."),
            ),
            models.CheckConstraint(
                name="application_in_office_has_an_appointment",
                condition=~Q(state__in=("in_office", "ended")) | Q(appointment__isnull=False),
            ),
        )
        indexes = (
            # The list of a branch by state, and what waits for its director.
            models.Index(fields=("branch", "state"), name="application_of_branch"),
        )

    def __str__(self) -> str:
        return self.application_no

    def get_absolute_url(self) -> str:
        return reverse("managers:application_detail", args=[self.pk])


class Qualification(models.TextChoices):
    """What data decides about a candidate (managers.rules.qualification)."""

    FORMAL = "formal", _("formal employee")
    SERVICE = "service", _("years in credit-cooperative work")
    CAPACITY = "capacity", _("full capacity for civil conduct")
    PENALTY = "penalty", _("no penalty in force")
    RECOMMENDATIONS = "recommendations", _("recommendations of colleagues")
    RELATIVES = "relatives", _("close relatives in the branch's credit posts")


class ApplicationStep(models.Model):
    """One step of an application: from which state to which, by whom, when and why."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="steps")
    state_before = models.CharField(max_length=15, choices=Application.State, blank=True)
    state_after = models.CharField(max_length=15, choices=Application.State)
    made_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ("application", "pk")

    def __str__(self) -> str:
        return self.state_after


class Recommendation(models.Model):
    """A colleague named as recommending a candidate: it counts once the person has confirmed it (article 7)."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        CONFIRMED = "confirmed", _("confirmed")
        DECLINED = "declined", _("declined")

    application = models.ForeignKey(Application, models.CASCADE, related_name="recommendations")
    recommender = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    words = models.CharField(_("words"), max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("application", "pk")
        constraints = (
            models.UniqueConstraint(
                name="recommendation_once",
                fields=("application", "recommender"),
                violation_error_message=_("This colleague is named already."),
            ),
        )

    def __str__(self) -> str:
        return self.state


class Criterion(models.TextChoices):
    """What people judge of a candidate: items 1 to 5 of article 6."""

    CHARACTER = "character", _("character and conduct")
    KNOWLEDGE = "knowledge", _("knowledge of policy, rules and products")
    INDEPENDENCE = "independence", _("independent work, market response, public relations, speech")
    MARKET = "market", _("market and benefit awareness")
    RESOURCES = "resources", _("social resources")


class AssessmentGrade(models.TextChoices):
    """The grade of an overall result; settings.ASSESSMENT_BANDS says from which points on."""

    EXCELLENT = "excellent", _("excellent")
    GOOD = "good", _("good")
    FAIR = "fair", _("fair")
    SUFFICIENT = "sufficient", _("sufficient")
    INSUFFICIENT = "insufficient", _("insufficient")


class Assessor(models.Model):
    """A person named to judge a candidate on the criteria of article 6."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="assessors")
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    named_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("application", "pk")
        constraints = (
            models.UniqueConstraint(
                name="assessor_once",
                fields=("application", "employee"),
                violation_error_message=_("This person is named already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.employee_id}"


class Mark(models.Model):
    """An assessor's mark on one criterion, 1 to 5, with a remark."""

    assessor = models.ForeignKey(Assessor, models.PROTECT, related_name="marks")
    criterion = models.CharField(_("criterion"), max_length=15, choices=Criterion)
    mark = models.PositiveSmallIntegerField(_("mark"))
    remark = models.CharField(_("remark"), max_length=500, blank=True)

    class Meta:
        ordering = ("assessor", "pk")
        constraints = (
            models.UniqueConstraint(name="mark_once", fields=("assessor", "criterion")),
            models.CheckConstraint(
                name="mark_from_one_to_five",
                condition=Q(mark__gte=1, mark__lte=5),
                violation_error_message=_("Give a mark from 1 to 5."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.criterion} {self.mark}"


class ExamResult(models.Model):
    """The result of a written exam or a skill test, 0 to 100 (unit: hundredths of a point)."""

    class Kind(models.TextChoices):
        EXAM = "exam", _("written exam")
        SKILL = "skill", _("skill test")
        PERFORMANCE = "performance", _("past performance")

    application = models.ForeignKey(Application, models.PROTECT, related_name="exam_results")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    held_on = models.DateField(_("date"))
    result_hundredths = models.PositiveIntegerField(_("result"))
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    made_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("application", "kind")
        constraints = (
            models.UniqueConstraint(
                name="exam_result_once",
                fields=("application", "kind"),
                violation_error_message=_("There is a result of this kind already."),
            ),
            models.CheckConstraint(
                name="exam_result_up_to_a_hundred",
                condition=Q(result_hundredths__lte=10_000),
                violation_error_message=_("A result lies between 0 and 100."),
            ),
        )

    def __str__(self) -> str:
        return self.kind


class PeerReview(models.Model):
    """A peer review 民主评议: colleagues vote in secret; only sums are kept, never who gave which vote."""

    application = models.OneToOneField(Application, models.PROTECT, related_name="peer_review")
    last_day = models.DateField(_("until"))
    opened_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    votes = models.PositiveIntegerField(_("votes"), default=0)
    marks_sum = models.PositiveIntegerField(_("sum of the marks"), default=0)

    class Meta:
        constraints = (
            # A mark is 0 to 100; the sum says no more than the mean does.
            models.CheckConstraint(name="peer_review_sum_of_votes", condition=Q(marks_sum__lte=F("votes") * 100)),
        )

    def __str__(self) -> str:
        return f"{self.votes}"


class PeerVoter(models.Model):
    """Who is asked in a peer review, and whether the person has voted; not what, and not when."""

    review = models.ForeignKey(PeerReview, models.PROTECT, related_name="voters")
    employee = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    has_voted = models.BooleanField(default=False)

    class Meta:
        ordering = ("review", "employee__employee_no")
        constraints = (models.UniqueConstraint(name="peer_voter_once", fields=("review", "employee")),)

    def __str__(self) -> str:
        return f"{self.employee_id}"


class PublicNotice(models.Model):
    """A public notice 公示 of a candidate: so many working days, not counting those with an objection open.

    When it is over follows from the calendar and the objections (managers.rules), and is nowhere stored.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="notices")
    text = models.TextField(_("text"), max_length=4000)
    # Whom to call, for those who want to object: a name and a telephone number.
    contact = models.CharField(_("contact"), max_length=150, blank=True, default="")
    first_day = models.DateField(_("from"))
    working_days = models.PositiveSmallIntegerField(_("working days"))
    published_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    published_at = models.DateTimeField()
    # Taken down when the application leaves the notice by a decision, a return or a withdrawal.
    taken_down_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                name="one_notice_at_a_time",
                fields=("application",),
                condition=Q(taken_down_at__isnull=True),
                violation_error_message=_("This candidate is on notice already."),
            ),
            models.CheckConstraint(
                name="notice_lasts",
                condition=Q(working_days__gte=1),
                violation_error_message=_("A notice lasts at least one working day."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.first_day}"


class Objection(models.Model):
    """An objection 异议 against an appointment during the notice, named or anonymous, with what came of it."""

    class State(models.TextChoices):
        RAISED = "raised", _("raised")
        INVESTIGATED = "investigated", _("under investigation")
        UPHELD = "upheld", _("upheld")
        DISMISSED = "dismissed", _("dismissed")

    notice = models.ForeignKey(PublicNotice, models.PROTECT, related_name="objections")
    # None = anonymous: nowhere, the trail included, stands who it was.
    raised_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    raised_on = models.DateField(_("raised on"))
    text = models.TextField(_("objection"), max_length=4000)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.RAISED)
    investigator = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    findings = models.TextField(_("findings"), max_length=4000, blank=True)
    answer = models.TextField(_("answer"), max_length=4000, blank=True)
    answered_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    answered_on = models.DateField(_("answered on"), null=True, blank=True)

    class Meta:
        ordering = ("notice", "pk")
        constraints = (
            models.CheckConstraint(
                name="objection_answered_by_another",
                condition=Q(answered_by__isnull=True) | Q(raised_by__isnull=True) | ~Q(answered_by=F("raised_by")),
                violation_error_message=_("Who raises an objection does not answer it. Ask another person."),
            ),
            models.CheckConstraint(
                name="objection_decided_with_an_answer",
                condition=~Q(state__in=("upheld", "dismissed"))
                | (Q(answered_by__isnull=False, answered_on__isnull=False) & ~Q(answer="")),
                violation_error_message=_("An objection ends with an answer and a name."),
            ),
        )

    def __str__(self) -> str:
        return self.state
