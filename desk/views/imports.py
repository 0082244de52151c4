"""The import centre: files in, looked at, applied, undone."""

from __future__ import annotations

import tempfile

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from common.bell import ring
from common.errors import RuleError
from common.lists import list_page
from common.spreadsheet import write_refused, write_template
from common.views import get_visible, refuse, say_refusal
from deposits.queries.new_accounts import number_attributed
from desk import queries
from desk.filters import ImportFilters
from desk.forms import KindForm
from desk.tables import ImportTable
from organization.actions import batches
from organization.actions.jobs import request_job
from organization.importing import kind_named
from organization.models import ImportBatch, Job
from organization.requests import Request
from organization.rules import Actor

State = ImportBatch.State


@require_GET
def import_list(request: Request) -> HttpResponse:
    filters = ImportFilters(request.GET, queries.import_batches(request.actor), request=request)
    table = ImportTable.of(request, filters.qs, order=("-pk",))
    kinds = queries.kinds_for(request.actor)
    return list_page(request, "desk/import_list.html", heading=_("Imports"), table=table, filters=filters, kinds=kinds)


@require_POST
def import_upload(request: Request) -> HttpResponse:
    made = []
    for file in request.FILES.getlist("files"):
        try:
            made.append(batches.upload_file(actor=request.actor, name=file.name or "", content=file.chunks()))
        except RuleError as error:
            say_refusal(request, error)
    for batch in made:
        if batch.kind:
            _ask_for("desk.preview_batch", request.actor, batch)
    if not request.FILES:
        messages.error(request, _("Choose one file or several first."))
    if len(made) == 1:
        return redirect("desk:import_detail", made[0].pk)
    if made:
        said = ngettext("%(count)d file is uploaded.", "%(count)d files are uploaded.", len(made)) % {
            "count": len(made)
        }
        messages.success(request, said)
    return redirect("desk:import_list")


@require_GET
def import_detail(request: Request, pk: int) -> HttpResponse:
    batch = get_visible(queries.import_batches(request.actor), request.actor, pk=pk)
    return render(request, "desk/import_detail.html", _shown(request, batch))


@require_POST
def import_choose(request: Request, pk: int) -> HttpResponse:
    batch = get_visible(ImportBatch, request.actor, pk=pk)
    form = _kind_form(request, batch)
    if form.is_valid():
        try:
            batches.choose_kind(actor=request.actor, batch=batch, **form.cleaned_data)
            _ask_for("desk.preview_batch", request.actor, batch)
        except RuleError as error:
            say_refusal(request, error)
    return redirect("desk:import_detail", pk)


@require_POST
def import_match(request: Request, pk: int) -> HttpResponse:
    """Matches headers that nobody knows with columns, for this branch and from now on."""
    batch = get_visible(ImportBatch, request.actor, pk=pk)
    unknown = batch.findings.get("unknown", [])
    mapping = {header: request.POST.get(f"column-{number}", "") for number, header in enumerate(unknown)}
    try:
        batches.save_header_mapping(
            actor=request.actor, branch=batch.branch, kind=batch.kind, mapping={k: v for k, v in mapping.items() if v}
        )
        _ask_for("desk.preview_batch", request.actor, batch)
    except RuleError as error:
        say_refusal(request, error)
    return redirect("desk:import_detail", pk)


@require_POST
def import_preview(request: Request, pk: int) -> HttpResponse:
    _ask_for("desk.preview_batch", request.actor, get_visible(ImportBatch, request.actor, pk=pk))
    return redirect("desk:import_detail", pk)


@require_POST
def import_apply(request: Request, pk: int) -> HttpResponse:
    batch = get_visible(ImportBatch, request.actor, pk=pk)
    _ask_for("desk.apply_batch", request.actor, batch, accept_good_rows="accept_good_rows" in request.POST)
    return redirect("desk:import_detail", pk)


@require_POST
def import_discard(request: Request, pk: int) -> HttpResponse:
    batch = get_visible(ImportBatch, request.actor, pk=pk)
    try:
        batches.discard_batch(actor=request.actor, batch=batch)
    except RuleError as error:
        return refuse(request, error, "desk:import_detail", pk)
    messages.success(request, _("The file is put aside. Nothing of it has come in."))
    return redirect("desk:import_list")


@require_POST
def import_undo(request: Request, pk: int) -> HttpResponse:
    batch = get_visible(queries.import_batches(request.actor), request.actor, pk=pk)
    try:
        batches.undo_batch(actor=request.actor, batch=batch, reason=request.POST.get("reason", ""))
    except RuleError as error:
        say_refusal(request, error)
        return render(request, "desk/import_detail.html", _shown(request, batch))
    messages.success(request, _("The import is undone. The same file can come in again."))
    return redirect("desk:import_detail", pk)


@require_GET
def import_refused(request: Request, pk: int) -> HttpResponse | FileResponse:
    batch = get_visible(ImportBatch, request.actor, pk=pk)
    file = tempfile.TemporaryFile()
    try:
        write_refused(file, batch.findings.get("header", []), queries.refused_lines(batch))
    except RuleError as error:
        return refuse(request, error, "desk:import_detail", pk)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{batch.kind}-{batch.pk}-refused.xlsx")


@require_GET
def import_template(request: Request, kind: str) -> FileResponse:
    if kind not in {each.name for each in queries.kinds_for(request.actor)}:
        raise Http404
    found = kind_named(kind)
    file = tempfile.TemporaryFile()
    write_template(file, str(found.title), found.columns)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{kind}.xlsx")


def _ask_for(kind: str, actor: Actor, batch: ImportBatch, **arguments: bool) -> Job:
    """A job about the batch, for some worker."""
    title = _("Import of %(file)s") % {"file": batch.file_name}
    job = request_job(
        actor=actor, kind=kind, title=title[:200], branch=batch.branch, arguments={"batch": batch.pk, **arguments}
    )
    ring(kind, job.pk)
    return job


def _kind_form(request: Request, batch: ImportBatch) -> KindForm:
    found = {kind.name: kind for kind in queries.kinds_for(request.actor)}
    candidates = [found[name] for name in batch.findings.get("candidates", []) if name in found]
    return KindForm(
        request.POST if request.method == "POST" else None,
        kinds=candidates or list(found.values()),
        sheets=batch.findings.get("sheets", []),
        initial={"kind": batch.kind},
    )


def _shown(request: Request, batch: ImportBatch) -> dict[str, object]:
    """What the page of one import shows."""
    job = queries.batch_job(batch)
    return {
        "batch": batch,
        "kind_title": kind_named(batch.kind).title if batch.kind else "",
        "job": job,
        "working": job is not None and job.state in (Job.State.QUEUED, Job.State.RUNNING),
        "refused": queries.first_refused(batch),
        "months": queries.touched_months(batch),
        "may_import": batches.may_import(request.actor, kind_named(batch.kind) if batch.kind else None),
        "column_choices": queries.column_choices(batch),
        "attributed": number_attributed(request.actor, batch) if batch.kind == "deposit_accounts" else 0,
        "kind_form": _kind_form(request, batch),
        "typed_reason": request.POST.get("reason", ""),
        "new_or_changed": batch.created_count + batch.changed_count,
    }
