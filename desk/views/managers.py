"""The dossier of an account manager on one page, and its documents."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import BadInput, RuleError
from common.forms import refuse_on
from common.views import month_of, refuse
from desk.actions.dossier import add_to_dossier, put_aside
from desk.forms import DossierDocumentForm
from desk.queries import dossier as queries
from organization.models import Employee
from organization.queries import latest_month
from organization.requests import Request
from organization.responses import file_response


def manager_detail(request: Request, employee_no: str) -> HttpResponse:
    return _page(request, _person(request, employee_no))


@require_POST
def manager_document_add(request: Request, employee_no: str) -> HttpResponse:
    employee = _person(request, employee_no)
    form = DossierDocumentForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, employee, form)
    file = form.cleaned_data["file"]
    given: dict[str, Any] = {"kind": form.cleaned_data["kind"], "title": form.cleaned_data["title"]}
    try:
        add_to_dossier(actor=request.actor, employee=employee, name=file.name, content=file.chunks(), **given)
    except BadInput as error:
        refuse_on(form, error)
        return _page(request, employee, form)
    except RuleError as error:
        return refuse(request, error, "desk:manager_detail", employee_no)
    messages.success(request, _("The document is in the dossier."))
    return redirect("desk:manager_detail", employee_no)


def manager_document(request: Request, pk: int) -> HttpResponseBase:
    found = queries.document_of_dossier(request.actor, pk)
    if found is None:
        raise Http404
    document = found[1]
    return file_response(document.file, media_type=document.media_type)


@require_POST
def manager_document_remove(request: Request, pk: int) -> HttpResponse:
    found = queries.document_of_dossier(request.actor, pk)
    if found is None or found[1].subject != queries.DOSSIER:
        raise Http404
    employee, document = found
    reason = request.POST.get("reason", "")
    try:
        put_aside(actor=request.actor, employee=employee, document=document, reason=reason)
    except RuleError as error:
        return refuse(request, error, "desk:manager_detail", employee.employee_no)
    messages.success(request, _("The document is put aside. It stays on record."))
    return redirect("desk:manager_detail", employee.employee_no)


def _person(request: Request, employee_no: str) -> Employee:
    found = queries.dossiers(request.actor).filter(employee_no=employee_no.replace("\0", "")).first()
    if found is None:
        raise Http404
    return found


def _page(request: Request, employee: Employee, form: DossierDocumentForm | None = None) -> HttpResponse:
    month = month_of(request, partial(latest_month, request.actor))
    context = {
        "employee": employee,
        "month": month,
        "dossier": queries.dossier(request.actor, employee, month),
        "key_indicators": queries.KEY_INDICATORS,
        "keeps": queries.keeps_dossier(request.actor, employee),
        "form": form or DossierDocumentForm(),
    }
    return render(request, "desk/manager_detail.html", context)
