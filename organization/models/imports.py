"""Import batches and what becomes of their rows (formats.md, Common rules)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from organization.models.files import StoredFile
from organization.models.people import BUSINESS_ROLES, Branch, Employee

if TYPE_CHECKING:
    from organization.rules import Actor


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
