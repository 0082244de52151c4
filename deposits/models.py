"""Deposit accounts, postings, attributions to managers, controls, and the figures of each month."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import Assignment, Customer
from managers.models import HandOverLine
from organization.models import BUSINESS_ROLES, Branch, Employee, ImportBatch, Role

if TYPE_CHECKING:
    from organization.rules import Actor


class DepositAccountQuerySet(models.QuerySet["DepositAccount"]):
    def visible_to(self, actor: Actor) -> Self:
        """Everything of a branch for those who read it; for a manager the accounts ever attributed to him or her.

        Only for managers there is a second condition: with it a branch's list could not walk its own index.
        """
        if actor.is_system:
            return self
        seen = Q(branch__in=actor.branches_of(*BUSINESS_ROLES))
        if actor.branches_of(Role.ACCOUNT_MANAGER):
            seen |= Q(pk__in=Attribution.objects.filter(manager=actor.employee_id).values("account"))
        return self.filter(seen)


class DepositAccount(models.Model):
    """A deposit account of a customer at a branch."""

    account_no = models.CharField(_("account no."), max_length=40, unique=True, db_collation="C")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="deposit_accounts")
    product = models.CharField(_("product"), max_length=60)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="deposit_accounts", db_index=False)
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    matures_on = models.DateField(_("matures on"), null=True, blank=True)
    parent_account = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="sub_accounts")
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, related_name="+")
    row_no = models.PositiveIntegerField(null=True)

    objects = DepositAccountQuerySet.as_manager()

    class Meta:
        ordering = ("account_no",)
        constraints = (
            # Postings point at both together, so a posting's branch is its account's and an account with postings stays.
            models.UniqueConstraint(name="account_with_branch", fields=("id", "branch")),
            models.CheckConstraint(
                name="account_closes_after_it_opens",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                violation_error_message=_("The closing day lies before the opening day."),
            ),
        )
        indexes = (
            # A branch's list by number, paged by key.
            models.Index(fields=("branch", "account_no"), name="account_of_branch"),
            # The month end of a branch, without touching the table.
            models.Index(fields=("branch", "id"), include=("opened_on", "closed_on"), name="account_of_month_end"),
            # The list by opening day, paged by key.
            models.Index(fields=("opened_on", "id"), name="account_by_opening"),
            # The few accounts given up, by number.
            models.Index(fields=("account_no",), name="account_given_up", condition=Q(closed_on__isnull=False)),
        )

    def __str__(self) -> str:
        return self.account_no


class Posting(models.Model):
    """One line of the deposit ledger 流水; its branch is its account's.

    Law: entered_on is posted_on, or the first day of the earliest open month when it came after the close
    (arithmetic.md, Balances). No posting enters a month that is closed or was never opened. Postings are added and,
    while their month is open, taken back with their batch; they are never changed.
    Unit: amount_fen, credit positive.
    """

    class Source(models.TextChoices):
        TRANSACTION = "transaction", _("transaction")
        OPENING = "opening", _("opening balance")
        DAILY = "daily", _("daily balance")

    # The key contains the posting day, so that the ledger can be partitioned by month as it stands.
    pk = models.CompositePrimaryKey("account", "posted_on", "serial_no", "line")
    # The database holds (account, branch) as one foreign key: migrations/sql/ledger.sql.
    account = models.ForeignKey(
        DepositAccount, models.PROTECT, related_name="postings", db_index=False, db_constraint=False
    )
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    posted_on = models.DateField(_("posted on"))
    entered_on = models.DateField(_("entry day"))
    value_on = models.DateField(_("value day"))
    serial_no = models.CharField(_("serial no."), max_length=40, db_collation="C")
    line = models.PositiveIntegerField(_("line"), default=1)
    amount_fen = models.BigIntegerField(_("amount"))
    # The core system's balance after this posting, where the file gave it: a control, never a figure.
    balance_fen = models.BigIntegerField(_("balance"), null=True)
    source = models.CharField(max_length=12, choices=Source, default=Source.TRANSACTION)
    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="+", db_index=False)
    row_no = models.PositiveIntegerField(_("row"))

    class Meta:
        ordering = ("account", "posted_on", "serial_no", "line")
        indexes = (
            # The month end of a branch: its month alone, however long the ledger is, without touching the table. (The
            # balances of one account are read by the primary key.)
            models.Index(
                fields=("branch", "entered_on"), include=("account", "amount_fen"), name="posting_of_branch_day"
            ),
            # The month's adjustments: the few postings whose value day is not their entry day.
            models.Index(
                fields=("branch", "entered_on"),
                include=("account", "amount_fen", "value_on"),
                condition=~Q(value_on=F("entered_on")),
                name="posting_adjustment",
            ),
            # Undoing a batch, and the rows of a file in order; batches arrive in order of their number.
            BrinIndex(fields=("batch",), name="posting_batch"),
        )

    def __str__(self) -> str:
        return f"{self.posted_on} {self.serial_no}/{self.line}"


class AttributionQuerySet(models.QuerySet["Attribution"]):
    def in_force(self, day: dt.date) -> Self:
        return self.filter(Q(last_day__isnull=True) | Q(last_day__gte=day), first_day__lte=day)

    def visible_to(self, actor: Actor) -> Self:
        if actor.is_system:
            return self
        return self.filter(Q(manager=actor.employee_id) | Q(branch__in=actor.branches_of(*BUSINESS_ROLES)))


class Attribution(models.Model):
    """Account → manager, from a first to a last day, by a share 揽储归属 (article 9(2)).

    Law: on any day the shares of an account sum to at most 10,000 (hundredths of a percent); each lies within its
    manager's days in office at the account's branch (article 14). Held by triggers: migrations/sql/attribution.sql.
    """

    class Basis(models.TextChoices):
        ASSIGNED = "assigned", _("assigned")
        DEVELOPED = "developed", _("developed")

    account = models.ForeignKey(DepositAccount, models.PROTECT, related_name="attributions", db_index=False)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", db_index=False)
    manager = models.ForeignKey(Employee, models.PROTECT, related_name="attributions", db_index=False)
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"), null=True, blank=True)
    share_bp = models.PositiveIntegerField(_("share"))
    basis = models.CharField(_("basis"), max_length=10, choices=Basis, default=Basis.ASSIGNED)
    # Of one that came about by itself: the assignment of the account's customer that it follows.
    assignment = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, related_name="+")
    row_no = models.PositiveIntegerField(null=True)

    objects = AttributionQuerySet.as_manager()

    class Meta:
        ordering = ("account", "first_day", "manager__employee_no")
        constraints = (
            models.UniqueConstraint(name="attribution_once", fields=("account", "manager", "first_day")),
            models.CheckConstraint(
                name="attribution_ends_after_it_begins",
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                name="attribution_share_within_bounds",
                condition=Q(share_bp__gte=1, share_bp__lte=10_000),
                violation_error_message=_("A share is at least 0.01 % and at most 100 %."),
            ),
        )
        indexes = (
            # What a manager has, and whose customers he or she therefore sees.
            models.Index(fields=("manager", "account"), name="attribution_of_manager"),
            # The month end of a branch, without touching the table.
            models.Index(
                fields=("branch", "account"),
                include=("manager", "first_day", "last_day", "share_bp"),
                name="attribution_of_branch",
            ),
            # Whether an assignment may go; a branch's list of what came about by itself.
            models.Index(
                fields=("assignment",), name="attribution_by_assignment", condition=Q(assignment__isnull=False)
            ),
            models.Index(fields=("branch", "-id"), name="attribution_by_itself", condition=Q(assignment__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.first_day} {self.share_bp}"


class AttributionHandOver(HandOverLine):
    """A line of a hand-over sheet: what becomes of the giver's share of an account from the sheet's first day on."""

    SUBJECT = "account"
    AS_SIGNED = ("last_day", "share_bp", "basis")

    account = models.ForeignKey(DepositAccount, models.PROTECT, related_name="+")
    share_bp = models.PositiveIntegerField(_("share"))
    basis = models.CharField(_("basis"), max_length=10, choices=Attribution.Basis)
    # The account's balance at the end of the giver's last day, as it was known when the sheet was sent round.
    balance_fen = models.BigIntegerField(_("balance"), null=True)

    class Meta:
        ordering = ("hand_over", "account__account_no", "first_day")
        constraints = (
            models.UniqueConstraint(name="hand_over_line_once", fields=("hand_over", "account", "first_day")),
            models.CheckConstraint(
                name="hand_over_line_taken_or_kept",
                condition=Q(taker__isnull=True) | Q(kept_reason=""),
                violation_error_message=_("A line is taken over or stays with a reason, not both."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.first_day} {self.share_bp}"


class BalanceControl(models.Model):
    """A closing balance that the core system reported for a day: it opens an account's ledger, or must agree with it."""

    account = models.ForeignKey(DepositAccount, models.PROTECT, related_name="balance_controls")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    day = models.DateField(_("date"))
    balance_fen = models.BigIntegerField(_("balance"))
    opens_ledger = models.BooleanField(default=False)
    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="+")
    row_no = models.PositiveIntegerField()

    class Meta:
        ordering = ("account", "day")
        constraints = (
            models.UniqueConstraint(name="balance_control_once", fields=("account", "day")),
            models.UniqueConstraint(
                name="ledger_opened_once",
                fields=("account",),
                condition=Q(opens_ledger=True),
                violation_error_message=_("The ledger of this account is already opened on another day."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.day}"


class ControlTotal(models.Model):
    """The general ledger's own totals of a branch and day; a difference is mended, or explained by a second person."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="control_totals")
    day = models.DateField(_("date"))
    accounts = models.PositiveIntegerField(_("accounts"))
    balance_fen = models.BigIntegerField(_("balance"))
    brought_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    explanation = models.TextField(_("explanation"), blank=True)
    accepted_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, related_name="+")
    row_no = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ("branch", "day")
        constraints = (
            models.UniqueConstraint(name="control_total_once", fields=("branch", "day")),
            models.CheckConstraint(
                name="control_difference_accepted_by_another",
                condition=Q(accepted_by__isnull=True) | Q(brought_by__isnull=True) | ~Q(accepted_by=F("brought_by")),
                violation_error_message=_(
                    "Who brought the control total in does not accept its difference. Ask another person."
                ),
            ),
            models.CheckConstraint(
                name="control_difference_accepted_with_a_reason",
                condition=Q(accepted_by__isnull=True) | ~Q(explanation=""),
                violation_error_message=_("Say why the difference is accepted."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.day}"


class AccountMonth(models.Model):
    """An account's figures of one month; replaced as a whole by each run, immutable once the month is closed.

    Law: closing = Σ attributed parts + unattributed closing; likewise accumulated. accumulated includes the adjustment.
    """

    pk = models.CompositePrimaryKey("month", "branch", "account")
    month = models.DateField()
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    account = models.ForeignKey(
        DepositAccount, models.PROTECT, related_name="months", db_index=False, db_constraint=False
    )
    opening_fen = models.BigIntegerField()
    closing_fen = models.BigIntegerField()
    accumulated_fen_days = models.BigIntegerField()
    adjustment_fen_days = models.BigIntegerField()
    unattributed_closing_fen = models.BigIntegerField()
    unattributed_accumulated_fen_days = models.BigIntegerField()

    class Meta:
        ordering = ("month", "branch", "account")

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class AttributedMonth(models.Model):
    """A manager's parts of an account's figures of one month (arithmetic.md, Attribution)."""

    pk = models.CompositePrimaryKey("month", "branch", "account", "manager")
    month = models.DateField()
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    account = models.ForeignKey(DepositAccount, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    manager = models.ForeignKey(Employee, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    closing_fen = models.BigIntegerField()
    accumulated_fen_days = models.BigIntegerField()
    adjustment_fen_days = models.BigIntegerField()

    class Meta:
        ordering = ("month", "branch", "account", "manager")

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class ManagerMonth(models.Model):
    """A manager's deposit figures of one month: the sums of the parts."""

    pk = models.CompositePrimaryKey("month", "branch", "manager")
    month = models.DateField()
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    manager = models.ForeignKey(Employee, models.PROTECT, related_name="manager_months", db_constraint=False)
    accounts = models.PositiveIntegerField()
    closing_fen = models.BigIntegerField()
    accumulated_fen_days = models.BigIntegerField()
    adjustment_fen_days = models.BigIntegerField()

    class Meta:
        ordering = ("month", "branch", "manager")

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


# What triggers refuse, by the name that they give (migrations/sql/).
LAWS = {
    "posting_account_and_branch": _("An account with postings keeps its branch."),
    "attribution_account_and_branch": _("An account with attributions keeps its branch."),
    "posting_never_changes": _("A posting never changes. Bring in a correcting posting."),
    "posting_entry_day": _("A month was closed meanwhile. Preview the file again."),
    "closed_figures_are_the_ledgers": _(
        "Postings have come in since the month was computed. Run the month end again first."
    ),
    "attribution_shares_within_whole": _("On some day the shares of this account would sum to more than 100 %."),
    "attribution_within_office": _(
        "An attribution lies within its manager’s days in office at the account’s branch (article 14)."
    ),
}
