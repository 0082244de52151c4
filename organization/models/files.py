"""Files, in pieces; documents that belong to something."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from organization.models.people import Branch, Employee


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


class Document(models.Model):
    """A file that belongs to something: a candidate's résumé, a signed contract, a photograph.

    What it belongs to is a kind and a key. Who may read it is whoever may read that: the page of the thing sends it, and
    nothing else does.
    """

    # The thing: "app.model" and its key, such as ("managers.application", "14").
    subject = models.CharField(max_length=60)
    subject_key = models.CharField(max_length=200)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=30, blank=True)
    title = models.CharField(_("title"), max_length=150, blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    # Of a picture: the same, small, for lists.
    thumbnail = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    # As the content says, not as the name claims.
    media_type = models.CharField(_("type"), max_length=80)
    added_by = models.ForeignKey(Employee, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
    # Put aside with a reason; documents are never deleted.
    removed_by = models.ForeignKey(Employee, models.PROTECT, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    remove_reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        ordering = ("pk",)
        indexes = (
            # The documents of a thing.
            models.Index(fields=("subject", "subject_key"), name="document_of_subject"),
        )

    def __str__(self) -> str:
        return self.title or self.file.name
