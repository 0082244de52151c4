"""Contracts, monthly targets, the yearly plan, and the costs that interest has to earn (articles 11, 12 and 15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from managers.models.offices import Appointment
from managers.models.people import OfPersonQuerySet
from managers.models.vocabulary import DayRange, Indicator, Int8Point, TargetKind
from organization.models import BUSINESS_ROLES, Branch, Employee, ImportBatch

if TYPE_CHECKING:
    from organization.rules import Actor


class ContractQuerySet(models.QuerySet["Contract"]):
    def binding(self) -> Self:
        """Signed by both, or brought in as signed on paper: what a month is appraised on."""
        return self.exclude(state=Contract.State.DRAFT)

    def visible_to(self, actor: Actor) -> Self:
        if actor.is_system:
            return self
        if actor.employee_id is None:  # a contract without an application would else be nobody's own
            return self.none()
        reach = actor.branches_of(*BUSINESS_ROLES)
        own = Q(appointment__employee=actor.employee_id) | Q(application__candidate=actor.employee_id)
        return self.filter(own | Q(appointment__branch__in=reach) | Q(application__branch__in=reach))


class Contract(models.Model):
    """What a manager and the branch have agreed: the kind of target (article 15) and the monthly figures (article 11).

    The first contract of an approved candidate belongs to the application; the appointment begins with its signatures. A
    later one replaces a contract of the same appointment. Both sides sign the digest of its text; from then on only its
    last day and its state move (ended, replaced).
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        AGREED = "agreed", _("agreed")
        IN_FORCE = "in_force", _("in force")
        ENDED = "ended", _("ended")
        REPLACED = "replaced", _("replaced")

    appointment = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="contracts")
    application = models.ForeignKey("Application", models.PROTECT, null=True, blank=True, related_name="contracts")
    contract_no = models.CharField(_("contract no."), max_length=40, blank=True)
    target_kind = models.CharField(_("target kind"), max_length=20, choices=TargetKind)
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"), null=True, blank=True)
    # A contract that comes in by file was signed on paper: it is in force as it is.
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.IN_FORCE, db_default="in_force")
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    includes_dedicated_recovery = models.BooleanField(_("dedicated recovery included"), default=False, db_default=False)
    remarks = models.TextField(_("further agreements"), max_length=4000, blank=True, db_default="")
    made_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(null=True, blank=True)
    # Each signature is a name, an instant and the digest of the text that was read (SHA-256, hexadecimal).
    manager_signed_at = models.DateTimeField(null=True, blank=True)
    manager_digest = models.CharField(max_length=64, blank=True, db_default="")
    branch_signed_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    branch_signed_at = models.DateTimeField(null=True, blank=True)
    branch_digest = models.CharField(max_length=64, blank=True, db_default="")
    # The text as both have read it, kept from the second signature on: names of people and branches may change later.
    signed_text = models.TextField(blank=True, db_default="")
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, related_name="+")
    row_no = models.PositiveIntegerField(null=True)

    objects = ContractQuerySet.as_manager()

    class Meta:
        ordering = ("appointment", "first_day")
        constraints = (
            models.CheckConstraint(
                name="contract_ends_after_it_begins",
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                violation_error_message=_("The last day lies before the first."),
            ),
            ExclusionConstraint(
                name="one_contract_a_day",
                expressions=[(Int8Point("appointment"), "&&"), (DayRange("first_day", "last_day"), "&&")],
                condition=~Q(state="draft"),
                violation_error_message=_("A contract of this appointment already covers some of these days."),
            ),
            models.CheckConstraint(
                name="contract_of_an_appointment",
                condition=Q(appointment__isnull=False) | Q(state="draft", application__isnull=False),
                violation_error_message=_("A contract that holds belongs to an appointment."),
            ),
            models.CheckConstraint(
                name="contract_signed_by_another_for_the_branch",
                condition=Q(branch_signed_by__isnull=True)
                | Q(made_by__isnull=True)
                | ~Q(branch_signed_by=F("made_by")),
                violation_error_message=_("Who drafts a contract does not sign it for the branch. Ask another person."),
            ),
            models.CheckConstraint(
                name="contract_agreed_by_both",
                condition=Q(state="draft")
                | Q(made_by__isnull=True)
                | Q(
                    manager_signed_at__isnull=False,
                    branch_signed_by__isnull=False,
                    branch_signed_at__isnull=False,
                    manager_digest=F("branch_digest"),
                ),
                violation_error_message=_("A contract holds when both have signed the same text."),
            ),
        )
        indexes = (
            # What begins and what ends today: the turn of the day.
            models.Index(fields=("state", "last_day"), name="contract_by_state"),
            # The list by first day, paged by key.
            models.Index(fields=("first_day", "id"), name="contract_by_first_day"),
        )

    def __str__(self) -> str:
        return self.contract_no


class ContractTarget(models.Model):
    """A contract's figure for one indicator and every month of its term; not applicable when the contract says so."""

    class Counts(models.TextChoices):
        """Which business the figure counts (article 15; arithmetic.md, Baseline and growth)."""

        ALL = "all", _("all business")
        DEVELOPED = "developed", _("newly developed business only")
        GROWTH = "growth", _("growth over the baseline")

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="targets")
    indicator = models.CharField(_("indicator"), max_length=30, choices=Indicator)
    # Whole hundredths of the indicator's unit: fen for money, 0.01 percentage points for rates.
    target_hundredths = models.BigIntegerField(_("target"), null=True, blank=True)
    not_applicable = models.BooleanField(_("not applicable"), default=False)
    counts = models.CharField(_("counts"), max_length=10, choices=Counts, default=Counts.ALL, db_default="all")
    baseline_hundredths = models.BigIntegerField(_("baseline"), null=True, blank=True)
    # The figure is that of one day: a month's target is the figure × the days of the month, fair to February.
    times_days = models.BooleanField(_("× days of the month"), default=False, db_default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="contract_target_once", fields=("contract", "indicator")),
            models.CheckConstraint(
                name="contract_target_or_not_applicable",
                condition=Q(not_applicable=True, target_hundredths__isnull=True)
                # Without the look at null the comparison would be unknown, which a check lets pass.
                | Q(not_applicable=False, target_hundredths__isnull=False, target_hundredths__gt=0),
                violation_error_message=_("Give a target above zero, or declare the indicator not applicable."),
            ),
            models.CheckConstraint(
                name="contract_target_baseline_of_growth",
                condition=Q(counts="growth", baseline_hundredths__isnull=False)
                | Q(~Q(counts="growth"), baseline_hundredths__isnull=True),
                violation_error_message=_("Growth is counted over a baseline: give one. Other targets have none."),
            ),
            models.CheckConstraint(
                name="contract_target_times_days_of_accumulated",
                condition=Q(times_days=False) | Q(indicator="deposit_accumulated", not_applicable=False),
                violation_error_message=_(
                    "Only an accumulated balance is a figure of one day × the days of the month."
                ),
            ),
        )

    def __str__(self) -> str:
        return self.indicator


class TargetQuerySet(models.QuerySet["Target"]):
    def visible_to(self, actor: Actor) -> Self:
        if actor.is_system:
            return self
        return self.filter(Q(manager=actor.employee_id) | Q(branch__in=actor.branches_of(*BUSINESS_ROLES)))


class Target(models.Model):
    """One manager's target of one month, before the contract's own (arithmetic.md, Targets)."""

    manager = models.ForeignKey(Employee, models.PROTECT, related_name="targets")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    month = models.DateField(_("month"))
    indicator = models.CharField(_("indicator"), max_length=30, choices=Indicator)
    target_hundredths = models.BigIntegerField(_("target"))
    # The plan whose part this month's target is, where one was split down to it.
    plan = models.ForeignKey("Plan", models.PROTECT, null=True, blank=True, related_name="targets")
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, related_name="+")
    row_no = models.PositiveIntegerField(null=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="target_once", fields=("manager", "month", "indicator")),
            models.CheckConstraint(name="target_names_a_month", condition=Q(month__day=1)),
        )
        indexes = (
            # The targets of a branch's month: scoring, and the month page's "who has none".
            models.Index(fields=("branch", "month"), name="target_of_branch_month"),
        )

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.indicator}"


class TargetAcceptance(models.Model):
    """A manager's word on the targets of a month, as they stood: another figure afterwards asks again."""

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    month = models.DateField(_("month"))
    # {indicator: hundredths, or null where not applicable}: the figures that were accepted.
    accepted = models.JSONField()
    accepted_at = models.DateTimeField()

    objects = OfPersonQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(name="target_acceptance_names_a_month", condition=Q(month__day=1)),
            models.UniqueConstraint(name="target_acceptance_once", fields=("employee", "branch", "month")),
        )

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class MonthlyCost(models.Model):
    """What interest has to earn in a month (article 12): a branch's four expenses per head, or an employee's wage."""

    month = models.DateField(_("month"))
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    employee = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    # The four expenses where the row is the branch's, the wage where it names an employee.
    amount_fen = models.BigIntegerField(_("amount"))
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, related_name="+")
    row_no = models.PositiveIntegerField(null=True)

    objects = OfPersonQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="monthly_cost_once", fields=("month", "branch", "employee"), nulls_distinct=False
            ),
            models.CheckConstraint(name="monthly_cost_names_a_month", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="monthly_cost_not_negative",
                condition=Q(amount_fen__gte=0),
                violation_error_message=_("A wage or expense is not below zero."),
            ),
        )
        indexes = (
            # The break-even lines of a branch's month.
            models.Index(fields=("branch", "month"), name="monthly_cost_of_month"),
        )

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, actor: Actor) -> Self:
        if actor.is_system:
            return self
        return self.filter(branch__in=actor.branches_of(*BUSINESS_ROLES))


class Plan(models.Model):
    """A year's figure of one indicator, whole for a branch, with its parts: branches below it, or its managers.

    The union's plan is split to branches, a branch's to managers; parts add up to the whole before it is approved. A
    change in mid-year is a new version, which holds from its first month on.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        APPROVED = "approved", _("approved")
        REPLACED = "replaced", _("replaced")

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="plans")
    year = models.PositiveSmallIntegerField(_("year"))
    indicator = models.CharField(_("indicator"), max_length=30, choices=Indicator)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    first_month = models.DateField(_("from month"))
    whole_hundredths = models.BigIntegerField(_("whole"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    made_by = models.ForeignKey(Employee, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    approved_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ("-year", "branch__branch_code", "indicator", "-version")
        constraints = (
            models.UniqueConstraint(name="plan_once", fields=("branch", "year", "indicator", "version")),
            models.UniqueConstraint(
                name="plan_one_approved",
                fields=("branch", "year", "indicator"),
                condition=Q(state="approved"),
                violation_error_message=_("Another version of this plan is approved. Replace it."),
            ),
            models.CheckConstraint(
                name="plan_approved_by_another",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("made_by")),
                violation_error_message=_("Who drafts a plan does not approve it. Ask another person."),
            ),
            models.CheckConstraint(
                name="plan_approved_has_a_name",
                condition=Q(state="draft", approved_by__isnull=True) | Q(~Q(state="draft"), approved_by__isnull=False),
            ),
            models.CheckConstraint(name="plan_names_a_month", condition=Q(first_month__day=1)),
            models.CheckConstraint(
                name="plan_above_zero",
                condition=Q(whole_hundredths__gt=0),
                violation_error_message=_("A plan is above zero."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.year} {self.indicator}"


class PlanPart(models.Model):
    """A part of a plan: of a branch below, or of one manager."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="parts")
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, blank=True, related_name="+")
    manager = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    part_hundredths = models.BigIntegerField(_("part"))

    class Meta:
        ordering = ("plan", "branch__branch_code", "manager__employee_no")
        constraints = (
            models.UniqueConstraint(name="plan_part_once", fields=("plan", "branch", "manager"), nulls_distinct=False),
            models.CheckConstraint(
                name="plan_part_of_branch_or_manager",
                condition=Q(branch__isnull=False, manager__isnull=True) | Q(branch__isnull=True, manager__isnull=False),
            ),
            models.CheckConstraint(
                name="plan_part_not_negative",
                condition=Q(part_hundredths__gte=0),
                violation_error_message=_("A part of a plan is not below zero."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.part_hundredths}"
