"""Loans, their schedules and repayments, and the figures of each month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from organization.models import BUSINESS_ROLES, Branch, Employee, ImportBatch, Role

if TYPE_CHECKING:
    from organization.rules import Actor


class LoanQuerySet(models.QuerySet["Loan"]):
    def visible_to(self, actor: Actor) -> Self:
        if actor.is_system:
            return self
        seen = Q(branch__in=actor.branches_of(*BUSINESS_ROLES))
        if actor.branches_of(Role.ACCOUNT_MANAGER):
            seen |= Q(manager=actor.employee_id)
        return self.filter(seen)


class Loan(models.Model):
    """A loan 借据 and the manager who granted it (article 10)."""

    class Security(models.TextChoices):
        MANAGER_GUARANTEE = "manager_guarantee", _("manager guarantee")
        MORTGAGE = "mortgage", _("mortgage")
        PLEDGE = "pledge", _("pledge")
        OTHER = "other", _("other")

    class Classification(models.TextChoices):
        NORMAL = "normal", _("normal")
        SPECIAL_MENTION = "special_mention", _("special mention")
        SUBSTANDARD = "substandard", _("substandard")
        DOUBTFUL = "doubtful", _("doubtful")
        LOSS = "loss", _("loss")

    loan_no = models.CharField(_("loan no."), max_length=40, unique=True, db_collation="C")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="loans")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="loans")
    manager = models.ForeignKey(Employee, models.PROTECT, related_name="loans")
    granted_on = models.DateField(_("granted on"))
    entered_on = models.DateField(_("entry day"))
    due_on = models.DateField(_("due on"))
    principal_fen = models.BigIntegerField(_("principal"))
    security = models.CharField(_("security"), max_length=20, choices=Security)
    # Millionths of the principal a year: 12.00 % = 120,000.
    annual_rate_ppm = models.PositiveIntegerField(_("annual rate"), null=True, blank=True)
    classification = models.CharField(
        _("classification"), max_length=16, choices=Classification, default=Classification.NORMAL
    )
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, related_name="+")
    row_no = models.PositiveIntegerField(null=True)

    objects = LoanQuerySet.as_manager()

    class Meta:
        ordering = ("loan_no",)
        constraints = (
            models.UniqueConstraint(name="loan_with_branch", fields=("id", "branch")),
            models.CheckConstraint(
                name="loan_principal_above_zero",
                condition=Q(principal_fen__gt=0),
                violation_error_message=_("The principal of a loan is above zero."),
            ),
            models.CheckConstraint(
                name="loan_due_after_grant",
                condition=Q(due_on__gte=F("granted_on")),
                violation_error_message=_("The due day lies before the day of grant."),
            ),
        )
        indexes = (
            # A branch's list by number, paged by key.
            models.Index(fields=("branch", "loan_no"), name="loan_of_branch"),
            # The list by principal, by day of grant and by due day, paged by key.
            models.Index(fields=("principal_fen", "id"), name="loan_by_principal"),
            models.Index(fields=("granted_on", "id"), name="loan_by_grant"),
            models.Index(fields=("due_on", "id"), name="loan_by_due_day"),
            # The month end of a branch: what was granted until then.
            models.Index(fields=("branch", "entered_on"), name="loan_of_branch_day"),
        )

    def __str__(self) -> str:
        return self.loan_no


class Instalment(models.Model):
    """Principal and interest due on a day; a loan without any has one, its whole principal on its due day."""

    loan = models.ForeignKey(Loan, models.PROTECT, related_name="instalments", db_index=False)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    due_on = models.DateField(_("due on"))
    entered_on = models.DateField(_("entry day"))
    principal_fen = models.BigIntegerField(_("principal"))
    interest_fen = models.BigIntegerField(_("interest"), default=0)
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, related_name="+")
    row_no = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ("loan", "due_on")
        constraints = (models.UniqueConstraint(name="instalment_once", fields=("loan", "due_on")),)

    def __str__(self) -> str:
        return f"{self.due_on}"


class Repayment(models.Model):
    """Principal and interest that came back on a day."""

    loan = models.ForeignKey(Loan, models.PROTECT, related_name="repayments", db_index=False)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    paid_on = models.DateField(_("date"))
    entered_on = models.DateField(_("entry day"))
    serial_no = models.CharField(_("serial no."), max_length=40, db_collation="C")
    principal_fen = models.BigIntegerField(_("principal"))
    interest_fen = models.BigIntegerField(_("interest"))
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, related_name="+")
    row_no = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ("loan", "paid_on", "serial_no")
        constraints = (models.UniqueConstraint(name="repayment_once", fields=("loan", "paid_on", "serial_no")),)

    def __str__(self) -> str:
        return f"{self.paid_on} {self.serial_no}"


class LoanMonth(models.Model):
    """What a loan brought its responsible manager in one month; replaced by each run, immutable once closed.

    Unit: fen. recovered_fen is the growth of R(d) = min(repaid, due) (arithmetic.md, Actuals); recoverable_fen is what
    could be recovered, the default target.
    """

    pk = models.CompositePrimaryKey("month", "branch", "loan", "manager")
    month = models.DateField()
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    loan = models.ForeignKey(Loan, models.PROTECT, related_name="months", db_index=False, db_constraint=False)
    manager = models.ForeignKey(Employee, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    granted_fen = models.BigIntegerField()
    recovered_fen = models.BigIntegerField()
    recovered_this_year_fen = models.BigIntegerField()
    recoverable_fen = models.BigIntegerField()
    interest_received_fen = models.BigIntegerField()
    interest_due_fen = models.BigIntegerField()
    outstanding_fen = models.BigIntegerField()

    class Meta:
        ordering = ("month", "branch", "loan", "manager")

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


# What triggers refuse, by the name that they give (migrations/sql/).
LAWS = {
    "instalment_loan_and_branch": _("A loan with a schedule keeps its branch."),
    "repayment_loan_and_branch": _("A loan with repayments keeps its branch."),
}
