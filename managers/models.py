"""Appointments, contracts with their targets, conduct and compliance entries; the vocabulary of indicators."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from organization.models import BUSINESS_ROLES, Branch, Employee, ImportBatch

if TYPE_CHECKING:
    from organization.rules import Actor


class Indicator(models.TextChoices):
    """What can be targeted and scored (arithmetic.md, Actuals)."""

    DEPOSIT_AVERAGE = "deposit_average", _("monthly average balance")
    DEPOSIT_ACCUMULATED = "deposit_accumulated", _("accumulated balance")
    DEPOSIT_CLOSING = "deposit_closing", _("month-end balance")
    DEPOSIT_QUARTER_AVERAGE = "deposit_quarter_average", _("quarter's daily average")
    DEPOSIT_YEAR_AVERAGE = "deposit_year_average", _("year's daily average")
    LOANS_GRANTED = "loans_granted", _("loans granted")
    PRINCIPAL_RECOVERED = "principal_recovered", _("due principal recovered")
    RECOVERED_THIS_YEAR = "recovered_this_year", _("recovered of this year's grants")
    RECOVERED_EARLIER = "recovered_earlier", _("recovered of earlier years' grants")
    INTEREST_RECEIVED = "interest_received", _("interest received")
    INTEREST_COLLECTION = "interest_collection", _("interest collection rate")
    PRODUCTS_SOLD = "products_sold", _("service products sold")
    COMPLIANCE = "compliance", _("compliance")
    CONDUCT = "conduct", _("daily conduct")


class TargetKind(models.TextChoices):
    """Single or composite targets (article 15); dedicated recovery has its own (article 12)."""

    COMPOSITE = "composite", _("composite")
    DEPOSITS = "deposits", _("deposits")
    LOAN_RECOVERY = "loan_recovery", _("loan recovery")
    INTEREST = "interest", _("interest")
    DEDICATED_RECOVERY = "dedicated_recovery", _("dedicated recovery")


class DayRange(Func):
    """The days from first to last, both inclusive, open without a last one."""

    function = "daterange"

    def __init__(self, first: str, last: str) -> None:
        super().__init__(F(first), F(last), Value("[]"))


class Int8Point(Func):
    """A number as a range of one, so that equality can stand in a GiST exclusion without btree_gist."""

    function = "int8range"

    def __init__(self, field: str) -> None:
        super().__init__(F(field), F(field), Value("[]"))


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def in_force(self, day: dt.date) -> Self:
        return self.filter(Q(last_day__isnull=True) | Q(last_day__gte=day), first_day__lte=day)

    def in_force_between(self, first_day: dt.date, last_day: dt.date) -> Self:
        return self.filter(Q(last_day__isnull=True) | Q(last_day__gte=first_day), first_day__lte=last_day)

    def visible_to(self, actor: Actor) -> Self:
        if actor.is_system:
            return self
        return self.filter(Q(employee=actor.employee_id) | Q(branch__in=actor.branches_of(*BUSINESS_ROLES)))


class Appointment(models.Model):
    """The role of account manager, held with a term beside post and title (article 3)."""

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="appointments")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="appointments")
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"), null=True, blank=True)
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, related_name="+")
    row_no = models.PositiveIntegerField(null=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ("employee__employee_no", "first_day")
        constraints = (
            models.CheckConstraint(
                name="appointment_ends_after_it_begins",
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                violation_error_message=_("The last day lies before the first."),
            ),
            ExclusionConstraint(
                name="one_appointment_a_day",
                expressions=[(Int8Point("employee"), "&&"), (DayRange("first_day", "last_day"), "&&")],
                violation_error_message=_("This employee already holds an appointment on some of these days."),
            ),
        )
        indexes = (
            # Managers in office of a branch in a month.
            models.Index(fields=("branch", "first_day"), name="appointment_of_branch"),
        )

    def __str__(self) -> str:
        return f"{self.first_day}"


class Contract(models.Model):
    """What a manager and the branch have agreed: the kind of target (article 15) and the monthly figures (article 11)."""

    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="contracts")
    contract_no = models.CharField(_("contract no."), max_length=40, blank=True)
    target_kind = models.CharField(_("target kind"), max_length=20, choices=TargetKind)
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"), null=True, blank=True)
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, related_name="+")
    row_no = models.PositiveIntegerField(null=True)

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
                violation_error_message=_("A contract of this appointment already covers some of these days."),
            ),
        )

    def __str__(self) -> str:
        return self.contract_no


class ContractTarget(models.Model):
    """A contract's figure for one indicator and every month of its term; not applicable when the contract says so."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="targets")
    indicator = models.CharField(_("indicator"), max_length=30, choices=Indicator)
    # Whole hundredths of the indicator's unit: fen for money, 0.01 percentage points for rates.
    target_hundredths = models.BigIntegerField(_("target"), null=True, blank=True)
    not_applicable = models.BooleanField(_("not applicable"), default=False)

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


class ConductEntryQuerySet(models.QuerySet["ConductEntry"]):
    def visible_to(self, actor: Actor) -> Self:
        if actor.is_system:
            return self
        own = Q(manager=actor.employee_id, state=ConductEntry.State.CONFIRMED)
        return self.filter(own | Q(branch__in=actor.branches_of(*BUSINESS_ROLES)))


class ConductEntry(models.Model):
    """Something in a manager's conduct or compliance worth points (articles 13 and 18); counts once a second person
    has confirmed it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        CONFIRMED = "confirmed", _("confirmed")
        REJECTED = "rejected", _("rejected")

    manager = models.ForeignKey(Employee, models.PROTECT, related_name="conduct_entries")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    happened_on = models.DateField(_("date"))
    entered_on = models.DateField(_("entry day"))
    indicator = models.CharField(_("indicator"), max_length=30, choices=Indicator)
    points_hundredths = models.IntegerField(_("points"))
    reason = models.CharField(_("reason"), max_length=300)
    entry_no = models.CharField(_("entry no."), max_length=40, default="1")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    made_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, related_name="+")
    row_no = models.PositiveIntegerField(null=True)

    objects = ConductEntryQuerySet.as_manager()

    class Meta:
        ordering = ("-happened_on", "manager__employee_no")
        constraints = (
            models.UniqueConstraint(
                name="conduct_entry_once", fields=("manager", "happened_on", "indicator", "entry_no")
            ),
            models.CheckConstraint(
                name="conduct_entry_confirmed_by_another",
                condition=Q(decided_by__isnull=True) | Q(made_by__isnull=True) | ~Q(decided_by=F("made_by")),
                violation_error_message=_("Who enters a fact does not confirm it. Ask another person."),
            ),
            models.CheckConstraint(
                name="conduct_entry_not_about_oneself",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("manager")),
                violation_error_message=_("Nobody decides about himself or herself. Ask another person."),
            ),
            models.CheckConstraint(
                name="conduct_entry_decided_has_a_name",
                condition=Q(state="draft", decided_by__isnull=True) | Q(~Q(state="draft"), decided_by__isnull=False),
                violation_error_message=_("A decision on an entry carries the name of the person who decided."),
            ),
            models.CheckConstraint(
                name="conduct_entry_of_an_entry_indicator", condition=Q(indicator__in=("conduct", "compliance"))
            ),
            models.CheckConstraint(name="conduct_entry_has_points", condition=~Q(points_hundredths=0)),
        )
        indexes = (
            # The entries of a branch's month: scoring, and the list of what waits for confirmation.
            models.Index(fields=("branch", "entered_on"), name="conduct_entry_of_month"),
        )

    def __str__(self) -> str:
        return f"{self.happened_on} {self.indicator}"


# What the database refuses, by the name of the constraint, where a form's own look at it comes too early.
LAWS = {
    "conduct_entry_once": _(
        "There is an entry of this manager, day, indicator and number already. A second fact takes another number."
    ),
}
