"""Public notices and the objections against them."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from common.errors import RuleError
from common.forms import refuse_on
from common.views import get_visible, refuse
from managers.actions import notices as actions
from managers.forms.notices import AnswerForm, FindingsForm, InvestigatorForm, NoticeForm, ObjectionForm
from managers.models import Application, Objection
from managers.queries import notices as queries
from managers.queries.assessment import assessments, people_to_ask
from organization.models import Employee, Role
from organization.queries import policies_of
from organization.requests import Request


def notice_list(request: Request) -> HttpResponse:
    found = list(queries.notices(request.actor).order_by("-first_day", "-pk")[:100])
    clocks = queries.clocks_of(found, timezone.localdate())
    hanging = [(one, clocks[one.pk]) for one in found if one.taken_down_at is None]
    gone = [(one, clocks[one.pk]) for one in found if one.taken_down_at is not None]
    return render(request, "managers/notice_list.html", {"hanging": hanging, "gone": gone})


def notice_detail(request: Request, pk: int) -> HttpResponse:
    notice = get_object_or_404(queries.notices(request.actor), pk=pk)
    clock = queries.clock_of(notice, timezone.localdate())
    running = notice.taken_down_at is None and clock.has_begun and not clock.is_over
    context = {
        "notice": notice,
        "application": notice.application,
        "clock": clock,
        "objections": queries.objections_seen(request.actor, notice),
        "may_object": running and request.actor.employee_id != notice.application.candidate_id,
    }
    return render(request, "managers/notice_detail.html", context)


def notice_publish(request: Request, pk: int) -> HttpResponse:
    application = get_visible(assessments(request.actor), request.actor, pk=pk)
    if not request.actor.holds(application.branch_id, Role.SUPERVISOR):
        raise Http404
    today = timezone.localdate()
    working_days = policies_of(application.branch, today)["notice_working_days"]
    initial = {"version": application.version, "text": queries.notice_text(application), "first_day": today}
    back = reverse("managers:assessment_detail", args=[pk])
    form = NoticeForm(request.POST or None, initial=initial, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            notice = actions.publish_notice(actor=request.actor, application=application, **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The notice hangs. Everybody of the union can read it."))
            return redirect("managers:notice_detail", notice.pk)
    context = {
        "application": application,
        "form": form,
        "working_days": working_days,
        "expected": queries.expected_last_day(application, today, working_days),
        "ready": application.state == Application.State.ASSESSED,
    }
    return render(request, "managers/notice_publish.html", context)


@sensitive_post_parameters()
def objection_raise(request: Request, pk: int) -> HttpResponse:
    notice = get_object_or_404(queries.notices(request.actor), pk=pk)
    back = reverse("managers:notice_detail", args=[pk])
    form = ObjectionForm(request.POST or None, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            actions.raise_objection(actor=request.actor, notice=notice, **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("Your objection is raised. The notice stands still until it is answered."))
            return redirect(back)
    return render(request, "managers/objection_raise.html", {"notice": notice, "form": form, "back": back})


def objection_detail(request: Request, pk: int) -> HttpResponse:
    seen = _seen(request, pk)
    objection, application = seen.objection, seen.objection.notice.application
    handles = _handles(request, objection) and objection.state in queries.OPEN
    context = {
        "seen": seen,
        "objection": objection,
        "notice": objection.notice,
        "application": application,
        "investigator_form": (
            InvestigatorForm(people=_investigators(objection)) if handles and not objection.findings else None
        ),
        "answers": handles and objection.findings,
        "investigates": _investigates(request, objection),
    }
    return render(request, "managers/objection_detail.html", context)


@require_POST
def objection_assign(request: Request, pk: int) -> HttpResponse:
    objection = _seen(request, pk).objection
    form = InvestigatorForm(request.POST, people=_investigators(objection))
    if not form.is_valid():
        messages.error(request, _("Choose a person."))
        return redirect("managers:objection_detail", pk)
    try:
        actions.assign_investigator(actor=request.actor, objection=objection, **form.cleaned_data)
    except RuleError as error:
        return refuse(request, error, "managers:objection_detail", pk)
    messages.success(request, _("The person is told to look into it."))
    return redirect("managers:objection_detail", pk)


def objection_findings(request: Request, pk: int) -> HttpResponse:
    objection = _seen(request, pk).objection
    if not _investigates(request, objection):
        raise Http404
    back = reverse("managers:objection_detail", args=[pk])
    form = FindingsForm(request.POST or None, initial={"findings": objection.findings}, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_findings(actor=request.actor, objection=objection, **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The findings are handed in."))
            return redirect(back)
    context = {
        "objection": objection,
        "application": objection.notice.application,
        "form": form,
        "heading": _("Findings"),
    }
    return render(request, "managers/objection_form.html", context)


def objection_answer(request: Request, pk: int) -> HttpResponse:
    objection = _seen(request, pk).objection
    if not _handles(request, objection):
        raise Http404
    back = reverse("managers:objection_detail", args=[pk])
    form = AnswerForm(request.POST or None, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_objection(actor=request.actor, objection=objection, **form.cleaned_data)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("The objection is answered."))
            return redirect(back)
    application = objection.notice.application
    context = {"objection": objection, "application": application, "form": form, "heading": _("Answer the objection")}
    return render(request, "managers/objection_form.html", context)


def _seen(request: Request, pk: int) -> queries.SeenObjection:
    seen = queries.objection_seen(request.actor, pk)
    if seen is None:
        raise Http404
    return seen


def _handles(request: Request, objection: Objection) -> bool:
    """Whether the person is a supervisor who may handle the objection."""
    application = objection.notice.application
    aside = {application.candidate_id, objection.raised_by_id}
    return request.actor.holds(application.branch_id, Role.SUPERVISOR) and request.actor.employee_id not in aside


def _investigates(request: Request, objection: Objection) -> bool:
    asked = objection.investigator_id is not None and objection.investigator_id == request.actor.employee_id
    return asked and objection.state == Objection.State.INVESTIGATED


def _investigators(objection: Objection) -> QuerySet[Employee]:
    people = people_to_ask(objection.notice.application)
    return people if objection.raised_by_id is None else people.exclude(pk=objection.raised_by_id)
