"""An application in steps: each keeps what was typed in the draft's row before it leads on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import RuleError
from common.forms import refuse_on
from common.views import refuse
from managers.actions import applications as actions
from managers.forms.applications import DeclarationForm, DocumentForm, StatementForm, WhoForm
from managers.models import Application
from managers.queries import applications as queries
from managers.views.applications import visible
from organization.requests import Request

# The steps by the end of their address, in order.
STEPS = ("who", "statement", "declaration", "documents", "review")


def application_new(request: Request) -> HttpResponse:
    route = request.GET.get("route", "")
    if route not in Application.Route.values:
        context = {"units": queries.units_of(request.actor).exists(), "call": request.GET.get("call", "")}
        return render(request, "managers/application_new.html", context)
    back = reverse("managers:application_new")
    initial = {"call": request.GET.get("call", "")}
    form = WhoForm(request.POST or None, actor=request.actor, route=route, initial=initial, cancel_url=back)
    if request.method == "POST" and form.is_valid():
        typed = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        try:
            candidate = typed.pop("candidate", None) or request.user.employee
            row = actions.start_application(actor=request.actor, route=route, candidate=candidate, **typed)
        except RuleError as error:
            refuse_on(form, error)
        else:
            return redirect("managers:application_statement", row.pk)
    context = {"form": form, "route": Application.Route(route), "offered": queries.offered_names(form.people)}
    return render(request, "managers/application_start.html", context)


def application_who(request: Request, pk: int) -> HttpResponse:
    application = visible(request, pk)
    initial = {"call": application.call_id, "colleagues": "\n".join(queries.named_colleagues(application))}
    form = WhoForm(
        request.POST or None,
        actor=request.actor,
        route=application.route,
        application=application,
        initial=initial | {"version": application.version},
    )
    return _step(request, application, "who", form, actions.choose_call)


def application_statement(request: Request, pk: int) -> HttpResponse:
    application = visible(request, pk)
    return _step(
        request, application, "statement", _bound(StatementForm, request, application), actions.write_statement
    )


def application_declaration(request: Request, pk: int) -> HttpResponse:
    application = visible(request, pk)
    form = _bound(DeclarationForm, request, application)
    if request.actor.employee_id != application.candidate_id:
        for field in form.fields.values():
            field.disabled = True
    return _step(request, application, "declaration", form, actions.declare)


def application_documents(request: Request, pk: int) -> HttpResponse:
    application = visible(request, pk)
    form = DocumentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        sent = {"name": file.name, "content": file.chunks(), "title": form.cleaned_data["title"]}
        try:
            actions.attach_document(actor=request.actor, application=application, **sent)
        except RuleError as error:
            refuse_on(form, error)
        else:
            messages.success(request, _("“%(name)s” is added.") % {"name": file.name})
            return redirect("managers:application_documents", pk)
    return _page(request, application, "documents", form)


def application_review(request: Request, pk: int) -> HttpResponse:
    return _page(request, visible(request, pk), "review", None)


@require_POST
def application_submit(request: Request, pk: int) -> HttpResponse:
    application = visible(request, pk)
    version = request.POST.get("version", "")
    try:
        actions.submit_application(
            actor=request.actor, application=application, version=int(version) if version.isdecimal() else 0
        )
    except RuleError as error:
        return refuse(request, error, "managers:application_review", pk)
    messages.success(request, _("The application is handed in. The branch checks the conditions next."))
    return redirect(application)


def _bound(form: type[Any], request: Request, application: Application) -> Any:
    """A step's form over what the draft says now."""
    initial = {name: getattr(application, name) for name in form.base_fields}
    return form(request.POST or None, initial=initial)


def _step(
    request: Request, application: Application, step: str, form: Any, save: Callable[..., Application]
) -> HttpResponse:
    """Keeps one step and leads on to the one that the button names, else to the next."""
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data | {"version": form.cleaned_data["version"] or 0}
        try:
            save(actor=request.actor, application=application, **typed)
        except RuleError as error:
            refuse_on(form, error)
            form.renew(visible(request, application.pk).version)
        else:
            go = request.POST.get("go", "")
            return redirect(f"managers:application_{go if go in STEPS else _after(step)}", application.pk)
    return _page(request, application, step, form)


def _after(step: str) -> str:
    return STEPS[STEPS.index(step) + 1]


def _page(request: Request, application: Application, step: str, form: Any) -> HttpResponse:
    page = queries.application_page(request.actor, application)
    if request.method != "POST" and not page.may.edit:
        return redirect(application)
    context = {
        "page": page,
        "application": application,
        "form": form,
        "step": step,
        "steps": STEPS,
        "missing": queries.missing_of(application),
        "offered": queries.offered_names(queries.colleagues_of(request.actor)) if step == "who" else (),
    }
    return render(request, f"managers/application_{step}.html", context)
