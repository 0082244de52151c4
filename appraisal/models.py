"""Schemes and their versions, score cards and their lines, and the workbooks that were made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from managers.models import Indicator, TargetKind
from organization.models import BUSINESS_ROLES, Branch, Employee, Job, Role, StoredFile

if TYPE_CHECKING:
    from organization.rules import Actor


class Scheme(models.Model):
    """An appraisal scheme 考核方案 for one kind of target (articles 15, 16, 18)."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100)
    target_kind = models.CharField(_("target kind"), max_length=20, choices=TargetKind)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class SchemeVersion(models.Model):
    """A scheme as it holds from a month on; what is published never changes."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField(_("version"))
    effective_month = models.DateField(_("effective from"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    # With a cap above 1.00 the total may pass 100 only if the scheme says so.
    total_may_exceed = models.BooleanField(default=False)
    # Half-open bands of the total, best first: [{"grade": …, "from_hundredths": …}, …].
    grades = models.JSONField(default=list)
    made_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    published_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("scheme", "-effective_month")
        constraints = (
            models.UniqueConstraint(name="scheme_version_once", fields=("scheme", "version")),
            models.UniqueConstraint(name="scheme_version_a_month", fields=("scheme", "effective_month")),
            models.CheckConstraint(name="scheme_version_names_a_month", condition=Q(effective_month__day=1)),
            models.CheckConstraint(
                name="scheme_published_by_another",
                condition=Q(published_by__isnull=True) | Q(made_by__isnull=True) | ~Q(published_by=F("made_by")),
                violation_error_message=_("Who drafts a scheme does not publish it. Ask another person."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.scheme_id}/{self.version}"


class Group(models.TextChoices):
    """The four groups of article 18."""

    FUNDS = "funds", _("funds")
    MARKETED_FUNDS = "marketed_funds", _("marketed funds")
    INTEREST = "interest", _("interest income")
    CONDUCT = "daily_conduct", _("daily conduct")


class Rule(models.TextChoices):
    """How points are made (arithmetic.md, Scores)."""

    PROPORTIONAL = "proportional", _("proportional")
    TWO_WAY_STEP = "two_way_step", _("two-way step")
    THRESHOLD = "threshold", _("threshold")
    TIERS = "tiers", _("tiers")
    DEDUCTION = "deduction", _("deduction")
    BONUS = "bonus", _("bonus")


class SchemeIndicator(models.Model):
    """One line of a scheme: an indicator, its weight and its rule. Weights of a published version sum to 100."""

    version = models.ForeignKey(SchemeVersion, models.CASCADE, related_name="indicators")
    position = models.PositiveSmallIntegerField()
    group = models.CharField(_("group"), max_length=20, choices=Group)
    indicator = models.CharField(_("indicator"), max_length=30, choices=Indicator)
    weight_hundredths = models.PositiveIntegerField(_("weight"))
    rule = models.CharField(_("rule"), max_length=20, choices=Rule)
    # What the rule needs beside the weight, exact: {"floor_bp": 0, "cap_bp": 10000} for proportional.
    parameters = models.JSONField(default=dict)

    class Meta:
        ordering = ("version", "position")
        constraints = (
            models.UniqueConstraint(name="scheme_indicator_once", fields=("version", "indicator")),
            models.UniqueConstraint(name="scheme_position_once", fields=("version", "position")),
        )

    def __str__(self) -> str:
        return self.indicator


class DefaultGrade(models.TextChoices):
    """The grades of the default schemes; a scheme may name others in its own words."""

    EXCELLENT = "excellent", _("excellent")
    GOOD = "good", _("good")
    QUALIFIED = "qualified", _("qualified")
    UNQUALIFIED = "unqualified", _("unqualified")


class ScoreCardQuerySet(models.QuerySet["ScoreCard"]):
    def visible_to(self, actor: Actor) -> Self:
        """A manager sees the own card; the branch's ranking (names and totals) has its own query."""
        if actor.is_system:
            return self
        return self.filter(Q(manager=actor.employee_id) | Q(branch__in=actor.branches_of(*BUSINESS_ROLES)))

    def ranked_for(self, actor: Actor) -> Self:
        """Cards whose name and total the actor may see: the ranking is open to the managers of the branch."""
        if actor.is_system:
            return self
        return self.filter(branch__in=actor.branches_of(*BUSINESS_ROLES, Role.ACCOUNT_MANAGER))


class ScoreCard(models.Model):
    """One manager's month on 100 points 评分表 (article 16)."""

    month = models.DateField(_("month"))
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", db_index=False)
    manager = models.ForeignKey(Employee, models.PROTECT, related_name="score_cards")
    scheme_version = models.ForeignKey(SchemeVersion, models.PROTECT, related_name="+")
    first_day_in_office = models.DateField()
    days_in_office = models.PositiveSmallIntegerField()
    scored_total_hundredths = models.IntegerField()  # Σ of the lines' points
    total_hundredths = models.IntegerField(_("total"))  # cut at 100 where the scheme cuts, bonuses added
    grade = models.CharField(_("grade"), max_length=20)
    rank = models.PositiveIntegerField(_("rank"))
    # The total that the run before this one gave; none where it made no card. No figure: no digest holds it.
    last_run_total_hundredths = models.IntegerField(null=True)
    # Some indicator has neither target nor "not applicable": the month cannot be confirmed.
    complete = models.BooleanField(default=True)

    objects = ScoreCardQuerySet.as_manager()

    class Meta:
        ordering = ("month", "branch", "rank", "manager")
        constraints = (
            # Also the ranking of a branch's month.
            models.UniqueConstraint(name="score_card_once", fields=("month", "branch", "manager")),
        )

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"

    @property
    def grade_name(self) -> str:
        """The grade in words; empty while a target is missing."""
        return str(DefaultGrade(self.grade).label) if self.grade in DefaultGrade.values else self.grade


class ScoreLine(models.Model):
    """What made the points of one indicator. Rationals are pairs of whole numbers, in lowest terms."""

    class State(models.TextChoices):
        SCORED = "scored", _("scored")
        NOT_SET = "not_set", _("target not set")
        NOT_APPLICABLE = "not_applicable", _("not applicable")

    class TargetSource(models.TextChoices):
        MONTH = "month", _("target of the month")
        CONTRACT = "contract", _("contract")
        COMPUTED = "computed", _("computed")
        NONE = "none", _("none")

    card = models.ForeignKey(ScoreCard, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    group = models.CharField(max_length=20, choices=Group)
    indicator = models.CharField(max_length=30, choices=Indicator)
    rule = models.CharField(max_length=20, choices=Rule)
    parameters = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=State)
    scheme_weight_hundredths = models.PositiveIntegerField()
    # The weight after spreading what is not applicable, in points.
    weight_numerator = models.BigIntegerField()
    weight_denominator = models.BigIntegerField()
    # Hundredths of the indicator's unit (fen for money): as agreed for a whole month, and for the days in office.
    full_target_hundredths = models.BigIntegerField(null=True)
    target_hundredths = models.BigIntegerField(null=True)
    target_source = models.CharField(max_length=10, choices=TargetSource, default=TargetSource.NONE)
    # {"target": id, "batch": id, "row": no} or {"contract_target": id}.
    target_evidence = models.JSONField(default=dict)
    # Hundredths of the indicator's unit, exact: an average is 积数 over days.
    actual_numerator = models.BigIntegerField(null=True)
    actual_denominator = models.BigIntegerField(null=True)
    rate_numerator = models.DecimalField(max_digits=40, decimal_places=0, null=True)
    rate_denominator = models.DecimalField(max_digits=40, decimal_places=0, null=True)
    # Before floor and cap, rounded for display; what counts is points_hundredths.
    raw_points_hundredths = models.BigIntegerField(null=True)
    points_hundredths = models.IntegerField()
    # Ids of the entries that a deduction counted.
    entries = models.JSONField(default=list)

    class Meta:
        ordering = ("card", "position")
        constraints = (models.UniqueConstraint(name="score_line_once", fields=("card", "indicator")),)

    def __str__(self) -> str:
        return self.indicator


class WorkbookQuerySet(models.QuerySet["Workbook"]):
    def visible_to(self, actor: Actor) -> Self:
        if actor.is_system:
            return self
        return self.filter(branch__in=actor.branches_of(*BUSINESS_ROLES))


class Workbook(models.Model):
    """An appraisal workbook as it was made: kept for download, with the digest of the file."""

    month = models.DateField(_("month"))
    # None: several branches without one above them all; only the system sees it.
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="workbooks")
    month_state = models.CharField(max_length=14)
    month_version = models.PositiveSmallIntegerField()
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")

    objects = WorkbookQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = (
            # The downloads on a month page, newest first.
            models.Index(fields=("branch", "month", "-id"), name="workbook_of_month"),
        )

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


# What triggers refuse, by the name that they give (migrations/sql/).
LAWS = {
    "published_scheme_stays": _("A published scheme never changes. Make a new version."),
    "scheme_weights_sum_to_100": _("The weights of the scored indicators sum to exactly 100."),
}
