"""Applications: the list, one with its way, withdrawing it, colleagues who recommend, its documents."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import RuleError
from common.forms import refuse_on
from common.lists import Total, list_page, one_branch, totals_part
from common.views import get_visible
from managers.actions import applications as actions
from managers.actions.qualification import check_application
from managers.forms.applications import CONFIRMS, AnswerForm, AsideForm, CheckForm, ColleaguesForm, WithdrawForm
from managers.models import Application
from managers.queries import applications as queries
from managers.tables.applications import APPLICATIONS, ApplicationTable
from organization.exporting import export_list
from organization.models import Document
from organization.queries import documents_of
from organization.requests import Request
from organization.responses import file_response


def application_list(request: Request) -> HttpResponse:
    filters = APPLICATIONS.filtered(request)
    return list_page(
        request,
        "managers/application_list.html",
        heading=_("Applications"),
        table=ApplicationTable.of(request, filters.qs, order=APPLICATIONS.order, exclude=one_branch(request)),
        filters=filters,
        totals_url=reverse("managers:application_totals"),
        export_url=reverse("managers:application_list") + "export/",
    )


def application_totals(request: Request) -> HttpResponse:
    found = queries.application_totals(APPLICATIONS.filtered(request).qs)
    return totals_part(
        request,
        [
            Total(_("Applications"), found["all"], "count"),
            Total(_("under way"), found["waiting"], "count"),
            Total(_("over without an office"), found["refused"], "count"),
        ],
    )


@require_POST
def application_export(request: Request, kind: str) -> HttpResponseBase:
    return export_list(request, APPLICATIONS, kind)


def application_detail(request: Request, pk: int) -> HttpResponse:
    page = queries.application_page(request.actor, visible(request, pk))
    return render(request, "managers/application_detail.html", {"page": page, "application": page.application})


def application_check(request: Request, pk: int) -> HttpResponse:
    application = visible(request, pk)
    form = CheckForm(
        request.POST or None, initial={"version": application.version}, cancel_url=application.get_absolute_url()
    )
    if request.method == "POST" and form.is_valid():
        try:
            check_application(actor=request.actor, application=application, **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
            form.renew(visible(request, pk).version)
        else:
            messages.success(request, _("The check is recorded, with what the records say today."))
            return redirect(application)
    page = queries.application_page(request.actor, visible(request, pk))
    return render(
        request, "managers/application_check.html", {"page": page, "application": page.application, "form": form}
    )


def application_withdraw(request: Request, pk: int) -> HttpResponse:
    application = visible(request, pk)
    form = WithdrawForm(
        request.POST or None, initial={"version": application.version}, cancel_url=application.get_absolute_url()
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw_application(actor=request.actor, application=application, **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
            form.renew(visible(request, pk).version)
        else:
            messages.success(request, _("The application is withdrawn. It stays on record."))
            return redirect(application)
    return _form_page(request, application, form, _("Withdraw the application"))


def application_recommend(request: Request, pk: int) -> HttpResponse:
    application = visible(request, pk)
    form = AnswerForm(request.POST or None, cancel_url=application.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        confirms, words = form.cleaned_data["answer"] == CONFIRMS, form.cleaned_data["words"]
        try:
            actions.answer_recommendation(actor=request.actor, application=application, confirms=confirms, words=words)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("Your answer is recorded."))
            return redirect(application)
    heading = _("Do you recommend %(name)s?") % {"name": application.candidate.name}
    return _form_page(request, application, form, heading, _("Your answer is final; the branch reads it."))


def application_colleagues(request: Request, pk: int) -> HttpResponse:
    application = visible(request, pk)
    people = queries.colleagues_of(request.actor)
    form = ColleaguesForm(request.POST or None, people=people, cancel_url=application.get_absolute_url())
    if request.method == "POST" and form.is_valid():
        try:
            actions.name_colleagues(actor=request.actor, application=application, **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The colleagues are asked."))
            return redirect(application)
    return _form_page(request, application, form, _("Ask further colleagues"))


def application_document(request: Request, pk: int, document: int) -> HttpResponseBase:
    found = document_of(visible(request, pk), document)
    return file_response(found.file, media_type=found.media_type)


def application_document_remove(request: Request, pk: int, document: int) -> HttpResponse:
    application = visible(request, pk)
    found = document_of(application, document)
    back = reverse("managers:application_documents", args=[pk])
    form = AsideForm(request.POST or None, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            actions.put_document_aside(
                actor=request.actor, application=application, document=found, **form.cleaned_data
            )
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The document is put aside. It stays on record."))
            return redirect(back)
    return _form_page(request, application, form, _("Put “%(name)s” aside") % {"name": found})


def visible(request: Request, pk: int) -> Application:
    return get_visible(queries.applications(request.actor), request.actor, pk=pk)


def document_of(application: Application, pk: int) -> Document:
    """A document of the application that is not put aside; any other does not exist here."""
    for document in documents_of(queries.SUBJECT, [str(application.pk)]):
        if document.pk == pk:
            return document
    raise Http404


def _form_page(request: Request, application: Application, form: Any, heading: str, lead: str = "") -> HttpResponse:
    context = {"application": application, "form": form, "heading": heading, "lead": lead}
    return render(request, "managers/application_form.html", context)
