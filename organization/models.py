"""Branches, people and their roles; import batches, jobs, month closes; the trail."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from organization.rules import Actor


class Role(models.TextChoices):
    """Who may do what: roles.md. No role contains another."""

    EMPLOYEE = "employee", _("employee")
    ACCOUNT_MANAGER = "account_manager", _("account manager")
    CLERK = "clerk", _("branch clerk")
    LOAN_REVIEWER = "loan_reviewer", _("loan reviewer")
    DIRECTOR = "director", _("branch director")
    LOAN_APPROVER = "loan_approver", _("loan approver of the union")
    SUPERVISOR = "supervisor", _("supervisor")
    AUDITOR = "auditor", _("auditor")
    ADMINISTRATOR = "administrator", _("administrator")


class BranchQuerySet(models.QuerySet["Branch"]):
    def visible_to(self, actor: Actor) -> Self:
        return self if actor.is_system else self.filter(pk__in=actor.all_branches)

    def reached_by(self, actor: Actor, *roles: str) -> Self:
        """Branches where the actor holds one of the roles."""
        return self if actor.is_system else self.filter(pk__in=actor.branches_of(*roles))


class Branch(models.Model):
    """A cooperative 信用社, the union 联社 at the root of the tree (articles 4 and 5)."""

    class Kind(models.TextChoices):
        URBAN = "urban", _("urban")
        RURAL = "rural", _("rural")
        HEAD_OFFICE = "head_office", _("head office")

    branch_code = models.CharField(_("branch code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    headcount = models.PositiveIntegerField(_("headcount"))
    batch = models.ForeignKey("ImportBatch", models.PROTECT, null=True, related_name="+")
    row_no = models.PositiveIntegerField(null=True)

    objects = BranchQuerySet.as_manager()

    class Meta:
        ordering = ("branch_code",)
        constraints = (
            models.CheckConstraint(
                name="branch_is_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
                violation_error_message=_("A branch cannot stand below itself. Name another parent branch."),
            ),
        )

    def __str__(self) -> str:
        return self.name


class EmployeeQuerySet(models.QuerySet["Employee"]):
    def visible_to(self, actor: Actor) -> Self:
        if actor.is_system:
            return self
        return self.filter(Q(pk=actor.employee_id) | Q(branch__in=actor.branches_of(*PEOPLE_ROLES)))


# Who reads employees of a branch beside their own record. An administrator sees people and no business data.
PEOPLE_ROLES = (Role.CLERK, Role.DIRECTOR, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR)
# Who reads everything of a branch that is business data.
BUSINESS_ROLES = (Role.CLERK, Role.DIRECTOR, Role.SUPERVISOR, Role.AUDITOR)


class Employee(models.Model):
    """A person on record; roles and appointments stand beside post and title, which they never replace (article 3)."""

    class Employment(models.TextChoices):
        FORMAL = "formal", _("formal")
        CONTRACT = "contract", _("contract")
        AGENCY = "agency", _("agency")

    employee_no = models.CharField(_("employee no."), max_length=20, unique=True, db_collation="C")
    name = models.CharField(_("name"), max_length=60)
    # Pinyin initials of the name, lower case, so that "zs" finds 张三; also the order of names in a list.
    initials = models.CharField(max_length=60, editable=False, default="", db_collation="C")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="employees")
    employment = models.CharField(_("employment"), max_length=10, choices=Employment)
    hired_on = models.DateField(_("hired on"))
    joined_system_on = models.DateField(_("joined the cooperatives on"), null=True, blank=True)
    id_number = models.CharField(_("ID number"), max_length=30, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    post = models.CharField(_("post"), max_length=60, blank=True)
    title = models.CharField(_("title"), max_length=60, blank=True)
    monthly_wage_fen = models.BigIntegerField(_("monthly wage"), null=True, blank=True)
    batch = models.ForeignKey("ImportBatch", models.PROTECT, null=True, related_name="+")
    row_no = models.PositiveIntegerField(null=True)

    objects = EmployeeQuerySet.as_manager()

    class Meta:
        ordering = ("employee_no",)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> models.QuerySet[User]:
        """With the person and the branch, which every page names."""
        return super().get_queryset().select_related("employee__branch")

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(employee_no=username)


class User(AbstractBaseUser):
    """The sign-in of an employee; what the person may do comes from role grants alone."""

    employee_no = models.CharField(_("employee no."), max_length=20, unique=True)
    employee = models.OneToOneField(Employee, models.PROTECT, related_name="user")
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "employee_no"
    objects = UserManager()

    def __str__(self) -> str:
        return self.employee_no


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    def in_force(self, day: dt.date) -> Self:
        return self.filter(Q(last_day__isnull=True) | Q(last_day__gte=day), first_day__lte=day)


class RoleGrant(models.Model):
    """A role for one branch and the branches below it, from a first to a last day."""

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="role_grants")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="role_grants")
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"), null=True, blank=True)
    granted_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="role_grant_ends_after_it_begins",
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                name="role_grant_not_to_oneself",
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=F("employee")),
                violation_error_message=_("Nobody grants a role to himself or herself. Ask another administrator."),
            ),
            models.UniqueConstraint(
                name="role_grant_once",
                fields=("employee", "role", "branch", "first_day"),
                violation_error_message=_("This role is already granted from that day."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.first_day}"


class StoredFile(models.Model):
    """A file as it was: uploads, workbooks, and the checked rows of a batch.

    Files live in the database, in pieces, so that a worker on another machine needs nothing but the two addresses, a job
    and its file commit together, and one backup holds everything.
    """

    name = models.CharField(_("file name"), max_length=255)
    sha256 = models.CharField("SHA-256", max_length=64)
    size_bytes = models.BigIntegerField(_("size"))

    def __str__(self) -> str:
        return self.name


class FilePiece(models.Model):
    """One piece of a stored file, in order."""

    pk = models.CompositePrimaryKey("file", "position")
    file = models.ForeignKey(StoredFile, models.CASCADE, related_name="pieces", db_index=False)
    position = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ("file", "position")

    def __str__(self) -> str:
        return f"{self.file_id}/{self.position}"


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    def visible_to(self, actor: Actor) -> Self:
        """A batch belongs to the branch of the person who brought it in; it may hold rows of the branches below."""
        if actor.is_system:
            return self
        return self.filter(branch__in=actor.branches_of(*BUSINESS_ROLES))


class ImportBatch(models.Model):
    """One file that came in: what it was, who brought it, what became of its rows (formats.md, Common rules)."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("uploaded")
        PREVIEWED = "previewed", _("previewed")
        APPLIED = "applied", _("applied")
        DISCARDED = "discarded", _("discarded")
        UNDONE = "undone", _("undone")

    kind = models.CharField(_("kind"), max_length=30, blank=True)
    # The branch whose people see this batch; none where the system itself brought it for the whole union.
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="import_batches")
    file_name = models.CharField(_("file name"), max_length=255)
    sha256 = models.CharField("SHA-256", max_length=64)
    size_bytes = models.BigIntegerField(_("size"))
    # The file as it came in, and the rows that the preview's check has found to be new or changed, ready for COPY.
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    checked_rows = models.ForeignKey(StoredFile, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.UPLOADED)
    accept_good_rows = models.BooleanField(default=False)
    sheet = models.CharField(max_length=100, blank=True)
    header_row = models.PositiveIntegerField(null=True)
    # {"unknown": [...], "footers": [[row, text]...], "notes": [sentence...], "header": [...]} as the preview shows it.
    findings = models.JSONField(default=dict)
    read_count = models.PositiveIntegerField(default=0)
    created_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    held_over_count = models.PositiveIntegerField(default=0)
    refused_count = models.PositiveIntegerField(default=0)
    # First and last entry day of its ledger rows: what an undo must find open.
    first_entered_on = models.DateField(null=True)
    last_entered_on = models.DateField(null=True)
    uploaded_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()
    applied_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undo_reason = models.TextField(blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = (
            # The import page's history of a branch, newest first.
            models.Index(fields=("branch", "-id"), name="batch_history"),
            # "The same file again changes nothing": was this content applied before?
            models.Index(fields=("sha256",), name="batch_same_file"),
        )

    def __str__(self) -> str:
        return self.file_name


class RefusedRow(models.Model):
    """A row that did not come in, as it stood in the file, with what is wrong in which column."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="refused_rows")
    row_no = models.PositiveIntegerField(_("row"))
    cells = models.JSONField()  # the row's texts in the file's column order
    errors = models.JSONField()  # [{"column": …, "value": …, "reason": …}]

    class Meta:
        ordering = ("batch", "row_no")
        constraints = (models.UniqueConstraint(name="refused_row_once", fields=("batch", "row_no")),)

    def __str__(self) -> str:
        return f"{self.row_no}"


class RowChange(models.Model):
    """Master data that a batch changed: before and after, for the record and for undoing."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="row_changes")
    row_no = models.PositiveIntegerField()
    key = models.CharField(max_length=200)
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        ordering = ("batch", "row_no")
        constraints = (models.UniqueConstraint(name="row_change_once", fields=("batch", "row_no")),)

    def __str__(self) -> str:
        return self.key


class HeaderMapping(models.Model):
    """A branch's own word for a column, kept from the first time somebody matched it."""

    branch = models.ForeignKey(Branch, models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=30)
    header = models.CharField(max_length=100)
    column = models.CharField(max_length=30)
    made_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="header_mapping_once", fields=("branch", "kind", "header"), nulls_distinct=False
            ),
        )

    def __str__(self) -> str:
        return f"{self.header} → {self.column}"


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, actor: Actor) -> Self:
        if actor.is_system or actor.branches_of(Role.ADMINISTRATOR):
            return self
        return self.filter(Q(requested_by=actor.employee_id) | Q(branch__in=actor.branches_of(*BUSINESS_ROLES)))


class Job(models.Model):
    """Long work as a row that a person can look at. The row is the truth, the broker only a bell."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    # The Celery task that does it, such as appraisal.month_end_branch.
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="jobs")
    # A union's month end is one job with one child a branch; it has no task of its own.
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    requested_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    result = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = (
            # The sweep: what waits, or runs without a heartbeat.
            models.Index(
                fields=("state", "heartbeat_at"), name="job_sweep", condition=Q(state__in=("queued", "running"))
            ),
        )

    def __str__(self) -> str:
        return self.title


class MonthCloseQuerySet(models.QuerySet["MonthClose"]):
    def visible_to(self, actor: Actor) -> Self:
        if actor.is_system:
            return self
        return self.filter(branch__in=actor.branches_of(*BUSINESS_ROLES, Role.ACCOUNT_MANAGER))


class MonthClose(models.Model):
    """The month of a branch, from open to closed (roles.md, The flows).

    Every ledger row enters a month that has such a row and is not closed; postings lock it FOR SHARE, closing FOR UPDATE.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        COMPUTED = "computed", _("computed")
        WITH_MANAGERS = "with_managers", _("with the managers")
        APPROVED = "approved", _("approved")
        PUBLISHED = "published", _("published")
        CLOSED = "closed", _("closed")
        REOPENED = "reopened", _("reopened")

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="month_closes")
    month = models.DateField(_("month"))  # its first day
    state = models.CharField(_("state"), max_length=14, choices=State, default=State.OPEN)
    version = models.PositiveSmallIntegerField(default=1)
    # Something that this month's figures read has changed since they were computed.
    stale = models.BooleanField(default=False)
    computed_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    computed_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    # SHA-256 over the month's figures in a fixed order (appraisal/queries.py), kept when the month closes.
    digest = models.CharField(max_length=64, blank=True)

    objects = MonthCloseQuerySet.as_manager()

    class Meta:
        ordering = ("branch", "month")
        constraints = (
            models.UniqueConstraint(name="month_close_once", fields=("branch", "month")),
            models.CheckConstraint(name="month_close_names_a_month", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="month_computed_and_approved_by_two_people",
                condition=Q(approved_by__isnull=True) | Q(computed_by__isnull=True) | ~Q(approved_by=F("computed_by")),
                violation_error_message=_("Who computed the month does not approve it. Ask another person to approve."),
            ),
            models.CheckConstraint(
                name="month_computed_and_closed_by_two_people",
                condition=Q(closed_by__isnull=True) | Q(computed_by__isnull=True) | ~Q(closed_by=F("computed_by")),
                violation_error_message=_("Who computed the month does not close it. Ask another person to close."),
            ),
            models.CheckConstraint(
                name="closed_month_has_people_and_digest",
                condition=~Q(state="closed")
                | Q(
                    closed_by__isnull=False,
                    approved_by__isnull=False,
                    closed_at__isnull=False,
                    stale=False,
                    digest__regex="^[0-9a-f]{64}$",
                ),
                violation_error_message=_(
                    "A month closes with the names of those who approved and closed it and its digest."
                ),
            ),
        )

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class TrailHead(models.Model):
    """The end of one branch's chain; locked while the next entry is made. Branch 0 stands for the union as a whole."""

    branch_key = models.BigIntegerField(primary_key=True)
    last_seq = models.BigIntegerField(default=0)
    last_hash = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return f"{self.branch_key}"


class TrailEntryQuerySet(models.QuerySet["TrailEntry"]):
    def visible_to(self, actor: Actor) -> Self:
        if actor.is_system:
            return self
        return self.filter(branch_key__in=actor.branches_of(Role.AUDITOR))


class TrailEntry(models.Model):
    """Who changed what, when, through which action, each field before and after (roles.md, Trail).

    Law: entries are only added; hash = SHA-256(previous_hash + body); seq counts up by one in each chain.
    """

    branch_key = models.BigIntegerField()  # the branch's id, 0 for the union as a whole
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    actor_no = models.CharField(max_length=20)  # employee no., or "system"
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)  # app.model of what changed
    subject_key = models.CharField(max_length=200)  # its natural key
    # The entry as canonical JSON: what is hashed is what is kept.
    body = models.TextField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = TrailEntryQuerySet.as_manager()

    class Meta:
        ordering = ("branch_key", "seq")
        constraints = (models.UniqueConstraint(name="trail_entry_once", fields=("branch_key", "seq")),)
        indexes = (
            # "What happened to this thing": the history on a subject's page.
            models.Index(fields=("subject", "subject_key"), name="trail_of_subject"),
        )

    def __str__(self) -> str:
        return f"{self.branch_key}/{self.seq}"


# What triggers refuse, by the name that they give (migrations/sql/).
LAWS = {
    "law_needs_read_committed": _("This change needs the isolation level “read committed”."),
    "computed_month_stays": _("A month that was computed once is not removed."),
    "closed_month_stays": _("The month is closed. Its figures no longer change."),
    "months_close_in_order": _("Months close in order. Close the earlier month first."),
    "closed_month_takes_nothing": _("The month is closed and takes no further rows or changes. Look at it again."),
    "trail_only_grows": _("The trail only grows. What is in it is neither changed nor removed."),
    "trail_is_a_chain": _("This entry does not follow the chain of the trail."),
}
