"""Lists that are too long to be written while somebody waits: a job writes the file and keeps it for a while."""

from __future__ import annotations

import datetime as dt
import tempfile
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from common.errors import RuleError
from common.lists import Asked, Listing
from common.spreadsheet import MOST_ROWS
from common.tables import chosen_columns, write_export
from organization.actions.files import store_file
from organization.actions.jobs import Progress, request_job
from organization.models import Job, StoredFile
from organization.rules import Actor

TASK = "organization.export_list"
KEPT_DAYS = 7
_PIECE = 1024 * 1024


def request_export(*, actor: Actor, subject: str, kind: str, title: str, query: str) -> Job:
    """Asks for a list as a file. The caller rings the bell with the job's kind and number.

    Shape: subject names the list in settings.LISTS, kind is xlsx or csv, query is the address's with its month.
    """
    arguments = {"list": subject, "kind": kind, "query": query, "language": translation.get_language()}
    return request_job(actor=actor, kind=TASK, title=f"{title} · {kind}", arguments=arguments | {"title": title})


def do_export(*, actor: Actor, job: Job, progress: Progress) -> None:
    """Does a job that request_export has asked for: what the person may see now, as a file that the person alone fetches.

    Repeated, it keeps the file that it has made. Files of others that nobody has fetched in KEPT_DAYS go.
    Raises: RuleError when a sheet cannot hold the rows.
    """
    if job.result.get("file"):
        return
    asked = job.arguments
    listing: Listing = import_string(settings.LISTS[asked["list"]])
    query = QueryDict(asked["query"])
    with translation.override(asked["language"]), tempfile.TemporaryFile() as file, transaction.atomic():
        found = listing.filtered(Asked(actor, query)).qs
        total = found.order_by().count()
        if asked["kind"] == "xlsx" and total > MOST_ROWS:
            raise RuleError(_("A sheet cannot hold so many rows. Narrow the filter, or export as CSV."))
        write_export(
            file,
            listing.table,
            found,
            title=asked["title"],
            kind=asked["kind"],
            order=listing.order,
            columns=chosen_columns(query),
            written=lambda rows: progress(rows, max(total, rows), _("rows")),
        )
        file.seek(0)
        stored = store_file(name=f"{asked['title']}.{asked['kind']}", content=iter(lambda: file.read(_PIECE), b""))
        _drop_old_files()
        result: dict[str, Any] = {"file": stored.pk, "rows": total, "sha256": stored.sha256, "seen_as": _rights(actor)}
        Job.objects.filter(pk=job.pk).update(result=result)


def _rights(actor: Actor) -> dict[str, list[int]]:
    """What the file was made with: whoever holds less when it is fetched no longer gets it."""
    return {role: sorted(branches) for role, branches in actor.grants.items()}


def _drop_old_files() -> None:
    """A list that left the ledger is out of date soon: what was kept longer than KEPT_DAYS goes."""
    before = timezone.now() - dt.timedelta(days=KEPT_DAYS)
    for job in Job.objects.filter(kind=TASK, finished_at__lt=before, result__has_key="file").select_for_update(
        skip_locked=True
    ):
        StoredFile.objects.filter(pk=job.result["file"]).delete()
        Job.objects.filter(pk=job.pk).update(result={**job.result, "file": None})
