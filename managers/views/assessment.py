"""The assessment of a candidate: assessors, marks, results, and its closing."""

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
from common.views import get_visible, refuse
from managers.actions import assessment as actions
from managers.forms.assessment import AssessorForm, ExtendForm, MarksForm, ResultForm
from managers.models import Application, Assessor
from managers.queries import assessment as queries
from organization.models import Role
from organization.requests import Request
from organization.responses import file_response


def application_to_assess(request: Request, pk: int, *, leading: bool = False) -> Application:
    """The application whose assessment the person may read, or lead."""
    application = get_visible(queries.assessments(request.actor), request.actor, pk=pk)
    if leading and not leads(request, application):
        raise Http404
    return application


def leads(request: Request, application: Application) -> bool:
    """Whether the person may lead the assessment."""
    aside = (application.candidate_id, application.proposer_id)
    return request.actor.holds(application.branch_id, Role.CLERK, Role.SUPERVISOR) and (
        request.actor.employee_id not in aside
    )


def assessment_detail(request: Request, pk: int) -> HttpResponse:
    application = application_to_assess(request, pk)
    return render(request, "managers/assessment_detail.html", _page(request, application))


def _page(request: Request, application: Application) -> dict[str, Any]:
    found = queries.assessment_of(application)
    is_open = application.state == Application.State.QUALIFIED
    may_lead = leads(request, application) and is_open
    own = next((one for one in found.assessors if one.employee_id == request.actor.employee_id), None)
    documents = queries.documents_of_assessors([one for one in found.assessors if found.marks_open or one == own])
    named = [one.employee_id for one in found.assessors]
    return {
        "application": application,
        "assessment": found,
        "grade": queries.grade_label(found.grade),
        "assessors": [(one, documents.get(one.pk, [])) for one in found.assessors],
        "own": own,
        "is_open": is_open,
        "leads": may_lead,
        "publishes": application.state == Application.State.ASSESSED
        and request.actor.holds(application.branch_id, Role.SUPERVISOR),
        "voters": queries.voters_of(found.review),
        "assessor_form": AssessorForm(people=queries.people_to_ask(application).exclude(pk__in=named))
        if may_lead
        else None,
        "extend_form": ExtendForm() if may_lead else None,
    }


@require_POST
def assessor_name(request: Request, pk: int) -> HttpResponse:
    application = application_to_assess(request, pk)
    form = AssessorForm(request.POST, people=queries.people_to_ask(application))
    if form.is_valid():
        try:
            assessor = actions.name_assessor(actor=request.actor, application=application, **form.cleaned_data)
        except RuleError as error:
            return refuse(request, error, "managers:assessment_detail", pk)
        messages.success(request, _("%(name)s is named and told.") % {"name": assessor.employee.name})
    else:
        messages.error(request, _("Choose a person."))
    return redirect("managers:assessment_detail", pk)


@require_POST
def assessor_remove(request: Request, pk: int) -> HttpResponse:
    assessor = Assessor.objects.select_related("application__branch", "employee").filter(pk=pk).first()
    if assessor is None:
        raise Http404
    application = application_to_assess(request, assessor.application_id)
    try:
        actions.remove_assessor(actor=request.actor, assessor=assessor)
    except RuleError as error:
        return refuse(request, error, "managers:assessment_detail", application.pk)
    messages.success(request, _("%(name)s is no longer an assessor.") % {"name": assessor.employee.name})
    return redirect("managers:assessment_detail", application.pk)


def assessment_marks(request: Request, pk: int) -> HttpResponse:
    application = application_to_assess(request, pk)
    own = queries.own_assessor(request.actor, application)
    if own is None:
        raise Http404
    back = reverse("managers:assessment_detail", args=[pk])
    given = queries.own_marks(request.actor, application)
    form = MarksForm(request.POST or None, request.FILES or None, given=given, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_marks(actor=request.actor, application=application, marks=form.marks)
            if file := form.cleaned_data["file"]:
                actions.add_assessor_document(
                    actor=request.actor, application=application, name=file.name, content=file.chunks()
                )
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("Your marks are given. You may change them until the assessment is closed."))
            return redirect(back)
    context = {
        "application": application,
        "form": form,
        "own": own,
        "documents": queries.documents_of_assessors([own])[own.pk],
    }
    return render(request, "managers/assessment_marks.html", context)


def assessor_file(request: Request, pk: int, document: int) -> HttpResponseBase:
    application_id = Assessor.objects.filter(pk=pk).values_list("application", flat=True).first()
    application = application_to_assess(request, application_id or 0)
    found = queries.assessment_of(application)
    assessor = queries.readable_assessor(request.actor, found.assessors, found.marks_open, pk)
    if assessor is None:
        raise Http404
    wanted = next((one for one in queries.documents_of_assessors([assessor])[pk] if one.pk == document), None)
    if wanted is None:
        raise Http404
    return file_response(wanted.file, media_type=wanted.media_type)


def exam_result(request: Request, pk: int) -> HttpResponse:
    application = application_to_assess(request, pk, leading=True)
    back = reverse("managers:assessment_detail", args=[pk])
    form = ResultForm(request.POST or None, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            actions.enter_result(actor=request.actor, application=application, **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The result is entered."))
            return redirect(back)
    lead = _("Entered again, a result replaces the one before.")
    context = {"application": application, "form": form, "heading": _("Result of an exam or test"), "lead": lead}
    return render(request, "managers/assessment_form.html", context)


@require_POST
def assessment_close(request: Request, pk: int) -> HttpResponse:
    application = application_to_assess(request, pk)
    version = request.POST.get("version", "")
    try:
        actions.close_assessment(
            actor=request.actor, application=application, version=int(version) if version.isdecimal() else 0
        )
    except RuleError as error:
        return refuse(request, error, "managers:assessment_detail", pk)
    messages.success(request, _("The assessment is closed. A supervisor publishes the notice next."))
    return redirect("managers:assessment_detail", pk)
