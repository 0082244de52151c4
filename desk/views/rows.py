"""Rows of files that came in: one as it stands in its file, and those that a file brought to one's own branch."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from desk.queries import import_batches
from desk.queries.rows import batch_with_own_rows, own_rows, row_as_read
from desk.tables import OwnRowTable
from organization.importing import kind_named
from organization.requests import Request


@require_GET
def import_own(request: Request, pk: int) -> HttpResponse:
    """What a file of somebody else's, such as the union's, has brought to the branches that the person reads."""
    if import_batches(request.actor).filter(pk=pk).exists():
        return redirect("desk:import_detail", pk)
    batch = batch_with_own_rows(request.actor, pk)
    if batch is None:
        raise Http404
    table = OwnRowTable.of(request, own_rows(request.actor, batch), order=("row_no",))
    context = {"batch": batch, "kind_title": kind_named(batch.kind).title, "table": table}
    return render(request, "desk/import_own.html", context)


@require_GET
def import_row(request: Request, pk: int, row_no: int) -> HttpResponse:
    row = row_as_read(request.actor, pk, row_no)
    if row is None:
        raise Http404
    context = {"batch": row.batch, "row_no": row_no, "cells": row.cells, "whole": row.whole}
    return render(request, "desk/import_row.html", context)
